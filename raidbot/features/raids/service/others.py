"""What other features are told of runs."""

from collections.abc import Awaitable, Callable, Sequence

from raidbot.features.dungeons.api import Opening, RecentDungeons
from raidbot.features.members.api import Presence
from raidbot.features.raids.events import RunNoted
from raidbot.features.raids.queries import presence, runs
from raidbot.kernel.database import Connection


async def presences(conn: Connection, run_id: int) -> Sequence[Presence]:
    """List everybody who ever joined a run or offered a key for it, in no order."""
    return await presence.presences(conn, run_id)


async def openings(conn: Connection, guild_ids: Sequence[int]) -> Sequence[Opening]:
    """List the last runs that were opened in each of these guilds, in no order."""
    return await runs.recent_dungeons(conn, guild_ids)


def remember_dungeons(recent: RecentDungeons) -> Callable[[Connection, RunNoted], Awaitable[None]]:
    """Make the subscriber that takes in the dungeon of each new run."""

    async def remember(conn: Connection, fact: RunNoted) -> None:
        if fact.action == "run.open":
            recent.opened(conn, fact.guild_id, [fact.dungeon])

    return remember
