"""What each paragraph of a mail is filled with: topic and ledger to words and figures in the mail's language."""

from datetime import date

from agent.checks.facts import safe_reference
from agent.writing.locale_figures import FigureFormat
from core.money import Money
from ledger.model.decision import Topic, TopicKind
from ledger.model.invoice import Invoice
from ledger.model.signal import DocumentKind
from ledger.model.snapshot import AccountSnapshot
from prompts.contexts import ParagraphContext, WordContext
from prompts.mail_words import MailWords

#: More invoices than this are not all named in one sentence.
MAX_NAMED = 8
#: More open invoices than this are not listed line by line.
MAX_LISTED = 15
#: Paragraphs beside which asking for a payment date would be deaf to what the customer wrote.
_NO_ASKING = frozenset(
    {
        TopicKind.PROMISE_NOTED,
        TopicKind.PROMISE_CONDITION_NOTED,
        TopicKind.PAYMENT_FOUND,
        TopicKind.PAYMENT_NOT_FOUND,
        TopicKind.DISPUTE_RECEIVED,
        TopicKind.UNDISPUTED_REST,
        TopicKind.EXTENSION_PASSED_ON,
        TopicKind.PLAN_PASSED_ON,
        TopicKind.HARDSHIP_RECEIVED,
    }
)


class ParagraphWriter:
    """Words the topics of one mail to one customer."""

    def __init__(self, words: MailWords, figures: FigureFormat, snapshot: AccountSnapshot) -> None:
        self._words = words
        self._figures = figures
        self._snapshot = snapshot

    def paragraphs(self, topics: tuple[Topic, ...]) -> list[str]:
        """A text for each topic, in order; a listed invoice a line."""
        quiet = any(topic.kind in _NO_ASKING for topic in topics)
        written: list[str] = []
        for topic in topics:
            context = self._context(topic, asks=not quiet)
            text = self._words.say(topic.kind.value, context)
            if context.listed:
                text = "\n".join([text, *self._lines(topic)])
            written.append(text)
            if topic.kind is TopicKind.OPEN_ITEMS and context.asks:
                written.append(self._words.say("ask_when", context))
        return list(dict.fromkeys(written))

    def numbers(self, numbers: tuple[str, ...]) -> str:
        """The invoice numbers as one phrase; of many, the first ones and how many more."""
        if len(numbers) <= MAX_NAMED:
            return self._figures.join(numbers)
        named = WordContext(numbers=", ".join(numbers[:MAX_NAMED]), count=len(numbers) - MAX_NAMED)
        return self._words.say("and_more", named)

    def _context(self, topic: Topic, *, asks: bool) -> ParagraphContext:
        invoices = self._invoices(topic)
        overdue = any(invoice.due < self._snapshot.today for invoice in invoices)
        repeated = topic.amount is not None and topic.amount == topic.stated_amount
        hides_amount = repeated and topic.kind is not TopicKind.PAYMENT_FOUND
        return ParagraphContext(
            numbers=self.numbers(topic.invoice_numbers),
            count=len(topic.invoice_numbers),
            amount="" if hides_amount else self._money(topic.amount),
            undisputed=self._money(topic.undisputed),
            stated_day=self._day(topic.stated_day),
            stated_amount=self._money(topic.stated_amount),
            stated_reference=topic.stated_reference if safe_reference(topic.stated_reference) else "",
            ledger_day=self._day(self._ledger_day(topic, invoices)),
            documents=self._documents(topic),
            reason=topic.dispute_reason.value if topic.dispute_reason is not None else "",
            closed=bool(invoices) and not any(invoice.open_balance for invoice in invoices),
            asks=asks and overdue,
            listed=topic.kind is TopicKind.OPEN_ITEMS and 1 < len(invoices) <= MAX_LISTED,
        )

    def _ledger_day(self, topic: Topic, invoices: list[Invoice]) -> date | None:
        """The topic's own ledger day; for one open item or one extension, the invoice's due day."""
        if topic.kind in (TopicKind.OPEN_ITEMS, TopicKind.EXTENSION_PASSED_ON):
            return invoices[0].due if len(invoices) == 1 and len(topic.invoice_numbers) == 1 else None
        return topic.ledger_day

    def _invoices(self, topic: Topic) -> list[Invoice]:
        found = (self._snapshot.invoice(number) for number in topic.invoice_numbers)
        return [invoice for invoice in found if invoice is not None]

    def _lines(self, topic: Topic) -> list[str]:
        return [
            self._words.say(
                "line",
                WordContext(
                    numbers=invoice.number,
                    amount=self._figures.money(invoice.open_balance),
                    day=self._figures.day(invoice.due),
                ),
            )
            for invoice in self._invoices(topic)
        ]

    def _documents(self, topic: Topic) -> str:
        kinds = sorted(dict.fromkeys(topic.documents), key=lambda kind: kind is DocumentKind.OTHER)
        count = len(topic.invoice_numbers)
        return self._figures.join(
            [self._words.say("document", WordContext(kind=kind.value, count=count)) for kind in kinds]
        )

    def _money(self, amount: Money | None) -> str:
        return self._figures.money(amount) if amount is not None else ""

    def _day(self, day: date | None) -> str:
        return self._figures.day(day) if day is not None else ""
