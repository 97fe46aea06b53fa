"""The use cases: mapping roles, posting the panel, choosing, and forgetting what is gone."""

from collections.abc import Mapping, Sequence

from raidbot.features.members.api import Standing
from raidbot.features.role_pings import models as m
from raidbot.features.role_pings import queries
from raidbot.kernel import audit
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.database.patience import patient
from raidbot.kernel.owed import Owed

PANEL, DELETE_MESSAGE = "role_pings.panel", "role_pings.delete_message"


async def ping_roles(conn: Connection, guild_id: int, dungeons: Sequence[str]) -> tuple[int, ...]:
    """Return the roles to ping for these dungeons, each once, in the order of the dungeons."""
    roles = {one.dungeon: one.role_id for one in await queries.of_dungeons(conn, guild_id, dungeons)}
    return tuple(dict.fromkeys(roles[dungeon] for dungeon in dungeons if dungeon in roles))


class RolePingService:
    """Use cases of role pings."""

    def __init__(self, database: Database, owed: Owed, clock: Clock) -> None:
        self.database = database
        self._owed = owed
        self._clock = clock
        self._pinged: dict[int, tuple[str, ...]] = {}
        """The dungeons of a guild that have a ping role, for those who type."""
        self._changes = 0

    # --- configuring ----------------------------------------------------------------------------------------------

    @patient
    async def mapped(self, guild_id: int) -> Sequence[m.Mapped]:
        """List a guild's dungeons that have a ping role."""
        async with self.database.connection() as conn:
            return await queries.mapped(conn, guild_id)

    async def pinged(self, guild_id: int) -> Sequence[str]:
        """List a guild's dungeons that have a ping role, from memory; the first time in a guild they are read."""
        if guild_id not in self._pinged:
            changes = self._changes
            async with self.database.connection() as conn:
                found = tuple(one.dungeon for one in await queries.mapped(conn, guild_id))
            if changes != self._changes:  # read before the change, perhaps
                return found
            self._pinged[guild_id] = found
        return self._pinged[guild_id]

    def _forget_pinged(self, guild_id: int) -> None:
        self._changes += 1
        self._pinged.pop(guild_id, None)

    @patient
    async def configured(self, guild_id: int) -> m.Configured:
        """Read how a guild's pings are configured."""
        async with self.database.connection() as conn:
            posting = await queries.posting(conn, guild_id)
            return m.Configured(await queries.mapped(conn, guild_id), panel=posting is not None)

    async def map_role(self, guild_id: int, dungeon: str, role_id: int, actor_id: int) -> m.Configured:
        """Give a dungeon its ping role, or another one."""
        old = _role_of(dungeon, await self.mapped(guild_id))
        await self._map(guild_id, dungeon, role_id, actor_id)
        now = await self.configured(guild_id)
        return m.Configured(now.now, now.panel, dungeon, old, role_id)

    async def unmap(self, guild_id: int, dungeon: str, actor_id: int) -> m.Configured:
        """Take a dungeon's ping role away; who holds the role keeps it. Raises NotMappedError."""
        old = _role_of(dungeon, await self.mapped(guild_id))
        if old is None:
            raise m.NotMappedError(dungeon)
        await self._unmap(guild_id, dungeon, actor_id)
        now = await self.configured(guild_id)
        return m.Configured(now.now, now.panel, dungeon, old, None)

    @patient
    async def _map(self, guild_id: int, dungeon: str, role_id: int, actor_id: int) -> None:
        async with self.database.transaction() as conn:
            old = _role_of(dungeon, await queries.of_dungeons(conn, guild_id, [dungeon]))
            if await queries.map_role(conn, guild_id, dungeon, role_id, actor_id, self._clock.now()):
                await self._changed(conn, guild_id, actor_id, "set", {dungeon: (old, role_id)})

    @patient
    async def _unmap(self, guild_id: int, dungeon: str, actor_id: int) -> None:
        async with self.database.transaction() as conn:
            gone = await queries.unmap(conn, guild_id, dungeon)
            if gone is not None:
                await self._changed(conn, guild_id, actor_id, "set", {dungeon: (gone.role_id, None)})

    @patient
    async def forget_role(self, guild_id: int, role_id: int) -> Sequence[str]:
        """Take a role that was deleted away from its dungeons, and return those."""
        async with self.database.transaction() as conn:
            dungeons = await queries.forget_role(conn, guild_id, role_id)
            if dungeons:
                await self._owed.forget_role(conn, role_id)
                changes = dict.fromkeys(sorted(dungeons), (role_id, None))
                await self._changed(conn, guild_id, None, "forget", changes)
        return sorted(dungeons)

    async def _changed(
        self,
        conn: Connection,
        guild_id: int,
        actor_id: int | None,
        verb: str,
        changes: Mapping[str, tuple[int | None, int | None]],
    ) -> None:
        await audit.write(
            conn,
            guild_id=guild_id,
            actor_id=actor_id,
            action=f"guild.dungeon_role_pings.{verb}",
            subject=str(guild_id),
            detail={dungeon: {"old": old, "new": new} for dungeon, (old, new) in changes.items()},
            now=self._clock.now(),
        )
        conn.after_commit(lambda: self._forget_pinged(guild_id))
        posting = await queries.posting(conn, guild_id)
        if posting is not None:
            await self._owed.touch(conn, posting.topic)

    # --- the panel ------------------------------------------------------------------------------------------------

    @patient
    async def post_panel(self, guild_id: int, channel_id: int, interaction_id: int, actor_id: int) -> m.Posted:
        """Owe a new panel, which takes the place of the one before. Raises NothingToChooseError."""
        async with self.database.transaction() as conn:
            if not await queries.mapped(conn, guild_id):
                raise m.NothingToChooseError
            posting = await queries.post(conn, guild_id, interaction_id)
            if posting is None:  # done before, and the answer was lost
                panel = await self._owed.find_public_panel(conn, PANEL, m.topic_of(interaction_id))
                return m.Posted(None if panel is None else panel.id)
            await self._owed.open_topic(conn, posting.topic)
            panel = await self._owed.public_panel(
                conn, kind=PANEL, topic=posting.topic, guild_id=guild_id, channel_id=channel_id
            )
            old = None
            if posting.replaces is not None:
                old = await self._owed.find_public_panel(conn, PANEL, m.topic_of(posting.replaces))
                await self._owed.touch(conn, m.topic_of(posting.replaces))
            await audit.write(
                conn,
                guild_id=guild_id,
                actor_id=actor_id,
                action="guild.dungeon_role_pings.post",
                subject=posting.topic,
                detail={"channel": channel_id},
                now=self._clock.now(),
            )
        return m.Posted(panel.id, replaced=old is not None and old.message_id is not None)

    async def panel(self, guild_id: int, topic: str) -> Sequence[m.Ping] | None:
        """Read what a panel shows; None when another one took its place."""
        async with self.database.connection() as conn:
            posting = await queries.posting(conn, guild_id)
            if posting is None or posting.topic != topic:
                return None
            return m.pings(await queries.mapped(conn, guild_id))

    async def retire(self, guild_id: int, channel_id: int, message_id: int) -> None:
        """Owe the removal of the message of a panel whose place another one took."""
        async with self.database.transaction() as conn:
            await self._owed.effect(
                conn,
                DELETE_MESSAGE,
                guild_id=guild_id,
                subject=str(message_id),
                payload={"channel_id": channel_id},
            )

    # --- choosing -------------------------------------------------------------------------------------------------

    @patient
    async def choices(self, chooser: m.Chooser) -> m.Choices:
        """Read what a member can choose and has chosen."""
        now = self._clock.now()
        async with self.database.connection() as conn:
            rows = await queries.choices(conn, chooser.guild_id, chooser.user_id)
        chosen = {row.role_id for row in rows if row.chosen(chooser.held, now)}
        suspended = any(row.suspended_until is not None and row.suspended_until > now for row in rows)
        grouped = m.pings(m.Mapped(row.dungeon, row.role_id) for row in rows)
        return m.Choices(
            tuple(m.Ping(ping.role_id, ping.dungeons, chosen=ping.role_id in chosen) for ping in grouped),
            Standing.SUSPENDED if suspended else chooser.standing,
        )

    @patient
    async def choose(self, chooser: m.Chooser, wishes: Mapping[int, bool]) -> None:
        """Owe a member these roles (role -> wanted); done twice it is done once."""
        held = [role_id in chooser.held for role_id in wishes]
        async with self.database.connection() as conn:
            if await queries.choose(conn, chooser.guild_id, chooser.user_id, wishes, held, self._clock.now()):
                self._owed.roles_changed(conn, [chooser.guild_id])


def _role_of(dungeon: str, mapped: Sequence[m.Mapped]) -> int | None:
    return next((one.role_id for one in mapped if one.dungeon == dungeon), None)
