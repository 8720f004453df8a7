"""Answers that stand in a history without quotation marks: `see my answers below in red`.

Colours are lost in plain text. What is left are the marks that people put before their answers (`=>`, `[JH]`), and,
where the mail announces answers below, the paragraph under each question.
"""

import re

from mail.closing_words import is_closing, is_thanks

#: Answers are looked for in so many lines of the message that is answered.
MAX_ANSWERED_LINES = 200
_MAX_ANSWER_LINES = 12

_PLACE = (
    r"below|underneath|in-?line|in line|in the text|between the lines|unten\w{0,6}|nachfolgend|im text|in der mail|"
    r"direkt darunter|zwischen den zeilen|ci-dessous|plus bas|ci-après|dans le texte|dans le corps|abajo|más abajo|"
    r"a continuación|en el texto|sotto|di seguito|nel testo|in calce|hieronder|onderstaand|tussen de regels|"
    r"in de tekst|"
    r"abaixo|no texto|a seguir|poniżej|niżej|w treści|w tekście|nedan|i texten|under varje"
)
_COLOUR = (
    r"red|blue|green|bold|capitals|caps|rot\w{0,2}|blau|grün|fett|rouge|bleu|vert|gras|rojo|azul|verde|negrita|"
    r"rosso|blu|"
    r"grassetto|rood|blauw|groen|vet|vermelho|negrito|czerwon\w{1,4}|niebiesk\w{1,4}|zielon\w{1,4}|rött|blått|"
    r"grönt|fetstil"
)
_ANSWER = (
    r"answer\w{0,3}|repl(?:y|ies)|respon\w{2,7}|comment\w{0,3}|antwort\w{0,3}|kommentar\w{0,2}|anmerkung\w{0,2}|"
    r"répon\w{1,5}|remarques|commentaires|respuest\w{1,2}|respond\w{1,2}|comentarios?|rispost\w|rispond\w{1,4}|"
    r"comment[io]|"
    r"antwoord\w{0,3}|reacti\w{1,2}|opmerking\w{0,2}|respost\w{1,2}|odpowied\w{1,3}|odpowiadam|uwagi|svar\w{0,3}"
)
_ANNOUNCED = re.compile(
    rf"\b(?:{_ANSWER})\b.{{0,60}}\b(?:{_PLACE}|in {_COLOUR}|{_COLOUR})\b|"
    rf"\b(?:{_PLACE})\b.{{0,60}}\b(?:{_ANSWER}|{_COLOUR})\b|"
    rf"\b(?:see|siehe|s\.|voir|cf\.?|ver|véase|vedi|zie|veja|vide|zob\.?|patrz|"
    rf"se)\s(?:\w{{1,12}}\s){{0,3}}(?:{_PLACE})\b",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"\s{0,8}(?:[-=]{1,3}>{1,2}|>{2,3}|→|➔|\*{2,3}|#{2,3}|\+{3}|@{2}|\[[^\W\d][\w .]{0,18}:?\]|"
    r"(?:a|r|aw|antw|antwort|answer|reply|réponse|rép|resp|respuesta|risposta|antwoord|resposta|odp|odpowiedź|"
    r"svar|sv)"
    r"\.?\s?:|[A-Z]{2,3}\s?:)\s{0,4}\S",
    re.IGNORECASE,
)
_ARROW = re.compile(r"\s{0,8}(?:[-=]{1,3}>{1,2}|>{2,3}|→|➔|\[[^\W\d][\w .]{0,18}:?\])\s{0,4}\S")


def answers_in(history: list[str], said: str) -> set[int]:
    """Places in `history` of the lines that the customer wrote into it; `said` is what he wrote above it.

    Linear in the length of the history, of which `MAX_ANSWERED_LINES` are looked at.
    """
    history = history[:MAX_ANSWERED_LINES]
    announced = _ANNOUNCED.search(" ".join(said[-2000:].split())) is not None
    marked = [at for at, line in enumerate(history) if (_MARK if announced else _ARROW).match(line)]
    if marked and (announced or any(_asks(_line_above(history, at)) for at in marked)):
        return {n for at in marked for n in _paragraph_from(history, at)}
    return _under_questions(history) if announced else set()


def _under_questions(history: list[str]) -> set[int]:
    found: set[int] = set()
    for at, line in enumerate(history):
        above = _line_above(history, at) if line.strip() and at not in found else ""
        if _asks(above) and not _asks(line) and not is_closing(line) and not is_thanks(line):
            found.update(_paragraph_from(history, at))
    return found


def _asks(line: str) -> bool:
    return line.rstrip().endswith(("?", "？"))


def _line_above(history: list[str], at: int) -> str:
    for back in range(at - 1, max(at - 4, -1), -1):
        if history[back].strip():
            return history[back]
    return ""


def _paragraph_from(history: list[str], at: int) -> list[int]:
    """The line and those under it, up to an empty line, a question or the next marked answer."""
    found = [at]
    for n in range(at + 1, min(at + _MAX_ANSWER_LINES, len(history))):
        line = history[n]
        if not line.strip() or _asks(line) or _ARROW.match(line) or is_closing(line):
            break
        found.append(n)
    return found
