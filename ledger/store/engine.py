"""Engine and session factory of the application's role."""

from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from ledger.store.local_server import APP_ROLE


def sqlalchemy_url(libpq_url: str) -> str:
    """The same address for SQLAlchemy with psycopg 3."""
    scheme, _, rest = libpq_url.partition("://")
    if scheme.partition("+")[0] not in ("postgresql", "postgres"):
        raise ValueError("DATABASE_URL must begin with postgresql://")
    return f"postgresql+psycopg://{rest}"


def as_app_role(libpq_url: str) -> str:
    """The same login, lowered to the role `duly_app` on every connection; unchanged where it is that role."""
    parts = urlsplit(libpq_url)
    if parts.username == APP_ROLE:
        return libpq_url
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    query["options"] = f"{query.get('options', '')} -c role={APP_ROLE}".strip()
    # libpq reads %20 as a space, and a plus sign as a plus sign.
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))


def create_engine(app_url: str, *, pool_size: int, connect_timeout: int, statement_timeout: int) -> AsyncEngine:
    """An engine for the application. Timeouts in seconds; every statement has one."""
    return create_async_engine(
        sqlalchemy_url(app_url),
        pool_size=pool_size,
        max_overflow=pool_size,
        # No ping before each transaction: it costs a round trip a transaction, and what meets a connection that a
        # restarted server cut is a job that runs again. Connections that stood idle long are made anew.
        pool_recycle=600,
        connect_args={"connect_timeout": connect_timeout, "prepare_threshold": 3},
        execution_options={"duly_statement_timeout_ms": statement_timeout * 1000},
    )


def session_factory(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions that keep their objects readable after the commit."""
    return async_sessionmaker(engine, expire_on_commit=False)
