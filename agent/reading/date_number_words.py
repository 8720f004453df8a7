"""One to thirty-one in nine languages: counted ("fifteen days") and as the day of a month ("the fifteenth").

Regular expressions of folded text, by what they count; longer ones before those that they begin with.
"""
# ruff: noqa: E501 - lists of words are not wrapped

import re

_FIRST, _LAST = 1, 31


def _numbered(words: str, tens: dict[int, str]) -> dict[int, str]:
    """1 to 20 from `words`, then what `tens` says of 21 to 31; "1..9" in a key's text stands for the unit."""
    table = dict(enumerate(words.split(), start=_FIRST))
    for number in range(len(table) + 1, _LAST + 1):
        pattern = tens.get(number) or tens[number // 10 * 10].replace("_", f"(?:{table[number % 10]})")
        table[number] = pattern
    return table


#: Counted.
CARDINALS: dict[str, dict[int, str]] = {
    "en": _numbered(
        "an?|one two|(?:a\\x20)?couple(?:\\x20of)? three four five six seven eight nine ten eleven twelve thirteen"
        " fourteen fifteen sixteen seventeen eighteen nineteen twenty",
        {20: "twenty[-\\x20]_", 30: "thirty", 31: "thirty[-\\x20]one"},
    ),
    "de": _numbered(
        "eine[rmns]?|ein|a zwei|zwo drei vier fu(?:e)?nf sechs sieben acht neun zehn elf zwo(?:e)?lf dreizehn vierzehn"
        " fu(?:e)?nfzehn sechzehn siebzehn achtzehn neunzehn zwanzig",
        {20: "_undzwanzig", 21: "einundzwanzig", 30: "dreiss?ig", 31: "einunddreiss?ig"},
    ),
    "fr": _numbered(
        "une? deux trois quatre cinq six sept huit neuf dix|(?:une\\x20)?dizaine\\x20de onze douze treize quatorze quinze|(?:une\\x20)?quinzaine\\x20de seize dix-sept dix-huit"
        " dix-neuf vingt",
        {20: "vingt[-\\x20]_", 21: "vingt[-\\x20]et[-\\x20]un", 30: "trente", 31: "trente[-\\x20]et[-\\x20]un"},
    ),
    "es": _numbered(
        "una?|un dos|un\\x20par\\x20de tres cuatro cinco seis siete ocho nueve diez once doce trece"
        " catorce quince dieciseis diecisiete dieciocho diecinueve veinte",
        {20: "veinti_", 21: "veintiun[oa]?", 30: "treinta", 31: "treinta\\x20y\\x20un[oa]?"},
    ),
    "it": _numbered(
        "una?|uno due|un\\x20paio\\x20di tre quattro cinque sei sette otto nove dieci|(?:una\\x20)?decina\\x20di undici dodici tredici"
        " quattordici quindici sedici diciassette diciotto diciannove venti",
        {20: "venti_", 21: "ventuno", 28: "ventotto", 30: "trenta", 31: "trentuno"},
    ),
    "nl": _numbered(
        "een|1 twee|(?:een\\x20)?paar drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien"
        " zestien zeventien achttien negentien twintig",
        {20: "_entwintig", 21: "eenentwintig", 30: "dertig", 31: "eenendertig"},
    ),
    "pt": _numbered(
        "uma?|um dois|duas|um\\x20par\\x20de tres quatro cinco seis sete oito nove dez onze doze treze quatorze|catorze"
        " quinze de[sz]as?seis de[sz]as?sete dezoito de[sz]an?ove vinte",
        {20: "vinte\\x20e\\x20_", 30: "trinta", 31: "trinta\\x20e\\x20um"},
    ),
    "pl": _numbered(
        "jeden|jednego dwa|dwoch|dwie|dwu trzy|trzech cztery|czterech piec|pieciu szesc|szesciu siedem|siedmiu"
        " osiem|osmiu dziewiec|dziewieciu dziesiec|dziesieciu jedenascie|jedenastu dwanascie|dwunastu"
        " trzynascie|trzynastu czternascie|czternastu pietnascie|pietnastu szesnascie|szesnastu"
        " siedemnascie|siedemnastu osiemnascie|osiemnastu dziewietnascie|dziewietnastu dwadziescia|dwudziestu",
        {20: "dwadziescia\\x20_", 30: "trzydziesci|trzydziestu", 31: "trzydziesci\\x20jeden"},
    ),
    "sv": _numbered(
        "en|ett tva|(?:ett\\x20)?par tre fyra fem sex sju atta nio tio elva tolv tretton fjorton femton sexton sjutton"
        " arton nitton tjugo",
        {20: "tjugo_", 30: "trettio", 31: "trettioen"},
    ),
}

#: The day of a month in words. Spanish, French, Italian and Portuguese count it, but for the first.
ORDINALS: dict[str, dict[int, str]] = {
    "en": _numbered(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
        " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
        {20: "twenty[-\\x20]_", 30: "thirtieth", 31: "thirty[-\\x20]first"},
    ),
    "de": _numbered(
        "erste[nrs]? zweite[nrs]? dritte[nrs]? vierte[nrs]? fu(?:e)?nfte[nrs]? sechste[nrs]? siebte[nrs]? achte[nrs]?"
        " neunte[nrs]? zehnte[nrs]? elfte[nrs]? zwo(?:e)?lfte[nrs]? dreizehnte[nrs]? vierzehnte[nrs]?"
        " fu(?:e)?nfzehnte[nrs]? sechzehnte[nrs]? siebzehnte[nrs]? achtzehnte[nrs]? neunzehnte[nrs]? zwanzigste[nrs]?",
        {
            20: "[a-z]{3,7}undzwanzigste[nrs]?", 21: "einundzwanzigste[nrs]?", 22: "zweiundzwanzigste[nrs]?",
            23: "dreiundzwanzigste[nrs]?", 24: "vierundzwanzigste[nrs]?", 25: "fu(?:e)?nfundzwanzigste[nrs]?",
            26: "sechsundzwanzigste[nrs]?", 27: "siebenundzwanzigste[nrs]?", 28: "achtundzwanzigste[nrs]?",
            29: "neunundzwanzigste[nrs]?", 30: "dreiss?igste[nrs]?", 31: "einunddreiss?igste[nrs]?",
        },
    ),
    "fr": {**CARDINALS["fr"], 1: "premier"},
    "es": {**CARDINALS["es"], 1: "primero|uno", 2: "dos"},
    "it": {**CARDINALS["it"], 1: "primo", 2: "due"},
    "nl": _numbered(
        "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde dertiende veertiende"
        " vijftiende zestiende zeventiende achttiende negentiende twintigste",
        {
            20: "_entwintigste", 21: "eenentwintigste", 22: "tweeentwintigste", 23: "drieentwintigste",
            24: "vierentwintigste", 25: "vijfentwintigste", 26: "zesentwintigste", 27: "zevenentwintigste",
            28: "achtentwintigste", 29: "negenentwintigste", 30: "dertigste", 31: "eenendertigste",
        },
    ),
    "pt": {**CARDINALS["pt"], 1: "primeiro|um", 2: "dois"},
    "pl": _numbered(
        "pierwsz(?:ego|ym|y) drugi(?:ego|m)? trzeci(?:ego|m)? czwart(?:ego|ym|y) piat(?:ego|ym|y) szost(?:ego|ym|y)"
        " siodm(?:ego|ym|y) osm(?:ego|ym|y) dziewiat(?:ego|ym|y) dziesiat(?:ego|ym|y) jedenast(?:ego|ym|y)"
        " dwunast(?:ego|ym|y) trzynast(?:ego|ym|y) czternast(?:ego|ym|y) pietnast(?:ego|ym|y) szesnast(?:ego|ym|y)"
        " siedemnast(?:ego|ym|y) osiemnast(?:ego|ym|y) dziewietnast(?:ego|ym|y) dwudziest(?:ego|ym|y)",
        {20: "dwudziest(?:ego|ym|y)\\x20_", 30: "trzydziest(?:ego|ym|y)", 31: "trzydziest(?:ego|ym|y)\\x20pierwsz(?:ego|ym|y)"},
    ),
    "sv": _numbered(
        "forsta andra tredje fjarde femte sjatte sjunde attonde nionde tionde elfte tolfte trettonde fjortonde"
        " femtonde sextonde sjuttonde artonde nittonde tjugonde",
        {20: "tjugo_", 30: "trettionde", 31: "trettioforsta"},
    ),
}  # fmt: skip
#: The languages that count the days of a month, and how they order working days: "the fifth working day".
COUNTED_DAYS: dict[str, dict[int, str]] = {
    "fr": dict(
        enumerate(
            "premier deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme".split(), 1
        )
    ),
    "es": dict(enumerate("primer segundo tercer cuarto quinto sexto septimo octavo noveno decimo".split(), 1)),
    "it": dict(enumerate("primo secondo terzo quarto quinto sesto settimo ottavo nono decimo".split(), 1)),
    "pt": dict(enumerate("primeiro segundo terceiro quarto quinto sexto setimo oitavo nono decimo".split(), 1)),
}


def alternatives(table: dict[int, str]) -> str:
    """One regular expression for all, longest readings first."""
    return "|".join(table[number] for number in sorted(table, key=lambda each: (-len(table[each]), each)))


def compiled(table: dict[int, str]) -> dict[int, re.Pattern[str]]:
    """Each number's own pattern."""
    return {number: re.compile(source) for number, source in table.items()}


def number_of(word: str, patterns: dict[int, re.Pattern[str]]) -> int | None:
    """What `word` counts; None where it is no such word."""
    return next((number for number, pattern in patterns.items() if pattern.fullmatch(word)), None)
