"""The child process: reads the files it is given and answers in a line of JSON each. Started by `child` alone.

Started with `python -m integrations.attachments.worker`: one line of JSON (`[{"kind", "bytes"}]`) and the files on
stdin; on stdout a line for each file, as soon as it is read, so that a file that never ends loses no other.
"""

import importlib
import json
import os
import resource
import signal
import sys
from types import FrameType
from typing import Any

from integrations.attachments.limits import CHILD_ANSWER_BYTES, CHILD_MEMORY_BYTES, GIVEN_UP_SECONDS, MOST_SECONDS
from integrations.attachments.read_text import TextSoFar, Unreadable

#: Loaded when first needed: each parser takes a quarter of a second to load, and most mails need one.
_PARSERS = {"pdf": "pdf_text", "xlsx": "xlsx_text", "docx": "docx_text"}
#: openpyxl loads these only where they are installed, and works without: they take memory and half a second.
_NOT_NEEDED = ("numpy", "PIL", "lxml", "pandas")


class _GivenUp(BaseException):
    """A file took too long. No `Exception`: parsers catch those and go on."""


def main() -> None:
    """Reads all files on stdin. Ends without an answer where a limit of the process is reached."""
    _limit_itself()
    for name in _NOT_NEEDED:
        sys.modules[name] = None  # type: ignore[assignment]
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace")
    sys.stdout = sys.stderr
    files: list[dict[str, Any]] = json.loads(sys.stdin.buffer.readline())
    for file in files:
        answer = _answer(file["kind"], sys.stdin.buffer.read(file["bytes"]))
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _limit_itself() -> None:
    cpu_seconds = int(MOST_SECONDS) + 1
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY_BYTES, CHILD_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (CHILD_ANSWER_BYTES, CHILD_ANSWER_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, _give_up)


def _give_up(number: int, frame: FrameType | None) -> None:
    raise _GivenUp


def _answer(kind: str, content: bytes) -> dict[str, object]:
    try:
        parse = getattr(importlib.import_module(f"integrations.attachments.{kind}"), _PARSERS[kind])
        signal.setitimer(signal.ITIMER_REAL, GIVEN_UP_SECONDS)
        read: TextSoFar = parse(content)
    except Unreadable as reason:
        return {"for_person": str(reason)}
    except _GivenUp:
        return {"for_person": "it takes too long to read"}
    except MemoryError:
        return {"for_person": "it needs more memory than is given to a mail"}
    except Exception:
        # The boundary: whatever a parser raises on a stranger's bytes, a person looks at the file.
        return {"for_person": "it is damaged"}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return {"text": read.text, "is_cut": read.is_cut}


if __name__ == "__main__":
    main()
