"""Typed settings; the only module that reads the environment.

`DATABASE_URL`, `OPENAI_API_KEY` and `OPENAI_BASE_URL` carry the names that everyone knows; all others begin
with `DULY_`. Every setting stands in `.env.example` with a harmless value.
"""

import re
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


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

    model_config = SettingsConfigDict(env_prefix="DULY_SEND_", extra="ignore", populate_by_name=True)

    #: How long a send without a known outcome is looked for before it goes to a person.
    proof_wait_seconds: float = 900.0
    #: How long a worker leaves a mail alone that another one has taken from it: longer than preparing one takes.
    lease_seconds: float = 120.0
    #: The address that gets every outgoing mail instead of its recipients; empty: mail goes to whom it is written.
    sandbox_to: str = Field(default="", validation_alias="DULY_SANDBOX_TO")

    @field_validator("sandbox_to")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        """A value that is no address must not switch the sandbox off in silence."""
        value = value.strip()
        if value and not _ADDRESS.fullmatch(value):
            raise ValueError("no e-mail address; leave it empty to send mail to whom it is written")
        return value


class MailTrustSettings(BaseSettings):
    """Whose word counts on where an incoming mail comes from."""

    model_config = SettingsConfigDict(env_prefix="DULY_MAIL_", extra="ignore")

    #: Names in Authentication-Results, and servers in Received, separated by commas; `microsoft-365` for Exchange
    #: Online, which names none. A host belongs here only if it removes lines under its own name from what comes in.
    trusted_hosts: str = "mx.google.com,microsoft-365"
    #: Whether a DKIM signature is checked here where none of these hosts has said anything; it takes a DNS lookup.
    check_dkim: bool = True
    dns_timeout_seconds: float = Field(default=3.0, gt=0, le=30)

    @property
    def trusted(self) -> tuple[str, ...]:
        """The hosts, one by one."""
        return tuple(host.strip().lower() for host in self.trusted_hosts.split(",") if host.strip())


class OAuthSettings(BaseSettings):
    """Duly as it is registered with Google and Microsoft; what has no client id is not offered."""

    model_config = SettingsConfigDict(env_prefix="DULY_", extra="ignore")

    google_client_id: str = ""
    google_client_secret: SecretStr = SecretStr("")
    #: Another address for Google's OAuth: an emulator on this machine.
    google_oauth_url: str = ""
    #: The same for Gmail itself.
    gmail_url: str = ""
    microsoft_client_id: str = ""
    microsoft_client_secret: SecretStr = SecretStr("")
    #: A tenant's id or domain; `organizations` takes any work account.
    microsoft_tenant: str = "organizations"
    microsoft_oauth_url: str = ""
    #: For mailboxes that nobody signs in to: the application's key and certificate (PEM, one file) instead of its
    #: secret, and the JSON key of a Google service account with domain-wide delegation.
    microsoft_certificate_file: Path | None = None
    gmail_service_account_file: Path | None = None
    #: Another address for Microsoft Graph: a national cloud, or a stand-in on this machine.
    graph_url: str = ""


class PushSettings(BaseSettings):
    """How Google and Microsoft tell us of new mail; where nothing is set, mailboxes are looked at now and then."""

    model_config = SettingsConfigDict(env_prefix="DULY_", extra="ignore")

    #: Where the whole world reaches this Duly: Microsoft posts there, and sign-ins in the console end there.
    public_url: str = ""
    #: The Pub/Sub topic that Gmail publishes to: `projects/PROJECT/topics/TOPIC`.
    gmail_topic: str = ""
    #: The service account that Pub/Sub signs its pushes as, and for whom; by default the address that it pushes to.
    gmail_push_account: str = ""
    gmail_push_audience: str = ""

    @field_validator("public_url")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        """Secrets come to this address, so it takes TLS, or never leaves this machine."""
        value = value.strip().rstrip("/")
        if value and not re.fullmatch(
            r"https://[^/?#\s@]+(/[^?#\s]*)?|http://(localhost|127\.0\.0\.1)(:\d+)?", value
        ):
            raise ValueError("DULY_PUBLIC_URL must be like https://duly.example.com, without anything behind it")
        return value

    @property
    def audience(self) -> str:
        """Whom pushes of Gmail must be signed for; empty where there is nothing to check it by."""
        return self.gmail_push_audience or (f"{self.public_url}/v1/push/gmail" if self.public_url else "")

    @property
    def outlook_url(self) -> str:
        """Where Microsoft posts; empty where it cannot reach us."""
        return f"{self.public_url}/v1/push/outlook" if self.public_url else ""


class HealthSettings(BaseSettings):
    """When a mailbox is worth an alarm."""

    model_config = SettingsConfigDict(env_prefix="DULY_HEALTH_", extra="ignore")

    late_minutes: float = Field(default=15.0, gt=0)
    failing_minutes: float = Field(default=5.0, gt=0)
    grant_warning_days: float = Field(default=7.0, ge=0)
    watch_warning_hours: float = Field(default=12.0, ge=0)


class AlarmSettings(BaseSettings):
    """Whom an alarm is told, besides the log and the list in the console."""

    model_config = SettingsConfigDict(env_prefix="DULY_ALARM_", extra="ignore")

    #: An incoming webhook as Slack has them; whoever knows the address may post there, so it is a secret.
    webhook_url: SecretStr = SecretStr("")

    @field_validator("webhook_url")
    @classmethod
    def _is_safe(cls, value: SecretStr) -> SecretStr:
        """It takes TLS, or never leaves this machine."""
        url = value.get_secret_value().strip()
        if url and not re.fullmatch(r"(https://[^/?#\s@]+|http://(localhost|127\.0\.0\.1)(:\d+)?)(/[^#\s]*)?", url):
            raise ValueError("DULY_ALARM_WEBHOOK_URL must be the https address of an incoming webhook")
        return SecretStr(url)


class Settings:
    """All groups, read from the environment once."""

    def __init__(self) -> None:
        self.home = HomeSettings()
        self.database = DatabaseSettings()
        self.model = ModelSettings()
        self.web = WebSettings()
        self.worker = WorkerSettings()
        self.send = SendSettings()
        self.mail_trust = MailTrustSettings()
        self.oauth = OAuthSettings()
        self.push = PushSettings()
        self.health = HealthSettings()
        self.alarm = AlarmSettings()
