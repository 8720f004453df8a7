"""Tax that payers withhold: whether a gap is a usual rate of the payer's country, and the candidate that books it.

Such a candidate stands beside the one that leaves the gap open. It is never posted without a person.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money import Money
from ledger.model.match import IncomingPayment, MatchPart, PartKind
from ledger.rules.matching.fees import is_share

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Country:
    """Rates in percent, and the value added tax that the base is without in many countries."""

    rates: tuple[str, ...]
    vat: str = "0"


#: What companies withhold from a supplier's invoice for services or goods. Sources by country, each as in force in
#: 2025; PwC, Worldwide Tax Summaries (corporate, withholding taxes) covers all of them.
_COUNTRIES = {
    "IN": _Country(("0.1", "1", "2", "5", "10"), "18"),  # Income-tax Act 1961, sections 194C, 194H, 194I, 194J, 194Q
    "BR": _Country(("1", "1.5", "2", "4.65", "5", "6.15", "11")),  # IRRF, PIS/COFINS/CSLL, ISS, INSS
    "IT": _Country(("4", "11.5", "20", "23"), "22"),  # DPR 600/1973, articles 25, 25-bis and 25-ter
    "ES": _Country(("1", "2", "7", "15", "19"), "21"),  # Reglamento del IRPF, articles 95 and 100
    "PT": _Country(("11.5", "23", "25"), "23"),  # CIRS, article 101
    "DE": _Country(("15", "15.825")),  # EStG sections 48 and 50a
    "FR": _Country(("25",)),  # CGI, article 182 B
    "PL": _Country(("5", "10", "20")),  # CIT Act, article 21, and treaties
    "GB": _Country(("20", "30"), "20"),  # Construction Industry Scheme
    "IE": _Country(("20", "35"), "23"),  # professional services and relevant contracts tax
    "US": _Country(("24", "30")),  # backup withholding, chapter 3
    "MX": _Country(("1.25", "10"), "16"),  # LISR, article 106
    "CO": _Country(("2.5", "4", "6", "10", "11"), "19"),  # retención en la fuente
    "AR": _Country(("2", "6", "10"), "21"),  # RG 830
    "PE": _Country(("3", "8")),  # retención del IGV, renta de cuarta categoría
    "CL": _Country(("14.5",)),  # boletas de honorarios
    "PH": _Country(("1", "2", "5", "10", "15"), "12"),  # expanded withholding tax
    "TH": _Country(("1", "2", "3", "5"), "7"),  # Revenue Code, section 3 tredecim
    "ID": _Country(("2", "4", "10"), "11"),  # PPh 23 and 4(2)
    "VN": _Country(("5", "10")),  # foreign contractor tax
    "PK": _Country(("4", "5", "6", "9", "11", "15"), "18"),  # Income Tax Ordinance, section 153
    "BD": _Country(("3", "5", "10"), "15"),  # Income Tax Act 2023, sections 89 to 90
    "KE": _Country(("2", "3", "5"), "16"),  # Income Tax Act, section 35, and VAT withheld
    "NG": _Country(("2", "5", "10"), "7.5"),  # Deduction of Tax at Source Regulations 2024
    "GH": _Country(("3", "5", "7.5")),  # Income Tax Act 2015
    "JP": _Country(("10.21", "20.42"), "10"),  # Income Tax Act, article 204
    "KR": _Country(("3.3",)),  # business income of individuals
    "TW": _Country(("10", "20"), "5"),  # Income Tax Act, article 88
    "TR": _Country(("2", "5", "20"), "20"),  # Income Tax Law, article 94
    "IL": _Country(("5", "20", "30"), "18"),  # Income Tax Regulations
    "SA": _Country(("5", "15", "20")),  # Income Tax Law, article 68
}
#: Currencies of one of these countries alone.
_OF_CURRENCY = {
    "INR": "IN", "BRL": "BR", "PLN": "PL", "GBP": "GB", "MXN": "MX", "COP": "CO", "ARS": "AR", "PEN": "PE",
    "CLP": "CL", "PHP": "PH", "THB": "TH", "IDR": "ID", "VND": "VN", "PKR": "PK", "BDT": "BD", "KES": "KE",
    "NGN": "NG", "GHS": "GH", "JPY": "JP", "KRW": "KR", "TWD": "TW", "TRY": "TR", "ILS": "IL", "SAR": "SA",
}  # fmt: skip


def usual_tax_rate(gap: Money, whole: Money, payment: IncomingPayment) -> Decimal | None:
    """The rate in percent, usual where the payer is, that `gap` is of `whole`, to the cent; None where it is none.

    The base is the whole, or the whole without value added tax. A payer is where its account is, or where its
    currency alone is.
    """
    for country in _countries(payment):
        vat = Decimal(country.vat)
        bases = [whole, Money(whole.amount * 100 / (100 + vat), whole.currency)] if vat else [whole]
        for rate in map(Decimal, country.rates):
            if any(is_share(gap, base, rate) for base in bases):
                return rate
    return None


def _countries(payment: IncomingPayment) -> list[_Country]:
    account = payment.payer_account.replace(" ", "").upper()
    codes = [account[:2] if _IBAN.fullmatch(account) else "", _OF_CURRENCY.get(payment.amount.currency, "")]
    return [_COUNTRIES[code] for code in dict.fromkeys(codes) if code in _COUNTRIES]


def with_tax_withheld(parts: Sequence[MatchPart], gaps: Iterable[MatchPart] = ()) -> tuple[MatchPart, ...]:
    """The same money, with what stays open booked as tax withheld: the short pays among `parts`, or else `gaps`."""
    lacking = [part for part in parts if part.kind is PartKind.SHORT_PAY] or list(gaps)
    kept = [part for part in parts if part.kind is not PartKind.SHORT_PAY]
    return (*kept, *(MatchPart(PartKind.WITHHOLDING_TAX, part.document, part.amount) for part in lacking))
