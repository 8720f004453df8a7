"""A person's correction of a reading: what it teaches is worked out first, then all of it is kept at once."""

import asyncio
from dataclasses import replace

from agent.reading.lessons import lessons_of, reasons_for_a_person
from agent.reading.likeness import plain_sentence
from core.ids import CaseId, OrgId
from integrations.ports.embedder import Embedder
from ledger.commands.correct_signals import correct_signals
from ledger.model.correction import Corrected, CorrectedReading, Corrector, Lesson
from ledger.model.reading import Reading
from ledger.model.signal import Signal
from ledger.queries.case_for_run import case_for_run
from ledger.rules.corrected_signals import in_form, same_statement
from ledger.store.unit_of_work import UnitOfWorkFactory

_NOTHING_READ = Reading((), needs_human=False, reasons=(), unknown_references=(), language="und", reader="")


class Correcting:
    """Corrections, with the embedder that their sentences are found by again."""

    def __init__(self, uows: UnitOfWorkFactory, embedder: Embedder) -> None:
        self._uows = uows
        self._embedder = embedder

    async def correct(self, org_id: OrgId, case_id: CaseId, signals: tuple[Signal, ...], by: Corrector) -> Corrected:
        """Makes `signals` all that the case's mail says.

        Raises:
            NotFound, StaleVersion, CaseAtWork, InvalidInput: as `correct_signals`; nothing was changed.
        """
        async with self._uows(org_id) as uow:
            case = await case_for_run(uow, case_id)
        was = case.reading or _NOTHING_READ
        text = case.message.reply_text
        read = tuple(one.signal for one in was.signals)
        right = tuple(
            # What is not changed keeps its place in the text: its words may stand there twice.
            next((known for known in read if same_statement(known, signal)), signal)
            for signal in (in_form(one, text) for one in signals)
        )
        # A machine wrote an automatic mail: its sentences say nothing about what people write.
        lessons = () if case.message.automatic else lessons_of(text, read, right)
        reading = CorrectedReading(
            signals=right,
            reasons=reasons_for_a_person(right, was.reasons, others=False),
            lessons=await asyncio.to_thread(self._embedded, lessons, was.language),
            embedder=self._embedder.name,
            sender_trouble=str(case.details.get("trouble", "")),
        )
        return await correct_signals(self._uows, org_id, case_id, reading, by)

    def _embedded(self, lessons: tuple[Lesson, ...], language: str) -> tuple[Lesson, ...]:
        return tuple(
            replace(one, embedding=tuple(self._embedder.embed(plain_sentence(one.sentence, language))))
            for one in lessons
        )
