"""What a feature says about its panels."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import hikari

from raidbot.kernel.discord.answers import Rows
from raidbot.kernel.owed import Panel


@dataclass(frozen=True, slots=True)
class Drawing:
    """A panel as it should stand now."""

    content: str | None
    embed: hikari.Embed
    rows: Rows = ()
    pings_here: bool = False
    """Whether the first post of the panel reaches @here; edits and re-posts never ping."""
    pings_roles: tuple[int, ...] = ()
    """Roles that the first post reaches too; the content mentions them."""
    mark: str | None = None
    """A custom id that the panel carried when it was posted, by which a post whose answer was lost is found."""
    final: bool = False
    """Nothing will change any more: the panel needs no care after this."""


@dataclass(frozen=True, slots=True)
class PanelKind:
    """How one kind of panel is drawn."""

    draw: Callable[[Panel], Awaitable[Drawing | None]]
    """Reads the rows and draws; None: there is nothing to show any more."""
    resting: Callable[[Panel], Drawing] | None = None
    """Draws an ephemeral panel that was not pressed for 14 minutes: it explains itself and has a Refresh button."""
