"""The storm: many members press Join on one panel at once, and each is told that they are in."""

import math
import re
from collections.abc import Sequence
from typing import Any

import orjson

from raidbot.playground.driver import Message, Reply
from raidbot.playground.snowflakes import made_at
from tests.bench.arena import SETTLE_S, Arena
from tests.bench.meter import Figures, Measured, Meter

WARM_UP = 8
"""Clicks one after the other before the storm, in both bots: a raid bot has run for days, and a statement is prepared
by the driver once it was used five times."""
ANSWERS_S = 60.0
DISCORD_WAITS_S = 3.0
_PANEL_EDIT = "PATCH", "/channels/{channel_id}/messages/{message_id}"
_JOINED = re.compile(r"([\d,]+) raiders? joined")
_IN_RUN = "SELECT count(*) FROM run_raider WHERE joined"
_LOGGED = "SELECT count(*) FROM command_log WHERE kind = 'component'"


class WrongCountError(AssertionError):
    """The panel and the rows do not say the same."""


async def storm(arena: Arena, *, clicks: int) -> tuple[Measured, Measured]:
    """Measure the bot and the floor; the panel must show in the end what the rows say."""
    async with arena.real_bot() as bot:
        panel = await arena.open_run()
        for member in arena.draw(WARM_UP):
            await member.press(panel, "Join")
        await _panel_shows(arena, panel, arena.ledger.value(_IN_RUN))
        await arena.ledger.until(_LOGGED, WARM_UP, SETTLE_S)
        meter = Meter(arena, bot)
        await meter.start()
        members = arena.draw(clicks)
        replies = await arena.discord.storm([(member, panel, "Join") for member in members], within=ANSWERS_S)
        joined = arena.ledger.value(_IN_RUN)
        await _panel_shows(arena, panel, joined)
        await arena.ledger.until(_LOGGED, WARM_UP + clicks, SETTLE_S)
        measured = await meter.stop(clicks=clicks)
        if arena.ledger.value(_IN_RUN) != joined:
            raise WrongCountError(f"{joined} raiders at the end of the storm, {arena.ledger.value(_IN_RUN)} later")
        measured.figures.update(_acknowledged(replies), **_told(replies), **await _drawn(arena, replies, joined))
    async with arena.bare_bot() as bot:
        for member in arena.draw(WARM_UP):
            await (await member.press(panel, "Join", wait=False)).acknowledged()
        meter = Meter(arena, bot)
        await meter.start()
        presses = [(member, panel, "Join") for member in arena.draw(clicks)]
        replies = await arena.discord.storm(presses, wait="acknowledged", within=ANSWERS_S)
        floor = await meter.stop(clicks=clicks)
        floor.figures.update(_acknowledged(replies))
    return measured, floor


async def _panel_shows(arena: Arena, panel: Message, joined: int) -> None:
    """Wait until the panel shows a number of raiders. Raises WrongCountError."""
    try:
        await arena.raids.wait_for(lambda one: one.id == panel.id and _shown(one.text) == joined, SETTLE_S)
    except TimeoutError as late:
        raise WrongCountError(f"{joined} raiders are in the database, the panel shows another number: {late}") from None


def _shown(text: str) -> int | None:
    found = _JOINED.search(text)
    return None if found is None else int(found[1].replace(",", ""))


def _acknowledged(replies: Sequence[Reply]) -> Figures:
    """Sum up the first answers; a click without one in time counts as the time that Discord waits."""
    after = [DISCORD_WAITS_S if reply.failed else reply.acknowledged_after or DISCORD_WAITS_S for reply in replies]
    return {
        "in_time": 100 * sum(one < DISCORD_WAITS_S for one in after) / len(after),
        "ack_p50": percentile(after, 50) * 1000,
        "ack_p99": percentile(after, 99) * 1000,
        "ack_max": max(after) * 1000,
    }


def _told(replies: Sequence[Reply]) -> Figures:
    """Sum up the confirmations; who was not told counts as the time that the benchmark waits."""
    after = [
        reply.completed_after if reply.completed_after is not None and "You're in" in reply.text else ANSWERS_S
        for reply in replies
    ]
    clicked = [made_at(reply.id) for reply in replies]
    return {
        "told": 100 * sum(one < ANSWERS_S for one in after) / len(after),
        "told_p50": percentile(after, 50) * 1000,
        "told_p99": percentile(after, 99) * 1000,
        "told_last": max(after) * 1000,
        "all_told": (max(map(sum, zip(clicked, after, strict=True))) - min(clicked)) * 1000,
    }


async def _drawn(arena: Arena, replies: Sequence[Reply], joined: int) -> Figures:
    """Say how often the panel was edited, and how long after the last click it showed the final number."""
    began, last = min(made_at(reply.id) for reply in replies), max(made_at(reply.id) for reply in replies)
    requests = [one for one in await arena.discord.requests() if one.at >= began]
    edits = [one for one in requests if (one.method, one.route) == _PANEL_EDIT and one.status == 200]
    final = min(one.at for one in edits if _shown(_text(one.body)) == joined)
    return {"panel_edits": len(edits), "panel_after": (final - last) * 1000}


def _text(body: Any) -> str:
    return orjson.dumps(body).decode()


def percentile(values: Sequence[float], percent: float) -> float:
    """Give the smallest value that so many percent of the values do not exceed; raises ValueError for none."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
