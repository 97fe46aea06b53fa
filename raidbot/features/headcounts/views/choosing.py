"""The private message in which an organizer chooses the dungeons, drawn from the draft's row."""

from collections.abc import Collection, Sequence
from typing import Final

import hikari

from raidbot.features.dungeons.api import Catalogue, Dungeon
from raidbot.features.headcounts import models as m
from raidbot.features.headcounts.views import ids
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import cut

PLACEHOLDER: Final = 150
OPTION: Final = 100
_Row = hikari.impl.MessageActionRowBuilder


def chooser(draft: m.Draft, catalogue: Catalogue) -> Reply:
    """Draw the selects with what is chosen so far, and the button that makes a headcount of it."""
    chosen = m.chosen(draft, catalogue.all)
    fits = m.right_number(chosen)
    lines = [f"Choose one to five dungeons: **{len(chosen)}/{m.DUNGEONS_MAX}**"]
    lines += [f"• {dungeon.emoji} {dungeon.name}" for dungeon in chosen]
    if len(chosen) > m.DUNGEONS_MAX:
        lines.append(f"That is too many: take {len(chosen) - m.DUNGEONS_MAX} out.")
    colour = Colour.SUCCESS if fits else Colour.WARNING if chosen else Colour.INFO
    embed = hikari.Embed(title="🎯 New headcount", description="\n".join(lines), colour=int(colour))
    rows = [
        _menu(ids.Choose(draft.interaction_id, number), menu, _hint(number, menu), draft.dungeons)
        for number, menu in enumerate(m.menus(catalogue.all))
    ]
    last = _Row().add_interactive_button(
        hikari.ButtonStyle.SUCCESS,
        ids.Create(draft.interaction_id).pack(),
        label="Create Headcount",
        is_disabled=not fits,
    )
    return Reply(embed=embed, rows=[*rows, last])


def _hint(number: int, menu: Sequence[Dungeon]) -> str:
    return "Exaltation dungeons" if number == 0 else f"Others: {menu[0].name} to {menu[-1].name}"


def _menu(custom_id: ids.Choose, menu: Sequence[Dungeon], hint: str, chosen: Collection[str]) -> _Row:
    row = _Row()
    select = row.add_text_menu(
        custom_id.pack(),
        placeholder=cut(hint, PLACEHOLDER),
        min_values=0,
        max_values=min(m.DUNGEONS_MAX, len(menu)),
    )
    for dungeon in menu:
        select.add_option(
            cut(dungeon.name, OPTION),
            dungeon.code,
            emoji=hikari.Emoji.parse(dungeon.emoji),
            is_default=dungeon.code in chosen,
        )
    return row
