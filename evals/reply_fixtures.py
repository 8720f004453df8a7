"""Mails with the reply that people say is in them: Duly's own set and the public fixture sets.

Duly's own set (`evals/datasets/extraction.jsonl`, JSON Lines, UTF-8) has these fields a line:

| field | type | meaning |
| --- | --- | --- |
| `id` | string | unique; language and number |
| `lang` | string | BCP 47 tag |
| `client` | string | the mail program and the form of the answer, for people |
| `half` | string | `development` (rules were written on it) or `held` (looked at once, for a report) |
| `text` or `html` | string | the body as it travels |
| `reply` | string | the customer's own words, stretches joined by an empty line |
| `questions` | list of strings | the quoted question above each inline answer, without quotation marks |

What belongs to the reply, after the public sets: greetings do; plain thanks and good wishes do, with a bare first
name under them (`Thanks,` / `Alex`), and so does a name that ends the mail by itself (`-Abhishek Kona`). A formal
closing (`Regards`, `MfG`) does not, nor what follows it, nor a name with a title, a company or a telephone number;
footers, disclaimers and banners do not. A postscript does.
"""

import email
import json
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from pathlib import Path
from typing import Any

from core.errors import InvalidInput

OWN_SET = Path(__file__).parent / "datasets" / "extraction.jsonl"


@dataclass(frozen=True, slots=True)
class ExtractionCase:
    """One mail. `text` is empty where `html` is given; `questions` None where the set states none."""

    case_id: str
    lang: str
    text: str
    html: str
    reply: str
    questions: tuple[str, ...] | None = None


def own_cases(path: Path = OWN_SET, *, half: str = "") -> tuple[ExtractionCase, ...]:
    """The cases of a set in the form above, or one half of them.

    Raises:
        InvalidInput: the file cannot be read, or a line of it has another form.
    """
    return tuple(_own(line) for line in _json_lines(path) if not half or line.get("half") == half)


def public_cases(shared: Path) -> dict[str, tuple[ExtractionCase, ...]]:
    """The public sets that are in `shared`, by name; those with an expected text only."""
    sets: dict[str, tuple[ExtractionCase, ...]] = {}
    for name, folder, kind in (
        ("crisp", "reply-crisp", ""),
        ("talon html", "reply-talon", "html"),
        ("talon eml", "reply-talon", "eml-text-part"),
    ):
        listed = shared / folder / "expected.jsonl"
        if listed.is_file():
            lines = [line for line in _json_lines(listed) if line.get("kind", "") == kind]
            sets[name] = tuple(_public(shared / folder, line, kind) for line in lines)
    return sets


def _own(line: dict[str, Any]) -> ExtractionCase:
    try:
        return ExtractionCase(
            str(line["id"]),
            str(line["lang"]),
            str(line.get("text", "")),
            str(line.get("html", "")),
            str(line["reply"]),
            tuple(str(each) for each in line["questions"]),
        )
    except (KeyError, TypeError) as error:
        raise InvalidInput(f"a line is not in the form of evals/reply_fixtures.py: {error!r}") from error


def _public(folder: Path, line: dict[str, Any], kind: str) -> ExtractionCase:
    raw = (folder / line["file"]).read_bytes()
    text = _plain_part(raw) if kind == "eml-text-part" else raw.decode("utf-8", "replace")
    is_html = kind == "html"
    return ExtractionCase(line["file"], "", "" if is_html else text, text if is_html else "", line["expected_reply"])


def _plain_part(raw: bytes) -> str:
    part = email.message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    return str(part.get_content()) if part is not None else ""


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as stream:
            for line in stream:
                if line.strip():
                    yield json.loads(line)
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}") from error
