"""The start: from the making of the process to its first answered click."""

import time
from contextlib import AbstractAsyncContextManager

from raidbot.playground.driver import Message
from tests.bench import answers, processes
from tests.bench.arena import Arena, Bot
from tests.bench.meter import Measured, Pair


async def startup(arena: Arena) -> Pair:
    """Measure the start of the bot, on a run that an earlier life opened, and that of the floor."""
    async with arena.real_bot():
        panel, _ = await arena.open_run()
    measured = await _start(arena, arena.real_bot(), panel, "You're in")
    return measured, await _start(arena, arena.bare_bot(), panel, "")


async def _start(arena: Arena, life: AbstractAsyncContextManager[Bot], panel: Message, words: str) -> Measured:
    """Start a bot and press Join as soon as Discord knows it; its memory is read after a few more clicks."""
    await arena.discord.forgive()
    (member,) = arena.draw(1)
    async with life as bot:
        ready = time.monotonic() - bot.began
        reply = await member.press(panel, "Join", wait=False)
        await (reply.wait() if words else reply.acknowledged())
        first = time.monotonic() - bot.began
        if reply.failed or words not in reply.text:
            raise RuntimeError(f"the first click was not answered: {reply!r}")
        cpu = processes.cpu_seconds(bot.pid)
        await answers.warm_up_floor(arena, panel)
        figures = {"ready": ready, "first_click": first, "cpu_start": cpu, "memory_bot": processes.memory(bot.pid)}
        return Measured(figures, {}, [], [*await arena.discord.problems(), *bot.complaints()])
