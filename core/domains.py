"""Domain names of mail: one spelling, and which of them belong together."""


def plain_domain(text: str) -> str:
    """The domain of an address or a domain, in lower case, ASCII (IDNA) and without a last dot; empty for none."""
    domain = text.strip().rpartition("@")[2].strip().rstrip(".").lower()
    if not domain or len(domain) > 253:
        return ""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def same_organisation(one: str, other: str) -> bool:
    """Whether the two are one domain, or one of them lies below the other.

    This is stricter than DMARC's organisational domain: two sub-domains of one company do not count as one, since
    only the public suffix list could tell them from two companies below `co.uk`, and Duly does not carry it.
    """
    first, second = plain_domain(one), plain_domain(other)
    shorter, longer = sorted((first, second), key=len)
    if not shorter or "." not in shorter:
        return False
    return shorter == longer or longer.endswith(f".{shorter}")
