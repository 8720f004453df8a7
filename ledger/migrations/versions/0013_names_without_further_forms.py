"""customers are found by their names without further legal forms, as the matcher compares them"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

#: As `ledger.rules.matching.party_names`: forms that some countries write and others drop.
_FURTHER_FORMS = (
    "EIRELI LTDA ME EPP PVT PRIVATE HAFTUNGSBESCHRANKT HAFTUNGSBESCHR HAFTUNGSB HAFTUNGSBESC SARLU EURL SCA SNC SAPA "
    "SPOLKA ZOO KOMANDYTOWA JAWNA AKTIEBOLAG HB KB VOF CV EENMANSZAAK GBR PARTG EV HOLDING GROUP GRUPPE"
)


def upgrade() -> None:
    forms = "|".join(_FURTHER_FORMS.split())
    op.execute(
        f"""CREATE FUNCTION payer_short_key(name_key text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT btrim(regexp_replace(' ' || name_key || ' ', '( ({forms})(?= ))+', '', 'g'))
        $$"""
    )
    op.execute(
        """CREATE OR REPLACE FUNCTION payer_marks_of(name text, aliases text[], accounts text[]) RETURNS SETOF text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            WITH names AS (
                SELECT public.payer_name_key(one) AS key FROM unnest(array_prepend(name, aliases)) AS one
                UNION SELECT public.payer_name_key(replace(replace(replace(replace(replace(
                    upper(one), 'Ä', 'AE'), 'Ö', 'OE'), 'Ü', 'UE'), 'Ø', 'OE'), 'Å', 'AA'))
                FROM unnest(array_prepend(name, aliases)) AS one)
            SELECT 'n:' || key FROM names WHERE key <> ''
            UNION SELECT 'n:' || public.payer_short_key(key) FROM names WHERE public.payer_short_key(key) <> ''
            UNION SELECT 'p:' || left(string_agg(left(word, 1), '' ORDER BY place), 6)
                FROM names, unnest(string_to_array(key, ' ')) WITH ORDINALITY AS split(word, place)
                GROUP BY key HAVING count(*) >= 3
            UNION SELECT piece FROM names, public.payer_name_pieces(key) AS piece
            UNION SELECT 'a:' || public.payer_account_key(one) FROM unnest(accounts) AS one
                WHERE public.payer_account_key(one) <> ''
        $$"""
    )
    _add_missing_marks()


def _add_missing_marks() -> None:
    """For the customers that are there. Organisation by organisation, as 0003 does."""
    op.execute(
        """DO $$
        DECLARE org uuid;
        BEGIN
            PERFORM set_config('duly.directory', 'on', true);
            FOR org IN SELECT id FROM organisations LOOP
                PERFORM set_config('duly.org_id', org::text, true);
                INSERT INTO payer_marks (id, org_id, account_id, key)
                    SELECT gen_random_uuid(), c.org_id, c.account_id, c.key FROM (
                        SELECT DISTINCT org_id, account_id, 'n:' || payer_short_key(substr(key, 3)) AS key
                        FROM payer_marks WHERE key LIKE 'n:%' AND payer_short_key(substr(key, 3)) <> substr(key, 3)
                    ) c
                    WHERE c.key <> 'n:' AND NOT EXISTS (
                        SELECT FROM payer_marks m WHERE m.account_id = c.account_id AND m.key = c.key);
            END LOOP;
            PERFORM set_config('duly.org_id', '', true);
            PERFORM set_config('duly.directory', 'off', true);
        END $$"""
    )


def downgrade() -> None:
    raise NotImplementedError("marks are made from the customers: restore a backup instead")
