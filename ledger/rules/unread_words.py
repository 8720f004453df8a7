"""How much of a mail nobody has read: what no signal rests on."""

from ledger.model.signal import Signal

#: A greeting, thanks and a name; what is longer may say something.
MOST_UNREAD_WORDS = 25


def unread_words(text: str, signals: tuple[Signal, ...]) -> int:
    """Words of the reply outside every signal's evidence. Evidence that stands elsewhere covers nothing."""
    covered = [False] * len(text)
    for signal in signals:
        start = signal.evidence.start if signal.evidence.start >= 0 else text.find(signal.evidence.quote)
        if start < 0 or not signal.evidence.quote:
            continue
        end = min(len(text), start + len(signal.evidence.quote))
        covered[start:end] = [True] * (end - start)
    return len("".join(" " if covered[i] else char for i, char in enumerate(text)).split())
