"""One house a file of tests, so that files may run side by side."""

from collections.abc import Iterator

import pytest
from e2e.house import House, build_house
from mailservers import EnvelopeServer, MailDevel

from ledger.store.local_server import LocalServer


@pytest.fixture(scope="module")
def house(server: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    mail = MailDevel()
    mail.start()
    smtp = EnvelopeServer(into=mail)
    smtp.start()
    built = build_house(server, tmp_path_factory.mktemp("house"), mail, smtp)
    yield built
    built.stop_all()
    smtp.stop()
    mail.stop()
