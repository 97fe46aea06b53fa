"""What staff see of their quotas: the panel, the full list, one's own, the report of a period, who is excused."""

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.views import config, ids
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.easel import Drawing
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import DESCRIPTION, FIELD, count, cut, figure, listed, plain, time

_Row = hikari.impl.MessageActionRowBuilder
_GREY: Final = hikari.ButtonStyle.SECONDARY
_MEDALS: Final = ("🥇", "🥈", "🥉")
_MET, _EXCUSED = "✅", "💤"
_BAR: Final = 12
"""Blocks of a bar."""


# --- the panel -------------------------------------------------------------------------------------------------------


def board(shown: m.Board, posting: int, catalogue: Catalogue, accent: int | None) -> Drawing:
    """Draw the panel of a quota."""
    found, tally = shown.configured, shown.tally
    quota, period = found.quota, found.period
    embed = hikari.Embed(title="📊 Quota", colour=int(Colour.INFO) if accent is None else accent)
    lines = [
        f"<@&{quota.role_id}> · **{figure(quota.required_points)}** points",
        f"{time(period.starts_at, 'f')} to {time(period.ends_at, 'f')}, ends {time(period.ends_at)}",
        "",
        *_ranks(shown.first, quota.required_points, 0),
    ]
    if not shown.first:
        lines.append("Nobody has this role yet, as far as I know.")
    elif len(shown.first) < tally.members:
        lines.append(f"… and {tally.members - len(shown.first)} more")
    embed.description = listed(lines, DESCRIPTION, separator="\n")
    embed.add_field("What brings points", config.sources(found, catalogue))
    excused = f" · {tally.excused} {_EXCUSED} excused" if tally.excused else ""
    embed.set_footer(f"{tally.met} of {count(tally.members, 'member')} met it{excused}")
    row = _Row()
    row.add_interactive_button(_GREY, ids.FullList(quota.role_id).pack(), label="Full list")
    mark = ids.MyQuota(posting).pack()
    row.add_interactive_button(_GREY, mark, label="My quota")
    return Drawing(None, embed, [row], mark=mark)


def _ranks(standings: Sequence[m.Standing], required: Decimal, before: int) -> list[str]:
    return [_rank(before + at, one, required) for at, one in enumerate(standings)]


def _rank(at: int, one: m.Standing, required: Decimal) -> str:
    place = _MEDALS[at] if at < len(_MEDALS) and one.points > 0 else f"{at + 1}."
    runs = f" · {count(one.runs, 'run')}" if one.runs else ""
    return " ".join(filter(None, (f"{place} <@{one.user_id}> **{figure(one.points)}**{runs}", _sign(one, required))))


def _sign(one: m.Standing, required: Decimal) -> str:
    return _MET if one.met(required) else _EXCUSED if one.excused else ""


def full_list(page: m.Listed, before: int, picture: bytes | None = None) -> Reply:
    """Show a page of all who hold the role; `before` counts who stands above; `picture` is a PNG of the first."""
    role_id = page.quota.role_id
    embed = hikari.Embed(title="All who have this quota", colour=int(Colour.INFO))
    lines = _ranks(page.standings, page.quota.required_points, before) or ["Nobody."]
    head = f"<@&{role_id}> · **{figure(page.quota.required_points)}** points until {time(page.period.ends_at, 'f')}"
    embed.description = "\n".join([head, "", *lines])
    row = _Row()
    row.add_interactive_button(_GREY, ids.Top(role_id).pack(), label="From the top", is_disabled=before == 0)
    if page.more:
        behind = ids.NextPage.behind(role_id, page.standings[-1], before + len(page.standings))
        row.add_interactive_button(_GREY, behind.pack(), label="Next")
    if page.standings:
        row.add_interactive_button(
            _GREY, ids.Progress(role_id).pack(), label="Picture", is_disabled=picture is not None
        )
    if picture is not None:
        embed.set_image(hikari.Bytes(picture, "quota.png"))
    return Reply(embed=embed, rows=[row] if before or page.standings else ())


# --- one's own -------------------------------------------------------------------------------------------------------


def own(found: Sequence[m.Own]) -> Reply:
    """Show how a member stands in each of their quotas."""
    embed = hikari.Embed(title="Your quota", colour=int(Colour.INFO))
    embed.description = listed([_own(one) for one in found], DESCRIPTION, separator="\n\n")
    return Reply(embed=embed)


def _own(one: m.Own) -> str:
    has, left = one.standing, one.required - one.standing.points
    if has.met(one.required):
        how = f"{_MET} You have met it."
    elif has.excused:
        how = f"{_EXCUSED} You are excused. Without that **{figure(left)}** would be left."
    else:
        how = f"**{figure(left)}** left."
    runs = f" · {count(has.runs, 'run')} organised" if has.runs else ""
    return (
        f"<@&{one.role_id}>\n{bar(has.points, one.required)} **{figure(has.points)}** of {figure(one.required)}{runs}\n"
        f"{how} The period ends {time(one.period.ends_at)}, {time(one.period.ends_at, 'f')}."
    )


def bar(points: Decimal, required: Decimal) -> str:
    """Draw how far points reach; full only where they do."""
    reached = 1 if points >= required else max(points, Decimal(0)) / required
    full = int(reached * _BAR)
    return "█" * full + "░" * (_BAR - full)


# --- the report ------------------------------------------------------------------------------------------------------

_OUTCOMES: Final[Sequence[tuple[str, str]]] = (("met", "✅ Met"), ("missed", "❌ Not met"), ("excused", "💤 Excused"))


def report(told: m.Report) -> hikari.Embed:
    """Tell how a period ended."""
    period, required = told.period, _required(told)
    outcomes = {name: [one for one in told.standings if outcome(one, required) == name] for name, _ in _OUTCOMES}
    embed = hikari.Embed(title="A quota period is over", colour=int(Colour.INFO))
    embed.description = (
        f"<@&{period.role_id}> · **{figure(required)}** points\n"
        f"{time(period.starts_at, 'f')} to {time(period.ends_at, 'f')}\n"
        f"**{len(outcomes['met'])}** of {count(len(told.standings), 'member')} met it."
    )
    for name, title in _OUTCOMES:
        if outcomes[name]:
            told_of = [f"<@{one.user_id}> {figure(one.points)}" for one in outcomes[name]]
            embed.add_field(f"{title}: {len(told_of)}", listed(told_of, FIELD))
    return embed


def outcome(one: m.Standing, required: Decimal) -> str:
    """Name how a period ended for a member."""
    return "met" if one.met(required) else "excused" if one.excused else "missed"


def report_file(told: m.Report, names: Mapping[int, str]) -> hikari.Bytes:
    """Write a period as a table that spreadsheets open; a name is never read as a formula."""
    text, required = io.StringIO(), _required(told)
    writer = csv.writer(text)
    writer.writerow(["name", "id", "points", "runs", "required", "outcome"])
    for one in told.standings:
        name = names.get(one.user_id, "")
        safe = f"'{name}" if name[:1] in {"=", "+", "-", "@", "\t", "\r"} else name
        writer.writerow([safe, one.user_id, one.points, one.runs, required, outcome(one, required)])
    return hikari.Bytes(text.getvalue().encode("utf-8-sig"), file_name(told.period.id), mimetype="text/csv")


def file_name(period_id: int) -> str:
    """Name the table of a period, and no other's."""
    return f"quota-{period_id}.csv"


def unposted() -> str:
    """Tell staff that a report found no channel."""
    return (
        "A quota period is over, and no channel is chosen for its report. **Last report** under `/configquota` shows "
        "it; `/setchannels quota:` chooses a channel for the next ones."
    )


def _required(told: m.Report) -> Decimal:
    return told.period.required_points or Decimal(0)


# --- excuses ---------------------------------------------------------------------------------------------------------


def excused(user_id: int, some: Sequence[m.Excuse]) -> Reply:
    """Say that a member is excused."""
    return _excuses(f"<@{user_id}> is excused. It does not count as missed.", some, Colour.SUCCESS)


def excuse_ended(user_id: int, some: Sequence[m.Excuse]) -> Reply:
    """Say that a member is excused no longer."""
    roles = ", ".join(f"<@&{one.role_id}>" for one in some)
    embed = hikari.Embed(title="Excuses", colour=int(Colour.SUCCESS))
    embed.description = f"<@{user_id}> is not excused any more: {roles}."
    return Reply(embed=embed)


def excuses(some: Sequence[m.Excuse]) -> Reply:
    """List who is excused."""
    head = "Who is excused at present:" if some else "Nobody is excused at present. `/excuse member:` excuses somebody."
    return _excuses(head, some, Colour.INFO)


def _excuses(head: str, some: Sequence[m.Excuse], colour: Colour) -> Reply:
    lines = [
        f"<@{one.user_id}> · <@&{one.role_id}> until {time(one.until_at, 'f')}"
        + (f": {cut(plain(one.reason), 150)}" if one.reason else "")
        for one in some
    ]
    embed = hikari.Embed(title="Excuses", colour=int(colour))
    embed.description = f"{head}\n{listed(lines, DESCRIPTION - 200, separator=chr(10))}"
    return Reply(embed=embed)
