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
from raidbot.kernel.discord.text import BUTTONS_A_ROW, DESCRIPTION, FIELD, FIELD_NAME, LABEL, TITLE, count, cut, time

Emojis = Mapping[str, str]
"""Custom emoji by lower-case name, as `<:name:id>`."""
_Row = hikari.impl.MessageActionRowBuilder
_Button = tuple[hikari.ButtonStyle, CustomId, str]
GREEN, RED, GREY = hikari.ButtonStyle.SUCCESS, hikari.ButtonStyle.DANGER, hikari.ButtonStyle.SECONDARY
SHORT_NAME: Final = 15
"""Characters of a dungeon's name on a button: five of them stand in a row."""
_REASONS: Final = {
    m.EndReason.ENDED: "Ended",
    m.EndReason.CONVERTED: "It became a run",
    m.EndReason.STALE: "Ended by itself: nobody touched it for a day",
}


def _row(
    *buttons: tuple[Any, CustomId, str] | tuple[Any, CustomId, str, str], disabled: type[CustomId] | None = None
) -> _Row:
    row = _Row()
    for style, custom_id, label, *emoji in buttons:
        row.add_interactive_button(
            style,
            custom_id.pack(),
            label=cut(label, LABEL),
            emoji=hikari.Emoji.parse(emoji[0]) if emoji else hikari.UNDEFINED,
            is_disabled=disabled is not None and isinstance(custom_id, disabled),
        )
    return row


def _names(dungeons: Sequence[Dungeon]) -> str:
    return ", ".join(dungeon.name for dungeon in dungeons)


def _listed(dungeons: Sequence[Dungeon]) -> list[str]:
    return [f"• {dungeon.emoji} {dungeon.name}" for dungeon in dungeons] if len(dungeons) > 1 else []


def _colour(dungeons: Sequence[Dungeon]) -> int:
    return dungeons[0].colour if len(dungeons) == 1 else int(Colour.INFO)


def _ended(headcount: m.Headcount) -> str | None:
    if headcount.end_reason is None or headcount.ended_at is None:
        return None
    return f"{_REASONS[headcount.end_reason]} {time(headcount.ended_at)}."


def _interested(number: int) -> str:
    return f"{count(number, 'raider')} interested"


# --- what everybody sees -----------------------------------------------------------------------------------------


def public(view: m.View, dungeons: Sequence[Dungeon], emojis: Emojis, ping_roles: Sequence[int] = ()) -> Drawing:
    """Draw the panel that everybody sees: numbers only; names are the organizer's."""
    headcount = view.headcount
    mark = ids.Join(headcount.id).pack()
    lines = [f"**Organizer:** <@{headcount.organizer_id}>", *_listed(dungeons)]
    if not headcount.open:
        title = "✅ Headcount converted" if headcount.status is m.Status.CONVERTED else "❌ Headcount ended"
        embed = hikari.Embed(title=cut(f"{title}: {_names(dungeons)}", TITLE), colour=int(Colour.ERROR))
        if headcount.status is m.Status.CONVERTED:
            embed.colour = hikari.Colour(int(Colour.SUCCESS))
        embed.description = "\n".join([*lines, _ended(headcount) or ""])
        return Drawing(None, embed, mark=mark, final=True)
    title = f"🎯 Headcount: {_names(dungeons)}" if len(dungeons) == 1 else "🎯 Headcount"
    embed = hikari.Embed(title=cut(title, TITLE), description="\n".join(lines), colour=_colour(dungeons))
    embed.add_field("Interest", _interested(view.interested.count), inline=True)
    told = _key_counts(view, dungeons, emojis)
    if told:
        embed.add_field("Key Counts", cut(told, FIELD), inline=True)
    content = " ".join(["@here", *(f"<@&{role_id}>" for role_id in ping_roles)])
    rows = _public_rows(headcount, dungeons, emojis)
    return Drawing(content, embed, rows, pings_here=True, pings_roles=tuple(ping_roles), mark=mark)


def _key_counts(view: m.View, dungeons: Sequence[Dungeon], emojis: Emojis) -> str:
    """Write the keys that are offered, a line a dungeon; empty when nobody offers one."""
    lines = []
    for dungeon in dungeons:
        told = " • ".join(
            f"{resolve_emoji(key, emojis)} {key.label}: {view.offers[dungeon.code, key.code].count:,}"
            for key in dungeon.keys
            if (dungeon.code, key.code) in view.offers
        )
        if told:
            lines.append(told if len(dungeons) == 1 or len(dungeon.keys) == 1 else f"{dungeon.name}: {told}")
    return "\n".join(lines)


def key_label(dungeon: Dungeon, key: DungeonKey, *, several: bool) -> str:
    """Name a key on its button; among several dungeons' so that it is clear which of them it is for."""
    if not several:
        return key.label
    name = cut(dungeon.name, SHORT_NAME)
    return name if len(dungeon.keys) == 1 else f"{key.label} ({name})"


def _public_rows(headcount: m.Headcount, dungeons: Sequence[Dungeon], emojis: Emojis) -> list[_Row]:
    several = len(dungeons) > 1
    join = (GREEN, ids.Join(headcount.id), "Join")
    panel = (GREY, ids.OpenPanel(headcount.id), "Organizer Panel")
    keys = [
        (
            GREY,
            ids.OfferKey(headcount.id, dungeon.code, key.code),
            key_label(dungeon, key, several=several),
            resolve_emoji(key, emojis),
        )
        for dungeon, key in m.keys(dungeons)
    ]
    buttons = [join, *keys, panel]
    rows = [] if not several else [_row(join, panel)]
    rest = keys if several else buttons
    return [*rows, *(_row(*rest[at : at + BUTTONS_A_ROW]) for at in range(0, len(rest), BUTTONS_A_ROW))]


# --- what organizers see -----------------------------------------------------------------------------------------


def organizer(view: m.View, dungeons: Sequence[Dungeon], note: str | None) -> Drawing:
    """Draw the panel of an organizer: who is interested, who offers which keys, and what can be done."""
    headcount = view.headcount
    title = "Headcount Panel" if len(dungeons) > 1 else f"Headcount Panel: {_names(dungeons)}"
    embed = hikari.Embed(title=cut(title, TITLE), colour=_colour(dungeons))
    ended = _ended(headcount)
    if ended is not None:
        embed.colour = hikari.Colour(int(Colour.ERROR))
        embed.description = f"{ended} {_interested(view.interested.count).capitalize()} when it was over."
        return Drawing(None, embed, final=True)
    ready = m.convertible(dungeons, view.offers)
    lines = [f"*{note}*"] if note else []
    lines += [f"**Organizer:** <@{headcount.organizer_id}>", *_listed(dungeons)]
    if not ready:
        lines.append("It can become a run once somebody offers a key.")
    lines.append(f"Ends by itself {time(headcount.stale_at)} if nobody joins or offers a key.")
    embed.description = cut("\n".join(lines), DESCRIPTION)
    embed.add_field(f"Interested ({view.interested.count:,})", _mentions(view.interested) or "Nobody so far")
    for dungeon, key in m.keys(dungeons):
        holders = view.offers.get((dungeon.code, key.code))
        if holders is not None:
            name = key.label if len(dungeons) == 1 else f"{dungeon.name}, {key.label}"
            embed.add_field(cut(f"{key.emoji} {name} ({holders.count:,})", FIELD_NAME), _mentions(holders))
    convert = ids.Convert(headcount.id, dungeons[0].code) if len(dungeons) == 1 else ids.AskDungeon(headcount.id)
    row = _row(
        (GREEN, convert, "Convert to Run"),
        (RED, ids.End(headcount.id), "End Headcount"),
        disabled=None if ready else type(convert),
    )
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
    menu = row.add_text_menu(ids.ConvertTo(view.headcount.id).pack(), placeholder="Which dungeon?")
    for dungeon in dungeons:
        offered = sum(crowd.count for (code, _), crowd in view.offers.items() if code == dungeon.code)
        menu.add_option(
            dungeon.name,
            dungeon.code,
            description=count(offered, "key") + " offered" if dungeon.keys else "Needs no key",
            emoji=hikari.Emoji.parse(dungeon.emoji),
        )
    return Reply("Which dungeon shall it be? The run opens as soon as you choose.", rows=[row])
