"""Pure scoring of read signals against expected ones, exactly as `docs/formats/replies.md` says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

#: A predicted signal may not state these where the expected one does not.
_MUST_NOT_ADD = ("date", "amount", "reason", "documents", "until")
#: Fields of the expected signal that do not count.
_ASIDE = frozenset({"conditional", "contact", "reference"})
PROMISE = "promise_to_pay"


@dataclass(frozen=True, slots=True)
class ReadCase:
    """One reply: what was expected and what was read, signals in the form of the dataset."""

    expected_intents: frozenset[str]
    expected_signals: tuple[dict[str, Any], ...]
    expected_needs_human: bool
    intents: frozenset[str]
    signals: tuple[dict[str, Any], ...]
    needs_human: bool


def scores_of(cases: Sequence[ReadCase]) -> dict[str, float | None]:
    """Every score over `cases`, as shares; None where nothing of the kind occurs."""
    return {
        **intent_scores(cases),
        "signal_f1": signal_f1(cases),
        "promise_date_accuracy": promise_date_accuracy(cases),
        "needs_human_recall": _share(
            sum(case.needs_human for case in cases if case.expected_needs_human),
            sum(case.expected_needs_human for case in cases),
        ),
        "needs_human_precision": _share(
            sum(case.expected_needs_human for case in cases if case.needs_human),
            sum(case.needs_human for case in cases),
        ),
    }


def intent_scores(cases: Sequence[ReadCase]) -> dict[str, float | None]:
    """Micro and macro F1 over the sets of intents; macro over the intents that are expected somewhere."""
    counts: dict[str, list[int]] = {}
    for case in cases:
        for intent in case.expected_intents | case.intents:
            hit = counts.setdefault(intent, [0, 0, 0])
            hit[0] += intent in case.expected_intents and intent in case.intents
            hit[1] += intent in case.intents
            hit[2] += intent in case.expected_intents
    micro = f1(*(sum(each[i] for each in counts.values()) for i in range(3)))
    single = [value for each in counts.values() if each[2] and (value := f1(*each)) is not None]
    macro = sum(single) / len(single) if single else None
    return {"intent_micro_f1": micro, "intent_macro_f1": macro}


def by_intent(cases: Sequence[ReadCase]) -> dict[str, dict[str, float | int | None]]:
    """Precision, recall and F1 of each intent that was expected or read, sorted by name."""
    names = sorted({intent for case in cases for intent in case.expected_intents | case.intents})
    result: dict[str, dict[str, float | int | None]] = {}
    for name in names:
        both = sum(name in case.expected_intents and name in case.intents for case in cases)
        read = sum(name in case.intents for case in cases)
        expected = sum(name in case.expected_intents for case in cases)
        result[name] = {
            "expected": expected,
            "read": read,
            "precision": _share(both, read),
            "recall": _share(both, expected),
            "f1": f1(both, read, expected),
        }
    return result


def signal_f1(cases: Iterable[ReadCase]) -> float | None:
    """F1 over single signals; each expected signal is met by at most one read signal."""
    met = read = expected = 0
    for case in cases:
        met += matched(case.signals, case.expected_signals)
        read += len(case.signals)
        expected += len(case.expected_signals)
    return f1(met, read, expected)


def matched(read: Sequence[dict[str, Any]], expected: Sequence[dict[str, Any]]) -> int:
    """The most expected signals that can each be met by a read signal of its own."""
    fits = [[agrees(signal, wanted) for signal in read] for wanted in expected]
    taken: dict[int, int] = {}

    def place(wanted: int, seen: set[int]) -> bool:
        for index, fit in enumerate(fits[wanted]):
            if fit and index not in seen:
                seen.add(index)
                if index not in taken or place(taken[index], seen):
                    taken[index] = wanted
                    return True
        return False

    return sum(place(wanted, set()) for wanted in range(len(expected)))


def agrees(read: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Whether the read signal counts as the expected one."""
    if read["intent"] != expected["intent"] or set(read.get("invoices", ())) != set(expected.get("invoices", ())):
        return False
    if any(name in read and name not in expected for name in _MUST_NOT_ADD):
        return False
    return all(
        _equal(name, read.get(name), wanted)
        for name, wanted in expected.items()
        if name not in _ASIDE and name not in ("intent", "invoices")
    )


def _equal(name: str, read: Any, expected: Any) -> bool:
    if name in ("date", "until"):
        return read is not None and read in (expected if isinstance(expected, list) else [expected])
    if name == "documents":
        return read is not None and sorted(read) == sorted(expected)
    return bool(read == expected)


def promise_date_accuracy(cases: Iterable[ReadCase]) -> float | None:
    """Of expected promises with a date, the share for which a promise on an acceptable day was read.

    A read promise serves one expected promise; one about the same invoices is preferred.
    """
    right = total = 0
    for case in cases:
        wanted = [each for each in case.expected_signals if each["intent"] == PROMISE and "date" in each]
        total += len(wanted)
        left = [each for each in case.signals if each["intent"] == PROMISE and "date" in each]
        for each in wanted:
            fitting = [one for one in left if _equal("date", one["date"], each["date"])]
            if fitting:
                same = [one for one in fitting if set(one.get("invoices", ())) == set(each.get("invoices", ()))]
                left.remove((same or fitting)[0])
                right += 1
    return _share(right, total)


def f1(met: int, read: int, expected: int) -> float | None:
    """The F1 score of counts; None where there was nothing to read and nothing was."""
    return _share(2 * met, read + expected)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
