"""What members see of scheduled runs: custom ids, the panel, and every sentence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any, ClassVar, Final

import hikari

from raidbot.features.dungeons.api import Catalogue, Dungeon
from raidbot.features.members.api import suspended_text, unverified_text
from raidbot.features.schedule import models as m
from raidbot.kernel.discord.answers import Reply, Rows
from raidbot.kernel.discord.audit_texts import AuditText
from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.discord.easel import Drawing
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import CONTENT, DESCRIPTION, FIELD, count, cut, message_link, plain, time
from raidbot.kernel.errors import UserError

_Row = hikari.impl.MessageActionRowBuilder
GREEN, RED, GREY, BLUE = (
    hikari.ButtonStyle.SUCCESS,
    hikari.ButtonStyle.DANGER,
    hikari.ButtonStyle.SECONDARY,
    hikari.ButtonStyle.PRIMARY,
)
CHOICE_NAME: Final = 100
"""Characters of what an autocomplete offers."""

# --- custom ids: a changed field list needs a higher VERSION ---------------------------------------------------------


@dataclass(frozen=True)
class _OfPlan(CustomId):
    plan_id: int


@dataclass(frozen=True)
class RemindMe(_OfPlan):
    PREFIX: ClassVar[str] = "plan.remind"


@dataclass(frozen=True)
class OpenNow(_OfPlan):
    PREFIX: ClassVar[str] = "plan.open"


@dataclass(frozen=True)
class Cancel(_OfPlan):
    PREFIX: ClassVar[str] = "plan.cancel"


class Decision(StrEnum):
    """The answer to "open it as yours?" or "cancel it?"."""

    OPEN = "open"
    CANCEL = "cancel"
    LEAVE = "leave"


@dataclass(frozen=True)
class Decide(_OfPlan):
    PREFIX: ClassVar[str] = "plan.decide"
    decision: Decision


def _row(*buttons: tuple[hikari.ButtonStyle, CustomId, str]) -> _Row:
    row = _Row()
    for style, custom_id, label in buttons:
        row.add_interactive_button(style, custom_id.pack(), label=label)  # type: ignore[arg-type]  # no link among them
    return row


# --- the panel -------------------------------------------------------------------------------------------------------

_TITLES: Final = {
    m.PlanState.PLANNED: "📅 Planned: {}",
    m.PlanState.OPENED: "✅ Opened: {}",
    m.PlanState.CANCELLED: "❌ Cancelled: {}",
    m.PlanState.MISSED: "⌛ Missed: {}",
}


def panel(view: m.PlanView, dungeon: Dungeon, ping_roles: Sequence[int] = ()) -> Drawing:
    """Draw the panel of a planned run; `ping_roles` are those of the dungeon, which the first post reaches."""
    plan = view.plan
    mark = RemindMe(plan.id).pack()
    planned = plan.state is m.PlanState.PLANNED
    embed = hikari.Embed(
        title=_TITLES[plan.state].format(dungeon.name), colour=dungeon.colour if planned else int(Colour.NEUTRAL)
    )
    lines = [f"**When:** {time(plan.starts_at, 'F')} ({time(plan.starts_at)})"]
    lines.append(f"**Organizer:** <@{plan.organizer_id}>")
    if not planned:
        embed.description = "\n".join([*lines, _ending(view)])
        final = plan.state is not m.PlanState.OPENED or view.run_at is not None  # once it is there, the link comes too
        return Drawing(None, embed, mark=mark, final=final)
    lines.append(f"🔔 {interested(view.interested)}")
    embed.description = "\n".join(lines)
    if plan.description:
        embed.add_field("Organizer Note", cut(plain(plan.description), FIELD))
    row = _row(
        (BLUE, RemindMe(plan.id), "Remind me"),
        (GREEN, OpenNow(plan.id), "Open now"),
        (GREY, Cancel(plan.id), "Cancel"),
    )
    content = " ".join(f"<@&{role_id}>" for role_id in ping_roles) or None
    return Drawing(content, embed, [row], pings_roles=tuple(ping_roles), mark=mark)


def _ending(view: m.PlanView) -> str:
    plan, at = view.plan, view.run_at
    when = time(plan.closed_at or plan.starts_at)
    if plan.state is m.PlanState.OPENED:
        where = f" [This is its panel]({_link(plan.guild_id, at)})." if at else ""
        return f"Opened by <@{plan.closed_by}> {when}.{where}"
    if plan.state is m.PlanState.CANCELLED:
        return f"Cancelled by <@{plan.closed_by}> {when}."
    return "Nobody opened it within half an hour of its time."


def _link(guild_id: int, at: m.Place) -> str:
    return message_link(guild_id, at.channel_id, at.message_id)


def interested(number: int) -> str:
    """Write "3 raiders want to be reminded"."""
    return f"{count(number, 'raider wants', 'raiders want')} to be reminded" if number else "Nobody asked yet"


def overview(guild_id: int, found: Sequence[m.Upcoming], catalogue: Catalogue) -> hikari.Embed:
    """Draw what is planned, in its order; as many as fit, the rest is counted."""
    entries: list[str] = []
    room = DESCRIPTION - 100
    for plan in found:
        entry = _entry(guild_id, plan, catalogue)
        room -= len(entry) + 2
        if room < 0:
            entries.append(f"… and {count(len(found) - len(entries), 'later run')}")
            break
        entries.append(entry)
    return hikari.Embed(title="Planned runs", description="\n\n".join(entries), colour=int(Colour.INFO))


def _entry(guild_id: int, plan: m.Upcoming, catalogue: Catalogue) -> str:
    dungeon = catalogue.find(plan.dungeon)
    name = f"**{plan.dungeon if dungeon is None else dungeon.name}**"
    if plan.message_id is not None:
        name = f"[{name}]({_link(guild_id, m.Place(plan.channel_id, plan.message_id))})"
    when = f"{time(plan.starts_at, 'F')} ({time(plan.starts_at)})"
    return f"{name} · {when}\n<@{plan.organizer_id}> · 🔔 {plan.interested:,}"


# --- messages in the channel -----------------------------------------------------------------------------------------


def said(saying: m.Saying, kind: m.MessageKind, dungeon: Dungeon) -> list[tuple[str, Sequence[int]]]:
    """Write what is said in the channel: texts with the members that each mentions; the first has room for 60."""
    plan = saying.plan
    link = f"\n{_link(plan.guild_id, saying.about)}" if saying.about else ""
    if kind is m.MessageKind.REMINDER:
        text = (
            f"⏰ **{dungeon.name}** begins {time(plan.starts_at)}. <@{plan.organizer_id}>, "
            f"press **Open now** once you are ready.{link}"
        )
        first, others = [plan.organizer_id], [one for one in saying.interested if one != plan.organizer_id]
    else:
        if not saying.interested:
            return []
        text = f"🟢 **{dungeon.name}** is open! <@{plan.closed_by}> runs it; press **Join** there.{link}"
        first, others = [], list(saying.interested)
    beside = others[: m.MENTIONS_BESIDE_TEXT]
    parts: list[tuple[str, Sequence[int]]] = [(cut(f"{text}\n{_mentions(beside)}".strip(), CONTENT), [*first, *beside])]
    for at in range(len(beside), len(others), m.MENTIONS_A_MESSAGE):
        some = others[at : at + m.MENTIONS_A_MESSAGE]
        parts.append((_mentions(some), some))
    return parts


def _mentions(user_ids: Sequence[int]) -> str:
    return " ".join(f"<@{user_id}>" for user_id in user_ids)


def reminder_rows(plan_id: int) -> Rows:
    """Draw the button under a reminder."""
    return [_row((GREEN, OpenNow(plan_id), "Open now"))]


# --- answers ---------------------------------------------------------------------------------------------------------


def announced(plan: m.Plan, dungeon: Dungeon, message_id: int | None) -> Reply:
    """Tell the organizer that the run is planned."""
    at = None if message_id is None else m.Place(plan.channel_id, message_id)
    panel_is = f"[it is announced]({_link(plan.guild_id, at)})" if at else "it will be announced in a moment"
    reminder = "A quarter of an hour before, I'll remind you and whoever asked for it. " if plan.remind_at else ""
    return Reply(
        f"Your **{dungeon.name}** run is planned for {time(plan.starts_at, 'F')} ({time(plan.starts_at)}): {panel_is}. "
        f"{reminder}Press **Open now** when you are ready."
    )


def opened(guild_id: int, at: m.Place | None, *, role_budget_spent: bool) -> str:
    """Tell the organizer that the run is open."""
    panel_is = f"[its panel is up]({_link(guild_id, at)})" if at else "its panel will be up in a moment"
    text = f"The run is open: {panel_is}. You are joined already, and who asked to be reminded is called."
    if role_budget_spent:
        text += " Too many run roles were made in the last two days, so this run goes without one."
    return text


def ask_open(plan: m.Plan, dungeon: Dungeon) -> Reply:
    """Ask an organizer whether they mean to open another's planned run."""
    text = f"<@{plan.organizer_id}> planned this **{dungeon.name}** run. Open it? It will be yours to organise then."
    return _question(plan, text, (GREEN, Decide(plan.id, Decision.OPEN), "Open it as mine"))


def ask_cancel(view: m.PlanView, dungeon: Dungeon, user_id: int) -> Reply:
    """Ask an organizer whether they mean to cancel a planned run."""
    plan = view.plan
    whose = "your" if plan.organizer_id == user_id else f"<@{plan.organizer_id}>'s"
    text = f"Cancel {whose} **{dungeon.name}** run of {time(plan.starts_at, 'F')}? {interested(view.interested)}."
    return _question(plan, text, (RED, Decide(plan.id, Decision.CANCEL), "Cancel the run"))


def _question(plan: m.Plan, text: str, yes: tuple[hikari.ButtonStyle, CustomId, str]) -> Reply:
    row = _row(yes, (GREY, Decide(plan.id, Decision.LEAVE), "No"))
    return Reply(embed=hikari.Embed(description=text, colour=int(Colour.WARNING)), rows=[row])


LEFT_ALONE: Final = "All right, it stays planned."
CANCELLED: Final = "The planned run is cancelled."
NOTHING_PLANNED: Final = "Nothing is planned right now. Organizers plan a run with `/schedule`."


def outcome(result: m.ClickResult, verified_role: int | None) -> str:
    """Say what came of a press of Remind me."""
    match result.outcome:
        case m.Outcome.REMINDED:
            when = f"{time(result.remind_at)}, and when it opens" if result.remind_at else "when it opens"
            return f"🔔 I'll mention you in this channel {when}. Press again to take it back."
        case m.Outcome.NOT_REMINDED:
            return "🔕 You won't be reminded. Press again if you change your mind."
        case m.Outcome.OVER:
            return "This run isn't planned any more. See `/planned` for what is."
        case m.Outcome.SUSPENDED:
            return suspended_text("runs")
        case m.Outcome.UNVERIFIED:
            return unverified_text(verified_role)


# --- times -----------------------------------------------------------------------------------------------------------


def spoken(moment: datetime, ahead: timedelta, zone: tzinfo) -> str:
    """Write a moment where Discord shows no timestamps: "Thu 24 Dec, 20:30 UTC (in 2 h 30 min)"."""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b, %H:%M} {local.tzname()} (in {_span(ahead)})"


def _span(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    days, of_day = divmod(hours, 24)
    if days:
        return f"{count(days, 'day')} {of_day} h" if of_day else count(days, "day")
    return " ".join(
        part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else "") if part
    )


_HOW: Final = "Try " + ", ".join(m.EXAMPLES)


def not_understood(text: str) -> str:
    """Offer what can be typed instead."""
    return cut(f"“{cut(text, 30)}”? {_HOW}", CHOICE_NAME)


_OVER: Final = {
    m.PlanState.OPENED: "This run was opened already: look for its panel.",
    m.PlanState.CANCELLED: "This run was cancelled.",
    m.PlanState.MISSED: "Nobody opened this run in time, so it isn't planned any more. Open one with `/run`.",
}
_EXAMPLES: Final = ", ".join(f"`{example}`" for example in m.EXAMPLES)

AUDIT_TEXTS: Final[Mapping[str, AuditText]] = {
    action: AuditText(title, "📅", lambda detail: [time(datetime.fromisoformat(detail["starts_at"]), "f")])
    for action, title in {
        "plan.add": "Run planned",
        "plan.open": "Planned run opened",
        "plan.cancel": "Planned run cancelled",
        "plan.miss": "Planned run missed",
    }.items()
}

ERROR_TEXTS: Final[Mapping[type[UserError], Callable[[Any], str]]] = {
    m.WhenError: lambda error: (
        f"I don't understand “{plain(cut(error.text, 50))}” as a time. Type it like one of these: {_EXAMPLES}."
    ),
    m.NotAheadError: lambda error: (
        f"{time(error.at, 'F')} is over. Choose a time ahead, like one of these: {_EXAMPLES}. To begin now, use `/run`."
    ),
    m.TooFarAheadError: lambda error: (
        f"{time(error.at, 'F')} is too far ahead: a run is planned for the next 30 days. For example {_EXAMPLES}."
    ),
    m.TooManyPlansError: lambda _: (
        f"You have {m.PLANS_MAX} runs planned already. Open or cancel one first; `/planned` lists them."
    ),
    m.PlanGoneError: lambda _: "I can't find this planned run any more.",
    m.PlanOverError: lambda error: _OVER[error.state],
}
