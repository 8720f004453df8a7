"""Remittance e-mails as payers write them: tables of several kinds, prose, or an attached list turned into text."""

from collections.abc import Sequence
from datetime import date
from random import Random

from core.money import Money
from evals.streams.bank_text import Line, figure
from evals.streams.languages import Language


def remittance_mail(
    rng: Random, language: Language, lines: Sequence[Line], days: Sequence[date], total: Money, value: date
) -> str:
    """The whole text: what was paid, on which documents, how much of each; `days` are the documents' own."""
    said = language.announces.format(total=f"{figure(total, language, grouped=True)} {total.currency}", day=value)
    table = rng.choice((_pipes, _tabs, _commas, _columns, _cells, _prose, _sections))
    rows = [_row(language, line, day) for line, day in zip(lines, days, strict=True)]
    body = table(language, rows)
    closing = f"{language.total}: {figure(total, language, grouped=rng.random() < 0.5)}"
    foot = rng.choice(
        ("", "--\nAccounts Payable", "This mailbox is not read. Questions: ap-help@mail.example, ext. 4410")
    )
    return "\n".join(part for part in (language.greeting, said, "", body, closing, foot) if part is not None)


def _row(language: Language, line: Line, day: date) -> list[str]:
    sign = "-" if line.paid.amount < 0 else ""
    written = day.strftime("%d.%m.%Y") if language.decimal_comma else day.isoformat()
    less = f"{figure(line.less, language)}{f' {line.reason}' if line.reason else ''}" if line.less else ""
    return [
        line.number,
        written,
        f"{sign}{figure(line.gross, language)}",
        less,
        f"{sign}{figure(line.paid, language)}",
    ]


def _pipes(language: Language, rows: list[list[str]]) -> str:
    return "\n".join(" | ".join(row) for row in [list(language.columns), *rows])


def _tabs(language: Language, rows: list[list[str]]) -> str:
    return "\n".join("\t".join(row) for row in [list(language.columns), *rows])


def _commas(language: Language, rows: list[list[str]]) -> str:
    """As a CSV attachment becomes text; decimal commas need the semicolon."""
    mark = ";" if language.decimal_comma else ","
    return "\n".join(mark.join(row) for row in [list(language.columns), *rows])


def _columns(language: Language, rows: list[list[str]]) -> str:
    """As a PDF becomes text."""
    return "\n".join("".join(f"{cell:<20}" for cell in row).rstrip() for row in [list(language.columns), *rows])


def _cells(language: Language, rows: list[list[str]]) -> str:
    """As an HTML table becomes text in a poor mail program: a cell a line."""
    return "\n".join("\n".join(cell for cell in row if cell) for row in [list(language.columns), *rows])


def _prose(language: Language, rows: list[list[str]]) -> str:
    less = language.columns[3].lower()
    sentences = [f"{row[0]}: {row[4]}" + (f" ({less} {row[3]})" if row[3] else "") for row in rows]
    return ", ".join(sentences) + "."


def _sections(language: Language, rows: list[list[str]]) -> str:
    """Label and value, a block for each document."""
    return "\n\n".join(
        "\n".join(f"{label}: {cell}" for label, cell in zip(language.columns, row, strict=True) if cell)
        for row in rows
    )
