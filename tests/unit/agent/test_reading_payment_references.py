"""The reference of a payment as customers write it, in nine languages."""

import pytest

from agent.reading.local.payment_references import payment_reference


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("by card, confirmation 8KQ-5521-TT for the lot", "8KQ-5521-TT"),
        ("Faster Payment, reference COBBLERS LINEN. Shout", "COBBLERS LINEN"),
        ("with the other bills, particulars TOW JAN. Our statement", "TOW JAN"),
        ("UTR HDFCR52026091900412.", "HDFCR52026091900412"),
        ("pd 13/03 (BACS), our batch 118", "118"),
        ("paid, check 20981.", "20981"),
        ("Interac sent Tuesday, ref C1AzbQ7", "C1AzbQ7"),
        ("released under IMAD 20260603B1Q8021R.", "20260603B1Q8021R"),
        ("Mitteilung war «Dachlatten Haslen», hab", "Dachlatten Haslen"),
        ("überwiesen, Verwendungszweck RE 4711", "RE 4711"),
        ("le chèque 004512 est parti", "004512"),
        ("libellé « DUPREZ 2291 AVRIL ».", "DUPREZ 2291 AVRIL"),
        ("comprobante 0098812. Fijate", "0098812"),
        ("abonado (op. 4410927)", "4410927"),
        ("è partita, CRO 00881239907, importo pieno", "00881239907"),
        ("betaald, kenmerk 2026/114", "2026/114"),
        ("PIX feito, ID da transação E6074694820260514", "E6074694820260514"),
        ('poszło, w tytule jest "mąka grudzień".', "mąka grudzień"),
        ("betald, OCR 1234567890", "1234567890"),
    ],
)
def test_a_reference_is_kept_as_written(text: str, reference: str) -> None:
    assert payment_reference(text) == reference


@pytest.mark.parametrize(
    "text",
    [
        "Look under KM CREAMERY.",
        "please check your bank",
        "CHECK SENT TODAY",
        "with reference to your mail",
        "the batch that releases on Friday",
        "der Scheck ist unterwegs",
        "Betreff Ihrer Mail",
        "merci de la communication claire",
        "confirmation of payment follows",
    ],
)
def test_other_words_are_no_reference(text: str) -> None:
    assert payment_reference(text) is None
