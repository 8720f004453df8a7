"""Thread keys and signed tokens."""

# ruff: noqa: E501 - mails are written here as they travel, a line a line.

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.compose import new_message_id
from mail.conversation import make_reply_token, normalise_subject, read_reply_token, token_in

SECRET = b"0123456789abcdef0123456789abcdef"
KEY = "0190b2c4-7a00-7000-8000-000000000001"


@pytest.mark.parametrize(
    "subject",
    [
        "Invoice 4711", "Re: Invoice 4711", "RE[2]: Invoice 4711", "AW: WG: Invoice 4711", "Fwd: Re: Invoice 4711",
        "SV: Invoice 4711", "Odp: Invoice 4711", "RE: [EXTERNAL] Invoice 4711", "[EXTERNAL] Re: invoice  4711",
        "TR : Invoice 4711", "R: I: Invoice 4711", "Antw: Invoice 4711", "RES: ENC: Invoice 4711", "回复：Invoice 4711",
        "Automatic reply: Invoice 4711",
    ],
)  # fmt: skip
def test_answers_share_the_subject_key(subject: str) -> None:
    assert normalise_subject(subject) == "invoice 4711"


@pytest.mark.parametrize("subject", ["Reminder: pay", "Rest of invoice", "[INV-4711] due", "Refund: 12"])
def test_words_that_look_like_prefixes_stay(subject: str) -> None:
    assert normalise_subject(subject) == subject.casefold()


@given(
    st.text(min_size=1, max_size=40).filter(lambda key: len(key.encode("utf-8", "ignore")) > 0 and key.isprintable())
)
def test_a_token_gives_back_its_key(key: str) -> None:
    token = make_reply_token(SECRET, key)
    assert read_reply_token(SECRET, token) == key
    assert read_reply_token(SECRET, token.upper()) == key
    assert read_reply_token(b"another secret of length", token) is None


@given(st.integers(0, 52), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_changed_token_is_refused(at: int, char: str) -> None:
    token = make_reply_token(SECRET, KEY)
    changed = token[:at] + char + token[at + 1 :]
    assert changed == token or read_reply_token(SECRET, changed) is None


@given(st.text(max_size=500))
def test_noise_is_no_token(noise: str) -> None:
    assert read_reply_token(SECRET, noise) is None


def test_token_fits_a_local_part_and_is_found_in_message_ids() -> None:
    token = make_reply_token(SECRET, KEY)
    assert len(token) == 53
    ours = new_message_id(token, "tidewater.example", "9f3a")
    forged = new_message_id(make_reply_token(b"x" * 16, KEY), "tidewater.example", "9f3a")
    assert token_in(["a@b.example", forged, ours], SECRET) == token
    assert token_in([forged, f"x{ours}"], SECRET) is None


@pytest.mark.parametrize(
    "change",
    {
        "another conversation": lambda token: make_reply_token(SECRET, KEY[:-1] + "2")[:-26] + token[-26:],
        "another secret": lambda token: make_reply_token(SECRET[::-1], KEY),
        "the other kind": lambda token: "t" + token[1:],
        "cut": lambda token: token[:-1],
        "longer": lambda token: token + "a",
        "no proof": lambda token: token[:-26],
        "endless": lambda token: token * 20,
        "other letters": lambda token: token[:-1] + "ä",
    }.values(),
    ids=["conversation", "secret", "kind", "cut", "longer", "no proof", "endless", "letters"],
)
def test_an_altered_token_names_nothing(change: Callable[[str], str]) -> None:
    assert read_reply_token(SECRET, change(make_reply_token(SECRET, KEY))) is None


def test_a_token_is_compared_as_a_whole_and_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    token = make_reply_token(SECRET, KEY)
    compared: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr("mail.conversation.hmac.compare_digest", compare)
    forged = token[:27] + "a" * 26
    assert read_reply_token(SECRET, forged) is None
    assert compared == [(token.encode(), forged.encode())]


def test_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        make_reply_token(b"short", KEY)
