"""Handing a run over: who can take it."""

from dataclasses import dataclass
from enum import StrEnum

from raidbot.features.members.api import Standing, standing_of
from raidbot.features.raids.models.runs import ORGANIZE
from raidbot.kernel.guilds import GuildSettings
from raidbot.kernel.permissions import Actor, Denied, authorize


class Unfit(StrEnum):
    """Why a member cannot take a run over."""

    GONE = "gone"
    BOT = "bot"
    NOT_ALLOWED = "not_allowed"
    SUSPENDED = "suspended"
    BUSY = "busy"
    ALREADY = "already"


@dataclass(frozen=True, slots=True)
class NewOrganizer:
    """Who takes a run over."""

    user_id: int
    name: str
    role_ids: frozenset[int]


def unfit(candidate: Actor, settings: GuildSettings, *, bot: bool) -> Unfit | None:
    """Say why a member's roles do not let them take a run over, None when they do."""
    if bot:
        return Unfit.BOT
    if standing_of(candidate, settings) is Standing.SUSPENDED:
        return Unfit.SUSPENDED
    try:
        authorize(candidate, ORGANIZE, settings)
    except Denied:
        return Unfit.NOT_ALLOWED
    return None
