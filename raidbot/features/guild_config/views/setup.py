"""`/setup`: what would be chosen and made, and what was."""

from collections.abc import Callable, Mapping, Sequence

import hikari

from raidbot.features.guild_config.models import K, Plan
from raidbot.features.guild_config.views import ids
from raidbot.features.guild_config.views.mappings import channel, role
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import FIELD, cut, listed, plain

_Row = hikari.impl.MessageActionRowBuilder


def plan(found: Plan, lacks: str) -> Reply:
    """Show what would be done; `lacks` names the permissions that are missing for it."""
    embed = hikari.Embed(title="Setup", colour=int(Colour.INFO))
    if not found.missing:
        embed.description = "Everything that the modules need is chosen already. `/config` shows it."
        return Reply(embed=embed)
    embed.description = (
        "This is what I would do for the modules that are on. Nothing happens until you press a button, and what "
        "you chose before stays."
    )
    if lines := [*_chosen(found.map_roles, role), *_chosen(found.map_channels, channel)]:
        embed.add_field("Choose what is there", listed(lines, FIELD, separator="\n"))
    made = [f"@{key.title}" for key in found.make_roles] + [f"#{key.channel_name}" for key in found.make_channels]
    if made:
        embed.add_field("Make", listed(made, FIELD))
    if lacks:
        text = f"For that I lack {lacks}. Give me that in Server Settings > Roles, or make them yourself."
        embed.add_field("⚠️ Look at this", text)
    row = _Row()
    if made:
        row.add_interactive_button(hikari.ButtonStyle.SUCCESS, ids.SetUp(create=True).pack(), label="Set it up")
    if lines:
        row.add_interactive_button(
            hikari.ButtonStyle.SECONDARY, ids.SetUp(create=False).pack(), label="Only choose what is there"
        )
    return Reply(embed=embed, rows=[row])


def done(changes: Sequence[str], posted: Sequence[str], left: Sequence[str]) -> Reply:
    """Show what was done and what could not be."""
    colour = Colour.WARNING if left else Colour.SUCCESS
    embed = hikari.Embed(title="Setup", description="Done. `/config` shows how it stands.", colour=int(colour))
    embed.add_field("Chosen", listed(list(changes), FIELD, separator="\n") or "Nothing: it was like that already.")
    if posted:
        embed.add_field("Posted", cut("\n".join(posted), FIELD))
    if left:
        embed.add_field("⚠️ Left for you", cut("\n".join(left), FIELD))
    return Reply(embed=embed)


def refused(what: str, why: str) -> str:
    """Say that something could not be made, in Discord's words."""
    return f"{what} could not be made: {plain(cut(why, 100)) or 'Discord refuses it'}."


def _chosen(mapped: Mapping[K, int], show: Callable[[int | None], str]) -> list[str]:
    return [f"**{key.title}**: {show(found)}" for key, found in mapped.items()]
