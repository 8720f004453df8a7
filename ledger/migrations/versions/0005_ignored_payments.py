"""payments that are none of the customers' money, and lists of payments that stay quick"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_match_proposals_status_known"), "match_proposals", type_="check")
    op.create_check_constraint(
        op.f("ck_match_proposals_status_known"),
        "match_proposals",
        "status IN ('applied', 'suggested', 'undone', 'rejected', 'ignored')",
    )
    _end_what_is_ignored()
    op.create_index(
        "ix_match_proposals_put_away",
        "match_proposals",
        ["org_id", "status", "payment_id"],
        unique=False,
        postgresql_where=sa.text("status IN ('rejected', 'ignored') AND decided_by <> 'duly'"),
    )
    # Most of what is rejected Duly itself took off the list, looking again. Without knowing how few people rejected,
    # the planner reads every payment that waits instead of those few.
    op.execute("CREATE STATISTICS match_proposals_decisions (mcv) ON status, decided_by FROM match_proposals")
    op.create_index("ix_payments_org_id_received_on", "payments", ["org_id", "received_on", "id"], unique=False)
    _one_item_for_each_payment_that_waits()


def _end_what_is_ignored() -> None:
    """Like a rejected proposal, an ignored one is over: a payment that is brought back gets another."""
    op.execute(
        """CREATE OR REPLACE FUNCTION match_proposals_end() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.status IN ('rejected', 'ignored')
               OR (OLD.status = 'undone' AND NEW.status NOT IN ('undone', 'applied')) THEN
                RAISE EXCEPTION 'proposal % is % already', OLD.id, OLD.status USING ERRCODE = 'check_violation';
            END IF;
            IF OLD.parts IS NOT NULL AND NEW.parts IS DISTINCT FROM OLD.parts THEN
                RAISE EXCEPTION 'what proposal % posted is not rewritten', OLD.id USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        END $$"""
    )


def _one_item_for_each_payment_that_waits() -> None:
    """The list of payments that wait is that of their open review items from here on: items that were forgotten are
    opened, those of payments that no longer wait are settled. Organisation by organisation, as 0003 does."""
    op.execute(
        """DO $$
        DECLARE org uuid;
        BEGIN
            PERFORM set_config('duly.directory', 'on', true);
            FOR org IN SELECT id FROM organisations LOOP
                PERFORM set_config('duly.org_id', org::text, true);
                INSERT INTO review_items
                    (id, org_id, account_id, kind, words, facts, owner, cause_key, state, opened_at)
                    SELECT gen_random_uuid(), p.org_id, p.account_id, 'payment',
                           'a payment received on ' || p.received_on || ' is not applied: ' || m.held_because,
                           jsonb_build_object('payment_id', p.id, 'proposal_id', m.id), 'collector',
                           'payment:' || p.id || ':' || m.attempt, 'open', m.created_at
                    FROM match_proposals m JOIN payments p ON p.id = m.payment_id
                    WHERE m.status = 'suggested' AND p.is_waiting AND p.amount > 0
                    ON CONFLICT DO NOTHING;
                UPDATE review_items
                    SET state = 'settled', settled_at = now(), settled_by = 'duly',
                        settled_words = 'the payment no longer waits'
                    FROM payments p
                    WHERE review_items.kind = 'payment' AND review_items.state = 'open'
                        AND p.id = CAST(review_items.facts ->> 'payment_id' AS uuid)
                        AND (NOT p.is_waiting OR EXISTS (SELECT 1 FROM match_proposals m WHERE m.payment_id = p.id
                            AND m.status = 'applied'));
            END LOOP;
            PERFORM set_config('duly.org_id', '', true);
            PERFORM set_config('duly.directory', 'off', true);
        END $$"""
    )


def downgrade() -> None:
    raise NotImplementedError("what people decided about payments is not thrown away: restore a backup instead")
