"""The use cases of the staff: each is one transaction; what Discord must hear of it is owed in the same one."""

from collections.abc import Mapping, Sequence
from typing import Final

from raidbot.features.team import models as m
from raidbot.features.team import queries
from raidbot.kernel import audit
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database
from raidbot.kernel.database.patience import patient
from raidbot.kernel.guilds import GuildStore, RolesMapped
from raidbot.kernel.owed import Owed

SYNC_PANEL: Final = "team.sync_panel"
SYNC, ANNOUNCE = "team.sync", "team.announce"


class TeamService:
    """Keeps the team role in line with the staff roles."""

    def __init__(self, database: Database, owed: Owed, clock: Clock, guilds: GuildStore) -> None:
        self.database = database
        self._owed = owed
        self._clock = clock
        self._guilds = guilds

    async def saw(self, guild_id: int, member: m.Seen) -> None:
        """Owe a member the team role, or its removal, if their roles ask for it."""
        settings = self._guilds.cached(guild_id)
        try:
            role_id, wishes = m.team_role(settings), m.wishes([member], settings)
        except m.TeamError:
            return
        if wishes:
            await self._bring_in_line(guild_id, role_id, wishes)

    @patient
    async def _bring_in_line(self, guild_id: int, role_id: int, wishes: Mapping[int, bool]) -> None:
        async with self.database.connection() as conn:
            await self._owed.bring_in_line(conn, guild_id=guild_id, role_id=role_id, wishes=wishes)

    async def roles_mapped(self, conn: Connection, fact: RolesMapped) -> None:
        """Owe a look at all members after a change of what decides about them."""
        if m.asks_for_sync(self._guilds.cached(fact.guild_id), fact.roles):
            await self._restart(conn, fact.guild_id)

    @patient
    async def start_over(self, guild_id: int) -> None:
        """Owe a look at all members where there is a team role, in place of one that is under way."""
        try:
            m.team_role(await self._guilds.settings(guild_id))
        except m.TeamError:
            return
        async with self.database.transaction() as conn:
            await self._restart(conn, guild_id)

    @patient
    async def ask(self, guild_id: int, actor_id: int) -> str:
        """Owe a look at all members, unless one is under way; return the topic that shows it.

        Raises what `team_role` does.
        """
        m.team_role(await self._guilds.settings(guild_id))
        now, topic = self._clock.now(), m.topic_of(guild_id)
        async with self.database.transaction() as conn:
            await self._owed.open_topic(conn, topic)
            if await queries.begin_sync(conn, guild_id, now):
                await self._owed.effect(conn, SYNC, guild_id=guild_id, subject=str(guild_id))
                await self._owed.touch(conn, topic)
                await audit.write(
                    conn,
                    guild_id=guild_id,
                    actor_id=actor_id,
                    action="team.sync",
                    subject=str(guild_id),
                    detail={},
                    now=now,
                )
        return topic

    async def _restart(self, conn: Connection, guild_id: int) -> None:
        await queries.restart_sync(conn, guild_id, self._clock.now())
        await self._owed.effect(conn, SYNC, guild_id=guild_id, subject=str(guild_id))

    @patient
    async def sync(self, guild_id: int) -> m.Sync | None:
        """Read the last look at all members of a guild."""
        async with self.database.connection() as conn:
            return await queries.sync(conn, guild_id)

    @patient
    async def page(self, at: m.Sync, members: Sequence[m.Seen], *, last: bool, show: bool) -> m.Sync | None:
        """Owe what a page of members asks for and note how far the look is; None when it stands elsewhere by now.

        `show`: whoever watches is to see it. A guild that has no team role any more is done with at once.
        """
        settings = await self._guilds.settings(at.guild_id)
        try:
            role_id, wishes = m.team_role(settings), m.wishes(members, settings)
        except m.TeamError:
            role_id, wishes, last = 0, {}, True
        async with self.database.transaction() as conn:
            changed = await self._owed.bring_in_line(conn, guild_id=at.guild_id, role_id=role_id, wishes=wishes)
            given = sum(wishes[user_id] for user_id in changed)
            on = await queries.advance_sync(
                conn,
                at,
                place=members[-1].user_id if members else at.place,
                seen=len(members),
                given=given,
                taken=len(changed) - given,
                done_at=self._clock.now() if last else None,
            )
            if on is not None and (show or last):
                await self._owed.touch(conn, m.topic_of(at.guild_id))
        return on


class PromotionService:
    """Promotes members."""

    def __init__(self, database: Database, owed: Owed, clock: Clock) -> None:
        self.database = database
        self._owed = owed
        self._clock = clock

    @patient
    async def promote(self, new: m.NewPromotion) -> m.Promotion:
        """Owe a member, who was seen without it, a role, and the announcement. Raises AlreadyHeldError."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            made = await queries.promotion_of(conn, new.interaction_id)
            if made is not None:
                return made
            owed = await self._owed.bring_in_line(
                conn, guild_id=new.guild_id, role_id=new.role_id, wishes={new.user_id: True}
            )
            # What the second of two presses knows of the member is older than what the first one did.
            since = now - m.TWICE_WITHIN
            if not owed or await queries.promoted_since(conn, new.guild_id, new.user_id, new.role_id, since):
                raise m.AlreadyHeldError(new.user_id, new.role_id)
            promotion = await queries.add_promotion(conn, new, now)
            if new.channel_id is not None:
                await self._owed.effect(conn, ANNOUNCE, guild_id=new.guild_id, subject=str(promotion.id))
            await audit.write(
                conn,
                guild_id=new.guild_id,
                actor_id=new.actor_id,
                action="member.promoted",
                subject=f"promotion:{promotion.id}",
                detail={"key": new.role_key.value, "role": new.role_id},
                now=now,
                target_id=new.user_id,
            )
        return promotion

    @patient
    async def promotion(self, promotion_id: int) -> m.Promotion | None:
        """Read a promotion."""
        async with self.database.connection() as conn:
            return await queries.promotion_by_id(conn, promotion_id)

    @patient
    async def announced(self, promotion_id: int, message_id: int) -> None:
        """Note the message that announces a promotion."""
        async with self.database.connection() as conn:
            await queries.announced(conn, promotion_id, message_id)
