"""One model per template: its variables and nothing else."""

from pydantic import BaseModel, ConfigDict


class _Context(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DraftReplyContext(_Context):
    """Variables of `draft_reply`: a finished mail that the model may reword within its facts."""

    #: English name of the language to write in.
    language: str
    #: The mail as the templates word it.
    draft: str
    #: What may be stated: one figure a line, with what it is.
    facts: tuple[str, ...]
    #: A collector's wish for this mail; empty for none.
    instruction: str = ""


class ReviseDraftContext(_Context):
    """Variables of `revise_draft`: a text that did not pass the checks, and what they object to."""

    language: str
    #: The text that did not pass.
    rejected: str
    findings: tuple[str, ...]
    #: The mail as the templates word it.
    draft: str
    facts: tuple[str, ...]
    instruction: str = ""


class ParagraphContext(_Context):
    """What one paragraph of a customer mail is filled with: words and figures already in the mail's language.

    Fields that do not apply are empty. `count` is the number of invoices that `numbers` names.
    """

    numbers: str = ""
    count: int = 0
    amount: str = ""
    undisputed: str = ""
    stated_day: str = ""
    stated_amount: str = ""
    stated_reference: str = ""
    ledger_day: str = ""
    #: The documents in question, as the object of a sentence.
    documents: str = ""
    #: A `DisputeReason`, or empty.
    reason: str = ""
    #: All invoices of the paragraph stand at zero in the ledger.
    closed: bool = False
    #: The paragraph may ask when payment comes.
    asks: bool = False
    #: The invoices are listed below the paragraph, a line each.
    listed: bool = False


class WordContext(_Context):
    """What the small parts of a mail are filled with: greeting, list line, document name, subject."""

    name: str = ""
    numbers: str = ""
    count: int = 0
    amount: str = ""
    day: str = ""
    kind: str = ""
