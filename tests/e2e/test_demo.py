"""`duly demo` as a new user runs it: an empty home, the sample company, then a person's own files."""

import re
import signal
import subprocess
import time
from email import message_from_bytes, policy
from pathlib import Path

import httpx
from e2e.demo_process import demo, get, write_ledger
from e2e.house import wait_for


def test_the_sample_company_comes_up_and_the_link_signs_in_once(tmp_path: Path) -> None:
    with demo(tmp_path / "home") as (process, out, told):
        assert (tmp_path / "home" / "demo.json").stat().st_mode & 0o777 == 0o600
        link = out.read_text().strip().splitlines()[-1]
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/sign-in/\S+", link)
        assert httpx.get(f"{told['url']}/health/ready").status_code == 200
        assert len(get(told, "/v1/approvals", limit=200)["items"]) >= 20
        with httpx.Client(follow_redirects=True) as browser:
            assert "Queue" in browser.get(link).text
        with httpx.Client(follow_redirects=True) as other:
            assert other.get(link).url.path.startswith("/sign-in")
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        assert time.monotonic() - started < 20
    assert subprocess.run(["pgrep", "-f", str(tmp_path / "home")], capture_output=True).stdout == b""
    with demo(tmp_path / "home") as (_, _, told):
        assert len(get(told, "/v1/approvals", limit=200)["items"]) >= 20


def test_a_persons_own_files_are_read_answered_and_written(tmp_path: Path) -> None:
    ledger, mailbox, outbox = (tmp_path / name for name in ("ledger", "mailbox", "out"))
    mailbox.mkdir()
    write_ledger(ledger)
    folders = ["--ledger", str(ledger), "--mailbox", str(mailbox), "--outbox", str(outbox)]
    with demo(tmp_path / "home", *folders, "--address", "ar@seller.example") as (_, _, told):
        assert told["outbox"] == str(outbox)
        (mailbox / "a.eml").write_bytes(
            b"From: Tom <tom@buyer.example>\r\nTo: ar@seller.example\r\nSubject: Re: INV-1\r\n"
            b"Message-ID: <a@buyer>\r\n"
            b"\r\nHi, could you send me a copy of invoice INV-1 please?\r\n\r\nTom\r\n"
        )
        started = time.monotonic()
        approval = wait_for("the draft", lambda: get(told, "/v1/approvals", status="pending")["items"], seconds=15)[0]
        taken = time.monotonic() - started
        # Five on a machine that does nothing else.
        assert taken < 8, f"{taken:.1f} s"
        answer = httpx.post(
            f"{told['url']}/v1/approvals/{approval['id']}/approve",
            headers={"Authorization": f"Bearer {told['api_token']}", "If-Match": f'"{approval["version"]}"'},
        )
        assert answer.status_code == 200, answer.text
        [sent] = wait_for("the mail", lambda: list(outbox.glob("*.eml")))
        message = message_from_bytes(sent.read_bytes(), policy=policy.default)
        assert (message["To"], message["In-Reply-To"]) == ("tom@buyer.example", "<a@buyer>")
        assert [part.get_filename() for part in message.iter_attachments()] == ["invoice-INV-1.pdf"]  # type: ignore[attr-defined]
