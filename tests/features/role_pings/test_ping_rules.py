"""The rules of pings, pure and on the rows: what a press means, and that Discord ends as the last press wished."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import hikari
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from raidbot.features.dungeons.api import catalogue
from raidbot.features.members.api import Standing
from raidbot.features.role_pings import models as m
from raidbot.features.role_pings.api import ping_roles
from raidbot.features.role_pings.service import RolePingService
from raidbot.features.role_pings.views import panels
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.owed import Owed
from raidbot.kernel.owed.queries import roles as role_queries
from raidbot.playground import validation
from tests.tables import rows

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LARGEST = 2**63 - 1
ROLES = (901, 902, 903)
factory = hikari.impl.EntityFactoryImpl(hikari.GatewayBot("MTAwMDAwMDAwMDAwMDAwMDAx.x.y", banner=None, logs=None))
_guilds: Iterator[int] = count(1_000)

some_pings = st.lists(st.booleans(), max_size=60).map(
    lambda chosen: tuple(m.Ping(1 + n, ("THE_VOID",), chosen=one) for n, one in enumerate(chosen))
)


# --- pure -------------------------------------------------------------------------------------------------------------


@given(pings=some_pings, data=st.data())
def test_wishes_are_what_differs_and_make_it_so(pings: tuple[m.Ping, ...], data: st.DataObject) -> None:
    choices = m.Choices(pings)
    wanted = data.draw(st.dictionaries(st.integers(1, 70), st.booleans()))
    wishes = choices.wishes(wanted)
    after = choices.after(wishes)
    for before, now in zip(choices.pings, after.pings, strict=True):
        assert now.chosen is wanted.get(now.role_id, before.chosen)
        assert (now.role_id in wishes) is (now.chosen is not before.chosen)
    assert after.wishes(wanted) == {}


@given(pings=some_pings, standing=st.sampled_from([Standing.SUSPENDED, Standing.UNVERIFIED]))
def test_who_is_barred_takes_nothing_and_gives_up_anything(pings: tuple[m.Ping, ...], standing: Standing) -> None:
    choices = m.Choices(pings, standing)
    assert not any(choices.wishes({ping.role_id: False for ping in pings}).values())
    if any(not ping.chosen for ping in pings):
        with pytest.raises(m.BarredError):
            choices.wishes({ping.role_id: True for ping in pings})


@given(pings=some_pings)
def test_pages_hold_every_ping_once_and_their_seals_tell_them_apart(pings: tuple[m.Ping, ...]) -> None:
    pages = m.Choices(pings).pages
    assert [ping for page in pages for ping in page] == list(pings)
    assert all(1 <= len(page) <= m.PAGE for page in pages)
    assert len({m.seal(page) for page in pages}) == len(pages)
    for page in pages:
        assert m.seal(page) == m.seal([replace(ping, chosen=not ping.chosen) for ping in page])


@pytest.mark.parametrize(
    ("wanted", "given_", "seconds_ago", "held", "chosen"),
    [
        (None, None, 0, True, True),
        (None, None, 0, False, False),
        (True, False, 3600, False, True),
        (False, None, 3600, True, False),
        (True, True, 1, False, True),
        (False, False, 1, True, False),
        (True, True, 60, False, False),
        (False, False, 60, True, True),
    ],
)
def test_a_wish_counts_while_it_is_owed_or_fresh_and_then_the_role(
    wanted: bool | None, given_: bool | None, seconds_ago: int, held: bool, chosen: bool
) -> None:
    due_at = None if wanted is None else NOW - timedelta(seconds=seconds_ago)
    row = m.Row("THE_VOID", 5, wanted, given_, due_at, None)
    assert row.chosen({5} if held else set(), NOW) is chosen


@pytest.mark.parametrize("shared", [1, 3, 52])
@pytest.mark.parametrize("number", [0, 1, 20, 21, 52])
def test_every_panel_and_answer_fits_discords_limits(number: int, shared: int) -> None:
    codes = [dungeon.code for dungeon in catalogue().all][:number]
    mapped = [m.Mapped(code, LARGEST - at // shared) for at, code in enumerate(codes)]
    choices = m.Choices(tuple(replace(ping, chosen=True) for ping in m.pings(mapped)))
    drawing = panels.public(LARGEST, choices.pings, catalogue())
    broken = {one.role_id: m.Verdict(m.Unfit.MODERATION, ", ".join(m.MODERATION.values())) for one in mapped}
    replies = [
        panels.configured(
            m.Configured(mapped, panel=False, dungeon="THE_VOID", old=LARGEST, new=1), broken, ["x" * 300], catalogue()
        )
    ]
    if choices.pings:
        replies.append(panels.picker(choices, "x" * 3000, catalogue()))
    for embed, some_rows in [(drawing.embed, drawing.rows), *((one.embed, one.rows) for one in replies)]:
        assert embed is not None
        body = {"embeds": [factory.serialize_embed(embed)[0]], "components": [row.build()[0] for row in some_rows]}
        errors = validation.message(body)
        assert errors is None, errors.body()


def test_the_selects_of_one_message_hold_every_dungeon() -> None:
    assert len(catalogue().all) <= 4 * m.PAGE


# --- on the rows ------------------------------------------------------------------------------------------------------


class Town:
    """One member of a guild, the role queue and Discord, played by the test."""

    def __init__(self, database: Database, guild_id: int) -> None:
        self.database = database
        self.guild_id = guild_id
        self.clock = Clock()
        self.pings = RolePingService(database, Owed(self.clock), self.clock)
        self.held: set[int] = set()
        self.before: set[int] = set()
        """What the member held before the bot's last change: what a press carries that was under way meanwhile."""
        self.wished: dict[int, bool] = {}
        """The last wish of each role, gone once somebody changed the role by hand."""

    async def press(self, role_id: int, *, stale: bool) -> None:
        held = self.before if stale else self.held
        chooser = m.Chooser(self.guild_id, 7, frozenset(held), Standing.FINE)
        choices = await self.pings.choices(chooser)
        (ping,) = choices.offering(choices.pings, {role_id}).pings
        wishes = choices.wishes({role_id: not ping.chosen})
        for _ in range(2):  # an answer of the database was lost: done again
            await self.pings.choose(chooser, wishes)
        self.wished[role_id] = not ping.chosen

    async def by_hand(self, role_id: int) -> None:
        self.held ^= {role_id}
        self.before = set(self.held)  # a press that crosses a change by hand may be wrong; the next one sees it
        self.wished.pop(role_id, None)

    async def work(self, *, killed: bool = False) -> bool:
        """Carry out one change, as the role queue does; killed: its row is never written."""
        async with self.database.connection() as conn:
            change = await role_queries.role_due(conn, self.guild_id, self.clock.now())
            if change is None:
                return False
            await role_queries.role_asking(conn, change)
            self.before = set(self.held)
            (self.held.add if change.wanted else self.held.discard)(change.role_id)
            if not killed:
                await role_queries.role_given(conn, change)
        return True


steps = st.lists(
    st.one_of(
        st.tuples(st.just("press"), st.sampled_from(ROLES), st.booleans()),
        st.tuples(st.just("hand"), st.sampled_from(ROLES), st.just(value=False)),
        st.tuples(st.just("work"), st.just(0), st.booleans()),
        st.tuples(st.just("wait"), st.just(0), st.just(value=False)),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
async def test_discord_ends_as_the_last_press_wished(database: Database, steps: list[tuple[str, int, bool]]) -> None:
    town = Town(database, next(_guilds))
    offset = town.guild_id * 1_000
    for role_id in ROLES:
        await town.pings.map_role(town.guild_id, f"D{role_id}", offset + role_id, 1)
    for step, role_id, flag in steps:
        match step:
            case "press":
                await town.press(offset + role_id, stale=flag)
            case "hand":
                await town.by_hand(offset + role_id)
            case "work":
                await town.work(killed=flag)
            case _:
                town.clock.shift(timedelta(minutes=1))
    while await town.work():
        pass
    assert {role: role in town.held for role in town.wished} == town.wished
    town.clock.shift(timedelta(minutes=1))
    shown = await town.pings.choices(m.Chooser(town.guild_id, 7, frozenset(town.held), Standing.FINE))
    assert {ping.role_id for ping in shown.pings if ping.chosen} == town.held


async def test_a_role_that_is_no_ping_role_any_more_is_not_owed(database: Database) -> None:
    town = Town(database, 5)
    await town.pings.map_role(5, "THE_VOID", 50, 1)
    await town.pings.map_role(6, "THE_VOID", 60, 1)
    chooser = m.Chooser(5, 7, frozenset(), Standing.FINE)
    await town.pings.choose(chooser, {50: True, 60: True, 70: True})
    assert await rows(database, "SELECT role_id FROM member_role") == [(50,)]


async def test_the_roles_to_ping_come_once_in_the_order_of_the_dungeons(database: Database) -> None:
    town = Town(database, 5)
    for dungeon, role_id in (("THE_VOID", 50), ("SHATTERS", 51), ("NEST", 50)):
        await town.pings.map_role(5, dungeon, role_id, 1)
    async with database.connection() as conn:
        assert await ping_roles(conn, 5, ["NEST", "LOST_HALLS", "SHATTERS", "THE_VOID"]) == (50, 51)
        assert await ping_roles(conn, 6, ["NEST"]) == ()


async def test_a_panel_that_is_posted_again_because_the_answer_was_lost_is_one(database: Database) -> None:
    town = Town(database, 5)
    await town.pings.map_role(5, "THE_VOID", 50, 1)
    first = await town.pings.post_panel(5, 9, 100, 1)
    assert await town.pings.post_panel(5, 9, 100, 1) == first
    second = await town.pings.post_panel(5, 9, 200, 1)
    assert second.panel_id != first.panel_id
    assert await town.pings.post_panel(5, 9, 100, 1) == first
    assert await town.pings.panel(5, m.topic_of(100)) is None
    assert await town.pings.panel(5, m.topic_of(200)) == [m.Ping(50, ("THE_VOID",))]
    assert await rows(database, "SELECT interaction_id, replaces FROM role_ping_panel") == [(200, 100)]
