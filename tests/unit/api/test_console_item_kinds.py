"""Every kind of review item is shown in words, and reasons name customers as people do."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.console.customer_names import customers_named_in, with_names
from api.console.present_item import present_item_card
from api.console.words import _ITEM_KINDS
from core.ids import new_id
from ledger.model.decision import Action
from ledger.queries.payment_context import NamedCustomer
from ledger.queries.worklist import ReviewItemShown

_ROOMS = ("ledger/commands", "jobs", "agent")
#: Kinds that are made of something else than a string in the call.
_MADE = {"unclear", "send_failed", "send_outcome_unknown", "mailbox_alarm", *(one.value for one in Action)}


def kinds_in(source: str) -> set[str]:
    """Strings that `open_item` is called with."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    named = (node for node in calls if isinstance(node.func, ast.Name) and node.func.id == "open_item")
    kinds = (word.value for node in named for word in node.keywords if word.arg == "kind")
    return {str(kind.value) for kind in kinds if isinstance(kind, ast.Constant)}


def test_every_kind_of_item_has_words() -> None:
    root = Path(__file__).parents[3]
    files = [file for room in _ROOMS for file in (root / room).rglob("*.py")]
    found = {kind for file in files for kind in kinds_in(file.read_text(encoding="utf-8"))}
    assert "payment" in found
    assert found | _MADE <= _ITEM_KINDS.keys()


def test_an_item_shows_no_ids_of_records() -> None:
    item = ReviewItemShown(
        item_id=new_id(), kind="payment", words="96.00 GBP is not applied", owner="collector", state="settled",
        account_id=None, account_name="", case_id=None, facts={"payment_id": str(new_id()), "contact": "a@b.example"},
        opened_at=datetime(2026, 4, 20, tzinfo=UTC), settled_by="Ann", settled_words="applied",
    )  # fmt: skip
    assert present_item_card(item).facts == (("contact", "a@b.example"),)


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("A is C-1, known by its account. 30 days before.", "A is Acme Co, known by its account. 30 days before."),
        ("P pays for C-1, whose name stands in the text.", "P pays for Acme Co, whose name stands in the text."),
        ("X is C-9, known by its name.", "X is C-9, known by its name."),
        ("The amount is 30, known to be C-1.", "The amount is 30, known to be C-1."),
    ],
)  # fmt: skip
def test_a_reason_names_the_customer_and_changes_nothing_else(reason: str, shown: str) -> None:
    known = {"C-1": NamedCustomer(new_id(), "Acme Co"), "30": NamedCustomer(new_id(), "Thirty Ltd")}
    assert with_names(reason, known) == shown
    assert customers_named_in([reason]) <= {"C-1", "C-9"}
