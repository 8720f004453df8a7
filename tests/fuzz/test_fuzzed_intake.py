"""What breaks everything still becomes a case in the house, decided or with a person, and its bytes are kept."""

import pytest
from conftest import Org
from factories.ledger import a_customer
from factories.seed_mails import SEED_MAILS
from fuzz.hostile_shapes import SHAPES
from graph.running import case, handle, items

from jobs.duly import Duly
from ledger.store.tables.mail import MessageRow

SHAPED = ("lone surrogates", "levels of quotation", "parts in parts", "only bytes")
KINDS = ("attachments", "bounce", "tnef", "encrypted")
NONSENSE = b"\x00\xff\xed\xa0\x80--b1\r\n"


def torn(raw: bytes) -> bytes:
    """Two thirds of a mail, nonsense, and its last two thirds."""
    return raw[: len(raw) * 2 // 3] + NONSENSE + raw[len(raw) // 3 :]


HOSTILE = {
    **{name: SHAPES[name](30_000) for name in SHAPED},
    **{f"torn {name}": torn(SEED_MAILS[name]) for name in KINDS},
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
async def test_a_hostile_mail_is_a_case_whose_bytes_are_kept(duly: Duly, org: Org, raw: bytes) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, raw)
    row = await case(duly, org, case_id)
    assert row.state in ("with_person", "awaiting_approval", "waiting", "closed")
    assert bool(await items(duly, org)) == (row.state == "with_person")
    async with duly.uows(org.org_id) as uow:
        message = await uow.session.get_one(MessageRow, row.message_id)
        assert message.raw_blob_id is not None
        assert await duly.blobs.read(uow, message.raw_blob_id) == raw
