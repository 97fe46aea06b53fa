"""Requests during a run: what an organizer can call for, and who has it."""

from dataclasses import dataclass
from typing import Final

from raidbot.features.dungeons.api import Dungeon, RaiderClass
from raidbot.features.members.api import Standing

OPEN_REQUESTS_MAX: Final = 5
"""So many things a run may call for at a time."""
WANTED_MAX: Final = 20
WANTS_MAX: Final = 25
"""Discord shows at most this many choices of a select."""


@dataclass(frozen=True, slots=True)
class Want:
    """Something that a run may call for: a key, a call-out or a class; `code` is what rows hold."""

    code: str
    name: str
    emoji: str


def wants(dungeon: Dungeon) -> tuple[Want, ...]:
    """List what a run of the dungeon may call for: its keys, its call-outs, then the classes that are none of these."""
    own = [Want(key.code, key.name, key.emoji) for key in dungeon.keys]
    own += [Want(call_out.code, call_out.name, call_out.emoji) for call_out in dungeon.call_outs]
    named = {want.code.lower() for want in own}
    classes = [Want(one.value, one.label, one.emoji) for one in RaiderClass if one.value not in named]
    return (*own, *classes)[:WANTS_MAX]


def want_of(dungeon: Dungeon, code: str) -> Want:
    """Return what a code stands for in a dungeon; one that the dungeon data no longer has stands for itself."""
    return next((want for want in wants(dungeon) if want.code == code), Want(code, code, "❔"))


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One thing that a run calls for; `offers` are the members who have it, the first to say so first."""

    id: int
    run_id: int
    guild_id: int
    organizer_id: int
    channel_id: int
    dungeon: str
    role_id: int | None
    what: str
    wanted: int
    open: bool
    offers: tuple[int, ...]

    @property
    def topic(self) -> str:
        """The panel topic of the request."""
        return request_topic_of(self.id)


def request_topic_of(request_id: int) -> str:
    """Name what the message of a request shows."""
    return f"request:{request_id}"


def request_of(topic: str) -> int:
    """Read the request's id from a panel topic."""
    return int(topic.removeprefix("request:"))


@dataclass(frozen=True, slots=True)
class RequestClick:
    """A press of "I've got it"; `id` is the interaction's, so that a press that is done twice is one."""

    id: int
    request_id: int
    guild_id: int
    user_id: int
    standing: Standing
