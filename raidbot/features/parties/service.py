"""The use cases of parties: each is one transaction; what Discord must hear of it is owed in the same one."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Final

from raidbot.features.dungeons.api import Opening, RecentDungeons
from raidbot.features.members.api import Presence, suspended
from raidbot.features.parties import models as m
from raidbot.features.parties import queries
from raidbot.features.parties.events import PartyNoted
from raidbot.kernel import audit
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.database.patience import patient
from raidbot.kernel.events import Events
from raidbot.kernel.owed import Owed, Panel

PUBLIC_PANEL: Final = "parties.public"
SETTLE, SEAT, WARN = "parties.settle", "parties.seat", "parties.warn"


class PartyService:
    """Use cases of raiders and moderators, and what runs by itself."""

    def __init__(self, database: Database, owed: Owed, events: Events, clock: Clock) -> None:
        self.database = database
        self._owed = owed
        self._events = events
        self._clock = clock

    # --- owners -------------------------------------------------------------------------------------------------

    @patient
    async def open_party(self, new: m.NewParty) -> m.Opened | m.Busy:
        """Open a party with its owner in it and its panel owed. Raises SuspendedError or TooManyPartiesError."""
        now = self._clock.now()
        until = m.whole_seconds(now + m.LIVES)
        async with self.database.transaction() as conn:
            if await suspended(conn, new.guild_id, new.owner_id, now):
                raise m.SuspendedError
            party = await queries.add(conn, new, now=now, until=until, warning=m.next_warning(until, now))
            if party is None:
                return await self._not_opened(conn, new)
            lately = await queries.openings(conn, new.guild_id, new.owner_id, now - m.OPENINGS_WITHIN)
            if len(lately) > m.OPENINGS:
                raise m.TooManyPartiesError(lately[m.OPENINGS] + m.OPENINGS_WITHIN)
            await queries.set_seat(conn, party.id, new.owner_id, joined=True, click_id=new.interaction_id, now=now)
            await self._owed.open_topic(conn, party.topic)
            panel = await self._owed.public_panel(
                conn, kind=PUBLIC_PANEL, topic=party.topic, guild_id=new.guild_id, channel_id=new.channel_id
            )
            await self._owed.effect(
                conn, SETTLE, guild_id=new.guild_id, subject=str(party.id), due_at=now + m.THREAD_AFTER
            )
            told = {"name": new.name, "location": new.location, "description": new.description, "size": new.size}
            await self._noted(conn, party, new.owner_id, "party.open", **told)
        return m.Opened(party, panel.id)

    async def _not_opened(self, conn: Connection, new: m.NewParty) -> m.Opened | m.Busy:
        """Find what a first try opened whose answer was lost with the connection, or the party that is in the way."""
        opened = await queries.of_interaction(conn, new.interaction_id)
        found = [opened] if opened else await queries.of_owners(conn, new.guild_id, [new.owner_id])
        if not found:
            raise m.PartyGoneError
        (party,) = found
        panel = await self._owed.find_public_panel(conn, PUBLIC_PANEL, party.topic)
        if opened is None:
            return m.Busy(party, None if panel is None else panel.message_id)
        if panel is None:
            raise m.PartyGoneError
        return m.Opened(opened, panel.id)

    @patient
    async def extend(self, guild_id: int, party_id: int, actor_id: int, *, seen: datetime) -> m.Party:
        """Let a party that was to end at `seen` go on for an hour, 6 h in all.

        Raises NotYoursError, LongestPartyError, AlreadyExtendedError, PartyOverError or PartyGoneError.
        """
        async with self.database.transaction() as conn:
            party = await self._held(conn, guild_id, party_id)
            if party.owner_id != actor_id:
                raise m.NotYoursError(party.owner_id, closing=False)
            until = m.extended(party)
            if until <= party.expires_at:
                raise m.LongestPartyError
            warning = m.next_warning(until, self._clock.now())
            longer = await queries.extend(conn, guild_id, party_id, seen=seen, until=until, warning=warning)
            if longer is None:
                raise m.AlreadyExtendedError
            await self._noted(conn, longer, actor_id, "party.extend", until=until.isoformat())
            await self._owed.touch(conn, longer.topic)
        return longer

    @patient
    async def close(self, guild_id: int, party_id: int, actor_id: int, *, any_party: bool) -> None:
        """Close a party; somebody else's only with `any_party`. Raises NotYoursError, PartyOver- or PartyGoneError."""
        async with self.database.transaction() as conn:
            party = await self._held(conn, guild_id, party_id)
            if party.owner_id != actor_id and not any_party:
                raise m.NotYoursError(party.owner_id, closing=True)
            await self._close(conn, party, actor_id, m.CloseReason.CLOSED)

    # --- raiders ------------------------------------------------------------------------------------------------

    @patient
    async def join(self, click: m.Click) -> m.Party:
        """Let a member into a party. Raises what `joins` does, PartyOverError or PartyGoneError."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            party, seat = await self._seat(conn, click)
            if m.joins(party, seat, click, now):
                await self._move(conn, party, click, joined=True, now=now)
        return party

    @patient
    async def leave(self, click: m.Click) -> m.Party:
        """Let a member out of a party. Raises what `leaves` does, PartyOverError or PartyGoneError."""
        async with self.database.transaction() as conn:
            party, seat = await self._seat(conn, click)
            if m.leaves(party, seat, click):
                await self._move(conn, party, click, joined=False, now=self._clock.now())
        return party

    @patient
    async def take_off(self, guild_id: int, user_ids: Sequence[int]) -> None:
        """Take members who left, were banned or suspended off every open party of the guild; their own are closed."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            for own in await queries.of_owners(conn, guild_id, user_ids):
                await self._close(conn, own, None, m.CloseReason.OWNER_GONE)
            moved = await queries.take_off(conn, guild_id, user_ids, now)
            for one in moved:
                await self._owe_seat(conn, guild_id, one.party_id, one.user_id)
            for party_id in sorted({one.party_id for one in moved}):
                await self._owed.touch(conn, m.topic_of(party_id))

    @patient
    async def everybody(self, guild_id: int) -> Sequence[int]:
        """List the members of the guild's open parties."""
        async with self.database.connection() as conn:
            return await queries.everybody(conn, guild_id)

    # --- time ---------------------------------------------------------------------------------------------------

    async def due(self, skip: Collection[m.Party]) -> Sequence[m.Party]:
        """List ten parties whose time is over."""
        async with self.database.connection() as conn:
            return await queries.due(conn, self._clock.now(), [party.id for party in skip])

    async def expire(self, party: m.Party) -> None:
        """Close a party whose time is over; one that was closed or extended meanwhile is left alone."""
        async with self.database.transaction() as conn:
            over = await queries.expire(conn, party.guild_id, party.id, now=self._clock.now())
            if over is not None:
                await self._over(conn, over, None, "party.expire")

    async def to_warn(self, skip: Collection[m.Party]) -> Sequence[m.Party]:
        """List ten parties whose end is to be announced."""
        async with self.database.connection() as conn:
            return await queries.to_warn(conn, self._clock.now(), [party.id for party in skip])

    async def warn(self, party: m.Party) -> None:
        """Owe the thread a word about the end; of two warnings that are both due only the last is given."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            warned = await queries.warned(
                conn,
                party.guild_id,
                party.id,
                seen=party.expires_at,
                now=now,
                following=m.next_warning(party.expires_at, now),
            )
            if warned is not None:
                await self._owed.effect(
                    conn,
                    WARN,
                    guild_id=warned.guild_id,
                    subject=str(warned.id),
                    payload={"expires_at": warned.expires_at.isoformat()},
                )

    # --- what effects and panels ask ----------------------------------------------------------------------------

    @patient
    async def party(self, party_id: int) -> m.Party | None:
        """Read a party."""
        async with self.database.connection() as conn:
            return await queries.by_id(conn, party_id)

    @patient
    async def roster(self, party_id: int) -> tuple[m.Party | None, Sequence[int]]:
        """Read a party and who is in it, the first to come first."""
        async with self.database.connection() as conn:
            return await queries.by_id(conn, party_id), await queries.members(conn, party_id)

    async def panel(self, party: m.Party) -> Panel | None:
        """Read a party's panel; None when it was deleted for good."""
        async with self.database.connection() as conn:
            return await self._owed.find_public_panel(conn, PUBLIC_PANEL, party.topic)

    async def panel_deleted(self, party: m.Party) -> None:
        """Have the panel of a closed party looked at: it is gone, and so is forgotten."""
        async with self.database.transaction() as conn:
            await self._owed.touch(conn, party.topic)

    async def place(self, party_id: int, user_id: int) -> m.Place | None:
        """Tell whether a member belongs into the thread of an open party; None when it has none."""
        async with self.database.connection() as conn:
            return await queries.place(conn, party_id, user_id)

    @patient
    async def thread_made(self, party_id: int, thread_id: int) -> None:
        """Note a party's thread and owe it everybody who is in; one that came too late is owed its end."""
        async with self.database.transaction() as conn:
            party = await queries.set_thread(conn, party_id, thread_id)
            if party is None:
                return
            if not party.open:
                await self._owed.effect(conn, SETTLE, guild_id=party.guild_id, subject=str(party_id))
                return
            for user_id in await queries.members(conn, party_id):
                await self._owe_seat(conn, party.guild_id, party_id, user_id)
            await self._owed.touch(conn, party.topic)

    @patient
    async def thread_gone(self, thread_id: int) -> None:
        """Forget a thread that was deleted; the party goes on without one."""
        async with self.database.transaction() as conn:
            party = await queries.forget_thread(conn, thread_id)
            if party is not None and party.open:
                await self._owed.touch(conn, party.topic)

    # --- what the use cases share -------------------------------------------------------------------------------

    async def _held(self, conn: Connection, guild_id: int, party_id: int) -> m.Party:
        party = await queries.hold(conn, guild_id, party_id)
        if party is None:
            raise m.PartyGoneError
        if not party.open:
            raise m.PartyOverError
        return party

    async def _seat(self, conn: Connection, click: m.Click) -> tuple[m.Party, m.Seat]:
        party = await self._held(conn, click.guild_id, click.party_id)
        return party, await queries.seat(conn, click.guild_id, click.party_id, click.user_id)

    async def _move(self, conn: Connection, party: m.Party, click: m.Click, *, joined: bool, now: datetime) -> None:
        await queries.set_seat(conn, party.id, click.user_id, joined=joined, click_id=click.id, now=now)
        await self._owed.touch(conn, party.topic)
        if party.thread_id is not None:
            await self._owe_seat(conn, party.guild_id, party.id, click.user_id)

    async def _owe_seat(self, conn: Connection, guild_id: int, party_id: int, user_id: int) -> None:
        await self._owed.effect(conn, SEAT, guild_id=guild_id, subject=f"{party_id}:{user_id}")

    async def _close(self, conn: Connection, party: m.Party, actor_id: int | None, reason: m.CloseReason) -> None:
        now = self._clock.now()
        over = await queries.close(conn, party.guild_id, party.id, by=actor_id, reason=reason, now=now)
        if over is not None:
            why = {} if reason is m.CloseReason.CLOSED else {"reason": reason.value}
            await self._over(conn, over, actor_id, "party.close", **why)

    async def _over(self, conn: Connection, party: m.Party, actor_id: int | None, action: str, **detail: Any) -> None:
        await self._noted(conn, party, actor_id, action, **detail)
        await self._owed.effect(conn, SETTLE, guild_id=party.guild_id, subject=str(party.id))

    async def _noted(self, conn: Connection, party: m.Party, actor_id: int | None, action: str, **detail: Any) -> None:
        """Write the audit and tell those who listen; `detail` is what JSON can hold."""
        now = self._clock.now()
        await audit.write(
            conn,
            guild_id=party.guild_id,
            actor_id=actor_id,
            action=action,
            subject=party.topic,
            detail={"owner": party.owner_id, **detail},
            now=now,
            target_id=None if actor_id == party.owner_id else party.owner_id,
        )
        told = PartyNoted(
            party.guild_id, party.id, party.dungeons, party.owner_id, party.owner_name, action, actor_id, detail, now
        )
        await self._events.publish(conn, told)


# --- what other features are told ------------------------------------------------------------------------------------


async def presences(conn: Connection, party_id: int) -> Sequence[Presence]:
    """List everybody who ever was in a party, in no order."""
    return await queries.presences(conn, party_id)


async def openings(conn: Connection, guild_ids: Sequence[int]) -> Sequence[Opening]:
    """List the last parties that were opened in each of these guilds, in no order."""
    return await queries.recent_dungeons(conn, guild_ids)


def remember_dungeons(recent: RecentDungeons) -> Callable[[Connection, PartyNoted], Awaitable[None]]:
    """Make the subscriber that takes in the dungeons of each new party."""

    async def remember(conn: Connection, fact: PartyNoted) -> None:
        if fact.action == "party.open":
            recent.opened(conn, fact.guild_id, fact.dungeons)

    return remember
