"""Values of a member's standing and activity."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from raidbot.kernel.guilds import GuildSettings, RoleKey
from raidbot.kernel.permissions import Actor, has_at_least


class ActivityKind(StrEnum):
    """What an organizer can be busy with."""

    RUN = "run"
    HEADCOUNT = "headcount"


@dataclass(frozen=True, slots=True)
class Activity:
    """What an organizer is busy with; `subject_id` is the run's or headcount's id."""

    kind: ActivityKind
    subject_id: int

    @property
    def topic(self) -> str:
        """What its panels show."""
        return f"{self.kind.value}:{self.subject_id}"


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether a member is in something (`key` is empty), or offers a key for it, as their last click left it."""

    user_id: int
    key: str
    there: bool
    changed_at: datetime


class Standing(StrEnum):
    """Whether a member may take part, as their roles say."""

    FINE = "fine"
    UNVERIFIED = "unverified"
    SUSPENDED = "suspended"


def standing_of(actor: Actor, settings: GuildSettings) -> Standing:
    """Say whether a member's roles let them take part; a role that is not mapped forbids nothing."""
    if settings.roles.get(RoleKey.SUSPENDED) in actor.role_ids:
        return Standing.SUSPENDED
    if RoleKey.VERIFIED_RAIDER in settings.roles and not has_at_least(actor, RoleKey.VERIFIED_RAIDER, settings):
        return Standing.UNVERIFIED
    return Standing.FINE
