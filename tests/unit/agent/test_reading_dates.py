"""The date table of docs/formats/replies.md, in nine languages; received on Wednesday 11 March 2026."""
# ruff: noqa: E501 - phrase lists are not wrapped

from datetime import date, datetime, timedelta, timezone

import pytest
from reading_samples import RECEIVED_AT

from agent.reading.absences import first_day_back
from agent.reading.dates import find_dates

TABLE: tuple[tuple[str, str, str], ...] = (
    # The table itself
    ("en", "Friday", "2026-03-13"),
    ("en", "this Friday", "2026-03-13"),
    ("en", "on Friday", "2026-03-13"),
    ("en", "on Wednesday", "2026-03-18"),
    ("en", "next Friday", "2026-03-20"),
    ("en", "Friday week", "2026-03-20"),
    ("en", "tomorrow", "2026-03-12"),
    ("en", "today", "2026-03-11"),
    ("en", "by the end of the week", "2026-03-13"),
    ("en", "this week", "2026-03-13"),
    ("en", "end of next week", "2026-03-20"),
    ("en", "next week", "2026-03-20"),
    ("en", "end of the month", "2026-03-31"),
    ("en", "this month", "2026-03-31"),
    ("en", "mid-April", "2026-04-15"),
    ("en", "the 15th", "2026-03-15"),
    ("en", "the 11th", "2026-03-11"),
    ("en", "the 10th", "2026-04-10"),
    ("en", "within 10 days", "2026-03-21"),
    ("en", "within 10 business days", "2026-03-25"),
    ("en", "in two weeks", "2026-03-25"),
    ("en", "within 48 hours", "2026-03-13"),
    ("en", "the day after tomorrow", "2026-03-13"),
    ("en", "18 June", "2026-06-18"),
    ("en", "June 18th, 2026", "2026-06-18"),
    ("en", "end of April", "2026-04-30"),
    ("en", "Friday 17 April", "2026-04-17"),
    ("en", "Friday, the 20th", "2026-03-20"),
    ("en", "2026-04-02", "2026-04-02"),
    ("en", "end of next month", "2026-04-30"),
    # German
    ("de", "am Freitag", "2026-03-13"),
    ("de", "nächsten Freitag", "2026-03-20"),
    ("de", "morgen", "2026-03-12"),
    ("de", "übermorgen", "2026-03-13"),
    ("de", "uebermorgen", "2026-03-13"),
    ("de", "heute noch", "2026-03-11"),
    ("de", "Ende der Woche", "2026-03-13"),
    ("de", "diese Woche", "2026-03-13"),
    ("de", "nächste Woche", "2026-03-20"),
    ("de", "Ende nächster Woche", "2026-03-20"),
    ("de", "zum Monatsende", "2026-03-31"),
    ("de", "Mitte April", "2026-04-15"),
    ("de", "am 15.", "2026-03-15"),
    ("de", "bis zum 14.8.", "2026-08-14"),
    ("de", "am 3. April", "2026-04-03"),
    ("de", "innerhalb von 10 Tagen", "2026-03-21"),
    ("de", "binnen zehn Werktagen", "2026-03-25"),
    ("de", "in zwei Wochen", "2026-03-25"),
    ("de", "KW 13", "2026-03-27"),
    # French
    ("fr", "vendredi", "2026-03-13"),
    ("fr", "vendredi prochain", "2026-03-20"),
    ("fr", "demain", "2026-03-12"),
    ("fr", "après-demain", "2026-03-13"),
    ("fr", "fin de semaine", "2026-03-13"),
    ("fr", "la semaine prochaine", "2026-03-20"),
    ("fr", "d'ici la fin du mois", "2026-03-31"),
    ("fr", "mi-avril", "2026-04-15"),
    ("fr", "le 15", "2026-03-15"),
    ("fr", "le 1er avril", "2026-04-01"),
    ("fr", "sous 10 jours", "2026-03-21"),
    ("fr", "sous 10 jours ouvrés", "2026-03-25"),
    ("fr", "dans deux semaines", "2026-03-25"),
    # Spanish
    ("es", "el viernes", "2026-03-13"),
    ("es", "el próximo viernes", "2026-03-20"),
    ("es", "mañana", "2026-03-12"),
    ("es", "pasado mañana", "2026-03-13"),
    ("es", "esta semana", "2026-03-13"),
    ("es", "la próxima semana", "2026-03-20"),
    ("es", "a finales de mes", "2026-03-31"),
    ("es", "a mediados de abril", "2026-04-15"),
    ("es", "el día 15", "2026-03-15"),
    ("es", "el 3 de abril de 2026", "2026-04-03"),
    ("es", "en 10 días hábiles", "2026-03-25"),
    # Italian
    ("it", "venerdì", "2026-03-13"),
    ("it", "venerdì prossimo", "2026-03-20"),
    ("it", "domani", "2026-03-12"),
    ("it", "dopodomani", "2026-03-13"),
    ("it", "entro questa settimana", "2026-03-13"),
    ("it", "la prossima settimana", "2026-03-20"),
    ("it", "entro fine mese", "2026-03-31"),
    ("it", "metà aprile", "2026-04-15"),
    ("it", "il 15", "2026-03-15"),
    ("it", "entro 10 giorni", "2026-03-21"),
    ("it", "entro 10 giorni lavorativi", "2026-03-25"),
    # Dutch
    ("nl", "vrijdag", "2026-03-13"),
    ("nl", "volgende week vrijdag", "2026-03-20"),
    ("nl", "morgen", "2026-03-12"),
    ("nl", "overmorgen", "2026-03-13"),
    ("nl", "eind van de week", "2026-03-13"),
    ("nl", "volgende week", "2026-03-20"),
    ("nl", "eind van de maand", "2026-03-31"),
    ("nl", "half april", "2026-04-15"),
    ("nl", "de 15e", "2026-03-15"),
    ("nl", "binnen 10 dagen", "2026-03-21"),
    ("nl", "binnen 10 werkdagen", "2026-03-25"),
    # Portuguese
    ("pt", "na sexta-feira", "2026-03-13"),
    ("pt", "na próxima sexta-feira", "2026-03-20"),
    ("pt", "amanhã", "2026-03-12"),
    ("pt", "depois de amanhã", "2026-03-13"),
    ("pt", "esta semana", "2026-03-13"),
    ("pt", "na próxima semana", "2026-03-20"),
    ("pt", "até o fim do mês", "2026-03-31"),
    ("pt", "meados de abril", "2026-04-15"),
    ("pt", "no dia 15", "2026-03-15"),
    ("pt", "em 10 dias úteis", "2026-03-25"),
    # Polish
    ("pl", "w piątek", "2026-03-13"),
    ("pl", "w przyszły piątek", "2026-03-20"),
    ("pl", "jutro", "2026-03-12"),
    ("pl", "pojutrze", "2026-03-13"),
    ("pl", "w tym tygodniu", "2026-03-13"),
    ("pl", "w przyszłym tygodniu", "2026-03-20"),
    ("pl", "do końca miesiąca", "2026-03-31"),
    ("pl", "w połowie kwietnia", "2026-04-15"),
    ("pl", "do 15-go", "2026-03-15"),
    ("pl", "3 kwietnia", "2026-04-03"),
    ("pl", "w ciągu 10 dni", "2026-03-21"),
    ("pl", "w ciągu 10 dni roboczych", "2026-03-25"),
    # Swedish
    ("sv", "på fredag", "2026-03-13"),
    ("sv", "nästa fredag", "2026-03-20"),
    ("sv", "imorgon", "2026-03-12"),
    ("sv", "i övermorgon", "2026-03-13"),
    ("sv", "den här veckan", "2026-03-13"),
    ("sv", "nästa vecka", "2026-03-20"),
    ("sv", "i slutet av månaden", "2026-03-31"),
    ("sv", "i mitten av april", "2026-04-15"),
    ("sv", "den 15:e", "2026-03-15"),
    ("sv", "inom 10 dagar", "2026-03-21"),
    ("sv", "inom 10 arbetsdagar", "2026-03-25"),
)


@pytest.mark.parametrize(("language", "phrase", "day"), TABLE)
def test_a_phrase_means_the_day_of_the_table(language: str, phrase: str, day: str) -> None:
    found = find_dates(f"x {phrase} x", RECEIVED_AT, "DE", (language,))
    assert [each.ahead.isoformat() for each in found] == [day]


@pytest.mark.parametrize(("country", "day"), [("US", "2026-03-04"), ("CA", "2026-04-03"), ("GB", "2026-04-03")])
def test_slashes_are_month_first_for_a_us_account_only(country: str, day: str) -> None:
    [found] = find_dates("paid 03/04/2026", RECEIVED_AT, country, ("en",))
    assert found.ahead.isoformat() == day


def test_dots_are_day_first_for_a_us_account_too() -> None:
    [found] = find_dates("am 03.04.2026", RECEIVED_AT, "US", ("de",))
    assert found.ahead == date(2026, 4, 3)


@pytest.mark.parametrize(("day_of_receipt", "phrase", "day"), [
    (date(2026, 3, 13), "Friday", "2026-03-20"),
    (date(2026, 3, 13), "end of the week", "2026-03-13"),
    (date(2026, 3, 14), "end of the week", "2026-03-20"),
    (date(2026, 3, 15), "this week", "2026-03-20"),
    (date(2026, 3, 15), "next Friday", "2026-03-20"),
    (date(2026, 1, 30), "the 31st", "2026-01-31"),
    (date(2026, 2, 1), "the 31st", "2026-03-31"),
    (date(2026, 12, 30), "tomorrow", "2026-12-31"),
    (date(2026, 12, 31), "tomorrow", "2027-01-01"),
    (date(2026, 12, 20), "mid-January", "2027-01-15"),
    (date(2026, 12, 20), "5 January", "2027-01-05"),
    (date(2028, 2, 10), "end of the month", "2028-02-29"),
])  # fmt: skip
def test_edges_of_weeks_months_and_years(day_of_receipt: date, phrase: str, day: str) -> None:
    received = datetime.combine(day_of_receipt, datetime.min.time(), tzinfo=timezone(timedelta(hours=-5)))
    [found] = find_dates(phrase, received, "GB", ("en",))
    assert found.ahead.isoformat() == day


@pytest.mark.parametrize(("phrase", "day"), [
    ("yesterday", "2026-03-10"), ("on Monday", "2026-03-09"), ("last Friday", "2026-03-06"), ("the 3rd", "2026-03-03"),
    ("the 15th", "2026-02-15"), ("3 March", "2026-03-03"), ("20 December", "2025-12-20"),
])  # fmt: skip
def test_said_of_what_is_done_a_phrase_points_back(phrase: str, day: str) -> None:
    [found] = find_dates(phrase, RECEIVED_AT, "GB", ("en",))
    assert found.back.isoformat() == day


@pytest.mark.parametrize("text", [
    "invoice 1.250,00", "call 0171 12 34 56", "we may pay", "it sat on my desk", "8.15 Uhr", "24/7", "2.5%", "3.50 EUR",
    "net 30", "bonne nuit", "31.31.2026", "segunda via",
])  # fmt: skip
def test_what_is_no_date_gives_none(text: str) -> None:
    assert find_dates(text, RECEIVED_AT, "DE") == ()


def test_the_place_of_a_phrase_is_told() -> None:
    text = "Wir zahlen bis zum 14.8., versprochen."
    [found] = find_dates(text, RECEIVED_AT, "DE", ("de",))
    assert text[found.start : found.end] == "14.8."


@pytest.mark.parametrize(("text", "day"), [
    ("I am out of the office and back on the 15th.", "2026-03-15"),
    ("Ich bin bis einschließlich 14.8. nicht im Büro.", "2026-08-15"),
    ("Ich bin ab dem 17. März wieder erreichbar.", "2026-03-17"),
    ("I am away until Monday 16 March.", "2026-03-16"),
    ("I am on leave from 9 March through 20 March.", "2026-03-21"),
    ("Je suis absent jusqu'au 14 août inclus.", "2026-08-15"),
    ("Je serai de retour le 17 mars.", "2026-03-17"),
    ("Estaré de vacaciones y regreso el 17 de marzo.", "2026-03-17"),
    ("Sono in ferie e rientrerò il 17 marzo.", "2026-03-17"),
    ("Ik ben afwezig t/m 16 maart.", "2026-03-17"),
    ("Estou de férias e regresso no dia 17 de março.", "2026-03-17"),
    ("Jestem na urlopie, wracam 17 marca.", "2026-03-17"),
    ("Jag har semester och är tillbaka den 17 mars.", "2026-03-17"),
    ("Jag är borta till och med 16 mars.", "2026-03-17"),
])  # fmt: skip
def test_the_first_day_back(text: str, day: str) -> None:
    found = first_day_back(text, RECEIVED_AT, "DE")
    assert found is not None
    assert found.isoformat() == day


def test_a_notice_without_a_day_states_no_return() -> None:
    assert first_day_back("I am out of the office.", RECEIVED_AT, "GB") is None
