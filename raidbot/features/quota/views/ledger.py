"""What staff and members see of rows that were written by hand: the answers, the Undo button, the refusals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota import models as m
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.audit_texts import AuditText
from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import FIELD, count, cut, figure, plain, time
from raidbot.kernel.errors import UserError

_TITLES: Final = {
    (m.Kind.ADJUSTMENT, True): "Points given",
    (m.Kind.ADJUSTMENT, False): "Points taken",
    (m.Kind.ORGANISED, True): "Runs logged",
    (m.Kind.ORGANISED, False): "Runs removed",
}


@dataclass(frozen=True)
class Undo(CustomId):
    """Takes a row back."""

    PREFIX: ClassVar[str] = "quota.undo"

    entry_id: int


def logged(done: m.Logged, asked: Decimal, catalogue: Catalogue) -> Reply:
    """Tell everybody what was written, and how the member stands; `asked` is how much was asked for."""
    entry, held = done.entry, done.held
    embed = _embed(entry, catalogue, _TITLES[entry.kind, _gives(entry)])
    embed.colour = hikari.Color(int(Colour.SUCCESS if _gives(entry) else Colour.WARNING))
    embed.add_field("Now", _stands(entry, held, catalogue), inline=True)
    if asked != (entry.amount or entry.points or entry.quota_points):
        embed.set_footer(f"{figure(asked, signed=True)} was asked for, but nobody goes below zero.")
    row = hikari.impl.MessageActionRowBuilder()
    row.add_interactive_button(hikari.ButtonStyle.SECONDARY, Undo(entry.id).pack(), label="Undo")
    return Reply(embed=embed, rows=[row])


def undone(what: m.Undone, catalogue: Catalogue) -> Reply:
    """Show that a row was taken back, in place of what was said when it was written."""
    entry, by = what.entry, what.by
    embed = _embed(entry, catalogue, f"{_TITLES[entry.kind, _gives(entry)]}, and undone")
    embed.colour = hikari.Color(int(Colour.NEUTRAL))
    embed.add_field("Undone by", f"<@{by.entry.actor_id}>", inline=True)
    embed.add_field("Taken back", _changes(by.entry), inline=True)
    embed.add_field("Now", _stands(entry, by.held, catalogue), inline=True)
    return Reply(embed=embed)


def _embed(entry: m.Entry, catalogue: Catalogue, title: str) -> hikari.Embed:
    embed = hikari.Embed(title=title)
    embed.add_field("Member", f"<@{entry.user_id}>", inline=True)
    if entry.dungeon is not None:
        embed.add_field("Dungeon", _name(entry.dungeon, catalogue), inline=True)
    embed.add_field("Change", _changes(entry), inline=True)
    embed.add_field("By", f"<@{entry.actor_id}>", inline=True)
    if entry.reason:
        embed.add_field("Reason", cut(plain(entry.reason), FIELD))
    return embed


def _gives(entry: m.Entry) -> bool:
    return entry.amount > 0 or entry.points > 0 or entry.quota_points > 0


def _changes(entry: m.Entry) -> str:
    """Write what a row changes: "+3 runs", "-1.5 quota points of @Raid Leader"; "nothing" if all was gone before."""
    parts = []
    if entry.amount:
        parts.append(f"{entry.amount:+,} {'run' if abs(entry.amount) == 1 else 'runs'}")
    if entry.points:
        parts.append(f"{figure(entry.points, signed=True)} points")
    if entry.quota_points:
        parts.append(f"{figure(entry.quota_points, signed=True)} quota points of <@&{entry.quota_role_id}>")
    return "\n".join(parts) or "nothing"


def _stands(entry: m.Entry, held: m.Held, catalogue: Catalogue) -> str:
    """Write what the member has, of what a row is about."""
    parts = []
    if entry.dungeon is not None:
        parts.append(f"{count(held.amount, 'run')} of {_name(entry.dungeon, catalogue)}")
    if entry.quota_role_id is not None:
        parts.append(f"{figure(held.quota_points)} quota points of <@&{entry.quota_role_id}>")
    return "\n".join(parts) or f"{figure(held.points)} points"


def _name(code: str, catalogue: Catalogue) -> str:
    dungeon = catalogue.find(code)
    return code if dungeon is None else f"{dungeon.emoji} {dungeon.name}"


def _not_yours(error: m.NotYoursToUndoError) -> str:
    if error.until is not None:
        return f"You could undo this until {time(error.until, 't')}. An officer still can."
    return f"Only <@{error.actor_id}>, for 15 minutes, or an officer can undo this."


def _audited(detail: Mapping[str, Any], catalogue: Catalogue) -> list[str]:
    counted = {"amount", "dungeon"} <= detail.keys()
    told = [f"{detail['amount']:+,} of {_name(detail['dungeon'], catalogue)}"] if counted else []
    for name, of in (("points", "points"), ("quota_points", f"quota points of <@&{detail.get('quota_role')}>")):
        if name in detail:
            told.append(f"{figure(Decimal(detail[name]), signed=True)} {of}")
    return [*told, f"“{plain(cut(detail['reason'], 100))}”"] if "reason" in detail else told


def audit_texts(catalogue: Catalogue) -> Mapping[str, AuditText]:
    """Tell what was written down by hand."""
    titles = {
        "ledger.points.adjust": "Points",
        "ledger.runs.log": "Runs logged",
        "ledger.keys.log": "Keys logged",
        "ledger.entry.reverse": "Taken back",
    }
    return {
        action: AuditText(title, "🪙", lambda detail: _audited(detail, catalogue)) for action, title in titles.items()
    }


ERROR_TEXTS: Final[Mapping[type[UserError], Callable[[Any], str]]] = {
    m.NoMemberError: lambda error: (
        f"<@{error.user_id}> is not a member of this server, or is a bot: they earn nothing."
    ),
    m.BadAmountError: lambda _: "The amount can't be zero, and points have two decimals at most, such as 1.25 or -0.5.",
    m.NothingToTakeError: lambda error: (
        f"There is nothing to take: <@{error.user_id}> has none of it, and nobody goes below zero."
    ),
    m.NoQuotaRoleError: lambda error: (
        f"<@{error.user_id}> has no role with a quota. Name the role that the points are for with `role:`."
    ),
    m.NotAQuotaRoleError: lambda error: (
        f"<@&{error.role_id}> has no quota, so there are no quota points to give for it. Choose a role that has one."
    ),
    m.EntryGoneError: lambda _: "I can't find what this button would undo.",
    m.AlreadyUndoneError: lambda _: "This was undone already.",
    m.NotYoursToUndoError: _not_yours,
}
