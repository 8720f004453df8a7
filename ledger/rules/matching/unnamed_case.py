"""A payment that names no document: the payer's open documents, and how a story about them is told."""

from collections.abc import Sequence

from core.money import Money
from ledger.model.match import MatchPart, OpenInvoice
from ledger.rules.matching.evidence import Evidence
from ledger.rules.matching.hypothesis import Fit, Hypothesis, Sign, customers_of, payer_agreement
from ledger.rules.matching.payer import PayerMark

_MARK_WORDS = (
    "nothing",
    "its initials or a part of its name",
    "a name that fits several",
    "a similar name",
    "a shortened name",
    "earlier payments",
    "its name in the text",
    "its name",
    "an alias",
    "its bank account",
)


class UnnamedCase:
    """The stories of a known payer's payment rest on this."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.paid = evidence.payment.amount
        self.payer = evidence.identity.customer_id
        self.currency = evidence.currency
        self.zero = Money.zero(self.currency)
        self.open = evidence.book.open_invoices(self.payer, self.currency)
        self.credits = evidence.book.open_credits(self.payer, self.currency)

    def story(
        self,
        fit: Fit,
        parts: Sequence[MatchPart],
        documents: Sequence[OpenInvoice],
        why: str,
        *,
        blocked: str = "",
        signs: Sequence[Sign] = (),
        as_tax: Sequence[MatchPart] = (),
    ) -> Hypothesis:
        """A story about documents of the payer or its family."""
        customers = customers_of(documents) or (self.payer,)
        mark, stranger = payer_agreement(self.evidence, customers)
        return Hypothesis(
            fit,
            tuple(parts),
            customers,
            (self._who(), why),
            mark=mark,
            stranger=stranger,
            blocked=blocked,
            signs=tuple(signs),
            as_tax=tuple(as_tax),
        )

    def _who(self) -> str:
        """Whom the payer is taken for, and why."""
        who = (self.evidence.payment.payer_name.strip() or self.evidence.payment.payer_account or "The payer")[:60]
        mark = self.evidence.identity.mark
        if mark is PayerMark.IN_TEXT:
            return f"{who} pays for {self.payer}, whose name stands in the text."
        return f"{who} is {self.payer}, known by {_MARK_WORDS[int(mark)]}."
