"""`TemplateWriter`: the writer that needs no model service, by language and tone."""

from agent.checks.verify import verify_subject
from agent.writing.addressing import (
    choose_addressees,
    choose_language,
    greeted_name,
    last_inbound,
    thread_subject,
)
from agent.writing.locale_figures import FigureFormat
from agent.writing.paragraphs import ParagraphWriter
from ledger.model.decision import PolicyDecision, TopicKind
from ledger.model.draft import DraftText, Finding
from ledger.model.promise import PromiseState
from ledger.model.signal import Signal
from ledger.model.snapshot import AccountSnapshot
from prompts.contexts import WordContext
from prompts.mail_words import MailWords, Tone, languages

#: Days past due from which a mail that asks for money sounds firm.
FIRM_AFTER_DAYS = 60
#: Beside these paragraphs no mail sounds firm.
_ALWAYS_FRIENDLY = frozenset({TopicKind.HARDSHIP_RECEIVED, TopicKind.PAYMENT_FOUND, TopicKind.CONTACT_NOTED})
_MAX_SUBJECT_NUMBERS = 3


class TemplateWriter:
    """Words a decision from the mail templates. Given a tone it keeps to it; otherwise it chooses one by mail."""

    def __init__(self, tone: Tone | None = None) -> None:
        self._tone = tone

    async def write(
        self,
        decision: PolicyDecision,
        snapshot: AccountSnapshot,
        signals: tuple[Signal, ...],
        *,
        findings: tuple[Finding, ...] = (),
        previous: DraftText | None = None,
        instruction: str = "",
    ) -> DraftText:
        """The mail. The same decision and snapshot give the same text: findings and wishes cannot change it."""
        people = choose_addressees(snapshot)
        language = choose_language(people.person, snapshot, languages())
        words = MailWords(language.written, self._tone or choose_tone(decision, snapshot))
        writer = ParagraphWriter(words, FigureFormat(language.written, language.country), snapshot)
        parts = [words.say("greeting", WordContext(name=greeted_name(people.person)))]
        if last_inbound(snapshot) is not None:
            parts.append(words.say("thanks", WordContext()))
        parts.extend(writer.paragraphs(decision.topics))
        parts.append(_signature(words, snapshot))
        return DraftText(
            subject=_subject(words, decision, snapshot, signals),
            text="\n\n".join(parts) + "\n",
            to=people.to,
            cc=people.cc,
            language=language.written,
            marked_language=language.marked,
            attachments=decision.attachments,
            written_by="templates",
        )


def choose_tone(decision: PolicyDecision, snapshot: AccountSnapshot) -> Tone:
    """Firm where a promise on these invoices was broken, or one of them is long overdue; friendly otherwise."""
    if any(topic.kind in _ALWAYS_FRIENDLY for topic in decision.topics):
        return Tone.FRIENDLY
    numbers = {number for topic in decision.topics for number in topic.invoice_numbers}
    broken = any(
        promise.state is PromiseState.BROKEN and numbers & set(promise.invoice_numbers)
        for promise in snapshot.promises
    )
    late = any(
        (snapshot.today - invoice.due).days > FIRM_AFTER_DAYS
        for invoice in snapshot.open_invoices
        if invoice.number in numbers
    )
    return Tone.FIRM if broken or late else Tone.FRIENDLY


def _subject(
    words: MailWords, decision: PolicyDecision, snapshot: AccountSnapshot, signals: tuple[Signal, ...]
) -> str:
    """The conversation's subject with one `Re:`, if all that it says may stand; else one that names the invoices."""
    kept = f"Re: {thread_subject(snapshot)}"
    if thread_subject(snapshot) and verify_subject(kept, decision, snapshot, signals):
        return kept
    numbers = tuple(dict.fromkeys(number for topic in decision.topics for number in topic.invoice_numbers))
    shown = ", ".join(numbers[:_MAX_SUBJECT_NUMBERS])
    count = min(len(numbers), _MAX_SUBJECT_NUMBERS)
    if len(numbers) > _MAX_SUBJECT_NUMBERS:
        shown = words.say("and_more", WordContext(numbers=shown, count=len(numbers) - _MAX_SUBJECT_NUMBERS))
    own = words.say("subject", WordContext(numbers=shown, count=count))
    return f"Re: {own}" if snapshot.thread else own


def _signature(words: MailWords, snapshot: AccountSnapshot) -> str:
    lines = [words.say("closing", WordContext()), snapshot.signed_by.strip(), snapshot.entity.name.strip()]
    return "\n".join(line for line in lines if line)
