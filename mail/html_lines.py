"""`LineWriter`: words, line ends, cells and quotations -> lines of text."""

import re

_SPACES = re.compile(r"[ \t\r\n\f\v\xa0]+")
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
_MAX_QUOTE_DEPTH = 20


class LineWriter:
    """Collects lines. Line ends are asked for and come only when more text does, as in a browser's layout."""

    def __init__(self) -> None:
        self.quote_depth = 0
        self._done: list[str] = []
        self._line: list[str] = []
        self._depth = 0
        self._blank_wanted = False
        #: For each open table row: lines that were done when it began, and whether a cell has begun in it.
        self._rows: list[tuple[int, bool]] = []
        self._fresh_cell = False
        self._cell_wanted = False

    def write(self, value: str, *, keep_spaces: bool = False) -> None:
        """Adds text to the line; runs of white space are one space unless they are kept."""
        if keep_spaces:
            first, *others = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            self._put(first.replace("\xa0", " ").expandtabs(8) if first.strip() else "")
            for other in others:
                self.line_break()
                self._put(other.replace("\xa0", " "))
            return
        text = _SPACES.sub(" ", value)
        if not self._line or self._line[-1].endswith(" "):
            text = text.lstrip(" ")
        self._put(text)

    def _put(self, text: str) -> None:
        if not text:
            return
        if text.strip():
            if self._cell_wanted:
                self._line.append(" | ")
            self._cell_wanted = False
            self._fresh_cell = False
        if not self._line:
            self._begin_line()
        self._line.append(text)

    def _begin_line(self) -> None:
        if self._blank_wanted and self._done:
            self._done.append(_prefix(min(self._depth, self.quote_depth)).rstrip())
        self._blank_wanted = False
        self._depth = self.quote_depth

    def line_break(self) -> None:
        """A line end that stands in the text; two make an empty line."""
        if self._cell_wanted:
            self._cell_wanted = False
        if self._line:
            self._finish_line()
        else:
            if self._blank_wanted:
                self._begin_line()
            self._done.append(_prefix(self.quote_depth).rstrip())

    def end_line(self, *, blank: bool = False) -> None:
        """A block begins or ends here; with `blank`, an empty line stands between it and its neighbour."""
        if self._fresh_cell:
            return
        if self._line:
            self._finish_line()
        # Inside a table row, paragraphs stand close: the row is one line where it can be.
        self._blank_wanted = self._blank_wanted or (blank and not self._rows)

    def _finish_line(self) -> None:
        text = "".join(self._line).rstrip()
        self._line = []
        self._done.append(_prefix(self._depth) + text)

    def row(self) -> None:
        """A table row begins."""
        self._rows.append((len(self._done), False))
        self._fresh_cell = False

    def row_ends(self) -> None:
        """A table row ends."""
        if self._rows:
            self._rows.pop()
        self._cell_wanted = False
        self._fresh_cell = False

    def cell(self) -> None:
        """A cell begins: it goes on in the line of the cell before, unless that one ended the line."""
        begun_at, has_cell = self._rows[-1] if self._rows else (0, False)
        if has_cell:
            self._reopen_line(begun_at)
            self._cell_wanted = any(part.strip() for part in self._line[:3])
        elif self._line:
            self._finish_line()
        if self._rows:
            self._rows[-1] = (begun_at, True)
        self._fresh_cell = True

    def cell_begins(self) -> None:
        """A block that begins right here stays on the line (a list item's paragraph)."""
        self._fresh_cell = True

    def cell_ends(self) -> None:
        """A cell ends; the line waits for the next cell."""
        self._fresh_cell = False

    def _reopen_line(self, begun_at: int) -> None:
        """Takes back the line end of the paragraph that the last cell of this row held."""
        if self._line or len(self._done) <= begun_at or not self._done[-1].lstrip("> "):
            return
        last = self._done.pop()
        prefix = _prefix(self._depth)
        self._line = [last.removeprefix(prefix)]
        self._blank_wanted = False

    def mark(self) -> tuple[int, int]:
        """A place in the text, to be handed to `since`."""
        return len(self._done), len(self._line)

    def since(self, mark: tuple[int, int]) -> str:
        """The text written after the mark, as far as the last few lines go."""
        done, parts = mark
        if len(self._done) <= done:
            return "".join(self._line[parts:][-50:])
        return " ".join([*self._done[done:][-3:], "".join(self._line[-50:])])

    def finish(self) -> str:
        """Everything written, without spaces at line ends, with at most two empty lines in a row."""
        if self._line:
            self._finish_line()
        text = _TRAILING.sub("", "\n".join(self._done))
        return re.sub(r"\n{4,}", "\n\n\n", text).strip("\n")


def _prefix(depth: int) -> str:
    return "> " * min(max(depth, 0), _MAX_QUOTE_DEPTH)
