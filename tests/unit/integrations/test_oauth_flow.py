"""The authorization code flow: what is asked for, what may come back, and what is turned away."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.fernet import Fernet

from core.errors import InvalidInput, NotConfigured
from core.secrets import SecretBox
from integrations.oauth.answers import (
    ClientRefused,
    GrantRefused,
    TokenAnswer,
    read_answer,
    visible,
)
from integrations.oauth.authorize import (
    SignIn,
    authorization_url,
    begin_sign_in,
    checked_grant,
    open_state,
    read_redirect,
    seal_state,
    state_of,
)
from integrations.oauth.providers import (
    GOOGLE_SCOPES,
    MICROSOFT_SCOPES,
    MICROSOFT_SHARED_SCOPES,
    OAuthClient,
    Provider,
    google_client,
    microsoft_client,
)
from integrations.ports.errors import RateLimited, TemporarilyUnavailable

NOW = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
SECRETS = SecretBox([Fernet.generate_key().decode()])
GOOGLE = google_client("client-1", "client-secret")
MICROSOFT = microsoft_client("client-1", "client-secret")
MODIFY = "https://www.googleapis.com/auth/gmail.modify"


def a_sign_in(client: OAuthClient = GOOGLE, **more: Any) -> SignIn:
    fields: dict[str, Any] = {
        "organisation": "org-1", "started_by": "Ann", "address": "AR@seller.example", "account": "",
        "scopes": GOOGLE_SCOPES, "redirect_uri": "http://127.0.0.1:4000", "now": NOW,
    }  # fmt: skip
    return begin_sign_in(client, **(fields | more))


def an_id_token(**claims: str) -> str:
    middle = base64.urlsafe_b64encode(json.dumps({"aud": "client-1", **claims}).encode()).rstrip(b"=").decode()
    return f"e30.{middle}.signature"


def an_answer(**more: Any) -> TokenAnswer:
    fields: dict[str, Any] = {
        "access_token": "access", "expires_in_seconds": 3600, "refresh_token": "refresh", "scopes": GOOGLE_SCOPES,
        "id_token": an_id_token(email="ar@seller.example"),
    }  # fmt: skip
    return TokenAnswer(**(fields | more))


# Asking


def test_google_is_asked_for_a_refresh_token_with_pkce() -> None:
    sign_in = a_sign_in()
    url = urlsplit(authorization_url(GOOGLE, sign_in, "state-1"))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(sign_in.verifier.encode()).digest()).rstrip(b"=").decode()
    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://accounts.google.com/o/oauth2/v2/auth"
    assert {name: values[0] for name, values in parse_qs(url.query).items()} == {
        "client_id": "client-1",
        "response_type": "code",
        "redirect_uri": "http://127.0.0.1:4000",
        "scope": f"{MODIFY} openid email",
        "state": "state-1",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": "ar@seller.example",
        "access_type": "offline",
        "prompt": "consent",
    }


def test_microsoft_is_asked_for_mail_and_offline_access_in_a_tenant() -> None:
    client = microsoft_client("client-1", "", tenant="seller.onmicrosoft.com")
    url = urlsplit(authorization_url(client, a_sign_in(client, scopes=MICROSOFT_SCOPES), "state-1"))
    assert url.path == "/seller.onmicrosoft.com/oauth2/v2.0/authorize"
    assert "offline_access" in parse_qs(url.query)["scope"][0].split()
    assert client.token_url == "https://login.microsoftonline.com/seller.onmicrosoft.com/oauth2/v2.0/token"


def test_two_sign_ins_have_nothing_in_common() -> None:
    first, second = a_sign_in(), a_sign_in()
    assert first.verifier != second.verifier
    assert 43 <= len(first.verifier) <= 128


@pytest.mark.parametrize(
    "make",
    [
        lambda: google_client("", "secret"),
        lambda: google_client("client-1", "secret", base_url="http://token.example"),
        lambda: google_client("client-1", "secret", base_url="ftp://127.0.0.1"),
        lambda: microsoft_client("client-1", "secret", tenant="../evil"),
        lambda: microsoft_client("client-1", "secret", tenant=""),
    ],
    ids=["no client", "in the clear", "no web address", "a path as tenant", "no tenant"],
)
def test_a_registration_that_cannot_work_is_refused(make: Any) -> None:
    with pytest.raises(NotConfigured):
        make()


def test_an_emulator_on_this_machine_may_be_asked_in_the_clear() -> None:
    assert google_client("c", "", base_url="http://127.0.0.1:4200/").token_url == "http://127.0.0.1:4200/oauth2/token"


def test_a_clients_secret_stands_in_no_repr() -> None:
    assert "client-secret" not in repr(GOOGLE)
    sign_in = a_sign_in()
    assert sign_in.verifier not in repr(sign_in)


# The state


def test_a_state_brings_the_sign_in_back_and_shows_nothing_of_it() -> None:
    sign_in = a_sign_in()
    state = seal_state(SECRETS, sign_in)
    assert open_state(SECRETS, state, now=NOW + timedelta(minutes=14)) == sign_in
    assert sign_in.verifier not in base64.urlsafe_b64decode(state).decode("latin-1")


@pytest.mark.parametrize("minutes", [-1, 15, 600])
def test_a_state_that_is_too_old_or_from_tomorrow_is_refused(minutes: int) -> None:
    with pytest.raises(InvalidInput, match="begin it again"):
        open_state(SECRETS, seal_state(SECRETS, a_sign_in()), now=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "change",
    [
        lambda state: state[:-2] + ("A" if state[-2] != "A" else "B") + state[-1],
        lambda state: "",
        lambda state: "\N{SNOWMAN}" * 100,
        lambda state: "x" * 1_000_000,
        lambda state: SECRETS.seal("{}"),
        lambda state: SECRETS.seal("a password"),
        lambda state: SecretBox([Fernet.generate_key().decode()]).seal(SECRETS.open(state)),
    ],
    ids=["changed", "empty", "no ASCII", "endless", "another thing of ours", "a password of ours", "another key"],
)
def test_a_state_that_is_not_ours_is_refused(change: Any) -> None:
    with pytest.raises(InvalidInput, match="begin it again"):
        open_state(SECRETS, change(seal_state(SECRETS, a_sign_in())), now=NOW)


# Coming back


def test_a_code_and_a_state_are_read_out_of_an_address() -> None:
    target = "http://127.0.0.1:4000/?state=gAAAA%3D%3D&code=4%2F0Ab&scope=email#"
    assert (read_redirect(target), state_of(target)) == ("4/0Ab", "gAAAA==")


@pytest.mark.parametrize(
    "target",
    ["", "/", "/?state=x", "/?code=a&code=b&state=x", "/?" + "&".join(f"a{n}=1" for n in range(5000)), "?code"],
    ids=["empty", "no query", "no code", "two codes", "too many fields", "a code without a value"],
)
def test_an_address_that_no_sign_in_ends_at_is_refused(target: str) -> None:
    with pytest.raises(InvalidInput, match="no address that a sign-in ends at"):
        read_redirect(target)


def test_a_refusal_is_told_in_the_providers_words_made_harmless() -> None:
    said = "/?error=access_denied&error_description=No%1b%5b31m%0Anever" + "x" * 5000 + "&state=x"
    with pytest.raises(InvalidInput, match=r"not completed: access_denied: No \[31m never") as caught:
        read_redirect(said)
    assert len(str(caught.value)) < 300


# What was allowed


def test_the_account_that_was_asked_for_is_connected() -> None:
    assert checked_grant(GOOGLE, a_sign_in(), an_answer()) == "ar@seller.example"


@pytest.mark.parametrize(
    ("scopes", "account"),
    [
        (("Mail.ReadWrite", "Mail.Send", "openid"), ""),
        (("https://graph.microsoft.com/Mail.ReadWrite", "https://graph.microsoft.com/Mail.Send"), ""),
        (("mail.readwrite.shared", "mail.send.shared"), "ann@seller.example"),
        ((), ""),
    ],
    ids=["short", "with the resource", "shared", "not listed"],
)
def test_microsofts_ways_to_spell_a_permission(scopes: tuple[str, ...], account: str) -> None:
    sign_in = a_sign_in(MICROSOFT, account=account, scopes=MICROSOFT_SHARED_SCOPES)
    token = an_id_token(preferred_username=(account or "AR@Seller.example").upper())
    assert checked_grant(MICROSOFT, sign_in, an_answer(scopes=scopes, id_token=token)) == sign_in.account


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (an_answer(scopes=("openid", "email")), "gmail.modify was not allowed"),
        (an_answer(refresh_token=""), "gave no refresh token"),
        (an_answer(id_token=an_id_token(email="eve@evil.example")), "eve@evil.example signed in, not ar@seller"),
        (an_answer(id_token=""), "does not say who signed in"),
        (an_answer(id_token="a.b"), "does not say who signed in"),
        (an_answer(id_token="a.\N{SNOWMAN}.c"), "does not say who signed in"),
        (an_answer(id_token=an_id_token(aud="another", email="ar@seller.example")), "meant for another application"),
        (an_answer(id_token=an_id_token()), "nobody signed in"),
    ],
    ids=[
        "a permission left out", "no refresh token", "another account", "no identity", "half an identity",
        "no base64", "for another application", "an identity without a name",
    ],
)  # fmt: skip
def test_a_grant_that_was_not_asked_for_is_not_kept(answer: TokenAnswer, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        checked_grant(GOOGLE, a_sign_in(), answer)


# Answers of a token server


def read(status: int, body: bytes | dict[str, Any], headers: dict[str, str] | None = None) -> TokenAnswer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_answer(status, headers or {}, raw, server="token.example", secrets=("s3cret",), now=NOW)


def test_tokens_are_read_and_hidden() -> None:
    body = {"access_token": "a-1", "expires_in": "3599", "token_type": "bearer", "scope": "x y", "ext_expires_in": 1}
    answer = read(200, body)
    assert answer == TokenAnswer("a-1", 3599, scopes=("x", "y"))
    assert "a-1" not in repr(answer)


@pytest.mark.parametrize(
    ("expires_in", "seconds"), [({}, 900), ({"expires_in": 10**12}, 86_400)], ids=["not stated", "for ever"]
)
def test_a_lifetime_is_bounded(expires_in: dict[str, int], seconds: int) -> None:
    assert read(200, {"access_token": "a", **expires_in}).expires_in_seconds == seconds


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"{}", {"access_token": ""}, {"access_token": "s3cret\r\nX: y"}, {"access_token": 7},
        {"access_token": "a", "expires_in": -1}, {"access_token": "a", "token_type": "mac"},
        {"access_token": "s3cret" * 5000}, b"\xff\xfe", b"[" * 60_000,
    ],
    ids=[
        "empty", "null", "a list", "nothing in it", "no token", "a header in it", "a number", "already over",
        "another kind", "endless", "no text", "deep",
    ],
)  # fmt: skip
def test_an_answer_without_tokens_is_trouble_and_not_quoted(body: Any) -> None:
    with pytest.raises(TemporarilyUnavailable, match="no tokens that can be used") as caught:
        read(200, body)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, GrantRefused),
        (400, {"error": "invalid_grant", "error_codes": [700082]}, GrantRefused),
        (400, {"error": "interaction_required", "error_codes": [50076]}, GrantRefused),
        (400, {"error": "invalid_grant", "error_codes": [50196]}, TemporarilyUnavailable),
        (401, {"error": "invalid_client"}, ClientRefused),
        (400, {"error": "unauthorized_client"}, ClientRefused),
        (400, {"error": "temporarily_unavailable"}, TemporarilyUnavailable),
        (400, b"<html>", TemporarilyUnavailable),
        (403, {"error": {"code": 403}}, TemporarilyUnavailable),
        (429, b"", RateLimited),
        (500, {"error": "invalid_grant"}, TemporarilyUnavailable),
        (503, b"", TemporarilyUnavailable),
        (302, b"", TemporarilyUnavailable),
    ],
    ids=[
        "revoked", "idle too long", "a second factor", "a loop detected", "wrong client", "client off", "busy",
        "a page", "another shape", "too many", "trouble that says invalid_grant", "down", "elsewhere",
    ],
)  # fmt: skip
def test_only_a_clear_refusal_says_that_a_grant_is_gone(status: int, body: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        read(status, body)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("7", 7.0),
        ("99999999999999999999", 3600.0),
        ("Mon, 20 Apr 2026 09:01:30 GMT", 90.0),
        ("Mon, 20 Apr 2020 09:01:30 GMT", 0.0),
        ("soon", 60.0),
        ("-5", 60.0),
        ("Mon, 20 Apr 99999999999 09:01:30 GMT", 60.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(stated: str, seconds: float) -> None:
    with pytest.raises(RateLimited) as caught:
        read(429, b"", {"retry-after": stated})
    assert caught.value.retry_after_seconds == seconds


def test_a_servers_words_are_made_short_printable_and_empty_of_secrets() -> None:
    assert (
        visible("a\r\nb\x1b[0m s3cret " + "x" * 900, secrets=("s3cret", ""), most=30)
        == "a b [0m [redacted] xxxxxxxxxxx"
    )


def test_a_shared_mailbox_is_asked_for_with_shared_permissions() -> None:
    shared = replace(a_sign_in(MICROSOFT), scopes=MICROSOFT_SHARED_SCOPES)
    assert "https://graph.microsoft.com/Mail.ReadWrite.Shared" in authorization_url(MICROSOFT, shared, "s").replace(
        "%3A", ":"
    ).replace("%2F", "/")
    assert Provider("microsoft") is MICROSOFT.provider
