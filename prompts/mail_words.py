"""`MailWords`: the parts of a customer mail in one language and tone, from `email/<language>/`."""

import re
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import NotFound
from prompts.contexts import ParagraphContext, WordContext
from prompts.registry import environment, template_path

_FOLDER = Path(__file__).parent / "email"
#: Non-breaking spaces stay: they hold the groups of an amount together.
_BLANKS = re.compile(r"[ \t\r\n]+")


class Tone(StrEnum):
    """How a mail sounds: `friendly` by default, `firm` where a promise was broken or payment is long overdue."""

    FRIENDLY = "friendly"
    FIRM = "firm"


@cache
def languages() -> frozenset[str]:
    """Primary language tags that customer mails can be written in."""
    return frozenset(folder.name for folder in _FOLDER.iterdir() if (folder / "words.j2").is_file())


class MailWords:
    """Words of one language. A part is looked up in the tone's file first, then in the shared `words` file."""

    def __init__(self, language: str, tone: Tone) -> None:
        """
        Raises:
            NotFound: there are no mail templates in `language`.
        """
        self._modules = (_module(f"email/{language}/{tone.value}"), _module(f"email/{language}/words"))

    def say(self, part: str, context: ParagraphContext | WordContext) -> str:
        """The part's text on one line, such as `greeting` or `promise_noted`.

        Raises:
            NotFound: the language has no such part.
        """
        for module in self._modules:
            macro = getattr(module, part, None)
            if macro is not None:
                return _BLANKS.sub(" ", str(macro(context))).strip()
        raise NotFound("mail part", part)


@cache
def _module(name: str) -> Any:
    template_path(name)
    return environment().get_template(f"{name}.j2").module
