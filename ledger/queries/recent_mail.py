"""Mail of a thread and from an address, as the brakes count it."""

from sqlalchemy import and_, or_, select

from ledger.model.message import Message
from ledger.rules.brakes import WINDOW
from ledger.store.mapping import to_message
from ledger.store.tables.mail import MessageRow
from ledger.store.unit_of_work import UnitOfWork

#: More than the brakes let through in their window; a flood is not read to its end.
_MOST = 100


async def recent_mail(uow: UnitOfWork, message: Message) -> tuple[Message, ...]:
    """Newest first: what lies within the brakes' window before `message`, of its thread or from its sender."""
    rows = await uow.session.scalars(
        select(MessageRow)
        .where(
            or_(
                MessageRow.conversation_id == message.conversation_id,
                and_(MessageRow.account_id == message.account_id, MessageRow.sender == message.sender),
            ),
            MessageRow.at >= message.at - WINDOW,
            MessageRow.at <= message.at,
        )
        .order_by(MessageRow.at.desc(), MessageRow.id.desc())
        .limit(_MOST)
    )
    return tuple(to_message(row) for row in rows)
