"""`python -m evals.streams --seed N --out DIR`: writes one stream; the knobs are those of `StreamSettings`."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from core.errors import InvalidInput
from evals.streams.files import write_stream
from evals.streams.settings import StreamSettings
from evals.streams.stream import CASES, make_stream


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the folder; how often each case occurs goes to stderr."""
    usual = StreamSettings()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--out", type=Path, required=True, help="the folder; its files are overwritten")
    parser.add_argument("--invoices", type=int, default=usual.invoices)
    parser.add_argument("--payments", type=int, default=usual.payments)
    parser.add_argument("--days", type=int, default=usual.days)
    parser.add_argument("--name-noise", type=float, default=usual.name_noise, help="share of damaged payer names")
    parser.add_argument("--reference-noise", type=float, default=usual.reference_noise, help="share with idle words")
    parser.add_argument("--known-accounts", type=float, default=usual.known_accounts, help="share of known accounts")
    parser.add_argument("--alike", type=float, default=usual.alike, help="share billed the same amount again")
    parser.add_argument("--case", action="append", default=[], metavar="NAME=FACTOR", help="more or less of a case")
    options = vars(parser.parse_args(arguments))
    out, weights = options.pop("out"), dict(map(_weight, options.pop("case")))
    try:
        world = make_stream(StreamSettings(**options, weights=weights))
    except InvalidInput as error:
        parser.error(str(error))
    write_stream(world, out)
    counted = Counter(payment.case for payment in world.payments)
    rows = [f"{counted[name]:6} {name}" for name in CASES]
    sys.stderr.write("\n".join([*rows, f"{len(world.payments):6} payments in {out}", ""]))


def _weight(text: str) -> tuple[str, float]:
    name, _, factor = text.partition("=")
    try:
        return name, max(0.0, float(factor))
    except ValueError:
        raise SystemExit(f"--case {text}: use NAME=FACTOR, such as unidentified=3") from None


if __name__ == "__main__":
    main()
