"""Ids that came from outside: an answer is composed whatever they are, and names those that a header can hold."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.ids import ConversationId, MailboxId, MessageId, SendId, new_id
from jobs.composing import compose_mail
from ledger.commands.send_draft import MailToCompose
from ledger.model.draft import DraftText
from ledger.model.message import Direction, Message

AT = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
CONVERSATION = ConversationId(new_id())


def a_message(message_id: str, *references: str) -> Message:
    return Message(
        message_id=MessageId(new_id()),
        mailbox_id=MailboxId(new_id()),
        conversation_id=CONVERSATION,
        account_id=None,
        direction=Direction.INBOUND,
        header_message_id=message_id,
        references=references,
        sender="tom@brightwater.example",
        to=("ar@seller.example",),
        cc=(),
        subject="Invoice",
        text="?",
        reply_text="?",
        at=AT,
    )


def an_answer_to(message: Message, *thread: Message) -> MailToCompose:
    return MailToCompose(
        send_id=SendId(new_id()),
        draft=DraftText(subject="Re: Invoice", text="Thank you.", to=("tom@brightwater.example",)),
        sender_name="Seller",
        sender_address="ar@seller.example",
        conversation_id=CONVERSATION,
        reply_secret=b"s" * 32,
        answers=message,
        thread=thread or (message,),
        attachments=(),
        at=AT,
    )


def threading(mail: MailToCompose) -> tuple[str | None, list[str]]:
    """In-Reply-To, and References without the conversation's beginning, which is ours."""
    parsed = message_from_bytes(compose_mail(mail).raw, policy=policy.compat32)
    return parsed["In-Reply-To"], parsed["References"].split()[1:]


@pytest.mark.parametrize(
    "odd",
    [
        '"20260420.77"@brightwater.example',
        "(1)@brightwater.example",
        "1,2@brightwater.example",
        "1;2@brightwater.example",
        "1\\2@brightwater.example",
        "",
        "1@[10.0.0.1]x\x7f",
        "a b@brightwater.example",
        "ü@brightwater.example",
        f"{'1' * 700}@brightwater.example",
        "0c1@missing.duly",
    ],
    ids=[
        "quoted",
        "comment",
        "comma",
        "semicolon",
        "backslash",
        "none",
        "control",
        "blank",
        "umlaut",
        "long",
        "ours",
    ],
)
def test_an_id_that_no_header_can_hold_is_left_out_and_the_answer_goes_out(odd: str) -> None:
    before = a_message("r1@brightwater.example")
    assert threading(an_answer_to(a_message(odd), before)) == (None, ["<r1@brightwater.example>"])
    later = a_message("r2@brightwater.example", odd, "r0@brightwater.example")
    assert threading(an_answer_to(later, a_message(odd), later)) == (
        "<r2@brightwater.example>",
        ["<r0@brightwater.example>", "<r2@brightwater.example>"],
    )


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
@example(["a@b\r\nBcc: eve@evil.example"])
@example(["a>b@c"])
def test_no_id_stops_an_answer_or_adds_a_header(ids: list[str]) -> None:
    mail = an_answer_to(a_message(ids[0], *ids), *(a_message(one) for one in ids))
    parsed = message_from_bytes(compose_mail(mail).raw, policy=policy.compat32)
    usual = message_from_bytes(compose_mail(replace(mail, answers=a_message("r@b.example"))).raw)
    assert set(parsed.keys()) <= set(usual.keys())
