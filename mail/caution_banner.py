"""The caution about external mail that a mail server puts over somebody's words."""

import re

from mail import footer_words as words

_MAX_BANNER_LINES = 8


def without_banner(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines without the caution at their top, and the caution, sentence by sentence as long as it speaks of
    caution. `lines` begin with a line that is not empty."""
    if not lines:
        return lines, []
    if words.is_external_tag(lines[0]):
        return lines[1:], lines[:1]
    if not words.begins_banner(lines[0]):
        return lines, []
    first, rest = _split_sentences(lines[0])
    end = 1
    while not rest and end < min(len(lines), _MAX_BANNER_LINES) and _goes_on(lines[end]):
        end += 1
    banner = [first, *lines[1:end]]
    below = ([rest] if rest else []) + lines[end:]
    if words.cautions_in(" ".join(banner)) < 2 or not any(line.strip() for line in below):
        return lines, []
    return below, banner


def _goes_on(line: str) -> bool:
    return bool(line.strip()) and words.speaks_of_caution(line)


def _split_sentences(line: str) -> tuple[str, str]:
    """The sentences of a line that speak of caution, and those from the first on that does not."""
    sentences = re.split(r"(?<=[.!:])\s", line[:2000])
    count = 1
    while count < len(sentences) and words.speaks_of_caution(sentences[count]):
        count += 1
    first = " ".join(sentences[:count])
    return first, line[len(first) :].strip()
