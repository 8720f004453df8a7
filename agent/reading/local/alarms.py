"""Why a person must see a mail whatever it says: orders to the software, threats, hidden words."""

from agent.reading.folding import fold
from agent.reading.local.cues import occurs
from agent.signals import ReplyToRead

#: Only so much of a reply is read; what is left out is said in the reasons.
MAX_CHARS = 20_000
#: Files of one mail in which orders to the software are looked for; fewer are read.
_ATTACHMENTS = 10
#: How such a reason begins.
ALARM = "the mail holds"


def alarms_in(reply: ReplyToRead) -> tuple[str, ...]:
    """Why a person must see this whatever it says: orders to the software, threats, hidden words."""
    texts = [reply.subject, reply.sender, reply.text, reply.signature, *reply.hidden_text[:20]]
    texts += [each.filename for each in reply.attachments[:_ATTACHMENTS]]
    with_words = [each for each in reply.attachments if each.text.strip()][:_ATTACHMENTS]
    texts += [each.text for each in with_words]
    reasons = []
    if any(text and occurs("inject", fold(text[:MAX_CHARS])) for text in texts):
        reasons.append(f"{ALARM} an instruction aimed at the software")
    if occurs("threat", fold(reply.text[:MAX_CHARS])):
        reasons.append(f"{ALARM} a threat")
    if any(text.strip() for text in reply.hidden_text):
        reasons.append(f"{ALARM} words that its reader could not see")
    if len(reply.text) > MAX_CHARS:
        reasons.append(f"only the first {MAX_CHARS} characters were read")
    if any(len(each.text) > MAX_CHARS for each in with_words):
        reasons.append(f"only the first {MAX_CHARS} characters of an attachment were read")
    return tuple(reasons)
