"""What members see of parties: custom ids, the panel, and every sentence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.members.api import suspended_text
from raidbot.features.parties import models as m
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.audit_texts import AuditText
from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.discord.easel import Drawing
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import FIELD, TITLE, cut, listed, message_link, plain, time
from raidbot.kernel.errors import UserError

NOTE: Final = 3500
"""Characters of a note that are shown: escaped it may be twice as long, and an embed holds 6,000 in all."""
THREAD_NAME: Final = 100
_Row = hikari.impl.MessageActionRowBuilder

# --- custom ids: a changed field list needs a higher VERSION ---------------------------------------------------------


@dataclass(frozen=True)
class _OfParty(CustomId):
    party_id: int


@dataclass(frozen=True)
class Join(_OfParty):
    PREFIX: ClassVar[str] = "party.join"


@dataclass(frozen=True)
class Leave(_OfParty):
    PREFIX: ClassVar[str] = "party.leave"


@dataclass(frozen=True)
class Extend(_OfParty):
    """`seen`: when the party was to end (Unix seconds), so that two presses at once are one hour."""

    PREFIX: ClassVar[str] = "party.extend"
    seen: int


@dataclass(frozen=True)
class Close(_OfParty):
    PREFIX: ClassVar[str] = "party.close"


# --- the panel -------------------------------------------------------------------------------------------------------


def panel(party: m.Party, members: Sequence[int], catalogue: Catalogue) -> Drawing:
    """Draw a party's panel; `members` are the ids of who is in, the first to come first."""
    mark = Join(party.id).pack()
    names = ", ".join(_dungeon_names(party, catalogue))
    if not party.open:
        embed = hikari.Embed(title=cut(f"Party over: {names}", TITLE), colour=int(Colour.NEUTRAL))
        embed.description = over(party)
        return Drawing(None, embed, mark=mark, final=True)
    embed = hikari.Embed(title=cut(f"🎉 Party Open: {names}", TITLE), colour=int(Colour.SUCCESS))
    if party.description:
        embed.description = cut(plain(party.description), NOTE)
    for name, text in (("Party", party.name), ("Location", party.location)):
        if text:
            embed.add_field(name, cut(plain(text), FIELD), inline=True)
    embed.add_field("Party Owner", f"<@{party.owner_id}>", inline=True)
    embed.add_field("Dungeons", "\n".join(f"• {name}" for name in _dungeon_names(party, catalogue, emoji=True)))
    embed.add_field(f"Players ({_filling(party, len(members))})", _roster(members))
    embed.add_field("Ends", time(party.expires_at), inline=True)
    if party.thread_id is not None:
        embed.add_field("Thread", f"<#{party.thread_id}>", inline=True)
    return Drawing(None, embed, [_buttons(party, len(members))], mark=mark)


def _buttons(party: m.Party, taken: int) -> _Row:
    full = party.size is not None and taken >= party.size
    row = _Row()
    row.add_interactive_button(
        hikari.ButtonStyle.SUCCESS, Join(party.id).pack(), label="Full" if full else "Join", is_disabled=full
    )
    row.add_interactive_button(hikari.ButtonStyle.SECONDARY, Leave(party.id).pack(), label="Leave")
    _add_extend(row, party)
    _add_close(row, party)
    return row


def _add_extend(row: _Row, party: m.Party) -> None:
    row.add_interactive_button(
        hikari.ButtonStyle.SECONDARY,
        Extend(party.id, int(party.expires_at.timestamp())).pack(),
        label="Extend",
        is_disabled=m.extended(party) <= party.expires_at,
    )


def _add_close(row: _Row, party: m.Party) -> None:
    row.add_interactive_button(hikari.ButtonStyle.DANGER, Close(party.id).pack(), label="Close")


def _filling(party: m.Party, taken: int) -> str:
    return f"{taken:,}" if party.size is None else f"{taken}/{party.size}"


def _roster(members: Sequence[int]) -> str:
    return listed([f"<@{user_id}>" for user_id in members], FIELD, separator=" ") or "Nobody"


def _dungeon_names(party: m.Party, catalogue: Catalogue, *, emoji: bool = False) -> list[str]:
    found = [(code, catalogue.find(code)) for code in party.dungeons]
    return [
        code if dungeon is None else f"{dungeon.emoji} {dungeon.name}" if emoji else dungeon.name
        for code, dungeon in found
    ]


# --- the thread ------------------------------------------------------------------------------------------------------


def thread_name(party: m.Party, catalogue: Catalogue) -> str:
    """Name the thread: "Orga's party: Snake Pit, The Void"."""
    return cut(f"{party.owner_name}'s party: {', '.join(_dungeon_names(party, catalogue))}", THREAD_NAME)


def ends_soon(party: m.Party) -> tuple[str, Sequence[_Row]]:
    """Write the warning for the owner, with its button."""
    row = _Row()
    text = f"<@{party.owner_id}> This party ends {time(party.expires_at)}."
    if m.extended(party) <= party.expires_at:
        return f"{text} It can't be extended any further.", ()
    _add_extend(row, party)
    return f"{text} Still looking or still running? Its owner may extend it by an hour.", (row,)


def over(party: m.Party) -> str:
    """Say that a party is over, and why."""
    reason = {
        m.CloseReason.EXPIRED: "its time is up",
        m.CloseReason.OWNER_GONE: "its owner is gone",
        m.CloseReason.CLOSED: f"<@{party.closed_by}> closed it",
    }[party.close_reason or m.CloseReason.EXPIRED]
    return f"This party is over: {reason}. Thanks for playing!"


# --- answers ---------------------------------------------------------------------------------------------------------


def _link(party: m.Party, message_id: int) -> str:
    return message_link(party.guild_id, party.channel_id, message_id)


def opened(party: m.Party, message_id: int | None) -> Reply:
    """Tell the owner that the party is open."""
    where = f"[here it is]({_link(party, message_id)})" if message_id else "it will be up in a moment"
    return Reply(
        f"Your party is open: {where}. You are in already, its thread comes with it, and it ends "
        f"{time(party.expires_at)} unless you press **Extend**."
    )


def busy(found: m.Busy) -> Reply:
    """Tell a member which party of theirs is in the way, with a button to close it."""
    party = found.party
    where = f" ([jump to it]({_link(party, found.message_id)}))" if found.message_id else ""
    row = _Row()
    _add_close(row, party)
    text = f"You have a party open already{where}, until {time(party.expires_at, 't')}. Close it to open a new one."
    return Reply(text, rows=[row], refusal=True)


def joined(party: m.Party) -> str:
    """Confirm a join."""
    where = f" Say hello in <#{party.thread_id}>." if party.thread_id else ""
    return f"You're in <@{party.owner_id}>'s party!{where}"


LEFT: Final = "You left the party. Press Join if you change your mind."
CLOSED: Final = "The party is closed."


def extended(party: m.Party) -> str:
    """Confirm an extension."""
    return f"The party goes on until {time(party.expires_at, 't')}."


def _not_yours(error: m.NotYoursError) -> str:
    who = f"<@{error.owner_id}>, its owner, or a moderator" if error.closing else f"<@{error.owner_id}>, its owner,"
    return f"Only {who} can do that."


AUDIT_TEXTS: Final[Mapping[str, AuditText]] = {
    "party.open": AuditText("Party opened", "🎉"),
    "party.extend": AuditText("Party extended", "🎉"),
    "party.close": AuditText("Party closed", "🎉"),
    "party.expire": AuditText("Party over", "🎉"),
}

ERROR_TEXTS: Final[Mapping[type[UserError], Callable[[Any], str]]] = {
    m.NoPartyChannelError: lambda _: (
        "This server has no party finder yet. Ask an administrator to choose a channel with "
        "`/setchannels party_finder:`."
    ),
    m.PartyChannelClosedError: lambda error: (
        f"I can't post in <#{error.channel_id}>. Ask an administrator to give me there: {error.missing}."
    ),
    m.TooManyPartiesError: lambda error: (
        f"You opened {m.OPENINGS} parties in the last half hour. You can open another {time(error.again_at)}."
    ),
    m.SuspendedError: lambda _: suspended_text("parties"),
    m.MutedError: lambda _: "You are muted, so you can't take part in parties for now.",
    m.PartyGoneError: lambda _: "I can't find this party any more.",
    m.PartyOverError: lambda _: "This party is over. Find another one, or open your own with `/party`.",
    m.AlreadyInError: lambda _: "You're in already. Press Leave to step out.",
    m.NotInError: lambda _: "You aren't in this party. Press Join first.",
    m.FullError: lambda _: "This party is full. Press Join again when somebody leaves, or open your own with `/party`.",
    m.OwnerStaysError: lambda _: "This party is yours: press **Close** to end it for everybody.",
    m.NotYoursError: _not_yours,
    m.AlreadyExtendedError: lambda _: "The party was extended a moment ago. Its panel shows when it ends now.",
    m.LongestPartyError: lambda _: "A party lasts 6 hours at most. Close it and open a new one.",
}
