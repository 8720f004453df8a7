"""Which intents a reader confuses, sentence by sentence."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from evals.replies import ReadReply, RepliesRun
from evals.reply_files import reply_to_read

_LONGEST_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Confusion:
    """One reply whose intents were read wrongly. `sentences` are what the wrong intents rest on; where there are none
    (something was only missed), what the right ones rest on; else the beginning of the reply."""

    case_id: str
    lang: str
    missed: tuple[str, ...]
    read_wrongly: tuple[str, ...]
    sentences: tuple[str, ...]


def confusions(run: RepliesRun) -> list[Confusion]:
    """Every reply with a wrong set of intents, in the order of the file."""
    found = (_confusion(each) for each in run.read)
    return [one for one in found if one is not None]


def _confusion(each: ReadReply) -> Confusion | None:
    if each.case.expected is None:
        return None
    expected = each.case.expected.intents
    read = {signal.intent.value for signal in each.result.signals}
    if read == expected:
        return None
    wrong = [signal for signal in each.result.signals if signal.intent.value not in expected]
    quotes = [signal.evidence.quote for signal in wrong or each.result.signals]
    return Confusion(
        case_id=each.case.case_id,
        lang=each.case.lang,
        missed=tuple(sorted(expected - read)),
        read_wrongly=tuple(sorted(read - expected)),
        sentences=tuple(dict.fromkeys(quotes)) or (reply_to_read(each.case).text,),
    )


def most_confused(found: Sequence[Confusion]) -> list[tuple[str, str, int]]:
    """(expected, read, replies), the most frequent first; `nothing` where an intent was missed or added."""
    pairs: Counter[tuple[str, str]] = Counter()
    for one in found:
        pairs.update((m, r) for m in one.missed or ("nothing",) for r in one.read_wrongly or ("nothing",))
    return [(*pair, count) for pair, count in sorted(pairs.items(), key=lambda each: (-each[1], each[0]))]


def as_markdown(found: Sequence[Confusion]) -> str:
    """The pairs by number of replies, then every reply with the sentence."""
    lines = ["| expected | read | replies |", "| --- | --- | ---: |"]
    lines += [f"| {expected} | {read} | {count} |" for expected, read, count in most_confused(found)]
    lines += ["", "| reply | expected, not read | read, not expected | rests on |", "| --- | --- | --- | --- |"]
    for one in found:
        said = " / ".join(_in_a_cell(sentence) for sentence in one.sentences[:3])
        missed, wrong = (", ".join(names) or "–" for names in (one.missed, one.read_wrongly))
        lines.append(f"| {one.case_id} ({one.lang}) | {missed} | {wrong} | {said} |")
    return "\n".join(lines) + "\n"


def _in_a_cell(text: str) -> str:
    """The words as a cell of a table can hold them: what a stranger wrote is no markup of ours."""
    words = " ".join(text.split())
    words = words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1] + "…"
    for mark, written in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|"), ("`", "'")):
        words = words.replace(mark, written)
    return words
