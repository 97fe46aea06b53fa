"""The buttons and selects by which members choose pings."""

from collections.abc import Mapping, Sequence
from typing import Any

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.members.api import standing_of
from raidbot.features.role_pings import models as m
from raidbot.features.role_pings.service import RolePingService
from raidbot.features.role_pings.views import fitness, ids, panels, texts
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.checkup import Lookout
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route


class RolePingButtons:
    """Handlers of what members press; each answers with what it changed and with all that can be chosen."""

    def __init__(self, pings: RolePingService, catalogue: Catalogue, lookout: Lookout) -> None:
        self._pings = pings
        self._catalogue = catalogue
        self._lookout = lookout

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        fresh = Policy(m.CHOOSE, Answer.PRIVATE, Bucket.BUTTON, quick=True)
        again = Policy(m.CHOOSE, Answer.UPDATE, Bucket.BUTTON, quick=True)
        return [
            Route(ids.Toggle, fresh, self.toggle),
            Route(ids.Mine, fresh, self.mine),
            Route(ids.Bulk, fresh, self.bulk),
            Route(ids.Pick, again, self.pick),
            Route(ids.PickBulk, again, self.bulk),
        ]

    async def mine(self, request: Request, _: ids.Mine) -> Result:
        """Show what the member has chosen."""
        return panels.picker(await self._offered(request), None, self._catalogue)

    async def toggle(self, request: Request, custom_id: ids.Toggle) -> Result:
        """Take a ping, or give it up."""
        choices = await self._offered(request, custom_id.role_id)
        chosen = any(ping.chosen for ping in choices.pings if ping.role_id == custom_id.role_id)
        return await self._choose(request, choices, {custom_id.role_id: not chosen})

    async def bulk(self, request: Request, custom_id: ids.Bulk | ids.PickBulk) -> Result:
        """Take all pings, or give all up."""
        choices = await self._offered(request)
        return await self._choose(request, choices, {ping.role_id: custom_id.wanted for ping in choices.pings})

    async def pick(self, request: Request, custom_id: ids.Pick) -> Result:
        """Have exactly the chosen ones of a select."""
        choices = await self._offered(request)
        page = next((page for page in choices.pages[custom_id.page :]), ())
        if not page or m.seal(page) != custom_id.seal:
            return panels.picker(choices, texts.LIST_CHANGED, self._catalogue)
        return await self._choose(
            request, choices, {ping.role_id: str(ping.role_id) in request.values for ping in page}
        )

    async def _offered(self, request: Request, role_id: int | None = None) -> m.Choices:
        """Read a member's choices among the roles that can be given; `role_id` must be one of them."""
        known = await self._pings.choices(_chooser(request))
        sight = await self._lookout.look(request.guild_id)
        roles = fitness.fit(sight, request.settings, (ping.role_id for ping in known.pings))
        if role_id is not None and role_id not in roles:
            raise m.OutOfOrderError(role_id) if known.has(role_id) else m.PingGoneError
        if not roles:
            raise m.NothingToChooseError
        return known.offering(texts.by_name(known.pings, self._catalogue), roles)

    async def _choose(self, request: Request, choices: m.Choices, wanted: Mapping[int, bool]) -> Result:
        wishes = choices.wishes(wanted)
        if wishes:
            await self._pings.choose(_chooser(request), wishes)
        return panels.picker(choices.after(wishes), texts.changed(wishes, choices, self._catalogue), self._catalogue)


def _chooser(request: Request) -> m.Chooser:
    actor = request.actor
    return m.Chooser(request.guild_id, actor.user_id, actor.role_ids, standing_of(actor, request.settings))
