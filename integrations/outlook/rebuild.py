"""A message from its parts, for the few that Exchange cannot write as MIME. Pure."""

from email.message import EmailMessage
from email.policy import SMTP

from pydantic import BaseModel, ConfigDict, Field

PARTS = "from,toRecipients,ccRecipients,subject,body,internetMessageId,sentDateTime,hasAttachments"


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class _EmailAddress(_Said):
    address: str | None = None


class _Recipient(_Said):
    email: _EmailAddress | None = Field(None, alias="emailAddress")


class _Body(_Said):
    kind: str | None = Field(None, alias="contentType")
    content: str | None = None


class MessageParts(_Said):
    """What a mail says, without the bytes that it came as."""

    sender: _Recipient | None = Field(None, alias="from")
    to: list[_Recipient] = Field(default_factory=list, alias="toRecipients")
    cc: list[_Recipient] = Field(default_factory=list, alias="ccRecipients")
    subject: str | None = None
    body: _Body | None = None
    message_id: str | None = Field(None, alias="internetMessageId")
    has_attachments: bool | None = Field(None, alias="hasAttachments")


def rebuilt(parts: MessageParts) -> bytes:
    """The mail as MIME. Its attachments are missing, and it says so itself in a header of ours."""
    message = EmailMessage(policy=SMTP)
    for name, value in (
        ("From", _addresses([parts.sender] if parts.sender else [])),
        ("To", _addresses(parts.to)),
        ("Cc", _addresses(parts.cc)),
        ("Subject", parts.subject or ""),
        ("Message-ID", parts.message_id or ""),
        ("X-Duly-Rebuilt", "attachments missing" if parts.has_attachments else "yes"),
    ):
        words = " ".join(value.split())
        if words:
            message[name] = words
    body = parts.body or _Body()
    is_html = (body.kind or "").lower() == "html"
    message.set_content(_clean(body.content or ""), subtype="html" if is_html else "plain")
    return message.as_bytes()


def _addresses(recipients: list[_Recipient]) -> str:
    addresses = [recipient.email.address or "" for recipient in recipients if recipient.email is not None]
    # Only what is one address by its looks: Exchange's own (/o=ExchangeLabs/...) and damaged ones break the header.
    return ", ".join(address for address in addresses if "@" in address and not set(address) & set(' ,;<>"()\r\n\t'))


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
