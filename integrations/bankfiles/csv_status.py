"""What the words of a CSV's status column mean: booked, pending, or no money at all. None is guessed."""

from collections.abc import Iterable, Mapping

from integrations.bankfiles.csv_words import BOOKED, NO_MONEY, PENDING, folded
from integrations.bankfiles.fault import Fault, quoted
from integrations.ports.bank_statement import LineStatus

#: How a person names words of the file, such as `booked=Verbucht+Erledigt`, beside those that are known.
_MEANINGS = {
    "booked": (LineStatus.POSTED, BOOKED),
    "pending": (LineStatus.PENDING, PENDING),
    "no_money": (LineStatus.INFORMATION, NO_MONEY),
}
STATUS_WORDS = tuple(_MEANINGS)
#: Unknown words that one refusal shows.
_MOST_SHOWN = 5


class Statuses:
    """Statuses by their words. What a person says goes before what a word usually means."""

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self._of = {word: status for status, words in _MEANINGS.values() for word in words}
        for name, (status, _) in _MEANINGS.items():
            self._of.update(dict.fromkeys(map(folded, mapping.get(name, "").split("+")), status))
        # A line that says nothing is booked, as it is where there is no such column.
        self._of[""] = LineStatus.POSTED

    def of(self, cell: str, line: int, column: Iterable[str]) -> LineStatus:
        """`column` are all cells beside this one, so that a refusal names every word at once.

        Raises:
            Fault: nobody explained the word: "Returned" may be money that came, or money that went back.
        """
        status = self._of.get(folded(cell))
        if status is None:
            unknown = list({folded(one): one for one in (cell, *column) if folded(one) not in self._of}.values())
            shown = ", ".join(map(quoted, unknown[:_MOST_SHOWN]))
            more = f" and {len(unknown) - _MOST_SHOWN:,} more" if len(unknown) > _MOST_SHOWN else ""
            raise Fault(
                f"nobody knows whether the status {shown}{more} is booked money",
                line,
                "say it with --mapping: booked=WORD+WORD, pending=WORD or no_money=WORD",
            )
        return status
