"""A stretch of the writer's lines -> his words, and the signature, footers and banners around them."""

import re

from mail import signature_words as words
from mail.message import Address

_DASHES = re.compile(r"\s{0,3}(?:--|—|––|——|-- )\s{0,3}$")
_RULE = re.compile(r"\s{0,3}(?:_{2,200}|-{3,200}|={3,200}|—{2,100}|\*{3,200}|–{2,100})\s{0,3}$")
_AMOUNT = re.compile(r"\d[.,]\d{2}\b|[€$£¥]|\b(?:EUR|USD|GBP|CHF|SEK|PLN|BRL|INV|PO)\b|\d{5,}")
_POSTSCRIPT = re.compile(r"\W{0,3}(?:p\.? ?s\.?|p\.? ?d\.?|n\.?b\.?)(?:\s|:)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.?!]['\")»”]?$")
_MAX_SIGNATURE_LINES = 15
#: Signatures, footers and disclaimers are looked for in this many lines at the end of a stretch.
_WINDOW_LINES = 150
_MAX_FOOTERS = 20


def strip_signature(lines: list[str], sender: Address | None = None) -> tuple[list[str], list[str]]:
    """The writer's lines, and what was taken from their end.

    What might be the writer's words stays: a missed signature is noise, a lost sentence is a lost promise.
    """
    taken: list[str] = []
    kept, banner = _without_banner(list(lines))
    above, kept = kept[:-_WINDOW_LINES], kept[-_WINDOW_LINES:]
    for step in (_cut_footers, _cut_at_rule, _cut_at_closing, _cut_footers):
        kept, cut = step(kept)
        taken = cut + taken
    kept, cut = _cut_contact_block(kept, sender)
    footers = [kept[at] for at in _lone_footers(kept)]
    kept = [line for line in kept if line not in footers]
    cut = cut + footers
    return _trimmed(above + kept), _trimmed(banner + cut + taken)


def _trimmed(lines: list[str]) -> list[str]:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return lines[start:end]


def _without_banner(lines: list[str]) -> tuple[list[str], list[str]]:
    """Takes a caution about external mail from the top, sentence by sentence as long as it speaks of caution."""
    lines = _trimmed(lines)
    if not lines:
        return lines, []
    if words.is_external_tag(lines[0]):
        return lines[1:], lines[:1]
    if not words.begins_banner(lines[0]):
        return lines, []
    first, rest = _split_banner(lines[0])
    end = 1
    while not rest and end < min(len(lines), 8) and lines[end].strip() and words.speaks_of_caution(lines[end]):
        end += 1
    banner = [first, *lines[1:end]]
    if words.cautions_in(" ".join(banner)) < 2:
        return lines, []
    return ([rest] if rest else []) + lines[end:], banner


def _split_banner(line: str) -> tuple[str, str]:
    """The sentences of a line that speak of caution, and those from the first on that does not."""
    sentences = re.split(r"(?<=[.!:])\s", line[:2000])
    count = 1
    while count < len(sentences) and words.speaks_of_caution(sentences[count]):
        count += 1
    first = " ".join(sentences[:count])
    return first, line[len(first) :].strip()


def _paragraphs(lines: list[str]) -> list[tuple[int, int]]:
    """Start and end of each run of lines that are not empty."""
    found: list[tuple[int, int]] = []
    start = -1
    for at, line in enumerate([*lines, ""]):
        if line.strip() and start < 0:
            start = at
        elif not line.strip() and start >= 0:
            found.append((start, at))
            start = -1
    return found


def _cut_footers(lines: list[str]) -> tuple[list[str], list[str]]:
    """Takes phone footers, disclaimers and slogans from the end, as long as there are any."""
    cut: list[str] = []
    for _ in range(_MAX_FOOTERS):
        lines = _trimmed(lines)
        at = _footer_start(lines)
        if at < 0 or at == len(lines):
            return lines, cut
        if at == 0 and not cut and not words.is_mobile_footer(lines[0]):
            return lines, cut
        lines, cut = lines[:at], [*lines[at:], "", *cut]
    return lines, cut


def _lone_footers(lines: list[str]) -> list[int]:
    """Phone footers that stand as a paragraph of their own, with text below them."""
    return [
        begin for begin, end in _paragraphs(lines)[1:] if end - begin == 1 and words.is_mobile_footer(lines[begin])
    ]


def _footer_start(lines: list[str]) -> int:
    """Where the last footer begins, or -1 where the text does not end with one."""
    if not lines:
        return -1
    if words.is_mobile_footer(lines[-1]) or (words.is_sales_line(lines[-1]) and len(lines[-1]) < 200):
        return len(lines) - 1
    if _RULE.match(lines[-1]) or _DASHES.match(lines[-1]):
        return len(lines) - 1
    paragraphs = _paragraphs(lines)[-12:]
    start = -1
    for begin, end in reversed(paragraphs):
        text = " ".join(line.strip() for line in lines[begin:end])
        if words.is_disclaimer(text) or words.is_sales_line(text[:120]):
            start = begin
        elif not (start < 0 and _is_small_print(text)) and not (start >= 0 and _RULE.match(text)):
            break
    if start < 0:
        start = _inner_disclaimer(lines, paragraphs)
    heading = start - 1
    while heading > 0 and not lines[heading].strip():
        heading -= 1
    if start > 0 and lines[heading].strip().strip("*_: ").lower() in {
        "disclaimer",
        "confidentiality notice",
        "hinweis",
    }:
        return heading
    return start


def _inner_disclaimer(lines: list[str], paragraphs: list[tuple[int, int]]) -> int:
    """A disclaimer that begins inside the last paragraph, right under the signature."""
    if not paragraphs:
        return -1
    begin, end = paragraphs[-1]
    for at in range(begin + 1, min(end, begin + 30)):
        if words.is_disclaimer(" ".join(line.strip() for line in lines[at:end])):
            return at
    return -1


def _is_small_print(text: str) -> bool:
    """What stands under a disclaimer without being one: a rule, a company line, more legal words."""
    return bool(_RULE.match(text)) or (words.is_company_line(text) and words.has_contact(text))


def _cut_at_rule(lines: list[str]) -> tuple[list[str], list[str]]:
    """Cuts at `-- ` and at ruled lines under which nothing but a signature stands."""
    for at, line in enumerate(lines):
        if not (_DASHES.match(line) or _RULE.match(line)):
            continue
        tail = [one.strip() for one in lines[at + 1 :] if one.strip()]
        if not tail or len(tail) > 2 * _MAX_SIGNATURE_LINES:
            continue
        if _DASHES.match(line):
            # RFC 3676 signs with `-- `; some programs lose the space. A table or a list below is no signature.
            if line == "-- " or (len(tail) <= _MAX_SIGNATURE_LINES and not _speaks(tail)):
                return lines[:at], lines[at:]
        elif any(words.has_contact(one) for one in tail) and not _speaks(tail):
            return lines[:at], lines[at:]
    return lines, []


def _speaks(tail: list[str]) -> bool:
    """Whether the lines under a rule may be the writer's own words: figures, questions, long sentences."""
    for line in tail:
        if _POSTSCRIPT.match(line) or line.endswith("?"):
            return True
        plain = not words.has_contact(line) and not words.is_company_line(line)
        if plain and (_AMOUNT.search(line) or (len(line.split()) > 5 and _SENTENCE_END.search(line))):
            return True
    return False


def _cut_at_closing(lines: list[str]) -> tuple[list[str], list[str]]:
    """Cuts at the last closing line; what under it is no name, title or contact stays."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for at in reversed(filled[-2 * _MAX_SIGNATURE_LINES :]):
        if at == filled[0]:
            break
        formal = words.is_closing(lines[at])
        if not formal and not words.is_thanks(lines[at]):
            continue
        end = _signature_end(lines, at + 1)
        block = lines[at + 1 : end]
        if not formal and not any(words.has_contact(line) for line in block):
            continue
        if at > filled[0] and any(line.strip() for line in lines[:at]):
            rest = lines[end:]
            return _trimmed(lines[:at]) + (["", *_trimmed(rest)] if any(one.strip() for one in rest) else []), lines[
                at:end
            ]
    return lines, []


def _signature_end(lines: list[str], at: int) -> int:
    """Where the block of names, titles and contacts that begins at `at` ends."""
    end, paragraph, taken = at, 0, 0
    previous_blank = False
    for n in range(at, len(lines)):
        line = lines[n].strip()
        if not line:
            previous_blank = True
            continue
        paragraph += previous_blank and taken > 0
        previous_blank = False
        if taken >= _MAX_SIGNATURE_LINES or not _may_sign(line, paragraph):
            break
        taken += 1
        end = n + 1
    return end


def _may_sign(line: str, paragraph: int) -> bool:
    """Whether a line may stand in a signature: anything short close under the closing, contacts further below."""
    if _POSTSCRIPT.match(line) or line.endswith("?") or words.is_closing(line):
        return words.is_closing(line)
    if words.has_contact(line) or words.is_company_line(line) or _RULE.match(line) or words.is_mobile_footer(line):
        return len(line) < 300
    count = len(line.split())
    if _SENTENCE_END.search(line) and count > 4:
        return False
    if paragraph == 0:
        return count <= 9 and len(line) <= 90
    return count <= 5 and line[0].isupper() and not _AMOUNT.search(line) and not _SENTENCE_END.search(line)


def _cut_contact_block(lines: list[str], sender: Address | None) -> tuple[list[str], list[str]]:
    """Cuts a last paragraph of contacts that begins with the sender's own name or holds his own address.

    Somebody else's contacts at the end of a mail are news, not a signature.
    """
    paragraphs = _paragraphs(lines)
    if sender is None or len(paragraphs) < 2:
        return lines, []
    begin, end = paragraphs[-1]
    block = [line.strip() for line in lines[begin:end]]
    above = lines[paragraphs[-2][1] - 1].strip()
    short = all(len(line.split()) <= 8 and not line.endswith("?") for line in block)
    if above.endswith(":") or not short or not 2 <= len(block) <= _MAX_SIGNATURE_LINES:
        return lines, []
    contacts = sum(1 for line in block if words.has_contact(line))
    names = [part for part in re.split(r"\W+", sender.name.lower()) if len(part) > 2]
    first = block[0].lower()
    is_own = bool(names) and any(name in first for name in names)
    is_own = is_own or (bool(sender.email) and any(sender.email in line.lower() for line in block))
    return (lines[:begin], lines[begin:end]) if is_own and contacts >= 1 else (lines, [])
