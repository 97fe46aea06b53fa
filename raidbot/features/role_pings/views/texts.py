"""Every sentence that is read about role pings outside the panels."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.members.api import Standing
from raidbot.features.role_pings import models as m
from raidbot.kernel.discord.audit_texts import AuditText, old_to_new
from raidbot.kernel.discord.text import FIELD, listed
from raidbot.kernel.errors import UserError


def role(role_id: int | None) -> str:
    """Show a role."""
    return "none" if role_id is None else f"<@&{role_id}>"


def name_of(dungeon: str, catalogue: Catalogue) -> str:
    """Name a dungeon by its code."""
    found = catalogue.find(dungeon)
    return dungeon if found is None else found.name


def label(ping: m.Ping, catalogue: Catalogue) -> str:
    """Name a ping by its dungeons: "Lost Halls, Void"."""
    return ", ".join(sorted(name_of(dungeon, catalogue) for dungeon in ping.dungeons))


def emoji(ping: m.Ping, catalogue: Catalogue) -> str:
    """Return the unicode emoji of a ping: its first dungeon's."""
    found = catalogue.find(ping.dungeons[0])
    return "🔔" if found is None else found.emoji


def by_name(pings: Sequence[m.Ping], catalogue: Catalogue) -> list[m.Ping]:
    """Sort pings as they are shown."""
    return sorted(pings, key=lambda ping: (label(ping, catalogue).casefold(), ping.role_id))


def changed(wishes: Mapping[int, bool], choices: m.Choices, catalogue: Catalogue) -> str:
    """Tell a member what their press changed."""
    lines = []
    for wanted, heading in ((True, "🔔 From now on you're pinged for"), (False, "🔕 No more pings for")):
        names = [f"**{label(p, catalogue)}**" for p in choices.pings if wishes.get(p.role_id) is wanted]
        if names:
            lines.append(f"{heading} {listed(names, FIELD)}.")
    if len(wishes) > m.AT_ONCE:
        seconds = len(wishes) // m.AT_ONCE * 10
        lines.append(f"Discord takes ten role changes in ten seconds: the last one needs about {seconds} s.")
    return "\n".join(lines) or UNCHANGED


UNCHANGED: Final = "Nothing changed: it was like that already."
LIST_CHANGED: Final = "The list of pings has changed meanwhile, so nothing of yours was. Please choose again."

_UNFIT: Final[Mapping[m.Unfit, str]] = {
    m.Unfit.GONE: "it was deleted a moment ago.",
    m.Unfit.EVERYONE: "everybody has it.",
    m.Unfit.MANAGED: "it belongs to a bot, to boosters or to another integration, so nobody can be given it.",
    m.Unfit.KEY: "it stands for **{}** in my configuration, which nobody may give themselves.",
    m.Unfit.MODERATION: "it carries {}, which nobody may give themselves.",
    m.Unfit.ABOVE: "it does not stand below my highest role. Drag my role above it in Server Settings > Roles.",
    m.Unfit.NO_RIGHT: "I lack the permission Manage Roles.",
}


def unfit(role_id: int, verdict: m.Verdict) -> str:
    """Say why a role cannot be a ping role."""
    return f"{role(role_id)} can't be a ping role: {_UNFIT[verdict.why].format(verdict.detail)}"


def opens(role_id: int, channels: Sequence[int]) -> str:
    """Warn of a role that lets its members see channels."""
    return f"Whoever takes {role(role_id)} sees {listed([f'<#{channel}>' for channel in channels], 300)} too."


def posted(channel_id: int, address: str | None, *, replaced: bool) -> str:
    """Tell an administrator that the panel is up."""
    where = f"[The panel is up]({address})" if address else "The panel will be up in a moment"
    text = f"{where} in <#{channel_id}>. It follows what `/configrolepings` changes."
    return f"{text} The one before goes away." if replaced else text


def forgotten(dungeons: Sequence[str], catalogue: Catalogue) -> str:
    """Tell staff what a deleted role was pinged for."""
    names = listed([f"**{name_of(dungeon, catalogue)}**" for dungeon in dungeons], FIELD)
    return (
        f"The role that was pinged for {names} was deleted, so no one is pinged for that any more. "
        "Choose another one with `/configrolepings`."
    )


def _barred(error: m.BarredError) -> str:
    if error.standing is Standing.SUSPENDED:
        return "You are suspended from raiding, so you can't take pings for now. Giving them up is possible."
    return "Only verified raiders can take pings. Get verified first, then press again."


def audit_texts(catalogue: Catalogue) -> Mapping[str, AuditText]:
    """Return how each action of role pings is told."""
    pings = old_to_new(lambda dungeon: name_of(dungeon, catalogue), role)
    return {
        "guild.dungeon_role_pings.set": AuditText("Ping roles", "🔔", pings),
        "guild.dungeon_role_pings.forget": AuditText("Deleted ping role", "🗑️", pings),
        "guild.dungeon_role_pings.post": AuditText(
            "Panel of pings posted", "🔔", lambda detail: [f"<#{detail['channel']}>"]
        ),
    }


def error_texts(catalogue: Catalogue) -> Mapping[type[UserError], Callable[[Any], str]]:
    """Return the sentence for each error of role pings."""
    return {
        m.NotMappedError: lambda error: (
            f"**{name_of(error.dungeon, catalogue)}** has no ping role, so there is nothing to remove. "
            "To give it one, choose a role too."
        ),
        m.DungeonMissingError: lambda error: f"Which dungeon is {role(error.role_id)} for? Choose a dungeon too.",
        m.UnfitRoleError: lambda error: f"Nothing was changed. {unfit(error.role_id, error.verdict)}",
        m.NoPanelChannelError: lambda _: (
            "This server has no channel for the panel yet. Choose one with `/setchannels role_ping:`."
        ),
        m.PanelChannelClosedError: lambda error: (
            f"I can't post in <#{error.channel_id}>. I need there: {error.missing}."
        ),
        m.NothingToChooseError: lambda _: (
            "There is no ping to choose at the moment. Staff set them up with `/configrolepings`."
        ),
        m.PingGoneError: lambda _: "This ping isn't offered any more. Press **My pings** for those that are.",
        m.OutOfOrderError: lambda error: (
            f"I can't change {role(error.role_id)} at the moment. Staff see why with `/configrolepings`."
        ),
        m.BarredError: _barred,
    }
