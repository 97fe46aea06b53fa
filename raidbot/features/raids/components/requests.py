"""The organizer's Call for…, and the raiders' answer to it."""

from collections.abc import Sequence
from typing import Any

from raidbot.features.dungeons.api import Catalogue, Dungeon
from raidbot.features.members.api import standing_of
from raidbot.features.raids import models as m
from raidbot.features.raids.service import OrganizerService, RaiderService, RequestService
from raidbot.features.raids.views import ids, texts
from raidbot.features.raids.views import requests as views
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Reply, Result
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.guilds import RoleKey

_DONE = {m.Outcome.OFFERED, m.Outcome.WITHDRAWN}


class RequestButtons:
    """Handlers of what organizers and raiders press."""

    def __init__(
        self, requests: RequestService, organizers: OrganizerService, raiders: RaiderService, catalogue: Catalogue
    ) -> None:
        self._requests = requests
        self._organizers = organizers
        self._raiders = raiders
        self._catalogue = catalogue

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        look = Policy(m.ORGANIZE, Answer.PRIVATE, Bucket.ORGANIZER)
        act = Policy(m.ORGANIZE, Answer.UPDATE, Bucket.ORGANIZER)
        answer = Policy(m.JOIN, Answer.PRIVATE, Bucket.KEY_REACTION, quick=True)
        return [
            Route(ids.AskRequest, look, self.ask),
            Route(ids.CallFor, act, self.call_for),
            Route(ids.CloseRequest, act, self.close),
            Route(ids.GotIt, answer, self.got_it),
        ]

    async def ask(self, request: Request, custom_id: ids.AskRequest) -> Result:
        """Ask what the run misses."""
        return await self._asking(request, custom_id.run_id)

    async def call_for(self, request: Request, custom_id: ids.CallFor) -> Result:
        """Call for what was chosen."""
        dungeon = self._dungeon(await self._organizers.run(request.guild_id, custom_id.run_id))
        want = m.want_of(dungeon, request.values[0])
        await self._requests.call_for(
            request.guild_id, custom_id.run_id, request.user_id, want.code, click_id=request.id
        )
        return await self._asking(request, custom_id.run_id, views.called(want))

    async def close(self, request: Request, custom_id: ids.CloseRequest) -> Result:
        """Close a request."""
        await self._requests.close(request.guild_id, custom_id.run_id, request.user_id, custom_id.request_id)
        return await self._asking(request, custom_id.run_id, views.CLOSED)

    async def got_it(self, request: Request, custom_id: ids.GotIt) -> Result:
        """Note that a raider has it, or has not any more."""
        standing = standing_of(request.actor, request.settings)
        outcome = await self._raiders.answer_request(
            m.RequestClick(request.id, custom_id.request_id, request.guild_id, request.user_id, standing)
        )
        said = views.ANSWERS.get(outcome)
        if said is None:
            said = texts.outcome(outcome, request.settings.roles.get(RoleKey.VERIFIED_RAIDER))
        return Reply(said, refusal=outcome not in _DONE)

    async def _asking(self, request: Request, run_id: int, note: str | None = None) -> Reply:
        run = await self._organizers.run(request.guild_id, run_id)
        return views.asking(run, self._dungeon(run), await self._requests.of_run(run_id), note)

    def _dungeon(self, run: m.Run) -> Dungeon:
        dungeon = self._catalogue.find(run.dungeon)
        if dungeon is None:
            raise m.RunGoneError
        return dungeon
