"""`OutlookSender` against our stand-in for Graph: once, to those it is for, in its thread, with its files."""

import asyncio
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import uuid4

import pytest
from graph_mailbox import GraphMailbox
from graph_stand_in import GraphStandIn, GraphTokens

from integrations.outlook.draft import STAMP
from integrations.outlook.place import GraphPlace
from integrations.outlook.sender import OutlookSender
from integrations.ports.errors import (
    AlreadySent,
    AuthExpired,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    TemporarilyUnavailable,
)
from integrations.ports.mailbox import OutgoingMessage

ADDRESS = "ar@supplier.example"
ANN = "ann@customer.example"


class House:
    """The stand-in with one mailbox, and senders over it."""

    def __init__(self, graph: GraphStandIn) -> None:
        self.graph = graph
        self.box: GraphMailbox = graph.mailbox(ADDRESS)
        self.tokens = GraphTokens(graph, ADDRESS)

    def sender(self, **options: object) -> OutlookSender:
        options = {"timeout_seconds": 5.0, **options}
        return OutlookSender(
            self.tokens, ADDRESS, place=GraphPlace(self.graph.base_url), pause=self.tokens.pause, **options
        )

    def drafts(self) -> list[str]:
        return [one.id for one in self.box.messages.values() if one.folder == "drafts"]

    def sent(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=default) for _, raw in self.box.delivered]


@pytest.fixture
def house() -> Iterator[House]:
    graph = GraphStandIn()
    graph.start()
    yield House(graph)
    graph.stop()
    assert graph.violations == []


def a_message(
    *, to: tuple[str, ...] = (ANN,), files: dict[str, bytes] | None = None, **headers: str
) -> OutgoingMessage:
    message_id = f"{uuid4().hex}@supplier.example"
    mail = EmailMessage()
    named = {"From": ADDRESS, "To": ANN, "Subject": "Invoice 4711", "Message-ID": f"<{message_id}>"}
    for name, value in {**named, **{key.replace("_", "-"): value for key, value in headers.items()}}.items():
        mail[name] = value
    mail.set_content("Dear Ann,\n\nüber 1.250,00 €.\n")
    for name, content in (files or {}).items():
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return OutgoingMessage(message_id, mail.as_bytes(), ADDRESS, to)


async def sent_by(sender: OutlookSender, message: OutgoingMessage) -> str:
    return await (await sender.prepare(message)).send()


async def test_a_sent_mail_keeps_our_message_id_and_the_draft_s_id_names_the_copy(house: House) -> None:
    message = a_message()
    provider_id = await sent_by(house.sender(), message)
    assert house.sent()[0]["Message-ID"] == f"<{message.message_id}>"
    assert house.box.messages[provider_id].folder == "sentitems"


async def test_exchange_s_own_message_id_on_a_draft_is_set_back_to_ours(house: House) -> None:
    house.box.renames_drafts = True
    message = a_message()
    await sent_by(house.sender(), message)
    assert house.sent()[0]["Message-ID"] == f"<{message.message_id}>"


async def test_a_mail_that_exchange_renamed_after_all_is_found_by_our_stamp(house: House) -> None:
    message = a_message()
    provider_id = await sent_by(house.sender(), message)
    house.box.messages[provider_id].message_id = "<another@exchange.example>"
    assert await house.sender().was_sent(message.message_id) is True
    assert house.box.messages[provider_id].properties[STAMP] == message.message_id


async def test_a_mail_without_our_stamp_is_sent_all_the_same(house: House) -> None:
    house.graph.fail("PATCH", status=400, code="ErrorPropertyValidationFailure")
    message = a_message()
    await sent_by(house.sender(), message)
    assert await house.sender().was_sent(message.message_id) is True


async def test_a_reply_is_drafted_from_the_mail_that_it_answers(house: House) -> None:
    asked = house.box.deliver(b"Message-ID: <q@customer.example>\nFrom: ann@customer.example\nSubject: Re\n\nWhy?\n")
    message = a_message(In_Reply_To="<q@customer.example>", References="<a@supplier.example> <q@customer.example>")
    provider_id = await sent_by(house.sender(), message)
    assert house.box.messages[provider_id].answers == asked
    assert house.sent()[0]["In-Reply-To"] == "<q@customer.example>"
    assert house.sent()[0]["References"] == "<a@supplier.example> <q@customer.example>"


async def test_a_reply_whose_question_is_not_in_the_mailbox_keeps_its_headers(house: House) -> None:
    message = a_message(In_Reply_To="<q@customer.example>", References="<q@customer.example>")
    await sent_by(house.sender(), message)
    assert house.sent()[0]["In-Reply-To"] == "<q@customer.example>"


async def test_a_question_that_cannot_be_replied_to_is_answered_by_a_new_mail(house: House) -> None:
    house.box.deliver(b"Message-ID: <q@customer.example>\nSubject: Re\n\nWhy?\n")
    house.graph.fail("createReply", status=400, code="ErrorInvalidOperation")
    await sent_by(house.sender(), a_message(In_Reply_To="<q@customer.example>"))
    assert [mail["In-Reply-To"] for mail in house.sent()] == ["<q@customer.example>"]


async def test_it_goes_to_the_envelope_and_to_nobody_a_header_names_besides(house: House) -> None:
    message = a_message(to=("sandbox@supplier.example",), Cc="Bob <bob@customer.example>")
    await sent_by(house.sender(), message)
    assert house.box.delivered[0][0] == ("sandbox@supplier.example",)


async def test_names_and_roles_of_recipients_stay(house: House) -> None:
    message = a_message(to=(ANN, "bob@customer.example", "own@supplier.example"), Cc="Bob <BOB@customer.example>")
    provider_id = await sent_by(house.sender(), message)
    held = house.box.messages[provider_id].recipients
    assert {key: [one["emailAddress"]["address"] for one in people] for key, people in held.items()} == {
        "toRecipients": [ANN],
        "ccRecipients": ["BOB@customer.example"],
        "bccRecipients": ["own@supplier.example"],
    }


async def test_a_draft_whose_recipients_cannot_be_set_is_not_sent(house: House) -> None:
    house.box.keeps_recipients = True
    with pytest.raises(Rejected, match=r"would go to ann@customer\.example and not to sandbox@supplier\.example"):
        await house.sender().prepare(a_message(to=("sandbox@supplier.example",)))
    assert (house.drafts(), house.box.delivered) == ([], [])


async def test_without_recipients_or_with_a_senseless_message_id_nothing_is_drafted(house: House) -> None:
    for wrong in (
        OutgoingMessage("a@b.example", b"\n\n", ADDRESS, ()),
        OutgoingMessage("", b"\n\n", ADDRESS, (ANN,)),
        OutgoingMessage("a' or 1 eq 1 or x eq 'b\n", b"\n\n", ADDRESS, (ANN,)),
    ):
        with pytest.raises(Rejected):
            await house.sender().prepare(wrong)
    assert house.graph.seen == []


async def test_quotes_in_a_message_id_do_not_end_the_filter(house: House) -> None:
    message = a_message()
    await sent_by(house.sender(), message)
    assert await house.sender().was_sent("x' or 'a' eq 'a") is None


@pytest.mark.parametrize(
    "fault", [{"kind": "hang_up_after"}, {"kind": "wait", "seconds": 2.0}], ids=["cut", "silent"]
)
async def test_an_order_whose_answer_never_comes_is_given_once_and_is_unknown(
    house: House, fault: dict[str, object]
) -> None:
    message = a_message()
    prepared = await house.sender(timeout_seconds=0.5).prepare(message)
    house.graph.fail("/send$", **fault)
    with pytest.raises(OutcomeUnknown):
        await prepared.send()
    assert len(house.graph.calls("/send$")) == 1
    assert await house.sender().was_sent(message.message_id) is True


async def test_after_an_order_that_was_lost_on_its_way_the_draft_proves_that_nothing_was_sent(house: House) -> None:
    message = a_message()
    prepared = await house.sender().prepare(message)
    house.graph.fail("/send$", kind="hang_up_before")
    with pytest.raises(OutcomeUnknown):
        await prepared.send()
    assert await house.sender().was_sent(message.message_id) is False
    assert (house.drafts(), house.box.delivered) == ([], [])


async def test_an_order_that_arrives_after_the_proof_sends_nothing(house: House) -> None:
    message = a_message()
    prepared = await house.sender().prepare(message)
    (draft,) = house.drafts()
    house.graph.fail("/send$", kind="hang_up_before")
    with pytest.raises(OutcomeUnknown):
        await prepared.send()
    assert await house.sender().was_sent(message.message_id) is False
    with pytest.raises(Rejected):
        await prepared.send()
    assert house.box.messages.get(draft) is None or house.box.messages[draft].is_draft
    assert house.box.delivered == []


async def test_a_mail_that_was_sent_already_is_refused_at_the_door(house: House) -> None:
    message = a_message()
    await sent_by(house.sender(), message)
    with pytest.raises(AlreadySent, match="sent already"):
        await house.sender().prepare(message)
    assert len(house.box.delivered) == 1


async def test_a_sent_copy_that_somebody_moved_is_still_proof(house: House) -> None:
    message = a_message()
    provider_id = await sent_by(house.sender(), message)
    house.box.move(provider_id, "project-folder")
    assert await house.sender().was_sent(message.message_id) is True


async def test_a_draft_left_by_a_crash_is_removed_by_the_next_try(house: House) -> None:
    message = a_message()
    await house.sender().prepare(message)
    await sent_by(house.sender(), message)
    assert (house.drafts(), len(house.box.delivered)) == ([], 1)


async def test_a_draft_that_somebody_deleted_before_the_order_is_unknown(house: House) -> None:
    prepared = await house.sender().prepare(a_message())
    (draft,) = house.drafts()
    house.box.delete(draft)
    with pytest.raises(OutcomeUnknown):
        await prepared.send()


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "ErrorInvalidRecipients", Rejected),
        (403, "ErrorSendAsDenied", Rejected),
        (403, "ErrorAccessDenied", TemporarilyUnavailable),
        (409, "ErrorIrresolvableConflict", TemporarilyUnavailable),
        (429, "ApplicationThrottled", RateLimited),
        (400, "ErrorExceededMessageLimit", RateLimited),
        (500, "ErrorInternalServerError", OutcomeUnknown),
        (502, "BadGateway", OutcomeUnknown),
        (503, "ServiceUnavailable", OutcomeUnknown),
        (504, "GatewayTimeout", OutcomeUnknown),
        (404, "ErrorItemNotFound", OutcomeUnknown),
    ],
    ids=lambda value: str(value) if isinstance(value, int | str) else value.__name__,
)
async def test_each_refusal_of_an_order_says_whether_anything_was_sent(
    house: House, status: int, code: str, expected: type[Exception]
) -> None:
    prepared = await house.sender().prepare(a_message())
    house.graph.fail("/send$", status=status, code=code, headers={"Retry-After": "100"}, times=9)
    with pytest.raises(expected):
        await prepared.send()
    assert len(house.graph.calls("/send$")) == 1
    assert bool(house.drafts()) is (expected is OutcomeUnknown or code == "ErrorAccessDenied")


async def test_a_short_429_on_the_order_is_waited_out(house: House) -> None:
    prepared = await house.sender().prepare(a_message())
    house.graph.fail("/send$", status=429, headers={"Retry-After": "3"})
    await prepared.send()
    assert (house.tokens.pauses, len(house.box.delivered)) == ([3], 1)


async def test_a_token_refused_at_the_order_is_replaced_once(house: House) -> None:
    prepared = await house.sender().prepare(a_message())
    house.tokens.revoke()
    await prepared.send()
    assert (house.tokens.replaced, len(house.box.delivered)) == (1, 1)


async def test_a_grant_that_is_gone_is_said_at_preparing(house: House) -> None:
    house.graph.fail(".", status=401, times=99)
    with pytest.raises(AuthExpired):
        await house.sender().prepare(a_message())


async def test_a_failure_while_completing_the_draft_leaves_none_behind(house: House) -> None:
    house.graph.fail("PATCH", status=500, times=99)
    with pytest.raises(TemporarilyUnavailable):
        await house.sender().prepare(a_message())
    assert house.drafts() == []


async def test_a_large_mail_goes_in_parts_with_its_files_unchanged(house: House) -> None:
    files = {"small.pdf": b"%PDF-" + bytes(range(256)) * 400, "large.pdf": b"%PDF-" + bytes(range(255)) * 40_000}
    message = a_message(files=files, X_Duly_Case="17", References="<a@supplier.example>")
    await sent_by(house.sender(), message)
    (mail,) = house.sent()
    assert {part.get_filename(): part.get_content() for part in mail.iter_attachments()} == files
    assert mail.get_body(("plain",)).get_content().replace("\r", "") == "Dear Ann,\n\nüber 1.250,00 €.\n"
    assert (mail["Message-ID"], mail["References"]) == (f"<{message.message_id}>", "<a@supplier.example>")
    assert mail["Subject"] == "Invoice 4711"
    assert len(house.graph.calls("PUT /upload/")) == 4


async def test_a_large_reply_has_our_subject_and_text_and_not_exchange_s(house: House) -> None:
    asked = house.box.deliver(b"Message-ID: <q@customer.example>\nFrom: ann@customer.example\nSubject: Re\n\nWhy?\n")
    message = a_message(files={"large.pdf": b"x" * 3_500_000}, In_Reply_To="<q@customer.example>")
    provider_id = await sent_by(house.sender(), message)
    held = house.box.messages[provider_id]
    assert (held.answers, held.subject, held.everybody) == (asked, "Invoice 4711", [ANN])
    assert "Dear Ann" in held.body["content"]


@pytest.mark.parametrize(
    "fault",
    [{"kind": "hang_up_before"}, {"kind": "hang_up_after"}, {"kind": "half"}, {"status": 416}, {"status": 503}],
    ids=["lost", "unanswered", "half", "out-of-step", "busy"],
)
async def test_an_upload_that_breaks_off_goes_on_where_it_stands(house: House, fault: dict[str, object]) -> None:
    large = bytes(range(253)) * 40_000
    # The first chunks' answers, not the last one's.
    house.graph.fail("PUT /upload/", times=2, **fault)
    await sent_by(house.sender(), a_message(files={"large.pdf": large}))
    (mail,) = house.sent()
    assert [part.get_content() for part in mail.iter_attachments()] == [large]


async def test_an_upload_whose_last_answer_is_lost_sends_nothing_and_leaves_no_draft(house: House) -> None:
    house.graph.fail("PUT /upload/", kind="hang_up_after", times=1)
    with pytest.raises((TemporarilyUnavailable, Rejected)):
        await house.sender().prepare(a_message(files={"large.pdf": b"x" * 3_100_000}))
    assert (house.drafts(), house.box.delivered) == ([], [])


async def test_an_upload_address_on_a_strange_host_gets_no_file(house: House) -> None:
    house.graph.fail(
        "createUploadSession", status=201, body=b'{"uploadUrl": "https://evil.example/?authtoken=secret"}', times=1
    )
    with pytest.raises(TemporarilyUnavailable, match="another host") as caught:
        await house.sender().prepare(a_message(files={"large.pdf": b"x" * 3_100_000}))
    assert "authtoken" not in str(caught.value)
    assert house.drafts() == []


async def test_what_outlook_can_never_take_is_refused_before_a_draft_is_made(house: House) -> None:
    huge = OutgoingMessage("a@supplier.example", b"Subject: huge\n\n" + b"x" * 220_000_000, ADDRESS, (ANN,))
    with pytest.raises(Rejected, match="limit"):
        await house.sender().prepare(huge)
    assert house.graph.seen == []


async def test_twenty_mails_at_once_each_go_out_once(house: House) -> None:
    sender, messages = house.sender(), [a_message() for _ in range(20)]
    await asyncio.gather(*(sent_by(sender, message) for message in messages))
    assert sorted(mail["Message-ID"] for mail in house.sent()) == sorted(f"<{one.message_id}>" for one in messages)
