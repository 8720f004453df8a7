"""The main job with real parts and the worker killed between each pair of steps of sending."""

from collections.abc import Iterator

import pytest
from e2e.house import House, a_house, approve, assert_one_answer, sent, wait_for
from e2e.killing_worker import IN_DOUBT, SENDING

from ledger.store.local_server import LocalServer

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def house(server: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from a_house(server, tmp_path_factory.mktemp("house"))


@pytest.mark.parametrize("point", SENDING)
def test_a_worker_killed_while_it_sends_loses_and_doubles_nothing(house: House, point: str) -> None:
    buyer = house.add_customer()
    worker = house.start_worker()
    house.mail.inject(buyer.reply(), buyer.email, ["ar@seller.example"])
    wait_for("the draft", lambda: house.pending(buyer))
    house.stop(worker)
    key = approve(house, buyer)
    assert house.start_dying_worker(point).wait(timeout=90) == -9
    worker = house.start_worker()
    wait_for("the send", lambda: sent(house, key))
    house.stop(worker)
    assert_one_answer(house, buyer)


def test_a_mail_whose_outcome_nobody_can_tell_goes_to_a_person_and_is_not_repeated(house: House) -> None:
    buyer = house.add_customer()
    worker = house.start_worker()
    house.mail.inject(buyer.reply(), buyer.email, ["ar@seller.example"])
    wait_for("the draft", lambda: house.pending(buyer))
    house.stop(worker)
    key = approve(house, buyer)
    assert house.start_dying_worker(IN_DOUBT).wait(timeout=90) == -9
    worker = house.start_worker()
    items = wait_for(
        "the review item",
        lambda: [i for i in house.get("/v1/review-items", limit=200) if i["kind"] == "send_outcome_unknown"],
    )
    assert house.received(buyer) == []
    answer = house.post(f"/v1/review-items/{items[0]['id']}/settle", {"settlement": "send_again"})
    assert answer.status_code == 200, answer.text
    wait_for("the send", lambda: sent(house, key))
    house.stop(worker)
    assert_one_answer(house, buyer)
