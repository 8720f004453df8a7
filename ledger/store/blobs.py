"""The byte store in PostgreSQL: raw mail and attachments, once an organisation and content.

`BlobStore` is the port; object storage can follow behind it.
"""

import hashlib
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.errors import NotFound
from core.ids import new_id
from ledger.store.tables.mail import BlobRow
from ledger.store.unit_of_work import UnitOfWork


class BlobStore(Protocol):
    """Keeps bytes and gives them back unchanged."""

    async def keep(self, uow: UnitOfWork, content: bytes, at: datetime) -> UUID: ...

    async def read(self, uow: UnitOfWork, blob_id: UUID) -> bytes: ...


class PostgresBlobStore:
    """`BlobStore` in the ledger's own database and transaction."""

    async def keep(self, uow: UnitOfWork, content: bytes, at: datetime) -> UUID:
        """Keeps the bytes; the same bytes again give the same id."""
        digest = hashlib.sha256(content).hexdigest()
        fresh = new_id()
        kept = await uow.session.scalar(
            insert(BlobRow)
            .values(
                id=fresh, org_id=uow.org_id, sha256=digest, size_bytes=len(content), content=content, created_at=at
            )
            .on_conflict_do_nothing()
            .returning(BlobRow.id)
        )
        if kept is not None:
            return fresh
        return (await uow.session.scalars(select(BlobRow.id).where(BlobRow.sha256 == digest))).one()

    async def read(self, uow: UnitOfWork, blob_id: UUID) -> bytes:
        """The bytes.

        Raises:
            NotFound: no such bytes in this organisation.
        """
        content = await uow.session.scalar(select(BlobRow.content).where(BlobRow.id == blob_id))
        if content is None:
            raise NotFound("blob", blob_id)
        return content
