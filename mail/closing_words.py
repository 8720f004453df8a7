"""How people take leave at the end of a mail, in the languages we meet: formal closings and plain thanks.

Each pattern is a whole line, perhaps with a name behind it. Plain thanks are no closings: they are his words.
"""

import re

_MAX_CLOSING_CHARS = 160
_MAX_NAME_WORDS = 4

_THANKS = (
    r"(?:many |with )?thanks(?: a lot| again| in advance| so much| kindly)?|thank you(?: very much| again|"
    r" kindly)?|thx|"
    r"tks|ta|(?:with )?much appreciated|(?:vielen |besten |herzlichen |schönen |lieben )?dank(?: im voraus|"
    r" vorab)?|"
    r"danke(?: schön| sehr| vorab| im voraus)?|merci(?: d['’]avance| beaucoup| par avance| bien)?|"
    r"(?:muchas |mil )?gracias(?: de antemano| por adelantado)?|grazie(?: mille| infinite| in anticipo)?|"
    r"(?:alvast |hartelijk )?bedankt|(?:met )?dank(?: u| je)?(?: wel)?|(?:muito |desde já )?obrigad[oa]|grat[oa]|"
    r"(?:z góry )?dzięk(?:uję|ujemy|i)|(?:stort )?tack(?: på förhand| så mycket)?|(?:mange |på forhånd )?takk?"
)
_AND = r"(?:and|und|et|y|e|en|i|och|og|plus|&|\+|,)"

_ENGLISH = (
    r"(?:with )?(?:my |our )?(?:(?:best|kind|kindest|warm|warmest|b|k)\.? ?)?(?:regards|rgds|brgds|regds)|"
    r"(?:with )?(?:all )?(?:my |our )?(?:best|good|kind) wishes|(?:yours |very )?(?:sincerely|faithfully|"
    r"truly)(?: yours)?|"
    r"yours(?: ever)?|very truly yours|respectfully(?: yours| submitted)?|cordially|all the best|all best|"
    r"warmly|best|"
    r"cheers|kr|br"
)
_GERMAN = (
    r"(?:mit )?(?:(?:freundl\w{0,8}|best\w{0,2}|viel\w{0,2}|herzl\w{0,6}|lieb\w{0,3}|schön\w{0,2}|sonnig\w{0,2}|"
    r"kollegial\w{0,2}|nett\w{0,2}|ganz|weihnachtlich\w{0,2}) ){0,3}(?:grü(?:ß|ss)en?|gru(?:ß|ss)|gruessen?)|"
    r"mfg|m\.f\.g|lg|vg|bg|hg|fg|(?:mit )?(?:freundlichen|besten) empfehlungen|hochachtungsvoll|herzlichst|"
    r"ergebenst|"
    r"freundlichst|(?:es|freundlich) grü(?:ß|ss)t(?: sie)?"
)
_FRENCH = (
    r"(?:bien |très |fort )?cordialement(?: vôtre| à vous)?|(?:bien )?à (?:vous|toi)|(?:avec )?(?:mes |"
    r"nos )?(?:plus )?"
    r"(?:(?:sincères|meilleures|cordiales|respectueuses) )?salutations(?: distinguées| cordiales)?|"
    r"(?:bien )?amicalement|"
    r"amitiés|sincèrement|respectueusement|cdt|cdlt|crdlt|bien cdlt"
)
_SPANISH = (
    r"(?:un |muchos |reciba un |recibe un |con un )?(?:muy )?(?:(?:cordial|cordiales|atento|afectuoso) )?saludos?"
    r"(?: cordial(?:es)?| atentos?)?|(?:muy )?atentamente|cordialmente|afectuosamente|atte|sds|slds|"
    r"(?:un |un fuerte )?abrazos?|(?:quedo|quedamos) (?:muy )?atent[oa]s?"
)
_ITALIAN = (
    r"(?:i |un |con |con i |porgo |porgiamo )?(?:più |miei |nostri )?(?:(?:cordiali|distinti|cari|migliori|"
    r"sinceri|caro|"
    r"cordiale) )?salut[io](?: cordial[ei]| distinti)?|cordialità|in fede"
)
_DUTCH = (
    r"(?:met )?(?:een )?(?:(?:vriendelijke|hartelijke|beste|zonnige|warme|collegiale) )?groet(?:en|jes)?|"
    r"(?:veel |vele )?groet(?:en|jes)?|mvg|m\.v\.g|vr\.? ?gr|gr|grt|grtz|hgr|hoogachtend"
)
_PORTUGUESE = (
    r"atenciosamente|respeitosamente|(?:com )?(?:os )?(?:(?:melhores|meus|nossos) ){0,2}cumprimentos|cumps|"
    r"cptos|att|"
    r"(?:um |grande |forte )?abraços?|abs|abçs?|bjs|saudações(?: cordiais)?"
)
_POLISH = (
    r"(?:(?:serdecznie|ciepło|gorąco) )?pozdrawiamy?(?: serdecznie| ciepło)?|(?:serdeczne )?pozdrowienia|"
    r"serdeczności|"
    r"serdecznie|pozdr|pzdr|z powa[żz]aniem|z (?:wyrazami )?szacunk(?:u|iem)|łączę (?:pozdrowienia|"
    r"wyrazy szacunku)|"
    r"z (?:serdecznymi )?pozdrowieniami"
)
_NORDIC = (
    r"(?:med )?(?:(?:vänliga?|(?:allra )?bästa|varma?|hjärtliga|soliga|många) )?hälsning(?:ar)?|hälsn|hlsn|mvh|"
    r"m\.v\.h|bh|"
    r"(?:ha det (?:bra|gott),? )?hälsningar?|(?:med )?(?:(?:venlig|vennlig|bedste|kærlig|beste) )?hilsen|"
    r"(?:de bedste )?hilsner|vh|kh|dbh|(?:ystävällisin )?terveisin"
)
_CLOSINGS = "|".join((_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _ITALIAN, _DUTCH, _PORTUGUESE, _POLISH, _NORDIC))
_CLOSING = re.compile(
    rf"[\W_]{{0,3}}(?:(?:{_THANKS})\s?{_AND}\s)?(?:{_CLOSINGS})(?P<mark>\s{{0,2}}[,.!;–—-]{{0,3}})"
    rf"(?:\s+(?P<name>.{{1,60}}))?$",
    re.IGNORECASE,
)
_LONG_CLOSING = re.compile(
    r"(?:veuillez|je vous prie|nous vous prions|recevez|en vous|dans l['’]attente|in attesa|(?:le|la) saluto|"
    r"porg(?:o|iamo)|sin otro particular|sem mais)"
    r".{0,120}(?:salutations|sentiments|considération|saluti|distintamente|atentamente|salud[oa]|cumprimentos)",
    re.IGNORECASE,
)
_THANKS_LINE = re.compile(rf"[\W_]{{0,3}}(?:{_THANKS})\s{{0,2}}[,.!]{{0,3}}$", re.IGNORECASE)
_SMALL_WORDS = frozenset("vom von aus und and from van de di du da la le der till til et y e & i do the team".split())
_BETWEEN_LANGUAGES = re.compile(r"\s{0,3}(?:/|\||\s[–—-]\s)\s{0,3}")


def is_closing(line: str) -> bool:
    """Whether the line is a formal closing, perhaps in two languages, perhaps with the writer's name behind it."""
    line = line.strip()
    if len(line) > _MAX_CLOSING_CHARS:
        return False
    if _LONG_CLOSING.match(line) or _is_one_closing(line):
        return True
    parts = _BETWEEN_LANGUAGES.split(line)
    return 2 <= len(parts) <= 4 and all(part and _is_one_closing(part) for part in parts)


def is_thanks(line: str) -> bool:
    """Whether the line is nothing but thanks."""
    return len(line) < 60 and _THANKS_LINE.match(line.strip()) is not None


def _is_one_closing(line: str) -> bool:
    match = _CLOSING.match(line)
    if match is None:
        return False
    name = (match["name"] or "").strip(" ,.!-–/")
    words = name.split()
    if len(words) > _MAX_NAME_WORDS or any(char.isdigit() for char in name):
        return False
    return all(word[0].isupper() or word.lower() in _SMALL_WORDS or not word[0].isalnum() for word in words)
