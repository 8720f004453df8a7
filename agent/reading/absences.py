"""The first day back that an absence notice states, in nine languages."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re
from datetime import date, datetime, timedelta

from agent.reading.dates import LANGUAGES, FoundDate, find_dates
from agent.reading.folding import fold, phrase_pattern

#: Right before a day: that day he is back.
_BACK_BEFORE = phrase_pattern(
    r"""
    back|return(?:ing|s)?|be back|resume|available again|in the office again|reopen(?:s|ing)?|open again
    zur(?:u)ck|zurueck|wieder (?:da|im (?:buro|hause|buero)|erreichbar|fur sie|fuer sie|anwesend|personlich)|wieder ab|ab|erst wieder|wieder
    de retour|retour|a partir du|je serai (?:de )?(?:retour|present)|reprendrai|reprise|rouvr\w+|reouverture
    regres\w+|vuelv\w+|volver\w+|estare de vuelta|a partir del?|de vuelta|de regreso|reincorpor\w+|retorn\w+
    rientr\w+|torner\w+|tornero|di ritorno|di nuovo (?:in ufficio|disponibile|operativi?)|a partire da\w*|riapr\w+|sara di ritorno
    terug|weer (?:aanwezig|bereikbaar|op kantoor|beschikbaar|open)|vanaf
    regresso|retorn\w+|volto|voltarei|estarei de volta|de volta|a partir d[eo]
    wroc\w+|wrac\w+|powrot\w*|powroce|ponownie|bede (?:ponownie )?(?:dostepn\w+|w biurze)|od|z powrotem
    tillbaka|ater|aterkommer|ar pa plats igen|tillganglig igen|pa kontoret igen|fran och med|fr\.o\.m\.?
    """
)
#: Right after a day: that day he is back, as German, Dutch and Swedish order their words.
_BACK_AFTER = phrase_pattern(
    r"""
    (?:i am|i'm|i will be|i'll be|we are|we're|we will be|we'll be) (?:back|available|open)|we reopen|i return
    (?:bin|sind) (?:ich|wir) (?:dann )?(?:wieder|zurück)|(?:wieder )?zurück|wieder (?:da|erreichbar|im (?:haus|büro)|für sie|persönlich)|(?:kehre|komme) ich|öffnen wir|haben wir wieder
    je (?:serai|suis) (?:de retour|à nouveau|présente?)|je reviens|nous (?:rouvrons|serons de retour)
    (?:estaré|estaremos) (?:de vuelta|de regreso|disponible)|vuelvo|volvemos|regreso
    (?:sarò|saremo) (?:di nuovo|in ufficio|di ritorno|operativi)|rientro|riapriamo
    (?:ben|zijn) (?:ik|wij|we) (?:weer|terug)|(?:weer )?terug|weer (?:aanwezig|bereikbaar|op kantoor|open)
    (?:estarei|estaremos) (?:de volta|de regresso|disponível)|regresso|volto|voltamos
    (?:wracam|wrócę|będę|będziemy|jestem z powrotem)
    (?:är|kommer) (?:jag|vi) (?:tillbaka|åter|igen|på plats)|åter
    """
)
_AFTER_CHARS = 40
_CLAUSE_END = re.compile(r"[.!?;](?: |$)")
#: A day at the end of a range that is written with a dash is the last day away.
_RANGE_DASH = re.compile(r"[\d.)a-z] {0,2}- {0,2}$")
#: Right before a day: that day he is still away.
_AWAY_THROUGH = phrase_pattern(
    r"""
    through|thru|up to and including|until and including|till and including|to
    bis(?: zum| einschließlich| inklusive| inkl\.?| incl\.?| und mit| einschl\.?)*
    jusqu'au|jusqu'a|au|inclus
    hasta(?: el)?(?: dia)?|al
    fino (?:al|a|alle|all')(?: giorno)?|al|sino al
    tot en met|t/m|t\.?e\.?m\.?
    ate(?: ao)?(?: dia)?|a
    do(?: dnia)?|wlacznie do
    till och med|t\.?o\.?m\.?|tom
    """
)
#: Right before a day: that day he is back, as English, Dutch and Swedish count.
_AWAY_UNTIL = phrase_pattern(
    r"""
    until|till|til
    tot
    till(?: den)?|fram till
    """
)
_INCLUSIVE_AFTER = re.compile(r" ?\(?(?:inclu|inkl|einschl|wlacznie|compris|all inclusive)")
_WINDOW_CHARS = 60
#: How near a word for "through" stands to its day: "bis einschließlich Freitag, den 20.".
_BESIDE_CHARS = 5


def first_day_back(text: str, received_at: datetime, country: str) -> date | None:
    """The first day back that `text` states, in the sender's calendar; None where it states none.

    "Back on the 15th" is the 15th; "bis einschließlich 14.8." is the 15th of August.
    """
    folded = fold(text[:8000])
    best: tuple[int, date] | None = None
    for found in find_dates(text[:8000], received_at, country, LANGUAGES):
        day = found.nearest if found.rule == "day" else found.ahead
        if found.rule == "past" or day < received_at.date():
            continue
        rank, day = _reading(folded, found)
        if rank and (best is None or rank > best[0]):
            best = (rank, day)
    return best[1] if best else None


def _reading(folded: str, found: FoundDate) -> tuple[int, date]:
    """How sure a date tells the return (0: not at all), and the day of the return."""
    before = folded[max(0, found.start - _WINDOW_CHARS) : found.start] + folded[found.start : found.end]
    day = found.ahead
    last = {name: _last_end(pattern, before) for name, pattern in _WORDS.items()}
    own_start = len(before) - (found.end - found.start)
    between = before[last["back"] : last["through"]] if last["back"] >= 0 else ""
    belongs_to_return = 0 < len(between) <= _BESIDE_CHARS and not any(char.isdigit() for char in between)
    if last["through"] < own_start - _BESIDE_CHARS or belongs_to_return:
        # A short word further off, or one that belongs to the return: "back to work on Monday", "regresso a 1 de".
        last["through"] = -1
    if _INCLUSIVE_AFTER.match(folded, found.end):
        return 3, day + timedelta(days=1)
    nearest = max(last, key=lambda name: (last[name], name == "through"))
    if nearest != "back" and _is_followed_by_return(folded, found.end):
        return 3, day
    if last[nearest] < 0:
        is_range_end = _RANGE_DASH.search(folded[max(0, found.start - 6) : found.start]) is not None
        return (1, day + timedelta(days=1)) if is_range_end else (0, day)
    if nearest == "through":
        return 2, day + timedelta(days=1)
    return (3 if nearest == "back" else 2), day


_WORDS = {"back": _BACK_BEFORE, "through": _AWAY_THROUGH, "until": _AWAY_UNTIL}


def _is_followed_by_return(folded: str, end: int) -> bool:
    if folded[end - 1] == "." and not folded[end - 2 : end - 1].isdigit():
        return False
    after = folded[end : end + _AFTER_CHARS].lstrip(" ,")
    stop = _CLAUSE_END.search(after)
    return _BACK_AFTER.match(after[: stop.start()] if stop else after) is not None


def _last_end(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=-1)
