"""The demo as a process of its own, on an empty home."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from e2e.house import wait_for
from mailservers import free_port

CSV = {
    "customers.csv": "customer_id,name,aliases,email_domains,bank_accounts,parent_id\n"
    "C1,Buyer Ltd,,buyer.example,,\n",
    "contacts.csv": "customer_id,email,name,role,language,time_zone\n"
    "C1,tom@buyer.example,Tom,billing,en,Europe/London\n"
    "C1,a@buyer.example,Ann,billing,en,\nC1,b@buyer.example,Ben,billing,en,\nC1,c@buyer.example,Cid,billing,en,\n",
    "invoices.csv": "invoice_number,customer_id,issued,due,currency,amount,open_amount,po_number,terms\n"
    "INV-1,C1,2026-01-01,2026-01-31,GBP,100.00,100.00,,net30\n",
    "credits.csv": "credit_number,customer_id,issued,currency,amount,open_amount,invoice_number\n",
    "payments.csv": "payment_id,received_on,currency,amount,payer_name,payer_account,reference,method\n",
}


@contextmanager
def demo(home: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], Path, dict[str, str]]]:
    """The running demo, what it printed, and its demo.json."""
    home.parent.mkdir(parents=True, exist_ok=True)
    out = home.parent / "out.txt"
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(home.parent), "DULY_HOME": str(home), "DULY_PORT": str(free_port()),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    with out.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "demo", *arguments], env=environment, stdout=stream, cwd=home.parent
        )
    try:
        (home / "demo.json").unlink(missing_ok=True)
        wait_for("the link", lambda: "/sign-in/" in out.read_text() or process.poll() is not None, seconds=100)
        assert process.poll() is None, "the demo ended"
        yield process, out, json.loads((home / "demo.json").read_text())
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def get(told: dict[str, str], path: str, **params: Any) -> Any:
    headers = {"Authorization": f"Bearer {told['api_token']}"}
    answer = httpx.get(f"{told['url']}{path}", params=params, headers=headers, timeout=20)
    answer.raise_for_status()
    return answer.json()


def write_ledger(folder: Path) -> None:
    """A ledger of one customer with one invoice."""
    folder.mkdir()
    for name, content in CSV.items():
        (folder / name).write_text(content)
