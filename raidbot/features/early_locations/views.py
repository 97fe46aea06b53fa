"""What raiders and the early location channel read, and the button of a direct message."""

from dataclasses import dataclass
from typing import ClassVar, Final

import hikari

from raidbot.features.dungeons.api import Dungeon
from raidbot.features.early_locations.models import Letter, Notice
from raidbot.features.raids.api import Run, RunStatus
from raidbot.kernel.discord.answers import Rows
from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import LABEL, cut, message_link, plain

ORANGE: Final = 0xFFA500
BACKED_OUT: Final = "You're off the list of this run; the organizer sees that you backed out. Thanks for telling!"
"""It takes the place of the message, and of party and location with it."""


@dataclass(frozen=True)
class BackOut(CustomId):
    """Pressed in direct messages, which belong to no server."""

    PREFIX: ClassVar[str] = "early.back"
    guild_id: int
    run_id: int


def letter(owed: Letter, dungeon: Dungeon) -> tuple[hikari.Embed, Rows]:
    """Draw the direct message that tells a raider where to bring their key."""
    run = owed.run
    keys = [key for code in owed.keys if (key := dungeon.key(code)) is not None]
    names = " and ".join(f"{key.emoji} **{key.name}**" for key in keys)
    if owed.again:
        embed = hikari.Embed(title=f"Location update: {dungeon.name}", colour=ORANGE)
        embed.description = f"The run that you bring your {names} to has moved. It is now here:"
    else:
        embed = hikari.Embed(title=f"Key confirmation: {dungeon.name}", colour=int(Colour.SUCCESS))
        embed.description = f"You confirmed your {names}, and this is where to bring it:"
    _add_place(embed, owed.run, owed.place.party, owed.place.location)
    embed.add_field(
        "What to do",
        "Come now, the run is live."
        if run.status is RunStatus.LIVE
        else "Be there before the start, and keep the place to yourself until then.",
    )
    embed.add_field("Can't make it?", "Press **Back out**, so that somebody else can step in.")
    row = hikari.impl.MessageActionRowBuilder()
    row.add_interactive_button(hikari.ButtonStyle.DANGER, BackOut(run.guild_id, run.id).pack(), label="Back out")
    if owed.panel_id is not None:
        row.add_link_button(_link(run, owed.panel_id), label=cut(f"Run panel: {dungeon.name}", LABEL))
    return embed, [row]


def notice(owed: Notice, dungeon: Dungeon) -> tuple[str | None, hikari.Embed]:
    """Draw the announcement of a place for the early location channel: content and embed."""
    if owed.place.number == 1:
        embed = hikari.Embed(title=f"Location Set: {dungeon.name}", colour=int(Colour.SUCCESS))
    else:
        embed = hikari.Embed(title=f"Location Updated: {dungeon.name}", colour=int(Colour.WARNING))
    if owed.panel_id is not None:
        embed.description = f"[Jump to the run]({_link(owed.run, owed.panel_id)})"
    _add_place(embed, owed.run, owed.place.party, owed.place.location)
    return " ".join(f"<@&{role_id}>" for role_id in owed.role_ids) or None, embed


def _add_place(embed: hikari.Embed, run: Run, party: str, location: str) -> None:
    embed.add_field("Party", plain(party), inline=True)
    embed.add_field("Location", plain(location), inline=True)
    embed.add_field("Organizer", f"<@{run.organizer_id}> ({plain(run.organizer_name)})", inline=True)


def _link(run: Run, message_id: int) -> str:
    return message_link(run.guild_id, run.channel_id, message_id)
