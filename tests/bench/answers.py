"""What clicks came to: how fast they were answered, and when the panel showed it."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from raidbot.playground.driver import LocalDiscord, Member, Message, Reply
from raidbot.playground.snowflakes import made_at
from tests.bench.arena import SETTLE_S, Arena
from tests.bench.meter import Figures

WARM_UP = 8
"""Clicks one after the other before anything is measured, in both bots: a raid bot has run for days, and a statement is
prepared by the driver once it was used five times."""
ANSWERS_S = 60.0
DISCORD_WAITS_S = 3.0
IN_RUN = "SELECT count(*) FROM run_raider WHERE joined"
LOGGED = "SELECT count(*) FROM command_log WHERE kind = 'component'"
KEYS = {"Lost Halls": "LOST_HALLS_KEY", "Vial": "VIAL_OF_PURE_DARKNESS"}
"""The key buttons of the dungeon that every run here is for, and the keys that they offer."""
_PANEL_EDIT = "PATCH", "/channels/{channel_id}/messages/{message_id}"
_JOINED = re.compile(r"([\d,]+) raiders? joined")
_KEY = re.compile(rf"({'|'.join(KEYS)}): ([\d,]+)")


class WrongCountError(AssertionError):
    """The panel, the rows and what was clicked do not say the same."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The numbers on a public panel."""

    joined: int
    keys: tuple[tuple[str, int], ...] = ()
    """How many offer each key; a key that nobody offers is left out."""

    @classmethod
    def of_keys(cls, joined: int, offered: Mapping[str, int]) -> "Shown":
        """Put the keys into the panel's order."""
        return cls(joined, tuple((key, offered[key]) for key in KEYS if offered.get(key)))

    @classmethod
    def read(cls, text: str) -> "Shown | None":
        """Read a panel's text; None when it is another message's."""
        found = _JOINED.search(text)
        if found is None:
            return None
        return cls(_number(found[1]), tuple((one[1], _number(one[2])) for one in _KEY.finditer(text)))


def _number(text: str) -> int:
    return int(text.replace(",", ""))


async def warm_up(arena: Arena, panel: Message) -> list[Member]:
    """Let members join a run that only its organizer is in, one after the other, until all know; return them."""
    logged = arena.ledger.value(LOGGED)
    members = arena.draw(WARM_UP)
    for member in members:
        await member.press(panel, "Join")
    await panel_shows(arena, panel, Shown(1 + WARM_UP))
    await arena.ledger.until(LOGGED, logged + WARM_UP, SETTLE_S)
    return members


async def warm_up_floor(arena: Arena, panel: Message) -> None:
    """Let members press a button of a bot that only defers."""
    for member in arena.draw(WARM_UP):
        await (await member.press(panel, "Join", wait=False)).acknowledged()


async def panel_shows(arena: Arena, panel: Message, wanted: Shown) -> None:
    """Wait until a panel of the raid channel shows these numbers. Raises WrongCountError."""
    try:
        await arena.raids.wait_for(
            lambda message: message.id == panel.id and Shown.read(message.text) == wanted, SETTLE_S
        )
    except TimeoutError:
        now = await panel.refresh()
        shows = "is gone" if now is None else f"shows {Shown.read(now.text)}"
        raise WrongCountError(f"the panel {shows} instead of {wanted}") from None


def acknowledged(replies: Sequence[Reply]) -> Figures:
    """Sum up the first answers; a click without one in time counts as the time that Discord waits."""
    after = [first_answer(reply) for reply in replies]
    return {
        "in_time": 100 * sum(one < DISCORD_WAITS_S for one in after) / len(after),
        "ack_p50": percentile(after, 50) * 1000,
        "ack_p99": percentile(after, 99) * 1000,
        "ack_max": max(after) * 1000,
    }


def first_answer(reply: Reply) -> float:
    """Give the seconds to the first answer, or that Discord waited for it."""
    after = reply.acknowledged_after
    return DISCORD_WAITS_S if reply.failed or after is None else after


def told(replies: Sequence[tuple[Reply, str]]) -> Figures:
    """Sum up the confirmations, each with the words that it must hold; who was not told counts as the time waited."""
    after = [
        reply.completed_after if reply.completed_after is not None and words in reply.text else ANSWERS_S
        for reply, words in replies
    ]
    clicked = [made_at(reply.id) for reply, _ in replies]
    return {
        "told": 100 * sum(one < ANSWERS_S for one in after) / len(after),
        "told_p50": percentile(after, 50) * 1000,
        "told_p99": percentile(after, 99) * 1000,
        "told_last": max(after) * 1000,
        "all_told": (max(map(sum, zip(clicked, after, strict=True))) - min(clicked)) * 1000,
    }


async def drawn(discord: LocalDiscord, clicks: Mapping[int, tuple[Sequence[Reply], Shown]]) -> Figures:
    """Say how often panels were edited, and how long after its last click the slowest one showed the final numbers.

    `clicks` holds, by the panel's message, the clicks on it and what it must show in the end.
    """
    began = min(made_at(reply.id) for replies, _ in clicks.values() for reply in replies)
    edits: dict[int, list[tuple[float, Shown | None]]] = {panel_id: [] for panel_id in clicks}
    for one in await discord.requests():
        if one.at >= began and (one.method, one.route, one.status) == (*_PANEL_EDIT, 200):
            edits[int(one.path.rpartition("/")[2])].append((one.at, Shown.read(orjson.dumps(one.body).decode())))
    late = [
        _since_when(edits[panel_id], final) - max(made_at(reply.id) for reply in replies)
        for panel_id, (replies, final) in clicks.items()
    ]
    return {"panel_edits": sum(map(len, edits.values())), "panel_after": max(0.0, *late) * 1000}


def _since_when(edits: Sequence[tuple[float, Shown | None]], final: Shown) -> float:
    """Tell since when a panel has shown the final numbers. Raises WrongCountError."""
    since = None
    for at, shown in reversed(edits):
        if shown != final:
            break
        since = at
    if since is None:
        raise WrongCountError(f"the last edit of a panel does not show {final} but {edits[-1:]}")
    return since


def percentile(values: Sequence[float], percent: float) -> float:
    """Give the smallest value that so many percent of the values do not exceed; raises ValueError for none."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
