"""What the database itself keeps for cash application: marks of payers, and money that left again."""

from alembic import op

#: As `ledger.rules.matching.payer`: legal forms and fillers say nothing about who it is.
_LEGAL_FORMS = (
    "LTD LIMITED INC INCORPORATED LLC LLP LP PLC CORP CORPORATION CO COMPANY GMBH MBH AG KG KGAA OHG UG EK SE EG "
    "SARL SA SAS SASU SL SLU SRL SPA BV NV OY OYJ AB AS ASA APS A S DBA PTY PTE SDN BHD KK SP ZOO Z OO THE AND UND "
    "ET Y"
)


def keep_payer_marks() -> None:
    """`payer_marks` follows names, aliases and bank accounts of `accounts`, whoever writes them.

    The same functions make the keys of a customer and those of a payment's payer, so that they cannot differ. They
    only find candidates; who it is, is decided in `ledger.rules.matching.payer`.
    """
    # One expression without a subquery, so that PostgreSQL inlines it: an import calls it for each customer.
    spelt = "translate(upper(left(name, 140)), 'ØŁĐ', 'OLD')"
    for letter, spelling in (("ß", "SS"), ("ẞ", "SS"), ("Æ", "AE")):
        spelt = f"replace({spelt}, '{letter}', '{spelling}')"
    bare = f"translate(regexp_replace(normalize({spelt}, NFKD), '[\\u0300-\\u036f]+', '', 'g'), '.''’', '')"
    words = f"regexp_replace({bare}, '[^[:alnum:]]+', ' ', 'g')"
    forms = "|".join(_LEGAL_FORMS.split())
    op.execute(
        f"""CREATE FUNCTION payer_name_key(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT coalesce(
                nullif(btrim(regexp_replace(' ' || {words} || ' ', '( ({forms})(?= ))+', '', 'g')), ''),
                btrim({words}))
        $$"""
    )
    op.execute(
        """CREATE FUNCTION payer_account_key(account text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT left(upper(regexp_replace(account, '[^[:alnum:]]', '', 'g')), 140)
        $$"""
    )
    op.execute(
        """CREATE FUNCTION payer_name_pieces(name_key text) RETURNS SETOF text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            SELECT 'b:' || left(word, 4) FROM unnest(string_to_array(name_key, ' ')) AS word WHERE length(word) >= 4
            UNION SELECT 'e:' || right(word, 4) FROM unnest(string_to_array(name_key, ' ')) AS word
                WHERE length(word) >= 4
            UNION SELECT 'p:' || left(replace(name_key, ' ', ''), 6) WHERE length(replace(name_key, ' ', '')) >= 3
        $$"""
    )
    op.execute(
        """CREATE FUNCTION payer_marks_of(name text, aliases text[], accounts text[]) RETURNS SETOF text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
            WITH names AS (
                SELECT public.payer_name_key(one) AS key FROM unnest(array_prepend(name, aliases)) AS one
                UNION SELECT public.payer_name_key(replace(replace(replace(replace(replace(
                    upper(one), 'Ä', 'AE'), 'Ö', 'OE'), 'Ü', 'UE'), 'Ø', 'OE'), 'Å', 'AA'))
                FROM unnest(array_prepend(name, aliases)) AS one)
            SELECT 'n:' || key FROM names WHERE key <> ''
            UNION SELECT 'p:' || left(string_agg(left(word, 1), '' ORDER BY place), 6)
                FROM names, unnest(string_to_array(key, ' ')) WITH ORDINALITY AS split(word, place)
                GROUP BY key HAVING count(*) >= 3
            UNION SELECT piece FROM names, public.payer_name_pieces(key) AS piece
            UNION SELECT 'a:' || public.payer_account_key(one) FROM unnest(accounts) AS one
                WHERE public.payer_account_key(one) <> ''
        $$"""
    )
    op.execute(
        """CREATE FUNCTION keep_payer_marks() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                DELETE FROM payer_marks USING fresh, old_rows
                    WHERE payer_marks.account_id = fresh.id AND payer_marks.org_id = fresh.org_id
                    AND old_rows.id = fresh.id
                    AND (old_rows.name, old_rows.aliases, old_rows.bank_accounts)
                        IS DISTINCT FROM (fresh.name, fresh.aliases, fresh.bank_accounts);
                INSERT INTO payer_marks (id, org_id, account_id, key)
                    SELECT gen_random_uuid(), fresh.org_id, fresh.id, mark
                    FROM fresh JOIN old_rows ON old_rows.id = fresh.id,
                         payer_marks_of(fresh.name, fresh.aliases, fresh.bank_accounts) AS mark
                    WHERE (old_rows.name, old_rows.aliases, old_rows.bank_accounts)
                        IS DISTINCT FROM (fresh.name, fresh.aliases, fresh.bank_accounts);
            ELSE
                INSERT INTO payer_marks (id, org_id, account_id, key)
                    SELECT gen_random_uuid(), fresh.org_id, fresh.id, mark
                    FROM fresh, payer_marks_of(fresh.name, fresh.aliases, fresh.bank_accounts) AS mark;
            END IF;
            RETURN NULL;
        END $$"""
    )
    op.execute("REVOKE ALL ON FUNCTION keep_payer_marks() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER accounts_marks_new AFTER INSERT ON accounts REFERENCING NEW TABLE AS fresh "
        "FOR EACH STATEMENT EXECUTE FUNCTION keep_payer_marks()"
    )
    op.execute(
        "CREATE TRIGGER accounts_marks_changed AFTER UPDATE ON accounts "
        "REFERENCING OLD TABLE AS old_rows NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION keep_payer_marks()"
    )


def mark_payers_that_are_there() -> None:
    """Row-level security binds the owner too: organisation by organisation."""
    op.execute(
        """DO $$
        DECLARE org uuid;
        BEGIN
            PERFORM set_config('duly.directory', 'on', true);
            FOR org IN SELECT id FROM organisations LOOP
                PERFORM set_config('duly.org_id', org::text, true);
                INSERT INTO payer_marks (id, org_id, account_id, key)
                    SELECT gen_random_uuid(), accounts.org_id, accounts.id, mark
                    FROM accounts, payer_marks_of(accounts.name, accounts.aliases, accounts.bank_accounts) AS mark;
            END LOOP;
            PERFORM set_config('duly.org_id', '', true);
            PERFORM set_config('duly.directory', 'off', true);
        END $$"""
    )


def keep_offsets() -> None:
    """An offset lowers its source and the outgoing payment that it explains, in one statement; CHECK constraints
    refuse what would go below zero. It runs as its owner, because the application may not write balances."""
    op.execute(
        """CREATE FUNCTION apply_offset() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE undone cash_offsets%ROWTYPE;
        BEGIN
            IF NEW.reverses_id IS NOT NULL THEN
                SELECT * INTO undone FROM cash_offsets WHERE id = NEW.reverses_id AND org_id = NEW.org_id;
                IF undone.amount IS DISTINCT FROM -NEW.amount OR undone.outgoing_id <> NEW.outgoing_id
                   OR undone.payment_id IS DISTINCT FROM NEW.payment_id
                   OR undone.credit_note_id IS DISTINCT FROM NEW.credit_note_id THEN
                    RAISE EXCEPTION 'offset % does not undo %', NEW.id, NEW.reverses_id
                        USING ERRCODE = 'check_violation';
                END IF;
            END IF;
            UPDATE payments SET unapplied = unapplied + NEW.amount
                WHERE id = NEW.outgoing_id AND org_id = NEW.org_id AND amount < 0;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'payment % did not go out', NEW.outgoing_id USING ERRCODE = 'check_violation';
            END IF;
            IF NEW.payment_id IS NOT NULL THEN
                UPDATE payments SET unapplied = unapplied - NEW.amount
                    WHERE id = NEW.payment_id AND org_id = NEW.org_id AND amount > 0;
                IF NOT FOUND THEN
                    RAISE EXCEPTION 'payment % did not come in', NEW.payment_id USING ERRCODE = 'check_violation';
                END IF;
            ELSE
                UPDATE credit_notes SET open_balance = open_balance - NEW.amount
                    WHERE id = NEW.credit_note_id AND org_id = NEW.org_id;
            END IF;
            RETURN NULL;
        END $$"""
    )
    op.execute("REVOKE ALL ON FUNCTION apply_offset() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER apply_offset AFTER INSERT ON cash_offsets FOR EACH ROW EXECUTE FUNCTION apply_offset()"
    )


def close_what_was_decided() -> None:
    """A proposal ends once: what was undone or rejected stays so, and what was posted stays written as posted.

    An undone proposal may be applied again where the return that had undone it is itself undone.
    """
    op.execute(
        """CREATE FUNCTION match_proposals_end() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.status = 'rejected' OR (OLD.status = 'undone' AND NEW.status NOT IN ('undone', 'applied')) THEN
                RAISE EXCEPTION 'proposal % is % already', OLD.id, OLD.status USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.parts IS NOT NULL AND NEW.parts IS DISTINCT FROM OLD.parts THEN
                RAISE EXCEPTION 'what proposal % posted is not rewritten', OLD.id USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$"""
    )
    op.execute(
        "CREATE TRIGGER match_proposals_end BEFORE UPDATE ON match_proposals "
        "FOR EACH ROW EXECUTE FUNCTION match_proposals_end()"
    )
