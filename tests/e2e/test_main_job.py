"""The main job with real parts: a reply by SMTP, the worker as its own process, the approval over HTTP, the answer
by SMTP; then the same with the worker killed between each pair of steps of reading."""

from collections.abc import Iterator

import pytest
from e2e.house import House, a_house, approve, assert_one_answer, sent, wait_for
from e2e.killing_worker import NODES, STORING

from ledger.store.local_server import LocalServer

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def house(server: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from a_house(server, tmp_path_factory.mktemp("house"))


def test_a_reply_is_answered_once_in_its_thread(house: House) -> None:
    buyer = house.add_customer()
    worker = house.start_worker()
    house.mail.inject(buyer.reply(), buyer.email, ["ar@seller.example"])
    key = approve(house, buyer)
    wait_for("the send", lambda: sent(house, key))
    assert_one_answer(house, buyer)
    kinds = [event["kind"] for event in house.get(f"/v1/approvals/{key}")["timeline"]]
    assert kinds == ["message_received", "promise", "draft_ready", "draft_approve", "mail_sent"]
    house.stop(worker)


@pytest.mark.parametrize("point", [*STORING, *NODES])
def test_a_worker_killed_while_it_reads_loses_and_doubles_nothing(house: House, point: str) -> None:
    buyer = house.add_customer()
    house.mail.inject(buyer.reply(), buyer.email, ["ar@seller.example"])
    assert house.start_dying_worker(point).wait(timeout=90) == -9
    worker = house.start_worker()
    key = approve(house, buyer)
    wait_for("the send", lambda: sent(house, key))
    house.stop(worker)
    assert_one_answer(house, buyer)
