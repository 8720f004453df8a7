"""Files what a mail says about money that it does not carry, so that the payment finds it, whichever comes first."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from core.ids import AccountId, new_id
from ledger.commands.match_waiting import ask_to_match_waiting
from ledger.rules.matching.cues import MAX_TEXT, read_cues
from ledger.store.match_book import written_amount_key
from ledger.store.tables.cash import AdviceAmountRow, RemittanceAdviceRow
from ledger.store.tables.mail import MessageRow
from ledger.store.unit_of_work import UnitOfWork

#: Amounts of one mail that it is found by; a list of more names its total among the last ones too.
_MOST_AMOUNTS = 400


async def file_advice(uow: UnitOfWork, message: MessageRow, account_id: AccountId, *, now: datetime) -> None:
    """Keeps the mail as a remittance advice, once, and asks for a look at waiting money."""
    attached = [str(one.get("text", "")) for one in message.details.get("attachments", [])]
    text = "\n".join(part for part in (message.subject, message.reply_text, *attached) if part)[:MAX_TEXT]
    advice_id = await uow.session.scalar(
        insert(RemittanceAdviceRow)
        .values(
            id=new_id(),
            org_id=uow.org_id,
            message_id=message.id,
            account_id=account_id,
            from_email=message.sender,
            received_on=message.at.date(),
            text=text,
            recorded_at=now,
        )
        .on_conflict_do_nothing()
        .returning(RemittanceAdviceRow.id)
    )
    if advice_id is None:
        return
    written = list(dict.fromkeys(written_amount_key(one.amount) for one in read_cues(text).amounts))
    kept = (
        written
        if len(written) <= _MOST_AMOUNTS
        else [*written[: _MOST_AMOUNTS // 2], *written[-_MOST_AMOUNTS // 2 :]]
    )
    for amount in kept:
        await uow.session.execute(
            insert(AdviceAmountRow)
            .values(id=new_id(), org_id=uow.org_id, advice_id=advice_id, amount=amount[:40])
            .on_conflict_do_nothing()
        )
    await ask_to_match_waiting(uow, now=now)
