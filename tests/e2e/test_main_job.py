"""The main job with real parts: a reply by SMTP, the worker as its own process, the approval over HTTP, the answer
by SMTP; then the same with the worker killed between each pair of steps."""

from collections.abc import Iterator

import pytest
from e2e.house import Buyer, House, build_house, wait_for
from e2e.killing_worker import IN_DOUBT, NODES, SENDING, STORING
from mailservers import EnvelopeServer, MailDevel

from ledger.store.local_server import LocalServer

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def house(server: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    mail = MailDevel()
    mail.start()
    smtp = EnvelopeServer(into=mail)
    smtp.start()
    built = build_house(server, tmp_path_factory.mktemp("house"), mail, smtp)
    yield built
    built.stop_all()
    smtp.stop()
    mail.stop()


def approve(house: House, buyer: Buyer) -> str:
    approval = wait_for("the draft", lambda: house.pending(buyer))
    answer = house.post(f"/v1/approvals/{approval['id']}/approve", **{"If-Match": f'"{approval["version"]}"'})
    assert answer.status_code == 200, answer.text
    return str(approval["id"])


def sent(house: House, approval_id: str) -> bool:
    return bool(house.get(f"/v1/approvals/{approval_id}")["send_state"] == "sent")


def assert_one_answer(house: House, buyer: Buyer) -> None:
    [message] = house.received(buyer)
    assert message["In-Reply-To"] == f"<{buyer.message_id}>"
    assert f"<{buyer.message_id}>" in message["References"]
    assert message["From"].addresses[0].addr_spec == "ar@seller.example"
    assert buyer.invoice in message.get_content()


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
    assert house.start_dying_worker(point).wait(timeout=40) == -9
    worker = house.start_worker()
    key = approve(house, buyer)
    wait_for("the send", lambda: sent(house, key))
    house.stop(worker)
    assert_one_answer(house, buyer)


@pytest.mark.parametrize("point", SENDING)
def test_a_worker_killed_while_it_sends_loses_and_doubles_nothing(house: House, point: str) -> None:
    buyer = house.add_customer()
    worker = house.start_worker()
    house.mail.inject(buyer.reply(), buyer.email, ["ar@seller.example"])
    wait_for("the draft", lambda: house.pending(buyer))
    house.stop(worker)
    key = approve(house, buyer)
    assert house.start_dying_worker(point).wait(timeout=40) == -9
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
    assert house.start_dying_worker(IN_DOUBT).wait(timeout=40) == -9
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
