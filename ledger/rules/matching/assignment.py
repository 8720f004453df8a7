"""One assignment where several payments wait: no document is given to two of them, and the likeliest whole is taken.

Payments that want the same documents are weighed together: every way to give each of them one of its stories, or of
the invoices alike to the one it would take, such that no document is taken beyond what is open. Exact within
`MOST_TOGETHER` payments; of more, the ones received first are weighed together and the others after them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.money import Money
from ledger.model.match import IncomingPayment, MatchCandidate, MatchPart, MatchProposal, MatchStatus, PartKind
from ledger.rules.matching.book import Book, due_order
from ledger.rules.matching.hypothesis import Fit, Hypothesis
from ledger.rules.matching.propose import MAX_CANDIDATES, as_candidate, candidates_of, held_because, propose, weigh
from ledger.rules.matching.remittances import RemittanceIndex

#: Payments weighed together, and stories of each: at most 5 ** 6 wholes are looked at.
MOST_TOGETHER = 6
_MOST_CHOICES = 5
_MOST_ALIKE = 8
#: Of invoices alike, each next one is taken a little less gladly than the one due before it.
_NEXT_DUE = 0.999
_TAKES = frozenset({PartKind.INVOICE, PartKind.DISCOUNT, PartKind.FEE, PartKind.CREDIT})

Document = tuple[bool, str]


@dataclass(frozen=True, slots=True)
class _Choice:
    """One story of a payment; those with one `story` number differ in nothing but which alike invoice is taken."""

    story: int
    hypothesis: Hypothesis
    chance: float
    takes: tuple[tuple[Document, Money], ...]


def assign(
    payments: Sequence[IncomingPayment], book: Book, remittances: RemittanceIndex
) -> tuple[MatchProposal, ...]:
    """A proposal for each payment, in their order, that can be settled one after the other.

    A payment that nobody else competes with gets what `propose` says. Changes nothing.
    """
    choices = {p.payment_id: _choices(p, book, remittances) for p in payments}
    proposals: dict[str, MatchProposal] = {}
    for group in _competing(payments, choices, book):
        proposals |= {proposal.payment_id: proposal for proposal in _of_group(group, choices, book)}
    return tuple(proposals[payment.payment_id] for payment in payments)


def yielding(
    payments: Sequence[IncomingPayment], book: Book, remittances: RemittanceIndex
) -> dict[str, MatchProposal]:
    """By payment id, what is posted for those that leave to another waiting payment what they would take alone.

    One that the assignment leaves nothing to post is not among them: in its turn it may repeat or return another.
    """
    found: dict[str, MatchProposal] = {}
    if len(payments) < 2:
        return found
    choices = {p.payment_id: _choices(p, book, remittances) for p in payments}
    for group in _competing(payments, choices, book):
        if len(group) < 2:
            continue
        for payment, proposal in zip(group, _of_group(group, choices, book), strict=True):
            if proposal.status is not MatchStatus.APPLIED or proposal.best is None:
                continue
            alone = propose(payment, book, remittances).best
            if alone is None or alone.parts != proposal.best.parts:
                found[payment.payment_id] = proposal
    return found


def _of_group(
    group: Sequence[IncomingPayment], choices: dict[str, list[_Choice]], book: Book
) -> Iterator[MatchProposal]:
    """A proposal for each payment of a group, in its order."""
    taken: dict[Document, Money] = {}
    for start in range(0, len(group), MOST_TOGETHER):
        together = group[start : start + MOST_TOGETHER]
        chosen = _best_whole([choices[p.payment_id] for p in together], taken, book)
        for payment, (choice, chance) in zip(together, chosen, strict=True):
            yield _proposal(payment, choice, chance, choices[payment.payment_id], book)


def _choices(payment: IncomingPayment, book: Book, remittances: RemittanceIndex) -> list[_Choice]:
    """Its likeliest stories, and that it takes nothing: nobody could tell, or something else happened."""
    weighed = weigh(payment, book, remittances)
    found = []
    for position, (hypothesis, chance) in enumerate(weighed[:_MOST_CHOICES]):
        if hypothesis.fit is Fit.UNIDENTIFIED:
            continue
        found.append(_Choice(position, hypothesis, chance, _takes(hypothesis)))
        for next_due, other in enumerate(_alike(hypothesis, book), 1):
            found.append(_Choice(position, other, chance * _NEXT_DUE**next_due, _takes(other)))
    unknown = next(story for story, _ in weighed if story.fit is Fit.UNIDENTIFIED)
    rest = 1.0 - sum({choice.story: choice.chance for choice in reversed(found)}.values())
    return [*found, _Choice(len(weighed), unknown, max(rest, 0.0), ())]


def _takes(hypothesis: Hypothesis) -> tuple[tuple[Document, Money], ...]:
    return tuple(
        ((part.kind is PartKind.CREDIT, part.document), max(part.amount, -part.amount))
        for part in hypothesis.parts
        if part.kind in _TAKES
    )


def _alike(hypothesis: Hypothesis, book: Book) -> Iterator[Hypothesis]:
    """The same story with each of the customer's other invoices of this open balance, due first."""
    if hypothesis.fit is not Fit.EXACT or hypothesis.strength is not None or len(hypothesis.parts) != 1:
        return
    part = hypothesis.parts[0]
    others = [
        invoice
        for invoice in book.invoices_with_open(part.amount)
        if (invoice.customer_id,) == hypothesis.customer_ids and invoice.number != part.document
    ]
    for invoice in sorted(others, key=due_order)[:_MOST_ALIKE]:
        why = f"{part.document} is another waiting payment's: {invoice.number} is alike and due next."
        yield replace(
            hypothesis,
            parts=(MatchPart(PartKind.INVOICE, invoice.number, part.amount),),
            reasons=(hypothesis.reasons[0], why),
        )


def _competing(
    payments: Sequence[IncomingPayment], choices: dict[str, list[_Choice]], book: Book
) -> list[list[IncomingPayment]]:
    """Payments in groups that want the same documents, each group in the order received."""
    group_of: dict[str, list[IncomingPayment]] = {p.payment_id: [p] for p in payments}
    wanted: dict[Document, list[IncomingPayment]] = defaultdict(list)
    for payment in payments:
        documents = {document for choice in choices[payment.payment_id] for document, _ in choice.takes}
        for document in documents:
            wanted[document].append(payment)
    for competitors in wanted.values():
        first = group_of[competitors[0].payment_id]
        for other in competitors[1:]:
            joined = group_of[other.payment_id]
            if joined is first:
                continue
            first.extend(joined)
            for payment in joined:
                group_of[payment.payment_id] = first
    order = {payment.payment_id: at for at, payment in enumerate(payments)}
    groups = {id(group): group for group in group_of.values()}
    return [sorted(group, key=lambda p: (p.received_on, order[p.payment_id])) for group in groups.values()]


def _best_whole(
    choices: Sequence[list[_Choice]], taken: dict[Document, Money], book: Book
) -> list[tuple[_Choice, float]]:
    """The likeliest way to give each payment one choice, with how likely each one's story is over all ways.

    `taken` is what earlier payments of the group took; what is chosen is added to it.
    """
    # Those that could take one invoice as well as another choose last, and take what is left.
    order = sorted(range(len(choices)), key=lambda at: _is_free_to_choose(choices[at]))
    best: tuple[float, tuple[_Choice, ...]] = (-1.0, ())
    whole = 0.0
    by_story: list[dict[int, float]] = [defaultdict(float) for _ in choices]
    for weight, picked in _wholes([choices[at] for at in order], taken, book):
        whole += weight
        for at, choice in zip(order, picked, strict=True):
            by_story[at][choice.story] += weight
        if weight > best[0]:
            best = weight, picked
    chosen = dict(zip(order, best[1], strict=True))
    for choice in best[1]:
        for document, amount in choice.takes:
            taken[document] = taken[document] + amount if document in taken else amount
    return [(chosen[at], by_story[at][chosen[at].story] / whole if whole else 0.0) for at in range(len(choices))]


def _is_free_to_choose(options: Sequence[_Choice]) -> bool:
    return len({option.story for option in options}) < len(options)


def _wholes(
    choices: Sequence[list[_Choice]], taken: dict[Document, Money], book: Book
) -> Iterator[tuple[float, tuple[_Choice, ...]]]:
    pending: list[tuple[float, tuple[_Choice, ...], dict[Document, Money]]] = [(1.0, (), taken)]
    while pending:
        weight, picked, held = pending.pop()
        if len(picked) == len(choices):
            yield weight, picked
            continue
        told: set[int] = set()
        for choice in choices[len(picked)]:
            # Of invoices alike, only the first one that is free: the others are the same story.
            after = None if choice.story in told else _after(choice, held, book)
            if after is not None:
                told.add(choice.story)
                pending.append((weight * choice.chance, (*picked, choice), after))


def _after(choice: _Choice, held: dict[Document, Money], book: Book) -> dict[Document, Money] | None:
    """What is taken once this choice is; None where a document would be taken beyond what is open."""
    after = dict(held)
    for document, amount in choice.takes:
        is_credit, number = document
        owned = book.credit(number) if is_credit else book.invoice(number)
        if owned is None or owned.open_balance.currency != amount.currency:
            return None
        so_far = after[document] + amount if document in after else amount
        if owned.open_balance < so_far:
            return None
        after[document] = so_far
    return after


def _proposal(
    payment: IncomingPayment, choice: _Choice, chance: float, options: Sequence[_Choice], book: Book
) -> MatchProposal:
    why = held_because(payment, choice.hypothesis, chance, book)
    candidates: list[MatchCandidate] = list(candidates_of([(choice.hypothesis, chance)]))
    for other in options:
        if other.story != choice.story and len(candidates) < MAX_CANDIDATES:
            candidates.append(as_candidate(other.hypothesis, min(other.chance, 1.0 - chance)))
    status = MatchStatus.SUGGESTED if why else MatchStatus.APPLIED
    return MatchProposal(payment.payment_id, status, tuple(candidates), why)
