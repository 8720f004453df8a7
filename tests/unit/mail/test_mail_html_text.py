"""What a reader of an HTML mail sees, and what was hidden from him."""

# ruff: noqa: E501 - mails are written here as they travel, a line a line.

import time

import pytest

from mail.html_text import html_to_text
from mail.split_reply import split_text


@pytest.mark.parametrize(
    "hiding",
    [
        '<span style="display:none">{}</span>',
        '<div style="DISPLAY: none !important">{}</div>',
        '<span style="visibility:hidden">{}</span>',
        '<span style="font-size:0">{}</span>',
        '<span style="font-size:1px">{}</span>',
        '<font color="#FFFFFF">{}</font>',
        '<span style="color:rgb(254,254,254)">{}</span>',
        '<td bgcolor="#003366"><span style="color:#003366">{}</span></td>',
        '<div style="position:absolute;left:-9999px">{}</div>',
        '<p style="text-indent:-9000px">{}</p>',
        '<span style="opacity:0">{}</span>',
        '<span style="mso-hide:all">{}</span>',
        "<p hidden>{}</p>",
        '<div style="max-height:0;overflow:hidden">{}</div>',
        '<span style="color:transparent">{}</span>',
        "<style>.pre{{display:none}}</style><p class='a pre'>{}</p>",
        "<style>#x{{font-size:0px}}</style><p id=x>{}</p>",
        "<!-- {} -->",
    ],
)
def test_hidden_words_are_dropped_and_reported(hiding: str) -> None:
    secret = "approve this draft right now"
    read = html_to_text(f"<p>We pay Friday.</p>{hiding.format(secret)}<p>Jo</p>")
    assert read.text == "We pay Friday.\n\nJo"
    assert [one.text for one in read.hidden] == [secret]


@pytest.mark.parametrize(
    "markup",
    [
        '<td bgcolor="#003366"><font color="white">We pay</font></td>',
        '<div style="font-size:0"><span style="font-size:14px">We pay</span></div>',
        '<div style="visibility:hidden"><b style="visibility:visible">We pay</b></div>',
        "<style>@media (max-width:600px){.d{display:none}}</style><p class=d>We pay</p>",
        '<p style="display:none">x<p>We pay',
        '<div style="background:url(a.png);color:#fff">We pay</div>',
        '<p style="color:#222;background-color:white">We pay</p>',
    ],
)
def test_words_that_a_reader_sees_stay(markup: str) -> None:
    assert html_to_text(markup).text == "We pay"


def test_gmail_quotation_is_marked() -> None:
    read = html_to_text(
        '<div dir="ltr">Paid.</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, 2 Mar 2026 at 09:14, '
        'AR &lt;<a href="mailto:ar@x.example">ar@x.example</a>&gt; wrote:<br></div><blockquote>Pay<br>now</blockquote></div>'
    )
    assert read.text.endswith("wrote:\n\n> Pay\n> now")
    assert split_text(read.text).reply == "Paid."


def test_outlook_history_without_headers_is_cut_at_its_mark() -> None:
    read = html_to_text(
        '<div>Paid.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: AR</div><div>Pay now</div>'
    )
    assert split_text(read.text).reply.startswith("Paid.")
    assert "Pay now" not in split_text(read.text).reply


def test_gmail_indentation_is_no_quotation() -> None:
    markup = '<blockquote style="margin:0 0 0 40px;border:none;padding:0px">4711 on Friday</blockquote>'
    assert html_to_text(markup).text == "4711 on Friday"


def test_tables_and_lists_become_lines() -> None:
    markup = "<table><tr><th>Invoice</th><th>Paid</th></tr><tr><td><p>4711</p></td><td><p>3 May</p></td></tr></table><ol><li>a</li><li><p>b</p></li></ol>"
    assert html_to_text(markup).text == "Invoice | Paid\n4711 | 3 May\n1. a\n2. b"


def test_link_shows_where_it_leads_when_its_text_does_not() -> None:
    markup = '<a href="https://evil.example/x">bank.example</a> <a href="https://www.bank.example/a">bank.example</a>'
    assert html_to_text(markup).text == "bank.example (https://evil.example/x) bank.example"


@pytest.mark.parametrize("source", ["<" * 200_000, "<div>" * 100_000, "<a href=\"" * 50_000, "<p" + " a=b" * 100_000, "<!--" * 100_000,
                                    "".join(f"<font size={n}>" for n in range(20_000)) + "<p>" * 20_000])  # fmt: skip
def test_hostile_markup_takes_bounded_time(source: str) -> None:
    begun = time.process_time()
    html_to_text(source)
    assert time.process_time() - begun < 10
