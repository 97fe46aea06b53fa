"""The storm: many members press Join on one panel at once, and each is told that they are in."""

import asyncio

from tests.bench import answers
from tests.bench.answers import ANSWERS_S, IN_RUN, LOGGED, WARM_UP, Shown, WrongCountError
from tests.bench.arena import SETTLE_S, Arena
from tests.bench.meter import Meter, Pair


async def storm(arena: Arena, *, clicks: int, times: int = 1, apart: float = 0.0) -> Pair:
    """Measure the bot and the floor in so many storms, so many seconds apart; the panel must show what the rows say."""
    async with arena.real_bot() as bot:
        panel, _ = await arena.open_run()
        await answers.warm_up(arena, panel)
        meter = Meter(arena, bot)
        await meter.start()
        replies = []
        for _ in range(times):
            await asyncio.sleep(apart)
            presses = [(member, panel, "Join") for member in arena.draw(clicks)]
            replies += await arena.discord.storm(presses, within=ANSWERS_S)
        shown = Shown(arena.ledger.value(IN_RUN))
        await answers.panel_shows(arena, panel, shown)
        await arena.ledger.until(LOGGED, WARM_UP + clicks * times, SETTLE_S)
        measured = await meter.stop(clicks=clicks * times)
        if arena.ledger.value(IN_RUN) != shown.joined:
            raise WrongCountError(f"{shown.joined} raiders after the storm, {arena.ledger.value(IN_RUN)} later")
        measured.figures.update(
            answers.acknowledged(replies),
            **answers.told([(reply, "You're in") for reply in replies]),
            **await answers.drawn(arena.discord, {panel.id: (replies, shown)}),
        )
    async with arena.bare_bot() as bot:
        await answers.warm_up_floor(arena, panel)
        meter = Meter(arena, bot)
        await meter.start()
        replies = []
        for _ in range(times):
            await asyncio.sleep(apart)
            presses = [(member, panel, "Join") for member in arena.draw(clicks)]
            replies += await arena.discord.storm(presses, wait="acknowledged", within=ANSWERS_S)
        floor = await meter.stop(clicks=clicks * times)
        floor.figures.update(answers.acknowledged(replies))
    return measured, floor
