"""The case page says why a mail may not be from whom it says, and lets only a person say that it is."""

from conftest import Org
from factories.console import a_visitor
from factories.ledger import a_customer, a_mail
from graph.running import drafts, handle, items

from jobs.duly import Duly

TEXT = "Hi,\n\nwe will pay invoice INV-20417 on Friday.\n\nTom"


async def test_a_doubted_mail_is_shown_with_its_doubts_and_counts_when_a_person_vouches_for_it(
    duly: Duly, org: Org
) -> None:
    ours = await a_customer(duly.uows, org)
    raw = b"Reply-To: tom@evil<b>.example, tom@evil.example\r\n" + a_mail(to=org.address, text=TEXT)
    case_id = await handle(duly, org, raw)
    [item] = await items(duly, org)
    visitor = await a_visitor(duly, org)
    page = await visitor.get(f"/cases/{case_id}")
    assert "It may not be from whom it says." in page.text
    assert "An answer would go to tom@evil.example" in page.text
    assert "Its Reply-To names somebody else" not in page.text
    assert "It is really from them" in page.text
    assert "Accept the sender" not in page.text
    fields = page.fields(f"form[action='/review-items/{item.id}/settle']")
    done = await visitor.post(f"/review-items/{item.id}/settle", fields | {"settlement": "accept_sender"})
    assert done.path == f"/cases/{case_id}?done=settled"
    await duly.runner.run(org.org_id, case_id)
    [draft] = await drafts(duly, org, case_id)
    assert draft.recipients == [ours.email]
