"""The steady load: joins, classes, keys and leaves come at their times, whether or not earlier clicks were answered."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from raidbot.features.dungeons.api import RaiderClass
from raidbot.playground.driver import Member, Message, Reply
from raidbot.playground.snowflakes import made_at
from tests.bench import answers
from tests.bench.answers import ANSWERS_S, DISCORD_WAITS_S, IN_RUN, KEYS, LOGGED, Shown, WrongCountError
from tests.bench.arena import SETTLE_S, Arena
from tests.bench.meter import Figures, Meter, Pair

FLOOR_S = 10
"""How long the floor gets the same load: it only defers, so nothing of it changes with time."""
HEARD_S = 5.0
HEAD_START_S = 0.2
"""From the making of the plan to its first click."""
CLASSES = list(RaiderClass)


class Kind(Enum):
    """What is clicked: the words that tell that it was done, and how long after joining a raider clicks it.

    A raider joins, chooses a class, offers a key and leaves: no member's limit is hit. The class select stands under
    the answer to the join, which the sender learns of within two seconds; of the answer to the select it hears only
    while the raider is in no order of the local Discord's.
    """

    JOIN = ("You're in", 0)
    CLASS = ("You're in as", 3)
    KEY = ("is noted", 6)
    LEAVE = ("You left", 8)

    @property
    def words(self) -> str:
        return self.value[0]

    @property
    def after(self) -> int:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Click:
    """One click of the plan; the raiders are numbered in the order of their joins, those before the start below 0."""

    at: float
    """Seconds from the start."""
    kind: Kind
    raider: int


@dataclass(frozen=True, slots=True)
class Plan:
    """So many clicks a second: the kinds take turns, and every raider's come in order."""

    rate: int
    seconds: int

    def before(self, kind: Kind) -> int:
        """Give the number of the raiders that join between a raider's own join and this click of it."""
        return kind.after * self.rate // len(Kind)

    @property
    def clicks(self) -> list[Click]:
        kinds = list(Kind)
        planned = []
        for number in range(self.rate * self.seconds):
            turn, kind = divmod(number, len(kinds))
            planned.append(Click(number / self.rate, kinds[kind], turn - self.before(kinds[kind])))
        return planned

    @property
    def joined_before(self) -> range:
        """The raiders who must be in before it starts."""
        return range(-self.before(Kind.LEAVE), 0)

    def come_to(self) -> "End":
        """Say how everything must stand in the end."""
        end = End(set(self.joined_before))
        for click in self.clicks:
            if click.kind is Kind.JOIN:
                end.joined.add(click.raider)
            elif click.kind is Kind.LEAVE:
                end.joined.remove(click.raider)
            elif click.kind is Kind.CLASS:
                end.classes[click.raider] = class_of(click.raider).value
            else:
                end.keys[key_of(click.raider)].add(click.raider)
        return end


@dataclass(frozen=True, slots=True)
class End:
    """Who is in, has which class and offers which key, by the raiders' numbers."""

    joined: set[int]
    classes: dict[int, str] = field(default_factory=dict)
    keys: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


def class_of(raider: int) -> RaiderClass:
    """Say which class a raider plays."""
    return CLASSES[raider % len(CLASSES)]


def key_of(raider: int) -> str:
    """Say which key a raider offers."""
    return list(KEYS)[raider % len(KEYS)]


@dataclass(frozen=True, slots=True)
class Sent:
    """A click with its answer."""

    click: Click
    reply: Reply
    late: float
    """Seconds that it was sent after its time."""


@dataclass
class Crowd:
    """The raiders of a plan, and what they hold in their hands."""

    arena: Arena
    panel: Message
    raiders: Mapping[int, Member]
    answers: dict[int, "asyncio.Future[Reply]"] = field(default_factory=dict)
    """The answers to the raiders' joins, under which the class selects stand."""

    def __post_init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.answers = {number: loop.create_future() for number in self.raiders}

    async def join(self, numbers: Sequence[int]) -> None:
        """Let raiders join at once, before the plan starts."""
        presses = [(self.raiders[number], self.panel, "Join") for number in numbers]
        for number, reply in zip(numbers, await self.arena.discord.storm(presses, within=ANSWERS_S), strict=True):
            self.answers[number].set_result(reply)

    async def play(self, clicks: Sequence[Click], wait: Literal["acknowledged", "completed"]) -> list[Sent]:
        """Click at the planned times and wait for the answers.

        Buttons are pressed inside the local Discord, an order for each second; selects go through the driver.
        """
        start = time.time() + HEAD_START_S
        orders: dict[int, list[Click]] = defaultdict(list)
        work: list[Coroutine[Any, Any, list[Sent]]] = []
        for click in clicks:
            if click.kind is Kind.CLASS:
                work.append(self._select(click, start, wait))
            else:
                orders[int(click.at)].append(click)
        work += [self._press(second, order, start, wait) for second, order in orders.items()]
        return [sent for some in await asyncio.gather(*work) for sent in some]

    async def _press(
        self, second: int, order: Sequence[Click], start: float, wait: Literal["acknowledged", "completed"]
    ) -> list[Sent]:
        labels = [key_of(click.raider) if click.kind is Kind.KEY else click.kind.name.title() for click in order]
        presses = [(self.raiders[click.raider], self.panel, label) for click, label in zip(order, labels, strict=True)]
        await _until(start + second)
        replies = await self.arena.discord.storm(presses, over=1.0, wait=wait, within=ANSWERS_S)
        sent = []
        for at, (click, reply) in enumerate(zip(order, replies, strict=True)):
            if click.kind is Kind.JOIN and not self.answers[click.raider].done():
                self.answers[click.raider].set_result(reply)
            sent.append(Sent(click, reply, made_at(reply.id) - (start + second + at / len(order))))
        return sent

    async def _select(self, click: Click, start: float, wait: Literal["acknowledged", "completed"]) -> list[Sent]:
        await _until(start + click.at)
        answer = await self.answers[click.raider]
        if answer.message is None:  # the join failed: there is nothing to choose in
            return []
        chosen = [class_of(click.raider).value]
        reply = await self.raiders[click.raider].select(answer, chosen, wait=False)
        try:
            await (reply.wait(HEARD_S) if wait == "completed" else reply.acknowledged(HEARD_S))
        except TimeoutError:  # not answered, or not heard of: it counts as it stands now
            link = self.arena.discord._link
            link.hear_reply(await link.call("reply", reply_id=reply.id))
        return [Sent(click, reply, made_at(reply.id) - (start + click.at))]


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.time()))


async def steady(arena: Arena, *, rate: int, seconds: int = 30) -> Pair:
    """Measure the bot and, more briefly, the floor; in the end the panel must say what the rows do.

    Where every click was done, the rows must be what the clicks meant; where not, `told` says how many were.
    """
    plan = Plan(rate, seconds)
    async with arena.real_bot() as bot:
        panel, _ = await arena.open_run()
        first = await answers.warm_up(arena, panel)
        joins = [click.raider for click in plan.clicks if click.kind is Kind.JOIN]
        numbers = [*plan.joined_before, *joins]
        crowd = Crowd(arena, panel, dict(zip(numbers, arena.draw(len(numbers)), strict=True)))
        in_before = len(plan.joined_before)
        await crowd.join(plan.joined_before)
        await answers.panel_shows(arena, panel, Shown(1 + len(first) + in_before))
        await arena.ledger.until(LOGGED, len(first) + in_before, SETTLE_S)
        meter = Meter(arena, bot)
        await meter.start()
        sent = await crowd.play(plan.clicks, "completed")
        told = answers.told([(one.reply, one.click.kind.words) for one in sent])
        everything_done = told["told"] == 100 and len(sent) == len(plan.clicks)
        if everything_done:
            await arena.ledger.until(LOGGED, len(first) + in_before + len(sent), SETTLE_S)
        else:
            await asyncio.sleep(DISCORD_WAITS_S)  # nobody waits any more for what is still under way
        final = _rows_say(arena)
        await answers.panel_shows(arena, panel, final)
        measured = await meter.stop(clicks=len(sent))
        if everything_done:
            _check(arena, crowd, plan.come_to(), {arena.organizer.id, *(member.id for member in first)})
        pressed = [one.reply for one in sent if one.click.kind is not Kind.CLASS]
        measured.figures.update(
            answers.acknowledged([one.reply for one in sent]),
            **told,
            **await answers.drawn(arena.discord, {panel.id: (pressed, final)}),
            **_sender(sent),
        )
    async with arena.bare_bot() as bot:
        await answers.warm_up_floor(arena, panel)
        meter = Meter(arena, bot)
        await meter.start()
        sent = await crowd.play(Plan(rate, min(seconds, FLOOR_S)).clicks, "acknowledged")
        floor = await meter.stop(clicks=len(sent))
        floor.figures.update(answers.acknowledged([one.reply for one in sent]), **_sender(sent))
    return measured, floor


def _sender(sent: Sequence[Sent]) -> Figures:
    """Say whether the clicks were sent at their times."""
    late = [max(0.0, one.late) for one in sent]
    return {"late_p99": answers.percentile(late, 99) * 1000, "late_max": max(late) * 1000}


def _rows_say(arena: Arena) -> Shown:
    offered = dict(arena.ledger.rows("SELECT key, count(*) FROM run_key WHERE offered GROUP BY key"))
    joined = arena.ledger.value(IN_RUN)
    return Shown.of_keys(joined, {label: offered.get(code, 0) for label, code in KEYS.items()})


def _check(arena: Arena, crowd: Crowd, end: End, others: set[int]) -> None:
    """Compare the rows with what the clicks meant. Raises WrongCountError."""
    ids = {number: member.id for number, member in crowd.raiders.items()}
    raiders = arena.ledger.rows("SELECT user_id, joined, class FROM run_raider")
    offers = arena.ledger.rows("SELECT user_id, key FROM run_key WHERE offered")
    for what, found, meant in (
        ("in", {user for user, joined, _ in raiders if joined}, {ids[number] for number in end.joined} | others),
        (
            "classes",
            {(user, of) for user, _, of in raiders if of is not None},
            {(ids[number], of) for number, of in end.classes.items()},
        ),
        ("keys", set(offers), {(ids[number], KEYS[key]) for key, who in end.keys.items() for number in who}),
    ):
        if found != meant:
            raise WrongCountError(f"{what}: {len(found - meant)} too many, {len(meant - found)} missing in the rows")
