"""What staff type to write rows down."""

from decimal import Decimal
from typing import Any, Final

import hikari
import lightbulb

from raidbot.features.dungeons.api import Catalogue, suggest_dungeons
from raidbot.features.quota import models as m
from raidbot.features.quota.service import StaffService
from raidbot.features.quota.views import ledger as views
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.commands import autocomplete, invoke
from raidbot.kernel.discord.request import Request

# Not deferred up front: a refusal is private, and no public "thinking" flashes up before it.
ADJUSTING: Final = Policy(m.ADJUST, Answer.PUBLIC, Bucket.COMMAND, quick=True)
LOGGING: Final = Policy(m.LOG, Answer.PUBLIC, Bucket.COMMAND, quick=True)


def _points() -> float:
    return lightbulb.number(
        "amount",
        "How many points; a negative number takes some away",
        min_value=-m.ADJUSTMENT_MAX,
        max_value=m.ADJUSTMENT_MAX,
    )


def _member() -> hikari.User | None:
    return lightbulb.user("member", "Whose; without it your own", default=None)


def _reason() -> str | None:
    return lightbulb.string("reason", "Why", default=None, max_length=m.REASON_MAX)


class AddPoints(lightbulb.SlashCommand, name="addpoints", description="Give a raider points, or take some away"):
    """`/addpoints`: raiders' points."""

    amount = _points()
    member = _member()
    reason = _reason()

    @invoke(ADJUSTING)
    async def invoke(self, request: Request, catalogue: Catalogue, staff: StaffService) -> Result:
        """Write them down."""
        points = m.to_points(self.amount)
        whose = _whose(request, self.member)
        return views.logged(await staff.add_points(_deed(request, whose, self.reason), points), points, catalogue)


class AddQuotaPoints(
    lightbulb.SlashCommand, name="addquotapoints", description="Give staff quota points, or take some away"
):
    """`/addquotapoints`: staff's points, of one of the roles that have a quota."""

    amount = _points()
    member = _member()
    role = lightbulb.role("role", "For which role's quota; without it the highest they have", default=None)
    reason = _reason()

    @invoke(ADJUSTING)
    async def invoke(self, request: Request, catalogue: Catalogue, staff: StaffService) -> Result:
        """Write them down."""
        points = m.to_points(self.amount)
        whose = _whose(request, self.member)
        role_id = None if self.role is None else int(self.role.id)
        done = await staff.add_quota_points(_deed(request, whose, self.reason), points, role_id, _roles(whose))
        return views.logged(done, points, catalogue)


class LogRun(lightbulb.SlashCommand, name="logrun", description="Count runs that were organised without the bot"):
    """`/logrun`: organised runs, at what they are worth to the member's own roles."""

    dungeon = lightbulb.string("dungeon", "Which dungeon", autocomplete=autocomplete(suggest_dungeons))
    amount = lightbulb.integer(
        "amount",
        "How many; a negative number takes some back",
        default=1,
        min_value=-m.RUNS_MAX,
        max_value=m.RUNS_MAX,
    )
    member = lightbulb.user("member", "Who organised them; without it you", default=None)
    reason = _reason()

    @invoke(LOGGING)
    async def invoke(self, request: Request, catalogue: Catalogue, staff: StaffService) -> Result:
        """Write them down."""
        dungeon = catalogue.named(self.dungeon)
        if not self.amount:
            raise m.BadAmountError
        whose = _whose(request, self.member)
        done = await staff.log_runs(_deed(request, whose, self.reason), dungeon, self.amount, _roles(whose))
        return views.logged(done, Decimal(self.amount), catalogue)


def _whose(request: Request, member: hikari.User | None) -> hikari.Member:
    """Return the member an option names, or who typed the command. Raises NoMemberError."""
    chosen: Any = request.interaction.member if member is None else member
    if not isinstance(chosen, hikari.Member) or chosen.is_bot:
        raise m.NoMemberError(int(chosen.id))
    return chosen


def _roles(member: hikari.Member) -> frozenset[int]:
    return frozenset(map(int, member.role_ids))


def _deed(request: Request, whose: hikari.Member, reason: str | None) -> m.Deed:
    why = " ".join((reason or "").split()) or None
    return m.Deed(request.guild_id, int(whose.id), request.user_id, f"{request.name}:{request.id}", why)
