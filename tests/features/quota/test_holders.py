"""Who holds a quota's role is known from events and looks; a look that fails takes nobody off."""

from datetime import timedelta
from decimal import Decimal

import pytest

from raidbot.features.quota import models as m
from raidbot.features.quota.queries import holders as queries
from raidbot.features.quota.service import HolderService
from raidbot.kernel.database import Connection, Database
from tests.features.quota.conftest import GUILD, HIGH, LOW, OFFICER, A, B, Desk
from tests.kills import cut_off
from tests.tables import rows

CHANGE = m.Change(GUILD, HIGH, OFFICER, 77, None)
C = B + 1


async def held(desk: Desk) -> set[int]:
    return {user for (user,) in await rows(desk.database, f"SELECT user_id FROM quota_holder WHERE role_id = {HIGH}")}


async def looks(desk: Desk) -> list[int]:
    return list(await desk.holders.looks_due([]))


async def test_events_add_and_take_off_and_what_changes_nothing_costs_no_statement(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.holders.follow(GUILD, {A: {HIGH}})
    assert await held(desk) == set()
    await desk.config.set_figures(CHANGE, {m.Figure.REQUIRED: Decimal(1)})
    assert await desk.holders.begin_look(GUILD, "one")
    await desk.holders.looked_at(GUILD, "one", {A: {HIGH, LOW}, B: {LOW}}, 0, 1)
    await desk.holders.follow(GUILD, {B: {HIGH}})
    assert await held(desk) == {A, B}
    with monkeypatch.context() as patched:
        patched.setattr(Database, "connection", None)
        patched.setattr(Database, "transaction", None)
        for roles in ({HIGH}, {HIGH, LOW, 1}):
            await desk.holders.follow(GUILD, {A: roles, C: {LOW}})
    await desk.holders.follow(GUILD, {A: {LOW}, B: ()})
    assert await held(desk) == set()


async def test_a_holder_is_known_as_soon_as_there_is_a_quota_also_one_that_was_deleted_before(desk: Desk) -> None:
    await desk.holders.follow(GUILD, {A: {HIGH}})
    for _ in range(2):
        await desk.config.set_figures(CHANGE, {})
        await desk.holders.follow(GUILD, {A: {HIGH}})
        assert await held(desk) == {A}
        await desk.config.delete(CHANGE)


async def test_a_quota_that_is_made_while_the_rows_are_read_is_known_of(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = queries.holdings

    async def read_before(conn: Connection, guild_id: int) -> list[m.Holding]:
        found = await read(conn, guild_id)
        await desk.config.set_figures(CHANGE, {})
        return found

    with monkeypatch.context() as patched:
        patched.setattr(queries, "holdings", read_before)
        await desk.holders.follow(GUILD, {A: {HIGH}})
    await desk.holders.follow(GUILD, {A: {HIGH}})
    assert await held(desk) == {A}


async def test_a_look_takes_off_who_was_not_seen_only_when_it_came_to_its_end(desk: Desk) -> None:
    await desk.config.set_figures(CHANGE, {})
    await desk.holders.follow(GUILD, {A: {HIGH}, B: {HIGH}})
    assert await looks(desk) == [GUILD]
    assert await desk.holders.begin_look(GUILD, "lost")
    assert not await desk.holders.begin_look(GUILD, "twice")
    await desk.holders.looked_at(GUILD, "lost", {A: {HIGH}}, 0, 2)
    await desk.holders.looked_at(GUILD, "strange", {A: ()}, 0, 1)
    assert (await held(desk), await looks(desk)) == ({A, B}, [])
    desk.clock.shift(timedelta(minutes=2))
    assert await looks(desk) == [GUILD]
    assert await desk.holders.begin_look(GUILD, "again")
    await desk.holders.looked_at(GUILD, "lost", {B: ()}, 1, 2)
    await desk.holders.looked_at(GUILD, "again", {A: ()}, 1, 2)
    await desk.holders.follow(GUILD, {C: {HIGH}})
    assert await held(desk) == {B, C}
    await desk.holders.looked_at(GUILD, "again", {}, 0, 2)
    assert (await held(desk), await looks(desk)) == ({C}, [])


async def test_a_look_that_was_owed_anew_while_one_was_under_way_stays_owed(desk: Desk) -> None:
    await desk.config.set_figures(CHANGE, {})
    assert await desk.holders.begin_look(GUILD, "one")
    await desk.holders.owe_look(GUILD)
    await desk.holders.looked_at(GUILD, "one", {A: {HIGH}}, 0, 1)
    assert (await held(desk), await looks(desk)) == ({A}, [GUILD])


async def test_what_was_not_written_is_written_at_the_next_occasion(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.config.set_figures(CHANGE, {})
    with monkeypatch.context() as patched:
        patched.setattr(queries, "add", cut_off)
        with pytest.raises(ConnectionResetError):
            await desk.holders.follow(GUILD, {A: {HIGH}})
    await desk.holders.follow(GUILD, {A: {HIGH}})
    assert await held(desk) == {A}
    anew = HolderService(desk.database, desk.bank.house.owed, desk.clock)
    await anew.follow(GUILD, {A: ()})
    assert await held(desk) == set()
