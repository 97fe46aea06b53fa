"""The team role and promotions, on the local Discord."""

import pytest

from raidbot.features.team import panels
from raidbot.kernel.guilds import GuildStore, RoleKey
from raidbot.playground.driver import Pinged
from tests.features.team.conftest import Office
from tests.tables import rows

FULL_LOOK = "GET /guilds/{guild_id}/members"
CHANGES = {
    "PUT /guilds/{guild_id}/members/{user_id}/roles/{role_id}",
    "DELETE /guilds/{guild_id}/members/{user_id}/roles/{role_id}",
}


async def test_the_team_role_follows_the_staff_roles_by_what_the_gateway_tells(office: Office) -> None:
    stage, guild = office.stage, office.stage.guild
    raider, former = await stage.add_raiders(2)
    await guild.set_roles(former, [office.team])
    await stage.start_bot()
    # What changed while the bot was away is found at its start.
    assert await office.on_team(stage.organizer)
    assert await office.on_team(office.administrator)
    assert await office.on_team(former, wanted=False)
    await stage.roles_settle()

    before = await stage.discord.count_by_route()
    await guild.set_roles(raider, [stage.organizer_role])
    assert await office.on_team(raider)
    await guild.set_roles(raider, [office.team, stage.verified_role])
    assert await office.on_team(raider, wanted=False)
    await guild.set_roles(stage.organizer, [stage.organizer_role])  # an administrator takes it by hand
    assert await office.on_team(stage.organizer)
    await stage.organizer.leave()
    await stage.organizer.rejoin()
    await guild.set_roles(stage.organizer, [stage.organizer_role])
    assert await office.on_team(stage.organizer)
    await stage.roles_settle()
    after = await stage.discord.count_by_route()
    assert {route for route, times in after.items() if times != before.get(route, 0)} <= CHANGES


async def test_syncteam_looks_at_everybody_and_setroles_does_so_by_itself(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panels, "PAGE", 2)
    monkeypatch.setattr(panels, "SHOW_EVERY_S", 0.0)
    stage, guild = office.stage, office.stage.guild
    await stage.add_raiders(5)
    await stage.start_bot()
    assert await office.on_team(office.officer)
    await stage.roles_settle()
    reply = await office.administrator.command(stage.raids, "syncteam")
    assert reply.ephemeral
    done = await reply.wait_for(lambda shown: "in line" in shown.text)
    assert f"{len(await guild.members())} members looked at: everybody is as they should be" in done.text
    assert "or a higher role" in (await office.officer.command(stage.raids, "syncteam")).text

    helpers = await guild.add_role("Helpers")
    helper = await guild.add_member("Hel", roles=[helpers])
    await guild.owner.command(stage.raids, "setroles", security=helpers)
    assert await office.on_team(helper)
    await guild.owner.command(stage.raids, "unset", role="team")
    assert "No role marks the team yet" in (await guild.owner.command(stage.raids, "syncteam")).text
    await guild.owner.command(stage.raids, "setroles", team=stage.verified_role, verified_raider=stage.verified_role)
    assert "stands for **Verified Raider** too" in (await office.administrator.command(stage.raids, "syncteam")).text
    await stage.roles_settle()
    assert all([stage.verified_role.id in await raider.roles() for raider in stage.raiders])


async def test_a_look_that_discord_does_not_answer_takes_nothing_from_anybody(office: Office) -> None:
    stage = office.stage
    await stage.guild.set_roles(stage.organizer, [stage.organizer_role, office.team])
    (former,) = await stage.add_raiders(1)
    await stage.guild.set_roles(former, [office.team])
    await stage.discord.fault("status", method="GET", route="/guilds/{guild_id}/members", status=500, times=1)
    await stage.start_bot()
    assert await office.on_team(former, wanted=False)  # found by the second try
    assert await office.on_team(stage.organizer)


async def test_a_promotion_gives_the_role_and_is_announced(office: Office) -> None:
    stage = office.stage
    (raider,) = await stage.add_raiders(1)
    await stage.start_bot()
    reply = await office.promote(raider, "security")
    post = await office.announcement(raider)
    assert not reply.ephemeral
    assert str(post.id) in reply.text
    assert f"{raider.mention} is {office.security.mention} now" in post.text
    assert post.pinged == Pinged(frozenset({raider.id}), frozenset(), everyone=False)
    assert await office.on_team(raider)
    assert office.security.id in await raider.roles()
    assert stage.app is not None
    stage.app.scheduler.ring("bot_log.tell")
    told = await stage.bot_log.wait_for(lambda shown: "Promotion" in shown.text)
    assert f"🎉 **Promotion**: {office.security.mention} · {raider.mention} · by {office.officer.mention}" in told.text

    again = await office.promote(raider, "security")
    assert again.ephemeral
    assert "already" in again.text


async def test_who_may_not_promote_or_be_promoted_is_told_why(office: Office) -> None:
    stage, guild = office.stage, office.stage.guild
    high = await guild.add_role("Above the bot", position=99)
    other, above = await guild.add_member("Other"), await guild.add_member("Above", roles=[high])
    await stage.start_bot()
    for refused, words in (
        (await office.promote(other, by=stage.organizer), "or a higher role"),
        (await office.promote(office.officer), "to yourself"),
        (await office.promote(office.administrator), "rank as high as you do"),
        (await office.promote(guild.owner, by=office.administrator), "rank as high as you do"),
        (await office.promote(above), "does not stand below mine"),
    ):
        assert refused.ephemeral
        assert words in refused.text
    store: GuildStore = stage.app.guilds  # type: ignore[union-attr]
    await store.map_roles(guild.id, {RoleKey.SECURITY: None, RoleKey.MODERATOR: stage.organizer_role.id}, 1)
    by = await guild.add_member("Offo", roles=[role for role in await guild.roles() if role.name == "Officer"])
    assert "No role stands for **Security** yet" in (await office.promote(other, "security", by=by)).text
    assert "stands for **Moderator**" in (await office.promote(other, by=by)).text
    await store.map_roles(guild.id, {RoleKey.MODERATOR: None, RoleKey.ORGANIZER: high.id}, 1)
    assert "I can't give" in (await office.promote(other, by=by)).text
    assert await rows(stage.database, "SELECT 1 FROM promotion") == []
