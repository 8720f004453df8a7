"""Declarative base, column types and names of constraints."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, MetaData, Numeric, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from core.ids import new_id

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

#: Six decimals: some ledgers bill in fractions of a cent; fourteen digits before the point.
MoneyColumn = Annotated[Decimal, mapped_column(Numeric(20, 6))]
CurrencyColumn = Annotated[str, mapped_column(String(3))]
#: An instant, stored as UTC, read back aware.
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Words = Annotated[str, mapped_column(Text, server_default="")]
WordList = Annotated[list[str], mapped_column(ARRAY(Text), server_default="{}")]
PrimaryKey = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]


class Base(DeclarativeBase):
    """Base of every table of ours."""

    metadata = MetaData(naming_convention=_NAMES)


class OrgScoped:
    """A table whose rows belong to one organisation; row-level security and `org_scope` keep them apart."""

    org_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
