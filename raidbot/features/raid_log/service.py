"""The use cases of the raid log: what is noted becomes entries, and a job turns them into pages."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final

from raidbot.features.headcounts import api as headcounts
from raidbot.features.headcounts.events import HeadcountNoted
from raidbot.features.members.api import Presence
from raidbot.features.parties import api as parties
from raidbot.features.parties.events import PartyNoted
from raidbot.features.raid_log import models as m
from raidbot.features.raid_log import queries
from raidbot.features.raids import api as raids
from raidbot.features.raids.events import RunNoted
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.owed import Owed

BATCH: Final = 10
_CROWDS: Final[Mapping[m.Subject, Callable[[Connection, int], Awaitable[Sequence[Presence]]]]] = {
    m.Subject.RUN: raids.presences,
    m.Subject.HEADCOUNT: headcounts.presences,
    m.Subject.PARTY: parties.presences,
}


class LogService:
    """Keeps the rows of the raid log. `channel_of` tells a guild's raid log channel, from memory."""

    def __init__(self, database: Database, owed: Owed, clock: Clock, channel_of: Callable[[int], int | None]) -> None:
        self.database = database
        self._owed = owed
        self._clock = clock
        self._channel_of = channel_of

    # --- what others do -----------------------------------------------------------------------------------------

    async def run_noted(self, conn: Connection, fact: RunNoted) -> None:
        """Add what was done with a run, in the transaction that did it."""
        whose = fact.organizer_id, fact.organizer_name
        await self._note(conn, _note_of(fact, raids.topic_of(fact.run_id), (fact.dungeon,), whose))

    async def headcount_noted(self, conn: Connection, fact: HeadcountNoted) -> None:
        """Add what was done with a headcount, in the transaction that did it."""
        whose = fact.organizer_id, fact.organizer_name
        await self._note(conn, _note_of(fact, headcounts.topic_of(fact.headcount_id), fact.dungeons, whose))

    async def party_noted(self, conn: Connection, fact: PartyNoted) -> None:
        """Add what was done with a party, in the transaction that did it."""
        whose = fact.owner_id, fact.owner_name
        await self._note(conn, _note_of(fact, parties.topic_of(fact.party_id), fact.dungeons, whose))

    async def _note(self, conn: Connection, note: m.Note) -> None:
        channel_id = self._channel_of(note.guild_id)
        if channel_id is not None:
            await queries.note(conn, note, channel_id, closes=note.action in m.ENDINGS)

    # --- what the job asks --------------------------------------------------------------------------------------

    async def waiting(self, skip: Collection[m.Waiting]) -> Sequence[m.Waiting]:
        """List ten logs with something to write: noted, clicked, or the end."""
        async with self.database.connection() as conn:
            found = await queries.waiting(conn, self._clock.now(), [one.topic for one in skip])
            quiet = [one.topic for one in found if not one.stirred]
            versions = await self._owed.versions(conn, quiet) if quiet else {}
        return [one for one in found if one.stirred or versions.get(one.topic, 0) > one.seen_version][:BATCH]

    async def take(self, waiting: m.Waiting) -> m.Log | None:
        """Read a log that has its turn; None, and given up, where the guild has no raid log channel any more."""
        async with self.database.connection() as conn:
            log = await queries.log(conn, waiting.topic)
            if log is None or self._channel_of(log.guild_id) is not None:
                return log
            await queries.give_up(conn, log.topic, self._clock.now())
        return None

    async def outlook(self, log: m.Log) -> m.Outlook:
        """Read all that a log has not told yet."""
        async with self.database.connection() as conn:
            entries = await queries.entries(conn, log.topic, log.told)
            if log.seen is None:
                return m.Outlook(log, log.seen_version, (), entries)
            versions = await self._owed.versions(conn, [log.topic])
            presences = await _CROWDS[log.subject](conn, log.subject_id)
        return m.Outlook(log, versions.get(log.topic, log.seen_version), presences, entries)

    async def turn(self, outlook: m.Outlook, page: m.Page) -> m.Log:
        """Write down what the newest page shall say, before it is sent."""
        log = outlook.log
        async with self.database.connection() as conn:
            return await queries.turn_page(
                conn,
                log.topic,
                page,
                version=outlook.version,
                settled=log.seen is None,
                now=self._clock.now(),
            )

    # --- what the job did ---------------------------------------------------------------------------------------

    async def starter_posting(self, log: m.Log) -> m.Log:
        """Note that the message a log hangs on is about to be sent."""
        async with self.database.connection() as conn:
            return await queries.starter_posting(conn, log.topic, self._clock.now())

    async def starter_posted(self, log: m.Log, message_id: int) -> m.Log:
        """Keep the message that a log hangs on."""
        async with self.database.connection() as conn:
            return await queries.starter_posted(conn, log.topic, message_id)

    async def thread_made(self, log: m.Log, thread_id: int) -> m.Log:
        """Keep the thread of a log."""
        async with self.database.connection() as conn:
            return await queries.thread_made(conn, log.topic, thread_id)

    async def page_showed(self, log: m.Log, message_id: int) -> None:
        """Note that the newest page stands; the thread's next turn is a second later."""
        async with self.database.connection() as conn:
            await queries.page_showed(conn, log.topic, message_id, told=log.told, again_at=self._clock.now() + m.TURN)

    async def page_gone(self, log: m.Log) -> None:
        """Let go of a page that somebody deleted."""
        async with self.database.connection() as conn:
            await queries.let_go_of_page(conn, log.topic)

    async def gone(self, log: m.Log) -> None:
        """Begin a log anew whose thread, message or channel somebody deleted; give it up the second time."""
        channel_id, now = self._channel_of(log.guild_id), self._clock.now()
        async with self.database.connection() as conn:
            if channel_id is None or log.posts >= m.STARTERS:
                await queries.give_up(conn, log.topic, now)
            else:
                await queries.begin_anew(conn, log.topic, channel_id, now)

    async def later(self, log: m.Log, pause: timedelta) -> None:
        """Put a log off; its next turn is as long away."""
        async with self.database.connection() as conn:
            await queries.later(conn, log.topic, self._clock.now() + pause)

    async def forbidden(self, log: m.Log) -> None:
        """Put a log off that may not be written; one that is over is given up after a day."""
        now = self._clock.now()
        if log.closed_at is not None and now - log.closed_at > m.KEPT:
            await self.give_up(log)
        else:
            await self.later(log, m.FORBIDDEN_PAUSE)

    async def settle(self, log: m.Log) -> None:
        """Be done with a log that is over, unless something was noted meanwhile."""
        async with self.database.connection() as conn:
            await queries.settle(conn, log.topic, noted=log.told, now=self._clock.now())

    async def give_up(self, log: m.Log) -> None:
        """Be done with a log that Discord refuses."""
        async with self.database.connection() as conn:
            await queries.give_up(conn, log.topic, self._clock.now())


def _note_of(
    fact: RunNoted | HeadcountNoted | PartyNoted, topic: str, dungeons: Sequence[str], whose: tuple[int, str]
) -> m.Note:
    return m.Note(
        topic=topic,
        guild_id=fact.guild_id,
        dungeons=tuple(dungeons),
        organizer_id=whose[0],
        organizer_name=whose[1],
        action=fact.action,
        actor_id=fact.actor_id,
        detail=fact.detail,
        at=fact.at,
    )
