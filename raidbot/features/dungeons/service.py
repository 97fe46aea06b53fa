"""What guilds opened last, in memory, and what is offered to who types the name of a dungeon."""

from collections.abc import Iterable, Sequence

from raidbot.features.dungeons.models import RECENT_MAX, Catalogue, Opening
from raidbot.kernel.database import Connection


class RecentDungeons:
    """The dungeons that each guild opened last: no autocomplete waits for the database. One object a process."""

    def __init__(self) -> None:
        self._of_guild: dict[int, tuple[str, ...]] = {}

    def load(self, openings: Iterable[Opening]) -> None:
        """Take in what was opened before the start, in any order."""
        for opening in sorted(openings, key=lambda one: one.at):
            self._add(opening.guild_id, opening.dungeons)

    def of(self, guild_id: int) -> Sequence[str]:
        """List the codes of a guild's last dungeons, newest first, each once."""
        return self._of_guild.get(guild_id, ())

    def opened(self, conn: Connection, guild_id: int, dungeons: Sequence[str]) -> None:
        """Take in what is opened in the caller's transaction, once it is committed."""
        conn.after_commit(lambda: self._add(guild_id, dungeons))

    def _add(self, guild_id: int, dungeons: Sequence[str]) -> None:
        self._of_guild[guild_id] = tuple(dict.fromkeys((*dungeons, *self.of(guild_id))))[:RECENT_MAX]


async def suggest_dungeons(
    text: str, guild_id: int, catalogue: Catalogue, recent: RecentDungeons
) -> list[tuple[str, str]]:
    """Offer dungeons, by name and code: the guild's recent ones before anything is typed."""
    return [(dungeon.name, dungeon.code) for dungeon in catalogue.search(text, recent.of(guild_id))]
