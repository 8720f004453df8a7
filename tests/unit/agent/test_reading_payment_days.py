"""Which day is the day of payment, and of which invoice: parts and rests, rows of a list, days of something else."""
# ruff: noqa: E501 - phrase lists are not wrapped

import pytest
from reading_samples import a_reply

from agent.reading.folding import fold
from agent.reading.local.cues import find_cues
from agent.reading.local.reader import LocalReader
from agent.reading.local.trained import TrainedScorer
from agent.signals import ReplySignals
from integrations.embedding.e5 import e5_embedder
from ledger.model.signal import Intent

READER = LocalReader(TrainedScorer(e5_embedder()))


def promised(result: ReplySignals) -> list[tuple[str, str, str | None]]:
    """Invoices, day and amount of each promise, in reading order."""
    return [
        (
            ",".join(each.invoices),
            each.day.isoformat() if each.day else "",
            str(each.amount.amount) if each.amount else None,
        )
        for each in result.signals
        if each.intent is Intent.PROMISE_TO_PAY
    ]


PART_AND_REST = (
    ("en", "I'll send you 600 EUR tomorrow and the rest on the 30th."),
    ("de", "Ich überweise morgen 600 EUR und den Rest am 30."),
    ("fr", "Je vous verse 600 € demain et le solde le 30 mars."),
    ("es", "Le mando 600 € mañana y lo que falta el día 30."),
    ("it", "Le faccio 600 € domani e il saldo il 30."),
    ("nl", "Ik maak morgen 600 € over en het restant op 30 maart."),
    ("pt", "Mando 600 € amanhã e o que falta no dia 30."),
    ("pl", "Przeleję 600 € jutro, a resztę 30 marca."),
    ("sv", "Jag betalar 600 € imorgon och resten den 30 mars."),
    ("en-short", "600 € tomorrow, balance on the 30th."),
)


@pytest.mark.parametrize("text", [text for _, text in PART_AND_REST], ids=[name for name, _ in PART_AND_REST])
def test_a_part_and_the_rest_are_two_promises(text: str) -> None:
    assert promised(READER.read_now(a_reply(text))) == [
        ("INV-1041", "2026-03-12", "600"),
        ("INV-1041", "2026-03-30", None),
    ]


ROWS = (
    ("en", "1041 - paying tomorrow\n1042 - the 24th"),
    ("de", "1041: zahlen wir morgen\n1042: am 24."),
    ("fr", "1041 on part demain\n1042 le 24"),
    ("es", "1041 lo pago mañana\n1042 el día 24"),
    ("it", "1041 paghiamo domani\n1042 il 24"),
    ("nl", "1041 betaal ik morgen. 1042 wordt 24 maart."),
    ("pt", "1041 pago amanhã\n1042 no dia 24"),
    ("pl", "1041 płacimy jutro\n1042 24 marca"),
    ("sv", "1041 betalar vi imorgon\n1042 den 24"),
)


@pytest.mark.parametrize("text", [text for _, text in ROWS], ids=[name for name, _ in ROWS])
def test_a_row_with_a_day_goes_on_with_the_promise_above_it(text: str) -> None:
    assert promised(READER.read_now(a_reply(text))) == [
        ("INV-1041", "2026-03-12", None),
        ("INV-1042", "2026-03-24", None),
    ]


@pytest.mark.parametrize("below", ["1042 - same as 1041", "1042 - ditto", "1042: like 1041"])
def test_a_row_that_names_another_says_the_same(below: str) -> None:
    result = READER.read_now(a_reply(f"1041 - paying tomorrow\n{below}"))
    assert promised(result) == [("INV-1041,INV-1042", "2026-03-12", None)]
    assert not result.needs_human


def test_a_row_about_goods_promises_nothing() -> None:
    result = READER.read_now(a_reply("1041 - paying tomorrow\n1042 - came on Friday two boxes short"))
    assert ("INV-1042", "2026-03-13", None) not in promised(result)


OTHER_DAYS = (
    ("en", "The run is on the 20th and INV-1041 is in it. We are closed on the 25th."),
    ("de", "Die Rechnung wird am 20. bezahlt. Unser Büro ist mittwochs geöffnet."),
    ("fr", "On paie le 20. La réunion du conseil est le 25."),
    ("es", "Le pagamos el día 20. La próxima revisión está puesta para el 25."),
    ("it", "Paghiamo il 20. L'imbottigliamento comincia il 25."),
    ("nl", "We betalen op 20 maart. Volgende week vrijdag bel ik je over iets anders."),
    ("pt", "Pagamos no dia 20. A assembleia é no dia 25."),
    ("pl", "Należność zostanie zapłacona do 20 marca. Kasa czynna w środy od 10 do 16."),
    ("sv", "Vi betalar den 20. Kontoret är stängt på fredag."),
    ("en-comma", "I'll pay on the 20th, today and tomorrow I am out on site in Leeds."),
)


@pytest.mark.parametrize("text", [text for _, text in OTHER_DAYS], ids=[name for name, _ in OTHER_DAYS])
def test_a_day_of_something_else_is_no_day_of_payment(text: str) -> None:
    assert promised(READER.read_now(a_reply(text))) == [("INV-1041", "2026-03-20", None)]


HARMLESS = (
    ("en", "dispute_duplicate", "We run cheques twice a month."), ("de", "dispute_duplicate", "Wir zahlen zweimal im Monat."),
    ("fr", "dispute_duplicate", "Nous payons deux fois par mois."), ("es", "dispute_duplicate", "Pagamos dos veces al mes."),
    ("it", "dispute_duplicate", "I mandati partono due volte al mese."), ("nl", "dispute_duplicate", "We betalen twee keer per maand."),
    ("pt", "dispute_duplicate", "Pagamos duas vezes por mês."), ("pl", "dispute_duplicate", "Płacimy dwa razy w miesiącu."),
    ("sv", "dispute_duplicate", "Vi betalar två gånger i månaden."),
    ("es", "dispute_quantity", "600 mañana y lo que falta el día 30."), ("pt", "dispute_quantity", "600 amanhã e o que falta no dia 30."),
    ("it", "dispute_quantity", "600 domani e quello che manca il 30."), ("sv", "dispute_quantity", "600 imorgon och det som saknas den 30."),
    ("en", "dispute_terms", "All of them, including the one that isn't due yet, get paid on Friday."),
    ("en", "dispute_wrong_entity", "It depends on the deposit into our other account."),
)  # fmt: skip


@pytest.mark.parametrize(("language", "name", "text"), HARMLESS)
def test_words_of_a_dispute_that_contest_nothing_are_none(language: str, name: str, text: str) -> None:
    assert name not in find_cues(fold(text), (language,))


@pytest.mark.parametrize(("language", "name", "text"), [
    ("en", "dispute_duplicate", "You billed this twice."), ("de", "dispute_duplicate", "Das ist zweimal berechnet."),
    ("it", "dispute_duplicate", "Fatturata due volte."), ("pt", "dispute_quantity", "Falta uma caixa."),
    ("en", "dispute_terms", "1042 isn't due yet."), ("en", "dispute_duplicate", "That is the same pump you billed in January."),
])  # fmt: skip
def test_words_that_contest_still_do(language: str, name: str, text: str) -> None:
    assert name in find_cues(fold(text), (language,))


WISHES = (
    ("en", "No worries, have a top weekend!"), ("de", "Vielen Dank, schönes Wochenende!"), ("fr", "De rien, bonne semaine !"),
    ("es", "Gracias a usted, feliz semana."), ("it", "Grazie, buon lavoro!"), ("nl", "Graag gedaan, fijn weekend!"),
    ("pt", "De nada, bom fim de semana!"),  ("sv", "Ingen fara, trevlig helg!"),
)  # fmt: skip


@pytest.mark.parametrize("text", [text for _, text in WISHES], ids=[name for name, _ in WISHES])
def test_a_wish_is_no_reason_to_disturb_a_person(text: str) -> None:
    result = READER.read_now(a_reply(text))
    assert [each.intent for each in result.signals] == [Intent.UNRELATED]
    assert not result.needs_human


@pytest.mark.parametrize("text", [
    "1041 goes out on Friday, but 1042 is short two boxes.",
    "Wir zahlen 1041 am Freitag. Bei 1042 wurde die falsche Ware geliefert, das zahlen wir nicht.",
    "Your bank details have changed, is that right? We pay on Friday once we know.",
    "Two payments, 500 on Friday and 500 on the 30th, could we split it like that?",
])  # fmt: skip
def test_a_promise_hides_nothing_that_a_person_must_see(text: str) -> None:
    assert READER.read_now(a_reply(text)).needs_human


def test_a_help_desks_ticket_number_is_no_acknowledgement_beside_its_answer() -> None:
    result = READER.read_now(
        a_reply("Ref: CAS-5512903\n\nINV-1041 will be paid on 20 March.\n\nPlease do not reply to this message.")
    )
    assert [each.intent for each in result.signals] == [Intent.PROMISE_TO_PAY]
