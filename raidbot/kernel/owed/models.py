"""The values of what is owed, and the bells that wake whoever carries it out."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Panel:
    """One message that shows a topic: public (`token` is None) or one member's ephemeral copy."""

    id: int
    kind: str
    topic: str
    guild_id: int
    channel_id: int
    message_id: int | None
    user_id: int | None
    token: str | None = field(repr=False)
    pressed_at: datetime | None
    note: str | None
    shown: int
    posting_since: datetime | None
    posts: int
    blocked_reason: str | None

    @property
    def ephemeral(self) -> bool:
        return self.token is not None


@dataclass(frozen=True, slots=True)
class TopicVersion:
    """How often what a topic shows has changed."""

    topic: str
    version: int


@dataclass(frozen=True, slots=True)
class StalePanel:
    """A panel that does not show its topic's version yet."""

    id: int
    topic: str
    version: int


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A role that a member should have (`wanted`) or lose, as owed."""

    guild_id: int
    user_id: int
    role_id: int
    wanted: bool
    attempts: int


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing to do on Discord, owed until its row is gone."""

    id: int
    kind: str
    guild_id: int
    subject: str
    payload: Mapping[str, Any]
    owed_at: datetime
    due_at: datetime
    attempts: int
    blocked_reason: str | None


class Bell(Generic[K]):
    """Wakes one worker and tells it what for; rings while it works are kept, the highest value of a key wins."""

    def __init__(self) -> None:
        self._rung: dict[K, int] = {}
        self._event = asyncio.Event()

    def ring(self, key: K, value: int = 0) -> None:
        """Note that something of `key` waits; `value` is a version where the ringer has one."""
        self._rung[key] = max(value, self._rung.get(key, value))
        self._event.set()

    async def wait(self, seconds: float | None = None) -> dict[K, int]:
        """Return what was rung for, waiting `seconds` at most (None: for ever); empty when nothing was."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return {}
        self._event.clear()
        rung, self._rung = self._rung, {}
        return rung
