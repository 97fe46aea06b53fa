"""The panel of a run's keys, and the list of runs that opens it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import hikari

from raidbot.features.dungeons.api import Dungeon
from raidbot.features.keys import models as m
from raidbot.features.keys.views import ids
from raidbot.features.keys.views.texts import slot_name, worth
from raidbot.kernel.discord.answers import Form, Input, Reply, Rows
from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import DESCRIPTION, cut, plain, time

OPTION: Final = 100
"""Characters of a select's label, description or value."""
PLACEHOLDER: Final = 150
LINES: Final = 20
"""Keys that are listed at once: a long chain has more."""
BEFORE: Final = 5
"""Of those, before the one that is asked for."""
_Row = hikari.impl.MessageActionRowBuilder


def door(run_id: int, dungeon: Dungeon) -> Rows:
    """Draw the button that opens the panel; none where there is nothing to log."""
    if not dungeon.keys:
        return ()
    row = _Row()
    row.add_interactive_button(hikari.ButtonStyle.PRIMARY, ids.Open(run_id).pack(), label="Log Keys", emoji="🗝️")
    return (row,)


def panel(sheet: m.Sheet, slot: m.Slot | None, names: Mapping[int, str], note: str | None = None) -> Reply:
    """Draw the panel: what was logged, and who popped `slot`, None: everything is logged.

    `names` are those of the candidates who are members; others are left out.
    """
    run_id, newest = sheet.run.id, sheet.newest
    rows = [] if slot is None else _questions(sheet, slot, names)
    buttons: list[tuple[CustomId, str]] = []
    if slot is not None:
        buttons += [(ids.AskName.of(run_id, slot), "Type a name"), (ids.Skip.of(run_id, slot), "Skip")]
    if newest is not None:
        buttons.append((ids.UndoLast(run_id, newest.entry_id), "Undo last"))
    if buttons:
        rows.append(_buttons(*buttons))
    return Reply(embed=_embed(sheet, slot, note), rows=rows)


def _questions(sheet: m.Sheet, slot: m.Slot, names: Mapping[int, str]) -> list[_Row]:
    """Draw the selects: of who offered keys, and of everybody."""
    question = cut(f"{slot_name(slot, sheet.dungeon)}: who popped it?", PLACEHOLDER)
    everybody = _Row()
    candidates = {user_id: names[user_id] for user_id in sheet.candidates(slot) if user_id in names}
    everybody.add_select_menu(
        hikari.ComponentType.USER_SELECT_MENU,
        ids.PickMember.of(sheet.run.id, slot).pack(),
        placeholder="Somebody else: pick a member" if candidates else question,
        min_values=1,
    )
    if not candidates:
        return [everybody]
    told = dict.fromkeys(candidates, "offered another key")
    told |= {one.user_id: "offered this key" for one in sheet.offers if one.key == slot.key}
    told |= {one.user_id: "confirmed this key" for one in sheet.offers if one.key == slot.key and one.confirmed}
    return [_members(ids.Popped.of(sheet.run.id, slot), candidates, told, question), everybody]


def which(sheet: m.Sheet, slot: m.Slot, names: Mapping[int, str], text: str) -> Reply:
    """Ask which of the members who were found it was."""
    note = f"{len(names)} members fit “{plain(cut(text, 50))}”: which one was it?"
    menu = _members(
        ids.Popped.of(sheet.run.id, slot), names, {user_id: str(user_id) for user_id in names}, "Which one was it?"
    )
    return Reply(embed=_embed(sheet, slot, note), rows=[menu, _buttons((ids.Back.of(sheet.run.id, slot), "Back"))])


def name_form(run_id: int, slot: m.Slot) -> Form:
    """Ask for a member by what is typed."""
    return Form(
        ids.NameForm.of(run_id, slot),
        "Who popped it?",
        [Input("who", "Name, mention or id", placeholder="How the name begins is enough", max_length=m.NAME_MAX)],
    )


def unfinished(found: Sequence[m.Unfinished]) -> Reply:
    """List the runs with keys left to log; each opens its panel."""
    lines = [
        f"{one.dungeon.emoji} **{one.dungeon.name}** by <@{one.run.organizer_id}>, ended {time(one.run.ended_at)}: "
        f"{one.left} of {one.total} open"
        for one in found
    ]
    embed = hikari.Embed(title="Keys to log", description=cut("\n".join(lines), DESCRIPTION), colour=int(Colour.INFO))
    row = _Row()
    menu = row.add_text_menu(ids.ChooseRun().pack(), placeholder="Which run?")
    for one in found:
        label = f"{one.dungeon.name} by {one.run.organizer_name}"
        menu.add_option(
            cut(label, OPTION),
            str(one.run.id),
            description=f"{one.left} of {one.total} open",
            emoji=hikari.Emoji.parse(one.dungeon.emoji),
        )
    return Reply(embed=embed, rows=[row])


def _members(custom_id: CustomId, names: Mapping[int, str], told: Mapping[int, str], placeholder: str) -> _Row:
    row = _Row()
    menu = row.add_text_menu(custom_id.pack(), placeholder=placeholder)
    for user_id, name in names.items():
        menu.add_option(cut(name, OPTION), str(user_id), description=told[user_id])
    return row


def _buttons(*buttons: tuple[CustomId, str]) -> _Row:
    row = _Row()
    for custom_id, label in buttons:
        row.add_interactive_button(hikari.ButtonStyle.SECONDARY, custom_id.pack(), label=label)
    return row


def _embed(sheet: m.Sheet, slot: m.Slot | None, note: str | None) -> hikari.Embed:
    run, total = sheet.run, len(sheet.slots)
    embed = hikari.Embed(title=f"Keys: {sheet.dungeon.name}", colour=sheet.dungeon.colour)
    lines = [f"*{note}*\n"] if note else []
    lines.append(f"<@{run.organizer_id}>'s run, ended {time(run.ended_at)}.")
    if slot is None:
        lines.append("**Everything is logged.** Thank you!")
    else:
        until = time(run.ended_at + m.KEPT, "f")
        lines.append(f"**{len(sheet.logged)} of {total} logged.** Any organizer can go on until {until}: `/logkeys`.")
    embed.description = cut("\n".join([*lines, "", *_lines(sheet, slot)]), DESCRIPTION)
    return embed


def _lines(sheet: m.Sheet, slot: m.Slot | None) -> Iterator[str]:
    """Write a line a key; of a long chain those around the one that is asked for."""
    every, done = sheet.slots, sheet.of_slot
    first = 0 if slot is None else max(0, min(every.index(slot) - BEFORE, len(every) - LINES))
    shown = every[first : first + LINES]
    if first:
        yield f"-# {first} before"
    for one in shown:
        name, popped = slot_name(one, sheet.dungeon), done.get(one)
        if popped is not None:
            yield f"✅ {name}: <@{popped.user_id}>, {worth(popped.points)}"
        else:
            yield f"▶️ **{name}: who popped it?**" if one == slot else f"▫️ {name}: not logged"
    if rest := len(every) - first - len(shown):
        yield f"-# and {rest} more"
