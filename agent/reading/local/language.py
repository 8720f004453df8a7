"""Which language a reply is written in, by its small words."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re

from agent.reading.folding import fold
from agent.reading.local.cues import LEXICONS, matched_chars

#: Enough to tell; longer texts add nothing but time.
MAX_CHARS = 4000
#: Shorter texts hold too few small words; there the phrases that a lexicon knows tell more.
SHORT_CHARS = 200
#: So many characters of known phrases weigh as much as one small word.
_CHARS_A_WORD = 6.0

_SMALL_WORDS: dict[str, str] = {
    "en": "the and you we will is for it to of this that have been not on be are your our please i with from was can hi"
    " thanks hello regards yes if but they by at as just will has my me so all once do don't there get paid",
    "de": "der die das und wir sie ist nicht die ein eine zu den mit von auf ihre ihr fur im haben wird werden hallo bitte dass"
    " ich uns bis am noch bei sich guten tag grusse grussen danke rechnung zahlung auch nach aber oder wurde sind kein"
    " keine zum zur schon morgen ihnen unsere heute",
    "fr": "le la les des et nous vous est pas une un du de en pour que votre vos sera avec sur dans bonjour cordialement merci"
    " par ce cette notre nos au aux je qui facture ete avons avez virement reglement mais sont ne plus",
    "es": "el la los las de y en que no es una un por para con su le se del al nosotros hola gracias saludos factura pago estamos"
    " hemos esta este como lo les pero usted ustedes buenas buenos dias mi ya nos sera fue ha han",
    "it": "il lo la i gli le di e che non per un una con del della sono siamo abbiamo buongiorno saluti grazie fattura pagamento"
    " vostra nostra vi ci al alla nel e' gia questo questa entro bonifico cordiali salve ma come si ho ha da dal stato",
    "nl": "de het een en wij u we is niet van voor met op aan zijn hebben wordt worden uw onze factuur betaling graag bedankt"
    " groet dag ik te dat die er maar ook als naar jullie beste goedemorgen vriendelijke nog wel kan bij deze",
    "pt": "o a os as de e em que nao um uma para com por do da no na sao foi sera obrigado obrigada fatura pagamento nos voces"
    " bom dia boa tarde estamos ja mas este esta ao pelo pela seu sua atenciosamente cumprimentos ainda temos vamos ola",
    "pl": "i w na z do nie jest sie to ze za po od przez dzien dobry faktura faktury fakture platnosc prosze pozdrawiam dziekuje"
    " zostanie zostala jak czy dla ale mamy przelew panstwa oraz juz o tym jeszcze nasz ta te pani pan witam sa bedzie",
    "sv": "och att det vi ni ar inte en ett pa for med som av till har den kommer ska faktura fakturan betalning hej tack halsningar"
    " mvh vanligen er var jag om men kan fran nar ha vara betalas idag",
}
_TABLE: dict[str, tuple[str, ...]] = {}
for _language, _words in _SMALL_WORDS.items():
    for _word in set(_words.split()):
        _TABLE[_word] = (*_TABLE.get(_word, ()), _language)
_WORD = re.compile(r"[a-z']+")
#: Letters that hardly any other of the nine languages uses.
_LETTERS = {"ß": "de", "ą": "pl", "ę": "pl", "ł": "pl", "ś": "pl", "ż": "pl", "ź": "pl", "å": "sv", "ñ": "es", "¿": "es",
            "ã": "pt", "õ": "pt", "œ": "fr", "ù": "fr", "ü": "de"}  # fmt: skip


def detect_languages(text: str, hint: str = "") -> tuple[str, ...]:
    """The likeliest languages of `text`, best first; empty where nothing tells.

    `hint` is the language the account is written to in; it decides between equals.
    """
    scores: dict[str, float] = {}
    for count, match in enumerate(_WORD.finditer(fold(text[:MAX_CHARS]))):
        if count > 400:
            break
        for language in _TABLE.get(match[0], ()):
            scores[language] = scores.get(language, 0) + 1.0 / len(_TABLE[match[0]])
    for character in set(text[:MAX_CHARS].lower()):
        if character in _LETTERS:
            scores[_LETTERS[character]] = scores.get(_LETTERS[character], 0) + 1.0
    if len(text) < SHORT_CHARS:
        for language in LEXICONS:
            scores[language] = scores.get(language, 0) + matched_chars(fold(text), language) / _CHARS_A_WORD
    primary = hint.split("-")[0].lower()
    if primary in scores:
        scores[primary] += 0.5
    scores = {language: score for language, score in scores.items() if score > 0}
    ordered = sorted(scores, key=lambda language: -scores[language])
    return tuple(language for language in ordered if scores[language] >= 0.6 * scores[ordered[0]])
