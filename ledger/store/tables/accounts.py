"""Tables for customer accounts and their contacts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, CurrencyColumn, OrgScoped, PrimaryKey, WordList, Words


class AccountRow(OrgScoped, Base):
    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("org_id", "external_id"),
        Index("ix_accounts_name_trgm", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
        Index(
            "ix_accounts_parent",
            *("org_id", "parent_external_id"),
            postgresql_where=text("parent_external_id <> ''"),
        ),
    )

    id: Mapped[PrimaryKey]
    external_id: Mapped[str] = mapped_column(String(120))
    entity_id: Mapped[UUID | None] = mapped_column(ForeignKey("entities.id"))
    name: Mapped[Words]
    aliases: Mapped[WordList]
    email_domains: Mapped[WordList]
    bank_accounts: Mapped[WordList]
    parent_external_id: Mapped[Words]
    currency: Mapped[CurrencyColumn]
    language: Mapped[str] = mapped_column(String(35), server_default="")
    country: Mapped[str] = mapped_column(String(2), server_default="")
    time_zone: Mapped[str] = mapped_column(String(60), server_default="")
    stopped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    hold_reason: Mapped[Words]


class ContactRow(OrgScoped, Base):
    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("org_id", "account_id", "email"),
        Index("ix_contacts_org_id_email", "org_id", "email"),
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    email: Mapped[str] = mapped_column(String(320))
    name: Mapped[Words]
    role: Mapped[Words]
    language: Mapped[str] = mapped_column(String(35), server_default="")
    time_zone: Mapped[str] = mapped_column(String(60), server_default="")
    status: Mapped[str] = mapped_column(String(20), server_default="active")
    #: Where it came from: `ledger`, or the message that proposed it.
    source: Mapped[Words]
