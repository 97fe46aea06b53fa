"""The one place where errors become sentences for a member."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from raidbot.kernel.errors import Unavailable, UserError
from raidbot.kernel.permissions import ADMINISTRATOR, Denied, Obstacle

ErrorText = Callable[[Any], str]


class RateLimitedError(UserError):
    """The member pressed too often."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class OutdatedError(UserError):
    """The button or form is of an older version, or of something that no longer exists."""


class ModuleOffError(UserError):
    """The guild has switched this part of the bot off."""


class GuildOnlyError(UserError):
    """The command only works in a server."""


class RestartingError(UserError):
    """The bot is shutting down and takes no new work."""


class TooSlowError(UserError):
    """The work did not end in time."""


class FileLostError(UserError):
    """Discord did not hand out the file that the member uploaded."""


_OBSTACLES: Mapping[Obstacle, str] = {
    Obstacle.SELF: "You can't do this to yourself.",
    Obstacle.ABOVE_BOT: (
        "I can't do this to that member: their highest role does not stand below mine, or I lack Manage Roles. "
        "An administrator can mend that in Server Settings > Roles."
    ),
    Obstacle.NOT_OUTRANKED: "You can't do this to that member: they rank as high as you do, or higher.",
}


def _denied(error: Denied) -> str:
    if error.needs is ADMINISTRATOR:
        return "Only server administrators can do this."
    if error.needs is None:
        return _OBSTACLES[error.obstacle or Obstacle.NOT_OUTRANKED]
    if error.role_id is None:
        return (
            f"This needs the **{error.needs.title}** role, and the server has not chosen one yet. "
            "Ask an administrator to run `/setroles`."
        )
    return f"This needs <@&{error.role_id}> (**{error.needs.title}**) or a higher role."


KERNEL_TEXTS: Mapping[type[UserError], ErrorText] = {
    Denied: _denied,
    RateLimitedError: lambda error: f"Slow down a little: try again in {max(1, math.ceil(error.seconds))} s.",
    OutdatedError: lambda _: "This button is out of date. Use the newest panel, or start over with the command.",
    ModuleOffError: lambda _: "This part of the bot is switched off in this server.",
    GuildOnlyError: lambda _: "This only works inside a server.",
    RestartingError: lambda _: "I'm restarting. Give me a few seconds and press again.",
    TooSlowError: lambda _: "That took too long and I stopped waiting. Check the panel, then try again.",
    FileLostError: lambda _: "Discord didn't hand me your file, so nothing was changed. Please send it again.",
    Unavailable: lambda _: "I can't reach my notes right now, so nothing was changed. Please try again in a minute.",
}


def incident_text(incident: str) -> str:
    """Write the sentence for an error nobody foresaw; `incident` finds it in the log."""
    return f"Something went wrong on my side. Staff can find it in the log as `{incident}`."


class ErrorTexts:
    """Sentences by error type, the kernel's and every feature's."""

    def __init__(self, *tables: Mapping[type[UserError], ErrorText]) -> None:
        self._texts: dict[type[UserError], ErrorText] = {}
        for table in (KERNEL_TEXTS, *tables):
            if clash := self._texts.keys() & table.keys():
                raise RuntimeError(f"two texts for {sorted(kind.__name__ for kind in clash)}")
            self._texts.update(table)

    def render(self, error: UserError) -> str:
        """Write the sentence for an error. Raises KeyError for an error without a text, which is a bug."""
        for kind in type(error).__mro__:
            if kind in self._texts:
                return self._texts[kind](error)
        raise KeyError(type(error).__name__)
