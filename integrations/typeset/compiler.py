"""`Typesetter`: one Typst compiler with our templates; the data goes in as JSON and is never source text."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal

from typst import Compiler, Fonts, TypstError

_FOLDER = Path(__file__).parent / "templates"
#: PDF/A-2a for archives, PDF/UA-1 for screen readers. Both refuse a text that the fonts have no letters for,
#: where plain PDF would print empty boxes in its place.
_STANDARDS: Final[list[Literal["a-2a", "ua-1"]]] = ["a-2a", "ua-1"]
#: Typst keeps the work of its last ten compilations for reuse: 60 MB for each statement of 500 lines, 700 MB in all.
#: No two documents of ours share much, so after a large one we compile nothing until that is forgotten.
_KEPT_COMPILATIONS = 11
_LARGE_CHARACTERS = 8_000


class CannotPrint(Exception):
    """The fonts lack a character of the text. `characters` says which, in Typst's words."""

    def __init__(self, characters: str) -> None:
        super().__init__(characters)
        self.characters = characters


class Typesetter:
    """Compiles templates of ours with the wheel's fonts only, so the same input gives the same bytes anywhere.

    Its root is the folder of the templates, and there is no folder of packages: a template could read nothing else.
    """

    def __init__(self) -> None:
        # The compiler may serve one caller at a time.
        self._lock = Lock()
        self._compiler = Compiler(
            root=_FOLDER,
            font_paths=Fonts(include_system_fonts=False),
            package_path=_FOLDER,
            package_cache_path=_FOLDER,
        )
        layout = (_FOLDER / "layout.typ").read_bytes()
        self._templates = {
            name: layout + b"\n" + (_FOLDER / f"{name}.typ").read_bytes() for name in ("copy", "statement")
        }

    def pdf(self, template: str, content: Mapping[str, Any], day: date) -> bytes:
        """The document, dated `day` at midnight UTC.

        Raises:
            CannotPrint: the text has a character that no font here has.
        """
        text = json.dumps(content)
        with self._lock:
            try:
                pdf = self._compiler.compile(
                    input=self._templates[template],
                    format="pdf",
                    sys_inputs={"document": text},
                    pdf_standards=[*_STANDARDS],
                    timestamp=datetime.combine(day, time(), UTC),
                )
            except TypstError as error:
                if "could not be displayed" in error.message or "contains the codepoint" in error.message:
                    raise CannotPrint(error.message) from error
                raise
            finally:
                self._forget(len(text))
        assert isinstance(pdf, bytes)
        return pdf

    def _forget(self, size: int) -> None:
        if size > _LARGE_CHARACTERS:
            for _ in range(_KEPT_COMPILATIONS):
                self._compiler.compile(input=b"", format="pdf", sys_inputs={})
