"""Bank accounts as each country writes them; IBANs carry right check digits."""

from random import Random

_IBAN_BODY = {"GB": ("BARC", 14), "DE": ("", 18), "FR": ("", 23), "NL": ("INGB", 10), "PL": ("", 24), "SE": ("", 20)}


def account_of(rng: Random, country: str) -> str:
    """A made account number of the country."""
    if country in _IBAN_BODY and (country != "GB" or rng.random() < 0.4):
        bank, digits = _IBAN_BODY[country]
        if country == "NL":
            bank = rng.choice(["INGB", "ABNA", "RABO", "KNAB"])
        return iban(country, bank + _digits(rng, digits))
    if country == "GB":
        return f"{rng.randint(10, 99)}-{rng.randint(10, 99)}-{rng.randint(10, 99)} {_digits(rng, 8)}"
    if country == "US":
        return f"{_digits(rng, 9)}/{_digits(rng, rng.randint(8, 12))}"
    if country == "IN":
        return f"{rng.choice(['HDFC', 'ICIC', 'SBIN', 'UTIB'])}0{_digits(rng, 6)} {_digits(rng, 12)}"
    return f"{rng.choice(['001', '033', '237', '341'])} {_digits(rng, 4)} {_digits(rng, 6)}-{rng.randint(0, 9)}"


def iban(country: str, body: str) -> str:
    """ISO 13616: two letters, check digits by modulus 97, the body."""
    value = "".join(str(int(char, 36)) for char in f"{body}{country}00")
    return f"{country}{98 - int(value) % 97:02d}{body}"


def _digits(rng: Random, count: int) -> str:
    return str(rng.randint(1, 9)) + "".join(str(rng.randint(0, 9)) for _ in range(count - 1))
