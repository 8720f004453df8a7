"""Days with a name that customers pay by: "before Christmas", "am Gründonnerstag", "på valborg"."""
# ruff: noqa: E501 - lists of names are not wrapped

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_SATURDAY, _MONDAY, _THURSDAY = 5, 0, 3


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the anonymous algorithm (Meeus, Astronomical Algorithms, ch. 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 19 * m) // 433
    month = (h + m - 7 * n + 90) // 25
    return date(year, month, (h + m - 7 * n + 33 * month + 19) % 32)


def _nth(year: int, month: int, weekday: int, count: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (count - 1))


def _last(year: int, month: int, weekday: int) -> date:
    end = date(year, month, calendar.monthrange(year, month)[1])
    return end - timedelta(days=(end.weekday() - weekday) % 7)


@dataclass(frozen=True, slots=True)
class _Holiday:
    """A month and day, or days after Easter, or a rule by name."""

    month: int = 0
    day: int = 0
    easter: int | None = None
    rule: str = ""

    def days_in(self, year: int) -> tuple[date, ...]:
        """Its day, or its days where one name stands for two feasts."""
        return (
            (_easter(year) + timedelta(days=1), self.in_year(year))
            if self.rule == "feasts"
            else (self.in_year(year),)
        )

    def in_year(self, year: int) -> date:
        if self.easter is not None:
            return _easter(year) + timedelta(days=self.easter)
        if self.rule == "thanksgiving":
            return _nth(year, 11, _THURSDAY, 4)
        if self.rule == "labor_day":
            return _nth(year, 9, _MONDAY, 1)
        if self.rule == "columbus_day":
            return _nth(year, 10, _MONDAY, 2)
        if self.rule == "king_day":
            return _nth(year, 1, _MONDAY, 3)
        if self.rule == "presidents_day":
            return _nth(year, 2, _MONDAY, 3)
        if self.rule == "memorial_day":
            return _last(year, 5, _MONDAY)
        if self.rule == "midsummer_eve":
            return date(year, 6, 19) + timedelta(days=(_SATURDAY - 1 - date(year, 6, 19).weekday()) % 7)
        return date(year, self.month, self.day)


_CHRISTMAS_EVE, _CHRISTMAS, _BOXING_DAY = _Holiday(12, 24), _Holiday(12, 25), _Holiday(12, 26)
_NEW_YEARS_EVE, _NEW_YEAR, _EPIPHANY, _VALENTINE = _Holiday(12, 31), _Holiday(1, 1), _Holiday(1, 6), _Holiday(2, 14)
_MAUNDY, _GOOD_FRIDAY, _EASTER, _EASTER_MONDAY = (_Holiday(easter=days) for days in (-3, -2, 0, 1))
_ASCENSION, _WHIT_SUNDAY, _WHIT_MONDAY, _ASH_WEDNESDAY = (_Holiday(easter=days) for days in (39, 49, 50, -46))
_CORPUS_CHRISTI, _PALM_SUNDAY, _SHROVE_MONDAY = (_Holiday(easter=days) for days in (60, -7, -48))
_MAY_DAY, _ASSUMPTION, _ALL_SAINTS, _ALL_SOULS = _Holiday(5, 1), _Holiday(8, 15), _Holiday(11, 1), _Holiday(11, 2)
#: Kept on its eve; but before it is before that day.
_SWEDISH_CHRISTMAS = _Holiday(12, 24, rule="jul")
#: "Po świętach": after Christmas or Easter, whichever is next.
_POLISH_FEASTS = _Holiday(12, 25, rule="feasts")
_SHROVE_TUESDAY = _Holiday(easter=-47)
_MARTINMAS, _NICHOLAS, _SAINT_JOHN = _Holiday(11, 11), _Holiday(12, 6), _Holiday(6, 24)

_NAMES: dict[str, tuple[tuple[_Holiday, str], ...]] = {
    "en": (
        (_CHRISTMAS_EVE, "christmas eve|xmas eve"), (_CHRISTMAS, "christmas(?: day)?|xmas(?: day)?"), (_BOXING_DAY, "boxing day|st\\.? stephen'?s day"),
        (_NEW_YEARS_EVE, "new year'?s? eve|nye|hogmanay"), (_NEW_YEAR, "new years? day|new year's day|(?:the )?new year"),
        (_VALENTINE, "(?:st\\.? )?valentine'?s?(?: day)?"), (_Holiday(3, 17), "(?:st\\.? )?pa(?:tri|dd)(?:ck|y)'?s(?: day)?"),
        (_MAUNDY, "maundy thursday"), (_GOOD_FRIDAY, "good friday"), (_EASTER_MONDAY, "easter monday"), (_EASTER, "easter(?: sunday)?"),
        (_WHIT_MONDAY, "whit monday"), (_WHIT_SUNDAY, "whitsun|pentecost"), (_ASCENSION, "ascension day"), (_ASH_WEDNESDAY, "ash wednesday"),
        (_Holiday(rule="columbus_day"), "columbus day|indigenous peoples'? day"), (_Holiday(rule="king_day"), "mlk day|martin luther king(?:'?s)? day"), (_Holiday(rule="presidents_day"), "presidents'? day"),
        (_SHROVE_TUESDAY, "shrove tuesday|pancake (?:tuesday|day)|mardi gras"), (_Holiday(rule="memorial_day"), "memorial day"), (_Holiday(6, 19), "juneteenth"), (_Holiday(7, 4), "(?:the )?(?:fourth|4th) of july|independence day|july (?:fourth|4th)"),
        (_Holiday(rule="labor_day"), "labor day"), (_Holiday(10, 31), "halloween"), (_ALL_SAINTS, "all saints'?(?: day)?"), (_Holiday(11, 5), "bonfire night|guy fawkes(?: night)?"),
        (_Holiday(11, 11), "veterans'? day|remembrance day|armistice day"), (_Holiday(rule="thanksgiving"), "thanksgiving(?: day)?"), (_Holiday(7, 1), "canada day"),
        (_Holiday(1, 26), "australia day|republic day"), (_Holiday(4, 25), "anzac day"), (_Holiday(2, 6), "waitangi day"),
        (_Holiday(3, 25), "lady day"), (_SAINT_JOHN, "midsummer'?s?(?: day)?"), (_Holiday(7, 15), "st\\.? swithin'?s(?: day)?"), (_Holiday(9, 29), "michaelmas"),
    ),
    "de": (
        (_CHRISTMAS_EVE, "heiligabend|heiligen abend|weihnachtsabend"), (_CHRISTMAS, "weihnachten|weihnachtsfeiertag|weihnacht"), (_BOXING_DAY, "stephanstag|stefanitag"),
        (_NEW_YEARS_EVE, "sil[vw]ester|jahreswechsel"), (_NEW_YEAR, "neujahr"), (_EPIPHANY, "dreiko(?:e)?nig(?:e|stag)?|heilige drei ko(?:e)?nige"), (_VALENTINE, "valentinstag"),
        (_SHROVE_MONDAY, "rosenmontag"), (_SHROVE_TUESDAY, "fasching(?:s?dienstag)?|fastnacht|karneval|fasnacht"), (_ASH_WEDNESDAY, "aschermittwoch"), (_PALM_SUNDAY, "palmsonntag"), (_MAUNDY, "gru(?:e)?ndonnerstag"), (_GOOD_FRIDAY, "karfreitag"),
        (_EASTER_MONDAY, "ostermontag"), (_EASTER, "ostern|ostersonntag"), (_MAY_DAY, "tag der arbeit|maifeiertag"), (_ASCENSION, "(?:christi )?himmelfahrt|vatertag|auffahrt"),
        (_WHIT_MONDAY, "pfingstmontag"), (_WHIT_SUNDAY, "pfingsten|pfingstsonntag"), (_CORPUS_CHRISTI, "fronleichnam"), (_ASSUMPTION, "maria himmelfahrt"),
        (_Holiday(8, 1), "bundesfeier(?:tag)?"), (_Holiday(10, 3), "tag der deutschen einheit"), (_Holiday(10, 26), "nationalfeiertag"), (_Holiday(10, 31), "reformationstag|halloween"),
        (_ALL_SAINTS, "allerheiligen"), (_MARTINMAS, "martini|martinstag|sankt martin|st\\. martin"), (_NICHOLAS, "nikolaus|nikolo"),
    ),
    "fr": (
        (_CHRISTMAS_EVE, "(?:la )?veille de noel|(?:le )?reveillon(?: de noel)?"), (_CHRISTMAS, "noel"), (_NEW_YEARS_EVE, "la saint-sylvestre|st-sylvestre"), (_NEW_YEAR, "(?:le )?nouvel an|(?:le )?jour de l'an"),
        (_EPIPHANY, "l'epiphanie"), (_VALENTINE, "(?:la )?saint[- ]valentin|(?:la )?st[- ]valentin"), (_SHROVE_TUESDAY, "mardi gras"), (_GOOD_FRIDAY, "vendredi saint"), (_MAUNDY, "jeudi saint"),
        (_EASTER_MONDAY, "lundi de paques"), (_EASTER, "paques"), (_MAY_DAY, "(?:la )?fete du travail"), (_ASCENSION, "(?:l')?ascension"), (_WHIT_MONDAY, "lundi de pentecote"), (_WHIT_SUNDAY, "(?:la )?pentecote"),
        (_SAINT_JOHN, "(?:la )?saint-jean"), (_Holiday(7, 14), "(?:la )?fete nationale"), (_ASSUMPTION, "(?:l')?assomption"), (_ALL_SAINTS, "(?:la )?toussaint"), (_MARTINMAS, "(?:l')?armistice"), (_NICHOLAS, "(?:la )?saint[- ]nicolas"),
    ),
    "es": (
        (_CHRISTMAS_EVE, "nochebuena"), (_CHRISTMAS, "navidad(?:es)?"), (_NEW_YEARS_EVE, "nochevieja|fin de ano"), (_NEW_YEAR, "ano nuevo"), (_EPIPHANY, "(?:dia de )?reyes"), (_VALENTINE, "san valentin"),
        (_SHROVE_TUESDAY, "martes de carnaval|carnaval(?:es)?"), (_MAUNDY, "jueves santo"), (_GOOD_FRIDAY, "viernes santo"), (_EASTER, "pascua|domingo de resurreccion"), (_PALM_SUNDAY, "domingo de ramos"), (_MAY_DAY, "(?:el )?dia del trabajo|(?:el )?dia del trabajador"),
        (_SAINT_JOHN, "san juan"), (_CORPUS_CHRISTI, "corpus"), (_ASSUMPTION, "(?:la )?asuncion|(?:la )?virgen de agosto"), (_Holiday(10, 12), "(?:el )?pilar|(?:la )?hispanidad"), (_ALL_SAINTS, "todos los santos"), (_ALL_SOULS, "dia de muertos"),
        (_Holiday(12, 6), "(?:la )?constitucion"), (_Holiday(12, 8), "(?:la )?inmaculada"), (_Holiday(12, 12), "(?:la )?guadalupana"), (_Holiday(3, 19), "san jose"), (_Holiday(12, 28), "(?:los )?santos inocentes"),
    ),
    "it": (
        (_CHRISTMAS_EVE, "(?:la )?vigilia(?: di natale)?"), (_CHRISTMAS, "natale"), (_BOXING_DAY, "santo stefano"), (_NEW_YEARS_EVE, "san silvestro"), (_NEW_YEAR, "capodanno"), (_EPIPHANY, "(?:l')?epifania|(?:la )?befana"),
        (_VALENTINE, "san valentino"), (_SHROVE_TUESDAY, "martedi grasso|carnevale"), (_GOOD_FRIDAY, "venerdi santo"), (_MAUNDY, "giovedi santo"), (_EASTER_MONDAY, "pasquetta|lunedi dell'angelo"), (_EASTER, "pasqua"), (_Holiday(4, 25), "(?:la )?liberazione"),
        (_MAY_DAY, "(?:la )?festa dei lavoratori"), (_ASCENSION, "(?:l')?ascensione"), (_WHIT_SUNDAY, "pentecoste"), (_Holiday(6, 2), "(?:la )?festa della repubblica"), (_ASSUMPTION, "ferragosto"),
        (_ALL_SAINTS, "ognissanti|(?:i )?santi|tutti i santi"), (_ALL_SOULS, "(?:i )?morti"), (_MARTINMAS, "san martino"), (_Holiday(12, 8), "(?:l')?immacolata"), (_Holiday(12, 13), "santa lucia"), (_Holiday(3, 19), "san giuseppe"),
    ),
    "nl": (
        (_CHRISTMAS_EVE, "kerstavond"), (_CHRISTMAS, "(?:de )?kerst(?:mis|dag|dagen)?|eerste kerstdag"), (_BOXING_DAY, "tweede kerstdag"), (_NEW_YEARS_EVE, "oud ?(?:en nieuw|jaar|jaarsavond)|oudejaarsdag|oudejaar"), (_NEW_YEAR, "nieuwjaar(?:sdag)?|jaarwisseling"), (_SHROVE_TUESDAY, "carnaval|vastenavond"),
        (_EPIPHANY, "driekoningen"), (_VALENTINE, "valentijn(?:sdag)?"), (_MAUNDY, "witte donderdag"), (_GOOD_FRIDAY, "goede vrijdag"), (_EASTER_MONDAY, "tweede paasdag|paasmaandag"), (_EASTER, "pasen|(?:eerste )?paasdag"),
        (_Holiday(4, 27), "koningsdag"), (_MAY_DAY, "(?:de )?dag van de arbeid"), (_Holiday(5, 5), "bevrijdingsdag"), (_ASCENSION, "hemelvaart(?:sdag)?"), (_WHIT_MONDAY, "tweede pinksterdag|pinkstermaandag"), (_WHIT_SUNDAY, "pinksteren"),
        (_Holiday(7, 21), "(?:de )?nationale feestdag"), (_ALL_SAINTS, "allerheiligen"), (_MARTINMAS, "sint[- ]maarten|wapenstilstand"), (_Holiday(12, 5), "sinterklaas(?:avond)?|pakjesavond"),
    ),
    "pt": (
        (_CHRISTMAS_EVE, "(?:a )?vespera de natal|(?:a )?consoada"), (_CHRISTMAS, "(?:o )?natal"), (_NEW_YEARS_EVE, "(?:o )?reveillon|(?:a )?passagem de ano|(?:a )?virada(?: do ano)?"), (_NEW_YEAR, "(?:o )?ano[- ]novo"), (_EPIPHANY, "(?:os )?reis|dia de reis"), (_VALENTINE, "sao valentim"),
        (_SHROVE_MONDAY, "segunda de carnaval"), (_SHROVE_TUESDAY, "(?:o )?carnaval"), (_ASH_WEDNESDAY, "quarta(?:-feira)? de cinzas"), (_MAUNDY, "quinta(?:-feira)? santa"), (_GOOD_FRIDAY, "sexta(?:-feira)? santa"), (_EASTER, "(?:a )?pascoa"),
        (_Holiday(4, 21), "tiradentes"), (_Holiday(4, 25), "(?:o )?dia da liberdade"), (_MAY_DAY, "(?:o )?dia do trabalh(?:o|ador)"), (_CORPUS_CHRISTI, "(?:o )?corpus christi|(?:o )?corpo de deus"), (_SAINT_JOHN, "(?:o )?sao joao"), (_Holiday(6, 13), "(?:o )?santo antonio"),
        (_ASSUMPTION, "(?:a )?assuncao"), (_Holiday(9, 7), "(?:a )?independencia|(?:o )?sete de setembro"), (_Holiday(10, 12), "nossa senhora aparecida|(?:o )?dia das criancas"), (_ALL_SAINTS, "todos os santos"), (_ALL_SOULS, "finados"), (_MARTINMAS, "sao martinho"), (_Holiday(6, 12), "(?:o )?dia dos namorados"),
    ),
    "pl": (
        (_CHRISTMAS_EVE, "wigili[aei]"), (_POLISH_FEASTS, "swietami|swietach|swieta|swiat"), (_CHRISTMAS, "bozym narodzeni(?:em|u)|boz(?:e|ego) narodzeni[ea]|gwiazdk[aei]"), (_NEW_YEARS_EVE, "sylwest(?:er|ra|rem|rze)"), (_NEW_YEAR, "now(?:y|ym|ego) rok(?:u|iem)?"), (_EPIPHANY, "trzech kroli"), (_VALENTINE, "walentynk(?:i|ami|ach)"),
        (_MAUNDY, "wielki(?:m)? czwart(?:ek|kiem)"), (_GOOD_FRIDAY, "wielki(?:m)? piat(?:ek|kiem)"), (_EASTER_MONDAY, "poniedzial(?:ek|kiem) wielkanocn(?:y|ym)|lany poniedzialek"), (_EASTER, "wielkanoc(?:a|y)?"),
        (_MAY_DAY, "majowk[aei]"), (_Holiday(5, 3), "trzeci(?:ego)? maja"), (_WHIT_SUNDAY, "zielon(?:e|ych|ymi) swiat(?:ki|kami|ek)?"), (_CORPUS_CHRISTI, "boz(?:e|ym|ego) cial(?:o|em|a)"), (_ASSUMPTION, "matki boskiej zielnej"),
        (_ALL_SAINTS, "wszystkich swietych"), (_ALL_SOULS, "zaduszk(?:i|ami|ach|ek)"), (_MARTINMAS, "swiet(?:o|em|a) niepodleglosci|marcina"), (_NICHOLAS, "mikolajk(?:i|ami|ach)|swietego mikolaja"), (_Holiday(12, 4), "barborka|barborke|barborki"), (_Holiday(11, 30), "andrzejk(?:i|ami|ach)"),
    ),
    "sv": (
        (_CHRISTMAS_EVE, "julafton(?:en)?"), (_SWEDISH_CHRISTMAS, "julen|jul"), (_CHRISTMAS, "juldagen"), (_BOXING_DAY, "annandag jul|annandagen"), (_NEW_YEARS_EVE, "nyarsafton(?:en)?"), (_NEW_YEAR, "nyarsdagen|nyar"), (_EPIPHANY, "trettondagen|trettondag(?: jul)?"), (_Holiday(1, 5), "trettondagsafton"),
        (_VALENTINE, "alla hjartans dag"), (_MAUNDY, "skartorsdag(?:en)?"), (_GOOD_FRIDAY, "langfredag(?:en)?"), (_Holiday(easter=-1), "paskafton(?:en)?"), (_EASTER_MONDAY, "annandag pask"), (_EASTER, "paskdagen|pask(?:en)?"), (_Holiday(4, 30), "valborg(?:smassoafton(?:en)?)?|sista april"),
        (_MAY_DAY, "forsta maj"), (_ASCENSION, "kristi himmelsfardsdag"), (_WHIT_SUNDAY, "pingst(?:en)?"), (_Holiday(6, 6), "nationaldagen"), (_Holiday(rule="midsummer_eve"), "midsommar(?:afton(?:en)?)?"), (_Holiday(11, 1), "allhelgona"), (_MARTINMAS, "marten gas"), (_Holiday(12, 13), "lucia"),
    ),
}  # fmt: skip

#: A named day counts only after a word that points to it: "merry Christmas" and "the Easter order" are none.
_BEFORE: dict[str, str] = {
    "en": "before|b4|prior to|ahead of", "de": "vor|vorm|noch vor", "fr": "avant", "es": "antes de|antes del", "it": "prima di|prima della|prima dell'|prima del",
    "nl": "voor|vóór|nog voor", "pt": "antes d[oae]", "pl": "przed", "sv": "fore|innan",
}  # fmt: skip
_AFTER: dict[str, str] = {
    "en": "after", "de": "nach", "fr": "apres", "es": "despues de|despues del|pasad[oa]s?", "it": "dopo", "nl": "na",
    "pt": "depois d[oae]", "pl": "po", "sv": "efter",
}  # fmt: skip
_AT: dict[str, str] = {
    "en": "by|on|at|until|till|til|come|around|this|for", "de": "am|bis|bis zum|zu|zum|an|um|ab|kommenden",
    "fr": "a|pour|d'ici|d'ici a|le|jusqu'a|vers|au", "es": "en|para|por|el|hasta|a|del?|al", "it": "a|per|entro|il|fino a|di|ai|per i|entro i|al",
    "nl": "op|met|tegen|rond|tot|voor de", "pt": "n[oa]|em|ate|ate [oa]|por|pel[oa]|pro|pra|a[oa]?", "pl": "w|we|na|do|od|jeszcze w|kolo|we?",
    "sv": "pa|till|vid|senast|senast pa|lagom till|runt|kring|omkring|i",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A named day at `[start:end]` of the text: the next one, and the last one."""

    start: int
    end: int
    ahead: date
    back: date


@lru_cache(maxsize=16)
def _patterns(language: str) -> tuple[re.Pattern[str], tuple[tuple[_Holiday, re.Pattern[str]], ...]]:
    names = "|".join(sources for _, sources in _NAMES[language]).replace(" ", "\\x20")
    words = f"(?P<before>{_BEFORE[language]})|(?P<after>{_AFTER[language]})|{_AT[language]}".replace(
        "ó", "o"
    ).replace(" ", "\\x20")
    whole = re.compile(
        rf"(?<!\w)(?:{words})(?:\x20|(?<='))(?:the\x20|den\x20|dem\x20|de\x20|la\x20|el\x20|il\x20)?(?P<name>{names})(?!\w)"
    )
    return whole, tuple((holiday, re.compile(source)) for holiday, source in _NAMES[language])


def named_days(folded: str, today: date, language: str) -> list[NamedDay]:
    """The named days that `folded` points to; "before Christmas" is the day before, "after Easter" the day after."""
    whole, holidays = _patterns(language)
    found = []
    for match in whole.finditer(folded):
        holiday = next((each for each, pattern in holidays if pattern.fullmatch(match["name"])), None)
        if holiday is None:
            continue
        shift = _shift(holiday, before=match["before"] is not None, after=match["after"] is not None)
        days = sorted(day + shift for year in range(today.year - 1, today.year + 3) for day in holiday.days_in(year))
        ahead = next(day for day in days if day >= today)
        back = next(day for day in reversed(days) if day <= today)
        found.append(NamedDay(match.start("name"), match.end(), ahead, back))
    return found


def _shift(holiday: _Holiday, *, before: bool, after: bool) -> timedelta:
    """Before an eve is still on it, and the new year begins with its first day."""
    if before and holiday not in (_CHRISTMAS_EVE, _NEW_YEARS_EVE):
        return timedelta(days=-1)
    return timedelta(days=1 if after and holiday != _NEW_YEAR else 0)
