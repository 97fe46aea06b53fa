"""Keeps every panel equal to the database."""

import asyncio
import dataclasses
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Final

import hikari
from loguru import logger

from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.database.patience import patient
from raidbot.kernel.discord.answers import ShowPanel
from raidbot.kernel.discord.easel.canvas import Canvas
from raidbot.kernel.discord.easel.kinds import Drawing, PanelKind
from raidbot.kernel.discord.easel.lanes import FORBIDDEN_PAUSE_S, Lane, Lanes, Waiting, own_lane
from raidbot.kernel.discord.easel.notes import Notes
from raidbot.kernel.discord.failures import Meaning, meaning, pause
from raidbot.kernel.discord.posts import NONCE_LIVES
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.staff import Staff
from raidbot.kernel.errors import Unavailable, incident_id
from raidbot.kernel.logging import correlation
from raidbot.kernel.owed import Owed, Panel
from raidbot.kernel.owed.queries import panels as queries

REST_AFTER: Final = timedelta(minutes=14)
TOKEN_LIVES: Final = timedelta(minutes=15)
POSTS_AT_MOST: Final = 2
"""How often a panel is posted that somebody deletes soon after: two refusals are an answer."""
LIVED: Final = timedelta(hours=1)
"""A message that was there for so long is posted again however often it was."""
POSTED_WITHIN_S: Final = 5.0
"""So long an answer waits for the panel that it links."""


class Easel:
    """Draws panels; one object a process."""

    def __init__(
        self,
        *,
        database: Database,
        owed: Owed,
        clock: Clock,
        canvas: Canvas,
        kinds: Mapping[str, PanelKind],
        staff: Staff,
    ) -> None:
        self.database = database
        self._owed = owed
        self._clock = clock
        self._canvas = canvas
        self._kinds = kinds
        self._staff = staff
        self._panels: dict[int, Panel] = {}
        self._of_topic: dict[str, set[int]] = {}
        self._versions: dict[str, int] = {}
        self._lanes = Lanes(lambda panel_id: _lane(self._panels[panel_id]), self._draw)
        self._notes = Notes(database)
        self._posted: dict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self._brushes: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Read what is stale after a restart, then keep drawing."""
        async with self.database.connection() as conn:
            stale = await queries.stale_panels(conn)
            panels = await queries.panels_of(conn, sorted({one.topic for one in stale}))
        self._adopt(panels)
        for one in stale:
            self._versions[one.topic] = one.version
            self._lanes.wait(one.id, one.version)
        self._tasks = [
            asyncio.create_task(self._listen(), name="easel"),
            asyncio.create_task(self._notes.keep(), name="easel notes"),
        ]

    async def stop(self) -> None:
        """Stop after the requests under way; what is not drawn is stale in the database and drawn at the next start."""
        for task in self._tasks:
            task.cancel()
        await self._lanes.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._notes.write()

    async def posted(self, panel_id: int) -> int | None:
        """Wait until a panel has its message and return the message's id; None when it takes too long."""
        try:
            async with asyncio.timeout(POSTED_WITHIN_S):
                await self._posted[panel_id].wait()
        except TimeoutError:
            return None
        panel = self._panels.get(panel_id)
        return panel.message_id if panel else None

    @patient
    async def press(self, request: Request, panel: ShowPanel, message_id: int) -> None:
        """Keep the newest token of an ephemeral panel and have it drawn."""
        async with self.database.connection() as conn:
            row = await queries.press_panel(
                conn,
                kind=panel.kind,
                topic=panel.topic,
                guild_id=request.guild_id,
                channel_id=request.channel_id,
                message_id=message_id,
                user_id=request.user_id,
                token=request.interaction.token,
                note=panel.note,
                now=self._clock.now(),
            )
        await self._know(panel.topic)
        self._adopt([row])
        self._lanes.wait(row.id, self._versions[row.topic])
        self._lanes.at_once(row.id)  # somebody looks at it now: a pause after a failure is over

    @patient
    async def message_gone(self, message_id: int) -> None:
        """Post a panel again whose message somebody deleted; what is drawn for good stays deleted."""
        async with self.database.connection() as conn:
            panel = await queries.panel_of_message(conn, message_id)
        if panel is None or panel.ephemeral:
            return
        await self._know(panel.topic)
        if panel.id in self._panels:
            self._lanes.wait(panel.id, self._versions[panel.topic])

    async def came(self, event: hikari.GuildJoinEvent) -> None:
        """Draw at once what waits in a guild that invited the bot again: it was refused while the bot was out."""
        for panel_id in self._lanes.forbidden():
            if self._panels[panel_id].guild_id == int(event.guild_id):
                self._lanes.at_once(panel_id)

    async def tired(self, skip: Collection[Panel]) -> Sequence[Panel]:
        """List the ephemeral panels that were not pressed for 14 minutes (for the job that lets them rest)."""
        async with self.database.connection() as conn:
            moment = self._clock.now() - REST_AFTER
            return await queries.panels_pressed_before(conn, moment, [panel.id for panel in skip])

    async def rest(self, panel: Panel) -> None:
        """Let an ephemeral panel show Refresh, as its token dies, and forget it."""
        async with self._brushes[panel.id]:  # a drawing under way would arrive after Refresh
            if self._pressed_since(panel):
                return
            resting = self._kinds[panel.kind].resting
            if resting is not None and panel.pressed_at and self._clock.now() < panel.pressed_at + TOKEN_LIVES:
                try:
                    await self._canvas.edit(panel, resting(panel))
                except Exception as error:
                    if meaning(error) is Meaning.RETRY:
                        raise
                    logger.debug("panel {} could not be put to rest: {}", panel.id, type(error).__name__)
            await self._drop(panel)

    # --- finding what waits -------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        while True:
            rung = await self._owed.topics.wait()
            opened, self._owed.opened = self._owed.opened, set()
            for topic in opened:
                self._of_topic.pop(topic, None)
            try:
                await self._know(*rung)
            except Exception as error:  # noqa: BLE001 - whatever a look ends in, what was rung for is looked for again
                if not isinstance(error, Unavailable):
                    logger.exception("panels could not be looked for")
                for topic, version in rung.items():
                    self._owed.topics.ring(topic, version)
                self._owed.opened |= opened
                await asyncio.sleep(0.5)
                continue
            for topic, version in rung.items():
                self._versions[topic] = max(version, self._versions.get(topic, 0))
                for panel_id in self._of_topic.get(topic, ()):
                    self._lanes.wait(panel_id, self._versions[topic])

    async def _know(self, *topics: str) -> None:
        unknown = [topic for topic in topics if topic not in self._of_topic]
        if unknown:
            async with self.database.connection() as conn:
                panels = await queries.panels_of(conn, unknown)
                versions = await queries.topic_versions(conn, unknown)
            for topic in unknown:
                self._of_topic.setdefault(topic, set())
                self._versions[topic] = max(versions.get(topic, 1), self._versions.get(topic, 1))
            self._adopt([self._panels.get(panel.id, panel) for panel in panels])  # memory is newer than what was read

    def _adopt(self, panels: Sequence[Panel]) -> None:
        for panel in panels:
            self._panels[panel.id] = panel
            self._of_topic.setdefault(panel.topic, set()).add(panel.id)
            if panel.message_id is not None:
                self._posted[panel.id].set()

    # --- drawing ------------------------------------------------------------------------------------------------

    async def _draw(self, panel_id: int, waiting: Waiting) -> None:
        correlation.set(f"panel {panel_id}")
        async with self._brushes[panel_id]:
            tried = self._panels.get(panel_id)
            if tried is None:  # put to rest meanwhile
                self._brushes.pop(panel_id)
                return
            try:
                await self._attempt(tried, waiting.version)
            except Exception as error:  # noqa: BLE001 - every failure of a panel is settled in one place
                panel = self._panels.get(panel_id)
                if panel is None or self._pressed_since(tried):  # who pressed has it drawn with a new token
                    return
                try:
                    await self._failed(panel, waiting, error)
                except Unavailable:
                    self._lanes.again(panel_id, waiting, pause(waiting.attempts))

    async def _attempt(self, panel: Panel, version: int) -> None:
        drawing = await self._kinds[panel.kind].draw(panel)
        deleted = panel.message_id is None and panel.posting_since is None and panel.posts > 0
        if drawing is None or (drawing.final and deleted):
            await self._drop(panel)
            return
        if panel.message_id is None:
            interrupted = panel.posting_since is not None
            panel = await self._post(panel, drawing)
            if interrupted:  # Discord may have given the message of the earlier try, as it was drawn then
                self._lanes.wait(panel.id, version)
        else:
            try:
                await self._canvas.edit(panel, drawing)
            except hikari.NotFoundError:
                if not drawing.final:
                    raise
                await self._drop(panel)
                return
        self._notes.showed[panel.id] = version
        await self._after(panel, drawing)

    async def _after(self, panel: Panel, drawing: Drawing) -> None:
        if panel.note is not None and self._panels.get(panel.id) is panel:
            self._panels[panel.id] = dataclasses.replace(panel, note=None)
        if not drawing.final or panel.id in self._lanes:
            return
        if panel.ephemeral:
            await self._drop(panel)
        else:
            self._forget(panel)

    async def _post(self, panel: Panel, drawing: Drawing) -> Panel:
        message_id = None
        if panel.posting_since is None:
            now = self._clock.now()
            async with self.database.connection() as conn:
                await queries.panel_posting(conn, panel.id, now)
            panel = dataclasses.replace(panel, posting_since=now, posts=panel.posts + 1)
            self._panels[panel.id] = panel
        elif self._clock.now() - panel.posting_since > NONCE_LIVES:
            message_id = await self._canvas.find(panel, drawing, panel.posting_since)
        if message_id is None:
            message_id = await self._canvas.post(panel, drawing, ping=panel.posts == 1)
        async with self.database.connection() as conn:
            await queries.panel_posted(conn, panel.id, message_id)
        panel = dataclasses.replace(panel, message_id=message_id, posting_since=None)
        self._adopt([panel])
        return panel

    async def _failed(self, panel: Panel, waiting: Waiting, error: Exception) -> None:
        what = Meaning.RETRY if isinstance(error, Unavailable) else meaning(error)
        seconds = pause(waiting.attempts)
        match what:
            case Meaning.DEAD_TOKEN:
                await self._drop(panel)
                return
            case Meaning.GONE if panel.ephemeral:
                await self._drop(panel)
                return
            case Meaning.GONE if panel.message_id is not None and self._is_wanted(panel, panel.message_id):
                logger.info("panel {} is gone from its channel, posting it again", panel.id)
                async with self.database.connection() as conn:
                    await queries.panel_gone(conn, panel.message_id)
                self._panels[panel.id] = dataclasses.replace(panel, message_id=None, shown=0)
                seconds = 0.0
            case Meaning.GONE:
                logger.warning("panel {} has no place left, giving it up", panel.id)
                await self._drop(panel)
                return
            case Meaning.FORBIDDEN:
                seconds = FORBIDDEN_PAUSE_S
                reason = f"I may not post or edit messages in <#{panel.channel_id}>"
                async with self.database.connection() as conn:
                    await queries.panel_blocked(conn, panel.id, reason)
                await self._staff.tell(panel.guild_id, f"panel in {panel.channel_id}", reason)
            case Meaning.BUG | Meaning.CLOSED_DM:
                logger.opt(exception=error).error("incident {}: panel {} cannot be drawn", incident_id(), panel.id)
                self._notes.showed[panel.id] = waiting.version
                return
            case Meaning.RETRY:
                logger.warning("panel {}: {}, again in {:g} s", panel.id, type(error).__name__, seconds)
        self._lanes.again(panel.id, waiting, seconds)

    def _is_wanted(self, panel: Panel, message_id: int) -> bool:
        """Say whether a panel whose message was deleted is to be posted again."""
        return panel.posts < POSTS_AT_MOST or self._clock.now() - hikari.Snowflake(message_id).created_at >= LIVED

    def _pressed_since(self, panel: Panel) -> bool:
        return self._panels.get(panel.id, panel).pressed_at != panel.pressed_at

    async def _drop(self, panel: Panel) -> None:
        """Forget a panel, unless somebody pressed it meanwhile."""
        if not self._pressed_since(panel):
            self._forget(panel)
        async with self.database.connection() as conn:
            await queries.drop_panel(conn, panel.id, panel.pressed_at)

    def _forget(self, panel: Panel) -> None:
        self._panels.pop(panel.id, None)
        self._lanes.forget(panel.id, _lane(panel))
        self._posted.pop(panel.id, None)
        self._brushes.pop(panel.id, None)
        siblings = self._of_topic.get(panel.topic)
        if siblings is not None:
            siblings.discard(panel.id)
            if not siblings:
                self._of_topic.pop(panel.topic)
                self._versions.pop(panel.topic, None)


def _lane(panel: Panel) -> Lane:
    """Discord's buckets: the edits of a channel, the posts of a channel, and each ephemeral panel for itself."""
    if panel.ephemeral:
        return own_lane(panel.id)
    return ("posts" if panel.message_id is None else "edits", panel.channel_id)
