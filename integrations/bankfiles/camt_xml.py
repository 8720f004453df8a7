"""CAMT XML -> one small tree a statement's part, streamed: a file of a hundred thousand entries never stands whole.

expat itself, as it comes with Python: it needs no library, and a document type, the home of entities, is refused
before it is read. `pycamt` (MIT) builds the whole tree with lxml and counts balances in floats; `defusedxml` adds
nothing to that.
"""

from collections.abc import Callable, Iterator
from typing import Final
from xml.parsers import expat

from integrations.bankfiles.fault import Fault
from integrations.bankfiles.limits import MOST_DEPTH

_CHUNK_BYTES = 64 * 1024
#: Characters of one element's text that are kept; the longest of the format has 500.
_MOST_TEXT = 4_000
#: Elements within one part; an entry of 20,000 transactions has most of its parts folded away.
_MOST_NODES = 500_000


class Node:
    """An element by its local name; `folded` holds what its folded children were made into."""

    __slots__ = ("attributes", "before", "children", "folded", "line", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str], line: int, before: int) -> None:
        self.name: Final = name
        self.attributes: Final = attributes
        self.line: Final = line
        #: How many elements of its part stood before it, itself with them.
        self.before: Final = before
        self.text = ""
        self.children: list[Node] = []
        self.folded: list[object] = []

    def find(self, path: str) -> "Node | None":
        """The first element at `A/B`."""
        node: Node | None = self
        for name in path.split("/"):
            node = next((child for child in node.children if child.name == name), None) if node else None
        return node

    def all(self, name: str) -> "Iterator[Node]":
        return (child for child in self.children if child.name == name)

    def told(self, *paths: str) -> str:
        """The first text that one of the paths leads to; empty where none does."""
        for path in paths:
            node = self.find(path)
            if node is not None and node.text.strip():
                return node.text.strip()
        return ""


class CamtStream:
    """Hands each child of a statement (`Stmt`, `Ntfctn`) to `on_part` as it ends, and the statement's own end.

    Elements named `TxDtls` are folded by `fold` as they end, and their trees dropped.
    """

    def __init__(
        self,
        holders: frozenset[str],
        on_start: Callable[[str, int], None],
        on_part: Callable[[Node], None],
        fold: Callable[[Node], object],
    ) -> None:
        self._holders = holders
        self._on_start, self._on_part, self._fold = on_start, on_part, fold
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._depth = 0
        self._holder_depth = 0
        self._nodes = 0
        self._stack: list[Node] = []
        #: Namespace of the first element.
        self.namespace = ""

    def read(self, content: bytes) -> None:
        """Raises:
        Fault: no well-formed XML, or cut.
        """
        try:
            for start in range(0, len(content), _CHUNK_BYTES):
                self._parser.Parse(content[start : start + _CHUNK_BYTES], False)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            words = expat.ErrorString(error.code)
            reason = "it is cut off" if self._depth else "it is damaged XML"
            raise Fault(f"{reason}: {words}", error.lineno) from error
        except (LookupError, ValueError) as error:
            # An encoding that Python does not know, or that is none of text.
            raise Fault("it is written in an encoding that is not known") from error

    def _refuse(self, name: str, system_id: str | None, public_id: str | None, has_internal_subset: bool) -> None:
        raise Fault("it declares a document type, which no bank does", self._parser.CurrentLineNumber)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        line = self._parser.CurrentLineNumber
        if self._depth > MOST_DEPTH:
            raise Fault("its elements are nested too deeply", line)
        namespace, _, local = name.rpartition(" ")
        if self._depth == 1:
            self.namespace = namespace
        if self._holder_depth:
            self._nodes += 1
            if self._nodes > _MOST_NODES:
                raise Fault("one of its entries is too large", line)
            self._stack.append(Node(local, attributes, line, self._nodes))
        elif local in self._holders:
            self._holder_depth = self._depth
            self._on_start(local, line)

    def _text(self, text: str) -> None:
        if self._stack:
            node = self._stack[-1]
            if len(node.text) < _MOST_TEXT:
                node.text += text

    def _end(self, name: str) -> None:
        if self._holder_depth == self._depth:
            self._holder_depth = 0
        elif self._stack:
            node = self._stack.pop()
            if not self._stack:
                self._nodes = 0
                self._on_part(node)
            elif node.name == "TxDtls":
                self._stack[-1].folded.append(self._fold(node))
                self._nodes = node.before
            else:
                self._stack[-1].children.append(node)
        self._depth -= 1
