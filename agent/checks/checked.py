"""`Checked`: what one check found."""

from dataclasses import dataclass

from ledger.model.draft import Finding, Support


@dataclass(frozen=True, slots=True)
class Checked:
    """Objections, the reasons why figures may stand, and whether the text holds for its day only."""

    findings: tuple[Finding, ...] = ()
    supports: tuple[Support, ...] = ()
    only_today: bool = False
