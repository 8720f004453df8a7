"""How mail programs word what they put around a reply: subject prefixes, attributions, quoted headers."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from core.money import Money

#: Who wrote when, above a quote, as Gmail, iPhone and Thunderbird word it.
_ATTRIBUTIONS = {
    "de": "Am {day} um {time} Uhr schrieb {name} <{email}>:",
    "en": "On {day} at {time}, {name} <{email}> wrote:",
    "es": "El {day} a las {time}, {name} <{email}> escribió:",
    "fi": "{name} <{email}> kirjoitti {day} kello {time}:",
    "fr": "Le {day} à {time}, {name} <{email}> a écrit :",
    "it": "Il giorno {day} alle ore {time} {name} <{email}> ha scritto:",
    "nl": "Op {day} om {time} schreef {name} <{email}>:",
    "pl": "{day} o {time} {name} <{email}> napisał(a):",
    "pt": "{name} <{email}> escreveu ({day} à(s) {time}):",
    "sv": "Den {day} kl. {time} skrev {name} <{email}>:",
}
#: From, Sent, To and Subject of Outlook's quoted headers.
_OUTLOOK_HEADERS = {
    "de": ("Von", "Gesendet", "An", "Betreff"),
    "en": ("From", "Sent", "To", "Subject"),
    "es": ("De", "Enviado", "Para", "Asunto"),
    "fi": ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
    "fr": ("De", "Envoyé", "À", "Objet"),
    "it": ("Da", "Inviato", "A", "Oggetto"),
    "nl": ("Van", "Verzonden", "Aan", "Onderwerp"),
    "pl": ("Od", "Wysłano", "Do", "Temat"),
    "pt": ("De", "Enviado", "Para", "Assunto"),
    "sv": ("Från", "Skickat", "Till", "Ämne"),
}
_OUTLOOK_PREFIXES = {"de": "AW: ", "fi": "VS: ", "it": "R: ", "nl": "Antw: ", "pl": "Odp: ", "sv": "SV: "}
_NUMERIC_DATES = {
    "en-US": "MM/dd/yyyy",
    "de": "dd.MM.yyyy",
    "fi": "d.M.yyyy",
    "nl": "dd-MM-yyyy",
    "pl": "dd.MM.yyyy",
    "sv": "yyyy-MM-dd",
}
_LONG_DATES = {
    "de": "d. MMMM",
    "en-US": "MMMM d",
    "es": "d 'de' MMMM",
    "fi": "d. MMMM'ta'",
    "pt": "d 'de' MMMM",
}


@dataclass(frozen=True, slots=True)
class QuotedMail:
    """What of our mail a reply quotes. `sent_at` is in the zone of the one who quotes."""

    sender_name: str
    sender_email: str
    to_email: str
    sent_at: datetime
    subject: str
    text: str


def reply_prefix(client: str, language: str) -> str:
    """What the program puts before the subject, `Re: ` but for Outlook in some languages."""
    if client != "outlook":
        return "Re: "
    return _OUTLOOK_PREFIXES.get(primary(language), "RE: ")


def attribution(quoted: QuotedMail, language: str) -> str:
    """The line above a quote."""
    day = format_date(quoted.sent_at.date(), "EEE, d MMM yyyy", locale=locale_of(language))
    form = _ATTRIBUTIONS[primary(language)]
    return form.format(day=day, time=f"{quoted.sent_at:%H:%M}", name=quoted.sender_name, email=quoted.sender_email)


def outlook_headers(quoted: QuotedMail, language: str) -> list[str]:
    """The quoted headers with which Outlook opens what it quotes."""
    words = _OUTLOOK_HEADERS[primary(language)]
    day = format_date(quoted.sent_at.date(), "EEEE, d MMMM yyyy", locale=locale_of(language))
    values = (
        f"{quoted.sender_name} <{quoted.sender_email}>",
        f"{day} {quoted.sent_at:%H:%M}",
        quoted.to_email,
        quoted.subject,
    )
    return [f"{word}: {value}" for word, value in zip(words, values, strict=True)]


def primary(language: str) -> str:
    """`en` of `en-GB`."""
    return language.partition("-")[0]


def locale_of(language: str) -> Locale:
    """Babel's locale for a BCP 47 tag."""
    return Locale.parse(language, sep="-")


def numeric_date(day: date, language: str) -> str:
    """As people of that language write a date in figures; day first save in the US and Sweden."""
    return format_date(day, _NUMERIC_DATES.get(language, "dd/MM/yyyy"), locale=locale_of(language))


def long_date(day: date, language: str) -> str:
    """Day and month in words, without the year."""
    return format_date(day, _LONG_DATES.get(language, "d MMMM"), locale=locale_of(language))


def weekday_name(day: date, language: str) -> str:
    """`Friday`, `Freitag`, `vendredi`."""
    return format_date(day, "EEEE", locale=locale_of(language))


def day_of_month(day: date, language: str) -> str:
    """`24th` in English, `24.` in German and Finnish, `24` elsewhere."""
    if primary(language) == "en":
        ending = "th" if day.day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
        return f"{day.day}{ending}"
    return f"{day.day}." if primary(language) in ("de", "fi") else str(day.day)


def written_amount(amount: Money, language: str) -> str:
    """With the separators of the language and the currency's sign or code, in plain spaces."""
    figure = plain_figure(amount.amount, language)
    if primary(language) == "en":
        return {"EUR": "€", "GBP": "£", "USD": "$"}.get(amount.currency, amount.currency + " ") + figure
    return f"{figure} {'€' if amount.currency == 'EUR' else amount.currency}"


def plain_figure(amount: Decimal, language: str) -> str:
    """The figure alone, with the separators of the language; no-break spaces are written as spaces."""
    figure: str = format_decimal(amount, "#,##0.00", locale=locale_of(language))
    return figure.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
