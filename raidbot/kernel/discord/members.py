"""Names of members, asked of Discord when somebody needs them: the cache holds no member but the bot."""

import asyncio
import contextlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

import hikari

ANSWER_S: Final = 3.0
"""How long Discord may take to answer; what has not come by then is left out."""
ASKED_AT_ONCE: Final = 100
"""Members that Discord looks up in one request, by id or by how their names begin."""
KNOWN_FOR_S: Final = 600.0
KNOWN_AT_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class MemberName:
    """What a member is called: as the server shows it, and everything they go by."""

    shown: str
    every: tuple[str, ...]


@dataclass(slots=True)
class _Question:
    """A look-up under way."""

    found: dict[int, MemberName] = field(default_factory=dict)
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class Members:
    """Looks members up through the gateway; bots, and who is no member, are not found."""

    def __init__(self, bot: hikari.GatewayBot) -> None:
        self._bot = bot
        self._known: dict[tuple[int, int], tuple[float, MemberName]] = {}
        self._open: dict[str, _Question] = {}
        # One listener for all: a stream for each question would hear every other question's answer too.
        bot.event_manager.subscribe(hikari.MemberChunkEvent, self._hear)

    async def named(self, guild_id: int, user_ids: Iterable[int]) -> Mapping[int, MemberName]:
        """Tell what these members are called; names ten minutes old will do."""
        wanted, now = list(dict.fromkeys(user_ids)), monotonic()
        found = {
            user_id: known[1]
            for user_id in wanted
            if (known := self._known.get((guild_id, user_id))) and known[0] + KNOWN_FOR_S > now
        }
        unknown = [user_id for user_id in wanted if user_id not in found]
        for at in range(0, len(unknown), ASKED_AT_ONCE):
            found |= await self._ask(guild_id, users=unknown[at : at + ASKED_AT_ONCE])
        return found

    async def beginning(self, guild_id: int, text: str) -> Mapping[int, MemberName]:
        """Find members whose username or nickname begins with a text, a hundred at most."""
        return await self._ask(guild_id, query=text, limit=ASKED_AT_ONCE) if text else {}

    async def _ask(self, guild_id: int, **what: Any) -> dict[int, MemberName]:
        if not self._bot.shard_count:  # the bot has only just started
            return {}
        nonce, question = secrets.token_hex(16), _Question()
        self._open[nonce] = question
        try:
            # A gateway that is away answers nothing; what was asked for is not found then.
            with contextlib.suppress(hikari.ComponentStateConflictError, TimeoutError):
                await self._bot.request_guild_members(guild_id, nonce=nonce, **what)
                async with asyncio.timeout(ANSWER_S):
                    await question.answered.wait()
        finally:
            del self._open[nonce]
        if len(self._known) + len(question.found) > KNOWN_AT_MOST:
            self._known.clear()
        now = monotonic()
        self._known |= {(guild_id, user_id): (now, name) for user_id, name in question.found.items()}
        return question.found

    async def _hear(self, chunk: hikari.MemberChunkEvent) -> None:
        question = self._open.get(chunk.nonce or "")
        if question is None:  # somebody else's, or given up
            return
        question.found |= {int(one.id): _name(one) for one in chunk.members.values() if not one.is_bot}
        if chunk.chunk_index + 1 >= chunk.chunk_count:
            question.answered.set()


def _name(member: hikari.Member) -> MemberName:
    every = (member.nickname, member.global_name, member.username)
    return MemberName(member.display_name, tuple(dict.fromkeys(name for name in every if name)))
