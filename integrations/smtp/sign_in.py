"""Signing in to an SMTP server: by password, or by an access token (XOAUTH2, OAUTHBEARER)."""

import base64

import aiosmtplib

from integrations import sasl
from integrations.ports.mail_server import MailServer

_GO_ON = 334
_TAKEN = 235
#: Syntax errors: a server that takes no first response, or none so long, with the command.
_NOT_AT_ONCE = frozenset({500, 501, 504})
#: RFC 7628 allows one challenge, with the error; whoever asks for more does not end.
_MOST_CHALLENGES = 3


async def sign_in(client: aiosmtplib.SMTP, server: MailServer, token: str | None) -> None:
    """Signs in with `token` or else with the password; does nothing where the server asks for no user.

    Raises:
        aiosmtplib.SMTPException, OSError, ValueError: no answer, or one that makes no sense.
        aiosmtplib.SMTPAuthenticationError: refused.
        sasl.TakesNoTokens: there is a token, and the server takes none.
    """
    if token is not None:
        await _by_token(client, server, token)
    elif server.username:
        await client.login(server.username, server.password)


async def _by_token(client: aiosmtplib.SMTP, server: MailServer, token: str) -> None:
    mechanism = sasl.choose_mechanism(client.server_auth_methods, server=f"SMTP {server}")
    said = sasl.first_response(mechanism, username=server.username, token=token, host=server.host, port=server.port)
    first = base64.b64encode(said)
    command = mechanism.encode()
    # Google and Microsoft document this form, whose line is longer than RFC 4954 has it; others may mind.
    answer = await client.execute_command(b"AUTH", command, first)
    if answer.code in _NOT_AT_ONCE:
        answer = await client.execute_command(b"AUTH", command)
        if answer.code == _GO_ON:
            answer = await client.execute_command(first)
    why = ""
    for _ in range(_MOST_CHALLENGES):
        if answer.code != _GO_ON:
            break
        why = sasl.error_in(sasl.decoded(answer.message.encode())) or why
        answer = await client.execute_command(base64.b64encode(sasl.answer_to_error(mechanism)))
    if answer.code != _TAKEN:
        words = " ".join(filter(None, (answer.message, why)))
        raise aiosmtplib.SMTPAuthenticationError(answer.code, words)
