"""Every sentence of key logging outside the panel, and the answers of `/logkey`."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

import hikari

from raidbot.features.dungeons.api import Catalogue, Dungeon, DungeonKey
from raidbot.features.keys import models as m
from raidbot.features.keys.views import ids
from raidbot.features.quota.api import Entry, Held, Logged, Undone
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.audit_texts import AuditText
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import FIELD, cut, figure, plain
from raidbot.kernel.errors import UserError


def worth(points: Decimal) -> str:
    """Write "5 points", "1 point", "no points"."""
    if not points:
        return "no points"
    return f"{figure(points)} {'point' if abs(points) == 1 else 'points'}"


def slot_name(slot: m.Slot, dungeon: Dungeon) -> str:
    """Write "Pop 2 · Lost Halls Key"."""
    key = dungeon.key(slot.key)
    name = slot.key if key is None else key.name
    return f"Pop {slot.pop} · {name}" if slot.pop else name


def logged(popped: m.PoppedKey, dungeon: Dungeon) -> str:
    """Say what was just logged."""
    return f"{slot_name(popped.slot, dungeon)} goes to <@{popped.user_id}>: {worth(popped.points)}."


def undone(popped: m.PoppedKey, dungeon: Dungeon) -> str:
    """Say what was just taken back."""
    return f"{slot_name(popped.slot, dungeon)} is taken back from <@{popped.user_id}> and open again."


SKIPPED: Final = "Left open. It stays on the list."
UNDONE_BEFORE: Final = "Somebody took that back a moment ago."
NOTHING_LEFT: Final = "There is nothing to log: every key of the runs that ended in the last 7 days went to somebody."


# --- /logkey ---------------------------------------------------------------------------------------------------------


def counted(done: Logged, asked: int, catalogue: Catalogue) -> Reply:
    """Tell everybody what was counted, and how the raider stands; `asked` is how many were asked for."""
    entry = done.entry
    gives = entry.amount > 0
    embed = _embed(entry, catalogue, "Keys logged" if gives else "Keys removed")
    embed.colour = hikari.Color(int(Colour.SUCCESS if gives else Colour.WARNING))
    embed.add_field("Now", _stands(entry, done.held, catalogue), inline=True)
    if asked != entry.amount:
        embed.set_footer(f"{asked:+} was asked for, but nobody goes below zero.")
    row = hikari.impl.MessageActionRowBuilder()
    row.add_interactive_button(hikari.ButtonStyle.SECONDARY, ids.Undo(entry.id).pack(), label="Undo")
    return Reply(embed=embed, rows=[row])


def uncounted(what: Undone, catalogue: Catalogue) -> Reply:
    """Show that it was taken back, in place of what was said when it was counted."""
    entry, by = what.entry, what.by
    title = "Keys logged, and undone" if entry.amount > 0 else "Keys removed, and undone"
    embed = _embed(entry, catalogue, title)
    embed.colour = hikari.Color(int(Colour.NEUTRAL))
    embed.add_field("Undone by", f"<@{by.entry.actor_id}>", inline=True)
    embed.add_field("Taken back", _changes(by.entry, catalogue), inline=True)
    embed.add_field("Now", _stands(entry, by.held, catalogue), inline=True)
    return Reply(embed=embed)


def _embed(entry: Entry, catalogue: Catalogue, title: str) -> hikari.Embed:
    embed = hikari.Embed(title=title)
    embed.add_field("Raider", f"<@{entry.user_id}>", inline=True)
    embed.add_field("Dungeon", _dungeon_name(entry, catalogue), inline=True)
    embed.add_field("Change", _changes(entry, catalogue), inline=True)
    embed.add_field("By", f"<@{entry.actor_id}>", inline=True)
    if entry.reason:
        embed.add_field("Reason", cut(plain(entry.reason), FIELD))
    return embed


def _changes(entry: Entry, catalogue: Catalogue) -> str:
    """Write "+2 Lost Halls Key" and "+10 points"; "nothing" if all was gone before."""
    parts = [f"{entry.amount:+} {_key_name(entry, catalogue)}"] if entry.amount else []
    if entry.points:
        parts.append(f"{'+' if entry.points > 0 else ''}{worth(entry.points)}")
    return "\n".join(parts) or "nothing"


def _stands(entry: Entry, held: Held, catalogue: Catalogue) -> str:
    return f"{held.amount:,} {_key_name(entry, catalogue)}\n{worth(held.points)} in all"


def _dungeon_name(entry: Entry, catalogue: Catalogue) -> str:
    dungeon = catalogue.find(entry.dungeon or "")
    return entry.dungeon or "?" if dungeon is None else f"{dungeon.emoji} {dungeon.name}"


def _key_name(entry: Entry, catalogue: Catalogue) -> str:
    dungeon = catalogue.find(entry.dungeon or "")
    key = None if dungeon is None else dungeon.key(entry.key or "")
    return entry.key or "?" if key is None else f"{key.emoji} {key.name}"


AUDIT_TEXTS: Final[Mapping[str, AuditText]] = {
    "keys.log": AuditText("Popped key logged", "🔑"),
    "keys.undo": AuditText("Popped key taken back", "🔑"),
}

# --- refusals --------------------------------------------------------------------------------------------------------


def _named(keys: tuple[DungeonKey, ...]) -> str:
    *first, last = (f"**{key.name}**" for key in keys)
    return f"{', '.join(first)} or {last}" if first else last


def _quoted(text: str) -> str:
    return f"“{plain(cut(text, 50))}”"


ERROR_TEXTS: Final[Mapping[type[UserError], Callable[[Any], str]]] = {
    m.NothingToLogError: lambda _: (
        "There are no keys to log for this run: it was cancelled, hasn't ended yet, or takes no keys."
    ),
    m.TooLateError: lambda _: (
        "This run ended more than 7 days ago, so its keys are closed. Use `/logkey` for what is missing."
    ),
    m.AlreadyLoggedError: lambda _: "Somebody logged that key a moment ago. The list shows to whom it went.",
    m.NobodyFoundError: lambda error: (
        f"I can't find a member called {_quoted(error.text)} here. Try how the name begins, a mention, or an id."
    ),
    m.TooManyFoundError: lambda error: (
        f"Many members are called something like {_quoted(error.text)}. Type a bit more."
    ),
    m.NoKeysError: lambda error: f"Nobody needs a key for **{error.dungeon.name}**, so there is nothing to log.",
    m.WhichKeyError: lambda error: (
        f"Which key of **{error.dungeon.name}**? Name it with `key:`, {_named(error.dungeon.keys)}."
    ),
}
