"""What scheduled runs keep on Discord: the panel, and what is said in the channel."""

from collections.abc import Sequence

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.schedule import models as m
from raidbot.features.schedule import views
from raidbot.features.schedule.service import CALL, DELETE_MESSAGE, PUBLIC_PANEL, REMIND, ScheduleService
from raidbot.kernel.database import Retry
from raidbot.kernel.discord.easel import Drawing, PanelKind
from raidbot.kernel.discord.posts import Posts, says
from raidbot.kernel.owed import Effect, Panel


class SchedulePanels:
    """The panel kind."""

    def __init__(self, schedule: ScheduleService, catalogue: Catalogue) -> None:
        self._schedule = schedule
        self._catalogue = catalogue
        self.kinds = {PUBLIC_PANEL: PanelKind(self._draw)}

    async def _draw(self, panel: Panel) -> Drawing | None:
        view = await self._schedule.view(m.plan_of(panel.topic))
        dungeon = None if view is None else self._catalogue.find(view.plan.dungeon)
        if view is None or dungeon is None:
            return None
        roles = await self._schedule.ping_roles(view.plan) if view.plan.state is m.PlanState.PLANNED else ()
        return views.panel(view, dungeon, roles)


class ScheduleMessages:
    """The effects on messages: each is written down first, sent once, and removed when it is of no use any more."""

    def __init__(
        self, schedule: ScheduleService, catalogue: Catalogue, rest: hikari.api.RESTClient, posts: Posts
    ) -> None:
        self._schedule = schedule
        self._catalogue = catalogue
        self._rest = rest
        self._posts = posts
        self.effects = {REMIND: self.remind, CALL: self.call, DELETE_MESSAGE: self.delete}

    async def remind(self, effect: Effect) -> None:
        """Remind the organizer and who asked for it."""
        await self._say(int(effect.subject), m.MessageKind.REMINDER)

    async def call(self, effect: Effect) -> None:
        """Call who asked for it to the run that was opened."""
        await self._say(int(effect.subject), m.MessageKind.CALL)

    async def delete(self, effect: Effect) -> None:
        """Remove a message."""
        await self._rest.delete_message(effect.payload["channel_id"], int(effect.subject))

    async def _say(self, plan_id: int, kind: m.MessageKind) -> None:
        saying = await self._schedule.saying(plan_id, kind)
        if saying is not None and saying.wanted and not saying.messages:
            await self._schedule.write(saying.plan, kind, self._parts(saying, kind))
            saying = await self._schedule.saying(plan_id, kind)
        if saying is None:
            return
        for message in saying.messages:
            if message.message_id is None:
                message_id = await self._send(saying, kind, message)
                if message_id is not None:
                    await self._schedule.said(plan_id, kind, message.part, message_id)

    def _parts(self, saying: m.Saying, kind: m.MessageKind) -> list[tuple[str, Sequence[int]]]:
        if kind is m.MessageKind.CALL and saying.about is None:
            raise Retry(f"the panel of run {saying.plan.run_id} is not posted yet")
        dungeon = self._catalogue.find(saying.plan.dungeon)
        return [] if dungeon is None else views.said(saying, kind, dungeon)

    async def _send(self, saying: m.Saying, kind: m.MessageKind, message: m.PlanMessage) -> int | None:
        """Send a message, once; one that is not wanted any more is only looked for."""
        plan = saying.plan
        if not saying.wanted:
            return next(iter(await self._posts.find(plan.channel_id, message.written_at, says(message.content))), None)
        with_button = kind is m.MessageKind.REMINDER and message.part == 0
        return await self._posts.send(
            plan.channel_id,
            content=message.content,
            rows=views.reminder_rows(plan.id) if with_button else (),
            mentions=message.user_ids,
            nonce=f"{kind.value}.{plan.id}.{message.part}",
            owed_at=message.written_at,
        )
