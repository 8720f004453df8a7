"""`Reading`: what the agent read in one message, as the ledger records it."""

from dataclasses import dataclass

from ledger.model.signal import Signal


@dataclass(frozen=True, slots=True)
class ReadSignal:
    """A signal, and why it may only be shown; `ungrounded` is empty where it may be acted on."""

    signal: Signal
    ungrounded: str = ""


@dataclass(frozen=True, slots=True)
class ModelUse:
    """Tokens of one call for one case; `cost_usd` a decimal string in US dollars, or None where unknown."""

    purpose: str
    model: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost_usd: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read in one message."""

    signals: tuple[ReadSignal, ...]
    needs_human: bool
    reasons: tuple[str, ...]
    unknown_references: tuple[str, ...]
    language: str
    reader: str
