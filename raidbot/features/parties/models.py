"""Values, rules and errors of parties."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from raidbot.kernel.errors import UserError
from raidbot.kernel.guilds import ChannelKey, GuildSettings, Module, RoleKey, Venue
from raidbot.kernel.permissions import Actor, Capability

OPEN: Final = Capability("open parties", RoleKey.VERIFIED_RAIDER, Module.RAIDS)
JOIN: Final = Capability("join parties", RoleKey.VERIFIED_RAIDER, Module.RAIDS)
MANAGE: Final = Capability("leave or manage a party", None, Module.RAIDS)
"""Who may extend or close which party is asked of its row."""
CLOSES_ANY: Final = RoleKey.MODERATOR

LIVES: Final = timedelta(hours=2)
EXTENSION: Final = timedelta(hours=1)
LONGEST: Final = timedelta(hours=6)
WARNINGS: Final = (timedelta(minutes=10), timedelta(minutes=5))
"""So long before the end the thread hears of it, the longest first."""
OPENINGS: Final = 3
OPENINGS_WITHIN: Final = timedelta(minutes=30)
THREAD_AFTER: Final = timedelta(seconds=1)
"""From opening to the thread: by then the panel, which the thread hangs on, is posted."""

DUNGEONS_MAX: Final = 5
SIZE_MIN: Final = 2
SIZE_MAX: Final = 50
NAME_MAX: Final = 200
LOCATION_MAX: Final = 100
DESCRIPTION_MAX: Final = 2000
RECENT_PARTIES: Final = 20
"""So many parties are looked through for a guild's recent dungeons."""


class CloseReason(StrEnum):
    """Why a party is over."""

    CLOSED = "closed"
    EXPIRED = "expired"
    OWNER_GONE = "owner_gone"


@dataclass(frozen=True, slots=True)
class Party:
    """One party, as its row stands. `size` counts the owner too, None: as many as come."""

    id: int
    guild_id: int
    owner_id: int
    owner_name: str
    channel_id: int
    dungeons: tuple[str, ...]
    name: str | None
    location: str | None
    description: str | None
    size: int | None
    thread_id: int | None
    opened_at: datetime
    expires_at: datetime
    closed_at: datetime | None
    closed_by: int | None
    close_reason: CloseReason | None

    @property
    def open(self) -> bool:
        return self.closed_at is None

    @property
    def topic(self) -> str:
        """The panel topic of the party."""
        return topic_of(self.id)


def topic_of(party_id: int) -> str:
    """Name what the panel of a party shows."""
    return f"party:{party_id}"


def party_of(topic: str) -> int:
    """Read the party's id from a panel topic."""
    return int(topic.removeprefix("party:"))


@dataclass(frozen=True, slots=True)
class NewParty:
    """What `/party` asks for; `dungeons` are codes, without repeats."""

    guild_id: int
    owner_id: int
    owner_name: str
    interaction_id: int
    channel_id: int
    dungeons: tuple[str, ...]
    name: str | None
    location: str | None
    description: str | None
    size: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A party that was just opened, with the id of its panel's row."""

    party: Party
    panel_id: int


@dataclass(frozen=True, slots=True)
class Busy:
    """The party that its owner must close first; `message_id` is its panel's, None while there is none."""

    party: Party
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Click:
    """A press of Join or Leave; `id` is the interaction's, so that a press that is done twice is one."""

    id: int
    guild_id: int
    party_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class Seat:
    """A member's place in a party: what decides about a click."""

    taken: int
    """How many are in."""
    joined: bool | None
    """None: never was."""
    click_id: int | None
    suspended_until: datetime | None


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody who was taken off a party."""

    party_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class Place:
    """Whether a member belongs into the thread of a party."""

    thread_id: int
    joined: bool


# --- rules -------------------------------------------------------------------------------------------------------


def whole_seconds(moment: datetime) -> datetime:
    """Drop the fraction: ends are whole seconds, as buttons and Discord's timestamps carry them."""
    return moment.replace(microsecond=0)


def extended(party: Party) -> datetime:
    """Say when a party would end once extended; not later than now where it may not go on."""
    return whole_seconds(min(party.expires_at + EXTENSION, party.opened_at + LONGEST))


def next_warning(expires_at: datetime, now: datetime) -> datetime | None:
    """Say when the next warning of an end is due; None when there is none any more."""
    return next((at for before in WARNINGS if (at := expires_at - before) > now), None)


def let_in(actor: Actor, settings: GuildSettings) -> None:
    """Let a member take part in parties. Raises SuspendedError or MutedError, as their roles say."""
    for key, error in BARRED.items():
        if settings.roles.get(key) in actor.role_ids:
            raise error


def joins(party: Party, seat: Seat, click: Click, now: datetime) -> bool:
    """Say whether a press of Join changes anything; False: this very press did it before.

    Raises SuspendedError, AlreadyInError or FullError.
    """
    if seat.joined and seat.click_id == click.id:
        return False
    if seat.suspended_until is not None and seat.suspended_until > now:
        raise SuspendedError
    if seat.joined:
        raise AlreadyInError
    if party.size is not None and seat.taken >= party.size:
        raise FullError
    return True


def leaves(party: Party, seat: Seat, click: Click) -> bool:
    """Say whether a press of Leave changes anything; False: this very press did it before.

    Raises OwnerStaysError or NotInError.
    """
    if party.owner_id == click.user_id:
        raise OwnerStaysError
    if seat.joined is False and seat.click_id == click.id:
        return False
    if not seat.joined:
        raise NotInError
    return True


# --- errors ------------------------------------------------------------------------------------------------------


class PartyError(UserError):
    """Base of what can be wrong with a request about a party."""


class NoPartyChannelError(PartyError):
    """The guild has not chosen a party finder channel."""


@dataclass(eq=False)
class PartyChannelClosedError(PartyError):
    """The bot may not post in the party finder channel; `missing` names what it lacks."""

    channel_id: int
    missing: str


PARTY_FINDER: Final = Venue(ChannelKey.PARTY_FINDER, NoPartyChannelError, PartyChannelClosedError)
"""Without the right to a thread there is a party all the same, and the staff hear what is missing."""


@dataclass(eq=False)
class TooManyPartiesError(PartyError):
    """The member opened three parties in the last 30 minutes; the next may be opened at `again_at`."""

    again_at: datetime


class SuspendedError(PartyError):
    """The member is suspended from raiding."""


class MutedError(PartyError):
    """The member is muted, and a party has a thread to talk in."""


class PartyGoneError(PartyError):
    """There is no such party in this guild."""


class PartyOverError(PartyError):
    """The party is closed."""


class AlreadyInError(PartyError):
    """The member is in the party."""


class NotInError(PartyError):
    """The member is not in the party."""


class FullError(PartyError):
    """As many are in as are wanted."""


class OwnerStaysError(PartyError):
    """The owner cannot leave, only close."""


@dataclass(eq=False)
class NotYoursError(PartyError):
    """Somebody else owns the party; `closing`: a moderator could have done it."""

    owner_id: int
    closing: bool


class AlreadyExtendedError(PartyError):
    """The party was extended a moment ago: the button is of an older panel."""


class LongestPartyError(PartyError):
    """The party may not be extended any further."""


BARRED: Final[Mapping[RoleKey, type[PartyError]]] = {RoleKey.SUSPENDED: SuspendedError, RoleKey.MUTED: MutedError}
"""The roles whose wearers take no part in parties; one that is not mapped bars nobody."""
