"""`text/calendar` (RFC 5545, RFC 5546) as words: what is asked or answered, when, and the comment with it."""

import re
from dataclasses import dataclass, field

#: Events of one part, and characters of one value, that are read.
_MOST_EVENTS = 20
_MOST_VALUE_CHARS = 20_000
_MOST_LINES = 20_000
_FOLD = re.compile(r"\n[ \t]")
_PROPERTY = re.compile(r'([A-Za-z-]{1,40})((?:;[^:";]{0,300}(?:"[^"]{0,300}")?){0,20}):(.*)')
_PARTICIPATION = re.compile(r";PARTSTAT=\"?([A-Za-z-]{1,30})", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([nN,;\\])")
_ANSWERS = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "tentatively accepted",
    "DELEGATED": "delegated",
}
_METHODS = {
    "REPLY": "Answer to an invitation",
    "REQUEST": "Invitation",
    "CANCEL": "Invitation withdrawn",
    "COUNTER": "Another time proposed",
    "PUBLISH": "Calendar entry",
}


@dataclass(slots=True)
class _Event:
    values: dict[str, str] = field(default_factory=dict)
    answer: str = ""


def calendar_text(content: str) -> str:
    """The events of a calendar part as lines; `content` itself where it is none that can be read.

    An answer's DESCRIPTION is left out: it repeats the invitation, which the one who answers did not write.
    """
    method, events = _read(content)
    if not events:
        return content
    return "\n\n".join(_lines(method, event) for event in events)


def _read(content: str) -> tuple[str, list[_Event]]:
    method = ""
    events: list[_Event] = []
    inside: list[str] = []
    unfolded = _FOLD.sub("", content.replace("\r\n", "\n").replace("\r", "\n"))
    for line in unfolded.split("\n")[:_MOST_LINES]:
        found = _PROPERTY.match(line[:_MOST_VALUE_CHARS])
        if found is None:
            continue
        name, parameters, value = found[1].upper(), found[2], found[3].strip()
        if name == "BEGIN":
            inside.append(value.upper())
            if value.upper() in {"VEVENT", "VTODO"} and len(events) < _MOST_EVENTS:
                events.append(_Event())
        elif name == "END":
            inside = inside[:-1]
        elif name == "METHOD":
            method = value.upper()
        elif events and inside and inside[-1] in {"VEVENT", "VTODO"}:
            _note(events[-1], name, parameters, value)
    return method, events


def _note(event: _Event, name: str, parameters: str, value: str) -> None:
    if name == "ATTENDEE":
        stated = _PARTICIPATION.search(parameters)
        event.answer = event.answer or _ANSWERS.get(stated[1].upper() if stated else "", "")
    elif name not in event.values:
        event.values[name] = _ESCAPE.sub(lambda one: "\n" if one[1] in "nN" else one[1], value).strip()


def _lines(method: str, event: _Event) -> str:
    head = _METHODS.get(method, "Calendar entry")
    if method == "REPLY" and event.answer:
        head = f"{head}: {event.answer}"
    names = [("Subject", "SUMMARY"), ("Begins", "DTSTART"), ("Ends", "DTEND"), ("Place", "LOCATION")]
    lines = [head, *(f"{label}: {_shown(event.values[name])}" for label, name in names if event.values.get(name))]
    said = [event.values.get("COMMENT", "")]
    if method != "REPLY":
        said.append(event.values.get("DESCRIPTION", ""))
    return "\n".join([*lines, *(one for one in said if one)])


def _shown(value: str) -> str:
    """A value on one line; a moment as `2026-03-02 09:00`."""
    moment = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d{0,2}(Z?))?", value)
    if moment is None:
        return " ".join(value.split())
    day = f"{moment[1]}-{moment[2]}-{moment[3]}"
    return day if moment[4] is None else f"{day} {moment[4]}:{moment[5]}{' UTC' if moment[6] else ''}"
