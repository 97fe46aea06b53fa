"""Every sentence that the bot says of itself."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from math import isnan
from platform import python_version
from typing import Any, Final

import hikari

from raidbot import __version__
from raidbot.features.about import models as m
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.guide import Command, Option
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import DESCRIPTION, FIELD, cut, listed, plain, time
from raidbot.kernel.errors import UserError
from raidbot.kernel.guilds import HIERARCHY, GuildSettings, Module, RoleKey
from raidbot.kernel.permissions import ADMINISTRATOR, DiscordRight

LIBRARIES: Final = ("hikari", "hikari-lightbulb", "SQLAlchemy", "psycopg", "APScheduler")
FAST_MS, SLOW_MS = 200, 400

Needs = RoleKey | DiscordRight | None
_GROUPS: Final[tuple[Needs, ...]] = (None, *reversed(HIERARCHY), ADMINISTRATOR)
"""Who may, the most first."""


def _group(needs: Needs) -> str:
    if needs is None:
        return "Everybody"
    return "Server administrators" if isinstance(needs, DiscordRight) else needs.title


def commands(found: Sequence[Command]) -> Reply:
    """List commands by who may use them."""
    lines: list[str] = []
    for needs in _GROUPS:
        own = [f"`/{one.name}` {one.description}" for one in found if one.capability.needs == needs]
        lines += [f"**{_group(needs)}**", *own] if own else []
    embed = hikari.Embed(title="Commands", description=listed(lines, DESCRIPTION, separator="\n"))
    embed.color = hikari.Color(Colour.INFO)
    embed.set_footer("Each role may use what stands above it too. /help with a command explains that one.")
    return Reply(embed=embed)


def command(one: Command, settings: GuildSettings) -> Reply:
    """Explain one command."""
    embed = hikari.Embed(title=f"/{one.name}", description=one.description, colour=int(Colour.INFO))
    embed.add_field("Usage", f"`{one.usage}`")
    if one.options:
        embed.add_field("Options", listed([_option(option) for option in one.options], FIELD, separator="\n"))
    embed.add_field("Who may", _who(one.capability.needs, settings), inline=True)
    if one.module is not None:
        embed.add_field("Part of", one.module.title, inline=True)
    return Reply(embed=embed)


def _option(option: Option) -> str:
    among = f" ({listed(option.choices, 200)})" if option.choices else ""
    return f"`{option.name}` {option.description}{among}{'' if option.required else ', optional'}"


def _who(needs: Needs, settings: GuildSettings) -> str:
    if not isinstance(needs, RoleKey):
        return _group(needs)
    role_id = settings.roles.get(needs)
    return f"{needs.title} and above" if role_id is None else f"<@&{role_id}> and above"


def names(found: Sequence[Command], text: str) -> list[tuple[str, str]]:
    """Offer the commands whose name has a text in it."""
    sought = text.strip().removeprefix("/").casefold()
    return [(f"/{one.name}", one.name) for one in found if sought in one.name]


def ping(gateway_ms: float, round_trip_ms: float) -> Reply:
    """Tell how fast Discord and the bot reach each other; the gateway is measured at a heartbeat, NaN before."""
    slower = round_trip_ms if isnan(gateway_ms) else max(gateway_ms, round_trip_ms)
    colour = Colour.SUCCESS if slower < FAST_MS else Colour.WARNING if slower < SLOW_MS else Colour.ERROR
    embed = hikari.Embed(title="Pong!", colour=int(colour))
    embed.add_field("Gateway", "not measured yet" if isnan(gateway_ms) else f"{gateway_ms:.0f} ms", inline=True)
    embed.add_field("Round trip", f"{round_trip_ms:.0f} ms", inline=True)
    return Reply(embed=embed)


def about(settings: GuildSettings, started_at: datetime) -> Reply:
    """Introduce the bot."""
    embed = hikari.Embed(
        title=f"raidbot {__version__}",
        description="I open runs, keep their panels and count who was there. Start with `/help`.",
        colour=int(Colour.INFO),
    )
    embed.add_field("Up since", time(started_at), inline=True)
    modules = [module.title for module in Module if module in settings.modules]
    embed.add_field("Switched on here", ", ".join(modules) or "Nothing", inline=True)
    libraries = [f"Python {python_version()}", *(f"{name} {version(name)}" for name in LIBRARIES)]
    embed.add_field("Built with", ", ".join(libraries))
    return Reply(embed=embed)


ERROR_TEXTS: Final[Mapping[type[UserError], Callable[[Any], str]]] = {
    m.NoSuchCommandError: lambda error: (
        f"There is no command “{plain(cut(error.name, 50))}” here. `/help` alone lists them all."
    ),
}
