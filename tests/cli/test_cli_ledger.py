"""`duly migrate`, `import`, `doctor`, `link`, `worker` and `serve` on one migrated home."""

import json
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import forked
import httpx
import psycopg
import pytest
from duly_command import NO_DATABASE, Ran, duly, environment
from mailservers import free_port

from ledger.store.local_server import DatabaseUrls, LocalServer

ENTITIES = json.dumps([{"code": "main", "name": "Seller Ltd", "base_currency": "GBP"}])
CUSTOMERS = "customer_id,name,aliases,email_domains,bank_accounts,parent_id\nA1,Brightwater Kitchens Ltd,,,,\n"
CONTACTS = "customer_id,email,name,role,language,time_zone\nA1,tom@brightwater.example,Tom Reed,billing,en,\n"
INVOICES = (
    "invoice_number,customer_id,issued,due,currency,amount,open_amount,po_number,terms\n"
    "F-1,A1,2026-03-01,2026-03-31,GBP,100.00,100.00,PO1,net30\n"
    "F-2,A1,2026-03-02,2026-04-01,GBP,250.50,250.50,,net30\n"
)
PAYMENTS = "payment_id,received_on,currency,amount,payer_name,payer_account,reference,method\n"


@dataclass(frozen=True)
class Home:
    """A home whose database runs as long as the tests do; the commands join it."""

    folder: Path
    urls: DatabaseUrls
    port: int
    #: `duly migrate`, the same again, and `duly link`, before there was any organisation.
    first: tuple[Ran, Ran, Ran]

    def duly(self, *arguments: str | Path, **more: str) -> Ran:
        return duly(self.folder, *arguments, DULY_PORT=str(self.port), **more)

    @property
    def named(self) -> str:
        """Another database, as somebody else's DATABASE_URL would name it."""
        return self.urls.owner.replace("/duly?", "/named?")

    @property
    def superuser(self) -> str:
        """Sees the rows of every organisation."""
        return self.urls.owner.replace("duly_owner@", "postgres@")

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.superuser) as connection:
            return connection.execute(question).fetchall()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("ledger")
    server = LocalServer(folder / "duly" / "postgres")
    server.start()
    try:
        first = (duly(folder, "migrate"), duly(folder, "migrate"), duly(folder, "link"))
        yield Home(folder, server.urls(), free_port(), first)
    finally:
        server.stop()


def a_ledger(home: Home, name: str, **files: str) -> Path:
    """A folder of ledger files: one customer with two invoices, unless `files` say otherwise."""
    folder = home.folder / name
    folder.mkdir()
    kept = {"entities.json": ENTITIES, "customers.csv": CUSTOMERS, "contacts.csv": CONTACTS, "invoices.csv": INVOICES}
    for file, text in {**kept, **{f"{kind}.csv": text for kind, text in files.items()}}.items():
        (folder / file).write_text(text)
    return folder


@pytest.fixture(scope="module")
def imported(home: Home) -> Ran:
    return home.duly("import", "ledger", a_ledger(home, "good"), "--organisation", "seller", "--json")


def test_migrating_twice_is_migrating_once(home: Home) -> None:
    first, again, _ = home.first
    assert (first.code, again.code) == (0, 0)
    assert first.err == again.err
    assert first.err.startswith("The database is up to date (postgresql://")


def test_without_an_organisation_the_command_says_how_to_make_one(home: Home) -> None:
    words = "duly: there is no organisation yet; `duly import ledger FOLDER --organisation SLUG` makes one"
    assert home.first[2].complaint == words


def test_a_good_ledger_is_taken_and_reported(home: Home, imported: Ran) -> None:
    assert (imported.code, imported.err) == (0, "")
    report = imported.json
    assert (report["imported"], report["refused_files"], report["refused_rows"]) == (True, [], 0)
    assert home.rows("SELECT number, open_balance::text, currency FROM invoices ORDER BY number") == [
        ("F-1", "100.000000", "GBP"),
        ("F-2", "250.500000", "GBP"),
    ]


def test_the_same_ledger_again_changes_nothing(home: Home, imported: Ran) -> None:
    everything = "SELECT i::text FROM invoices i UNION ALL SELECT c::text FROM contacts c ORDER BY 1"
    before = home.rows(everything)
    again = home.duly("import", "ledger", home.folder / "good")
    assert again.code == 0, again.err
    assert "2 unchanged" in again.out
    assert home.rows(everything) == before


def test_a_wrong_header_is_refused_and_nothing_is_imported(home: Home, imported: Ran) -> None:
    folder = a_ledger(
        home, "header",
        customers=CUSTOMERS + "A2,Second,,,,\n",
        invoices=INVOICES.replace("customer_id", "kunde"),
    )  # fmt: skip
    ran = home.duly("import", "ledger", folder)
    assert ran.code == 2
    assert "Nothing was imported: a file cannot be read. Mend it and import again." in ran.out
    assert "invoices.csv line 1: wrong columns, missing: customer_id" in ran.out
    assert home.rows("SELECT external_id FROM accounts") == [("A1",)]


def test_a_broken_amount_is_refused_with_its_line_and_reason_and_the_rest_is_taken(home: Home, imported: Ran) -> None:
    payments = PAYMENTS + (
        'P1,2026-04-01,GBP,"1.250,00",Brightwater,,F-1,wire\n'
        "P2,2026-04-02,GBP,40.00,Brightwater Kitchens Ltd,,F-1,wire\n"
    )
    ran = home.duly("import", "ledger", a_ledger(home, "amount", payments=payments))
    assert ran.code == 0, ran.err
    assert 'payments.csv line 2: amount "1.250,00" is not an amount like 1250.00' in ran.out
    assert home.rows("SELECT external_id, amount::text FROM payments") == [("P2", "40.000000")]


def test_a_link_is_printed_for_a_user_and_each_is_another(home: Home, imported: Ran) -> None:
    ann = ("ann@seller.example", "--role", "admin")
    added = home.duly("user", "add", *ann, DULY_NEW_PASSWORD="correct horse 77 staple")
    assert added.code == 0, added.err
    links = [home.duly("link"), home.duly("link", "--email", ann[0])]
    assert [(ran.code, ran.err) for ran in links] == [(0, ""), (0, "")]
    assert all(ran.out.startswith(f"http://127.0.0.1:{home.port}/") for ran in links)
    assert links[0].out != links[1].out


@pytest.fixture(scope="module")
def looked(home: Home) -> dict[str, Ran]:
    """Commands that change nothing, side by side; only one of them uses the home's own database."""
    with psycopg.connect(home.superuser, autocommit=True) as connection:
        connection.execute("CREATE DATABASE named OWNER duly_owner")
    with socket.socket() as taken, ThreadPoolExecutor(max_workers=3) as pool:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wrong = {"DATABASE_URL": NO_DATABASE, "DULY_PORT": str(taken.getsockname()[1]), "DULY_MODEL": "gpt"}
        runs = {
            "in order": pool.submit(home.duly, "doctor"),
            "all wrong": pool.submit(duly, home.folder, "doctor", **wrong),
            "not migrated": pool.submit(home.duly, "doctor", DATABASE_URL=home.named),
            "wrong setting": pool.submit(duly, home.folder, "doctor", DULY_PORT="s3cret"),
            "no folder": pool.submit(home.duly, "import", "ledger", "nosuch", "--organisation", "another"),
            "no database": pool.submit(home.duly, "migrate", DATABASE_URL=NO_DATABASE),
        }
        return {name: run.result() for name, run in runs.items()}


def complaints(doctor: Ran) -> dict[str, str]:
    """What the doctor marked as wrong, and how it is mended."""
    rows = [[cell.strip() for cell in line.split("│")] for line in doctor.out.splitlines() if "!!" in line]
    return {row[1]: row[3] for row in rows}


def test_the_doctor_finds_a_home_in_order(home: Home, looked: dict[str, Ran]) -> None:
    ran = looked["in order"]
    assert (ran.code, complaints(ran)) == (0, {})
    for words in ("3.11", str(home.folder / "duly"), f"127.0.0.1:{home.port} is free", "local", "works as duly_app",
                  "vector, pg_trgm", "version "):  # fmt: skip
        assert words in ran.out


def test_the_doctor_says_what_is_missing_and_how_to_mend_it(looked: dict[str, Ran]) -> None:
    ran = looked["all wrong"]
    assert ran.code == 1
    mends = complaints(ran)
    assert list(mends) == ["port", "model", "database"]
    assert mends["port"] == "set DULY_PORT to a free one"
    assert mends["model"].startswith("set DULY_MODEL=local, or")
    assert mends["database"] == "look at DATABASE_URL"


def test_the_doctor_changes_no_database_that_others_run(home: Home, looked: dict[str, Ran]) -> None:
    ran = looked["not migrated"]
    assert (ran.code, complaints(ran)) == (1, {"tables": "run duly migrate"})
    with psycopg.connect(home.named) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_a_wrong_setting_is_named_without_its_value(looked: dict[str, Ran]) -> None:
    complaint = looked["wrong setting"].complaint
    assert complaint.startswith("duly: DULY_PORT: Input should be a valid integer")
    assert "s3cret" not in complaint


def test_a_database_that_is_away_is_one_line_and_status_two(looked: dict[str, Ran]) -> None:
    complaint = looked["no database"].complaint
    assert complaint.startswith("duly: the database cannot be used: ")
    assert "Connection refused" in complaint


def test_a_folder_that_is_not_there_is_refused_before_anything_is_made(home: Home, looked: dict[str, Ran]) -> None:
    assert looked["no folder"].complaint == "duly: nosuch is not a folder"
    assert home.rows("SELECT slug FROM organisations WHERE slug = 'another'") == []


def test_a_worker_that_drains_ends_when_the_queues_are_empty(home: Home, imported: Ran) -> None:
    ran = home.duly("worker", "--drain")
    assert (ran.code, ran.out) == (0, "")


def test_the_server_answers_its_health_without_sign_in_and_ends_on_a_signal(home: Home, tmp_path: Path) -> None:
    environ, written = environment(home.folder, DULY_PORT=str(home.port)), tmp_path / "err"
    process = forked.start(["-m", "cli.main", "serve"], env=environ, err=written)
    try:
        until = time.monotonic() + 60
        while not _answers(home.port, "live"):
            assert process.poll() is None, written.read_text()
            assert time.monotonic() < until
            time.sleep(0.1)
        assert _answers(home.port, "ready")
        assert httpx.get(f"http://127.0.0.1:{home.port}/v1/approvals", timeout=5).status_code == 401
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)
    finally:
        process.kill()
        process.wait(timeout=10)
    err = written.read_text()
    assert (code in (0, -signal.SIGTERM), "Traceback" in err) == (True, False), err
    assert (home.folder / "duly" / "postgres" / "postmaster.pid").exists()


def _answers(port: int, what: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/{what}", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
