"""The byte store in PostgreSQL: raw mail and attachments, once an organisation and content.

`BlobStore` is the port; object storage can follow behind it.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.errors import NotFound
from core.ids import new_id
from ledger.store.tables.mail import BlobRow
from ledger.store.unit_of_work import UnitOfWork

#: Its count of rows tells whether all were new.
_NEW_BLOBS = insert(BlobRow).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


class BlobStore(Protocol):
    """Keeps bytes and gives them back unchanged."""

    async def keep(self, uow: UnitOfWork, content: bytes, at: datetime) -> UUID: ...

    async def keep_all(self, uow: UnitOfWork, contents: Sequence[bytes], at: datetime) -> list[UUID]: ...

    async def read(self, uow: UnitOfWork, blob_id: UUID) -> bytes: ...


class PostgresBlobStore:
    """`BlobStore` in the ledger's own database and transaction."""

    async def keep(self, uow: UnitOfWork, content: bytes, at: datetime) -> UUID:
        """Keeps the bytes; the same bytes again give the same id."""
        [kept] = await self.keep_all(uow, [content], at)
        return kept

    async def keep_all(self, uow: UnitOfWork, contents: Sequence[bytes], at: datetime) -> list[UUID]:
        """Keeps them all; their ids, in their order."""
        digests = [hashlib.sha256(content).hexdigest() for content in contents]
        # In one order everywhere, so that two workers with the same bytes cannot wait for each other.
        ids = {digest: new_id() for digest in digests}
        rows = {
            digest: {
                "id": ids[digest],
                "org_id": uow.org_id,
                "sha256": digest,
                "size_bytes": len(content),
                "content": content,
                "created_at": at,
            }
            for digest, content in sorted(zip(digests, contents, strict=True))
        }
        if not rows:
            return []
        connection = await uow.session.connection()
        written = await connection.execute(_NEW_BLOBS, list(rows.values()))
        if written.rowcount != len(rows):
            kept = await uow.session.execute(select(BlobRow.sha256, BlobRow.id).where(BlobRow.sha256.in_(list(rows))))
            ids = {digest: blob_id for digest, blob_id in kept}
        return [ids[digest] for digest in digests]

    async def read(self, uow: UnitOfWork, blob_id: UUID) -> bytes:
        """The bytes.

        Raises:
            NotFound: no such bytes in this organisation.
        """
        content = await uow.session.scalar(select(BlobRow.content).where(BlobRow.id == blob_id))
        if content is None:
            raise NotFound("blob", blob_id)
        return content
