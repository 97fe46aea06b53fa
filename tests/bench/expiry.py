"""Many runs whose time is over at once: rows, panels and roles, at Discord's pace."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

from raidbot.features.raids.models import WARN_BEFORE
from raidbot.features.raids.queries import runs
from raidbot.kernel.database import Database
from raidbot.playground.driver import Channel, Member
from raidbot.playground.permissions import Permission
from tests.bench.answers import Shown, WrongCountError
from tests.bench.arena import SETTLE_S, Arena
from tests.bench.meter import Meter, Pair
from tests.factories import House

LIVE_HOURS = 2
POSTED_S = 300.0
ENDED_S = 120.0
SHOWN_S = 300.0
GONE_S = 600.0
_NOT_POSTED = "SELECT count(*) FROM panel WHERE message_id IS NULL"
_OWED = "SELECT count(*) FROM owed_effect"
_STALE = "SELECT count(*) FROM panel JOIN panel_topic USING (topic) WHERE token IS NULL AND shown < version"


async def expiry(arena: Arena, *, runs_at_once: int, channels: int, raiders: int) -> Pair:
    """Measure how long after their end all runs are ended, their panels say so, and their roles are gone.

    Each run is opened with `/run`, spread over several raid channels. The raiders and the start come through the
    services, past the bot, and without the ping: its messages would only make the preparation longer.
    """
    organizers = await arena.add_organizers(runs_at_once)
    role = await arena.guild.add_role("Administrator", permissions=Permission.ADMINISTRATOR)
    administrators = await arena.guild.add_members(channels, "admin", [role])
    places = [arena.raids, *[await arena.guild.add_channel(f"raids-{number}") for number in range(2, channels + 1)]]
    async with arena.real_bot(shiftable=True) as bot:
        for at, (administrator, place) in enumerate(zip(administrators, places, strict=True)):
            await _open_runs(arena, administrator, place, organizers[at::channels])
        await arena.ledger.until(_NOT_POSTED, 0, POSTED_S)
        await arena.ledger.until(_OWED, 0, POSTED_S)
        joined = await _fill(arena, raiders)
        role_count = len(await arena.guild.roles())
        meter = Meter(arena, bot)
        await meter.start()
        began = time.monotonic()
        await arena.discord.shift_clock(LIVE_HOURS * 3600.0 + 60)
        await arena.ledger.until("SELECT count(*) FROM run WHERE ended_at IS NULL", 0, ENDED_S)
        figures = {"runs": float(runs_at_once), "ended_after": time.monotonic() - began}

        async def panels() -> None:
            await arena.ledger.until(_STALE, 0, SHOWN_S)
            figures["shown_after"] = time.monotonic() - began

        async def roles() -> None:
            await arena.ledger.until(_OWED, 0, GONE_S)
            figures["gone_after"] = time.monotonic() - began

        await asyncio.gather(panels(), roles())
        measured = await meter.stop()
        measured.figures.update(figures)
        await _check(arena, places, joined, role_count - runs_at_once)
    return measured, None


async def _open_runs(arena: Arena, administrator: Member, place: Channel, organizers: Sequence[Member]) -> None:
    """Make a channel the raid channel (once a member: that is limited), and let each organizer open a run there."""
    told = await administrator.command(arena.raids, "setchannels", raid=place)
    await told.wait_for(lambda message: place.mention in message.text, SETTLE_S)
    before = arena.ledger.value("SELECT count(*) FROM run")
    for organizer in organizers:
        await organizer.command(
            arena.raids, "run", dungeon="THE_VOID", party="3", location="USW left bazaar", wait=False
        )
    await arena.ledger.until("SELECT count(*) FROM run", before + len(organizers), SETTLE_S)


async def _fill(arena: Arena, raiders: int) -> int:
    """Let raiders join every run and take it live; return how many are in, organizers too."""
    database = Database(arena.ledger.dsn)
    await database.open()
    try:
        house = House.build(database)
        opened: list[int] = [run_id for (run_id,) in arena.ledger.rows("SELECT id FROM run")]
        for run_id in opened:
            for member in arena.draw(raiders):
                await house.click(run_id, member.id, guild_id=arena.guild.id)
            now = house.clock.now()
            ends = now + timedelta(hours=LIVE_HOURS)
            async with database.connection() as conn:
                live = await runs.start(
                    conn, arena.guild.id, run_id, now=now, expires_at=ends, warn_at=ends - WARN_BEFORE
                )
            assert live is not None
        return len(opened) * (raiders + 1)
    finally:
        await database.close()


async def _check(arena: Arena, places: Sequence[Channel], joined: int, roles: int) -> None:
    """Every completion once, every panel ended, no run role left. Raises WrongCountError."""
    shown = [message for place in places for message in await place.messages() if Shown.read(message.text)]
    found = {
        "panels": len(shown),
        "completions": arena.ledger.value("SELECT count(*) FROM ledger WHERE kind = 'completion'"),
        "panels that are not over": sum(bool(message.buttons) or "Ended" not in message.text for message in shown),
        "roles": len(await arena.guild.roles()),
        "role changes still owed": arena.ledger.value("SELECT count(*) FROM member_role"),
    }
    meant = {
        "panels": arena.ledger.value("SELECT count(*) FROM run"),
        "completions": joined,
        "panels that are not over": 0,
        "roles": roles,
        "role changes still owed": 0,
    }
    if found != meant:
        raise WrongCountError(f"{found} instead of {meant}")
