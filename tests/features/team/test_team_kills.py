"""A kill between any two steps of the staff's features leaves nothing half done and nothing doubled."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from raidbot.features.team import commands, panels, queries
from raidbot.features.team.service import PromotionService, TeamService
from raidbot.kernel.database import Unavailable
from raidbot.kernel.discord.posts import Posts
from raidbot.kernel.owed import Owed
from tests.features.team.conftest import Office
from tests.kills import cut_off, lost
from tests.tables import rows


@pytest.mark.parametrize("away", [0, 90], ids=["at once", "after a minute and a half"])
async def test_a_kill_between_an_announcement_and_its_row_announces_once(
    office: Office, monkeypatch: pytest.MonkeyPatch, away: int
) -> None:
    stage = office.stage
    (raider,) = await stage.add_raiders(1)
    await stage.start_bot()
    with monkeypatch.context() as patched:
        patched.setattr(queries, "announced", cut_off)
        patched.setattr(commands, "ANNOUNCED_WITHIN_S", 0.3)
        assert "in a moment" in (await office.promote(raider)).text
        post = await office.announcement(raider)
        await stage.stop_bot()
    assert await rows(stage.database, "SELECT message_id FROM promotion") == [(None,)]
    await stage.discord.shift_clock(away)
    stage.clock.shift(timedelta(seconds=away))
    await stage.start_bot()
    await stage.roles_settle()
    assert [message.id for message in await office.updates.messages()] == [post.id]
    assert await rows(stage.database, "SELECT message_id FROM promotion") == [(post.id,)]
    assert stage.organizer_role.id in await raider.roles()


async def test_what_was_committed_before_a_kill_is_carried_out_after_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = office.stage
    (raider,) = await stage.add_raiders(1)
    await stage.start_bot()
    await stage.roles_settle()
    with monkeypatch.context() as patched:
        patched.setattr(Owed, "roles_changed", lambda *_: None)
        patched.setattr(Posts, "send", lost)
        patched.setattr(commands, "ANNOUNCED_WITHIN_S", 0.1)
        await office.promote(raider)
        await stage.stop_bot()
    assert await office.updates.messages() == []
    await stage.start_bot()
    assert await office.announcement(raider)
    assert await office.on_team(raider)
    assert stage.organizer_role.id in await raider.roles()
    assert len(await office.updates.messages()) == 1


async def test_a_look_at_everybody_goes_on_where_a_kill_cut_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = office.stage
    monkeypatch.setattr(panels, "PAGE", 2)
    monkeypatch.setattr(TeamService, "start_over", lost)  # what the start of the bot would do
    await stage.add_raiders(4)
    whole, pages = TeamService.page, 0

    async def cut_after_two(self: TeamService, *args: Any, **kwargs: Any) -> Any:
        nonlocal pages
        pages += 1
        if pages > 2:
            raise Unavailable("killed")
        return await whole(self, *args, **kwargs)

    await stage.start_bot()
    with monkeypatch.context() as patched:
        patched.setattr(TeamService, "page", cut_after_two)
        await office.administrator.command(stage.raids, "syncteam", wait=False)
        async with asyncio.timeout(5):
            while pages <= 2:  # noqa: ASYNC110 - nothing announces it
                await asyncio.sleep(0.02)
        await stage.stop_bot()
    assert await rows(stage.database, "SELECT seen, done_at FROM team_sync") == [(4, None)]
    await stage.start_bot()
    await stage.roles_settle()
    members = len(await stage.guild.members())
    assert await rows(stage.database, "SELECT seen, given, done_at IS NULL FROM team_sync") == [(members, 3, False)]
    for member in (stage.organizer, office.officer, office.administrator):
        assert await office.on_team(member)


async def test_a_promotion_whose_commits_answer_was_lost_is_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, tries = office.stage, 0
    (raider,) = await stage.add_raiders(1)
    await stage.start_bot()
    once = PromotionService.promote.__wrapped__  # type: ignore[attr-defined]

    async def lost_after_the_commit(self: PromotionService, new: Any) -> Any:
        nonlocal tries
        tries += 1
        promotion = await once(self, new)
        if tries == 1:
            raise Unavailable("the answer was lost")
        return promotion

    async def patiently(self: PromotionService, new: Any) -> Any:
        deadline = asyncio.get_running_loop().time() + 5
        return await self.database.patiently(lambda: lost_after_the_commit(self, new), until=deadline)

    monkeypatch.setattr(PromotionService, "promote", patiently)
    assert "Here is the announcement" in (await office.promote(raider)).text
    assert tries == 2
    assert len(await office.updates.messages()) == 1
