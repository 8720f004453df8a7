"""Headers and cells of banks' CSV exports in nine languages (en de fr es it nl pt pl sv), folded by `folded`."""

# ruff: noqa: E501 - lists of words.

import re
import unicodedata

#: Letters that decomposition leaves alone.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "ß": "ss", "đ": "d", "œ": "oe"})


def folded(text: str) -> str:
    """Lower case, without accents, words apart by one blank."""
    plain = unicodedata.normalize("NFKD", text[:200].lower().translate(_LETTERS))
    kept = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(re.findall(r"[a-z0-9+-]+", kept.replace("*", "")))


def _words(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split("|"))


#: Field to its headers, the surest first. What one word means in two languages is settled by the cells.
HEADERS: dict[str, tuple[str, ...]] = {
    "booked_on": _words(
        "booking date|booked on|posting date|posted date|post date|date posted|transaction date|trans date|completed date|"
        "date completed|buchungstag|buchungsdatum|umsatzdatum|date comptable|date de comptabilisation|date operation|"
        "date de l operation|date d operation|fecha contable|fecha operacion|fecha de operacion|f operacion|"
        "fecha de la operacion|data contabile|data operazione|data registrazione|boekdatum|boekingsdatum|"
        "transactiedatum|data movimento|data do movimento|data mov|data lancamento|data de lancamento|data transacao|"
        "data operacao|data ksiegowania|data operacji|data transakcji|bokforingsdag|bokforingsdatum|bokforingsdato|"
        "transaktionsdag|transaktionsdatum|buchung|date|datum|fecha|data|dato|created|created utc"
    ),
    "value_on": _words(
        "value date|valutadatum|valuta datum|wertstellung|wertstellungstag|wertstellungsdatum|wert|date de valeur|"
        "date valeur|fecha valor|fecha de valor|f valor|data valuta|data di valuta|rentedatum|data valor|"
        "data de valor|data waluty|valutadag|interest date|available on|valuta"
    ),
    #: When it began, for what is not booked yet.
    "begun_on": _words("started date|date started|authorised on|authorized on|initiated on"),
    "amount": _words(
        "amount|transaction amount|betrag|umsatz|betrag in eur|montant|montant en eur|importe|importo|bedrag|"
        "transactiebedrag|valor|montante|kwota|kwota transakcji|kwota operacji|belopp|net amount|net|netto|amount net|"
        "paid amount|gross|bedrag in eur|umsatz in eur|importe eur|valor em eur|kwota w walucie rachunku"
    ),
    "debit": _words(
        "debit|debits|debit amount|paid out|money out|withdrawal|withdrawals|withdrawal amount|soll|belastung|"
        "belastungen|depenses|depense|cargo|cargos|adeudo|debe|addebiti|addebito|dare|uscite|debet|af|debito|debitos|"
        "obciazenie|obciazenia|wydatki|uttag|ut|retrait|withdrawal amt|debit amt"
    ),
    "credit": _words(
        "credit|credits|credit amount|paid in|money in|deposit|deposits|deposit amount|haben|gutschrift|gutschriften|"
        "recettes|recette|abono|abonos|haber|ingreso|ingresos|accrediti|accredito|avere|entrate|bij|credito|creditos|"
        "uznanie|uznania|wplywy|insattning|insattningar|in|depot|deposit amt|credit amt"
    ),
    "sign": _words(
        "af bij|bij af|debit credit|credit debit|dr cr|cr dr|d c|c d|dc|soll haben|s h|sens|debet credit|debito credito|"
        "debet kredit|credit debit indicator|cdtdbtind|details|type|direction|transaction type|kierunek|richtung|d h|deb cred|"
        "debit credit indicator|creditdebit"
    ),
    "currency": _words("currency|ccy|waehrung|wahrung|devise|divisa|moneda|moeda|waluta|valuta|munt|muntsoort"),
    "fee": _words("fee|fees|gebuhr|frais|comision|commissione|avgift|oplata|taxa"),
    "payer_name": _words(
        "payer name|payer|counterparty name|counterparty|counter party|name zahlungsbeteiligter|"
        "begunstigter zahlungspflichtiger|beguenstigter zahlungspflichtiger|auftraggeber empfanger|"
        "auftraggeber begunstigter|auftraggeber beguenstigter|zahlungspflichtige r|zahlungspflichtiger|auftraggeber|"
        "empfanger auftraggeber|zahlungsempfanger|partner name|partnername|nom du tiers|tiers|donneur d ordre|emetteur|"
        "nom de la contrepartie|contrepartie|nom contrepartie|ordenante|ordenante beneficiario|controparte|ordinante|"
        "ordinante beneficiario|naam tegenpartij|tegenpartij|naam|naam omschrijving|nadawca odbiorca|nadawca|"
        "dane kontrahenta|nazwa kontrahenta|kontrahent|dane strony operacji|nazwa nadawcy odbiorcy|avsandare|"
        "avsandare mottagare|betalare|motpart|entidade|ordenador|remitter|remitter name|sender|sender name|from|"
        "customer name|customer description|payee|payee name|beneficiary|beneficiario|nome|nombre|nom|name|namn|"
        "mottagare|odbiorca|contact|empfanger"
    ),
    "payer_account": _words(
        "counterparty account|counterparty iban|counterparty account number|payer account|payer iban|"
        "iban zahlungsbeteiligter|kontonummer iban|tegenrekening|tegenrekening iban bban|rekening tegenpartij|"
        "rachunek kontrahenta|numer rachunku kontrahenta|rachunek nadawcy odbiorcy|rachunek przeciwstawny|motkonto|"
        "iban controparte|iban ordinante|cuenta ordenante|cuenta contrapartida|iban ordenante|iban du tiers|"
        "compte contrepartie|compte de la contrepartie|numero de compte contrepartie|conta ordenante|konto nadawcy|"
        "avsandarkonto|gegenkonto|kontonummer|account number|iban|numer rachunku|numer konta|nr konta|nr rachunku|konto|"
        "sender account|from account|iban kontrahenta"
    ),
    "account": _words(
        "auftragskonto|iban auftragskonto|own account|account iban|iban bban|rekening|rekeningnummer|rachunek|"
        "rachunek posiadacza|account|account no|account nr|cuenta|conto|compte|conta|numero de compte|kontonr|"
        "numero de cuenta"
    ),
    "status": _words("info|status|state|statut|estado|stato|bokningsstatus|transaction status|situacao"),
    "reference": _words(
        "payment reference|remittance information|remittance|verwendungszweck|vorgang verwendungszweck|"
        "verwendungszweck zeile 1|reference|references|description|details|transaction description|memo|narrative|"
        "particulars|libelle|libelle de l operation|communication|communications|motif|detail|details de l operation|"
        "concepto|descripcion|observaciones|referencia|causale|descrizione|descrizione operazione|omschrijving|"
        "omschrijving-1|omschrijving-2|omschrijving-3|mededelingen|mededeling|betalingskenmerk|descricao|descritivo|"
        "tytul|tytul operacji|tytul przelewu|tytul platnosci|opis|opis operacji|opis transakcji|szczegoly|"
        "szczegoly transakcji|meddelande|text|beskrivning|referens|transaktionstext|message|note|notes|info|"
        "kundenreferenz|kundenreferenz end-to-end|end to end reference|end to end id|end-to-end reference|rubrik|historico|buchungstext|"
        "booking text|payment details|additional information|informations complementaires|reference 1|"
        "reference 2|statement descriptor|narration|transaction remarks|chq ref no|cheque number|check number"
    ),
    "bank_id": _words(
        "transaction id|transactionid|bank reference|bank ref|fitid|umsatz id|transaktions id|transactiereferentie|"
        "volgnr|numer referencyjny|referencia bancaria|verifikationsnummer|numero d operation|balance transaction id|"
        "numero operacion|numer transakcji|unique id|id|bankreferenz|ref banque|reference number"
    ),
    "balance": _words(
        "balance|running balance|ledger balance|account balance|closing balance|saldo|saldo nach buchung|kontostand|"
        "solde|saldo po operacji|saldo po transakcji|saldo contabile|saldo na trn|saldo posterior|saldo disponible|"
        "saldo contabilistico|bokfort saldo|saldo apos movimento|saldo efter"
    ),
}
#: Fields of which all columns are taken, one behind the other.
SEVERAL = frozenset({"reference"})

DEBIT = frozenset(_words(
    "af|debit|debits|d|dr|db|dbit|s|soll|debet|ut|uttag|debito|cargo|uscita|obciazenie|wn|-|out|belastung|lastschrift|debe|"
    "withdrawal|money out|dare"
))  # fmt: skip
CREDIT = frozenset(_words(
    "bij|credit|credits|c|cr|crdt|h|haben|kredit|in|insattning|credito|abono|entrata|uznanie|ma|+|gutschrift|haber|deposit|"
    "money in|avere|k"
))  # fmt: skip
PENDING = frozenset(_words(
    "pending|vorgemerkt|en attente|a venir|pendiente|in attesa|in behandeling|pendente|oczekujaca|oczekujace|zablokowane|"
    "vantande|reserverad|authorised|authorized|umsatz vorgemerkt|gereserveerd|nieuw|non comptabilise|preautorizado"
))  # fmt: skip
NO_MONEY = frozenset(_words(
    "declined|reverted|failed|cancelled|canceled|denied|abgelehnt|storniert|refuse|rejete|rechazada|rechazado|rifiutato|"
    "geweigerd|odrzucona|avvisad|expired|removed"
))  # fmt: skip
BOOKED = frozenset(_words(
    "gebucht|umsatz gebucht|completed|settled|booked|posted|cleared|succeeded|paid|comptabilise|execute|contabilizado|"
    "contabilizada|realizado|contabilizzato|eseguito|verwerkt|geboekt|concluida|concluido|zaksiegowano|zaksiegowana|"
    "wykonana|rozliczona|bokford|utford|genomford|complete|success|successful|done"
))  # fmt: skip
#: Headers of one country's banks, and its currency.
CURRENCY_OF_HEADER = {
    word: code
    for code, words in {
        "EUR": "buchungstag|buchungsdatum|wertstellung|verwendungszweck|auftraggeber empfanger|libelle|date operation|"
        "date de valeur|fecha valor|f valor|causale|data contabile|dare|boekdatum|rentedatum|omschrijving|mededelingen|"
        "af bij|data mov|descritivo",
        "PLN": "data ksiegowania|data operacji|kwota|tytul|tytul operacji|opis operacji",
        "SEK": "bokforingsdag|bokforingsdatum|belopp",
        "BRL": "data lancamento|historico",
    }.items()
    for word in _words(words)
}
#: Words by which headers name a currency behind the field.
CURRENCY_WORDS = frozenset(_words("eur|euro|euros|usd|gbp|chf|pln|sek|brl|inr|nok|dkk|en|in|em|w"))
#: First words of rows that are no transaction: sums and balances.
SUMS = frozenset(_words(
    "total|totals|summe|gesamt|gesamtsumme|saldo|solde|totaal|totale|suma|summa|kontostand|anfangssaldo|endsaldo|"
    "opening balance|closing balance|balance|saldo inicial|saldo final|saldo iniziale|saldo finale|solde initial|"
    "solde final|beginsaldo|eindsaldo|saldo poczatkowe|saldo koncowe|ingaende saldo|utgaende saldo|alter kontostand|"
    "neuer kontostand|carried forward|brought forward|end of file|number of transactions"
))  # fmt: skip
