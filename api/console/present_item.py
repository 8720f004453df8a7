"""View models of review items with the ways to settle them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.console.display_text import visible
from api.console.words import item_kind_words, plainly, sentence
from ledger.commands.settle_review_item import Settlement
from ledger.queries.worklist import ReviewItemShown

_MOST_FACTS = 40


@dataclass(frozen=True, slots=True)
class SettleChoice:
    """A button: its code, its words and what follows from it."""

    settlement: Settlement
    words: str
    means: str
    primary: bool = False


_DONE = SettleChoice(Settlement.DONE, "Done", "Nothing more to do; the case is closed.")
_TRY_AGAIN = SettleChoice(Settlement.TRY_AGAIN, "Let the agent try again", "The mail is read and answered anew.")
#: Never the button that stands out: whoever pretends to be a customer hopes for just that click.
_ACCEPT = SettleChoice(
    Settlement.ACCEPT_SENDER,
    "Accept the sender",
    "They become a contact of this customer, and their mail is worked on again.",
)
#: The same decision, where the mail itself may be forged.
_VOUCH = SettleChoice(
    Settlement.ACCEPT_SENDER,
    "It is really from them",
    "You asked them by a way that you know already. The mail counts then, and its sender is a contact.",
)
#: An item of one of these kinds is settled by what it asks, and by nothing else: "done" would leave the question
#: open, and a second draft while nobody knows whether the first mail went out could send it twice.
_BY_KIND = {
    "stop_contact": (
        SettleChoice(Settlement.CONFIRM_STOP, "Write no more", "Nothing more is sent to them.", primary=True),
        SettleChoice(Settlement.LIFT_HOLD, "Misunderstood: write on", "The hold is lifted."),
    ),
    "send_outcome_unknown": (
        SettleChoice(Settlement.WAS_SENT, "It was sent", "It is recorded as sent, and not sent again.", primary=True),
        SettleChoice(
            Settlement.SEND_AGAIN,
            "It was not sent: send it",
            "It is looked for once more; if no copy is found, the customer gets it.",
        ),
    ),
    "send_delayed": (SettleChoice(Settlement.DONE, "Seen to", "The mail goes on being tried.", primary=True),),
    "contact_unreachable": (
        SettleChoice(Settlement.ADDRESS_WORKS, "The address works again", "Mail may be sent there as before."),
        SettleChoice(Settlement.DONE, "Leave it out", "Nothing is sent there any more.", primary=True),
    ),
    "mailbox_alarm": (
        SettleChoice(Settlement.DONE, "Seen to", "It is said again only if it happens again.", primary=True),
    ),
    "send_failed": (
        SettleChoice(Settlement.SEND_AGAIN, "Send it again", "The same mail is tried once more.", primary=True),
        _TRY_AGAIN,
        _DONE,
    ),
}


@dataclass(frozen=True, slots=True)
class ItemCard:
    """A review item, whole. `asks_account` where accepting the sender needs the customer's name."""

    item_id: UUID
    case_id: UUID | None
    kind: str
    words: str
    customer: str
    account_id: UUID | None
    owner: str
    opened_at: datetime
    open: bool
    settled_by: str
    settled_words: str
    facts: tuple[tuple[str, str], ...]
    choices: tuple[SettleChoice, ...]
    asks_account: bool


def present_item_card(
    item: ReviewItemShown, *, sender_in_doubt: bool = False, mail_doubted: bool = False
) -> ItemCard:
    """The item with the buttons that fit it. `sender_in_doubt`: the mail's sender is no known contact, or
    (`mail_doubted`) the mail may not be from them at all."""
    choices = settle_choices(item, sender_in_doubt=sender_in_doubt)
    if mail_doubted:
        choices = tuple(_VOUCH if choice is _ACCEPT else choice for choice in choices)
    return ItemCard(
        item_id=item.item_id,
        case_id=item.case_id,
        kind=item_kind_words(item.kind),
        words=visible(sentence(item.words[:5_000])),
        customer=visible(item.account_name),
        account_id=item.account_id,
        owner=item.owner,
        opened_at=item.opened_at,
        open=item.state == "open",
        settled_by=item.settled_by,
        settled_words=visible(item.settled_words),
        facts=_facts(item.facts),
        choices=choices if item.state == "open" else (),
        asks_account=item.account_id is None and any(one in (_ACCEPT, _VOUCH) for one in choices),
    )


def settle_choices(item: ReviewItemShown, *, sender_in_doubt: bool) -> tuple[SettleChoice, ...]:
    """The ways to settle an item of this kind."""
    if item.kind in _BY_KIND:
        return _BY_KIND[item.kind]
    if item.case_id is None:
        return (_DONE,)
    return (_DONE, _TRY_AGAIN, *((_ACCEPT,) if sender_in_doubt else ()))


def _facts(facts: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Label and value of what is kept with the item; nested records flattened by one step."""
    lines: list[tuple[str, str]] = []
    for key, value in facts.items():
        if _is_our_id(value):
            continue
        if isinstance(value, Mapping):
            lines.extend((str(name), str(inner)) for name, inner in value.items())
        elif isinstance(value, list):
            lines.extend((plainly(key), _entry(entry)) for entry in value)
        else:
            lines.append((plainly(key), str(value)))
    return tuple((visible(name[:100]), visible(value[:500])) for name, value in lines[:_MOST_FACTS])


def _is_our_id(value: object) -> bool:
    """Whether it is a record's id, which says nothing to a person."""
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False


def _entry(entry: object) -> str:
    if isinstance(entry, Mapping) and "message" in entry:
        text = str(entry.get("text", ""))
        return f"{entry['message']}{f': {text}' if text else ''}"
    return str(entry)
