"""`/configpoints` and `/configquota`: what is worth how much, and the forms of what is typed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import hikari

from raidbot.features.dungeons.api import Catalogue, Dungeon
from raidbot.features.quota import models as m
from raidbot.features.quota.views import ids
from raidbot.kernel.discord.answers import Form, Input, Reply
from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import FIELD, OPTIONS, count, cut, figure, listed, time

_Row = hikari.impl.MessageActionRowBuilder
_GREY: Final = hikari.ButtonStyle.SECONDARY
_PARTS: Final = ("Exaltation dungeons", "Other dungeons, first half", "Other dungeons, second half")
_WORTHS: Final = {m.Worth.COMPLETION: "a completion", m.Worth.KEY_POP: "a popped key"}
_TABS: Final = {m.Worth.COMPLETION: "Completions", m.Worth.KEY_POP: "Keys"}
LABELS: Final[Mapping[m.Figure, str]] = {
    m.Figure.REQUIRED: "Required points",
    m.Figure.EXALT: "An exaltation run",
    m.Figure.NON_EXALT: "Any other run",
    m.Figure.VERIFY: "A verification",
    m.Figure.WARN: "A warning",
    m.Figure.SUSPEND: "A suspension",
    m.Figure.MODMAIL_REPLY: "A modmail reply",
    m.Figure.EDITNAME: "A changed name",
    m.Figure.ADDNOTE: "A note",
}
_FORMS: Final = {
    m.Figures.RUNS: "Points",
    m.Figures.CONDUCT: "Verify, warn, suspend",
    m.Figures.SERVICE: "Modmail, names, notes",
}
_OFTEN: Final = {
    m.Calendar.WEEKLY: "every week, on {0:%A} at {0:%H:%M}",
    m.Calendar.TWO_WEEKLY: "every two weeks, on {0:%A} at {0:%H:%M}",
    m.Calendar.MONTHLY: "every month, on day {0.day} at {0:%H:%M}",
}


# --- /configpoints ---------------------------------------------------------------------------------------------------


def points(
    worths: Mapping[m.Worth, Sequence[m.DungeonPoints]], shown: m.Worth, catalogue: Catalogue, note: str = ""
) -> Reply:
    """Draw what dungeons are worth to raiders, with the selects for one of the two kinds."""
    embed = hikari.Embed(title="Points of raiders", description=note or None, colour=int(Colour.INFO))
    for kind, label in _WORTHS.items():
        differing = overrides(worths[kind], catalogue, FIELD - 80)
        text = f"**{figure(kind.default)}** for {label}" + (", other than that:\n" + differing if differing else "")
        embed.add_field(_TABS[kind], text)
    embed.set_footer("Choose a dungeon to change it. Administrators can.")
    tabs = _Row()
    for kind, label in _TABS.items():
        tabs.add_interactive_button(
            hikari.ButtonStyle.PRIMARY if kind is shown else _GREY, ids.ShowWorths(kind).pack(), label=label
        )
    return Reply(embed=embed, rows=[*_selects(catalogue, lambda part: ids.ChooseWorth(shown, part)), tabs])


def worth_form(kind: m.Worth, dungeon: Dungeon, now: Sequence[m.DungeonPoints]) -> Form:
    """Ask what a dungeon is worth to raiders."""
    label = f"Points for {_WORTHS[kind]}"
    field = _number("points", label, _of_dungeon(now, dungeon), kind.default)
    return Form(ids.WorthForm(kind, dungeon.code), cut(dungeon.name, 45), [field])


# --- /configquota ----------------------------------------------------------------------------------------------------


def quota(role_id: int, found: m.Configured | None, catalogue: Catalogue, zone: ZoneInfo, note: str = "") -> Reply:
    """Draw a role's quota; None: it has none yet, and whatever is set gives it one."""
    told = [f"<@&{role_id}>", note]
    embed = hikari.Embed(title="Quota", colour=int(Colour.INFO))
    if found is None:
        told.append("This role has no quota yet. Press **Points** and type what its holders have to reach.")
    else:
        _configured(embed, found, catalogue, zone)
    embed.description = "\n".join(filter(None, told))
    embed.set_footer("Choose a dungeon to give its runs points of their own. Administrators can.")
    return Reply(
        embed=embed,
        rows=[*_selects(catalogue, lambda part: ids.ChooseOverride(role_id, part)), *_buttons(role_id, found)],
    )


def _configured(embed: hikari.Embed, found: m.Configured, catalogue: Catalogue, zone: ZoneInfo) -> None:
    now = found.quota
    embed.add_field("Required points", figure(now.required_points), inline=True)
    embed.add_field("Begins", _OFTEN[now.calendar].format(now.anchor) + f" ({zone.key})", inline=True)
    period = f"{time(found.period.starts_at, 'f')} to {time(found.period.ends_at, 'f')}"
    embed.add_field("This period", period)
    embed.add_field("What brings points", sources(found, catalogue))
    if found.past:
        embed.add_field("Periods before", cut("\n".join(map(_past, found.past)), FIELD))


def sources(found: m.Configured, catalogue: Catalogue) -> str:
    """List what brings points: runs, what staff do as far as it counts, and dungeons with points of their own."""
    base = (m.Figure.EXALT, m.Figure.NON_EXALT)
    acts = [one for one in m.Figure if one is not m.Figure.REQUIRED and one not in base and found.quota[one]]
    lines = [f"{LABELS[one]}: **{figure(found.quota[one])}**" for one in (*base, *acts)]
    text = " · ".join(lines)
    if found.overrides:
        text += "\n" + overrides(found.overrides, catalogue, FIELD - len(text) - 1)
    return text


def overrides(some: Sequence[m.DungeonPoints], catalogue: Catalogue, room: int) -> str:
    """List dungeons with points of their own, as many as fit."""
    return listed([f"{_name(one.dungeon, catalogue)} **{figure(one.points)}**" for one in some], room)


def _past(past: m.Past) -> str:
    excused = f", {past.excused} excused" if past.excused else ""
    return f"until {time(past.ends_at, 'f')}: {past.met} of {count(past.members, 'member')} met it{excused}"


def _buttons(role_id: int, found: m.Configured | None) -> list[_Row]:
    setting, acting = _Row(), _Row()
    for form, label in _FORMS.items():
        setting.add_interactive_button(_GREY, ids.AskFigures(role_id, form).pack(), label=label)
    setting.add_interactive_button(_GREY, ids.AskCalendar(role_id).pack(), label="Period")
    if found is None:
        return [setting]
    acting.add_interactive_button(_GREY, ids.PostBoard(role_id).pack(), label="Post the panel")
    acting.add_interactive_button(_GREY, ids.Preview(role_id).pack(), label="Update panel")
    acting.add_interactive_button(_GREY, ids.LastReport(role_id).pack(), label="Last report")
    acting.add_interactive_button(_GREY, ids.ShowQuota(role_id).pack(), label="Look again")
    acting.add_interactive_button(hikari.ButtonStyle.DANGER, ids.AskDelete(role_id).pack(), label="Delete the quota")
    return [setting, acting]


def figures_form(role_id: int, form: m.Figures, now: m.Quota | None) -> Form:
    """Ask for some numbers of a quota."""
    fields = [
        _number(one.value, LABELS[one], None if now is None or now[one] == one.default else now[one], one.default)
        for one in form.all
    ]
    return Form(ids.FiguresForm(role_id, form), _FORMS[form], fields)


def override_form(role_id: int, dungeon: Dungeon, now: Sequence[m.DungeonPoints]) -> Form:
    """Ask what a quota gives for a dungeon."""
    field = _number("points", "Points for a run", _of_dungeon(now, dungeon), None)
    return Form(ids.OverrideForm(role_id, dungeon.code), cut(dungeon.name, 45), [field])


def calendar_form(role_id: int, now: m.Quota | None, zone: ZoneInfo) -> Form:
    """Ask when periods begin."""
    often, anchor = (m.Calendar.WEEKLY, None) if now is None else (now.calendar, now.anchor)
    return Form(
        ids.CalendarForm(role_id),
        "Period",
        [
            Input("calendar", "How often: weekly, two-weekly or monthly", often.value, max_length=20),
            Input(
                "anchor",
                cut(f"A day on which one begins ({zone.key})", 45),
                None if anchor is None else f"{anchor:%Y-%m-%d %H:%M}",
                "2026-11-30 18:00",
                max_length=20,
            ),
        ],
    )


def ask_delete(role_id: int) -> Reply:
    """Ask whether a quota is really to go."""
    embed = hikari.Embed(title="Delete the quota?", colour=int(Colour.WARNING))
    embed.description = (
        f"The quota of <@&{role_id}> ends, and its panel and its excuses go. What was earned stays, and so do the "
        "periods that are over."
    )
    row = _Row()
    row.add_interactive_button(hikari.ButtonStyle.DANGER, ids.Delete(role_id).pack(), label="Delete it")
    row.add_interactive_button(hikari.ButtonStyle.SECONDARY, ids.ShowQuota(role_id).pack(), label="Keep it")
    return Reply(embed=embed, rows=[row])


# --- what they share -------------------------------------------------------------------------------------------------


def part_of(catalogue: Catalogue, part: int) -> Sequence[Dungeon]:
    """List the dungeons of a select: exaltations, then the others in two halves."""
    others = sorted((one for one in catalogue.all if not one.exalt), key=lambda one: one.name)
    half = -(-len(others) // 2)
    return [[one for one in catalogue.all if one.exalt], others[:half], others[half:]][part][:OPTIONS]


def _selects(catalogue: Catalogue, custom_id: Callable[[int], CustomId]) -> Iterable[_Row]:
    for part, title in enumerate(_PARTS):
        row = _Row()
        menu = row.add_text_menu(custom_id(part).pack(), placeholder=title)
        for dungeon in part_of(catalogue, part):
            menu.add_option(dungeon.name, dungeon.code)
        yield row


def _number(name: str, label: str, now: Decimal | None, default: Decimal | None) -> Input:
    empty = "empty: as other runs" if default is None else f"empty: {figure(default)}"
    return Input(name, cut(label, 45), None if now is None else figure(now), empty, required=False, max_length=10)


def _of_dungeon(some: Sequence[m.DungeonPoints], dungeon: Dungeon) -> Decimal | None:
    return next((one.points for one in some if one.dungeon == dungeon.code), None)


def _name(code: str, catalogue: Catalogue) -> str:
    dungeon = catalogue.find(code)
    return code if dungeon is None else f"{dungeon.emoji} {dungeon.name}"
