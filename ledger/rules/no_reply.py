"""Addresses that nobody reads: mail is never written to them, whoever put them among the contacts."""

import re
import unicodedata

#: Local parts without separators, accents and digits, in the nine languages that we write.
_NOBODY = frozenset(
    """noreply noreplies donotreply dontreply doesnotreply neverreply noresponse donotrespond noanswer donotanswer
    unmonitored notmonitored mailerdaemon bounce bounces noreplyto replynotpossible
    keineantwort keineantworten nichtantworten bittenichtantworten nichtbeantworten antwortenichtmoeglich
    nepasrepondre mercidenepasrepondre nerepondezpas nepasrepondresvp pasdereponse sansreponse
    noresponder norespondas noresponda nocontestar nocontestes nocontesteis sinrespuesta nodarrespuesta
    nonrispondere nonrispondete norisposta nessunarisposta pregononrispondere
    nietbeantwoorden nietantwoorden nietreageren geenantwoord geenreactie beantwoordniet
    naoresponder naoresponda naorespondas naorespondaaesteemail semresposta
    nieodpowiadaj nieodpowiadac prosimynieodpowiadac proszenieodpowiadac nieodpowiadajnatenmail bezodpowiedzi
    brakodpowiedzi
    svarainte svaraej ejsvar ingetsvar ingasvar besvarainte besvaraej kanejbesvaras""".split()
)
#: Unmistakable at the beginning or end of anything: `noreplyinvoices`, `invoicesnoreply`.
_ANYWHERE = ("noreply", "donotreply", "mailerdaemon", "naoresponda", "nepasrepondre", "nieodpowiadaj")
_SEPARATOR = re.compile(r"[._\-+=~]+")
_MOST_PARTS = 12


def takes_no_mail(address: str) -> bool:
    """Whether the address says of itself that nobody reads what is sent there."""
    local = address.strip().rpartition("@")[0].partition("+")[0][:64]
    parts = [_plain(part) for part in _SEPARATOR.split(local)][:_MOST_PARTS]
    whole = "".join(parts)
    if whole.startswith(_ANYWHERE) or whole.endswith(_ANYWHERE):
        return True
    return any(
        "".join(parts[start:end]) in _NOBODY
        for start in range(len(parts))
        for end in range(start + 1, len(parts) + 1)
    )


def _plain(text: str) -> str:
    """Lower case without accents and digits."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss").replace("ł", "l"))
    return "".join(char for char in folded if char.isalpha())
