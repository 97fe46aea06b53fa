"""The bot log and /audit on the local Discord."""

from datetime import timedelta

import pytest

from raidbot.kernel.guilds import GuildStore, RoleKey
from raidbot.kernel.owed.queries import effects
from raidbot.playground.driver import Message
from tests.kills import cut_off
from tests.stage import Stage
from tests.tables import rows


def ring(stage: Stage) -> None:
    """Have the bot log's job look now."""
    assert stage.app is not None
    stage.app.scheduler.ring("bot_log.tell")


async def told(stage: Stage, *texts: str) -> Message:
    """Wait until the bot log shows these in one message."""
    ring(stage)
    return await stage.bot_log.wait_for(lambda shown: all(text in shown.text for text in texts))


async def test_staff_read_what_administrators_change(night: Stage) -> None:
    guild, owner, old = night.guild, night.guild.owner, night.organizer_role
    new = await guild.add_role("New organizers")
    await owner.command(night.raids, "setroles", organizer=new, muted=old)
    await owner.command(night.raids, "unset", role="muted")
    message = await told(
        night,
        f"⚙️ **Roles**: Muted not set → {old.mention}, Organizer {old.mention} → {new.mention} · by {owner.mention}\n"
        f"⚙️ **Roles**: Muted {old.mention} → not set · by {owner.mention}",
    )
    assert (message.pinged.users, message.pinged.roles) == (frozenset(), frozenset())
    await owner.command(night.raids, "setchannels", raid=night.bot_log)
    await told(night, f"⚙️ **Channels**: Raids {night.raids.mention} → {night.bot_log.mention}")
    assert len(await night.bot_log.messages()) == 2


@pytest.mark.parametrize("away", [0, 90], ids=["at once", "after a minute and a half"])
async def test_a_kill_between_a_message_and_its_row_tells_it_once(
    night: Stage, monkeypatch: pytest.MonkeyPatch, away: int
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(effects, "effect_done", cut_off)
        await night.guild.owner.command(night.raids, "unset", role="organizer")
        await told(night, "Organizer", "not set")
        await night.stop_bot()
    assert await rows(night.database, "SELECT kind FROM owed_effect") == [("bot_log.post",)]
    await night.discord.shift_clock(away)
    night.clock.shift(timedelta(seconds=away))
    await night.start_bot()
    await night.effects_settle()
    assert sum("Organizer" in message.text for message in await night.bot_log.messages()) == 1


async def test_what_was_committed_before_a_kill_is_told_after_it(night: Stage) -> None:
    await night.stop_bot()
    store = GuildStore(night.database, night.clock)
    await store.load()
    await store.map_roles(night.guild.id, {RoleKey.MUTED: night.suspended_role.id}, night.guild.owner.id)
    await night.start_bot()
    await night.bot_log.wait_for(lambda shown: "Muted not set" in shown.text)


async def test_moderators_look_back_page_by_page(night: Stage) -> None:
    guild, owner, role = night.guild, night.guild.owner, night.organizer_role
    assert night.app is not None
    for number in range(12):
        wanted = {RoleKey.MODERATOR: role.id, RoleKey.MUTED: role.id if number % 2 else None}
        await night.app.guilds.map_roles(guild.id, wanted, owner.id)
    moderator, (raider,) = night.organizer, await night.add_raiders(1)
    reply = await moderator.command(night.raids, "audit", kind="guild.roles.set", since="1d")
    assert reply.ephemeral
    assert reply.message is not None
    newest = reply.text
    assert newest.count("⚙️ **Roles**") == 10
    assert "of the kind **Roles**, since <t:" in newest
    assert [button.disabled for button in reply.message.buttons] == [True, False]
    await moderator.press(reply, "Older")
    older = await reply.wait_for(lambda shown: shown.text != newest)
    assert "Moderator not set" in older.text
    assert [button.disabled for button in older.buttons] == [False, True]
    await moderator.press(reply, "Newer")
    await reply.wait_for(lambda shown: shown.text == newest)

    kinds = await moderator.autocomplete(night.raids, "audit", "kind", "chan")
    assert kinds == [("Channels (guild.channels.set)", "guild.channels.set")]
    nothing = await moderator.command(night.raids, "audit", actor=raider, target=owner)
    assert f"I found nothing for by {raider.mention}, on {owner.mention}" in nothing.text
    assert "I can't read “soon”" in (await moderator.command(night.raids, "audit", since="soon")).text
    assert "This needs" in (await raider.command(night.raids, "audit")).text
