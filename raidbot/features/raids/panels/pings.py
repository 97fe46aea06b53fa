"""Sends and removes the ping messages of runs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.raids import models as m
from raidbot.features.raids.service import PUBLIC_PANEL, PingPlan, UpkeepService
from raidbot.features.raids.views import panels as views
from raidbot.features.raids.views.texts import mention_text, ping_text, transfer_text
from raidbot.kernel.discord.guild_view import made_at
from raidbot.kernel.discord.posts import SLACK, Posts, says
from raidbot.kernel.discord.text import message_link
from raidbot.kernel.owed import Effect


class RunPings:
    """The effects on ping messages."""

    def __init__(
        self,
        upkeep: UpkeepService,
        catalogue: Catalogue,
        rest: hikari.api.RESTClient,
        posts: Posts,
    ) -> None:
        self._upkeep = upkeep
        self._catalogue = catalogue
        self._rest = rest
        self._posts = posts

    async def send(self, effect: Effect) -> None:
        """Send a ping: planned in rows first, each message once."""
        plan = await self._upkeep.ping_plan(int(effect.subject))
        if plan is None:
            return
        if not plan.messages:
            await self._upkeep.write_plan(plan.ping.id, await self._parts(plan, effect.payload))
            plan = await self._upkeep.ping_plan(int(effect.subject))
        if plan is None:
            return
        for message in plan.messages:
            if message.message_id is None:
                message_id = await self._send(plan, message)
                await self._upkeep.ping_sent(plan, message.part, message_id)

    async def delete(self, effect: Effect) -> None:
        """Remove a message."""
        await self._rest.delete_message(effect.payload["channel_id"], int(effect.subject))

    async def close_window(self, effect: Effect) -> None:
        """Have the panels drawn as the key window closes."""
        await self._upkeep.close_window(int(effect.subject))

    async def lock_join(self, effect: Effect) -> None:
        """Lock joining as a last call is over."""
        await self._upkeep.close_last_call(int(effect.subject))

    async def _parts(self, plan: PingPlan, payload: Mapping[str, Any]) -> list[tuple[str, Sequence[int]]]:
        run, kind = plan.run, plan.ping.kind
        dungeon = self._catalogue.find(run.dungeon)
        if dungeon is None:
            return []
        panel_id = await self._upkeep.panel_message(PUBLIC_PANEL, run)
        link = None if panel_id is None else message_link(run.guild_id, run.channel_id, panel_id)
        if kind is m.PingKind.EXPIRING:
            return [(ping_text(kind, run, dungeon, link, f"<@{run.organizer_id}>"), [run.organizer_id])]
        if kind is m.PingKind.TRANSFERRED:
            return [transfer_text(run, dungeon, link, old=payload["old"], by=payload["by"])]
        if kind is m.PingKind.MOVED_UP:
            still_in = [user_id for user_id in payload["user_ids"] if user_id in plan.joined]
            return [
                (ping_text(kind, run, dungeon, link, mention_text(some)), some)
                for some in _some_at_a_time(still_in, m.MOVED_UP_A_MESSAGE)
            ]
        if kind is m.PingKind.LAST_CALL:
            return [(ping_text(kind, run, dungeon, link, "@here"), [])]
        parts: list[tuple[str, Sequence[int]]] = []
        if kind is not m.PingKind.REQUEST:
            mentions = ["@here"] if kind is m.PingKind.STARTING else []
            mentions += [f"<@&{run.role_id}>"] if run.role_id else []
            parts.append((ping_text(kind, run, dungeon, link, " ".join(mentions)), []))
        parts += [(mention_text(some), some) for some in _some_at_a_time(plan.without_role, m.MENTIONS_A_MESSAGE)]
        return parts

    async def _send(self, plan: PingPlan, message: m.PingMessage) -> int:
        run, ping = plan.run, plan.ping
        return await self._posts.send(
            run.channel_id,
            content=message.content,
            rows=views.ping_rows(ping.kind, run),
            here=message.part == 0 and ping.kind in {m.PingKind.STARTING, m.PingKind.LAST_CALL},
            mentions=message.user_ids,
            roles=[run.role_id] if message.part == 0 and run.role_id else (),
            nonce=f"ping.{ping.id}.{message.part}",
            owed_at=ping.asked_at,
        )

    async def recall(self, effect: Effect) -> None:
        """Remove what a dropped ping sent without hearing so."""
        payload = effect.payload
        since, until = (datetime.fromisoformat(payload[name]) for name in ("since", "until"))
        found = await self._posts.find(payload["channel_id"], since, says(*payload["contents"]))
        await self._upkeep.recall(effect, [one for one in found if made_at(one) <= until + SLACK])


def _some_at_a_time(user_ids: Sequence[int], number: int) -> list[Sequence[int]]:
    return [user_ids[at : at + number] for at in range(0, len(user_ids), number)]
