"""The customer's own words, apart from the history he quotes and the signature he ends with."""

import re
from dataclasses import dataclass, replace

from mail.auto_reply import automatic_kind, failed_addresses
from mail.closing_words import is_closing, is_thanks
from mail.history_markers import is_quoted, is_reply_above, marker_at, unquoted
from mail.message import Address, AnsweredQuestion, ParsedMessage, ParsedReply
from mail.signature import strip_signature
from mail.unmarked_answers import MAX_ANSWERED_LINES, answers_in

_REPLY_PREFIX = re.compile(
    r"\s{0,5}(?:\[[^\]]{1,30}\]\s{0,3})?(?:re|aw|antw|antwort|wg|fw|fwd|tr|rv|r|i|sv|vs|ref|res|enc|odp|pd|"
    r"vl|回复|回覆|答复|"
    r"转发|返信)\s{0,2}(?:\[\d{1,3}\]|\(\d{1,3}\))?\s{0,2}[:：]",
    re.IGNORECASE,
)
_WRAPPED_LINE_CHARS = 64
#: What joins the writer's stretches to one reply.
_BETWEEN_ANSWERS = "\n\n"
_MAX_QUESTION_LINES = 12
#: Beyond so many lines only quotation marks tell history: a line made for it costs 0.2 ms (twice that on a busy
#: machine), and a mail has 10 s for everything.
_MAX_LINES_READ = 6_000


@dataclass(slots=True)
class _Run:
    """Neighbouring lines that are all the writer's own, or all history."""

    own: bool
    lines: list[str]

    @property
    def is_blank(self) -> bool:
        return not any(line.strip() for line in self.lines)


def split_reply(message: ParsedMessage) -> ParsedReply:
    """The message taken apart, with whether a machine wrote it.

    A message without any text of its own says what its subject says, unless that is only our subject sent back.
    """
    reply = split_text(message.text, sender=message.sender)
    if not message.text.strip() and message.subject and not _REPLY_PREFIX.match(message.subject):
        reply = replace(reply, reply=message.subject)
    return replace(reply, automatic=automatic_kind(message), failed=failed_addresses(message), hidden=message.hidden)


def split_text(text: str, *, sender: Address | None = None) -> ParsedReply:
    """The plain text taken apart. `sender` helps to tell his own contact block from somebody else's.

    Own stretches between quotations are joined by an empty line; the quoted paragraphs right above them are the
    questions they answer. Linear in the length of the text.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    runs = _runs(lines, _own_lines(lines))
    signatures = _strip_signatures(runs, sender)
    own = ["\n".join(run.lines).strip() for run in runs if run.own and not run.is_blank]
    quoted = ["\n".join(run.lines).strip("\n") for run in runs if not run.own]
    return ParsedReply(
        reply=_BETWEEN_ANSWERS.join(own),
        answered=_answered(runs),
        quoted="\n\n".join(quoted).strip("\n"),
        signature="\n\n".join("\n".join(one).strip() for one in signatures if one).strip(),
    )


def _own_lines(lines: list[str]) -> list[bool]:
    """For each line whether it is the writer's own."""
    own = [True] * len(lines)
    at, said = 0, False
    while at < len(lines):
        if is_quoted(lines[at]):
            own[at] = False
            at += 1
            continue
        if is_reply_above(lines[at]):
            # A ticket system's own mail begins with this line: then nothing above it is lost below it.
            if said:
                own[at:] = [False] * (len(lines) - at)
                break
            own[at] = False
            at += 1
            continue
        marker = marker_at(lines, at) if at < _MAX_LINES_READ else None
        if marker is None:
            said = said or bool(lines[at].strip())
            at += 1
            continue
        below = at + marker.lines
        if _quotation_follows(lines, below):
            own[at:below] = [False] * marker.lines
            at = below
        elif marker.sure:
            _leave_to_history(lines, own, at, below)
            break
        else:
            said = True
            at += 1
    _mend_wraps(lines, own)
    return own


def _leave_to_history(lines: list[str], own: list[bool], at: int, below: int) -> None:
    """From `at` on all is history, but for answers that the writer put into the message right `below`."""
    said = "\n".join(line for line, mine in zip(lines[:at], own, strict=False) if mine)
    own[at:] = [False] * (len(lines) - at)
    end = below
    while end < min(below + MAX_ANSWERED_LINES, len(lines)):
        marker = marker_at(lines, end)
        if marker is not None and marker.sure:
            break
        end += 1
    for answer in answers_in(lines[below:end], said):
        own[below + answer] = True


def _quotation_follows(lines: list[str], at: int) -> bool:
    for line in lines[at : at + 8]:
        if line.strip():
            return is_quoted(line)
    return False


def _mend_wraps(lines: list[str], own: list[bool]) -> None:
    """A single line between two quoted ones that goes on in the middle of a sentence was wrapped, not written."""
    for at in range(1, len(lines) - 1):
        if not own[at] or own[at - 1] or own[at + 1] or not is_quoted(lines[at + 1]) or not is_quoted(lines[at - 1]):
            continue
        line, above, below = lines[at].strip(), lines[at - 1].rstrip(), unquoted(lines[at + 1])
        if len(above) < _WRAPPED_LINE_CHARS or above.endswith((".", "?", "!", ":")):
            continue
        if line[:1].islower() or (line and below[:1].islower()):
            own[at] = False


def _runs(lines: list[str], own: list[bool]) -> list[_Run]:
    """Lines grouped; empty lines between two quotations belong to them."""
    runs: list[_Run] = []
    for line, mine in zip(lines, own, strict=True):
        if runs and runs[-1].own == mine:
            runs[-1].lines.append(line)
        else:
            runs.append(_Run(mine, [line]))
    return runs


def _strip_signatures(runs: list[_Run], sender: Address | None) -> list[list[str]]:
    """Takes the signatures from the first and the last of the writer's stretches; where one would leave him without
    a word, it stays."""
    mine = [run for run in runs if run.own and not run.is_blank]
    taken: list[list[str]] = []
    for run in {id(one): one for one in (*mine[:1], *mine[-1:])}.values():
        kept, signature = strip_signature(run.lines, sender, may_be_all=run is not mine[0])
        taken.append(signature)
        run.lines = kept
    return taken


def _answered(runs: list[_Run]) -> tuple[AnsweredQuestion, ...]:
    """The last quoted paragraph above each answer that stands between or under quotations."""
    filled = [run for run in runs if not run.is_blank]
    answers = [at for at, run in enumerate(filled) if run.own]
    several = len([at for at in answers if at > 0]) > 1
    found: list[AnsweredQuestion] = []
    start = 0
    for at in answers:
        question = _last_paragraph(filled[at - 1].lines) if at > 0 else ""
        between = at + 1 < len(filled) or several
        if question and (between or question.rstrip().endswith("?")):
            found.append(AnsweredQuestion(start, question))
        start += len("\n".join(filled[at].lines).strip()) + len(_BETWEEN_ANSWERS)
    return tuple(found)


def _last_paragraph(lines: list[str]) -> str:
    """The last paragraph of a quotation without its marks, or the question above its closing; of history without
    marks, only a question."""
    out, marked, above = _paragraph_at_end(lines)
    if out and (is_closing(out[0]) or is_thanks(out[0])):
        out, marked, above = _paragraph_at_end(lines[:above])
        if not out or not out[-1].endswith("?"):
            return ""
    question = " ".join(out)
    return question if marked or question.endswith("?") else ""


def _paragraph_at_end(lines: list[str]) -> tuple[list[str], bool, int]:
    """Its lines without their marks, whether they have any, and where it begins. A wrapped rest has no mark."""
    out: list[str] = []
    marked = False
    at = len(lines)
    while at > 0 and len(out) < _MAX_QUESTION_LINES:
        line, plain = lines[at - 1], unquoted(lines[at - 1])
        if not plain and out:
            break
        if out and is_quoted(line) != marked and (not marked or plain.endswith((":", "："))):
            break
        if plain:
            marked = marked or is_quoted(line)
            out.append(plain)
        at -= 1
    return out[::-1], marked, at
