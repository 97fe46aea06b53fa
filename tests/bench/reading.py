"""Many members ask for the same at once, each with a command of their own, and each is shown it, as a picture too."""

import asyncio
from collections.abc import Sequence
from typing import Any

from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.guilds import GuildStore, Module
from raidbot.playground.driver import Reply
from tests.bench import answers, year
from tests.bench.answers import ANSWERS_S, WARM_UP, WrongCountError
from tests.bench.arena import SETTLE_S, Arena
from tests.bench.meter import Meter, Pair

_LOGGED = "SELECT count(*) FROM command_log WHERE kind = 'command'"


async def reading(
    arena: Arena,
    *,
    command: str,
    words: str,
    asks: int,
    times: int,
    completions: int = year.COMPLETIONS,
    **options: Any,
) -> Pair:
    """Measure the bot and the floor: so many members at once, one after the other so many times.

    `words` are in every answer. The guild has a year behind it, and who asks has done something in it.
    """
    await _let_a_year_pass(arena, completions)
    async with arena.real_bot() as bot:
        for _ in range(WARM_UP):
            await _ask(arena, 1, command, options)
        await arena.ledger.until(_LOGGED, WARM_UP, SETTLE_S)
        meter = Meter(arena, bot)
        await meter.start()
        replies = [reply for _ in range(times) for reply in await _ask(arena, asks, command, options)]
        await arena.ledger.until(_LOGGED, WARM_UP + asks * times, SETTLE_S)
        measured = await meter.stop(clicks=asks * times)
        measured.figures.update(answers.acknowledged(replies), **answers.told([(reply, words) for reply in replies]))
    async with arena.bare_bot() as bot:
        for _ in range(WARM_UP):
            await _ask(arena, 1, command, options, floor=True)
        meter = Meter(arena, bot)
        await meter.start()
        replies = [reply for _ in range(times) for reply in await _ask(arena, asks, command, options, floor=True)]
        floor = await meter.stop(clicks=asks * times)
        floor.figures.update(answers.acknowledged(replies))
    return measured, floor


async def charts(arena: Arena, *, asks: int, completions: int = year.COMPLETIONS) -> Pair:
    """Measure the bot while so many members press Picture at once under leaderboards, then under statistics.

    The floor draws nothing.
    """
    await _let_a_year_pass(arena, completions)
    async with arena.real_bot() as bot:
        boards = await _ask(arena, asks, "leaderboard", {"category": "points"})
        stats = await _ask(arena, asks, "stats", {})
        meter = Meter(arena, bot)
        await meter.start()
        drawn = [reply for replies in (boards, stats) for reply in await _draw(replies)]
        measured = await meter.stop(clicks=len(drawn))
        without = [reply for reply in drawn if reply.message is None or "image" not in reply.message.embeds[0]]
        if without:
            raise WrongCountError(f"{len(without)} of {len(drawn)} pictures are not there")
        measured.figures.update(answers.acknowledged(drawn), **answers.told([(reply, "") for reply in drawn]))
    return measured, None


async def _draw(replies: Sequence[Reply]) -> list[Reply]:
    """Press Picture under answers, each its own member, and wait until all pictures are there."""
    shown = [(reply.member, reply.message) for reply in replies if reply.message is not None]
    pressed = [await member.press(message, "Picture", wait=False) for member, message in shown]
    for reply in pressed:
        await reply.wait(ANSWERS_S)
    return pressed


async def _ask(arena: Arena, number: int, command: str, options: dict[str, Any], *, floor: bool = False) -> list[Reply]:
    """Have members type the command at once, and wait for what each is shown, from the floor for the first answer."""
    asked = [member.command(arena.raids, command, wait=False, **options) for member in arena.draw(number)]
    replies = await asyncio.gather(*asked)
    for reply in replies:
        await (reply.acknowledged(ANSWERS_S) if floor else reply.wait(ANSWERS_S))
    return replies


async def _let_a_year_pass(arena: Arena, completions: int) -> None:
    """Let the guild have a year behind it, and quotas, whose commands these are."""
    everybody = [member.id for member in arena.fresh]
    await asyncio.to_thread(year.fill, arena.ledger.dsn, arena.guild.id, everybody, completions=completions)
    database = Database(arena.ledger.dsn)
    await database.open()
    try:
        store = GuildStore(database, Clock())
        await store.load()
        await store.set_module(arena.guild.id, Module.QUOTA, enabled=True, actor_id=arena.guild.owner.id)
    finally:
        await database.close()
