"""`Fault`: what a parser finds wrong, before the file's name is known."""

#: What a person does where the file itself is damaged.
EXPORT_AGAIN = "export it again from the bank and import that; nothing was taken"


class Fault(Exception):
    """The file cannot be taken. `line` counts from 1; 0 where the reason has no place."""

    def __init__(self, reason: str, line: int = 0, what_to_do: str = EXPORT_AGAIN) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.what_to_do = what_to_do


def quoted(text: str) -> str:
    """A piece of a stranger's file for an error message: short, on one line, with nothing that moves the cursor."""
    shown = "".join(one if one.isprintable() else " " for one in text[:60])
    return f"“{shown}…”" if len(text) > 60 else f"“{shown}”"
