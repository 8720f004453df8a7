"""What cross-validation says of the heads: by clause and by whole mail, by label and by language."""

import numpy as np
from numpy.typing import NDArray

from agent.reading.local.heads import LABELS, Heads
from agent.reading.local.training.fit import Judged, said_by_mail
from agent.reading.local.training.rows import Rows
from ledger.model.signal import Intent

_INTENTS = len(Intent)
Flags = NDArray[np.bool_]


def report(rows: Rows, judged: Judged, heads: Heads) -> str:
    """Lines of text: micro F1 over the intents of clauses and mails that were not in their own training."""
    true = rows.targets[:, :_INTENTS] > 0
    clauses = _said(judged.clauses, heads.clause_from)
    words = _said(judged.words, heads.clause_from)
    mails, true_mails = _said(judged.mails, heads.mail_from), said_by_mail(rows)[:, :_INTENTS] > 0
    any_clause = np.zeros_like(true_mails)
    np.logical_or.at(any_clause, rows.mails, clauses)
    lines = [
        f"clauses: words {_micro(words, true):.3f}, with the encoder {_micro(clauses, true):.3f}",
        f"mails: any clause {_micro(any_clause, true_mails):.3f}, together {_micro(mails, true_mails):.3f}",
        f"clauses that need no encoder: {judged.quiet.mean():.0%}",
    ]
    language_of = dict(zip(rows.mails.tolist(), rows.languages, strict=True))
    for language in sorted(set(rows.languages)):
        here = np.array([language_of[mail] == language for mail in range(len(mails))])
        lines.append(f"  {language}: mails {_micro(mails[here], true_mails[here]):.3f}")
    for place, label in enumerate(LABELS[:_INTENTS]):
        hit, read, expected = (each[:, place].sum() for each in (mails & true_mails, mails, true_mails))
        lines.append(
            f"  {label:22} {expected:5d} precision {hit / max(1, read):.2f} recall {hit / max(1, expected):.2f}"
        )
    return "\n".join(lines) + "\n"


def _said(logits: NDArray[np.float64], from_: NDArray[np.float32]) -> Flags:
    return np.asarray(logits[:, :_INTENTS] >= from_[:_INTENTS])


def _micro(said: Flags, true: Flags) -> float:
    return 2 * float((said & true).sum()) / max(1.0, float(said.sum() + true.sum()))
