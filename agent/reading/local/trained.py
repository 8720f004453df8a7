"""`TrainedScorer`: the heads over words and marks, and the encoder for the clauses that these leave unsure."""

from dataclasses import replace
from datetime import date

import numpy as np

from agent.reading.folding import phrase_pattern
from agent.reading.local.clauses import Clause, ReadText
from agent.reading.local.features import grams_of, is_of_words, marks_of, masked
from agent.reading.local.heads import CONCERNS, DOCUMENT, LABELS, REASON, Heads, trained_heads
from agent.reading.local.network import Floats
from agent.reading.local.scorer import ClauseSays, LexiconScorer, documents_of, reason_of
from integrations.ports.embedder import Embedder
from ledger.model.signal import INTENTS_FOR_A_PERSON, DisputeReason, DocumentKind, Intent

_INTENTS = {intent: LABELS.index(intent.value) for intent in Intent}
_AT = {place: intent for intent, place in _INTENTS.items()}
_REASONS = {reason: LABELS.index(REASON + reason.value) for reason in DisputeReason}
_DOCUMENTS = {kind: LABELS.index(DOCUMENT + kind.value) for kind in DocumentKind}
_FOR_A_PERSON = [_INTENTS[intent] for intent in INTENTS_FOR_A_PERSON] + [LABELS.index(name) for name in CONCERNS]
#: A reply says what it says in its first clauses; a list of a thousand lines must not cost a minute.
MOST_ENCODED = 60
#: The encoder's time goes with the tokens: so many bytes take 0.5 s of a core in words, 4 s where each is a token.
_MOST_BYTES = 2_500
#: The logits of a clause that says nothing at all.
_NOTHING = np.full(len(LABELS), -6, np.float32)
#: Rows of a table say the same in the same words; their logits differ by less than this.
_LIKE = 0.5


class TrainedScorer:
    """Implements `ClauseScorer`. Without an encoder the cheap heads decide alone."""

    def __init__(self, encoder: Embedder | None = None, heads: Heads | None = None) -> None:
        self._encoder = encoder
        self._heads = heads or trained_heads()

    def score(self, read: ReadText, today: date) -> tuple[ClauseSays, ...]:
        """What each clause says: the intents that the mail as a whole says, where their clauses are.

        Confidences are those of the mail: how likely it says the intent at all.
        """
        if not read.clauses:
            return ()
        words, logits = self._logits(read, today)
        mail = self._heads.mail(words, logits)
        said = [intent for intent, place in _INTENTS.items() if mail[place] >= self._heads.mail_from[place]]
        clauses = self._by_heads(read, mail, logits, said) if said else _by_rules(read, today)
        concerns = _concerns(mail, logits)
        return tuple(replace(each, concerns=concerns.get(at, {})) for at, each in enumerate(clauses))

    def _by_heads(self, read: ReadText, mail: Floats, logits: Floats, said: list[Intent]) -> list[ClauseSays]:
        reasons = _reasons(read, logits)
        confidence = {intent: probability(float(mail[_INTENTS[intent]])) for intent in said}
        return [
            ClauseSays(
                {
                    intent: confidence[intent]
                    for intent in said
                    if self._is_said(_INTENTS[intent], index, logits) and not _is_no_promise(intent, clause)
                },
                reasons[index],
                _documents(clause, logits[index]),
            )
            for index, clause in enumerate(read.clauses)
        ]

    def _logits(self, read: ReadText, today: date) -> tuple[Floats, Floats]:
        """By clause: the cheap logits, and the costly ones in place of those that are not quiet."""
        cheap, costly = [], []
        encoded, left = 0, _MOST_BYTES
        for index, clause in enumerate(read.clauses):
            if not is_of_words(clause):
                cheap.append(_NOTHING)
                costly.append(_NOTHING)
                continue
            marks = marks_of(index, read, today)
            words = self._heads.words(grams_of(masked(clause, today)), marks)
            cheap.append(words)
            text = encoder_text(clause)
            size = len(text.encode("utf-8", "replace"))
            too_much = encoded >= MOST_ENCODED or size > left
            if self._encoder is None or too_much or self._heads.is_quiet(words):
                costly.append(words)
                continue
            encoded, left = encoded + 1, left - size
            costly.append(self._heads.meaning(self._encoder.embed(text), words, marks))
        return np.array(cheap), np.array(costly)

    def _is_said(self, place: int, index: int, logits: Floats) -> bool:
        """The clauses that are likely enough by themselves; where none is, the likeliest and its like."""
        from_ = min(self._heads.clause_from[place], logits[:, place].max() - _LIKE)
        return bool(logits[index, place] >= from_)


def _concerns(mail: Floats, logits: Floats) -> dict[int, dict[Intent | None, float]]:
    """By clause: what a person must answer that no other clause says more, and how likely the mail says it."""
    found: dict[int, dict[Intent | None, float]] = {}
    for place in _FOR_A_PERSON:
        said = found.setdefault(int(logits[:, place].argmax()), {})
        intent = _AT.get(place)
        said[intent] = max(probability(float(mail[place])), said.get(intent, 0.0))
    return found


#: A phrase rule alone, against heads that see nothing: likelier than not, and unsure enough for a second look.
_RULES_ALONE = 0.55


def _by_rules(read: ReadText, today: date) -> list[ClauseSays]:
    """What the phrase rules say where the heads see nothing: a bare "the goods came damaged" is a dispute."""
    return [
        replace(each, scores=dict.fromkeys(each.scores, _RULES_ALONE)) for each in LexiconScorer().score(read, today)
    ]


def _is_no_promise(intent: Intent, clause: Clause) -> bool:
    """Who asks, or only hopes, promises nothing, however alike the words are."""
    return intent is Intent.PROMISE_TO_PAY and (
        clause.question
        or (clause.has("hedge") and not clause.has("condition"))
        or _REFUSES.search(clause.folded) is not None
    )


#: "We will not pay": the one word turns what the heads know as a promise into its contrary.
_REFUSES = phrase_pattern(
    r"""
    (?:will|shall) not (?:be )?pay(?:ing)?|won't (?:be )?pay(?:ing)?|(?:and|or) not pay|refuse to pay
    (?:zahlen|bezahlen|begleichen|uberweisen) (?:wir|ich) (?:\w+ ){0,2}nicht
    (?:werde|werden) (?:\w+ ){0,4}nicht (?:be)?zahlen
    ne (?:paierons|paierai|reglerons|reglerai) pas
    no (?:vamos|voy) a pagar|no pagar(?:emos|e)
    non (?:pagheremo|paghero|paghiamo)
    (?:zullen|zal|gaan) (?:\w+ ){0,3}niet (?:betalen|voldoen)|betalen (?:wij|we) niet
    nao (?:vamos|vou) pagar|nao pagaremos
    nie (?:zaplacimy|zaplace|bedziemy placic)
    (?:kommer inte att|tanker inte) betala|betalar inte
    """
)


#: What the phrase rules' own reason counts beside the heads'.
_RULE_LOGIT = 1.5


def _reasons(read: ReadText, logits: Floats) -> list[DisputeReason]:
    """By clause: the reason that the clauses about the same invoices give together, each as far as it contests."""
    places = list(_REASONS.values())
    contested = 1 / (1 + np.exp(-logits[:, [_INTENTS[Intent.DISPUTE]]]))
    found = logits[:, places].copy()
    groups: list[tuple[str, ...]] = []
    for index, clause in enumerate(read.clauses):
        groups.append(clause.numbers or (groups[-1] if groups else ()))
        by_rule = reason_of(clause)
        if by_rule is not None:
            found[index, list(_REASONS).index(by_rule)] += _RULE_LOGIT
    pooled = {
        group: (found * contested)[[each == group for each in groups]].sum(axis=0) for group in dict.fromkeys(groups)
    }
    return [list(_REASONS)[int(pooled[group].argmax())] for group in groups]


#: The encoder reads no more of a sentence.
_CLAUSE_CHARS = 400


def encoder_text(clause: Clause) -> str:
    """What the encoder is given of a clause."""
    return clause.text[:_CLAUSE_CHARS]


def _documents(clause: Clause, logits: Floats) -> tuple[DocumentKind, ...]:
    """What the phrase rules name, else all kinds that are likely, else the likeliest."""
    named = documents_of(clause)
    if named:
        return named
    likely = [kind for kind, place in _DOCUMENTS.items() if float(logits[place]) >= 0]
    best = max(_DOCUMENTS, key=lambda kind: float(logits[_DOCUMENTS[kind]]))
    return tuple(sorted(likely or [best], key=lambda kind: kind.value))


def probability(logit: float) -> float:
    """The logistic function."""
    return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
