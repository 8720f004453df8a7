"""What people corrected, as a dataset, and read again."""

import json
from pathlib import Path

from conftest import NOW, Org
from factories.ledger import a_customer, a_mail, a_payment
from graph.running import case, handle

from core.ids import CaseId
from evals.corrections import dataset_line
from evals.replies import load_replies, run_replies
from evals.reply_files import reply_to_read
from jobs.duly import Duly
from ledger.commands.retract_correction import retract_correction
from ledger.model.correction import Corrected, Corrector
from ledger.model.signal import DisputeReason, Evidence, Intent, Signal
from ledger.queries.corrections import corrected_cases

SENTENCE = "Invoice INV-20417 falls under the harvest clause."
DISPUTE = Signal(Intent.DISPUTE, Evidence(SENTENCE), 1.0, invoices=("INV-20417",), reason=DisputeReason.TERMS)
TEXT = f"Hi,\n\n{SENTENCE}\n\nTom\n\nOn 18 Apr 2026 Ann <ar@seller.example> wrote:\n> Please pay INV-20417."


async def a_corrected_case(duly: Duly, org: Org, raw: bytes) -> tuple[CaseId, Corrected]:
    case_id = await handle(duly, org, raw)
    by = Corrector(org.user_id, "Ann", (await case(duly, org, case_id)).generation, NOW)
    return case_id, await duly.correcting.correct(org.org_id, case_id, (DISPUTE,), by)


async def exported(duly: Duly, org: Org, path: Path) -> Path:
    async with duly.uows(org.org_id) as uow:
        lines = [
            dataset_line(one, None if one.raw_blob_id is None else await duly.blobs.read(uow, one.raw_blob_id))
            async for one in corrected_cases(uow)
        ]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


async def test_a_corrected_case_is_a_line_of_the_format(duly: Duly, org: Org, tmp_path: Path) -> None:
    customer = await a_customer(duly.uows, org)
    case_id, _ = await a_corrected_case(duly, org, a_mail(to=org.address, text=TEXT))
    # What happens afterwards is not how the account stood.
    await a_payment(duly.uows, org, customer=customer, amount="840.00", on="INV-20417")
    line = json.loads((await exported(duly, org, tmp_path / "cases.jsonl")).read_text(encoding="utf-8"))
    assert line["id"] == str(case_id)
    assert line["lang"] == "en"
    assert line["received_at"] == "2026-04-20T09:12:00+01:00"
    assert line["account"] == {
        "customer": "Brightwater Kitchens Ltd", "country": "GB", "currency": "GBP",
        "contacts": ["tom@brightwater.example"],
        "invoices": [
            {
                "number": "INV-20417", "issued": "2026-03-02", "due": "2026-04-01", "amount": "1840.00",
                "open": "1840.00", "currency": "GBP",
            }
        ],
    }  # fmt: skip
    assert line["email"]["from"] == "Tom Reed <tom@brightwater.example>"
    assert line["expected"] == {
        "signals": [{"intent": "dispute", "invoices": ["INV-20417"], "reason": "terms"}],
        "intents": ["dispute"],
        "needs_human": True,
    }


async def test_an_exported_set_is_read_again(duly: Duly, org: Org, tmp_path: Path) -> None:
    await a_customer(duly.uows, org)
    await a_corrected_case(duly, org, a_mail(to=org.address, text=TEXT))
    loaded = load_replies(await exported(duly, org, tmp_path / "cases.jsonl"))
    assert loaded.left_out == ()
    reply = reply_to_read(loaded.cases[0])
    assert reply.text.split() == ["Hi,", *SENTENCE.split(), "Tom"]
    assert [invoice.number for invoice in reply.invoices] == ["INV-20417"]
    assert [message.text for message in reply.thread] == []
    reader = duly.services.reader(org.org_id, loaded.cases[0].case_id)  # type: ignore[arg-type]
    run = await run_replies(loaded, reader)
    assert run.scores()["signal_f1"] == 1.0


async def test_automatic_mail_goes_out_as_it_came(duly: Duly, org: Org, tmp_path: Path) -> None:
    await a_customer(duly.uows, org)
    raw = a_mail(to=org.address, text=TEXT, subject="Automatic reply: away")
    raw = raw.replace(b"MIME-Version", b"Auto-Submitted: auto-replied\r\nMIME-Version")
    await a_corrected_case(duly, org, raw)
    loaded = load_replies(await exported(duly, org, tmp_path / "cases.jsonl"))
    assert reply_to_read(loaded.cases[0]).automatic is not None


async def test_what_was_taken_back_and_what_others_corrected_is_left_out(
    duly: Duly, org: Org, other_org: Org, tmp_path: Path
) -> None:
    await a_customer(duly.uows, org)
    _, done = await a_corrected_case(duly, org, a_mail(to=org.address, text=TEXT))
    assert (await exported(duly, other_org, tmp_path / "other.jsonl")).read_text() == ""
    await retract_correction(duly.uows, org.org_id, done.correction_id, by="Ann", now=NOW)
    assert (await exported(duly, org, tmp_path / "cases.jsonl")).read_text() == ""
