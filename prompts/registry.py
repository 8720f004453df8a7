"""Loads and renders the templates of this folder: text and version of what a model is told."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel

from core.errors import NotFound

_FOLDER = Path(__file__).parent
#: A template's name is a path of plain words, so that nothing outside this folder can be named.
_NAME = re.compile(r"[a-z0-9_]+(?:/[a-z0-9_]+){0,4}")
#: Stands between what is the same for every mail and what is this mail's; providers cache the first part.
DATA_BELOW = "=== DATA BELOW ==="
#: What opens and closes a block of words that strangers wrote.
OPEN_BLOCK = "<<<CUSTOMER_TEXT"
CLOSE_BLOCK = "CUSTOMER_TEXT>>>"
_MARKER_WORD = re.compile(r"customer[\s_-]*text", re.IGNORECASE)
_DATA_WORDS = re.compile(r"data[\s_-]*below", re.IGNORECASE)
#: Longer texts of strangers are cut: what they have to say stands at the beginning.
MAX_UNTRUSTED_CHARS = 12_000


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """A prompt as it is sent. `version_hash` is the SHA-256 of the template's source, in hexadecimal."""

    name: str
    text: str
    version_hash: str

    @property
    def instructions(self) -> str:
        """The part that is the same for every mail; all of it where the template has no data part."""
        return self.text.partition(DATA_BELOW)[0].strip()

    @property
    def material(self) -> str:
        """The part that is this mail's; empty where the template has no data part."""
        return self.text.partition(DATA_BELOW)[2].strip()


def render(name: str, context: BaseModel) -> RenderedPrompt:
    """The template `name` (such as `draft_reply/v1`) filled with the fields of `context` and nothing else.

    Raises:
        NotFound: no such template in this folder.
        jinja2.UndefinedError: the template names a field that `context` lacks.
    """
    path = template_path(name)
    fields = {field: getattr(context, field) for field in type(context).model_fields}
    text = environment().get_template(f"{name}.j2").render(fields)
    return RenderedPrompt(name, text.strip(), _source_hash(path))


def template_path(name: str) -> Path:
    """Where the template `name` is kept.

    Raises:
        NotFound: the name is no plain path, or no such file is in this folder.
    """
    path = _FOLDER / f"{name}.j2"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound("prompt template", name)
    return path


def untrusted(text: str) -> str:
    """`text` in a marked block. The marker is neutralised where it occurs inside, and invisible characters are
    dropped, so that no text can end its own block."""
    cut = "\n[cut here]" if len(text) > MAX_UNTRUSTED_CHARS else ""
    return f"{OPEN_BLOCK}\n{neutral(text[:MAX_UNTRUSTED_CHARS])}{cut}\n{CLOSE_BLOCK}"


def neutral(text: str) -> str:
    """`text` without invisible characters and without anything that looks like one of our markers."""
    compared = unicodedata.normalize("NFKC", text)
    visible = "".join(char for char in compared if char in "\n\t" or unicodedata.category(char) not in ("Cf", "Cc"))
    quiet = _MARKER_WORD.sub("customer's text", visible).replace("<<<", "< < <").replace(">>>", "> > >")
    return _DATA_WORDS.sub("data under this", quiet).replace("===", "= = =")


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """The sandboxed environment that renders this folder's templates; undefined names are errors."""
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_FOLDER),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    made.filters["untrusted"] = untrusted
    made.filters["neutral"] = neutral
    return made


@cache
def _source_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
