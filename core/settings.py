"""Typed settings; the only module that reads the environment.

`DATABASE_URL`, `OPENAI_API_KEY` and `OPENAI_BASE_URL` carry the names that everyone knows; all others begin
with `DULY_`. Every setting stands in `.env.example` with a harmless value.
"""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _default_home() -> Path:
    return Path.home() / ".duly"


class HomeSettings(BaseSettings):
    """Where Duly keeps all state of its own on this machine."""

    model_config = SettingsConfigDict(env_prefix="DULY_", extra="ignore")

    home: Path = Field(default_factory=_default_home)
    #: Fernet keys for stored passwords, newest first, separated by commas; without one a file in `home` holds it.
    secret_key: SecretStr | None = None
    log_level: str = "INFO"
    log_json: bool = True


class DatabaseSettings(BaseSettings):
    """Where the database is; without a URL the bundled PostgreSQL runs in `home`."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True)

    url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    #: The login that owns the tables; without it migrations use `url`, and the application lowers itself
    #: to the role `duly_app` on each connection.
    migrate_url: SecretStr | None = Field(default=None, validation_alias="DULY_MIGRATE_DATABASE_URL")
    pool_size: int = Field(default=5, validation_alias="DULY_DATABASE_POOL_SIZE")
    connect_timeout_seconds: int = Field(default=10, validation_alias="DULY_DATABASE_CONNECT_TIMEOUT_SECONDS")
    statement_timeout_seconds: int = Field(default=30, validation_alias="DULY_DATABASE_STATEMENT_TIMEOUT_SECONDS")


class ModelSettings(BaseSettings):
    """The chat model; `local` reads and writes without one."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, protected_namespaces=())

    #: `local`, `openai:NAME` or `cascade:NAME`.
    model: str = Field(default="local", validation_alias="DULY_MODEL")
    api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    azure_endpoint: str | None = Field(default=None, validation_alias="AZURE_OPENAI_ENDPOINT")
    azure_api_key: SecretStr | None = Field(default=None, validation_alias="AZURE_OPENAI_API_KEY")
    azure_api_version: str = Field(default="2025-04-01-preview", validation_alias="OPENAI_API_VERSION")
    timeout_seconds: float = Field(default=30.0, validation_alias="DULY_MODEL_TIMEOUT_SECONDS")
    max_retries: int = Field(default=2, validation_alias="DULY_MODEL_MAX_RETRIES")
    #: Tokens that one case and one calendar month (UTC) may use; past either, `local` answers.
    case_token_budget: int = Field(default=30_000, validation_alias="DULY_MODEL_CASE_TOKEN_BUDGET")
    month_token_budget: int = Field(default=20_000_000, validation_alias="DULY_MODEL_MONTH_TOKEN_BUDGET")


class WebSettings(BaseSettings):
    """The API and the console."""

    model_config = SettingsConfigDict(env_prefix="DULY_", extra="ignore")

    host: str = "127.0.0.1"
    port: int = 8000
    #: Set where the console is reached over TLS, so that its cookie is never sent in the clear.
    secure_cookies: bool = False
    session_hours: int = 12


class WorkerSettings(BaseSettings):
    """Background work."""

    model_config = SettingsConfigDict(env_prefix="DULY_WORKER_", extra="ignore")

    concurrency: int = 4
    heartbeat_seconds: float = 10.0
    #: A worker silent for so long is taken for dead and its jobs are taken over.
    stalled_seconds: float = 30.0
    #: How often folders are looked at; IMAP servers are asked at `imap_poll_seconds`.
    poll_seconds: float = 2.0
    imap_poll_seconds: float = 20.0


class SendSettings(BaseSettings):
    """Sending mail."""

    model_config = SettingsConfigDict(env_prefix="DULY_SEND_", extra="ignore")

    #: How long a send without a known outcome is looked for before it goes to a person.
    proof_wait_seconds: float = 900.0
    #: A claim older than this belongs to a dead worker.
    lease_seconds: float = 120.0


class Settings:
    """All groups, read from the environment once."""

    def __init__(self) -> None:
        self.home = HomeSettings()
        self.database = DatabaseSettings()
        self.model = ModelSettings()
        self.web = WebSettings()
        self.worker = WorkerSettings()
        self.send = SendSettings()
