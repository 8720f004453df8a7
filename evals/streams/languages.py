"""What payers of each language write beside a number, and what their banks call things."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """Words and short sentences; every tuple has one entry at least."""

    code: str
    decimal_comma: bool
    invoice: tuple[str, ...]
    joined: tuple[str, ...]
    part: tuple[str, ...]
    rest: tuple[str, ...]
    discount: tuple[str, ...]
    fee: tuple[str, ...]
    withheld: tuple[str, ...]
    reasons: tuple[str, ...]
    deposit: tuple[str, ...]
    credit_note: tuple[str, ...]
    returned: tuple[str, ...]
    refund: tuple[str, ...]
    see_advice: tuple[str, ...]
    chatter: tuple[str, ...]
    #: Of a remittance e-mail: greeting, "we paid {total} on {day}", the word for total, and its columns: document,
    #: date, gross, less, paid.
    greeting: str
    announces: str
    total: str
    columns: tuple[str, str, str, str, str]


ENGLISH = Language(
    "en",
    False,
    ("Invoice", "Inv", "INV", "Inv No", "Invoice no.", "Bill", "Your inv", "Ref", "Payment", "Pmt inv", "inv#", ""),
    (", ", " ", " & ", "/", "; ", " + ", " and "),
    ("part payment", "1st instalment", "instalment 1 of 3", "on account of", "50%", "partial", "part pmt"),
    ("balance of", "final instalment", "remainder", "rest of", "bal"),
    ("less 2% disc", "2% early pay disc", "disc taken", "net of prompt payment discount", "PPD 2%"),
    ("less bank charges", "less wire fee", "net of charges", "bank fee deducted", "chgs ben"),
    ("less WHT", "net of withholding tax", "TDS deducted u/s 194J", "less TDS", "tax withheld at source"),
    ("damaged goods", "2 cartons missing", "price difference", "freight not agreed", "short shipped", "late delivery",
     "promo allowance", "pallets not returned", "wrong PO price", "quality claim"),
    ("deposit", "advance payment", "prepayment for order", "on account", "retainer", "upfront payment order"),
    ("less credit note", "less CN", "cr note", "less credit", "minus credit memo", "CM"),
    ("RETURNED ITEM R01 INSUFFICIENT FUNDS", "DIRECT DEBIT RETURNED UNPAID", "ACH RETURN R10", "CHQ RETURNED UNPAID",
     "UNPAID DIRECT DEBIT REFER TO PAYER", "DEPOSITED ITEM RETURNED NSF"),
    ("refund", "REFUND OF OVERPAYMENT", "repayment"),
    ("see remittance", "as per remittance advice", "details by email", "per advice", "remittance sent", ""),
    ("thank you", "many thanks", "regards", "dept 40", "approved by JS", "run 12", "supplier payment", "BACS run",
     "vendor 20455", "cost centre 7710", "account 8812"),
    "Hello,", "we have today released a payment of {total}, value {day}. Please apply it as follows:", "Total",
    ("Invoice", "Date", "Gross", "Deduction", "Paid"),
)  # fmt: skip
GERMAN = Language(
    "de",
    True,
    ("Rechnung", "Rg.", "RE", "Rechnungsnr.", "Rg-Nr", "RNr", "Re.-Nr.", "Beleg", "Ihre Rechnung", "RG", ""),
    (", ", " ", " u. ", " und ", "/", "; ", " + "),
    ("Teilzahlung", "Abschlag", "1. Rate", "Rate 1/3", "Anzahlung auf", "Teilbetrag"),
    ("Restzahlung", "Schlussrate", "Rest", "Restbetrag"),
    ("abzgl. 2% Skonto", "2% Skonto", "unter Abzug von Skonto", "./. Skonto", "Skonto"),
    ("abzgl. Bankspesen", "./. Gebuehren", "Bankgebuehr abgezogen", "Spesen"),
    ("abzgl. Quellensteuer", "Steuerabzug Par. 50a", "Bauabzugsteuer 15%", "Abzugsteuer"),
    ("Ware beschaedigt", "Fehlmenge 2 Stueck", "Preisdifferenz", "Fracht nicht vereinbart", "Maengelruege",
     "Lieferverzug", "Leihpaletten", "WKZ"),
    ("Anzahlung", "Vorauszahlung Auftrag", "Vorkasse", "a conto", "Akontozahlung", "Vorauskasse Bestellung"),
    ("abzgl. Gutschrift", "./. Gutschrift", "Gutschr.", "mit Gutschrift verrechnet", "GS"),
    ("RUECKLASTSCHRIFT", "SEPA-Ruecklastschrift MS03", "Retoure SEPA Lastschrift AC04", "RUECKUEBERWEISUNG",
     "Scheckrueckgabe", "RLS RUECKBELASTUNG AM04"),
    ("Rueckerstattung", "Erstattung", "Rueckzahlung"),
    ("laut Avis", "siehe Zahlungsavis", "Avis per Mail", "gem. Avis", "Details per E-Mail", ""),
    ("Vielen Dank", "Kd.-Nr. 70155", "Kundennummer 44812", "Sammler 14", "Zahllauf 12", "Mandant 2", "DANKE"),
    "Guten Tag,", "wir haben heute {total} angewiesen, Valuta {day}. Die Zahlung setzt sich so zusammen:", "Summe",
    ("Beleg", "Datum", "Brutto", "Abzug", "Zahlbetrag"),
)  # fmt: skip
FRENCH = Language(
    "fr",
    True,
    ("Facture", "Fact", "FAC", "Fact.", "Fact n°", "N/Ref", "V/facture", "Regl fact", "Reglement", ""),
    (", ", " ", " et ", "/", " + ", "; "),
    ("acompte", "paiement partiel", "1ere echeance", "echeance 1/3", "reglement partiel"),
    ("solde", "solde facture", "derniere echeance", "reliquat"),
    ("escompte 2%", "moins escompte", "esc. 2%", "escompte deduit"),
    ("frais bancaires deduits", "moins frais", "frais", "commission banque"),
    ("retenue a la source", "moins RAS", "RAS deduite"),
    ("marchandise abimee", "2 colis manquants", "ecart de prix", "port non convenu", "litige qualite",
     "retard livraison"),
    ("acompte commande", "avance sur commande", "versement d'acompte", "a valoir"),
    ("moins avoir", "avoir", "deduction avoir", "compensation avoir"),
    ("REJET PRELEVEMENT", "IMPAYE PRELEVEMENT SEPA", "REJET VIREMENT", "CHEQUE IMPAYE", "RETOUR PRLV AM04"),
    ("remboursement", "REMBOURSEMENT TROP PERCU", "restitution"),
    ("voir avis", "selon avis de paiement", "detail par mail", "cf. avis joint", ""),
    ("merci", "cordialement", "code client 41102", "lot 7", "compta fournisseurs", "mandat 2"),
    "Bonjour,", "nous avons emis ce jour un virement de {total}, valeur {day}, pour les pieces suivantes :", "Total",
    ("Facture", "Date", "Montant", "Deduction", "Paye"),
)  # fmt: skip
DUTCH = Language(
    "nl",
    True,
    ("Factuur", "Fact.", "Factuurnr", "fct", "Factuurnummer", "uw factuur", "Betaling factuur", ""),
    (", ", " ", " en ", "/", " + ", "; "),
    ("deelbetaling", "1e termijn", "termijn 1/3", "gedeeltelijk"),
    ("restant", "laatste termijn", "restbetaling", "saldo"),
    ("min 2% korting", "betalingskorting 2%", "na aftrek korting"),
    ("min bankkosten", "bankkosten ingehouden", "kosten"),
    ("min bronbelasting", "bronbelasting ingehouden"),
    ("goederen beschadigd", "2 dozen te weinig", "prijsverschil", "vracht niet akkoord", "te late levering",
     "emballage"),
    ("aanbetaling", "vooruitbetaling order", "voorschot", "op rekening"),
    ("min creditnota", "creditnota", "verrekend met credit", "CN"),
    ("STORNO INCASSO", "INCASSO GEWEIGERD MS03", "TERUGBOEKING", "RETOUR SEPA INCASSO AM04"),
    ("terugbetaling", "restitutie"),
    ("zie specificatie", "volgens avies", "specificatie per mail", "zie betaaladvies", ""),
    ("dank", "debiteurnr 30218", "klantnr 5519", "batch 12", "crediteuren"),
    "Goedendag,", "vandaag hebben wij {total} overgemaakt, valuta {day}, volgens deze specificatie:", "Totaal",
    ("Factuur", "Datum", "Bruto", "Korting", "Betaald"),
)  # fmt: skip
POLISH = Language(
    "pl",
    True,
    ("Faktura", "FV", "Fakt.", "faktura nr", "za fakture", "zaplata za FV", "fra", ""),
    (", ", " ", " i ", "; ", " + ", " oraz "),
    ("czesciowa zaplata", "rata 1/3", "I rata", "wplata czesciowa"),
    ("reszta", "ostatnia rata", "doplata do", "pozostala kwota"),
    ("minus skonto 2%", "skonto 2%", "po potraceniu skonta"),
    ("minus oplata bankowa", "prowizja banku", "koszty przelewu"),
    ("podatek u zrodla potracony", "minus WHT"),
    ("towar uszkodzony", "brak 2 szt", "roznica ceny", "reklamacja", "opozniona dostawa", "koszty transportu"),
    ("zaliczka", "przedplata zamowienie", "zaliczka na poczet", "zadatek"),
    ("minus korekta", "kompensata korekta", "korekta", "nota"),
    ("ZWROT PRZELEWU", "ODMOWA POLECENIA ZAPLATY", "STORNO", "ZWROT SRODKOW"),
    ("zwrot nadplaty", "zwrot"),
    ("wg specyfikacji", "zgodnie z awizem", "szczegoly mailem", "przelew zbiorczy wg listy", ""),
    ("dziekujemy", "nr klienta 20871", "paczka 4", "ksiegowosc"),
    "Dzien dobry,", "dzis wykonalismy przelew {total}, data waluty {day}, za dokumenty:", "Razem",
    ("Faktura", "Data", "Brutto", "Potracenie", "Zaplacono"),
)  # fmt: skip
SWEDISH = Language(
    "sv",
    True,
    ("Faktura", "Fakt", "Fakturanr", "fakt.nr", "er faktura", "Avser faktura", ""),
    (", ", " ", " och ", "/", " + ", "; "),
    ("delbetalning", "delbet 1/3", "rat 1", "dellikvid"),
    ("restbelopp", "slutbetalning", "resterande", "sista delbetalning"),
    ("minus 2% kassarabatt", "kassarabatt 2%", "efter kassarabatt"),
    ("minus bankavgift", "avgift avdragen", "bankkostnad"),
    ("minus kallskatt", "kallskatt innehallen"),
    ("skadat gods", "2 kolli saknas", "prisdifferens", "frakt ej avtalad", "reklamation", "sen leverans"),
    ("forskott", "handpenning", "forskottsbetalning order", "a conto"),
    ("minus kreditfaktura", "kreditfaktura", "kvittad mot kredit", "kredit"),
    ("RETURNERAD AUTOGIRO", "AUTOGIRO SAKNAR TACKNING", "ATERTAGEN BETALNING", "RETUR BETALNING"),
    ("aterbetalning", "aterbet overskott"),
    ("enligt avi", "se betalningsavi", "spec via mail", "enl. specifikation", ""),
    ("tack", "kundnr 1187", "lev.reskontra", "bunt 3"),
    "Hej,", "vi har idag betalat {total}, valuta {day}, som avser:", "Summa",
    ("Faktura", "Datum", "Belopp", "Avdrag", "Betalt"),
)  # fmt: skip
PORTUGUESE = Language(
    "pt",
    True,
    ("NF", "NF-e", "Nota fiscal", "Fatura", "Duplicata", "ref. NF", "pgto NF", "Pagto fatura", ""),
    (", ", " ", " e ", "/", "; ", " + "),
    ("parcela 1/3", "pagamento parcial", "1a parcela", "adiantamento da"),
    ("saldo", "ultima parcela", "parcela 3/3", "restante"),
    ("desc. 2%", "desconto pontualidade", "menos desconto 2%"),
    ("menos tarifa", "tarifa bancaria", "desc. tarifa"),
    ("IRRF retido 1,5%", "retencao ISS", "menos retencoes", "INSS retido", "PIS/COFINS/CSLL retidos"),
    ("mercadoria avariada", "falta 2 cx", "divergencia de preco", "frete nao acordado", "atraso na entrega"),
    ("adiantamento pedido", "sinal", "entrada pedido", "pagamento antecipado"),
    ("menos nota de credito", "abatimento NC", "devolucao NC", "credito"),
    ("DEVOLUCAO TED", "CHEQUE DEVOLVIDO MOT 11", "PIX DEVOLVIDO", "ESTORNO BOLETO"),
    ("estorno", "devolucao pagamento a maior"),
    ("conf. aviso", "detalhe por e-mail", "ver relacao anexa", "conforme relacao", ""),
    ("obrigado", "fornecedor 3320", "lote 18", "contas a pagar"),
    "Bom dia,", "efetuamos hoje o pagamento de {total}, data {day}, referente a:", "Total",
    ("Nota", "Data", "Bruto", "Desconto", "Pago"),
)  # fmt: skip
