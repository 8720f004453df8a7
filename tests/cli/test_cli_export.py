"""`duly eval export` from the outside: corrected cases to a file that `duly eval replies` reads."""

import asyncio
import json
from pathlib import Path

import duly_command
from conftest import NOW, Org
from factories.ledger import a_customer, a_mail
from graph.running import handle

from jobs.duly import Duly
from ledger.model.correction import Corrector
from ledger.model.signal import DisputeReason, Evidence, Intent, Signal
from ledger.store.local_server import DatabaseUrls

SENTENCE = "Die Rechnung INV-20417 fällt unter die Ernteklausel."


async def test_corrected_cases_are_exported_and_measured_against(
    duly: Duly, org: Org, urls: DatabaseUrls, tmp_path: Path
) -> None:
    await a_customer(duly.uows, org, language="de")
    case_id = await handle(duly, org, a_mail(to=org.address, text=f"Hallo,\n\n{SENTENCE}\n\nTom"))
    right = Signal(Intent.DISPUTE, Evidence(SENTENCE), 1.0, invoices=("INV-20417",), reason=DisputeReason.TERMS)
    await duly.correcting.correct(org.org_id, case_id, (right,), Corrector(org.user_id, "Ann", 1, NOW))
    environment = {"DATABASE_URL": urls.app, "DULY_MIGRATE_DATABASE_URL": urls.owner}

    async def run(*arguments: str) -> duly_command.Ran:
        return await asyncio.to_thread(duly_command.duly, tmp_path, *arguments, **environment)

    slug = org.address.removeprefix("ar@").removesuffix(".example")
    done = await run("eval", "export", "--org", slug, "cases.jsonl")
    assert (done.code, done.err.strip()) == (0, "1 corrected case: cases.jsonl")
    [line] = (tmp_path / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    assert SENTENCE in json.loads(line)["email"]["text"]
    measured = await run("eval", "replies", "cases.jsonl")
    assert (measured.json["cases"], measured.json["left_out"]) == (1, [])
    assert "signal_f1" in measured.json["scores"]
    before = (tmp_path / "cases.jsonl").read_bytes()
    wrong = await run("eval", "export", "--org", "nobody", "cases.jsonl")
    assert "there is no organisation nobody" in wrong.complaint
    assert (tmp_path / "cases.jsonl").read_bytes() == before
