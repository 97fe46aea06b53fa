"""The use cases of headcounts: each is one transaction; what Discord must hear of it is owed in the same one."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from raidbot.features.dungeons.api import Catalogue, Dungeon
from raidbot.features.headcounts import models as m
from raidbot.features.headcounts.events import HeadcountNoted
from raidbot.features.headcounts.queries import clicks, drafts, headcounts
from raidbot.features.members.api import ActivityKind, Presence, claim_activity, current_activity, release_activity
from raidbot.features.raids.api import HEADCOUNT_PANEL, NewRun, RunOpenings
from raidbot.features.raids.api import PUBLIC_PANEL as RUN_PANEL
from raidbot.features.raids.api import topic_of as run_topic_of
from raidbot.features.role_pings.api import ping_roles
from raidbot.kernel import audit
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection, Database, Gather
from raidbot.kernel.database.patience import patient
from raidbot.kernel.events import Events
from raidbot.kernel.owed import Owed

ORGANIZER_PANEL: Final = "headcounts.organizer"
RETIRE: Final = "headcounts.retire"


class HeadcountService:
    """Use cases of organizers and raiders, and what runs by itself."""

    def __init__(
        self,
        database: Database,
        owed: Owed,
        events: Events,
        clock: Clock,
        *,
        openings: RunOpenings,
        catalogue: Catalogue,
    ) -> None:
        self.database = database
        self._owed = owed
        self._events = events
        self._clock = clock
        self._openings = openings
        self._catalogue = catalogue
        self._joins: Gather[tuple[int, int], m.Click, m.Outcome] = Gather(
            "headcount clicks", self._join, key=lambda click: (click.headcount_id, click.user_id)
        )
        self._offers: Gather[tuple[int, int, str | None, str | None], m.Click, m.Outcome] = Gather(
            "headcount keys",
            self._offer,
            key=lambda click: (click.headcount_id, click.user_id, click.dungeon, click.key),
        )

    # --- choosing the dungeons ----------------------------------------------------------------------------------

    @patient
    async def begin(self, draft: m.Draft) -> int | None:
        """Begin to choose dungeons; return the headcount that its organizer must end first. Raises BusyError."""
        async with self.database.transaction() as conn:
            activity = await current_activity(conn, draft.guild_id, draft.user_id)
            if activity is not None and activity.kind is ActivityKind.HEADCOUNT:
                return activity.subject_id
            if activity is not None:
                raise await self._openings.busy(conn, draft.guild_id, draft.user_id)
            await drafts.begin(conn, draft, self._clock.now())
        return None

    @patient
    async def choose(self, press: m.Press, draft_id: int, menu: int, picked: Collection[str]) -> m.Draft:
        """Keep what a select holds now. Raises DraftGoneError."""
        offered = [dungeon.code for dungeon in m.menus(self._catalogue.all)[menu]]
        picked = [code for code in offered if code in picked]
        async with self.database.connection() as conn:
            draft = await drafts.choose(conn, press.guild_id, press.user_id, draft_id, offered=offered, picked=picked)
        if draft is None:
            raise m.DraftGoneError
        return draft

    @patient
    async def open_headcount(self, press: m.Press, draft_id: int, name: str) -> m.Opened:
        """Open the headcount of a draft with its organizer in and its panel owed.

        Raises WrongNumberError, DraftGoneError or BusyError.
        """
        now = self._clock.now()
        async with self.database.transaction() as conn:
            draft = await drafts.take(conn, press.guild_id, press.user_id, draft_id)
            if draft is None:
                return await self._opened_before(conn, press)
            codes = [dungeon.code for dungeon in m.chosen(draft, self._catalogue.all)]
            if not m.right_number(codes):
                raise m.WrongNumberError(len(codes))
            headcount = await headcounts.add(conn, draft, interaction_id=press.id, name=name, dungeons=codes, now=now)
            await self._claim(conn, headcount)
            await clicks.add(conn, headcount.id, press.user_id, press.id, now)
            await self._owed.open_topic(conn, headcount.topic)
            panel = await self._owed.public_panel(
                conn,
                kind=HEADCOUNT_PANEL,
                topic=headcount.topic,
                guild_id=headcount.guild_id,
                channel_id=headcount.channel_id,
            )
            await self._noted(conn, headcount, press.user_id, "headcount.open")
        return m.Opened(headcount, panel.id)

    async def _opened_before(self, conn: Connection, press: m.Press) -> m.Opened:
        """Find what a first try opened whose answer was lost with the connection."""
        headcount = await headcounts.of_interaction(conn, press.id)
        if headcount is None:
            if await current_activity(conn, press.guild_id, press.user_id) is not None:
                raise await self._openings.busy(conn, press.guild_id, press.user_id)
            raise m.DraftGoneError
        panel = await self._owed.find_public_panel(conn, HEADCOUNT_PANEL, headcount.topic)
        if panel is None:
            raise m.HeadcountGoneError
        return m.Opened(headcount, panel.id)

    # --- organizers ---------------------------------------------------------------------------------------------

    @patient
    async def end(self, press: m.Press, headcount_id: int) -> None:
        """End a headcount. Raises HeadcountOverError or HeadcountGoneError."""
        async with self.database.transaction() as conn:
            over = await headcounts.end(
                conn, press.guild_id, headcount_id, by=press.user_id, click_id=press.id, now=self._clock.now()
            )
            if over is None:
                await self._held(conn, press, headcount_id)
                return
            await release_activity(conn, ActivityKind.HEADCOUNT, over.id)
            await self._changed(conn, over, press.user_id, "headcount.end")

    @patient
    async def convert(self, press: m.Press, headcount_id: int, dungeon: str, *, run_roles: bool) -> m.Converted:
        """Make a headcount the run of one of its dungeons, with who is interested joined and its keys offered.

        The run is the headcount's organizer's, whoever presses. Raises NoKeysError, HeadcountOver- or GoneError.
        """
        now = self._clock.now()
        async with self.database.transaction() as conn:
            headcount = await self._held(conn, press, headcount_id)
            if dungeon not in headcount.dungeons:
                raise m.HeadcountGoneError
            joined, offers = await clicks.members(conn, headcount_id), await clicks.offers(conn, headcount_id)
            if headcount.open:
                if not m.convertible(self.dungeons(headcount), offers):
                    raise m.NoKeysError
                await release_activity(conn, ActivityKind.HEADCOUNT, headcount_id)
            keys = [(offer.key, offer.user_id) for offer in offers if offer.dungeon == dungeon]
            new = NewRun(
                guild_id=headcount.guild_id,
                organizer_id=headcount.organizer_id,
                organizer_name=headcount.organizer_name,
                interaction_id=press.id,
                dungeon=dungeon,
                channel_id=headcount.channel_id,
                party=None,
                location=None,
                description=None,
            )
            run = await self._openings.open_in(conn, new, run_roles=run_roles, joined=joined, offers=keys)
            over = await headcounts.convert(
                conn, press.guild_id, headcount_id, run_id=run.run_id, by=press.user_id, click_id=press.id, now=now
            )
            if over is not None:
                await self._owed.effect(
                    conn,
                    RETIRE,
                    guild_id=press.guild_id,
                    subject=str(headcount_id),
                    due_at=now + m.RETIRE_AFTER,
                )
                await self._changed(conn, over, press.user_id, "headcount.convert", run=run.run_id, dungeon=dungeon)
        return m.Converted(run.run_id, run.panel_id, headcount.channel_id, dungeon, len(joined), len(keys))

    @patient
    async def take_over(self, press: m.Press, headcount_id: int, *, seen: int, name: str) -> None:
        """Make another organizer's headcount, the member's that was `seen`, one's own; the other is free then.

        Raises TakenOverError, BusyError, HeadcountOverError or HeadcountGoneError.
        """
        async with self.database.transaction() as conn:
            headcount = await headcounts.take_over(
                conn,
                press.guild_id,
                headcount_id,
                seen=seen,
                organizer_id=press.user_id,
                name=name,
                now=self._clock.now(),
            )
            if headcount is None:
                present = await self._held(conn, press, headcount_id)
                if present.organizer_id == press.user_id:
                    return
                raise m.TakenOverError(present.organizer_id)
            await release_activity(conn, ActivityKind.HEADCOUNT, headcount_id)
            await self._claim(conn, headcount)
            await self._changed(conn, headcount, press.user_id, "headcount.take_over", before=seen)

    async def open_view(self, guild_id: int, headcount_id: int) -> m.View:
        """Read an open headcount with what its panels show. Raises HeadcountOverError or HeadcountGoneError."""
        view = await self.view(headcount_id)
        if view is None or view.headcount.guild_id != guild_id:
            raise m.HeadcountGoneError
        if not view.headcount.open:
            raise m.HeadcountOverError(converted=view.headcount.status is m.Status.CONVERTED)
        return view

    # --- raiders ------------------------------------------------------------------------------------------------

    @patient
    async def click(self, click: m.Click) -> m.Outcome:
        """Do what a raider's click asks for; clicks that come together are one statement."""
        return await (self._joins if click.key is None else self._offers).submit(click)

    async def drain(self) -> None:
        """Wait until no click is under way."""
        await self._joins.drain()
        await self._offers.drain()

    async def _join(self, batch: Sequence[m.Click]) -> Sequence[m.Outcome]:
        async with self.database.connection() as conn:
            return self._told(conn, await clicks.join(conn, batch, self._clock.now()))

    async def _offer(self, batch: Sequence[m.Click]) -> Sequence[m.Outcome]:
        async with self.database.connection() as conn:
            return self._told(conn, await clicks.offer(conn, batch, self._clock.now()))

    def _told(self, conn: Connection, rows: Sequence[clicks.ClickRow]) -> Sequence[m.Outcome]:
        self._owed.touched(conn, {row.topic: row.version for row in rows if row.topic and row.version})
        return [row.outcome for row in rows]

    @patient
    async def take_off(self, guild_id: int, user_ids: Sequence[int]) -> None:
        """Take members who left, were banned or suspended off every open headcount of the guild, keys too."""
        async with self.database.transaction() as conn:
            for headcount_id in sorted(await clicks.take_off(conn, guild_id, user_ids, self._clock.now())):
                await self._owed.touch(conn, m.topic_of(headcount_id))

    @patient
    async def everybody(self, guild_id: int) -> Sequence[int]:
        """List the members who are in the guild's open headcounts or offer a key."""
        async with self.database.connection() as conn:
            return await clicks.everybody(conn, guild_id)

    # --- time ---------------------------------------------------------------------------------------------------

    async def stale(self, skip: Collection[m.Headcount]) -> Sequence[m.Headcount]:
        """List ten headcounts that nobody touched for a day."""
        async with self.database.connection() as conn:
            moment = self._clock.now() - m.STALE_AFTER
            return await headcounts.untouched(conn, moment, [headcount.id for headcount in skip])

    async def close_stale(self, stale: m.Headcount) -> None:
        """End a headcount that nobody touched for a day; one that somebody did touch meanwhile is left alone."""
        now = self._clock.now()
        async with self.database.transaction() as conn:
            over = await headcounts.close_stale(conn, stale, now - m.STALE_AFTER, now)
            if over is not None:
                await release_activity(conn, ActivityKind.HEADCOUNT, over.id)
                await self._changed(conn, over, None, "headcount.stale")

    async def old_drafts(self, skip: Collection[int]) -> Sequence[int]:
        """List ten drafts that were begun an hour ago."""
        async with self.database.connection() as conn:
            return await drafts.old(conn, self._clock.now() - m.DRAFT_LIVES, list(skip))

    async def forget_draft(self, draft_id: int) -> None:
        """Forget a draft."""
        async with self.database.connection() as conn:
            await drafts.forget(conn, draft_id)

    # --- what panels and effects ask ----------------------------------------------------------------------------

    @patient
    async def view(self, headcount_id: int) -> m.View | None:
        """Read a headcount with what its panels show."""
        async with self.database.connection() as conn:
            return await headcounts.view(conn, headcount_id)

    @patient
    async def ping_roles(self, headcount: m.Headcount) -> tuple[int, ...]:
        """List the roles that the panel of a headcount pings when it opens."""
        async with self.database.connection() as conn:
            return await ping_roles(conn, headcount.guild_id, headcount.dungeons)

    def dungeons(self, headcount: m.Headcount) -> Sequence[Dungeon]:
        """List the dungeons of a headcount."""
        return [dungeon for code in headcount.dungeons if (dungeon := self._catalogue.find(code)) is not None]

    async def parting(self, headcount_id: int) -> m.Parting | None:
        """Read how it stands with the message of a headcount that became a run; None when it has none any more."""
        async with self.database.connection() as conn:
            headcount = await headcounts.by_id(conn, headcount_id)
            panel = await self._owed.find_public_panel(conn, HEADCOUNT_PANEL, m.topic_of(headcount_id))
            if headcount is None or headcount.run_id is None or panel is None:
                return None
            runs = await self._owed.find_public_panel(conn, RUN_PANEL, run_topic_of(headcount.run_id))
        return m.Parting(headcount, panel.message_id, run_posted=runs is None or runs.message_id is not None)

    async def retired(self, headcount: m.Headcount) -> None:
        """Have the panel of a headcount looked at whose message was removed: it is gone, and so is forgotten."""
        async with self.database.transaction() as conn:
            await self._owed.touch(conn, headcount.topic)

    # --- what the use cases share -------------------------------------------------------------------------------

    async def _held(self, conn: Connection, press: m.Press, headcount_id: int) -> m.Headcount:
        """Hold a headcount that is open, or over by this very press: its answer was lost, and it is done again."""
        headcount = await headcounts.hold(conn, press.guild_id, headcount_id)
        if headcount is None:
            raise m.HeadcountGoneError
        if not headcount.open and headcount.end_click_id != press.id:
            raise m.HeadcountOverError(converted=headcount.status is m.Status.CONVERTED)
        return headcount

    async def _claim(self, conn: Connection, headcount: m.Headcount) -> None:
        """Make a headcount its organizer's one activity. Raises BusyError."""
        guild_id, organizer_id = headcount.guild_id, headcount.organizer_id
        if not await claim_activity(
            conn,
            guild_id=guild_id,
            organizer_id=organizer_id,
            kind=ActivityKind.HEADCOUNT,
            subject_id=headcount.id,
        ):
            raise await self._openings.busy(conn, guild_id, organizer_id)

    async def _noted(
        self, conn: Connection, headcount: m.Headcount, actor_id: int | None, action: str, **detail: Any
    ) -> None:
        """Write the audit and tell those who listen; `detail` is what JSON can hold."""
        now = self._clock.now()
        await audit.write(
            conn,
            guild_id=headcount.guild_id,
            actor_id=actor_id,
            action=action,
            subject=headcount.topic,
            detail={"organizer": headcount.organizer_id, "dungeons": list(headcount.dungeons), **detail},
            now=now,
            target_id=None if actor_id == headcount.organizer_id else headcount.organizer_id,
        )
        told = HeadcountNoted(
            headcount.guild_id,
            headcount.id,
            headcount.dungeons,
            headcount.organizer_id,
            headcount.organizer_name,
            action,
            actor_id,
            detail,
            now,
        )
        await self._events.publish(conn, told)

    async def _changed(
        self, conn: Connection, headcount: m.Headcount, actor_id: int | None, action: str, **detail: Any
    ) -> None:
        await self._noted(conn, headcount, actor_id, action, **detail)
        await self._owed.touch(conn, headcount.topic)


async def presences(conn: Connection, headcount_id: int) -> Sequence[Presence]:
    """List everybody who ever was interested or offered a key, which is named "DUNGEON:KEY", in no order."""
    return await clicks.presences(conn, headcount_id)
