"""How many messages a reader of a Gmail mailbox has still before it, for people to see; ids alone are listed."""

from integrations.gmail import following, mapping
from integrations.gmail.client import CursorTooOld, GmailClient, MessageQuery
from integrations.gmail.cursor import HistoryPosition, Position, ScanPosition
from integrations.gmail.reading import Wanted

#: 10,000 messages; beyond them the figure says "at least".
_MOST_PAGES = 20
_PAGE = 500


async def count_ahead(client: GmailClient, position: Position | None, wanted: Wanted) -> int | None:
    """About how many; None where nothing tells, or where most of what lies ahead was delivered long ago.

    Raises:
        TemporarilyUnavailable, RateLimited, AuthExpired.
    """
    if isinstance(position, HistoryPosition):
        return await _in_history(client, position, wanted)
    if isinstance(position, ScanPosition) and not position.known_up_to:
        return await _by_date(client, position, wanted.label or "INBOX")
    return None


async def _in_history(client: GmailClient, position: HistoryPosition, wanted: Wanted) -> int | None:
    found, page_token = set[str](), ""
    for _ in range(_MOST_PAGES):
        try:
            page = await client.history(position.history_id, page_token=page_token, label=wanted.label)
        except CursorTooOld:
            return None
        page_token = page.next_page
        for one in following.placed(position, page.arrivals, more_pages=bool(page_token)):
            labels = one.arrival.labels
            if labels is None or wanted.may_include(labels):
                found.add(one.arrival.message_id)
        if not page_token:
            break
    return len(found)


async def _by_date(client: GmailClient, position: ScanPosition, label: str) -> int | None:
    # Of the label that is read, or the inbox: the list does not say which messages are our own. None there is no
    # proof of none at all.
    query = MessageQuery(mapping.between(position.at_ms, None), label)
    found, page_token = 0, ""
    for _ in range(_MOST_PAGES):
        page = await client.list_messages(query, most=_PAGE, page_token=page_token)
        found += sum(message_id != position.message_id for message_id in page.message_ids)
        page_token = page.next_page
        if not page_token:
            break
    return found or None
