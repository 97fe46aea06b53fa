"""The buttons of a party's panel, and those of its warnings."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from raidbot.features.parties import models as m
from raidbot.features.parties import views
from raidbot.features.parties.service import PartyService
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Reply, Result
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.permissions import has_at_least


class PartyButtons:
    """Handlers of what raiders and moderators press."""

    def __init__(self, parties: PartyService) -> None:
        self._parties = parties

    def routes(self) -> Sequence[Route[Any]]:
        """List the routes."""
        join = Policy(m.JOIN, Answer.PRIVATE, Bucket.BUTTON, quick=True)
        manage = Policy(m.MANAGE, Answer.PRIVATE, Bucket.BUTTON, quick=True)
        return [
            Route(views.Join, join, self.join),
            Route(views.Leave, manage, self.leave),
            Route(views.Extend, manage, self.extend),
            Route(views.Close, manage, self.close),
        ]

    async def join(self, request: Request, custom_id: views.Join) -> Result:
        """Join the party."""
        m.let_in(request.actor, request.settings)
        return Reply(views.joined(await self._parties.join(_click(request, custom_id.party_id))))

    async def leave(self, request: Request, custom_id: views.Leave) -> Result:
        """Leave the party."""
        await self._parties.leave(_click(request, custom_id.party_id))
        return Reply(views.LEFT)

    async def extend(self, request: Request, custom_id: views.Extend) -> Result:
        """Let the party go on for an hour."""
        seen = datetime.fromtimestamp(custom_id.seen, tz=UTC)
        party = await self._parties.extend(request.guild_id, custom_id.party_id, request.user_id, seen=seen)
        return Reply(views.extended(party))

    async def close(self, request: Request, custom_id: views.Close) -> Result:
        """Close the party."""
        any_party = has_at_least(request.actor, m.CLOSES_ANY, request.settings)
        await self._parties.close(request.guild_id, custom_id.party_id, request.user_id, any_party=any_party)
        return Reply(views.CLOSED)


def _click(request: Request, party_id: int) -> m.Click:
    return m.Click(request.id, request.guild_id, party_id, request.user_id)
