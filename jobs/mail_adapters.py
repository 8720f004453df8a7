"""Which adapter a mailbox's settings name; beside `jobs.wiring`, where adapters of mail and alarms are named."""

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from core.clock import Clock
from core.errors import NotConfigured
from core.ids import OrgId
from core.secrets import SecretBox
from core.settings import AlarmSettings, OAuthSettings, PushSettings
from integrations.files.folder import FolderSender, FolderSource
from integrations.files.mbox import MboxSource
from integrations.gmail.client import GmailClient
from integrations.gmail.mail_watch import GmailMailWatch, GmailPushes
from integrations.gmail.sender import GmailSender
from integrations.gmail.service_account import ServiceAccountTokens
from integrations.gmail.source import GmailSource
from integrations.gmail.watch import GmailWatch
from integrations.imap.adapter import ImapSentLookup, ImapSource
from integrations.imap.idle import RENEW_SECONDS, ImapIdle
from integrations.imap.sent import ImapSentFolder
from integrations.oauth.providers import Provider, google_client, microsoft_client
from integrations.oauth.token_server import TokenServer
from integrations.outlook.app_tokens import AppCertificate, AppRegistration, AppTokens
from integrations.outlook.client import GraphClient
from integrations.outlook.folder import Folder
from integrations.outlook.mail_watch import OutlookMailWatch, OutlookPushes
from integrations.outlook.place import GraphPlace
from integrations.outlook.sender import OutlookSender
from integrations.outlook.source import OutlookSource
from integrations.outlook.subscriptions import OutlookSubscription
from integrations.ports.access_tokens import AccessTokens
from integrations.ports.alarm_channel import AlarmChannel
from integrations.ports.mail_server import MailServer
from integrations.ports.mail_watch import MailWatch, SecretPushes, SignedPushes
from integrations.ports.mailbox import MailSender, MailSource
from integrations.smtp.adapter import SmtpSender
from integrations.smtp.client import SmtpConnection
from integrations.smtp.tickets import HandOverTickets
from integrations.webhook.channel import WebhookChannel
from jobs.connect_application import TryMailbox
from jobs.idling import IdleMaker, MailboxIdle
from jobs.mailboxes import SenderMaker, SourceMaker
from jobs.readers import MOST_MESSAGE_BYTES
from jobs.tokens import Grants, GrantTokens
from jobs.watches import WatchMaker
from ledger.store.connections import GrantId

_ANY_TENANT = ("organizations", "common", "consumers")
_PEM_BLOCK = re.compile(r"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----", re.DOTALL)


def make_source(secrets: SecretBox, grants: Grants, oauth: OAuthSettings, clock: Clock) -> SourceMaker:
    """Builds the adapter that a mailbox's `source` names."""

    def make(settings: dict[str, Any], address: str, org_id: OrgId) -> MailSource:
        match settings["kind"]:
            case "folder" | "maildir":
                return FolderSource(Path(settings["path"]), max_bytes=MOST_MESSAGE_BYTES)
            case "mbox":
                return MboxSource(Path(settings["path"]), max_bytes=MOST_MESSAGE_BYTES)
            case "imap":
                server, folder = _server(settings, secrets, grants, org_id), settings.get("folder", "INBOX")
                return ImapSource(server, MOST_MESSAGE_BYTES, folder=folder, since=_since(settings), clock=clock)
            case "gmail":
                start = _since(settings)
                return GmailSource(
                    _mail_tokens(grants, oauth, settings, address, org_id),
                    address,
                    MOST_MESSAGE_BYTES,
                    since=None if start is None else datetime.combine(start, time(), UTC),
                    api_endpoint=oauth.gmail_url or None,
                    label=str(settings.get("label", "")),
                    mark=str(settings.get("mark", "")),
                )
            case "outlook":
                tokens, place = _mail_tokens(grants, oauth, settings, address, org_id), _graph(oauth)
                return OutlookSource(tokens, address, MOST_MESSAGE_BYTES, since=_since(settings), place=place)
            case other:
                raise NotConfigured(f"mailbox {address}: {other!r} is no way to fetch mail")

    return make


def make_sender(secrets: SecretBox, grants: Grants, oauth: OAuthSettings, *, hand_overs: Path) -> SenderMaker:
    """Builds the adapter that a mailbox's `sender` names. `hand_overs`: a folder that all workers here share."""
    tickets = HandOverTickets(hand_overs)

    def make(settings: dict[str, Any], address: str, org_id: OrgId) -> MailSender:
        match settings["kind"]:
            case "folder":
                return FolderSender(Path(settings["path"]))
            case "smtp":
                proof = _server(settings["proof"], secrets, grants, org_id) if settings.get("proof") else None
                lookup = None if proof is None else ImapSentLookup(proof)
                server = _server(settings, secrets, grants, org_id)
                folder = _sent_folder(settings, proof)
                return SmtpSender(server, address, lookup, sent_folder=folder, tickets=tickets)
            case "gmail":
                tokens = _mail_tokens(grants, oauth, settings, address, org_id)
                return GmailSender(tokens, address, api_endpoint=oauth.gmail_url or None)
            case "outlook":
                return OutlookSender(
                    _mail_tokens(grants, oauth, settings, address, org_id), address, place=_graph(oauth)
                )
            case other:
                raise NotConfigured(f"mailbox {address}: {other!r} is no way to send mail")

    return make


def make_idle(secrets: SecretBox, grants: Grants) -> IdleMaker:
    """Builds what waits for word of mail at an IMAP server."""

    def make(settings: dict[str, Any], address: str, org_id: OrgId) -> MailboxIdle:
        renew_seconds = float(settings.get("idle_renew_seconds", RENEW_SECONDS))
        server, folder = _server(settings, secrets, grants, org_id), settings.get("folder", "INBOX")
        return ImapIdle(server, folder=folder, renew_seconds=renew_seconds)

    return make


def make_watch(grants: Grants, oauth: OAuthSettings, push: PushSettings) -> WatchMaker:
    """Builds the watch of a mailbox, where its kind has one and the installation is set up for it."""

    def make(settings: dict[str, Any], address: str, account: str, org_id: OrgId) -> MailWatch | None:
        kind = settings.get("kind")
        if kind == "gmail" and push.gmail_topic:
            tokens = _mail_tokens(grants, oauth, settings, address, org_id)
            watch = GmailWatch(tokens, address, api_endpoint=oauth.gmail_url or None)
            return GmailMailWatch(watch, account, push.gmail_topic)
        if kind == "outlook" and push.outlook_url:
            subscription = OutlookSubscription(
                _mail_tokens(grants, oauth, settings, address, org_id),
                address,
                notification_url=push.outlook_url,
                lifecycle_url=push.outlook_url,
                place=_graph(oauth),
            )
            return OutlookMailWatch(subscription, push.outlook_url)
        return None

    return make


async def try_servers(incoming: MailServer, outgoing: MailServer, address: str) -> None:
    """Signs in to both servers and out again.

    Raises:
        TemporarilyUnavailable, AuthExpired, Rejected, RateLimited: one of them did not let us in.
    """
    idle = ImapIdle(incoming)
    try:
        await idle.wait(1.0)
    finally:
        await idle.close()
    connection = await SmtpConnection.open(outgoing, our_name=address.rpartition("@")[2] or "localhost")
    await connection.close()


def try_application(oauth: OAuthSettings, clock: Clock) -> TryMailbox:
    """Looks into a mailbox that nobody signs in to, once.

    Raises (when it is called):
        NotConfigured, TemporarilyUnavailable, RateLimited, AuthExpired, Rejected: we may not, or could not.
    """

    async def look(settings: dict[str, Any], address: str) -> None:
        tokens = _application_tokens(oauth, settings, address)
        if settings["kind"] == "gmail":
            gmail = GmailClient(tokens, address, api_endpoint=oauth.gmail_url or None)
            try:
                await gmail.current_history_id()
            finally:
                gmail.close()
            return
        graph = GraphClient(tokens, address, _graph(oauth))
        try:
            await Folder(graph, "inbox", page_size=1).listed("receivedDateTime", clock.now())
        finally:
            await graph.close()

    return look


def offers_application(oauth: OAuthSettings, provider: Provider) -> bool:
    """Whether this installation is set up to work mailboxes of the provider without a sign-in."""
    if provider is Provider.GOOGLE:
        return oauth.gmail_service_account_file is not None
    has_proof = oauth.microsoft_certificate_file is not None or bool(oauth.microsoft_client_secret.get_secret_value())
    return bool(oauth.microsoft_client_id) and has_proof and oauth.microsoft_tenant not in _ANY_TENANT


def gmail_pushes(push: PushSettings) -> SignedPushes:
    """How pushes of Gmail prove themselves. Where nothing is set to check them by, all are refused."""
    return GmailPushes(push.audience, push.gmail_push_account)


def outlook_pushes() -> SecretPushes:
    """How pushes of Outlook prove themselves."""
    return OutlookPushes()


def alarm_channel(settings: AlarmSettings) -> AlarmChannel | None:
    """Where people are told of alarms; None where nothing is set up for it."""
    url = settings.webhook_url.get_secret_value()
    return WebhookChannel(url) if url else None


def token_servers(oauth: OAuthSettings, clock: Clock) -> dict[str, TokenServer]:
    """The providers that Duly is registered with, by name."""
    clients = []
    if oauth.google_client_id:
        secret = oauth.google_client_secret.get_secret_value()
        clients.append(google_client(oauth.google_client_id, secret, base_url=oauth.google_oauth_url))
    if oauth.microsoft_client_id:
        secret = oauth.microsoft_client_secret.get_secret_value()
        tenant, url = oauth.microsoft_tenant, oauth.microsoft_oauth_url
        clients.append(microsoft_client(oauth.microsoft_client_id, secret, tenant=tenant, base_url=url))
    return {client.provider.value: TokenServer(client, clock) for client in clients}


def _mail_tokens(
    grants: Grants, oauth: OAuthSettings, settings: dict[str, Any], address: str, org_id: OrgId
) -> AccessTokens:
    """Of the person who signed in, or of Duly itself where an administrator allowed it the whole domain."""
    if settings.get("permission") != "application":
        return _tokens(grants, org_id, settings)
    return _application_tokens(oauth, settings, address)


def _application_tokens(oauth: OAuthSettings, settings: dict[str, Any], address: str) -> AccessTokens:
    if settings["kind"] == "gmail":
        return ServiceAccountTokens(_content(oauth.gmail_service_account_file, "GMAIL_SERVICE_ACCOUNT"), address)
    return _app_tokens(_registration(oauth))


def _registration(oauth: OAuthSettings) -> AppRegistration:
    proof: AppCertificate | str = oauth.microsoft_client_secret.get_secret_value()
    if oauth.microsoft_certificate_file is not None:
        pem = _content(oauth.microsoft_certificate_file, "MICROSOFT_CERTIFICATE")
        blocks = _PEM_BLOCK.findall(pem)
        proof = AppCertificate(
            private_key="\n".join(block for block in blocks if "PRIVATE KEY-----" in block),
            public_certificate="\n".join(block for block in blocks if "CERTIFICATE-----" in block),
        )
        if not proof.private_key or not proof.public_certificate:
            raise NotConfigured("DULY_MICROSOFT_CERTIFICATE_FILE must hold a private key and its certificate, as PEM")
    if oauth.microsoft_tenant in _ANY_TENANT:
        raise NotConfigured("application permission belongs to one tenant: set DULY_MICROSOFT_TENANT to it")
    return AppRegistration(oauth.microsoft_tenant, oauth.microsoft_client_id, proof)


@lru_cache(maxsize=16)
def _app_tokens(registration: AppRegistration) -> AppTokens:
    """One for all mailboxes of the tenant: each token is good for all of them, and asked for once."""
    return AppTokens(registration)


def _content(file: Path | None, name: str) -> str:
    if file is None:
        raise NotConfigured(f"application permission needs DULY_{name}_FILE")
    try:
        return file.read_text()
    except (OSError, ValueError) as error:
        raise NotConfigured(f"DULY_{name}_FILE cannot be read: {file} ({type(error).__name__})") from error


def _tokens(grants: Grants, org_id: OrgId, settings: dict[str, Any]) -> GrantTokens:
    return grants.tokens(org_id, GrantId(UUID(str(settings["grant_id"]))))


def _since(settings: dict[str, Any]) -> date | None:
    """The first day whose mail is fetched, where the connection names one."""
    return date.fromisoformat(settings["since"]) if settings.get("since") else None


def _graph(oauth: OAuthSettings) -> GraphPlace:
    return GraphPlace(base_url=oauth.graph_url) if oauth.graph_url else GraphPlace()


def _sent_folder(settings: dict[str, Any], proof: MailServer | None) -> ImapSentFolder | None:
    """Where a copy of what SMTP took is filed: `auto` finds the folder, `none` files nothing, else its name."""
    keep = settings.get("sent_folder", "auto")
    return None if proof is None or keep == "none" else ImapSentFolder(proof, folder="" if keep == "auto" else keep)


def _server(settings: dict[str, Any], secrets: SecretBox, grants: Grants, org_id: OrgId) -> MailServer:
    """Signed in to with the password, or with the tokens of a grant where the settings name one."""
    granted = bool(settings.get("grant_id"))
    return MailServer(
        host=settings["host"],
        port=settings["port"],
        username=settings["user"],
        password="" if granted else secrets.open(settings["sealed_password"]),
        security=settings.get("security", "tls"),
        tokens=_tokens(grants, org_id, settings) if granted else None,
    )
