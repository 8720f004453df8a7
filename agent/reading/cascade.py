"""`CascadeReader`: the local reader first, the model where the local one is unsure."""

from dataclasses import replace

from agent.reading.local.alarms import ALARM
from agent.reading.port import Reader
from agent.signals import ReplySignals, ReplyToRead

#: Below this the first reader's word is not taken. Its phrase rules give 0.8 and more where a phrase is plain.
SURE_ENOUGH = 0.7


class CascadeReader:
    """Implements `Reader`: `first` answers all it is sure of, `second` the rest."""

    def __init__(self, first: Reader, second: Reader, *, sure_enough: float = SURE_ENOUGH) -> None:
        self._first = first
        self._second = second
        self._sure_enough = sure_enough

    async def read(self, reply: ReplyToRead) -> ReplySignals:
        """The first reader's result where every signal of it is sure enough, else the second's.

        What the first reader found for a person stays for a person, whatever the second one says.
        """
        first = await self._first.read(reply)
        if not self._is_unsure(first):
            return first
        second = await self._second.read(reply)
        alarms = tuple(reason for reason in first.reasons if reason.startswith(ALARM))
        if not alarms:
            return second
        return replace(second, needs_human=True, reasons=tuple(dict.fromkeys((*alarms, *second.reasons))))

    def _is_unsure(self, result: ReplySignals) -> bool:
        return result.abstained or any(signal.confidence < self._sure_enough for signal in result.signals)
