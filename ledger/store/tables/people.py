"""Tables for organisations, entities, users and how they sign in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Base, CurrencyColumn, Instant, OrgScoped, PrimaryKey, Words


class OrganisationRow(Base):
    """The customer of ours whose data it is. `reply_secret` signs the tokens in our Message-IDs."""

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint(
            "sending_opens >= 0 AND sending_opens < sending_closes AND sending_closes <= 1440",
            name="sending_hours_open",
        ),
        CheckConstraint("contact_cap BETWEEN 1 AND 1000", name="contact_cap_possible"),
        CheckConstraint("undo_seconds BETWEEN 0 AND 3600", name="undo_seconds_possible"),
    )

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[Words]
    language: Mapped[str] = mapped_column(String(35), server_default="en")
    country: Mapped[str] = mapped_column(String(2), server_default="")
    time_zone: Mapped[str] = mapped_column(String(60), server_default="UTC")
    reply_secret: Mapped[bytes]
    #: When mail may go out, at the customer's: minutes after midnight, and whether on every day of the week.
    sending_opens: Mapped[int] = mapped_column(server_default="480")
    sending_closes: Mapped[int] = mapped_column(server_default="1080")
    sending_every_day: Mapped[bool] = mapped_column(Boolean, server_default="false")
    #: Mails that we start, an account and seven days.
    contact_cap: Mapped[int] = mapped_column(server_default="3")
    #: How long an approved mail can be taken back before it may go out.
    undo_seconds: Mapped[int] = mapped_column(server_default="30")
    created_at: Mapped[Instant]


class EntityRow(OrgScoped, Base):
    __tablename__ = "entities"
    __table_args__ = (UniqueConstraint("org_id", "code"),)

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[Words]
    address: Mapped[Words]
    country: Mapped[str] = mapped_column(String(2), server_default="")
    tax_id: Mapped[Words]
    base_currency: Mapped[CurrencyColumn]
    email: Mapped[Words]
    phone: Mapped[Words]
    bank_accounts: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default="[]")


class UserRow(OrgScoped, Base):
    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("org_id", "email"),)

    id: Mapped[PrimaryKey]
    email: Mapped[str] = mapped_column(String(320))
    name: Mapped[Words]
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(Boolean, server_default="true")
    created_at: Mapped[Instant]


class CredentialRow(OrgScoped, Base):
    """API tokens, console sessions and one-time links; only the SHA-256 of the secret is kept."""

    __tablename__ = "credentials"

    id: Mapped[PrimaryKey]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[Words]
    secret_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Instant]
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class MailboxRow(OrgScoped, Base):
    """A connected mailbox; `source` and `sender` name the adapters and their settings, secrets encrypted."""

    __tablename__ = "mailboxes"
    __table_args__ = (UniqueConstraint("org_id", "address"),)

    id: Mapped[PrimaryKey]
    entity_id: Mapped[UUID] = mapped_column(ForeignKey("entities.id"))
    address: Mapped[str] = mapped_column(String(320))
    name: Mapped[Words]
    source: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    sender: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    source_cursor: Mapped[str | None]
    fetched_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failing_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_error: Mapped[Words]
    #: It fails because the server does not take our sign-in: trying again helps nothing, a person must connect it.
    sign_in_refused: Mapped[bool] = mapped_column(Boolean, server_default="false")
    #: Since when nothing goes out of it, and why; fetching says nothing of that.
    sending_failing_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sending_error: Mapped[Words]
    active: Mapped[bool] = mapped_column(Boolean, server_default="true")
