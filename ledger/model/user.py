"""`User`: who works with Duly, and what they may do."""

from dataclasses import dataclass
from enum import StrEnum

from core.ids import OrgId, UserId


class Role(StrEnum):
    """Each may do what the one before it may: read; decide on drafts; settle what managers own; set up."""

    VIEWER = "viewer"
    COLLECTOR = "collector"
    MANAGER = "manager"
    ADMIN = "admin"

    def allows(self, needed: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class User:
    """A signed-in user."""

    user_id: UserId
    org_id: OrgId
    email: str
    name: str
    role: Role

    @property
    def shown_name(self) -> str:
        return self.name or self.email
