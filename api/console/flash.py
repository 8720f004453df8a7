"""What the page says after something was done: fixed words for a code in the URL, so that no link can put words
of its own on a page of ours."""

_WORDS = {
    "approved": "Approved.",
    "edited": "Approved with your changes.",
    "saved": "Your changes are saved. Nothing was sent.",
    "responded": "Approved with your own words.",
    "rejected": "Rejected. Nothing was sent.",
    "reassigned": "Handed on.",
    "snoozed": "Put off.",
    "taken-back": "Taken back. Nothing was sent, and the mail waits for you again.",
    "settled": "Settled.",
    "corrected": "Corrected. The answer is being written anew, and like sentences are read so from now on.",
    "unlearned": "Taken back: it teaches nothing any more.",
    "cash-applied": "Applied.",
    "cash-none": "Noted: none of these. The money stays unapplied, and is not proposed again by itself.",
    "cash-ignored": "Noted: none of the customers' money. It waits no more, and is found under Ignored.",
    "cash-back": "Brought back: the payment waits for you again.",
    "cash-undone": "Taken back. What it had paid is open again, and the payment waits for you.",
    "cash-forgotten": "Forgotten: it counts no more. What was posted stays posted.",
    "settled-before": "Somebody settled it before you. Nothing was changed.",
    "mailbox-connected": "Connected. A running worker picks it up within a minute.",
    "mailbox-limits": "Kept. The limits count from now on.",
    "mailbox-disconnected": "Disconnected. Nothing is fetched or sent by it any more; what is here stays.",
    "signed-out": "You are signed out.",
}


def flash_words(code: str | None) -> str:
    """The words of a code; empty for an unknown one."""
    return _WORDS.get(code or "", "")
