"""The panels of a headcount."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import hikari

from raidbot.features.dungeons.api import Dungeon, DungeonKey, resolve_emoji
from raidbot.features.headcounts import models as m
from raidbot.features.headcounts.views import ids, texts
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.discord.easel import Drawing
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import BUTTONS_A_ROW, DESCRIPTION, FIELD, LABEL, TITLE, count, cut, listed, time

Emojis = Mapping[str, str]
"""Custom emoji by lower-case name, as `<:name:id>`."""
_Row = hikari.impl.MessageActionRowBuilder
_Button = tuple[Any, CustomId, str] | tuple[Any, CustomId, str, str]
"""Style, what it does, label and, for a key, emoji."""
GREEN, GREY = hikari.ButtonStyle.SUCCESS, hikari.ButtonStyle.SECONDARY
SHORT_NAME: Final = 15
"""Characters of a dungeon's name on a button: five of them stand in a row."""
_OVER: Final = {
    m.Status.ENDED: ("❌ Headcount ended", Colour.ERROR),
    m.Status.CONVERTED: ("✅ Headcount converted", Colour.SUCCESS),
}
_REASONS: Final = {
    m.EndReason.ENDED: "Ended",
    m.EndReason.CONVERTED: "Became a run",
    m.EndReason.STALE: "Ended by itself: nobody touched it for a day",
}


def _row(*buttons: _Button) -> _Row:
    row = _Row()
    for style, custom_id, label, *emoji in buttons:
        shown = hikari.Emoji.parse(emoji[0]) if emoji else hikari.UNDEFINED
        row.add_interactive_button(style, custom_id.pack(), label=cut(label, LABEL), emoji=shown)
    return row


def _embed(title: str, dungeons: Sequence[Dungeon]) -> hikari.Embed:
    """Begin a panel: one dungeon stands in its title and gives the colour."""
    if len(dungeons) != 1:
        return hikari.Embed(title=title, colour=int(Colour.INFO))
    return hikari.Embed(title=cut(f"{title}: {dungeons[0].name}", TITLE), colour=dungeons[0].colour)


def _heading(headcount: m.Headcount, dungeons: Sequence[Dungeon]) -> list[str]:
    """Write whose headcount it is and, of several dungeons, which."""
    several = dungeons if len(dungeons) > 1 else ()
    return [f"**Organizer:** <@{headcount.organizer_id}>", *(f"• {one.emoji} {one.name}" for one in several)]


def _ended(headcount: m.Headcount) -> str | None:
    if headcount.end_reason is None or headcount.ended_at is None:
        return None
    return f"{_REASONS[headcount.end_reason]} {time(headcount.ended_at)}."


def _interested(number: int) -> str:
    return f"{count(number, 'raider')} interested"


def key_label(dungeon: Dungeon, key: DungeonKey, dungeons: Sequence[Dungeon]) -> str:
    """Name a key; among those of several dungeons so that it is clear which of them it is for."""
    if len(dungeons) == 1:
        return key.label
    name = cut(dungeon.name, SHORT_NAME)
    return name if len(dungeon.keys) == 1 else f"{key.label} ({name})"


# --- what everybody sees -----------------------------------------------------------------------------------------


def public(view: m.View, dungeons: Sequence[Dungeon], emojis: Emojis, ping_roles: Sequence[int] = ()) -> Drawing:
    """Draw the panel that everybody sees: numbers only; names are the organizer's.

    `ping_roles` are those of the dungeons, which the first post reaches.
    """
    headcount = view.headcount
    mark = ids.Join(headcount.id).pack()
    lines = _heading(headcount, dungeons)
    ended = _ended(headcount)
    if ended is not None:
        title, colour = _OVER[headcount.status]
        embed = _embed(title, dungeons)
        embed.colour = hikari.Colour(int(colour))
        embed.description = "\n".join([*lines, ended])
        return Drawing(None, embed, mark=mark, final=True)
    embed = _embed("🎯 Headcount", dungeons)
    embed.description = "\n".join(lines)
    embed.add_field("Interest", _interested(view.interested.count), inline=True)
    offered = [
        f"{resolve_emoji(key, emojis)} {key_label(dungeon, key, dungeons)}: {crowd.count:,}"
        for dungeon, key in m.keys(dungeons)
        if (crowd := view.offers.get((dungeon.code, key.code))) is not None
    ]
    if offered:
        embed.add_field("Key Counts", listed(offered, FIELD, separator="\n"), inline=True)
    content = " ".join(["@here", *(f"<@&{role_id}>" for role_id in ping_roles)])
    rows = _public_rows(headcount, dungeons, emojis)
    return Drawing(content, embed, rows, pings_here=True, pings_roles=tuple(ping_roles), mark=mark)


def _public_rows(headcount: m.Headcount, dungeons: Sequence[Dungeon], emojis: Emojis) -> list[_Row]:
    """Lay the buttons out: Join, the keys of a lone dungeon, the panel; the keys of several stand in rows below."""
    join: _Button = (GREEN, ids.Join(headcount.id), "Join")
    panel: _Button = (GREY, ids.OpenPanel(headcount.id), "Organizer Panel")
    keys: list[_Button] = [
        (
            GREY,
            ids.OfferKey(headcount.id, dungeon.code, key.code),
            key_label(dungeon, key, dungeons),
            resolve_emoji(key, emojis),
        )
        for dungeon, key in m.keys(dungeons)
    ]
    first, rest = ([_row(join, panel)], keys) if len(dungeons) > 1 else ([], [join, *keys, panel])
    return [*first, *(_row(*rest[at : at + BUTTONS_A_ROW]) for at in range(0, len(rest), BUTTONS_A_ROW))]


# --- what organizers see -----------------------------------------------------------------------------------------


def organizer(view: m.View, dungeons: Sequence[Dungeon], note: str | None) -> Drawing:
    """Draw the panel of an organizer: who is interested, who offers which keys, and what can be done."""
    headcount = view.headcount
    embed = _embed("Headcount Panel", dungeons)
    ended = _ended(headcount)
    if ended is not None:
        embed.colour = hikari.Colour(int(_OVER[headcount.status][1]))
        embed.description = f"{ended} {_interested(view.interested.count).capitalize()} when it was over."
        return Drawing(None, embed, final=True)
    ready = m.convertible(dungeons, view.offers)
    lines = [f"*{note}*"] if note else []
    lines += _heading(headcount, dungeons)
    if not ready:
        lines.append("It can become a run once somebody offers a key.")
    lines.append(f"Ends by itself {time(headcount.stale_at)} if nobody joins or offers a key.")
    embed.description = cut("\n".join(lines), DESCRIPTION)
    embed.add_field(f"Interested ({view.interested.count:,})", _mentions(view.interested) or "Nobody so far")
    for dungeon, key in m.keys(dungeons):
        holders = view.offers.get((dungeon.code, key.code))
        if holders is not None:
            embed.add_field(f"{key.emoji} {key_label(dungeon, key, dungeons)} ({holders.count:,})", _mentions(holders))
    row = _Row()
    convert = ids.Convert(headcount.id, dungeons[0].code) if len(dungeons) == 1 else ids.AskDungeon(headcount.id)
    row.add_interactive_button(
        hikari.ButtonStyle.SUCCESS, convert.pack(), label="Convert to Run", is_disabled=not ready
    )
    row.add_interactive_button(hikari.ButtonStyle.DANGER, ids.End(headcount.id).pack(), label="End Headcount")
    return Drawing(None, embed, [row])


def _mentions(crowd: m.Crowd) -> str:
    text = " ".join(f"<@{user_id}>" for user_id in crowd.first)
    rest = crowd.count - len(crowd.first)
    return cut(f"{text} and {rest:,} more" if rest > 0 else text, FIELD)


def resting(headcount_id: int) -> Drawing:
    """Draw an organizer panel that is about to fall asleep."""
    embed = hikari.Embed(
        title="Headcount Panel",
        description="This panel rests: Discord lets me update it for 15 minutes after your last press.",
        colour=int(Colour.NEUTRAL),
    )
    return Drawing(None, embed, [_row((GREEN, ids.Refresh(headcount_id), "Refresh"))])


def takeover(headcount: m.Headcount) -> Reply:
    """Ask what to do with somebody else's headcount."""
    row = _row(
        (GREY, ids.Refresh(headcount.id), "Open Panel"),
        (GREEN, ids.TakeOver(headcount.id, headcount.organizer_id, yes=True), "Take Over"),
        (GREY, ids.TakeOver(headcount.id, headcount.organizer_id, yes=False), "No"),
    )
    embed = hikari.Embed(description=texts.somebody_elses(headcount), colour=int(Colour.WARNING))
    return Reply(embed=embed, rows=[row])


def which_dungeon(view: m.View, dungeons: Sequence[Dungeon]) -> Reply:
    """Ask which dungeon the run shall be for; each says how many keys it has."""
    row = _Row()
    menu = row.add_text_menu(ids.ConvertTo(view.headcount.id).pack(), placeholder="Which dungeon?", min_values=1)
    for dungeon in dungeons:
        offered = sum(crowd.count for (code, _), crowd in view.offers.items() if code == dungeon.code)
        menu.add_option(
            dungeon.name,
            dungeon.code,
            description=count(offered, "key") + " offered" if dungeon.keys else "Needs no key",
            emoji=hikari.Emoji.parse(dungeon.emoji),
        )
    return Reply("Which dungeon shall it be? The run opens as soon as you choose.", rows=[row])
