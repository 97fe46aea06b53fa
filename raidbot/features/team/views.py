"""What members see of the staff: the look at all members, promotions, and every sentence."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import hikari

from raidbot.features.team import models as m
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.audit_texts import AuditText
from raidbot.kernel.discord.checkup import Hindrance
from raidbot.kernel.discord.easel import Drawing
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import count, message_link
from raidbot.kernel.errors import UserError

HINDRANCES: Final[Mapping[Hindrance, str]] = {
    Hindrance.ABOVE: "it does not stand below my highest role. Drag my role above it in Server Settings > Roles.",
    Hindrance.NO_RIGHT: "I lack the permission Manage Roles.",
    Hindrance.MANAGED: "only Discord gives it.",
}


def sync(now: m.Sync) -> Drawing:
    """Draw how far a look at all members is."""
    counted = f"{count(now.seen, 'member')} looked at: {now.given:,} to get the team role, {now.taken:,} to lose it."
    if now.done_at is None:
        text = counted if now.seen else "I have just begun. You can go on meanwhile: this shows how far I am."
        return Drawing(None, hikari.Embed(title="Looking at all members…", description=text, colour=int(Colour.INFO)))
    moved = now.given + now.taken
    pace = " Discord takes ten role changes in ten seconds, so give it a moment." if moved > 10 else ""
    text = f"{counted}{pace}" if moved else f"{count(now.seen, 'member')} looked at: everybody is as they should be."
    return Drawing(
        None, hikari.Embed(title="The team is in line", description=text, colour=int(Colour.SUCCESS)), final=True
    )


def announcement(promotion: m.Promotion) -> str:
    """Write the post that announces a promotion."""
    return (
        f"🎉 <@{promotion.user_id}> is <@&{promotion.role_id}> now. "
        f"Promoted by <@{promotion.actor_id}>, congratulations!"
    )


def promoted(promotion: m.Promotion, message_id: int | None) -> Reply:
    """Tell the channel of a promotion."""
    text = f"<@{promotion.user_id}> gets <@&{promotion.role_id}>."
    if promotion.channel_id is None:
        return Reply(text)
    if message_id is None:
        return Reply(f"{text} The announcement will be up in <#{promotion.channel_id}> in a moment.")
    address = message_link(promotion.guild_id, promotion.channel_id, message_id)
    return Reply(f"{text} [Here is the announcement]({address}).")


ERROR_TEXTS: Final[Mapping[type[UserError], Callable[[Any], str]]] = {
    m.NoTeamRoleError: lambda _: (
        "No role marks the team yet, so there is nothing to bring in line. An administrator can choose one with "
        "`/setroles team:`."
    ),
    m.SharedTeamRoleError: lambda error: (
        f"<@&{error.role_id}> marks the team, but stands for {' and '.join(f'**{key.title}**' for key in error.keys)} "
        "too. I don't touch it: choose a role of its own with `/setroles team:`."
    ),
    m.NoStaffError: lambda _: (
        "No staff role is chosen yet, so I can't tell who is staff. An administrator can choose them with `/setroles`."
    ),
    m.CannotGiveError: lambda error: f"I can't give <@&{error.role_id}>: {error.why}",
    m.RoleNotChosenError: lambda error: (
        f"No role stands for **{error.key.title}** yet. An administrator can choose one with "
        f"`/setroles {error.key.value}:`."
    ),
    m.RoleTooHighError: lambda error: (
        f"<@&{error.role_id}> stands for **{error.key.title}**, which is as high as you rank, or higher. "
        "Ask somebody above you."
    ),
    m.NotHereError: lambda _: "They aren't in this server, so there is nobody to promote.",
    m.AlreadyHeldError: lambda error: f"<@{error.user_id}> has <@&{error.role_id}> already, or gets it right now.",
}

AUDIT_TEXTS: Final[Mapping[str, AuditText]] = {
    "member.promoted": AuditText("Promotion", "🎉", lambda detail: [f"<@&{detail['role']}>"]),
    "team.sync": AuditText("Team role brought in line", "🔄"),
}
