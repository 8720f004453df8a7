"""What the database itself refuses: other organisations' rows, edited history, balances below zero.

Helpers for migrations; each is written so that a later migration can call it for a new table.
"""

from alembic import op

APP = "duly_app"
_CURRENT_ORG = "NULLIF(current_setting('duly.org_id', true), '')::uuid"


def ensure_app_role() -> None:
    """The application's role. Made by whoever prepared the database, or here where the owner may make roles."""
    op.execute(
        f"""DO $$ BEGIN
            IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{APP}') THEN
                CREATE ROLE {APP} NOLOGIN NOSUPERUSER NOBYPASSRLS;
            END IF;
            IF NOT pg_has_role(current_user, '{APP}', 'MEMBER') AND NOT EXISTS (
                SELECT 1 FROM pg_roles WHERE rolname = '{APP}' AND rolcanlogin) THEN
                EXECUTE format('GRANT {APP} TO %I', current_user);
            END IF;
        END $$"""
    )
    op.execute(f"GRANT USAGE ON SCHEMA public TO {APP}")


def keep_organisations_apart(table: str, *, column: str = "org_id") -> None:
    """Row-level security by `duly.org_id`; forced, so that it binds the owner as well."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_organisation ON {table} "
        f"USING ({column} = {_CURRENT_ORG}) WITH CHECK ({column} = {_CURRENT_ORG})"
    )


def open_the_directory() -> None:
    """Workers and the sign-in page must know which organisations there are; nothing else crosses them."""
    op.execute(
        "CREATE POLICY directory ON organisations FOR SELECT USING (current_setting('duly.directory', true) = 'on')"
    )


def grant_all(table: str) -> None:
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP}")


def grant_append_only(table: str) -> None:
    """History: may be read and added to."""
    op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")


def grant_without_balances(table: str, changeable: tuple[str, ...]) -> None:
    """Documents: only these columns may be changed; balances are the triggers' alone."""
    op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP}")
    op.execute(f"GRANT UPDATE ({', '.join(changeable)}) ON {table} TO {APP}")


def grant_with_changeable(table: str, changeable: tuple[str, ...]) -> None:
    """History that may be taken back: read, added to, and marked in these columns alone."""
    grant_append_only(table)
    op.execute(f"GRANT UPDATE ({', '.join(changeable)}) ON {table} TO {APP}")


def keep_balances() -> None:
    """A new document starts with its opening balance; an allocation moves both of its sides, in one statement.

    A changed opening balance (the ERP corrected itself) keeps what was allocated since; where that no longer
    fits, the CHECK constraint refuses the change. The allocation trigger runs as its owner, because the
    application may not write balances; row-level security still binds it.
    """
    for table in ("invoices", "credit_notes"):
        op.execute(
            f"""CREATE FUNCTION {table}_balance() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'INSERT' THEN
                    NEW.open_balance := NEW.opening_balance;
                ELSIF NEW.opening_balance <> OLD.opening_balance THEN
                    NEW.open_balance := NEW.opening_balance - (OLD.opening_balance - OLD.open_balance);
                END IF;
                RETURN NEW;
            END $$"""
        )
        op.execute(
            f"CREATE TRIGGER {table}_balance BEFORE INSERT OR UPDATE OF opening_balance ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_balance()"
        )
    op.execute(
        """CREATE FUNCTION payments_unapplied() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.unapplied := NEW.amount;
            RETURN NEW;
        END $$"""
    )
    op.execute(
        "CREATE TRIGGER payments_unapplied BEFORE INSERT ON payments "
        "FOR EACH ROW EXECUTE FUNCTION payments_unapplied()"
    )
    op.execute(
        """CREATE FUNCTION apply_allocation() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE undone allocations%ROWTYPE;
        BEGIN
            IF NEW.reverses_id IS NOT NULL THEN
                SELECT * INTO undone FROM allocations WHERE id = NEW.reverses_id AND org_id = NEW.org_id;
                IF undone.amount IS DISTINCT FROM -NEW.amount OR undone.invoice_id <> NEW.invoice_id
                   OR undone.payment_id IS DISTINCT FROM NEW.payment_id
                   OR undone.credit_note_id IS DISTINCT FROM NEW.credit_note_id
                   OR undone.adjustment_id IS DISTINCT FROM NEW.adjustment_id THEN
                    RAISE EXCEPTION 'allocation % does not undo %', NEW.id, NEW.reverses_id
                        USING ERRCODE = 'check_violation';
                END IF;
            END IF;
            UPDATE invoices SET open_balance = open_balance - NEW.amount
                WHERE id = NEW.invoice_id AND org_id = NEW.org_id;
            IF NEW.payment_id IS NOT NULL THEN
                UPDATE payments SET unapplied = unapplied - NEW.amount
                    WHERE id = NEW.payment_id AND org_id = NEW.org_id;
            ELSIF NEW.credit_note_id IS NOT NULL THEN
                UPDATE credit_notes SET open_balance = open_balance - NEW.amount
                    WHERE id = NEW.credit_note_id AND org_id = NEW.org_id;
            END IF;
            RETURN NULL;
        END $$"""
    )
    op.execute("REVOKE ALL ON FUNCTION apply_allocation() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER apply_allocation AFTER INSERT ON allocations FOR EACH ROW EXECUTE FUNCTION apply_allocation()"
    )
