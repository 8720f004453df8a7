"""Answers between our questions: each is about what its question asks for, from the raw bytes to the ledger."""

from datetime import date

from conftest import Org
from factories.ledger import a_customer, a_mail
from graph.running import handle
from graph.test_corrections import read_in

from jobs.duly import Duly
from ledger.model.signal import Intent

ANSWERS = """Hi Ann, answers below.

On Mon, 20 Apr 2026 at 08:00, Ann <ar@seller.example> wrote:
> Invoice INV-20417 is overdue. When will you pay it?

On Friday.

> And what about INV-20500?

Two boxes were missing, we will not pay those.

> Regards,
> Ann
"""


async def test_an_answer_below_its_question_is_about_the_invoice_of_the_question(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org, invoices={"INV-20417": "1840.00", "INV-20500": "990.00"})
    case_id = await handle(duly, org, a_mail(to=org.address, text=ANSWERS))
    read = {signal.intent: (signal.invoices, signal.day) for signal in await read_in(duly, org, case_id)}
    assert read[Intent.PROMISE_TO_PAY] == (("INV-20417",), date(2026, 4, 24))
    assert read[Intent.DISPUTE][0] == ("INV-20500",)
