"""What Graph answers, checked at the door and turned into our words. Pure."""

from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from integrations.outlook.client import Answer
from integrations.outlook.place import MOST_LINK_LETTERS
from integrations.ports.errors import TemporarilyUnavailable

Model = TypeVar("Model", bound=BaseModel)
Id = Annotated[str, Field(min_length=1, max_length=2_000)]
Link = Annotated[str, Field(min_length=1, max_length=MOST_LINK_LETTERS)]


class _Said(BaseModel):
    """A part of an answer. Graph adds fields when it likes, so those that we do not know are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Listed(_Said):
    """A message as a list names it; `removed` stands where it left the folder."""

    id: Id
    is_draft: bool | None = Field(None, alias="isDraft")
    received_at: datetime | None = Field(None, alias="receivedDateTime")
    modified_at: datetime | None = Field(None, alias="lastModifiedDateTime")
    internet_message_id: str | None = Field(None, alias="internetMessageId")
    folder_id: str | None = Field(None, alias="parentFolderId")
    removed: Any = Field(None, alias="@removed")

    def has_message_id(self, message_id: str) -> bool:
        """Whether its Message-ID is this one (no brackets), letter by letter."""
        return (self.internet_message_id or "").strip() == f"<{message_id}>"


class Page(_Said):
    """A page of messages, and where the rest is, or where later changes will be."""

    value: list[Listed]
    next_link: Link | None = Field(None, alias="@odata.nextLink")
    delta_link: Link | None = Field(None, alias="@odata.deltaLink")


class _EmailAddress(_Said):
    address: str | None = None


class _Recipient(_Said):
    email: _EmailAddress | None = Field(None, alias="emailAddress")


class DraftAnswer(_Said):
    """A draft as Graph keeps it."""

    id: Id
    is_draft: bool | None = Field(None, alias="isDraft")
    internet_message_id: str | None = Field(None, alias="internetMessageId")
    folder_id: str | None = Field(None, alias="parentFolderId")
    to: list[_Recipient] = Field(default_factory=list, alias="toRecipients")
    cc: list[_Recipient] = Field(default_factory=list, alias="ccRecipients")
    bcc: list[_Recipient] = Field(default_factory=list, alias="bccRecipients")

    @property
    def recipients(self) -> frozenset[str]:
        """The addresses that it goes to, in lower case."""
        everybody = [recipient.email for recipient in (*self.to, *self.cc, *self.bcc)]
        return frozenset((email.address or "").lower() for email in everybody if email is not None)


class UploadSession(_Said):
    """Where a large attachment goes, and which bytes are missing yet. Its address is a permission by itself."""

    upload_url: Link | None = Field(None, alias="uploadUrl", repr=False)
    next_expected: list[str] = Field(default_factory=list, alias="nextExpectedRanges", max_length=1_000)

    @property
    def next_byte(self) -> int | None:
        """The first byte that is missing; None where none is named."""
        first = self.next_expected[0].partition("-")[0] if self.next_expected else ""
        return int(first) if first.isascii() and first.isdigit() and len(first) < 15 else None


def parsed(model: type[Model], answer: Answer, *, what: str, mailbox: str) -> Model:
    """The answer's body.

    Raises:
        TemporarilyUnavailable: it is none that Graph gives, or more of it than was asked for.
    """
    if answer.oversize:
        raise TemporarilyUnavailable(
            f"Outlook mailbox {mailbox}: {what}: {answer.oversize:,} bytes were not asked for"
        )
    try:
        return model.model_validate_json(answer.body)
    except ValidationError as error:
        places = ", ".join(".".join(str(step) for step in fault["loc"]) or "the body" for fault in error.errors()[:3])
        # The error itself would quote the body, and an upload's address in it.
        raise TemporarilyUnavailable(
            f"Outlook mailbox {mailbox}: {what}: an answer that is not Graph's ({places})"
        ) from None


def instant(moment: datetime | None) -> datetime | None:
    """A time of Graph's in UTC; it names the zone always, but nothing rests on that."""
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def odata_time(moment: datetime) -> str:
    """An instant as filters write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
