"""A collector in a browser: signs in, reads a case, edits the draft, approves, and sees it sent."""

import shutil
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from e2e.demo_process import demo, get, write_ledger
from e2e.house import wait_for
from playwright.sync_api import Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium (.ci/run does)"
)


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield browser.new_page(viewport={"width": 1440, "height": 900})
        browser.close()


def test_a_draft_is_read_edited_approved_and_seen_sent(tmp_path: Path, page: Page) -> None:
    ledger, mailbox, outbox = (tmp_path / name for name in ("ledger", "mailbox", "out"))
    write_ledger(ledger)
    mailbox.mkdir()
    (mailbox / "a.eml").write_bytes(
        b"From: Tom <tom@buyer.example>\r\nTo: ar@seller.example\r\nSubject: Re: INV-1\r\nMessage-ID: <a@buyer>\r\n"
        b"\r\nHi, we will pay invoice INV-1 tomorrow.\r\n\r\nTom\r\n"
    )
    folders = ["--ledger", str(ledger), "--mailbox", str(mailbox), "--outbox", str(outbox)]
    with demo(tmp_path / "home", *folders, "--address", "ar@seller.example") as (_, out, told):
        wait_for("the draft", lambda: get(told, "/v1/approvals", status="pending")["items"])
        page.goto(out.read_text().strip().splitlines()[-1])
        page.get_by_role("link", name="Buyer Ltd").first.click()
        expect(page.get_by_text("we will pay invoice INV-1 tomorrow").first).to_be_visible()
        expect(page.locator("mark").first).to_contain_text("INV-1")
        text = page.locator("textarea[name=text]")
        text.fill(text.input_value().replace("Thank you for your message.", "Thank you for the quick answer."))
        page.get_by_role("button", name="Approve and send").click()
        confirm = page.locator("dialog[open]").get_by_role("button", name="Approve and send")
        if confirm.count():
            confirm.click()
        [sent] = wait_for("the mail", lambda: list(outbox.glob("*.eml")))
        expect(page.get_by_text("Mail sent to").first).to_be_visible(timeout=20_000)
        message = message_from_bytes(sent.read_bytes(), policy=policy.default)
        body = message.get_body(("plain",))  # type: ignore[attr-defined]
        assert "Thank you for the quick answer." in body.get_content()
        assert message["In-Reply-To"] == "<a@buyer>"
