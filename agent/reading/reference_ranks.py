"""Words that pick invoices by their place or size in a list: "the first two", "the last one", "the small one".

Folded text; built from one table a language, so that every language knows the same picks.
"""
# ruff: noqa: E501 - word lists are not wrapped

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from agent.reading.folding import phrase_source
from agent.reading.found_reference import FoundReference
from agent.signals import InvoiceFact

#: How each word of number counts, in all languages.
_COUNTS = {
    2: "two|2|both|zwei|beiden|deux|dos|due|twee|duas|dwie|dwoch|tva",
    3: "three|3|drei|trois|tres|tre|drie|trzy|trzech",
    4: "four|4|vier|quatre|cuatro|quattro|quatro|cztery|czterech|fyra",
    5: "five|5|funf|fuenf|cinq|cinco|cinque|vijf|piec|fem",
}
COUNT = "|".join(_COUNTS.values())
_COUNT_WORD = re.compile(rf"(?<!\w)(?:{COUNT})(?!\w)")
#: "The first two weeks" are no invoices.
_TIME = (
    r"weeks?|days?|months?|years?|times?|quarters?|hours?|wochen?|tage?n?|monate?n?|jahre?n?|mal|semaines?|jours?|mois|fois|semanas?|dias?|mes(?:es)?"
    r"|anos?|vez|veces|vezes|settimane?|giorni?|giorno|mesi|mese|volt[ae]|weken|week|dagen|dag|maanden|maand|keer|tygodni\w*|dni|miesiac\w*|veckor(?:na)?|dagar(?:na)?"
    r"|manader(?:na)?|gang(?:er)?|reminders?|mahnung(?:en)?|relances?|half|halves|hal[fv]te?"
)
TIME_AFTER = re.compile(rf" (?:{_TIME})(?!\w)")


@dataclass(frozen=True, slots=True)
class _Ranks:
    """How one language says ranks. `one` and `many` stand before the rank, `noun` after it.

    Without the noun a rank counts only where a word of `goes_on` or a stop follows: "the first is paid", but not "the
    first of May".
    """

    one: str
    many: str
    noun: str
    nouns: str
    goes_on: str
    places: tuple[str, ...]
    last: str
    middle: str
    largest: str
    smallest: str
    oldest: str
    newest: str


_LANGUAGES = (
    _Ranks(
        one="the |your |that |this ", many="the |your |those |these ",
        noun="one|invoice|bill|number|item|inv|of (?:them|these|those|the (?:two|three|four))|'un",
        nouns="ones|invoices|bills|numbers|items|invs|'uns",
        goes_on="but|not|already|never|needs|isn't|wasn't|hasn't|came|is|are|was|were|will|has|goes|went|got|gets|should|can|cannot|must",
        places=("first|1st", "second|2nd", "third|3rd", "fourth|4th", "fifth|5th"), last="last|final",
        middle="middle", largest="big|bigger|biggest|large|larger|largest|high|higher|highest|fat|fattest|hefty|huge|main",
        smallest="small|smaller|smallest|little|littl|lower|lowest|tiny|baby|wee|titchy|minor",
        oldest="oldest|older|old|earlier|earliest", newest="newest|newer|later|latest|most recent",
    ),
    _Ranks(
        one="die |der |das |den |dem ", many="die |den |der ", noun="rechnung|position|nummer", nouns="rechnungen|positionen|posten|nummern",
        goes_on="ist|wird|war|wurde|haben|hat|geht|ging|kommt|bleibt|zahlen|bezahlen|uberweisen|folgt|ebenfalls|auch|habe|muss|kann|konnen|sind|werden|wurden|zahle|bezahle|uberweise|lasse|begleiche|aber|fehlt|stimmt|steht|liegt|hangt|soll|wartet|nicht|bitte|schon",
        places=("erste[nrs]?", "zweite[nrs]?", "dritte[nrs]?", "vierte[nrs]?", "fünfte[nrs]?"), last="letzte[nrs]?", middle="mittlere[nrs]?",
        largest="große[nrs]?|größere[nrs]?|größte[nrs]?|höhere[nrs]?|höchste[nrs]?|dicke[nrs]?|fette[nrs]?",
        smallest="kleine[nrs]?|kleinere[nrs]?|kleinste[nrs]?|niedrigere[nrs]?|niedrigste[nrs]?",
        oldest="ältere[nrs]?|älteste[nrs]?|alte[nrs]?", newest="neuere[nrs]?|neueste[nrs]?|neuste[nrs]?|jüngste[nrs]?|jüngere[nrs]?",
    ),
    _Ranks(
        one="la |cette ", many="les |ces ", noun="facture|ligne|piece", nouns="factures|lignes|pieces",
        goes_on="est|etait|sera|a|va|on|je|nous|vous|n'est|n'a|part|partira|arrive|suit|suivra|reste|ne|aussi|sont|seront|ont|etaient|sera|partent|attend|attendent|mais|doit|manque|vient|bloque",
        places=("premieres?", "deuxiemes?|secondes?", "troisiemes?", "quatriemes?", "cinquiemes?"), last="dernieres?",
        middle="celle du milieu", largest="(?:plus )?gro(?:s)?ses?|plus elevees?|plus grandes?|grosses?",
        smallest="(?:plus )?petites?|plus faibles?", oldest="plus anciennes?|plus vieilles?", newest="plus recentes?",
    ),
    _Ranks(
        one="la |esa |esta ", many="las |esas |estas ", noun="factura|linea|partida", nouns="facturas|lineas|partidas",
        goes_on="esta|estaba|es|era|sera|se|va|fue|ya|no|la|ha|queda|sale|tambien|os|les|estan|son|van|salen|quedan|pero|falta|sigue|tiene|aun|tambien",
        places=("primeras?", "segundas?", "terceras?", "cuartas?", "quintas?"), last="ultimas?", middle="la del? (?:en )?medio|la de en medio",
        largest="mas grandes?|grandes?|mayor(?:es)?|gordas?|mas altas?", smallest="mas pequenas?|pequenas?|chicas?|mas chicas?|menor(?:es)?|pequenitas?|chiquitas?",
        oldest="mas antiguas?|mas viejas?|antiguas?", newest="mas recientes?|mas nuevas?",
    ),
    _Ranks(
        one="la |quella |l'", many="le |quelle ", noun="fattura|riga|voce", nouns="fatture|righe|voci",
        goes_on="e|era|sara|e'|l'abbiamo|la|va|non|abbiamo|ho|verra|viene|risulta|resta|parte|parti|sono|saranno|vanno|partono|manca|ma|deve|attende|arriva|aspetta",
        places=("prim[ae]", "second[ae]", "terz[ae]", "quart[ae]", "quint[ae]"), last="ultim[ae]", middle="quella (?:di|in|nel) mezzo",
        largest="piu (?:grand[ei]|gross[ae]|alt[ae])|gross[ae]|grand[ei]", smallest="piu (?:piccol[ae]|bass[ae])|piccol[ae]|piccolin[ae]",
        oldest="piu (?:vecchi[ae]|datat[ae]|antic[ah]e?)|vecchi[ae]", newest="piu recent[ei]|piu nuov[ae]",
    ),
    _Ranks(
        one="de |die |het ", many="de |die ", noun="factuur|rekening|post|regel", nouns="facturen|rekeningen|posten|regels",
        goes_on="is|was|wordt|werd|hebben|heeft|gaat|ging|komt|blijft|betalen|volgt|ook|zal|moet|kan|heb|staat|zijn|worden|gaan|staan|betaal|maak|klopt|kloppen|maar|niet|hangt|moet|ontbreekt",
        places=("eerste", "tweede", "derde", "vierde", "vijfde"), last="laatste", middle="middelste",
        largest="grote|grotere|grootste|hoge|hogere|hoogste|dikke", smallest="kleine|kleinere|kleinste|lage|lagere|laagste", oldest="oudste|oudere|oude", newest="nieuwste|nieuwere|recentste|meest recente",
    ),
    _Ranks(
        one="a |essa |esta ", many="as |essas |estas ", noun="fatura|nota|linha", nouns="faturas|notas|linhas",
        goes_on="esta|estava|e|sera|foi|vai|ja|nao|sai|fica|segue|tambem|a gente|estao|sao|vao|saem|foram|serao|mas|falta|ainda|tem|aguarda",
        # "A segunda" alone is Monday; the same for the third to the fifth.
        places=("primeiras?", "segundas? faturas?", "terceiras?", "quartas? faturas?", "quintas? faturas?"), last="ultimas?", middle="a do meio",
        largest="maior(?:es)?|mais altas?|grandes?|grandonas?", smallest="menor(?:es)?|mais pequenas?|pequenas?|pequeninas?|mais baixas?",
        oldest="mais antigas?|mais velhas?", newest="mais recentes?|mais novas?",
    ),
    _Ranks(
        one="ta |te |tej |na te |za te |", many="te |tych ", noun="faktur[ayea]|pozycj[aeiy]|fv", nouns="faktury|faktur|pozycje|pozycji",
        goes_on=r"jest|byla|bedzie|zostala|zostanie|idzie|poszla|pojdzie|juz|nie|mamy|placimy|zaplacimy|puszczamy|czeka|tez|oplacona|wplac\w{1,6}|zaplac\w{1,6}|plac\w{1,6}|puszcz\w{1,6}|przelej\w{0,4}|za|w|do|na|po",
        places=("pierwsz(?:a|ej|e|ych)", "drug(?:a|iej|ie|ich)", "trzeci(?:a|ej|e)?", "czwart(?:a|ej|e)", "piat(?:a|ej|e)"), last="ostatni(?:a|ej|e|ch)?", middle="srodkow(?:a|ej)",
        largest="wieksz(?:a|ej|e)|duz(?:a|ej|e)|najwieksz(?:a|ej|e)|wyzsz(?:a|ej)|grub(?:a|ej)", smallest="mniejsz(?:a|ej|e|ych)|mal(?:a|ej|e|ych)|najmniejsz(?:a|ej|e)|nizsz(?:a|ej)",
        oldest="starsz(?:a|ej|e)|najstarsz(?:a|ej|e)|star(?:a|ej|e)", newest="nowsz(?:a|ej|e)|najnowsz(?:a|ej|e)",
    ),
    _Ranks(
        one="den |den dar |det ", many="de ", noun="fakturan|fakturen|faktura|posten|raden", nouns="fakturorna|fakturor|posterna|raderna",
        goes_on="ar|var|blir|ska|har|betalas|betalades|kommer|gar|gick|tar|vi|jag|betalar|ocksa|skickas|ligger|betalar|tog|men|saknas|inte|stammer|vantar|maste",
        places=("första", "andra", "tredje", "fjärde", "femte"), last="sista|senaste", middle="mittersta|mellersta|i mitten",
        largest="stora|storre|storsta|feta|tjocka", smallest="lilla|sma|mindre|minsta", oldest="aldre|aldsta|gamla", newest="nyaste|nyare|senaste",
    ),
)  # fmt: skip
#: Words that mean a place and nothing else.
_PLAIN = {
    "place 0": "ettan|the former|(?:die|der) erstere[rn]?|eerstgenoemde", "place 2": "trean", "place 3": "fyran", "place 4": "femman",
    "place 1": "tvaan|the latter|(?:die|der) letztere[rn]?|laatstgenoemde",
}  # fmt: skip
#: A pick stands in what the writer says, not in the pages below it; the patterns cost most of all references.
MAX_CHARS = 8_000
_PLACES = tuple(f"place {index}" for index in range(5))
_NUMBER_SIGN = r"(?:no\.?|nr\.?|number|nummer|numero|num\.?|#)"
_STOP = r"(?= ?[,.:;)(]|$| - )"


def count_in(words: str) -> int | None:
    """The number that a word of `words` counts ("the other three" is 3); None where none does."""
    found = _COUNT_WORD.search(words)
    if found is None:
        return None
    return next(count for count, names in _COUNTS.items() if found[0] in names.split("|"))


def picks_in(folded: str, line_starts: frozenset[int], listed: Sequence[InvoiceFact]) -> Iterator[FoundReference]:
    """The picks of `folded` among `listed`, which stand in the order of the account's list.

    `line_starts` are the places where lines begin: there "second: ..." needs no article.
    """
    folded = folded[:MAX_CHARS]
    if len(listed) < 2:
        return
    for rank in _ranks():
        if rank.gate.search(folded) is None:
            continue
        for how, pattern in rank.patterns:
            for match in pattern.finditer(folded):
                if not _may_stand(how, match, folded, line_starts):
                    continue
                count = count_in(match[0]) if how == "several" else 1
                picked = _picked(rank.name, count or 0, listed)
                if picked:
                    yield FoundReference(match.start(), match.end(), picked, rank.name)


#: "Sort that first" picks nothing.
_POINTING = re.compile(r"(?:that|this) +\w+")
_ARTICLE = re.compile("|".join(each.one.removesuffix("|") for each in _LANGUAGES))
#: "All but last", "oprócz ostatniej".
_AFTER_EXCEPT = re.compile(r"(?<!\w)(?:but|bar|except|oprocz|poza|procz) $")
#: "A small one" is any; "Small one goes out today" is the small one.
_NO_ARTICLE = re.compile(r"[a-z']{2,}[ ]{1,3}$|(?<![a-z])a[ ]{1,3}$")


def _may_stand(how: str, match: re.Match[str], folded: str, line_starts: frozenset[int]) -> bool:
    """Whether the words stand where they pick: after an article, or where a line or a sentence begins."""
    if how == "head":
        return match.start() in line_starts
    if _POINTING.fullmatch(match[0]):
        return False
    if how != "one" or _ARTICLE.match(match[0]):
        return True
    if _AFTER_EXCEPT.search(folded, max(0, match.start() - 12), match.start()):
        return True
    return _NO_ARTICLE.search(folded, max(0, match.start() - 12), match.start()) is None


def _picked(how: str, count: int, listed: Sequence[InvoiceFact]) -> tuple[str, ...]:
    if not 1 <= count <= len(listed):
        return ()
    rank, _, place = how.partition(" ")
    if rank == "place":
        start = int(place)
        chosen = listed[start : start + count] if not (start and count > 1) else ()
    elif rank == "last":
        chosen = listed[-count:]
    elif rank == "middle":
        chosen = listed[len(listed) // 2 :][:1] if len(listed) % 2 and count == 1 else ()
    else:
        chosen = _by_rank(rank, count, listed)
    return tuple(sorted(each.number for each in chosen))


_RANKED: dict[str, Callable[[InvoiceFact], object]] = {
    "largest": lambda each: -each.open_balance.amount,
    "smallest": lambda each: each.open_balance.amount,
    "oldest": lambda each: each.issued.toordinal(),
    "newest": lambda each: -each.issued.toordinal(),
}


def _by_rank(rank: str, count: int, listed: Sequence[InvoiceFact]) -> Sequence[InvoiceFact]:
    """The first `count` by `rank`; none where the next one is as large or as old."""
    key = _RANKED[rank]
    ordered = sorted(listed, key=lambda each: (key(each), each.number))
    if count < len(ordered) and key(ordered[count - 1]) == key(ordered[count]):
        return ()
    return ordered[:count]


@dataclass(frozen=True, slots=True)
class _Rank:
    """What is picked, a quick look whether any word for it occurs, and how it is said: one, several, head, plain."""

    name: str
    gate: re.Pattern[str]
    patterns: tuple[tuple[str, re.Pattern[str]], ...]


@lru_cache(maxsize=1)
def _ranks() -> tuple[_Rank, ...]:
    words: dict[str, list[str]] = {}
    said: dict[str, dict[str, list[str]]] = {}
    for ranks in _LANGUAGES:
        for name, forms in _words_of(ranks):
            words.setdefault(name, []).append(forms)
            ways = said.setdefault(name, {"one": [], "several": [], "head": [], "plain": []})
            if name == "middle":
                ways["plain"].append(f"{forms}(?: (?:{ranks.noun}))")
                ways["one"].append(f"(?:{ranks.one})(?:{forms}){_goes_on(ranks)}")
                continue
            ways["one"] += [
                f"(?:{ranks.one})?(?:{forms})(?: value)?(?: (?:{ranks.noun})|'un)",
                f"(?:{ranks.one})(?:{forms}){_goes_on(ranks)}",
            ]
            ways["several"].append(
                f"(?:{ranks.many})?(?:(?:{forms}) (?:{COUNT})|(?:{COUNT}) (?:{forms}))"
                rf"(?:(?: (?:{ranks.nouns})|'uns)|(?! (?:{_TIME})(?!\w)))"
            )
            ways["head"].append(f"(?:{forms})(?= ?[:,] | - )")
    for name, number in zip(_PLACES, "12345", strict=True):
        # "No. 3 is wrong" at the head of a line; elsewhere it may be the third reminder.
        said[name]["head"].append(rf"{_NUMBER_SIGN} ?{number}(?![\w/.,-]\d|\d)")
        words[name].append(f"{_NUMBER_SIGN} ?{number}")
    for name, plain in _PLAIN.items():
        words[name].append(plain)
        said[name]["plain"].append(plain)
    return tuple(
        _Rank(
            name, _any_of(forms, r"(?<!\w)"), tuple((how, _any_of(each)) for how, each in said[name].items() if each)
        )
        for name, forms in words.items()
    )


def _goes_on(ranks: _Ranks) -> str:
    return rf"(?:(?= (?:{ranks.goes_on})(?!\w))|{_STOP})"


def _any_of(sources: Sequence[str], behind: str = r"(?<![\w'])") -> re.Pattern[str]:
    return re.compile(behind + "(?:" + "|".join(phrase_source(each) for each in sources) + r")(?!\w)")


def compile_ranks() -> None:
    """Compiles the patterns of all ranks."""
    _ranks()


def _words_of(ranks: _Ranks) -> Iterator[tuple[str, str]]:
    for index, words in enumerate(ranks.places):
        yield f"place {index}", words
    yield "last", ranks.last
    yield "middle", ranks.middle
    yield "largest", ranks.largest
    yield "smallest", ranks.smallest
    yield "oldest", ranks.oldest
    yield "newest", ranks.newest
