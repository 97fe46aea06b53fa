"""Every sentence a raider or organizer reads outside the panels."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from raidbot.features.dungeons.api import Dungeon, DungeonKey
from raidbot.features.headcounts import models as m
from raidbot.features.members.api import suspended_text, unverified_text
from raidbot.kernel.discord.audit_texts import AuditText
from raidbot.kernel.discord.text import count, message_link
from raidbot.kernel.errors import UserError


def _panel(guild_id: int, channel_id: int, message_id: int | None) -> str:
    if message_id is None:
        return "its panel will be up in a moment"
    return f"[its panel is up]({message_link(guild_id, channel_id, message_id)})"


def opened(headcount: m.Headcount, message_id: int | None) -> str:
    """Tell the organizer that the headcount is open."""
    panel = _panel(headcount.guild_id, headcount.channel_id, message_id)
    return f"Your headcount is open: {panel}. You are in already."


def converted(guild_id: int, run: m.Converted, dungeon: Dungeon, message_id: int | None) -> str:
    """Tell the organizer what came of the headcount."""
    panel = _panel(guild_id, run.channel_id, message_id)
    keys = f" and {count(run.keys, 'offered key')}" if run.keys else ""
    return f"The headcount is a **{dungeon.name}** run now: {panel}. {count(run.raiders, 'raider')}{keys} came along."


def key_added(key: DungeonKey) -> str:
    """Thank for a key."""
    return (
        f"{key.emoji} Thanks! Your **{key.name}** is noted. If this becomes a run, press the key's button there too, "
        "so that you hear of the location. Press this one again to take it back."
    )


def key_removed(key: DungeonKey) -> str:
    """Confirm that a key was taken back."""
    return f"{key.emoji} Your **{key.name}** is off the list."


OUTCOMES: Final[Mapping[m.Outcome, str]] = {
    m.Outcome.JOINED: "You're in! If this becomes a run, you are joined to it. Press Join again to step out.",
    m.Outcome.LEFT: "You stepped out. Press Join if you change your mind.",
    m.Outcome.OVER: "This headcount is over. If it became a run, you find that in the channel.",
    m.Outcome.SUSPENDED: suspended_text("headcounts"),
}


def outcome(came_of: m.Outcome, verified_role: int | None) -> str:
    """Say what came of a click."""
    return unverified_text(verified_role) if came_of is m.Outcome.UNVERIFIED else OUTCOMES[came_of]


def somebody_elses(headcount: m.Headcount) -> str:
    """Ask an organizer what they mean to do with another's headcount."""
    return (
        f"This headcount is <@{headcount.organizer_id}>'s. **Open Panel** lets you end or convert it, and the run that "
        "comes of it is theirs. **Take Over** makes it yours, and the run too. The log will show that it was you."
    )


IN_THE_WAY: Final = "You have a headcount going. End it or convert it to a run, and you can open a new one."
TAKEOVER_DECLINED: Final = "All right, nothing was changed."
TAKEN_OVER: Final = "The headcount is yours now."


def _wrong_number(error: m.WrongNumberError) -> str:
    if not error.chosen:
        return "Choose a dungeon first."
    return f"A headcount is for {m.DUNGEONS_MAX} dungeons at most. Take {error.chosen - m.DUNGEONS_MAX} out first."


def _over(error: m.HeadcountOverError) -> str:
    if error.converted:
        return "This headcount became a run already. Its panel is in the channel."
    return "This headcount is over already."


AUDIT_TEXTS: Final[Mapping[str, AuditText]] = {
    action: AuditText(title, "🙋")
    for action, title in {
        "headcount.open": "Headcount opened",
        "headcount.take_over": "Headcount taken over",
        "headcount.convert": "Headcount became a run",
        "headcount.end": "Headcount ended",
        "headcount.stale": "Headcount over",
    }.items()
}

ERROR_TEXTS: Final[Mapping[type[UserError], Callable[[Any], str]]] = {
    m.DraftGoneError: lambda _: "I don't remember this choice any more. Type `/headcount` to begin anew.",
    m.WrongNumberError: _wrong_number,
    m.HeadcountGoneError: lambda _: "I can't find this headcount any more.",
    m.HeadcountOverError: _over,
    m.NoKeysError: lambda _: "Nobody offers a key so far, and every dungeon here needs one. Wait for the first offer.",
    m.TakenOverError: lambda error: f"<@{error.organizer_id}> took this headcount over a moment ago.",
}
