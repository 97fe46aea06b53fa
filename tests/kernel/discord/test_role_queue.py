"""Roles are given and taken as owed: at Discord's pace, the newest wish of a member wins, nothing is lost."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from raidbot.kernel.database import Retry, Unavailable
from raidbot.kernel.discord import role_queue
from raidbot.kernel.owed import Owed, RoleChange
from raidbot.kernel.owed.queries import roles as queries
from raidbot.playground.driver import LocalDiscord, Member, RecordedRequest, Role
from tests.stage import Stage
from tests.tables import rows

MEMBER_ROLE = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"


class Wishes:
    """The running bot's book, a role and members."""

    def __init__(self, stage: Stage, role: Role) -> None:
        self.stage = stage
        self.role = role

    @property
    def owed(self) -> Owed:
        assert self.stage.app is not None
        return self.stage.app.owed

    async def want(self, members: Sequence[Member], *, wanted: bool = True, role_id: int | None = None) -> None:
        async with self.stage.database.transaction() as conn:
            await self.owed.want_role(
                conn,
                guild_id=self.stage.guild.id,
                role_id=role_id or self.role.id,
                user_ids=[member.id for member in members],
                wanted=wanted,
            )

    async def requests(self, member: Member | None = None) -> list[RecordedRequest]:
        """List the role changes asked for, of one member if given; none of them was too early."""
        every = [one for one in await self.stage.discord.requests() if one.route == MEMBER_ROLE]
        assert [one for one in every if one.status == 429] == []
        return [one for one in every if member is None or f"/members/{member.id}/" in one.path]

    async def until(self, query: str, expected: list[tuple[Any, ...]], within: float = 5.0) -> None:
        async with asyncio.timeout(within):
            while await rows(self.stage.database, query) != expected:  # noqa: ASYNC110 - the condition is in the database
                await asyncio.sleep(0.02)


@pytest.fixture
async def wishes(night: Stage) -> Wishes:
    return Wishes(night, await night.guild.add_role("Run"))


async def test_changes_keep_discords_pace_and_only_the_newest_wish_of_each_member_is_asked_for(
    night: Stage, wishes: Wishes
) -> None:
    members = await night.add_raiders(14)
    at_once, undecided, left, back = members[:10], members[10], members[11], members[12:]
    await wishes.want(at_once)
    await night.roles_settle(within=5)
    await wishes.want([undecided, left, *back])
    for _ in range(2):
        await wishes.want([undecided], wanted=False)
        await wishes.want([undecided])
    await asyncio.sleep(0.3)
    await wishes.want([left], wanted=False)
    assert len(await wishes.requests()) == 10
    await night.roles_settle(within=14)
    for member in (*at_once, undecided, *back):
        assert wishes.role.id in await member.roles()
        assert [one.method for one in await wishes.requests(member)] == ["PUT"]
    assert wishes.role.id not in await left.roles()
    asked = [one.method for one in await wishes.requests(left)]
    assert asked in ([], ["DELETE"]), "who left before the turn came must not be given the role first"
    times = [one.at for one in await wishes.requests()]
    assert all(late - early >= 10 for early, late in zip(times, times[10:], strict=False))


async def test_who_joins_leaves_and_joins_while_asked_for_ends_with_the_role(night: Stage, wishes: Wishes) -> None:
    (member,) = await night.add_raiders(1)
    await night.discord.fault("latency", method="PUT", route=MEMBER_ROLE, seconds=0.3, times=1)
    await wishes.want([member])
    await asyncio.sleep(0.1)
    await wishes.want([member], wanted=False)
    await wishes.want([member])
    await night.roles_settle(within=5)
    assert wishes.role.id in await member.roles()
    assert [one.method for one in await wishes.requests(member)] == ["PUT"]


async def test_who_leaves_while_asked_for_ends_without_the_role(night: Stage, wishes: Wishes) -> None:
    (member,) = await night.add_raiders(1)
    await night.discord.fault("latency", method="PUT", route=MEMBER_ROLE, seconds=0.3, times=1)
    await wishes.want([member])
    await asyncio.sleep(0.1)
    await wishes.want([member], wanted=False)
    await night.roles_settle(within=5)
    assert wishes.role.id not in await member.roles()


async def test_who_has_the_role_is_known_and_unknown_while_it_is_asked_for(night: Stage, wishes: Wishes) -> None:
    (member,) = await night.add_raiders(1)

    async def having() -> frozenset[int]:
        async with night.database.connection() as conn:
            return await wishes.owed.members_with_role(conn, wishes.role.id)

    await night.discord.fault("latency", method="PUT", route=MEMBER_ROLE, seconds=0.3, times=1)
    await wishes.want([member])
    await asyncio.sleep(0.1)
    assert await having() == frozenset()
    await night.roles_settle()
    assert await having() == {member.id}
    await wishes.want([member], wanted=False)
    await night.roles_settle()
    assert await having() == frozenset()


async def test_what_was_wanted_or_asked_for_at_a_stop_is_done_after_the_start(night: Stage, wishes: Wishes) -> None:
    asked, waiting = await night.add_raiders(2)
    await night.discord.fault("drop_after", method="PUT", route=MEMBER_ROLE)
    await wishes.want([asked, waiting])
    async with asyncio.timeout(5):
        while not await wishes.requests(asked):  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.02)
    await night.stop_bot()
    await night.discord.clear_faults()
    await rows(night.database, "UPDATE member_role SET due_at = '2020-01-01' RETURNING 1")
    await night.start_bot()
    await night.roles_settle(within=5)
    for member in (asked, waiting):
        assert wishes.role.id in await member.roles()


async def test_a_role_that_is_gone_is_forgotten_with_all_its_changes(night: Stage, wishes: Wishes) -> None:
    members = await night.add_raiders(3)
    await wishes.want(members[:1])
    await night.roles_settle()
    await night.guild.delete_role(wishes.role)
    await wishes.want(members[1:])
    await wishes.until("SELECT count(*) FROM member_role", [(0,)])
    assert len(await wishes.requests()) <= 3


async def test_a_member_who_left_is_done_with(night: Stage, wishes: Wishes) -> None:
    (member,) = await night.add_raiders(1)
    await member.leave()
    await wishes.want([member])
    await night.roles_settle(within=5)
    assert len(await wishes.requests()) == 1


async def test_what_is_forbidden_waits_an_hour_and_staff_hear_of_it_once(night: Stage, wishes: Wishes) -> None:
    members = await night.add_raiders(2)
    await night.guild.move_role(wishes.role, len(await night.guild.roles()))
    await wishes.want(members)
    await wishes.until("SELECT attempts FROM member_role", [(1,), (1,)])
    assert len(await wishes.requests()) == 2
    ((seconds,),) = await rows(night.database, "SELECT extract(epoch FROM min(due_at) - now())::int FROM member_role")
    assert 3500 < seconds <= 3600
    told = await night.bot_log.wait_for(lambda message: wishes.role.mention in message.text)
    assert "Manage Roles" in told.text
    assert len(await night.bot_log.messages()) == 1
    await night.guild.move_role(wishes.role, 1)
    await night.discord.shift_clock(3601)
    night.clock.shift(timedelta(seconds=3601))
    await night.roles_settle(within=5)
    assert all([wishes.role.id in await member.roles() for member in members])


async def test_a_refusal_does_not_put_off_what_is_wanted_by_now(night: Stage, wishes: Wishes) -> None:
    (member,) = await night.add_raiders(1)
    await night.guild.move_role(wishes.role, len(await night.guild.roles()))
    await night.discord.fault("latency", method="PUT", route=MEMBER_ROLE, seconds=0.3, times=1)
    await wishes.want([member])
    await wishes.until("SELECT given FROM member_role", [(None,)])
    await wishes.want([member], wanted=False)
    await wishes.until("SELECT attempts FROM member_role", [(1,)])
    assert [one.method for one in await wishes.requests(member)] == ["PUT", "DELETE"]


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 503}, {"kind": "drop_before"}, {"kind": "drop_after"}])
async def test_a_bad_moment_is_tried_again_after_a_pause(night: Stage, wishes: Wishes, fault: dict[str, Any]) -> None:
    (member,) = await night.add_raiders(1)
    await night.discord.fault(method="PUT", route=MEMBER_ROLE, times=1, **fault)
    await wishes.want([member])
    await wishes.until("SELECT wanted, given, attempts FROM member_role", [(True, True, 0)])
    assert wishes.role.id in await member.roles()
    assert len(await wishes.requests(member)) == 2


async def test_a_wish_that_comes_while_the_queue_falls_asleep_is_not_forgotten(
    night: Stage, wishes: Wishes, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await night.add_raiders(2)
    look = queries.role_due
    came = False

    async def due(*args: Any) -> RoleChange | None:
        nonlocal came
        found = await look(*args)
        if found is None and not came:
            came = True
            await wishes.want([second])
            await asyncio.sleep(0.2)
        return found

    monkeypatch.setattr(queries, "role_due", due)
    await wishes.want([first])
    await night.roles_settle(within=3)
    assert came
    assert wishes.role.id in await second.roles()


@pytest.mark.parametrize("error", [Unavailable("away"), Retry("deadlock")])
@pytest.mark.parametrize("name", ["guilds_with_owed_roles", "role_due", "role_given"])
async def test_the_queue_survives_a_statement_that_fails(
    night: Stage, wishes: Wishes, monkeypatch: pytest.MonkeyPatch, name: str, error: Exception
) -> None:
    monkeypatch.setattr(role_queue, "LOOK_EVERY_S", 0.1)
    statement = getattr(queries, name)
    failed: list[int] = []

    async def fail_once(*args: Any) -> Any:
        if not failed:
            failed.append(1)
            raise error
        return await statement(*args)

    monkeypatch.setattr(queries, name, fail_once)
    members = await night.add_raiders(2)
    await wishes.want(members[:1])
    await night.roles_settle(within=4)
    await wishes.want(members[1:])
    await night.roles_settle(within=4)
    async with asyncio.timeout(4):
        while not failed:  # noqa: ASYNC110 - the queue looks by itself
            await asyncio.sleep(0.02)


async def test_two_guilds_do_not_wait_for_each_other(night: Stage, wishes: Wishes, discord: LocalDiscord) -> None:
    other = await discord.add_guild("Elsewhere")
    their_role = await other.add_role("Run")
    theirs = await other.add_members(3)
    await wishes.want(await night.add_raiders(11))
    async with night.database.transaction() as conn:
        await wishes.owed.want_role(
            conn, guild_id=other.id, role_id=their_role.id, user_ids=[member.id for member in theirs], wanted=True
        )
    async with asyncio.timeout(3):
        while not all([their_role.id in await member.roles() for member in theirs]):  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.05)
    assert len(await wishes.requests()) <= 13  # the eleventh here waits for its window; those there did not
