"""Whether a line holds a day, a time of day or a mail address, in whatever language it is written."""

import re

_EMAIL = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,60}\.[\w.-]{1,60}")
_CLOCK = re.compile(r"(?<![\d.])\d{1,2}(?:[:h]\d{2}|\.\d{2}(?!\.?\d))(?!\d)|\d{1,2}\s?時|\d{1,2}点")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b|\d{4}年")
_NUMBERS = re.compile(
    r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{1,2}\.? [^\W\d]{3,12}\b|\b[^\W\d]{3,12}\.? \d{1,2}\b"
)


def has_email(line: str) -> bool:
    """Whether a mail address stands in the line."""
    return _EMAIL.search(line) is not None


def has_clock(line: str) -> bool:
    """Whether a time of day stands in the line: `13:00`, `13h00`, `13.00`, `9時`."""
    return _CLOCK.search(line) is not None


def has_year(line: str) -> bool:
    """Whether a year stands in the line."""
    return _YEAR.search(line) is not None


def has_day(line: str) -> bool:
    """Whether a calendar day stands in the line, with a month in figures or in a word."""
    return _YEAR.search(line) is not None or _NUMBERS.search(line) is not None
