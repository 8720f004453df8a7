"""The procrastinate app: queue names, retries, and what a job is called."""

from procrastinate import App, PsycopgConnector, RetryStrategy

#: Mail out before mail in: an approved answer never waits behind a full inbox.
SEND_PRIORITY = 10
SEND_QUEUE = "send"
INBOUND_QUEUE = "inbound"
CASH_QUEUE = "cash"
FETCH_QUEUE = "fetch"

PROCESS_INBOUND = "process_inbound"
REDRAFT = "redraft"
FINISH_RUN = "finish_run"
SEND_MAIL = "send_mail"
MATCH_PAYMENTS = "match_payments"
MATCH_WAITING = "match_waiting"
FETCH_MAILBOX = "fetch_mailbox"
KEEP_WATCH = "keep_watch"

#: For failures that may pass (a database restart, a busy endpoint): 8 tries over about ten minutes. What fails
#: for good inside a task is put before a person by the task itself.
RETRY = RetryStrategy(max_attempts=8, exponential_wait=2)


def build_app(app_url: str) -> App:
    """An app on the application's role; open it before use. It never sees more than ids."""
    connector = PsycopgConnector(conninfo=app_url, min_size=1, max_size=4, kwargs={"connect_timeout": 10})
    return App(connector=connector)
