"""Variables of `answer_with_tools`."""

from pydantic import BaseModel, ConfigDict


class AnswerWithToolsContext(BaseModel):
    """`language` is BCP 47; `draft` the mail as the templates wrote it."""

    model_config = ConfigDict(extra="forbid")

    language: str
    draft: str
