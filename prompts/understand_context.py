"""Variables of `understand_reply`."""

from pydantic import BaseModel, ConfigDict


class UnderstandReplyContext(BaseModel):
    """What the model is told about one reply. Everything in it but `received_on` was written by strangers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: The day of receipt in the sender's zone with its weekday, such as `Wednesday 2026-03-11`.
    received_on: str
    #: Our own last message, shortened; empty where the reply begins the conversation.
    answered: str
    #: One open invoice a line: number, order, issued, due, open amount.
    invoices: tuple[str, ...]
    subject: str
    #: The customer's own words.
    customer_text: str
