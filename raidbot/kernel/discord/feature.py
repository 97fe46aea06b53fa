"""The one object by which a feature joins the bot; `app.py` lists them."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import hikari
import lightbulb

from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.discord.audit_texts import AuditText
from raidbot.kernel.discord.checkup import Lookout
from raidbot.kernel.discord.easel import PanelKind
from raidbot.kernel.discord.error_texts import ErrorText
from raidbot.kernel.discord.guild_view import GuildView
from raidbot.kernel.discord.payer import EffectHandler
from raidbot.kernel.discord.posts import Posts
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.router import Route
from raidbot.kernel.discord.staff import Staff
from raidbot.kernel.errors import UserError
from raidbot.kernel.events import Events
from raidbot.kernel.guilds import GuildStore, Module
from raidbot.kernel.owed import Owed
from raidbot.kernel.pictures import Pictures
from raidbot.kernel.scheduler import Job

Posted = Callable[[int], Awaitable[int | None]]
"""Waits for a panel, by its row's id, to have its message, and returns that one's id; None when it takes too long."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What a feature is built from; handed down by `app.py`."""

    database: Database
    owed: Owed
    events: Events
    clock: Clock
    guilds: GuildStore
    guild_view: GuildView
    lookout: Lookout
    bot: hikari.GatewayBot
    staff: Staff
    posted: Posted
    posts: Posts
    pictures: Pictures
    me: int
    """The bot's own user id, which is also the application's."""


Listener = Callable[[Any], Coroutine[Any, Any, None]]


Arrival = hikari.GuildAvailableEvent | hikari.GuildJoinEvent
"""A guild is there: after a start or an outage of Discord's, or because the bot was invited (again)."""


def on_arrival(listener: Callable[[Arrival], Coroutine[Any, Any, None]]) -> list[tuple[type[Any], Listener]]:
    """Register a listener for both kinds of arrival."""
    return [(hikari.GuildAvailableEvent, listener), (hikari.GuildJoinEvent, listener)]


SetUpStep = Callable[[Request], Awaitable[str | None]]
"""Posts a panel that a feature keeps and that is missing; says so in a line, None when there is nothing to post."""


@dataclass(frozen=True, slots=True)
class Feature:
    """What a feature brings: everything is declared here, nothing is found by looking around."""

    name: str
    module: Module | None = None
    """The module its commands belong to; None: always on."""
    commands: Sequence[type[lightbulb.SlashCommand]] = ()
    routes: Sequence[Route[Any]] = ()
    panels: Mapping[str, PanelKind] = field(default_factory=dict)
    effects: Mapping[str, EffectHandler] = field(default_factory=dict)
    jobs: Sequence[Job] = ()
    listeners: Sequence[tuple[type[hikari.Event], Listener]] = ()
    error_texts: Mapping[type[UserError], ErrorText] = field(default_factory=dict)
    audit_texts: Mapping[str, AuditText] = field(default_factory=dict)
    """How its actions are told to staff, by the action's name."""
    setup: Sequence[SetUpStep] = ()
    services: Sequence[object] = ()
    """Objects that its commands ask for, handed to them by type."""
