"""`TextSoFar`: lines collected up to a limit, and whether it was reached."""

from dataclasses import dataclass, field

from integrations.attachments.limits import MOST_CHARACTERS


@dataclass(slots=True)
class TextSoFar:
    """The text of one document while it is read."""

    lines: list[str] = field(default_factory=list)
    characters: int = 0
    is_cut: bool = False

    def add(self, line: str) -> bool:
        """Takes a line; False once the limit is reached, and nothing more needs to be read."""
        if self.characters + len(line) > MOST_CHARACTERS:
            self.lines.append(line[: MOST_CHARACTERS - self.characters])
            self.characters = MOST_CHARACTERS
            self.is_cut = True
            return False
        self.lines.append(line)
        self.characters += len(line) + 1
        return True

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")


class Unreadable(Exception):
    """A file that a person must look at; the message says why, without its name."""
