"""Runs the parsers in a child process: what they do to it ends with it, and it is ended in time."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

from integrations.attachments.limits import CHILD_ANSWER_BYTES, MOST_SECONDS
from integrations.ports.attachment_text import ReadAttachment

_MODULE = "integrations.attachments.worker"


@dataclass(frozen=True, slots=True)
class FileToParse:
    """A file for the child; `kind` names the parser."""

    kind: str
    content: bytes


def parse_in_child(files: Sequence[FileToParse], *, seconds: float = MOST_SECONDS) -> tuple[ReadAttachment, ...]:
    """One answer a file. A child that is killed has answered for the files before the one it hung on.

    Files go in and out through temporary files without a name: no pipe fills up, and what the child may write is
    limited. The child gets no environment of ours, so no keys.
    """
    with tempfile.TemporaryFile() as into, tempfile.TemporaryFile() as out:
        head = [{"kind": file.kind, "bytes": len(file.content)} for file in files]
        into.write(json.dumps(head).encode() + b"\n")
        for file in files:
            into.write(file.content)
        into.seek(0)
        is_late = False
        try:
            subprocess.run(  # noqa: S603 - our own module
                [sys.executable, "-P", "-m", _MODULE],
                stdin=into,
                stdout=out,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                timeout=seconds,
                check=False,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            is_late = True
        out.seek(0)
        answered = out.read(CHILD_ANSWER_BYTES)
    lost = "it takes too long to read" if is_late else "reading it was ended: it takes too much time or memory"
    # What stands behind the last line break was cut off, whatever it ends with.
    answers = [_answer(line) for line in answered.split(b"\n")[:-1][: len(files)]]
    return (*answers, *(ReadAttachment(for_person=lost) for _ in files[len(answers) :]))


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "LANG": "C.UTF-8"}


def _answer(line: bytes) -> ReadAttachment:
    answer = json.loads(line)
    return ReadAttachment(
        text=str(answer.get("text", "")),
        is_cut=bool(answer.get("is_cut", False)),
        for_person=str(answer.get("for_person", "")),
    )
