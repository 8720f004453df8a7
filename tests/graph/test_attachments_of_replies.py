"""Attachments in the house: what can be read reaches the reader, what cannot goes to a person."""

from email import message_from_bytes, policy

from conftest import Org
from factories.attached_files import a_pdf, a_pdf_table
from factories.ledger import a_customer, a_mail
from graph.running import case, drafts, handle

from core.ids import CaseId
from jobs.duly import Duly
from ledger.store.tables.mail import MessageRow

SCAN = a_pdf("#rect(width: 5cm, height: 5cm)")


def with_pdf(raw: bytes, name: str, content: bytes) -> bytes:
    """The mail with a PDF attached."""
    mail = message_from_bytes(raw, policy=policy.default)
    mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return mail.as_bytes()


async def kept(duly: Duly, org: Org, case_id: CaseId) -> dict[str, object]:
    """What the intake kept of the message."""
    row = await case(duly, org, case_id)
    async with duly.uows(org.org_id) as uow:
        return dict((await uow.session.get_one(MessageRow, row.message_id)).details)


async def test_words_of_a_pdf_are_kept_with_the_message(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    advice = a_pdf_table("Remittance advice", ["Payment date: 2026-04-20"], [["INV-20417", "500.00 EUR"]])
    raw = with_pdf(a_mail(to=org.address, text="We will pay invoice INV-20417 on Friday."), "advice.pdf", advice)
    details = await kept(duly, org, await handle(duly, org, raw))
    [attachment] = details["attachments"]  # type: ignore[misc]
    assert "INV-20417 | 500.00 EUR" in attachment["text"]
    assert details["for_person"] == []


async def test_a_mail_whose_only_content_is_a_scan_goes_to_a_person_with_the_reason(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, with_pdf(a_mail(to=org.address, text=""), "scan.pdf", SCAN))
    row = await case(duly, org, case_id)
    reason = "the attachment scan.pdf must be looked at: it holds no text; it may be a scan"
    assert (row.state, await drafts(duly, org, case_id)) == ("with_person", [])
    assert (row.needs_human, reason in row.reading_reasons) == (True, True)


async def test_a_promise_beside_a_scan_is_read_and_put_before_a_person(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    raw = with_pdf(a_mail(to=org.address, text="We will pay invoice INV-20417 on Friday."), "scan.pdf", SCAN)
    row = await case(duly, org, await handle(duly, org, raw))
    assert row.needs_human is True
