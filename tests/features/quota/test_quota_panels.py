"""Quotas on the local Discord: the panel follows what is earned and who has the role; periods are reported once."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.quota import models as m
from raidbot.features.quota.queries import periods
from raidbot.features.quota.views import quotas as views
from raidbot.kernel.clock import Clock
from raidbot.kernel.guilds import ChannelKey
from raidbot.playground.driver import Message, Reply
from tests.features.quota.conftest import QuotaStage
from tests.kills import cut_off
from tests.tables import rows, until


async def configure(at: QuotaStage) -> Message:
    """Give the role a quota of two points and return its panel."""
    reply: Reply = await at.type(at.admin, "configquota", role=at.leaders)
    await at.admin.submit(await at.admin.press(reply, "Points"), required_points="2")
    at.look()
    return await at.board("1 member")


async def test_a_panel_follows_points_members_and_excuses(quota_stage: QuotaStage) -> None:
    at, guild = quota_stage, quota_stage.stage.guild
    panel = await configure(at)
    assert "**2** points" in panel.text
    await at.type(at.leader, "logrun", dungeon="SNAKE_PIT", amount=2)
    panel = await at.board(f"🥇 {at.leader.mention} **2** · 2 runs ✅", "1 of 1 member met it")
    other = await guild.add_member("Lou", roles=[at.leaders])
    await at.board(f"2. {other.mention} **0**", "1 of 2 members met it")
    officer = at.admin
    excused = await at.type(officer, "excuse", member=other, reason="exams")
    assert "does not count as missed" in excused.text
    await at.board(f"{other.mention} **0** 💤", "1 💤 excused")
    listed = await at.type(officer, "excuse")
    assert "exams" in listed.text
    mine = await at.leader.press(panel, "My quota")
    assert "You have met it" in mine.text
    whole = await other.press(panel, "Full list")
    assert whole.ephemeral
    assert f"2. {other.mention}" in whole.text
    await other.press(whole, "Picture")
    drawn = await whole.wait_for(lambda message: "image" in message.embeds[0])
    assert "quota.png" in drawn.embeds[0]["image"]["url"]
    asked = await at.type(other, "quota")
    assert "You are excused" in asked.text
    await other.leave()
    await at.board("1 of 1 member met it")
    refused = await at.type(at.moderator, "quota")
    assert "has no role with a quota" in refused.text


async def test_who_got_or_lost_the_role_while_the_bot_was_away_is_known_after_its_start(
    quota_stage: QuotaStage,
) -> None:
    at, stage = quota_stage, quota_stage.stage
    await configure(at)
    new = await stage.guild.add_member("Lou", roles=[at.leaders])
    await at.board("of 2 members")
    await stage.stop_bot()
    await stage.guild.set_roles(at.leader, [])
    gone = await stage.guild.add_role("Gone")
    await rows(
        stage.database,
        "INSERT INTO quota_role (guild_id, role_id, created_at)"
        f" VALUES ({stage.guild.id}, {gone.id}, now()) RETURNING 1",
    )
    await rows(
        stage.database,
        "INSERT INTO quota_period (guild_id, role_id, starts_at, ends_at)"
        f" VALUES ({stage.guild.id}, {gone.id}, now(), now() + interval '1 day') RETURNING 1",
    )
    await stage.guild.delete_role(gone)
    await at.pass_time(timedelta(seconds=30))
    await stage.start_bot()
    await at.board("of 1 member", new.mention)
    assert await rows(stage.database, "SELECT user_id FROM quota_holder") == [(new.id,)]
    await until(stage.database, "SELECT count(*) FROM quota_role", 1)


async def test_a_deleted_panel_comes_back_and_one_of_a_deleted_quota_goes(quota_stage: QuotaStage) -> None:
    at = quota_stage
    panel = await configure(at)
    await panel.delete()
    again = await at.board("1 member")
    assert again.id != panel.id
    reply = await at.type(at.admin, "configquota", role=at.leaders)
    await at.admin.press(reply, "Post the panel")
    await at.channel.wait_without(again)
    moved = await at.board("1 member")
    await at.admin.press(await at.admin.press(reply, "Delete the quota"), "Delete it")
    await at.channel.wait_without(moved)
    await at.stage.effects_settle()


@pytest.mark.parametrize("away", [0, 90], ids=["at once", "after a minute and a half"])
async def test_a_period_is_reported_once_with_its_table_whenever_the_bot_is_killed(
    quota_stage: QuotaStage, monkeypatch: pytest.MonkeyPatch, away: int
) -> None:
    at, stage = quota_stage, quota_stage.stage
    await configure(at)
    await at.type(at.leader, "logrun", dungeon="SNAKE_PIT")
    with monkeypatch.context() as patched:
        patched.setattr(periods, "reported", cut_off)
        await at.pass_time(timedelta(days=7, minutes=1))
        await at.board("A quota period is over", "Not met: 1")
        await stage.stop_bot()
    await at.pass_time(timedelta(seconds=away))
    await stage.start_bot()
    await stage.effects_settle()
    (told,) = [one for one in await at.channel.messages() if "A quota period is over" in one.text]
    ((period_id, message_id),) = await rows(
        stage.database, "SELECT id, message_id FROM quota_period WHERE closed_at IS NOT NULL"
    )
    assert message_id == told.id
    assert [file["filename"] for file in told.attachments] == [f"quota-{period_id}.csv"]
    await at.board("📊 Quota", f"{at.leader.mention} **0**")
    assert await rows(stage.database, "SELECT points FROM quota_result") == [(Decimal(1),)]


async def test_a_report_that_found_no_channel_is_shown_by_a_button_and_staff_are_told_of_it(
    quota_stage: QuotaStage,
) -> None:
    at, stage = quota_stage, quota_stage.stage
    log = await stage.guild.add_channel("log")
    await configure(at)
    panel = await at.type(at.moderator, "configquota", role=at.leaders)
    early = await at.moderator.press(panel, "Last report")
    assert f"No period of {at.leaders.mention} is over yet" in early.text
    await at.type(at.leader, "logrun", dungeon="SNAKE_PIT", amount=2)
    assert stage.app is not None
    channels = {ChannelKey.QUOTA: None, ChannelKey.BOT_LOG: log.id}
    await stage.app.guilds.map_channels(stage.guild.id, channels, stage.guild.owner.id)
    await at.pass_time(timedelta(days=7, minutes=1))
    told = await log.wait_for(lambda message: "**Last report**" in message.text)
    assert "`/setchannels quota:`" in told.text
    panel = await at.type(at.moderator, "configquota", role=at.leaders)
    report = await at.moderator.press(panel, "Last report")
    assert report.ephemeral
    assert f"Met: 1\n{at.leader.mention} 2" in report.text
    assert report.message is not None
    (file,) = report.message.attachments
    async with aiohttp.ClientSession() as session, session.get(file["url"]) as table:
        _, row = csv.reader(io.StringIO((await table.read()).decode("utf-8-sig")))
    assert row == ["Lea", str(at.leader.id), "2.00", "2", "2.00", "met"]
    assert await rows(stage.database, "SELECT message_id FROM quota_period WHERE closed_at IS NOT NULL") == [(None,)]


@given(st.text(max_size=32), st.decimals(0, 10**6, places=2), st.booleans())
def test_a_table_holds_no_name_that_a_spreadsheet_would_run(name: str, points: Decimal, excused: bool) -> None:
    now = Clock().now()
    period = m.Period(7, 1, 2, now, now + timedelta(days=7), Decimal(5), now, None)
    told = m.Report(period, [m.Standing(3, points, 1, excused)])
    file = views.report_file(told, {3: name})
    assert isinstance(file.data, bytes)
    head, row = csv.reader(io.StringIO(file.data.decode("utf-8-sig"), newline=""))
    assert head == ["name", "id", "points", "runs", "required", "outcome"]
    assert row[0].removeprefix("'") == name.removeprefix("'")
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert row[1:] == ["3", str(points), "1", "5", "met" if points >= 5 else "excused" if excused else "missed"]
