"""The bundled PostgreSQL belongs to all processes that name its folder: nobody who leaves stops it for the others."""

import subprocess
import sys
import time
from pathlib import Path

import psycopg

from ledger.store.local_server import LocalServer

REPOSITORY = Path(__file__).parents[2]
#: Joins the server and leaves it, as every `duly` command does.
COME_AND_GO = """
import sys
from pathlib import Path
from ledger.store.local_server import LocalServer
for _ in range(30):
    server = LocalServer(Path(sys.argv[1]))
    server.start()
    server.stop()
"""


def test_commands_that_come_and_go_side_by_side_leave_the_database_running(tmp_path: Path) -> None:
    held = LocalServer(tmp_path / "pg")
    held.start()
    others: list[subprocess.Popen[bytes]] = []
    try:
        urls = held.urls()
        others = [
            subprocess.Popen(
                [sys.executable, "-c", COME_AND_GO, str(tmp_path / "pg")], cwd=REPOSITORY, stderr=subprocess.PIPE
            )
            for _ in range(4)
        ]
        while any(other.poll() is None for other in others):
            psycopg.connect(urls.app, connect_timeout=5).close()
            time.sleep(0.02)
        assert [(other.returncode, other.communicate()[1]) for other in others] == [(0, b"")] * 4
    finally:
        for other in others:
            other.kill()
            other.wait(timeout=10)
        held.stop()
