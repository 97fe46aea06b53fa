"""`/config`: everything at a glance, and the forms of what is typed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import hikari

from raidbot.features.guild_config.models import K
from raidbot.features.guild_config.views import ids
from raidbot.features.guild_config.views.mappings import channel, role
from raidbot.kernel.discord.answers import Form, Input, Reply
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import FIELD, cut, listed
from raidbot.kernel.guilds import (
    LIVE_RUN_HOURS_MAX,
    LIVE_RUN_HOURS_MIN,
    ChannelKey,
    GuildSettings,
    Module,
    Option,
    RoleKey,
)
from raidbot.kernel.health import Finding, Level

_Row = hikari.impl.MessageActionRowBuilder
_MARKS: Final = {Level.PROBLEM: "❌", Level.WARNING: "⚠️", Level.OK: "✅"}
_FORMS: Final[Mapping[Option, tuple[str, str, str, int]]] = {
    Option.LIVE_RUN_HOURS: (
        "Length of a live run",
        f"Hours until it ends by itself, {LIVE_RUN_HOURS_MIN} to {LIVE_RUN_HOURS_MAX}",
        "2",
        2,
    ),
    Option.TIME_ZONE: ("Time zone", "Where dates are typed and days begin", "Europe/Berlin", 64),
    Option.ACCENT_COLOUR: ("Accent colour", "As #RRGGBB; empty: the bot's own", "#5865F2", 7),
}
"""For each option that is typed: title, label, placeholder, characters."""


def shown(option: Option, settings: GuildSettings) -> str:
    """Write an option as it is typed."""
    if option is Option.ACCENT_COLOUR:
        return "" if settings.accent_colour is None else f"#{settings.accent_colour:06X}"
    return str(getattr(settings, option.value))


def overview(
    settings: GuildSettings, findings: Sequence[Finding], now: datetime, modules: Sequence[Module], note: str = ""
) -> Reply:
    """Draw what a server has configured and what it lacks; `modules` are those that this version has."""
    problems = [finding for finding in findings if finding.level is not Level.OK]
    worst = any(finding.level is Level.PROBLEM for finding in problems)
    accent = int(Colour.INFO) if settings.accent_colour is None else settings.accent_colour
    embed = hikari.Embed(title="Configuration", description=note or None)
    embed.colour = hikari.Colour(int(Colour.ERROR) if worst else accent)
    switches = [f"{'✅' if one in settings.modules else '▫️'} {one.title}: {_PARTS[one]}" for one in modules]
    embed.add_field("Modules", "\n".join(switches))
    colour = shown(Option.ACCENT_COLOUR, settings) or "the bot's own"
    clock = f"{now.astimezone(settings.zone):%H:%M}"
    embed.add_field(
        "Options",
        f"**Run roles:** {'each run has a role of its own' if settings.run_roles else 'off, pings name the raiders'}\n"
        f"**Live runs** end by themselves after {settings.live_run_hours} h\n"
        f"**Time zone:** {settings.time_zone}, it is {clock} there\n**Accent colour:** {colour}",
    )
    embed.add_field("Roles · `/setroles`", _mapped(RoleKey, settings.roles, role))
    embed.add_field("Channels · `/setchannels`", _mapped(ChannelKey, settings.channels, channel))
    told = [_finding(finding) for finding in problems]
    embed.add_field("What is missing", listed(told, FIELD, separator="\n") or "✅ Nothing: I have what I need.")
    return Reply(embed=embed, rows=_rows(settings, modules))


_PARTS: Final[Mapping[Module, str]] = {
    Module.RAIDS: "runs, headcounts, parties, pings",
    Module.VERIFICATION: "who may raid",
    Module.MODERATION: "warnings, suspensions",
    Module.MODMAIL: "tickets to the staff",
    Module.QUOTA: "points, quotas, leaderboards",
    Module.CRAFTING: "the crafting desk",
    Module.MATCHES: "match statistics",
}


def _mapped(keys: Iterable[K], mapped: Mapping[K, int], show: Callable[[int | None], str]) -> str:
    """List what is chosen; what is not, and would be used, stands under what is missing."""
    chosen = [f"{key.title} {show(mapped[key])}" for key in keys if key in mapped]
    return listed(chosen, FIELD, separator=" · ") or "None chosen yet"


def _finding(finding: Finding) -> str:
    text = f"{finding.text[:1].upper()}{finding.text[1:]}"
    remedy = f" → {finding.remedy}" if finding.remedy else ""
    return f"{_MARKS[finding.level]} {cut(f'{text}{remedy}', 300)}"


def _rows(settings: GuildSettings, modules: Sequence[Module]) -> list[_Row]:
    select = _Row()
    menu = select.add_text_menu(ids.SwitchModule().pack(), placeholder="Switch a module on or off")
    for one in modules:
        verb = "off" if one in settings.modules else "on"
        menu.add_option(f"Switch {one.title} {verb}", f"{one.value}:{verb}", description=_PARTS[one])
    buttons = _Row()
    run_roles = "Run Roles Off" if settings.run_roles else "Run Roles On"
    buttons.add_interactive_button(
        hikari.ButtonStyle.SECONDARY, ids.SwitchRunRoles(not settings.run_roles).pack(), label=run_roles
    )
    for option, (title, *_) in _FORMS.items():
        buttons.add_interactive_button(hikari.ButtonStyle.SECONDARY, ids.AskOption(option).pack(), label=title)
    buttons.add_interactive_button(hikari.ButtonStyle.PRIMARY, ids.Refresh().pack(), label="Look again")
    return [select, buttons]


def option_form(option: Option, settings: GuildSettings) -> Form:
    """Ask for an option."""
    title, label, placeholder, length = _FORMS[option]
    required = option is not Option.ACCENT_COLOUR
    field = Input("value", label, shown(option, settings) or None, placeholder, required=required, max_length=length)
    return Form(ids.OptionForm(option), title, [field])
