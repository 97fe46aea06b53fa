"""The custom ids of role pings. A changed field list needs a higher VERSION: buttons of old messages live for ever."""

from dataclasses import dataclass
from typing import ClassVar

from raidbot.kernel.discord.custom_ids import CustomId


@dataclass(frozen=True)
class Toggle(CustomId):
    """A ping's own button on the panel."""

    PREFIX: ClassVar[str] = "roleping.toggle"
    role_id: int


@dataclass(frozen=True)
class Mine(CustomId):
    """Shows a member their pings; `posted_by`: the command of the panel, by which its message is found again."""

    PREFIX: ClassVar[str] = "roleping.mine"
    posted_by: int


@dataclass(frozen=True)
class Bulk(CustomId):
    """All or none, on the panel."""

    PREFIX: ClassVar[str] = "roleping.bulk"
    wanted: bool


@dataclass(frozen=True)
class Pick(CustomId):
    """A select of the private answer; `seal`: which pings it offered, so that a choice from an old list is noticed."""

    PREFIX: ClassVar[str] = "roleping.pick"
    page: int
    seal: int


@dataclass(frozen=True)
class PickBulk(CustomId):
    """All or none, on the private answer."""

    PREFIX: ClassVar[str] = "roleping.pick_bulk"
    wanted: bool
