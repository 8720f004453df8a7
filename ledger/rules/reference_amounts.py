"""What a few euros are in every currency, to one digit: for limits that must mean about the same everywhere.

Nothing is converted by it. Where the European Central Bank publishes a reference rate, the digit is that of
30 October 2026; for the others it is the order of their size, mostly rounded down (the European Commission's
InforEuro has them by month). A currency that loses its value since then gets a smaller limit, never a larger one.
"""

from decimal import Decimal

from core.money import Money

#: Units of the currencies that one euro buys.
_PER_EURO: dict[str, str] = {
    "0.4": "BHD KWD OMR",
    "0.8": "FKP GBP GIP JOD SHP",
    "0.9": "CHF",
    "1": "BMD BND BSD EUR KYD PAB SGD USD",
    "2": "ANG AUD AWG AZN BAM BBD BGN BZD CAD NZD XCG",
    "3": "FJD GEL TND TOP WST XCD",
    "4": "AED BYN ILS PEN PLN QAR SAR TMT",
    "5": "MYR PGK RON",
    "6": "BRL LYD",
    "7": "CNH CNY DKK",
    "8": "BOB TTD",
    "9": "GTQ HKD MOP",
    "10": "GHS MAD NOK SBD SEK SVC TJS",
    "20": "BWP CZK ERN LSL MDL MVR MXN MZN NAD SCR STN SZL ZAR",
    "30": "CUP HNL SLE TWD UAH ZMW ZWG",
    "40": "MRU NIO SRD THB UYU",
    "50": "EGP MUR",
    "60": "DOP MKD TRY",
    "70": "AFN GMD PHP RUB",
    "90": "VED VES",
    "100": "ALL BDT BTN CVE DZD ETB HTG INR ISK JMD KES KGS NPR RSD VUV XPF",
    "200": "DJF GYD JPY LRD YER",
    "300": "LKR PKR",
    "400": "AMD HUF KMF SDG SYP",
    "500": "CRC KZT SOS",
    "600": "XAF XOF",
    "900": "KPW",
    "1000": "AOA ARS CLP IQD KRW MWK NGN RWF",
    "2000": "CDF MMK TZS UGX",
    "3000": "BIF COP MNT SSP",
    "4000": "KHR MGA",
    "8000": "GNF PYG",
    "10000": "IRR LAK UZS",
    "20000": "IDR VND",
    "90000": "LBP",
}
_PER_EURO_BY_CODE = {code: Decimal(units) for units, codes in _PER_EURO.items() for code in codes.split()}


def worth(euros: Decimal, currency: str) -> Money:
    """About so many euros in `currency`; zero for a currency that no longer is one."""
    return Money(euros * _PER_EURO_BY_CODE.get(currency, Decimal(0)), currency)
