"""Mailboxes that nobody signs in to: which tokens they work with, and what must be set for them."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from mailservers import make_certificate
from pydantic import SecretStr

from core.clock import SystemClock
from core.errors import NotConfigured
from core.ids import OrgId, new_id
from core.secrets import SecretBox
from core.settings import OAuthSettings
from integrations.gmail.service_account import ServiceAccountTokens
from integrations.outlook.app_tokens import AppCertificate, AppTokens
from jobs import mail_adapters
from jobs.tokens import Grants

SETTINGS = {"kind": "outlook", "permission": "application"}


def settings(**what: Any) -> OAuthSettings:
    usual = {
        "microsoft_client_id": "app", "microsoft_tenant": "seller.example", "microsoft_client_secret": SecretStr("s"),
    }  # fmt: skip
    return OAuthSettings().model_copy(update=usual | what)


def tokens(oauth: OAuthSettings, address: str = "ar@seller.example", **more: str) -> object:
    grants = Grants(None, SecretBox(["x" * 43 + "="]), SystemClock(), {})  # type: ignore[arg-type]
    return mail_adapters._mail_tokens(grants, oauth, SETTINGS | more, address, OrgId(new_id()))


def test_all_mailboxes_of_a_tenant_share_one_token() -> None:
    first = tokens(settings())
    assert isinstance(first, AppTokens)
    assert tokens(settings(), "info@seller.example") is first
    assert tokens(settings(microsoft_tenant="other.example")) is not first


@pytest.mark.parametrize("order", [1, -1], ids=["key first", "certificate first"])
def test_a_certificate_goes_before_a_secret(tmp_path: Path, order: int) -> None:
    made = make_certificate(tmp_path)
    parts = [made.key.read_text(), made.certificate.read_text()][::order]
    (tmp_path / "app.pem").write_text("".join(parts))
    proof = mail_adapters._registration(settings(microsoft_certificate_file=tmp_path / "app.pem")).proof
    assert isinstance(proof, AppCertificate)
    assert (proof.private_key.strip(), proof.public_certificate.strip()) == (
        made.key.read_text().strip(),
        made.certificate.read_text().strip(),
    )


def test_a_service_account_acts_as_the_mailbox(tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    said = {"type": "service_account", "client_email": "a@b.example", "private_key": pem.decode(), "token_uri": "x"}
    (tmp_path / "key.json").write_text(json.dumps(said))
    found = tokens(settings(gmail_service_account_file=tmp_path / "key.json"), kind="gmail")
    assert isinstance(found, ServiceAccountTokens)


@pytest.mark.parametrize(
    ("what", "kind", "words"),
    [
        ({"microsoft_tenant": "organizations"}, "outlook", "DULY_MICROSOFT_TENANT"),
        ({"microsoft_client_secret": SecretStr("")}, "outlook", "certificate or secret"),
        ({"microsoft_certificate_file": Path("/nowhere/app.pem")}, "outlook", "cannot be read"),
        ({"microsoft_certificate_file": Path("/dev/null")}, "outlook", "private key"),
        ({}, "gmail", "DULY_GMAIL_SERVICE_ACCOUNT_FILE"),
    ],
    ids=["no tenant", "no proof", "no file", "empty file", "no key"],
)
def test_what_is_missing_is_named(what: dict[str, Any], kind: str, words: str) -> None:
    with pytest.raises(NotConfigured, match=words):
        tokens(settings(**what), kind=kind)
