"""Rows of the ledger: what they are, what they are worth, and how much can be taken away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from raidbot.features.quota.models.errors import BadAmountError, NotYoursToUndoError
from raidbot.kernel.guilds import Module, RoleKey
from raidbot.kernel.permissions import Capability

ADJUST: Final = Capability("correct points", RoleKey.OFFICER, Module.QUOTA)
LOG: Final = Capability("log runs", RoleKey.ORGANIZER, Module.QUOTA)
UNDOES_ANY: Final = RoleKey.OFFICER
"""Takes back what others logged, at any time."""

NO_POINTS: Final = Decimal("0.00")
COMPLETION_POINTS: Final = Decimal("1.00")
"""What a completion earns where the guild has not said otherwise."""
KEY_POP_POINTS: Final = Decimal("5.00")
"""What a popped key earns where the guild has not said otherwise."""
POINTS_MAX: Final = Decimal("9999.99")
"""The most that anything can be configured to be worth."""
ADJUSTMENT_MAX: Final = 999
"""Points that are given or taken at once."""
RUNS_MAX: Final = 99
"""Runs that are logged at once."""
REASON_MAX: Final = 500
UNDO_WITHIN: Final = timedelta(minutes=15)
"""So long may who logged something take it back."""
ALL_TIME: Final = date.min
"""The month of the totals of all time."""
_PLACES: Final = Decimal("0.01")


class Kind(StrEnum):
    """What a row is for."""

    COMPLETION = "completion"
    ORGANISED = "organised"
    KEY_POP = "key_pop"
    VERIFY = "verify"
    WARN = "warn"
    SUSPEND = "suspend"
    MODMAIL_REPLY = "modmail_reply"
    EDITNAME = "editname"
    ADDNOTE = "addnote"
    ADJUSTMENT = "adjustment"
    REVERSAL = "reversal"


ACTS: Final = (Kind.VERIFY, Kind.WARN, Kind.SUSPEND, Kind.MODMAIL_REPLY, Kind.EDITNAME, Kind.ADDNOTE)
"""What staff do for members; each may be worth quota points."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is done to a member's rows: by whom (None: the bot), and why.

    `source` tells it from every other deed of the guild, so that a deed done twice is one: name what is done and the
    interaction or record that it comes from, such as "logrun:1234".
    """

    guild_id: int
    user_id: int
    actor_id: int | None
    source: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """A row to be written. `amount` is how many it counts for, as `counts_as`: its kind, or that of what it reverses.

    `points` are raiders', `quota_points` staff's and bound to `quota_role_id`.
    """

    guild_id: int
    user_id: int
    kind: Kind
    counts_as: Kind
    amount: int
    points: Decimal = NO_POINTS
    quota_points: Decimal = NO_POINTS
    quota_role_id: int | None = None
    dungeon: str | None = None
    run_id: int | None = None
    pop: int | None = None
    """0: a run without pops."""
    key: str | None = None
    source: str | None = None
    actor_id: int | None = None
    reason: str | None = None
    reverses: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(NewEntry):
    """A row of the ledger."""

    id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """What a member has in all, of what something would change."""

    points: Decimal
    quota_points: Decimal
    """Of the one quota role."""
    amount: int
    """Of the one kind, dungeon and key."""

    def after(self, entry: NewEntry) -> "Held":
        """Tell what they have with one more row."""
        return Held(self.points + entry.points, self.quota_points + entry.quota_points, self.amount + entry.amount)


@dataclass(frozen=True, slots=True)
class Logged:
    """A row that was written, and what the member has with it."""

    entry: Entry
    held: Held


@dataclass(frozen=True, slots=True)
class Undone:
    """A row that was taken back, and the row that did it."""

    entry: Entry
    by: Logged


@dataclass(frozen=True, slots=True)
class Rate:
    """What something is worth to the holder of a quota role."""

    role_id: int | None
    """None: to who has no quota role."""
    points: Decimal


WORTHLESS: Final = Rate(None, NO_POINTS)


def entry_of(deed: Deed, kind: Kind) -> NewEntry:
    """Begin the row of a deed; it counts for nothing yet."""
    return NewEntry(
        guild_id=deed.guild_id,
        user_id=deed.user_id,
        kind=kind,
        counts_as=kind,
        amount=0,
        source=deed.source,
        actor_id=deed.actor_id,
        reason=deed.reason,
    )


def best(rates: Iterable[Rate], positions: Mapping[int, int]) -> Rate:
    """Choose the rate that decides: of those worth anything, that of the highest role."""
    worth = {rate.role_id: rate for rate in rates if rate.role_id is not None and rate.points}
    role_id = highest(worth, positions)
    return WORTHLESS if role_id is None else worth[role_id]


def highest(role_ids: Iterable[int], positions: Mapping[int, int]) -> int | None:
    """Return the highest of some roles, as Discord sorts them: of two at one position, the older stands higher."""
    return max(role_ids, key=lambda role_id: (positions.get(role_id, -1), -role_id), default=None)


def to_points(number: float) -> Decimal:
    """Read points as a member typed them. Raises BadAmountError for none, or for more than two places.

    Discord sends a double. The shortest number that reads as the same double is what was typed, at sizes like these.
    """
    typed = Decimal(str(number))
    points = typed.quantize(_PLACES)
    if not points or points != typed:
        raise BadAmountError
    return points


# --- how much can be taken away: nothing goes below zero --------------------------------------------------------------


def points_change(wanted: Decimal, held: Decimal) -> Decimal:
    """Cut a change of points to what is there to take."""
    return max(wanted, -held)


def runs(amount: int, each: Decimal, held: Held) -> int:
    """Cut a number of runs to be logged to whole runs that can be taken, by their number and by their points."""
    if amount > 0:
        return amount
    there = min(held.amount, int(held.quota_points // each)) if each else held.amount
    return max(amount, -there)


def key_pops(amount: int, each: Decimal, held: Held) -> tuple[int, Decimal]:
    """Cut a number of popped keys to what is there to take, then their points."""
    effective = max(amount, -held.amount)
    return effective, points_change(each * effective, held.points)


def reversal(entry: Entry, held: Held, deed: Deed) -> NewEntry:
    """Make the row that takes another one back, as far as what it brought is still there."""
    counted = entry.amount if entry.dungeon is None else min(entry.amount, held.amount)
    return replace(
        entry_of(deed, Kind.REVERSAL),
        counts_as=entry.kind,
        amount=-counted,
        points=points_change(-entry.points, held.points),
        quota_points=points_change(-entry.quota_points, held.quota_points),
        quota_role_id=entry.quota_role_id,
        dungeon=entry.dungeon,
        run_id=entry.run_id,
        pop=entry.pop,
        key=entry.key,
        reverses=entry.id,
    )


def undoable(entry: Entry) -> bool:
    """Say whether a row can be taken back: what somebody did can, what a run earned and a reversal stand."""
    return entry.source is not None and entry.kind is not Kind.REVERSAL


def require_own(entry: Entry, actor_id: int, now: datetime) -> None:
    """Let who wrote a row take it back while it is new. Raises NotYoursToUndoError."""
    until = entry.at + UNDO_WITHIN
    if entry.actor_id != actor_id or now > until:
        raise NotYoursToUndoError(entry.actor_id, until if entry.actor_id == actor_id else None)
