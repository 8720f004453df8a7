"""The first day back that an absence notice states, in nine languages."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re
from datetime import date, datetime, timedelta

from agent.reading.dates import LANGUAGES, FoundDate, find_dates
from agent.reading.folding import fold, phrase_pattern

#: Right before a day: that day he is back.
_BACK_BEFORE = phrase_pattern(
    r"""
    back|return(?:ing|s)?|be back|resum(?:e|es|ing)|restart(?:s|ing)?|(?:available|reachable|monitored|in the office|at my desk|at work|online|open|opens|with you) again|at my desk|re-?open(?:s|ing)?
    zur(?:u)ck|zurueck|wieder (?:da|im (?:buro|hause|buero)|erreichbar|fur sie|fuer sie|anwesend|personlich)|wieder ab|erst wieder|wieder
    de retour|retour|je serai (?:de )?(?:retour|present)|reprendr\w+|repren\w+|reprise|rouvr\w+|reouverture|reouvr\w+
    regres\w+|vuelv\w+|volv\w+|estare de vuelta|de vuelta|de regreso|reincorpor\w+|retorn\w+|reabr\w+|reanud\w+|abr(?:imos|iremos) de nuevo
    no (?:regres|volver|estar|reincorpor)\w+ (?:de vuelta )?hasta(?: el)?(?: dia)?|non (?:torn|rientr)\w+ (?:prima del|fino al)
    rientr\w+|torn(?:o|a|iamo|ano|ando|eremo|ero|era)|di ritorno|(?:di nuovo|nuovamente) (?:in (?:ufficio|sede)|disponibile|operativ[oi])|riapr\w+|riapertura|ci rivediamo|ci risentiamo|ripren\w+
    terug|weer (?:aanwezig|bereikbaar|op kantoor|beschikbaar|open)|opent? (?:opnieuw|weer)|heropen\w+|hervat\w+
    regresso|regress\w+|retorn\w+|volt(?:o|amos|arei|aremos)|estarei de volta|de volta|reabr\w+|retom\w+
    wroc\w+|wrac\w+|powrot\w*|powroce|ponownie|bede (?:ponownie )?(?:dostepn\w+|w biurze)|z powrotem|podejm\w+ prac\w|wznawia\w+|wznowi\w+|czynn\w+ od|otwieramy
    tillbaka|ater|aterkommer|ar pa plats igen|tillganglig igen|pa kontoret igen|oppnar(?: igen| forst)?|igen
    """
)
#: Right before a day: from that day on, which is the return or the first day away.
_FROM = phrase_pattern(
    r"""
    ab
    a partir du
    a partir del?
    a partire da\w*|dal
    vanaf
    a partir d[eo]
    od
    fran och med|fr\.o\.m\.?
    """
)
#: Right after a day: it begins what another day ends, "od 13 do 24 kwietnia".
_GOES_ON_TO = re.compile(
    r" {0,2}(?:-|(?:bis|do|tot|t/m|au|jusqu'au|al|a|ate|hasta|fino|till|t\.?o\.?m|to|through|until)(?!\w))"
)
#: Right after a day: that day he is back, as German, Dutch and Swedish order their words.
_BACK_AFTER = phrase_pattern(
    r"""
    (?:i am|i'm|i will be|i'll be|we are|we're|we will be|we'll be) (?:back|available|open|again|there again)|we (?:reopen|restart|resume)|i return
    (?:bin|sind) (?:ich|wir) (?:dann )?(?:wieder|zurück)|(?:wieder )?zurück|wieder (?:da|erreichbar|im (?:haus|büro)|für sie|persönlich)|(?:kehre|komme) ich|öffnen wir|haben wir wieder
    je (?:serai|suis) (?:de retour|à nouveau|présente?)|je reviens|(?:nous|on) (?:rouvrons|rouvre|serons de retour|sera de retour|est de retour|reprend)
    (?:estaré|estaremos) (?:de vuelta|de regreso|disponible)|vuelvo|volvemos|regreso|reabrimos
    (?:sarò|saremo) (?:di nuovo|nuovamente|in ufficio|di ritorno|operativi)|rientro|riapriamo|torno|torniamo
    (?:ben|zijn) (?:ik|wij|we) (?:er )?(?:weer|terug)|weer wel|(?:weer )?terug|weer (?:aanwezig|bereikbaar|op kantoor|open)
    (?:estarei|estaremos) (?:de volta|de regresso|disponível)|regresso|volto|voltamos|reabrimos
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
        if found.rule == "past" or day <= received_at.date():
            # Who is back today sends no notice: "vanaf heden".
            continue
        rank, day = _reading(folded, found)
        if rank and (best is None or rank > best[0]):
            best = (rank, day)
    return best[1] if best else None


def _reading(folded: str, found: FoundDate) -> tuple[int, date]:
    """How sure a date tells the return (0: not at all), and the day of the return."""
    before = folded[max(0, found.start - _WINDOW_CHARS) : found.start] + folded[found.start : found.end]
    day = found.ahead.replace(day=1) if found.rule == "in_month" else found.ahead
    last = {name: _last_end(pattern, before) for name, pattern in _WORDS.items()}
    own_start = len(before) - (found.end - found.start)
    turn = max(last["back"], last["from"])
    between = before[turn : last["through"]] if turn >= 0 else ""
    belongs_to_return = 0 < len(between) <= _BESIDE_CHARS and not any(char.isdigit() for char in between)
    if last["through"] < own_start - _BESIDE_CHARS or belongs_to_return:
        # A short word further off, or one that belongs to the return: "back to work on Monday", "regresso a 1 de".
        last["through"] = -1
    if _INCLUSIVE_AFTER.match(folded, found.end):
        return _INCLUSIVE, day + timedelta(days=1)
    nearest = max(last, key=lambda name: (last[name], name == "back", name == "through"))
    if (nearest != "back" or last["back"] < 0) and _is_followed_by_return(folded, found.end):
        # "Until 12 October, we are back on the 13th": after a comma the return may have a day of its own.
        return (_INCLUSIVE if folded[found.end : found.end + 1] == "," else _RETURN), day
    if last[nearest] < 0:
        is_range_end = _RANGE_DASH.search(folded[max(0, found.start - 6) : found.start]) is not None
        return (_RANGE_END, day + timedelta(days=1)) if is_range_end else (0, day)
    if nearest == "from" and _GOES_ON_TO.match(folded, found.end):
        return 0, day
    return _RANKS[nearest], day + timedelta(days=1) if nearest == "through" else day


_WORDS = {"back": _BACK_BEFORE, "from": _FROM, "through": _AWAY_THROUGH, "until": _AWAY_UNTIL}
#: Whatever says more of the return outweighs what says less.
_RANGE_END, _INCLUSIVE, _RETURN = 1, 4, 5
_RANKS = {"back": _RETURN, "from": 3, "through": 2, "until": 2}


def _is_followed_by_return(folded: str, end: int) -> bool:
    if folded[end - 1] == "." and not folded[end - 2 : end - 1].isdigit():
        return False
    after = folded[end : end + _AFTER_CHARS].lstrip(" ,")
    stop = _CLAUSE_END.search(after)
    return _BACK_AFTER.match(after[: stop.start()] if stop else after) is not None


def _last_end(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=-1)
