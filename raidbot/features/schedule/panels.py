"""What scheduled runs keep on Discord: the panel, and what is said in the channel."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.schedule import models as m
from raidbot.features.schedule import views
from raidbot.features.schedule.service import CALL, DELETE_MESSAGE, PUBLIC_PANEL, REMIND, ScheduleService
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Retry
from raidbot.kernel.discord.easel import Drawing, PanelKind
from raidbot.kernel.discord.failures import insist
from raidbot.kernel.owed import Effect, Panel

POSTED_WITHIN_S: Final = 5.0
"""So long an answer waits for the panel that it links."""
SLACK: Final = timedelta(seconds=5)
"""How far Discord's clock and ours may be apart."""
NONCE_LIVES: Final = timedelta(seconds=60)
"""Discord remembers a nonce for a few minutes; past this the channel is searched."""


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
        self, schedule: ScheduleService, catalogue: Catalogue, rest: hikari.api.RESTClient, clock: Clock, me: int
    ) -> None:
        self._schedule = schedule
        self._catalogue = catalogue
        self._rest = rest
        self._clock = clock
        self._me = me
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
        if not saying.wanted or self._clock.now() - message.written_at > NONCE_LIVES:
            found = await self._sent_before(plan, message)
            if found is not None or not saying.wanted:
                return found
        with_button = kind is m.MessageKind.REMINDER and message.part == 0
        sent = await self._rest.create_message(
            plan.channel_id,
            message.content,
            components=views.reminder_rows(plan.id) if with_button else hikari.UNDEFINED,
            mentions_everyone=False,
            user_mentions=list(message.user_ids),
            role_mentions=False,
            nonce=f"{kind.value}.{plan.id}.{message.part}",
        )
        return int(sent.id)

    async def _sent_before(self, plan: m.Plan, message: m.PlanMessage) -> int | None:
        """Find the message that an interrupted try sent."""

        async def read() -> int | None:
            found = self._rest.fetch_messages(plan.channel_id, after=message.written_at - SLACK).limit(100)
            ours = [
                int(one.id) async for one in found if int(one.author.id) == self._me and one.content == message.content
            ]
            return ours[0] if ours else None

        return await insist(read)
