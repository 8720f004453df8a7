"""`Hypothesis`: one accounting story for a payment, and the small steps that all stories are built from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from core.money import Money, total
from ledger.model.match import MONEY_PARTS, MatchPart, OpenCredit, OpenInvoice, PartKind, RemittanceAdvice
from ledger.rules.matching.evidence import Evidence
from ledger.rules.matching.payer import PayerMark
from ledger.rules.matching.references import Strength


class Fit(StrEnum):
    """How the amount is explained."""

    EXACT = "exact"
    STATED_LINES = "stated_lines"
    CREDIT_TAKEN = "credit_taken"
    DISCOUNT = "discount"
    LATE_DISCOUNT = "late_discount"
    FEE = "fee"
    SHORT_PAY = "short_pay"
    PART_PAYMENT = "part_payment"
    SOME_OF_NAMED = "some_of_named"
    NAMED_AND_MORE = "named_and_more"
    OVERPAID = "overpaid"
    SUBSET = "subset"
    ALL_OPEN = "all_open"
    INSTALMENT_AGAIN = "instalment_again"
    ON_ACCOUNT = "on_account"
    DUPLICATE = "duplicate"
    REVERSAL = "reversal"
    REFUND = "refund"
    UNIDENTIFIED = "unidentified"


class Sign(StrEnum):
    """Something else that speaks for a story or against it; `ledger.rules.matching.weights` says how much."""

    ADVICE_TOTAL_DIFFERS = "advice_total_differs"
    ADVICE_HINT = "advice_hint"
    ADVICE_TOLD = "advice_told"
    ADVICE_NOT_TOLD = "advice_not_told"
    ADVICE_OF_ANOTHER = "advice_of_another"
    LINES_DISAGREE = "lines_disagree"
    REPEAT_SAID = "repeat_said"
    CREDIT_TOLD = "credit_told"
    CREDIT_SILENT = "credit_silent"
    GAP_WRITTEN = "gap_written"
    GAP_BY_RATE = "gap_by_rate"
    GAP_LARGE = "gap_large"
    FEE_USUAL = "fee_usual"
    FEE_SAID = "fee_said"
    FEE_ODD = "fee_odd"
    DISCOUNT_SAID = "discount_said"
    OVER_LARGE = "over_large"
    UNREAD_NUMBERS = "unread_numbers"
    CLOSED_NAMED = "closed_named"
    CUT_TAIL = "cut_tail"
    PART_SAID = "part_said"
    EVEN_PART = "even_part"
    OF_THE_FAMILY = "of_the_family"
    ONE_OF_TIED = "one_of_tied"
    SLIP_AND_EXACT = "slip_and_exact"
    REPEAT_SOON = "repeat_soon"
    REPEAT_ALIKE = "repeat_alike"
    REPEAT_PENDING = "repeat_pending"
    ALIKE_OPEN = "alike_open"
    EARLIER_STILL_OPEN = "earlier_still_open"
    CHANCE_NONE = "chance_none"
    CHANCE_SMALL = "chance_small"
    CHANCE_SOME = "chance_some"
    CHANCE_LARGE = "chance_large"
    IN_A_ROW = "in_a_row"
    DEPOSIT_SAID = "deposit_said"
    UNKNOWN_PAYER = "unknown_payer"
    NO_PAYER = "no_payer"
    NOBODY_AT_ALL = "nobody_at_all"
    NEWEST = "newest"
    REVERSAL_SAID = "reversal_said"
    OF_A_REPEAT = "of_a_repeat"
    WHOLE_BALANCE = "whole_balance"
    SAME_WORDS = "same_words"


#: The documents explain the amount to the cent; everything else leaves something over or open.
TIGHT = frozenset({Fit.EXACT, Fit.STATED_LINES, Fit.CREDIT_TAKEN, Fit.DISCOUNT, Fit.LATE_DISCOUNT})


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One story. `blocked` says why it may never be posted without a person; empty where it may."""

    fit: Fit
    parts: tuple[MatchPart, ...]
    customer_ids: tuple[str, ...]
    reasons: tuple[str, ...]
    #: How the documents were named; None where the text names none.
    strength: Strength | None = None
    #: How the payer was recognised, as far as it agrees with the documents.
    mark: PayerMark = PayerMark.NOBODY
    #: The payer is known to be somebody else.
    stranger: bool = False
    blocked: str = ""
    signs: tuple[Sign, ...] = ()
    advice: RemittanceAdvice | None = field(default=None, compare=False)
    #: The same money with the gap booked as tax withheld: put beside it for a person; empty where nothing says so.
    as_tax: tuple[MatchPart, ...] = ()

    @property
    def money_key(self) -> tuple[tuple[str, str, Money], ...]:
        """What it posts, in a fixed order: two stories with one key are the same posting."""
        parts = [(str(p.kind), p.document, p.amount) for p in self.parts if p.kind in MONEY_PARTS]
        return tuple(sorted(parts, key=lambda part: (part[0], part[1], part[2].amount)))


def invoice_parts(invoices: Sequence[OpenInvoice], lacking: Sequence[Money]) -> tuple[MatchPart, ...]:
    """A part for each invoice: its open balance less what is lacking on it."""
    return tuple(
        MatchPart(PartKind.INVOICE, invoice.number, invoice.open_balance - gap)
        for invoice, gap in zip(invoices, lacking, strict=True)
    )


def credit_parts(credits: Sequence[OpenCredit]) -> tuple[MatchPart, ...]:
    """A negative part for each credit note, taken whole."""
    return tuple(MatchPart(PartKind.CREDIT, credit.number, -credit.open_balance) for credit in credits)


def gap_on_last(invoices: Sequence[OpenInvoice], gap: Money) -> list[Money] | None:
    """The gap on the invoice named last, where nobody says otherwise; None where it is too large for it."""
    if not invoices or invoices[-1].open_balance <= gap:
        return None
    return [Money.zero(gap.currency)] * (len(invoices) - 1) + [gap]


def customers_of(documents: Sequence[OpenInvoice | OpenCredit]) -> tuple[str, ...]:
    """Their customers, sorted."""
    return tuple(sorted({document.customer_id for document in documents}))


def open_total(invoices: Sequence[OpenInvoice], currency: str) -> Money:
    """Sum of their open balances; all must be in `currency`."""
    return total([invoice.open_balance for invoice in invoices], currency)


def payer_agreement(evidence: Evidence, customer_ids: Sequence[str]) -> tuple[PayerMark, bool]:
    """The payer's mark where it is these customers' family, and whether it is known to be somebody else."""
    identity = evidence.identity
    if not identity.known:
        one_of_them = len(set(customer_ids)) == 1 and set(customer_ids) <= set(identity.tied)
        return (PayerMark.TIED if one_of_them else PayerMark.NOBODY), False
    if set(customer_ids) <= set(identity.family):
        return identity.mark, False
    return PayerMark.NOBODY, True


def chance_sign(ways: int, target: Money, unit: int) -> Sign:
    """How likely one of `ways` sums hits `target` by chance, were all multiples of `unit` hundredths as likely."""
    expected = ways * unit / max(int(target.amount.scaleb(2)), 1)
    if expected < 0.002:
        return Sign.CHANCE_NONE
    if expected < 0.02:
        return Sign.CHANCE_SMALL
    return Sign.CHANCE_SOME if expected < 0.2 else Sign.CHANCE_LARGE


def listed(words: Sequence[str], limit: int = 6) -> str:
    """`A, B and C`, shortened after `limit`."""
    shown = list(words[:limit])
    if len(words) > limit:
        shown.append(f"{len(words) - limit} more")
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]
