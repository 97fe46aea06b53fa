"""Names of members are asked of Discord by the gateway."""

import asyncio
from typing import Any

import hikari
import pytest

from raidbot.kernel.discord.members import ASKED_AT_ONCE, Members
from tests.stage import Stage


async def test_members_are_found_by_id_and_by_how_their_names_begin_and_bots_are_not(
    night: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert night.app is not None
    bot, guild = night.app.bot, night.guild
    asked: list[dict[str, Any]] = []
    request = bot.request_guild_members

    async def noted(guild_id: int, **what: Any) -> None:
        asked.append(what)
        await request(guild_id, **what)

    monkeypatch.setattr(bot, "request_guild_members", noted)
    raiders = await night.add_raiders(ASKED_AT_ONCE + 20)
    members = Members(bot)
    ids = [raider.id for raider in raiders]
    found = await members.named(guild.id, [*ids, guild.bot.id, 1])
    assert {user_id: name.shown for user_id, name in found.items()} == {one.id: one.name for one in raiders}
    assert len(asked) == 2
    assert await members.named(guild.id, ids) == found
    assert len(asked) == 2
    beginning = await members.beginning(guild.id, "RAIDER11")
    assert sorted(name.shown for name in beginning.values()) == ["raider11", *(f"raider11{n}" for n in range(10))]
    assert await members.beginning(guild.id, "") == {}


async def test_who_asks_at_the_same_time_gets_their_own_answer(night: Stage) -> None:
    assert night.app is not None
    raiders = await night.add_raiders(40)
    members = Members(night.app.bot)
    found = await asyncio.gather(*(members.named(night.guild.id, [raider.id]) for raider in raiders))
    assert [list(one) for one in found] == [[raider.id] for raider in raiders]


async def test_a_gateway_that_is_away_finds_nobody(night: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert night.app is not None

    async def away(*_: object, **__: object) -> None:
        raise hikari.ComponentStateConflictError("not connected")

    monkeypatch.setattr(night.app.bot, "request_guild_members", away)
    assert await Members(night.app.bot).named(night.guild.id, [night.organizer.id]) == {}
