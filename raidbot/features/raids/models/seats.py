"""Who sits where in a run with limits: joined, or on the reserve list, as clicks come one after another."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from raidbot.features.raids.models.clicks import Click, ClickResult, Outcome, Wish
from raidbot.features.raids.models.limits import LIMIT_MAX
from raidbot.features.raids.models.runs import Run, RunStatus

LAST_CALL: Final = timedelta(seconds=60)
"""From the last call until joining is locked."""
MOVED_UP_STAYS: Final = timedelta(minutes=5)
"""How long the message stands by which raiders are told that they moved up."""
MOVED_UP_A_MESSAGE: Final = 60
"""Raiders named in one such message: it holds a text and a link too."""
PICTURE_FROM: Final = 11
"""Raiders from which on the roster comes with a picture."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A raider's place in a run: joined, on the reserve list (`reserve` is the number drawn there), or neither."""

    run_id: int
    user_id: int
    joined: bool
    raider_class: str | None
    reserve: int | None
    click_id: int
    sees_place: bool = False
    """Whether the raider may know party and location before the run is live."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who is joined, or on the reserve list, as the roster names them."""

    user_id: int
    raider_class: str | None
    joined_at: datetime | None
    """None: not joined, or since before it was written down."""
    reserve: int | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A key that somebody offers for a run, or once offered."""

    run_id: int
    key: str
    user_id: int
    offered: bool
    click_id: int


class Offering:
    """The key offers of a run with limits for keys, changed click by click."""

    def __init__(self, run: Run, offers: Iterable[Offer]) -> None:
        self._run = run
        self._offers = {(offer.key, offer.user_id): offer for offer in offers}
        self._offered = Counter(offer.key for offer in self._offers.values() if offer.offered)

    def allows(self, click: Click) -> bool:
        """Say whether a click may offer a key or take it back, and count it; no two may be of one raider and key."""
        key = click.value or ""
        offer = self._offers.get((key, click.user_id))
        if offer is not None and offer.click_id == click.id:
            return True  # it was done before
        if offer is not None and offer.offered:
            self._offered[key] -= 1
            return True
        if self._offered[key] >= self._run.key_limits.get(key, LIMIT_MAX):
            return False
        self._offered[key] += 1
        return True


class Seating:
    """The seats of a run, changed click by click.

    Between two clicks nobody on the reserve list has a place free, so whoever comes never overtakes somebody.
    """

    def __init__(self, run: Run, seats: Iterable[Seat]) -> None:
        self._run = run
        self._before: Mapping[int, Seat] = {seat.user_id: seat for seat in seats}
        self._seats = dict(self._before)
        self._joined = sum(seat.joined for seat in self._seats.values())
        self._of_class = Counter(seat.raider_class for seat in self._seats.values() if seat.joined)
        drawn = sorted((seat.reserve, seat.user_id) for seat in self._seats.values() if seat.reserve is not None)
        self._reserves = {user_id: number for number, user_id in drawn}
        self._next = drawn[-1][0] + 1 if drawn else 1
        self._moved_up: list[int] = []

    @property
    def changed(self) -> Sequence[Seat]:
        """The seats that are not as they were."""
        return [seat for user_id, seat in self._seats.items() if seat != self._before.get(user_id)]

    @property
    def moved_up(self) -> Sequence[int]:
        """Who moved up from the reserve list without a click of their own, and is still in."""
        return [user_id for user_id in dict.fromkeys(self._moved_up) if self._seats[user_id].joined]

    def moved(self, user_id: int) -> bool:
        """Say whether somebody came in or went out, all in all."""
        before = self._before.get(user_id)
        return self._seats[user_id].joined != (before is not None and before.joined)

    def click(self, click: Click) -> ClickResult:
        """Do what a click asks for; one that was done before changes nothing and comes to the same."""
        seat = self._seats.get(click.user_id) or Seat(self._run.id, click.user_id, False, None, None, 0)
        match click.wish:
            case Wish.JOIN:
                outcome = self._join(seat, click)
            case Wish.CLASS:
                outcome = self._choose(seat, click)
            case _:
                outcome = self._leave(seat, click)
        present = self._seats.get(click.user_id, seat)
        place = list(self._reserves).index(click.user_id) + 1 if click.user_id in self._reserves else None
        known = self._run.status is RunStatus.LIVE or present.sees_place
        where = (self._run.party, self._run.location) if known else (None, None)
        return ClickResult(outcome, *where, place, present.raider_class)

    def move_up(self) -> None:
        """Let everybody in from the reserve list who has a place now, in its order."""
        for user_id in list(self._reserves):
            if self._run.cap is not None and self._joined >= self._run.cap:
                return
            seat = self._seats[user_id]
            if self._fits(seat.raider_class):
                self._let_in(seat)
                self._moved_up.append(user_id)

    def _join(self, seat: Seat, click: Click) -> Outcome:
        if seat.joined:
            return Outcome.JOINED if seat.click_id == click.id else Outcome.ALREADY_JOINED
        if seat.reserve is not None:
            return self._reserved()
        if self._run.join_locked:
            return Outcome.LOCKED
        if self._run.class_limits:
            return Outcome.CLASS_NEEDED
        return self._sit(replace(seat, click_id=click.id))

    def _choose(self, seat: Seat, click: Click) -> Outcome:
        chosen = replace(seat, raider_class=click.value, click_id=click.id)
        if seat.joined:
            return self._change_class(seat, chosen)
        if seat.reserve is not None:
            return self._sit(chosen)
        if not self._run.class_limits:
            return Outcome.NOT_JOINED
        return Outcome.LOCKED if self._run.join_locked else self._sit(chosen)

    def _change_class(self, seat: Seat, chosen: Seat) -> Outcome:
        if seat.raider_class != chosen.raider_class and self._class_full(chosen.raider_class):
            return Outcome.CLASS_FULL
        self._of_class[seat.raider_class] -= 1
        self._of_class[chosen.raider_class] += 1
        self._seats[seat.user_id] = chosen
        self.move_up()
        return Outcome.CLASS_SET

    def _leave(self, seat: Seat, click: Click) -> Outcome:
        if seat.joined:
            self._seats[seat.user_id] = replace(seat, joined=False, click_id=click.id)
            self._joined -= 1
            self._of_class[seat.raider_class] -= 1
            self.move_up()
            return Outcome.LEFT
        if seat.reserve is not None:
            self._seats[seat.user_id] = replace(seat, reserve=None, click_id=click.id)
            del self._reserves[seat.user_id]
            return Outcome.OFF_RESERVE
        return Outcome.LEFT if seat.click_id == click.id else Outcome.NOT_JOINED

    def _sit(self, seat: Seat) -> Outcome:
        """Let a raider in if there is a place, or put them on the reserve list; who is on it keeps their number."""
        if self._fits(seat.raider_class):
            self._let_in(seat)
            return Outcome.JOINED
        number = seat.reserve
        if number is None:
            number, self._next = self._next, self._next + 1
        self._seats[seat.user_id] = replace(seat, reserve=number)
        self._reserves[seat.user_id] = number
        return self._reserved()

    def _let_in(self, seat: Seat) -> None:
        self._seats[seat.user_id] = replace(seat, joined=True, reserve=None)
        self._reserves.pop(seat.user_id, None)
        self._joined += 1
        self._of_class[seat.raider_class] += 1

    def _fits(self, raider_class: str | None) -> bool:
        return not self._full and not self._class_full(raider_class)

    @property
    def _full(self) -> bool:
        return self._run.cap is not None and self._joined >= self._run.cap

    def _class_full(self, raider_class: str | None) -> bool:
        most = self._run.class_limits.get(raider_class or "")
        return most is not None and self._of_class[raider_class] >= most

    def _reserved(self) -> Outcome:
        """Say what keeps those on the reserve list out."""
        return Outcome.RESERVED if self._full else Outcome.RESERVED_FOR_CLASS
