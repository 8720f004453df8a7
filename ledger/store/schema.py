"""All tables, loaded, for migrations and for checks against the database."""

from sqlalchemy import MetaData

from ledger.store.base import Base
from ledger.store.tables import (
    accounts,
    cases,
    cash,
    connections,
    corrections,
    drafts,
    history,
    mail,
    money,
    people,
    watches,
)

__all__ = [
    "accounts",
    "cases",
    "cash",
    "connections",
    "corrections",
    "drafts",
    "history",
    "mail",
    "metadata",
    "money",
    "people",
    "watches",
]

metadata: MetaData = Base.metadata
