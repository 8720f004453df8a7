"""The first day back, as each language counts it. Read on Monday 2 March 2026."""

from datetime import UTC, date, datetime

import pytest

from agent.reading.absences import first_day_back

RECEIVED_AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I will be away from March 5th and will return Monday, March 9th.", 9),
        ("Returning to the office on Monday 9th March.", 9),
        ("Away until the 11th.", 11),
        ("Out March 2 through March 10.", 11),
        ("Away Mon 2nd to Tue 10th March inclusive.", 11),
        ("Am 9. März bin ich wieder erreichbar.", 9),
        ("Ich kehre am 16.03.2026 zurück.", 16),
        ("Bis zum 09.03.2026 bin ich außer Haus.", 10),
        ("Betriebsferien vom 2.3. bis 9.3., ab 10.3. sind wir wieder da.", 10),
        ("Absente du 2 au 9 mars. Retour le 16 mars.", 16),
        ("Je suis en congés jusqu'au 13 mars inclus.", 14),
        ("Estaré ausente hasta el 9 de marzo.", 10),
        ("Vuelvo el 10/03.", 10),
        ("Sono fuori ufficio fino a lunedì 9 marzo.", 10),
        ("L'ufficio riapre lunedì 16 marzo.", 16),
        ("Tot 16 maart ben ik niet op kantoor.", 16),
        ("Op dinsdag 10 maart ben ik weer op kantoor.", 10),
        ("Ik ben met verlof van 2 t/m 9 maart.", 10),
        ("Estou fora até 9 de março.", 10),
        ("Regressando no dia 16 de março.", 16),
        ("Estarei ausente até 9 de março. Regresso a 12 de março.", 12),
        ("Jestem nieobecna w dniach 2-15 marca. Wracam 16.03.2026.", 16),
        ("Wracam do biura 16 marca.", 16),
        ("Od 10 marca będę ponownie dostępna.", 10),
        ("Jag är ledig till och med 15 mars. Åter på kontoret 16 mars.", 16),
        ("Jag är på semester t.o.m. 9 mars.", 10),
        ("I will be at my desk again on Wednesday, March 11.", 11),
        ("The office is closed and opens again on Tuesday 10 March.", 10),
        ("I am absent till 13.03.2026 including. From 16.03.2026 I am again for your disposition.", 16),
        ("Od 9 do 13 marca przebywam na urlopie. Do pracy wracam w poniedziałek 16 marca.", 16),
        ("Od 9 do 13 marca przebywam na urlopie.", 14),
        ("Jag har ledigt och är tillbaka måndag den 16 mars.", 16),
        ("Volvemos el lunes 16.", 16),
        ("No regresaré hasta el lunes 9 de marzo.", 9),
        ("Maandag 16 maart zijn we er weer.", 16),
        ("Ik ben vanaf heden tot en met 13 maart afwezig.", 14),
        ("Reabrimos a 16 de março.", 16),
        ("Chiuso fino al 13 marzo, riapriremo lunedì 16.", 16),
        ("Fermé du 3 au 12 mars, on est de retour le vendredi 13.", 13),
        ("Vi öppnar igen den 10 mars.", 10),
    ],
)
def test_the_first_day_back(text: str, day: int) -> None:
    assert first_day_back(text, RECEIVED_AT, "GB") == date(2026, 3, day)


def test_a_range_with_a_dash_ends_with_the_last_day_away() -> None:
    assert first_day_back("On PTO 3/4/2026 - 3/13/2026.", RECEIVED_AT, "US") == date(2026, 3, 14)


@pytest.mark.parametrize(
    "text", ["I am out of the office.", "On sick leave. Invoices dated before March 1 were sent to Ann."]
)
def test_a_notice_without_a_return_states_none(text: str) -> None:
    assert first_day_back(text, RECEIVED_AT, "GB") is None
