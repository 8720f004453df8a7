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


KINDS: tuple[tuple[str, str, str], ...] = (
    # The same kinds of phrase in each language
    ("en", "a week on Tuesday", "2026-03-17"),
    ("de", "Freitag in einer Woche", "2026-03-20"),
    ("fr", "vendredi en huit", "2026-03-20"),
    ("nl", "vrijdag over een week", "2026-03-20"),
    ("sv", "fredag om en vecka", "2026-03-20"),
    ("pl", "za tydzień w piątek", "2026-03-20"),
    ("de", "übernächsten Freitag", "2026-03-27"),
    ("en", "Friday fortnight", "2026-03-27"),
    ("en", "the 5th of next month", "2026-04-05"),
    ("de", "am 5. des nächsten Monats", "2026-04-05"),
    ("fr", "le 5 du mois prochain", "2026-04-05"),
    ("es", "el 5 del mes que viene", "2026-04-05"),
    ("it", "il 5 del mese prossimo", "2026-04-05"),
    ("nl", "de 5e van volgende maand", "2026-04-05"),
    ("pt", "dia 5 do próximo mês", "2026-04-05"),
    ("pl", "do 5-go przyszłego miesiąca", "2026-04-05"),
    ("sv", "den 5:e nästa månad", "2026-04-05"),
    ("en", "the fifth working day of next month", "2026-04-07"),
    ("pt", "o quinto dia útil", "2026-04-07"),
    ("de", "letzten Werktag des Monats", "2026-03-31"),
    ("en", "the eighth of July", "2026-07-08"),
    ("de", "am dritten April", "2026-04-03"),
    ("fr", "le dix avril", "2026-04-10"),
    ("es", "el diez de abril", "2026-04-10"),
    ("it", "il dieci aprile", "2026-04-10"),
    ("nl", "de tiende april", "2026-04-10"),
    ("pt", "dez de abril", "2026-04-10"),
    ("pl", "dziesiątego kwietnia", "2026-04-10"),
    ("sv", "den tionde april", "2026-04-10"),
    ("en", "a two-week extension", "2026-03-25"),
    ("de", "14 Tage Aufschub", "2026-03-25"),
    ("fr", "deux semaines de plus", "2026-03-25"),
    ("es", "dos semanas más", "2026-03-25"),
    ("it", "una proroga di 14 giorni", "2026-03-25"),
    ("nl", "14 dagen uitstel", "2026-03-25"),
    ("pt", "mais 14 dias", "2026-03-25"),
    ("pl", "jeszcze 14 dni", "2026-03-25"),
    ("sv", "två veckor till", "2026-03-25"),
    ("sv", "i torsdagskörningen", "2026-03-12"),
    ("pl", "w piątkowej paczce", "2026-03-13"),
    ("nl", "vrijdagmiddag", "2026-03-13"),
    ("es", "el vier", "2026-03-13"),
    ("pt", "pra quinta", "2026-03-12"),
    ("en", "before Christmas", "2026-12-24"),
    ("de", "am Gründonnerstag", "2026-04-02"),
    ("fr", "à la Toussaint", "2026-11-01"),
    ("sv", "på valborg", "2026-04-30"),
    ("sv", "till midsommar", "2026-06-19"),
    ("nl", "betaald 24-9", "2026-09-24"),
    ("pl", "na 4.12", "2026-12-04"),
    ("en", "last Friday of the month", "2026-03-27"),
    ("en", "within 2 hours", "2026-03-11"),
)


@pytest.mark.parametrize(("language", "phrase", "day"), KINDS)
def test_a_kind_of_phrase_is_known_in_each_language(language: str, phrase: str, day: str) -> None:
    found = find_dates(f"x {phrase}.", RECEIVED_AT, "DE", (language,))
    assert [each.ahead.isoformat() for each in found] == [day]


#: Wednesday 11 March 2026: the rule of each line, in more than one language.
LATER_KINDS: tuple[tuple[str, str, str], ...] = (
    # Weekends: at one its Saturday, before one the Friday, after one the Monday
    ("en", "over the weekend", "2026-03-14"), ("en", "this weekend", "2026-03-14"), ("de", "am Wochenende", "2026-03-14"),
    ("fr", "ce week-end", "2026-03-14"), ("es", "este fin de semana", "2026-03-14"), ("it", "nel weekend", "2026-03-14"),
    ("nl", "dit weekend", "2026-03-14"), ("pt", "este fim de semana", "2026-03-14"), ("pl", "w weekend", "2026-03-14"),
    ("sv", "i helgen", "2026-03-14"), ("en", "before the weekend", "2026-03-13"), ("de", "vor dem Wochenende", "2026-03-13"),
    ("pl", "przed weekendem", "2026-03-13"), ("en", "next weekend", "2026-03-21"), ("nl", "na het weekend", "2026-03-16"),
    ("sv", "efter helgen", "2026-03-16"), ("fr", "après le week-end", "2026-03-16"),
    # A weekday and a bare number that fit
    ("en", "Tuesday 24", "2026-03-24"), ("fr", "mardi 24", "2026-03-24"), ("es", "el lunes 16", "2026-03-16"),
    ("it", "entro venerdì 20", "2026-03-20"), ("sv", "måndag den 16 mars", "2026-03-16"),
    # A day of the month without its mark
    ("en", "for the day 25", "2026-03-25"), ("en", "by the 20", "2026-03-20"), ("es", "con fecha 27", "2026-03-27"),
    ("it", "valuta 26", "2026-03-26"), ("pt", "até 15", "2026-03-15"), ("de", "zum 15ten", "2026-03-15"),
    ("pl", "wracam dwudziestego", "2026-03-20"), ("nl", "wij betalen de zestiende", "2026-03-16"),
    # Months
    ("it", "fino a metà settembre", "2026-09-15"), ("it", "fine settembre", "2026-09-30"), ("en", "EOM April", "2026-04-30"),
    ("en", "August first", "2026-08-01"), ("en", "in October, around the 10th", "2026-10-10"), ("sv", "i oktober, runt den tionde", "2026-10-10"),
    ("en", "the last working day of May", "2026-05-29"), ("de", "letzten Werktag im Mai", "2026-05-29"), ("sv", "den sista", "2026-03-31"),
    ("en", "the second week of May", "2026-05-14"), ("de", "in der zweiten Aprilwoche", "2026-04-14"),
    ("en", "end of Q2", "2026-06-30"), ("de", "Ende Q1", "2026-03-31"), ("fr", "fin T2", "2026-06-30"),
    ("en", "the last Friday in March", "2026-03-27"), ("de", "am letzten Freitag im März", "2026-03-27"), ("pt", "na primeira segunda de abril", "2026-04-06"),
    ("en", "by the first of the month", "2026-04-01"), ("en", "20/Mar/26", "2026-03-20"), ("fr", "courant de la semaine prochaine", "2026-03-20"),
    # Spans
    ("en", "two weeks today", "2026-03-25"), ("it", "tra una decina di giorni", "2026-03-21"), ("fr", "sous une dizaine de jours", "2026-03-21"),
    ("en", "two more weeks", "2026-03-25"), ("de", "zwei Wochen noch", "2026-03-25"), ("en", "another month", "2026-04-11"),
    ("fr", "sous huitaine", "2026-03-18"), ("nl", "nog een weekje", "2026-03-18"), ("fr", "un délai d'une semaine", "2026-03-18"),
    # Feasts
    ("en", "by Columbus Day", "2026-10-12"), ("en", "before Christmas Eve", "2026-12-24"), ("en", "after Easter", "2026-04-06"),
    ("it", "dopo il martedì grasso", "2027-02-10"), ("pt", "depois da Páscoa", "2026-04-06"), ("sv", "efter nyår", "2027-01-01"),
    ("pl", "po świętach", "2026-04-07"), ("nl", "voor de jaarwisseling", "2026-12-31"),
    # Today and tomorrow
    ("en", "in the morning", "2026-03-12"), ("pt", "logo à noite", "2026-03-11"), ("en", "only in on Thursdays", "2026-03-12"),
    ("de", "geht Do raus", "2026-03-12"), ("pt", "na 4.ª feira", "2026-03-18"),
    # Digits
    ("sv", "betalades 5.2 enligt utdrag", "2027-02-05"), ("pl", "do 5.2", "2027-02-05"), ("pl", "opłacona kartą firmową 19.08, ok", "2026-08-19"),
    ("pl", "21.10, 19:04", "2026-10-21"), ("nl", "betaaldatum 20-08", "2026-08-20"), ("es", "el pago del 24/7", "2026-07-24"),
    ("en", "EFT 26/11 $1,415", "2026-11-26"), ("de", "ausgeführt 11.12. 16:02 Uhr", "2026-12-11"),
)  # fmt: skip


@pytest.mark.parametrize(("language", "phrase", "day"), LATER_KINDS)
def test_a_kind_of_phrase_means_its_day(language: str, phrase: str, day: str) -> None:
    found = find_dates(f"x {phrase}.", RECEIVED_AT, "DE", (language,))
    assert [each.ahead.isoformat() for each in found] == [day]


@pytest.mark.parametrize(("text", "language"), [
    ("the weekend crew", "en"), ("nice weekend", "en"), ("Miłego weekendu", "pl"), ("Buon weekend", "it"),
    ("the day 2 of the trial", "en"), ("we are on day 31", "en"), ("one of the 3, please", "en"), ("pay for the 2, please", "en"),
    ("de 10 a 12 unidades", "pt"), ("paga a 3 fornecedores", "pt"), ("este 20 por ciento", "es"),
    ("drugiego przypomnienia", "pl"), ("drugiego.", "pl"), ("we may first check it", "en"), ("may second the motion", "en"),
    ("Q1 numbers", "en"), ("geht so", "de"), ("kommt fr. 20", "de"), ("2a via", "pt"), ("na 2a parcela", "pt"), ("Black Friday offers", "en"),
    ("version 5.2", "sv"), ("5.2 mkr", "sv"), ("betalade 5.20 kr", "sv"), ("zapłaciłem 12.10 zł", "pl"), ("pkt 2.10, ust. 3", "pl"),
    ("FV 2/03 ok", "pl"), ("24 Flaschen à 2.10.", "de"), ("2/10 net 60", "en"), ("24/7 support", "en"), ("cada mañana", "es"),
    ("ainsi de suite", "fr"), ("sista chansen", "sv"), ("10 full days late", "en"),
])  # fmt: skip
def test_what_only_looks_like_a_day_is_none(text: str, language: str) -> None:
    assert find_dates(text, RECEIVED_AT, "DE", (language,)) == ()


def test_a_number_that_does_not_fit_its_weekday_is_no_day_of_a_month() -> None:
    [found] = find_dates("Tuesday 25 is the table", RECEIVED_AT, "GB", ("en",))
    assert (found.ahead.isoformat(), found.rule) == ("2026-03-17", "weekday")


@pytest.mark.parametrize(("language", "phrase", "day"), [
    ("en", "last weekend", "2026-03-07"), ("en", "at the weekend", "2026-03-07"), ("en", "Thursday last week", "2026-03-05"),
    ("nl", "vorige week vrijdag", "2026-03-06"), ("de", "letzte Woche Dienstag", "2026-03-03"), ("en", "the 4th of last month", "2026-02-04"),
    ("fr", "le 4 du mois dernier", "2026-02-04"), ("en", "in the morning", "2026-03-11"), ("pt", "pago a 3.", "2026-03-03"),
    ("sv", "i förmiddags", "2026-03-11"), ("sv", "betalades 5.2 enligt utdrag", "2026-02-05"),
])  # fmt: skip
def test_said_of_what_is_done_it_lies_behind(language: str, phrase: str, day: str) -> None:
    [found] = find_dates(phrase, RECEIVED_AT, "DE", (language,))
    assert found.back.isoformat() == day


@pytest.mark.parametrize(
    ("received", "ahead"), [(date(2026, 3, 13), 14), (date(2026, 3, 14), 15), (date(2026, 3, 15), 15)]
)
def test_on_a_weekend_the_weekend_still_goes_on(received: date, ahead: int) -> None:
    at = datetime.combine(received, datetime.min.time(), tzinfo=timezone(timedelta(hours=1)))
    [found] = find_dates("this weekend", at, "GB", ("en",))
    assert found.ahead == date(2026, 3, ahead)


def test_last_weeks_thursday_is_of_last_week_on_a_friday_too() -> None:
    at = datetime(2026, 3, 13, 9, tzinfo=timezone(timedelta(hours=1)))
    [found] = find_dates("vorige week donderdag", at, "NL", ("nl",))
    assert found.back == date(2026, 3, 5)


def test_the_cells_of_a_table_keep_their_days() -> None:
    table = "3301 | paid | 11 Sept\n3307 | going | 9 Oct\n2031 | going | 9 Oct 2026"
    days = [each.ahead.isoformat() for each in find_dates(table, RECEIVED_AT, "GB", ("en",))]
    assert days == ["2026-09-11", "2026-10-09", "2026-10-09"]


def test_a_blank_line_ends_a_phrase_and_a_stop_parts_two_days() -> None:
    found = find_dates("YES LAST WEEK\n\nTHURSDAY\n\ntoday. Monday", RECEIVED_AT, "GB", ("en",))
    assert [each.ahead.isoformat() for each in found] == ["2026-03-06", "2026-03-12", "2026-03-11", "2026-03-16"]


def test_a_weekday_of_a_week_is_not_the_other_day_after_its_comma() -> None:
    text = "jeudi de la semaine prochaine, le 1er mai tout est fermé"
    days = [each.ahead.isoformat() for each in find_dates(text, RECEIVED_AT, "FR", ("fr",))]
    assert days == ["2026-03-19", "2026-05-01"]


def test_the_time_of_a_morning_does_not_move_a_named_day() -> None:
    [found] = find_dates("on Friday in the morning", RECEIVED_AT, "GB", ("en",))
    assert found.ahead == date(2026, 3, 13)


@pytest.mark.parametrize(("language", "phrase", "day"), [
    ("en", "two days ago", "2026-03-09"), ("de", "vor zwei Tagen", "2026-03-09"), ("fr", "il y a deux jours", "2026-03-09"),
    ("es", "hace dos días", "2026-03-09"), ("it", "due giorni fa", "2026-03-09"), ("nl", "twee dagen geleden", "2026-03-09"),
    ("pt", "há dois dias", "2026-03-09"), ("pl", "dwa dni temu", "2026-03-09"), ("sv", "för två dagar sedan", "2026-03-09"),
    ("en", "just paid", "2026-03-11"), ("fr", "je viens de faire", "2026-03-11"), ("nl", "net overgeboekt", "2026-03-11"),
    ("pl", "przed chwilą", "2026-03-11"), ("sv", "i morse", "2026-03-11"),
])  # fmt: skip
def test_what_was_done_some_time_ago_is_past(language: str, phrase: str, day: str) -> None:
    [found] = find_dates(phrase, RECEIVED_AT, "DE", (language,))
    assert (found.back.isoformat(), found.rule) == (day, "past")


@pytest.mark.parametrize(("text", "day"), [
    ("we pay Friday by close of business", "2026-03-13"),
    ("Monday instead of the 31st", "2026-03-16"),
    ("next week, Friday at the latest", "2026-03-20"),
])  # fmt: skip
def test_of_several_words_for_a_day_the_firm_one_holds(text: str, day: str) -> None:
    assert {each.ahead.isoformat() for each in find_dates(text, RECEIVED_AT, "GB", ("en",))} == {day}


@pytest.mark.parametrize(("text", "language"), [
    ("the second reminder", "en"), ("3rd one", "en"), ("merry Christmas", "en"), ("have a nice weekend", "en"),
    ("på 30 dagar", "sv"), ("båda på 8 400", "sv"), ("do 4 rano", "pl"), ("w 24 godziny", "pl"), ("3-5 boxes", "en"),
    ("op 3-5 dagen", "nl"), ("da segunda parcela", "pt"), ("bonne fin de semaine", "fr"), ("el 20 por ciento", "es"),
    ("pallet 14.8", "en"), ("mon mari", "en"),
])  # fmt: skip
def test_what_counts_or_greets_is_no_day(text: str, language: str) -> None:
    assert find_dates(text, RECEIVED_AT, "DE", (language,)) == ()


def test_a_hostile_text_is_read_in_linear_time() -> None:
    for text in (
        "Monday 20 " * 2_000,
        "in March, on " * 1_600,
        "Friday 1.1. " * 1_700,
        "\n\n" * 10_000,
        "by the " * 5_000,
        "10 days or " * 4_000,
        "1.1." * 10_000,
        "just " * 8_000,
    ):
        assert len(find_dates(text, RECEIVED_AT, "DE")) <= 200
