"""A stretch of the writer's lines -> his words, and the signature, footers and banners around them."""

import re

from mail import signature_words as words
from mail.caution_banner import without_banner
from mail.closing_words import is_closing, is_thanks
from mail.contact_block import AMOUNT, MAX_SIGNATURE_LINES, SENTENCE_END, cut_contact_block
from mail.footer_words import is_mobile_footer
from mail.line_blocks import trimmed
from mail.mail_footers import DASHES, RULE, cut_footers, without_lone_footers
from mail.message import Address

_POSTSCRIPT = re.compile(
    r"\W{0,3}(?:p\.?[ -]?(?:p\.?[ -]?)?s\.?|p\.? ?d\.?|n\.? ?b\.?|post ?scriptum|nachtrag|obs|edit)(?:\s|:|$)",
    re.IGNORECASE,
)
_MAX_SLOGAN_WORDS = 10
#: `Will pay Friday` under a name is a promise and `4711 is disputed` a dispute, whatever they stand under.
_SAYS = re.compile(
    r"\b(?:pay|paid|paying|will|won['’]t|cannot|can['’]t|tomorrow|today|monday|tuesday|wednesday|thursday|friday|"
    r"zahl(?:e|en|t|ung)|bezahl\w{1,3}|überw\w{3,6}|morgen|heute|montag|dienstag|mittwoch|donnerstag|freitag|"
    r"pa(?:ie|ye|yé|yée|ierai|yons|yer)|demain|lundi|mardi|mercredi|jeudi|vendredi|pag(?:o|a|amos|aré|ado|ada|"
    r"aremos|ato|ata|"
    r"hiamo|herò|are|uei|amento)|mañana|hoy|lunes|martes|miércoles|jueves|viernes|domani|oggi|lunedì|martedì|"
    r"mercoledì|"
    r"giovedì|venerdì|bet(?:aal|alen|aald|aling|alar|alas|alt|ald)|vandaag|maandag|dinsdag|woensdag|donderdag|"
    r"vrijdag|"
    r"amanhã|hoje|segunda|terça|quarta|quinta|sexta|zapłac\w{1,4}|płac\w{1,4}|przel\w{2,4}|jutro|dziś|poniedziałek|"
    r"wtorek|środ[aęy]|czwartek|piątek|imorgon|idag|måndag|tisdag|onsdag|torsdag|fredag|"
    r"disput\w{1,4}|contest(?:ed|ing|é|ée|ons)|wrong|incorrect|damaged|missing|reklam\w{2,6}|bestr(?:eiten|itten)|"
    r"falsch|fehl(?:t|en)|beschädigt|manquant\w{0,2}|erroné\w{0,2}|dañad[oa]s?|faltan?|errad[oa]|errat[oa]|"
    r"contestat[oa]|danneggiat[aoei]|mancan[oti]{1,2}|betwist\w{0,2}|beschadigd|ontbreekt|danificad[oa]s?|"
    r"uszkodzon\w{1,2}|brakuje|bestrid\w{1,2}|skadad\w{0,2}|saknas)\b",
    re.IGNORECASE,
)
#: Signatures, footers and disclaimers are looked for in this many lines at the end of a stretch.
_WINDOW_LINES = 150


def strip_signature(
    lines: list[str], sender: Address | None = None, *, may_be_all: bool = False
) -> tuple[list[str], list[str]]:
    """The writer's lines, and what was taken from their end.

    What might be the writer's words stays: a missed signature is noise, a lost sentence is a lost promise.
    `may_be_all`: the writer has words elsewhere, so that this stretch may be nothing but footers.
    """
    taken: list[str] = []
    kept, banner = without_banner(trimmed(lines))
    above, kept = kept[:-_WINDOW_LINES], kept[-_WINDOW_LINES:]
    kept, cut = cut_footers(kept, may_be_all=may_be_all)
    taken = cut + taken
    for step in (_cut_at_rule, _cut_at_closing, cut_footers):
        kept, cut = step(kept)
        taken = cut + taken
    kept, cut = cut_contact_block(kept, sender)
    kept, footers = without_lone_footers(kept)
    return trimmed(above + kept), trimmed(banner + cut + footers + taken)


def _cut_at_rule(lines: list[str]) -> tuple[list[str], list[str]]:
    """Cuts at `-- ` and at ruled lines under which nothing but a signature stands."""
    for at, line in enumerate(lines):
        if not (DASHES.match(line) or RULE.match(line)):
            continue
        tail = [one.strip() for one in lines[at + 1 :] if one.strip()]
        if not tail or len(tail) > 2 * MAX_SIGNATURE_LINES:
            continue
        if DASHES.match(line):
            # RFC 3676 signs with `-- `; some programs lose the space. A table or a list below is no signature.
            if line == "-- " or (len(tail) <= MAX_SIGNATURE_LINES and not _speaks(tail)):
                return lines[:at], lines[at:]
        elif any(words.has_contact(one) for one in tail) and not _speaks(tail):
            return lines[:at], lines[at:]
    return lines, []


def _speaks(tail: list[str]) -> bool:
    """Whether the lines under a rule may be the writer's own words: figures, questions, long sentences."""
    for line in tail:
        if _POSTSCRIPT.match(line) or line.endswith("?"):
            return True
        plain = not words.has_contact(line) and not words.is_company_line(line) and not words.is_address_line(line)
        if plain and (AMOUNT.search(line) or (len(line.split()) > 5 and SENTENCE_END.search(line))):
            return True
    return False


def _cut_at_closing(lines: list[str]) -> tuple[list[str], list[str]]:
    """Cuts at the last closing line; what under it is no name, title or contact stays.

    Plain thanks are the writer's words, but contacts under them are his signature.
    """
    filled = [at for at, line in enumerate(lines) if line.strip()]
    for at in reversed(filled[-2 * MAX_SIGNATURE_LINES :]):
        if at == filled[0]:
            break
        is_formal = is_closing(lines[at])
        if not is_formal and not is_thanks(lines[at]):
            continue
        end = _signature_end(lines, at + 1)
        begin = at if is_formal else at + 1
        if is_formal or any(words.has_contact(line) for line in lines[begin:end]):
            rest = trimmed(lines[end:])
            return trimmed(lines[:begin]) + (["", *rest] if rest else []), lines[begin:end]
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
        may_sign = _may_sign(line, paragraph, is_first=taken == 0) or (taken > 0 and _is_slogan(lines, n))
        if taken >= MAX_SIGNATURE_LINES or not may_sign:
            break
        taken += 1
        end = n + 1
    return end


def _may_sign(line: str, paragraph: int, *, is_first: bool) -> bool:
    """Whether a line may stand in a signature: anything short close under the closing, contacts further below."""
    if is_closing(line):
        return True
    if _POSTSCRIPT.match(line) or line.endswith("?"):
        return False
    if not is_first and _SAYS.search(line) and not words.has_contact(line):
        return False
    if _is_formal_line(line):
        return len(line) < 300
    count = len(line.split())
    if SENTENCE_END.search(line) and count > 4:
        return False
    # `also 4712 is paid friday`: an afterthought begins small; titles that do are short.
    if not is_first and line[0].islower() and count > 3 and not words.names_a_role(line):
        return False
    if paragraph == 0:
        return count <= 9 and len(line) <= 90
    if words.names_a_role(line) and count <= 9:
        return not AMOUNT.search(line)
    return count <= 5 and line[0].isupper() and not AMOUNT.search(line) and not SENTENCE_END.search(line)


def _is_slogan(lines: list[str], at: int) -> bool:
    """Whether the line is a sentence by itself right above an address or contacts, as companies praise themselves."""
    line = lines[at].strip()
    if len(line.split()) > _MAX_SLOGAN_WORDS or _SAYS.search(line) or AMOUNT.search(line):
        return False
    if _POSTSCRIPT.match(line) or line.endswith("?") or (at + 1 < len(lines) and lines[at + 1].strip()):
        return False
    below = next((one.strip() for one in lines[at + 1 : at + 4] if one.strip()), "")
    return bool(below) and _is_formal_line(below)


def _is_formal_line(line: str) -> bool:
    return words.is_contact_line(line) or bool(RULE.match(line)) or is_mobile_footer(line)
