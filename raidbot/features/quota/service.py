"""Use cases of quota."""

from raidbot.features.quota import queries
from raidbot.features.quota.models import COMPLETION_POINTS
from raidbot.features.raids.events import CompletionsEarned
from raidbot.kernel.database import Connection


async def note_completions(conn: Connection, fact: CompletionsEarned) -> None:
    """Write the ledger rows of a completed pop or run, in the transaction that completed it."""
    await queries.add_completions(
        conn,
        guild_id=fact.guild_id,
        run_id=fact.run_id,
        pop=fact.pop,
        dungeon=fact.dungeon,
        user_ids=fact.user_ids,
        points=COMPLETION_POINTS,
        now=fact.at,
    )
