"""Approved draft to RFC 5322 bytes: the answer to the customer's newest mail, in its thread."""

from ledger.commands.send_draft import ComposedMail, MailToCompose
from mail.compose import MailToSend, OutgoingAttachment, compose, is_plain_id, new_message_id
from mail.conversation import make_reply_token
from mail.message import Address

#: Names no message: the beginning of a conversation, first in the References of each of its mails.
_ROOT = "thread"


#: Asks programs for no acknowledgement. Bounces (DR, NDR) and absence notices (OOF) are wanted: they tell where and
#: when to write next. Auto-Submitted is not set: a person approved the mail (RFC 3834, section 5).
SUPPRESSED = "AutoReply, RN, NRN"


def compose_mail(mail: MailToCompose) -> ComposedMail:
    """The bytes, and a Message-ID made from the send's own id: asked twice, the same mail comes out.

    The customer's text is not quoted back: nothing that a stranger wrote goes out under our name.
    """
    token = make_reply_token(mail.reply_secret, str(mail.conversation_id))
    domain = mail.sender_address.rpartition("@")[2]
    message_id = new_message_id(token, domain, mail.send_id.hex)
    # A reminder that follows a bounce answers nobody: the bounce's id means nothing to the next contact.
    answered = "" if mail.answers.automatic is not None else mail.answers.header_message_id
    raw = compose(
        MailToSend(
            sender=Address(mail.sender_address, mail.sender_name),
            to=[Address(address) for address in mail.draft.to],
            cc=[Address(address) for address in mail.draft.cc],
            subject=mail.draft.subject,
            text=mail.draft.text,
            message_id=message_id,
            date=mail.at,
            in_reply_to=answered if _usable(answered) else "",
            # Gmail gives what is sent through it a Message-ID of its own; a reply brings our token back all the same.
            references=[new_message_id(token, domain, _ROOT), *_references(mail)],
            attachments=[OutgoingAttachment(*attachment) for attachment in mail.attachments],
            headers={"X-Auto-Response-Suppress": SUPPRESSED},
        )
    )
    return ComposedMail(message_id, raw)


def _references(mail: MailToCompose) -> list[str]:
    """The thread, oldest first: what the answered mail refers to, the conversation as we know it, that mail last."""
    people = [message for message in mail.thread if message.automatic is None]
    answered = "" if mail.answers.automatic is not None else mail.answers.header_message_id
    known = [*reversed(mail.answers.references), *(message.header_message_id for message in people)]
    ids = dict.fromkeys(one for one in known if one != answered)
    return [one for one in (*ids, answered) if _usable(one)]


def _usable(message_id: str) -> bool:
    """Whether an id that came from outside may stand in a header of ours; ids that we made up may not."""
    return is_plain_id(message_id) and not message_id.endswith("@missing.duly")
