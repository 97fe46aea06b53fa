"""The panel where members choose pings, the private answer to a press, and the list for staff."""

from collections.abc import Mapping, Sequence
from typing import Final

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.role_pings import models as m
from raidbot.features.role_pings.views import ids, texts
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.easel import Drawing
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import BUTTONS_A_ROW, DESCRIPTION, FIELD, LABEL, cut, listed

OPTION: Final = 100
"""Characters of a select's option."""
PLACEHOLDER: Final = 150
ALL, NONE, MINE = "All", "None", "My pings"
_Row = hikari.impl.MessageActionRowBuilder


def public(posted_by: int, pings: Sequence[m.Ping], catalogue: Catalogue) -> Drawing:
    """Draw the panel that everybody sees: a button a ping while there is room, and the buttons for several."""
    pings = texts.by_name(pings, catalogue)
    lines = ["Choose the dungeons that you want to be pinged for. Only you see the answer.", ""]
    lines += [f"{texts.emoji(p, catalogue)} **{texts.label(p, catalogue)}** {texts.role(p.role_id)}" for p in pings]
    if not pings:
        lines.append("*There is nothing to choose at the moment.*")
    embed = hikari.Embed(
        title="🔔 Dungeon pings",
        description=listed(lines, DESCRIPTION, separator="\n"),
        colour=int(Colour.INFO),
    )
    rows: list[_Row] = []
    if len(pings) <= m.TOGGLES_MAX:
        for at in range(0, len(pings), BUTTONS_A_ROW):
            rows.append(_Row())
            for ping in pings[at : at + BUTTONS_A_ROW]:
                rows[-1].add_interactive_button(
                    hikari.ButtonStyle.SECONDARY,
                    ids.Toggle(ping.role_id).pack(),
                    label=cut(texts.label(ping, catalogue), LABEL),
                    emoji=hikari.Emoji.parse(texts.emoji(ping, catalogue)),
                )
    mine = ids.Mine(posted_by).pack()
    last = _Row().add_interactive_button(hikari.ButtonStyle.PRIMARY, mine, label=MINE)
    return Drawing(None, embed, [*rows, _add_bulk(last, ids.Bulk(wanted=True), ids.Bulk(wanted=False))], mark=mine)


def picker(choices: m.Choices, said: str | None, catalogue: Catalogue) -> Reply:
    """Answer a press: what it changed, what is chosen now, and the selects to choose from, a page each."""
    chosen = [f"**{texts.label(ping, catalogue)}**" for ping in choices.pings if ping.chosen]
    now = f"You're pinged for {listed(chosen, FIELD)}." if chosen else "You're pinged for nothing so far."
    embed = hikari.Embed(
        title="Your dungeon pings",
        description=cut("\n\n".join(text for text in (said, now) if text), DESCRIPTION),
        colour=int(Colour.SUCCESS if chosen else Colour.NEUTRAL),
    )
    rows = [_select(number, page, len(choices.pages), catalogue) for number, page in enumerate(choices.pages)]
    rows.append(_add_bulk(_Row(), ids.PickBulk(wanted=True), ids.PickBulk(wanted=False)))
    return Reply(embed=embed, rows=rows)


def _add_bulk(row: _Row, every: ids.Bulk | ids.PickBulk, none: ids.Bulk | ids.PickBulk) -> _Row:
    row.add_interactive_button(hikari.ButtonStyle.SUCCESS, every.pack(), label=ALL)
    row.add_interactive_button(hikari.ButtonStyle.DANGER, none.pack(), label=NONE)
    return row


def _select(number: int, page: Sequence[m.Ping], pages: int, catalogue: Catalogue) -> _Row:
    first, last = (texts.label(ping, catalogue) for ping in (page[0], page[-1]))
    hint = f"Choose your pings: {cut(first, 50)} to {cut(last, 50)}" if pages > 1 else "Choose your pings"
    row = _Row()
    menu = row.add_text_menu(
        ids.Pick(number, m.seal(page)).pack(),
        placeholder=cut(hint, PLACEHOLDER),
        min_values=0,
        max_values=len(page),
    )
    for ping in page:
        menu.add_option(
            cut(texts.label(ping, catalogue), OPTION),
            str(ping.role_id),
            emoji=hikari.Emoji.parse(texts.emoji(ping, catalogue)),
            is_default=ping.chosen,
        )
    return row


def configured(
    state: m.Configured, broken: Mapping[int, m.Verdict], notes: Sequence[str], catalogue: Catalogue
) -> Reply:
    """Show staff all ping roles, what a command changed, and what to look at; `broken` are roles that became unfit."""
    mapped = sorted(state.now, key=lambda one: texts.name_of(one.dungeon, catalogue))
    lines = [
        f"**{texts.name_of(one.dungeon, catalogue)}**: {texts.role(one.role_id)}{' ⚠️' * (one.role_id in broken)}"
        for one in mapped
    ]
    warnings = [*notes, *(texts.unfit(role_id, verdict) for role_id, verdict in broken.items())]
    if lines and not state.panel:
        warnings.append("Members can't choose yet: post the panel with `/sendrolepingembed`.")
    if state.old is not None and state.old != state.new:
        warnings.append(f"Who has {texts.role(state.old)} keeps it.")
    embed = hikari.Embed(
        title="Ping roles of the dungeons",
        description=listed(lines, DESCRIPTION, separator="\n")
        or "None so far. Add one with `/configrolepings dungeon: role:`.",
        colour=int(Colour.WARNING if broken or notes else Colour.SUCCESS if state.dungeon else Colour.NEUTRAL),
    )
    if state.dungeon is not None:
        change = f"**{texts.name_of(state.dungeon, catalogue)}**: {texts.role(state.old)} → {texts.role(state.new)}"
        embed.add_field("Changed", change if state.old != state.new else texts.UNCHANGED)
    if warnings:
        embed.add_field("Look at this", cut("\n".join(warnings), FIELD))
    return Reply(embed=embed)
