# ruff: noqa: S608 - every statement here is made of constants of this module
"""Statements of `ledger.store.match_book`: by equality on indexed columns, each with a limit.

The rows themselves are read by `= ANY(ARRAY(...))`: PostgreSQL cannot guess how few ids a bounded search gives, and a
join with it would read a table of a million rows whole. Long lists of keys come as one text with line breaks:
the driver writes an array of texts item by item, in Python.
"""

from sqlalchemy import text

_DEBTOR = "c.id::text AS id, c.external_id, c.name, c.aliases, c.email_domains, c.bank_accounts, c.parent_external_id"
#: Accounts, whose ids come as one text.
_IDS = "string_to_array(:accounts, E'\\n')::uuid[]"


def _trimmed(column: str) -> str:
    """NUMERIC(20, 6) with the two decimals that a ledger writes, and more only where they count."""
    return f"round({column}, greatest(2, min_scale({column}))) AS {column.partition('.')[2]}"


def _invoice(customer_id: str) -> str:
    """Columns of `ledger.model.found_documents.FoundInvoice`, all but the last."""
    return (
        f"i.id::text AS id, i.account_id::text AS account_id, {customer_id} AS customer_id, "
        f"i.entity_id::text AS entity_id, i.number, i.issued, i.due, i.currency, {_trimmed('i.amount')}, "
        f"{_trimmed('i.open_balance')}, i.po_number, i.terms"
    )


WAITING = text(
    """
    SELECT p.id, p.external_id, p.received_on, p.currency, p.amount, p.payer_name, p.payer_account, p.remittance,
           p.method, line.entity_id, line.bank_id
    FROM payments p LEFT JOIN bank_lines line ON line.payment_id = p.id
    WHERE p.org_id = :org AND p.id = ANY(:ids)
    ORDER BY p.received_on, p.id
    """
)
#: Customers by account, name or alias, exactly.
EXACT = text(
    """
    SELECT asked.position, m.account_id, left(keys.key, 1) = 'a' AS by_account
    FROM unnest(CAST(:positions AS int[]), CAST(:names AS text[]), CAST(:accounts AS text[]))
             AS asked(position, name, account)
    CROSS JOIN LATERAL (
        SELECT 'n:' || payer_name_key(asked.name) AS key UNION ALL SELECT 'a:' || payer_account_key(asked.account)
    ) keys
    JOIN payer_marks m ON m.org_id = :org AND m.key = keys.key
    WHERE length(keys.key) > 2
    """
)
#: Customers whose names share the most pieces with a payer's.
ALIKE = text(
    """
    SELECT ranked.position, ranked.account_id FROM (
        SELECT asked.position, found.account_id,
               row_number() OVER (PARTITION BY asked.position ORDER BY count(*) DESC, found.account_id) AS place
        FROM unnest(CAST(:positions AS int[]), CAST(:names AS text[])) AS asked(position, name)
        CROSS JOIN LATERAL payer_name_pieces(payer_name_key(asked.name)) AS piece
        CROSS JOIN LATERAL (
            SELECT m.account_id, count(*) OVER () AS holders FROM (
                SELECT account_id FROM payer_marks WHERE org_id = :org AND key = piece LIMIT :piece + 1
            ) m
        ) found
        WHERE found.holders <= :piece
        GROUP BY asked.position, found.account_id
    ) ranked WHERE ranked.place <= :alike
    """
)
#: Customers whose whole name stands among other words.
NAMED = text(
    """
    SELECT asked.name, found.account_id
    FROM unnest(string_to_array(:names, E'\\n')) AS asked(name) CROSS JOIN LATERAL (
        SELECT account_id FROM payer_marks WHERE org_id = :org AND key = 'n:' || asked.name LIMIT :alike
    ) found
    """
)
HABITS = text(
    """
    SELECT h.kind, h.payer_key, h.shown, h.amount, h.currency, h.rate, h.account_id, c.external_id
    FROM payer_habits h JOIN accounts c ON c.id = h.account_id
    WHERE h.org_id = :org AND h.removed_at IS NULL AND h.payer_key = ANY(:keys)
    ORDER BY h.taught_at, h.id
    """
)
#: The customers themselves, their parents, their children, and their parents' other children.
FAMILIES = text(
    f"""
    WITH seed AS MATERIALIZED (SELECT {_DEBTOR} FROM accounts c WHERE c.org_id = :org AND c.id = ANY(:ids)),
    parents AS (SELECT DISTINCT parent_external_id AS external_id FROM seed WHERE parent_external_id <> ''),
    others AS (
        SELECT parent.id FROM parents CROSS JOIN LATERAL (
            SELECT id FROM accounts WHERE org_id = :org AND external_id = parents.external_id LIMIT 1
        ) parent
        UNION SELECT child.id FROM (SELECT external_id FROM seed UNION SELECT external_id FROM parents) head
        CROSS JOIN LATERAL (
            SELECT id FROM accounts WHERE org_id = :org AND parent_external_id = head.external_id
                AND parent_external_id <> '' ORDER BY external_id LIMIT :family
        ) child
        EXCEPT SELECT id::uuid FROM seed
    )
    SELECT * FROM seed
    UNION ALL SELECT {_DEBTOR} FROM accounts c WHERE c.org_id = :org AND c.id = ANY(ARRAY(SELECT id FROM others))
    ORDER BY id
    """
)
DEBTORS = text(f"SELECT {_DEBTOR} FROM accounts c WHERE c.org_id = :org AND c.id = ANY(CAST(:ids AS uuid[]))")
BY_EXTERNAL = text("SELECT id FROM accounts WHERE org_id = :org AND external_id = ANY(:external)")
EARLIER = text(
    """
    SELECT found.id FROM unnest(CAST(:keys AS text[])) AS asked(key) CROSS JOIN LATERAL (
        SELECT p.id FROM payments p
        WHERE p.org_id = :org AND p.payer_account_key = asked.key AND p.payer_account_key <> ''
            AND p.received_on <= :until ORDER BY p.received_on DESC LIMIT :earlier
    ) found
    UNION
    SELECT found.id FROM unnest(CAST(:names AS text[])) AS asked(key) CROSS JOIN LATERAL (
        SELECT p.id FROM payments p
        WHERE p.org_id = :org AND p.payer_name_key = asked.key AND p.payer_name_key <> ''
            AND p.received_on <= :until ORDER BY p.received_on DESC LIMIT :earlier
    ) found
    """
)
#: Payments of one payer and amount around one day, whenever they were imported.
TWINS = text(
    """
    SELECT id FROM (
        SELECT p.id, p.received_on FROM payments p
        WHERE p.org_id = :org AND p.payer_account_key = ANY(:keys) AND p.payer_account_key <> ''
            AND p.received_on BETWEEN :since AND :until AND p.amount = :amount AND p.currency = :currency
        UNION
        SELECT p.id, p.received_on FROM payments p
        WHERE p.org_id = :org AND p.payer_name_key = ANY(:names) AND p.payer_name_key <> ''
            AND p.received_on BETWEEN :since AND :until AND p.amount = :amount AND p.currency = :currency
    ) found WHERE id <> :own ORDER BY received_on DESC, id LIMIT :earlier
    """
)
PAID_ON = text(
    """
    SELECT DISTINCT found.payment_id FROM unnest(CAST(:ids AS uuid[])) AS asked(id) CROSS JOIN LATERAL (
        SELECT a.payment_id FROM allocations a
        WHERE a.invoice_id = asked.id AND a.org_id = :org AND a.payment_id IS NOT NULL
        ORDER BY a.created_at DESC LIMIT :paid
    ) found
    """
)
EARLIER_DETAILS = text(
    """
    SELECT p.id, p.external_id, p.received_on, p.currency, p.amount, p.payer_name, p.payer_account, p.remittance,
           p.method, c.external_id AS customer_id, m.status,
           CASE WHEN m.status = 'applied' THEN m.parts
                WHEN m.status = 'suggested' THEN m.candidates -> 0 -> 'parts' END AS parts,
           coalesce((SELECT sum(o.amount) FROM cash_offsets o
                     WHERE o.org_id = :org AND (o.payment_id = p.id OR o.outgoing_id = p.id)), 0) AS taken_back
    FROM payments p
    LEFT JOIN accounts c ON c.id = p.account_id
    LEFT JOIN match_proposals m ON m.payment_id = p.id AND m.status IN ('applied', 'suggested')
    WHERE p.org_id = :org AND p.id = ANY(:ids)
    """
)
ALLOCATED = text(
    """
    SELECT a.payment_id, i.number, c.external_id AS customer_id, a.currency, sum(a.amount) AS amount
    FROM allocations a JOIN invoices i ON i.id = a.invoice_id JOIN accounts c ON c.id = i.account_id
    WHERE a.org_id = :org AND a.payment_id = ANY(:ids)
    GROUP BY a.payment_id, i.number, c.external_id, a.currency HAVING sum(a.amount) > 0
    ORDER BY i.number
    """
)
ADVICES = text(
    f"""
    SELECT r.id, r.received_on, r.from_email, r.text, r.account_id,
           (SELECT array_agg(DISTINCT c.reference) FROM payment_claims c
            WHERE c.org_id = :org AND c.message_id = r.message_id AND c.withdrawn_at IS NULL AND c.reference <> ''
                AND c.reference <> ALL (c.invoice_numbers)) AS said
    FROM (
        SELECT found.id FROM unnest({_IDS}) AS asked(id) CROSS JOIN LATERAL (
            SELECT id FROM remittance_advices WHERE org_id = :org AND account_id = asked.id AND used_by IS NULL
                AND received_on BETWEEN :since AND :until ORDER BY received_on DESC LIMIT :advice
        ) found
        UNION
        SELECT found.advice_id FROM unnest(CAST(:amounts AS text[])) AS asked(amount) CROSS JOIN LATERAL (
            SELECT advice_id FROM advice_amounts WHERE org_id = :org AND amount = asked.amount LIMIT :advice
        ) found
    ) ids JOIN remittance_advices r ON r.id = ids.id
    WHERE r.org_id = :org AND r.used_by IS NULL AND r.received_on BETWEEN :since AND :until
    ORDER BY r.received_on, r.id
    """
)


_CREDIT = (
    f"n.id, n.account_id, c.external_id, n.number, n.issued, n.currency, {_trimmed('n.amount')}, "
    f"{_trimmed('n.open_balance')}, n.invoice_number"
)


def _by_key(column: str, keys: str) -> str:
    return f"""SELECT found.id FROM unnest(string_to_array(:{keys}, E'\\n')) AS asked(key) CROSS JOIN LATERAL (
        SELECT id FROM invoices WHERE org_id = :org AND {column} = asked.key AND {column} <> ''
        LIMIT :key) found"""


def _by_padded(table: str) -> str:
    """Documents with exactly these digits, leading zeros and all."""
    return f"""SELECT found.id FROM unnest(string_to_array(:padded, E'\\n')) AS asked(key) CROSS JOIN LATERAL (
        SELECT id FROM {table} WHERE org_id = :org AND number_digits = ltrim(asked.key, '0')
            AND regexp_replace(number, '[^0-9]', '', 'g') = asked.key LIMIT :key) found"""


#: Most are open ones of the payers: those are read at once, without a second look-up by their ids, and where they are
#: asked for as well, or have a payment's amount, they come twice, those that are asked for first. To tell rows of so
#: many columns apart costs more than both.
INVOICES = text(
    f"""
    SELECT {_invoice("c.external_id")}, true AS is_asked_for
    FROM invoices i JOIN accounts c ON c.id = i.account_id
    WHERE i.org_id = :org AND i.id = ANY(ARRAY(
        {_by_key("number_key", "whole")} UNION {_by_key("number_digits", "digits")}
        UNION {_by_key("number_group", "digits")} UNION {_by_padded("invoices")}
        UNION {_by_key("po_key", "whole")} UNION {_by_key("po_digits", "digits")}
        UNION SELECT found.id
        FROM unnest(string_to_array(:owners, E'\\n')::uuid[], string_to_array(:owned, E'\\n')) AS asked(owner, key)
        CROSS JOIN LATERAL (
            SELECT id FROM invoices WHERE org_id = :org AND account_id = asked.owner
                AND number_end = right(asked.key, 3) AND right(number_digits, length(asked.key)) = asked.key
            LIMIT :key) found
    ))
    UNION ALL SELECT {_invoice("(SELECT c.external_id FROM accounts c WHERE c.id = i.account_id)")}, false
    FROM unnest(string_to_array(:amounts, E'\\n')) AS asked(key) CROSS JOIN LATERAL (
        SELECT * FROM invoices WHERE org_id = :org AND open_key = asked.key LIMIT :amount
    ) i
    UNION ALL SELECT {_invoice("asked.customer_id")}, false
    FROM unnest({_IDS}, CAST(:customers AS text[])) AS asked(id, customer_id) CROSS JOIN LATERAL (
        SELECT * FROM invoices WHERE org_id = :org AND account_id = asked.id AND open_key IS NOT NULL
        ORDER BY due LIMIT :open
    ) i
    ORDER BY due, number, id, is_asked_for DESC
    """
)
#: For customers with more open invoices than are read whole, and for closed ones: by the last digits.
BY_ENDS = text(
    f"""
    SELECT {_invoice("c.external_id")}, true
    FROM invoices i JOIN accounts c ON c.id = i.account_id
    WHERE i.org_id = :org AND i.account_id = ANY({_IDS}) AND i.number_end = ANY(:ends)
    ORDER BY i.open_balance = 0, i.due DESC LIMIT :open
    """
)
OPEN_NUMBERS = text(
    f"""
    SELECT asked.id::text, found.currency, count(*) FROM unnest({_IDS}) AS asked(id) CROSS JOIN LATERAL (
        SELECT currency FROM invoices WHERE org_id = :org AND account_id = asked.id AND open_key IS NOT NULL
        LIMIT :open
    ) found
    GROUP BY asked.id, found.currency
    """
)
CREDITS = text(
    f"""
    SELECT {_CREDIT} FROM credit_notes n JOIN accounts c ON c.id = n.account_id
    WHERE n.org_id = :org AND n.id = ANY(ARRAY(
        SELECT found.id FROM unnest(string_to_array(:whole, E'\\n')) AS asked(key) CROSS JOIN LATERAL (
            SELECT id FROM credit_notes WHERE org_id = :org AND number_key = asked.key LIMIT :key) found
        UNION SELECT found.id FROM unnest(string_to_array(:digits, E'\\n')) AS asked(key) CROSS JOIN LATERAL (
            SELECT id FROM credit_notes WHERE org_id = :org AND number_digits = asked.key AND number_digits <> ''
            LIMIT :key) found
        UNION {_by_padded("credit_notes")}
        UNION SELECT found.id FROM unnest({_IDS}) AS asked(id) CROSS JOIN LATERAL (
            SELECT id FROM credit_notes WHERE org_id = :org AND account_id = asked.id AND is_open
            ORDER BY issued LIMIT :open) found
    ))
    """
)
ON_ACCOUNT = text(
    f"""
    SELECT c.external_id, p.currency, sum(p.unapplied) AS held
    FROM payments p JOIN accounts c ON c.id = p.account_id
    WHERE p.org_id = :org AND p.account_id = ANY({_IDS}) AND p.is_waiting AND p.unapplied > 0
        AND NOT EXISTS (SELECT 1 FROM match_proposals m WHERE m.payment_id = p.id AND m.status = 'suggested')
    GROUP BY c.external_id, p.currency
    """
)
