"""`duly import bank` from the outside: a dry run with no database, and what is posted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from duly_command import NO_DATABASE, Ran, all_at_once, duly, environment
from factories.bank_files import BAI2, CAMT_053, ENGLISH_CSV, GERMAN, GERMAN_CSV, OFX_1

KEYS = [
    "booked_on", "value_on", "amount", "currency", "payer_name", "payer_account", "reference", "bank_id", "status",
]  # fmt: skip
FILES = {"a.xml": CAMT_053, "b.sta": GERMAN, "c.bai": BAI2, "d.qfx": OFX_1, "e.csv": GERMAN_CSV, "f.csv": ENGLISH_CSV}
HEAVY = ("openai", "langgraph", "fastapi", "sqlalchemy", "psycopg", "procrastinate", "numpy", "httpx")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bank")
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def dry(home: Path) -> dict[str, Ran]:
    commands = [("import", "bank", name, "--dry-run", "--json") for name in FILES]
    return dict(zip(FILES, all_at_once(home, *commands, DATABASE_URL=NO_DATABASE), strict=True))


@pytest.mark.parametrize("name", FILES)
def test_a_dry_run_is_a_line_a_transaction_with_exactly_the_named_keys(dry: dict[str, Ran], name: str) -> None:
    ran = dry[name]
    assert (ran.code, ran.err) == (0, "")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert len(lines) >= 2
    assert [list(line) for line in lines] == [KEYS] * len(lines)


def test_a_dry_run_tells_amounts_exactly(dry: dict[str, Ran]) -> None:
    assert json.loads(dry["b.sta"].out.splitlines()[0]) == {
        "booked_on": "2026-11-20",
        "value_on": "2026-11-20",
        "amount": "1250.00",
        "currency": "EUR",
        "payer_name": "Mueller und Soehne Handelsgesellschaft mbH",
        "payer_account": "DE89370400440532013000",
        "reference": "RE-2026-0411 abz. 2 Prozent Skonto EREF+E2E-778",
        "bank_id": "0724710333343453",
        "status": "posted",
    }


def test_a_dry_run_imports_no_database_and_no_model(home: Path) -> None:
    child = (
        "import sys, cli.main\n"
        "sys.argv = ['duly', 'import', 'bank', 'e.csv', '--dry-run', '--json']\n"
        "try:\n    cli.main.main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"print(*(name for name in {HEAVY} if name in sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", child], env=environment(home), cwd=home, capture_output=True, timeout=100
    )
    assert (done.returncode, done.stderr.decode().strip()) == (0, "")


def test_without_json_a_person_sees_the_mapping_and_a_table(home: Path) -> None:
    ran = duly(home, "import", "bank", "e.csv", "--dry-run", DATABASE_URL=NO_DATABASE)
    assert (ran.code, ran.err) == (0, "")
    assert "  amount=Betrag (EUR)" in ran.out
    assert (
        "account DE02120300000000202051 EUR: 2 transactions, opens with 1000.00 EUR, closes with 2200.00 EUR"
        in ran.out
    )
    assert "2026-11-20  2026-11-20  1250.00 EUR  posted  Müller GmbH" in ran.out


def test_a_mapping_may_be_given(home: Path) -> None:
    given = "reference=Auftraggeber / Empfänger,payer_name=Verwendungszweck"
    ran = duly(home, "import", "bank", "e.csv", "--dry-run", "--json", "--mapping", given, DATABASE_URL=NO_DATABASE)
    first = json.loads(ran.out.splitlines()[0])
    assert (first["reference"], first["payer_name"]) == ("Müller GmbH", "RE-2026-0411")


def test_what_is_refused_is_one_line_with_place_and_reason_and_nothing_on_stdout(home: Path) -> None:
    (home / "cut.sta").write_bytes(GERMAN[:200])
    (home / "wrong.csv").write_bytes(GERMAN_CSV.replace(b"950,00", b"951,00"))
    cut, wrong, absent, mapping = all_at_once(
        home,
        ("import", "bank", "cut.sta", "--dry-run", "--json"),
        ("import", "bank", "wrong.csv", "--dry-run", "--json"),
        ("import", "bank", "nosuch.xml", "--dry-run"),
        ("import", "bank", "e.csv", "--dry-run", "--mapping", "amount"),
        DATABASE_URL=NO_DATABASE,
    )
    assert cut.complaint.startswith(
        "duly: cut.sta, line 1: it is cut off: the statement that begins on line 1 has no"
    )
    assert "wrong.csv, line 4: the running balance does not follow" in wrong.complaint
    assert absent.complaint == "duly: nosuch.xml is not a file"
    assert "'amount' is not field=column" in mapping.complaint


def test_importing_twice_and_overlapping_adds_only_what_is_new(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    ledger.mkdir()
    (ledger / "entities.json").write_text('[{"code": "main", "name": "Seller Ltd", "base_currency": "EUR"}]')
    (ledger / "customers.csv").write_text(
        "customer_id,name,aliases,email_domains,bank_accounts,parent_id\nA1,Müller GmbH,,,,\n"
    )
    (tmp_path / "one.csv").write_bytes(GERMAN_CSV)
    extra = '"21.11.2026";"";"Beta AG";"";"RE-2";"10,00";"2.210,00"\n'
    head, _, rows = GERMAN_CSV.decode("cp1252").partition('"Saldo"\n')
    (tmp_path / "two.csv").write_bytes(f'{head}"Saldo"\n{extra}{rows}'.encode("cp1252"))
    assert duly(tmp_path, "import", "ledger", ledger, "--organisation", "seller").code == 0
    counts = []
    for name in ("one.csv", "one.csv", "two.csv"):
        ran = duly(tmp_path, "import", "bank", name, "--json", "--organisation", "seller")
        assert ran.code == 0, ran.err
        counts.append(ran.json)
    mappings = [one.pop("mapping") for one in counts]
    assert [(one["amount"], one["day_order"]) for one in mappings] == [("Betrag (EUR)", "dmy")] * 3
    account = {"account": "DE02120300000000202051", "booked": 0, "pending": 0, "warnings": []}
    assert counts == [
        {**account, "added": 2, "known": 0},
        {**account, "added": 0, "known": 2},
        {**account, "added": 1, "known": 2},
    ]
    told = import_odd_one(tmp_path)
    assert told[0] == "taken as (mend it with --mapping):"
    assert "  amount=Amount" in told
    assert told[-2] == "GB1: 1 added, 0 known, 0 booked, 0 pending"
    assert told[-1].startswith("  note: no date tells whether day or month comes first; the day was put first")


def import_odd_one(home: Path) -> list[str]:
    """What a person is told of a file whose days can be read in two ways."""
    (home / "odd.csv").write_text("Date,Amount,Currency,Payer\n03/04/2026,10.00,EUR,A\n")
    ran = duly(home, "import", "bank", "odd.csv", "--account", "GB1", "--organisation", "seller")
    assert ran.code == 0, ran.err
    return ran.out.splitlines()
