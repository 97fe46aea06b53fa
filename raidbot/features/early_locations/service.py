"""Whom to tell where a run is: decided in the transaction of whatever changed it, carried out by owed effects."""

from collections.abc import Sequence
from typing import Final

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.early_locations import models as m
from raidbot.features.early_locations import queries
from raidbot.features.members.api import suspended
from raidbot.features.raids.api import PUBLIC_PANEL, Run, RunStatus, find_run, key_holders, show_place
from raidbot.features.raids.events import KeyConfirmed, KeyWithdrawn, PlaceShown, RunNoted
from raidbot.features.role_pings.api import ping_roles
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database, Retry
from raidbot.kernel.database.patience import patient
from raidbot.kernel.guilds import ChannelKey, GuildStore
from raidbot.kernel.owed import Owed

TELL, ANNOUNCE = "early_locations.tell", "early_locations.announce"
_PLACED: Final = frozenset({"run.open", "run.texts"})
"""What may have changed a run's place."""
_TELLING: Final = frozenset({"run.texts", "run.start"})
"""What may have changed whom to tell; nobody has confirmed a key of a run that was just opened."""


class EarlyLocationService:
    """Listens to raids and answers the effects."""

    def __init__(self, database: Database, owed: Owed, clock: Clock, guilds: GuildStore, catalogue: Catalogue) -> None:
        self.database = database
        self._owed = owed
        self._clock = clock
        self._guilds = guilds
        self._catalogue = catalogue

    # --- facts, in the transactions of raids; all but the opening hold the run's row ----------------------------------

    async def run_noted(self, conn: Connection, fact: RunNoted) -> None:
        """Note a run's new place, and owe what follows from a change or the start."""
        if fact.action not in _PLACED | _TELLING:
            return
        run = await find_run(conn, fact.run_id)
        if run is None:
            return
        if fact.action in _PLACED:
            await self._place(conn, run, fact.action)
        if fact.action in _TELLING:
            await self._owe_letters(conn, run)

    async def holders_changed(self, conn: Connection, fact: KeyConfirmed | KeyWithdrawn) -> None:
        """Owe the place to who confirmed in time, or moved up."""
        run = await find_run(conn, fact.run_id)
        if run is not None:
            await self._owe_letters(conn, run)

    async def place_shown(self, conn: Connection, fact: PlaceShown) -> None:
        """Note that an answer told a raider the place."""
        place = await queries.last_place(conn, fact.run_id)
        if place is not None:
            await queries.tell(conn, place, fact.user_id, m.How.ANSWER, fact.at)

    async def _place(self, conn: Connection, run: Run, action: str) -> None:
        if run.party is None or run.location is None:
            return
        last = await queries.last_place(conn, run.id)
        if last is not None and (last.party, last.location) == (run.party, run.location):
            return
        channel_id = self._guilds.cached(run.guild_id).channels.get(ChannelKey.EARLY_LOC)
        number = 1 if last is None else last.number + 1
        place = m.Place(run.id, number, run.party, run.location, self._clock.now(), channel_id, None)
        await queries.add_place(conn, place)
        if channel_id is not None:
            due_at = place.set_at + m.POSTED_WITHIN if action == "run.open" else place.set_at
            await self._owed.effect(conn, ANNOUNCE, guild_id=run.guild_id, subject=str(run.id), due_at=due_at)

    async def _owe_letters(self, conn: Connection, run: Run) -> None:
        due_at = self._clock.now()
        for letter in await self._letters(conn, run):
            subject = f"{run.id}:{letter.user_id}"
            await self._owed.effect(conn, TELL, guild_id=run.guild_id, subject=subject, due_at=due_at)
            due_at += m.PACE

    async def _letters(self, conn: Connection, run: Run) -> Sequence[m.Letter]:
        """List what is to be told now, in the order in which the raiders confirmed."""
        if not run.status.active or run.party is None or run.location is None:
            return []
        holders, place = await key_holders(conn, run.id), await queries.last_place(conn, run.id)
        dungeon = self._catalogue.find(run.dungeon)
        if not holders or place is None or dungeon is None:
            return []
        told = await queries.told(conn, run.id)
        limits = {key.code: key.early_location for key in dungeon.keys}
        users = m.to_tell(holders, limits, told, place, live=run.status is RunStatus.LIVE)
        panel = await self._owed.find_public_panel(conn, PUBLIC_PANEL, run.topic)
        return [
            m.Letter(
                run,
                place,
                user_id,
                [holder.key for holder in holders if holder.user_id == user_id],
                again=user_id in told and told[user_id].how is not m.How.CLOSED,
                panel_id=None if panel is None else panel.message_id,
            )
            for user_id in users
        ]

    # --- direct messages ----------------------------------------------------------------------------------------

    async def letter(self, run_id: int, user_id: int) -> m.Letter | None:
        """Read the message that a raider is owed; None when they are not to be told any more."""
        async with self.database.connection() as conn:
            run = await find_run(conn, run_id)
            letters = [] if run is None else await self._letters(conn, run)
            letter = next((one for one in letters if one.user_id == user_id), None)
            if letter is None or await suspended(conn, letter.run.guild_id, user_id, self._clock.now()):
                return None
        return letter

    @patient
    async def told(self, letter: m.Letter, how: m.How) -> None:
        """Note that a raider was told, or takes no direct messages: from now on answers tell them the place."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            await show_place(conn, letter.run.id, letter.user_id, now)
            await queries.tell(conn, letter.place, letter.user_id, how, now)

    # --- announcements ------------------------------------------------------------------------------------------

    async def next_notice(self, run_id: int) -> m.Notice | None:
        """Read the first announcement of a run that does not stand yet; None once the run is over.

        Raises Retry while the run's panel, which it links to, is not posted.
        """
        async with self.database.connection() as conn:
            run, places = await find_run(conn, run_id), await queries.places(conn, run_id)
            place = next((one for one in places if one.channel_id is not None and one.message_id is None), None)
            if run is None or not run.status.active or place is None or place.channel_id is None:
                return None
            panel = await self._owed.find_public_panel(conn, PUBLIC_PANEL, run.topic)
            if panel is not None and panel.message_id is None:
                raise Retry(f"the panel of run {run_id} is not posted yet")
            roles = await ping_roles(conn, run.guild_id, [run.dungeon])
        known = frozenset(one.message_id for one in places if one.message_id is not None)
        return m.Notice(run, place, place.channel_id, roles, None if panel is None else panel.message_id, known)

    @patient
    async def announced(self, place: m.Place, message_id: int) -> None:
        """Note an announcement."""
        async with self.database.connection() as conn:
            await queries.announced(conn, place, message_id)
