"""`/leaderboard` and `/stats` on the local Discord: pages, copies of one's own, pictures."""

from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from raidbot.features.quota import models as m
from raidbot.kernel.guilds import GuildStore, Module, Option
from raidbot.playground import driver
from tests.features.quota.test_boards import Row, write
from tests.stage import Stage


@pytest.fixture
async def hall(stage: Stage) -> Stage:
    """Lend a guild of forty raiders, the first of whom has the most completions, in the time zone of Tokyo."""
    store = GuildStore(stage.database, stage.clock)
    await store.load()
    guild = stage.guild
    await store.set_module(guild.id, Module.QUOTA, enabled=True, actor_id=guild.owner.id)
    await store.set_options(guild.id, {Option.TIME_ZONE: "Asia/Tokyo"}, guild.owner.id)
    await stage.add_raiders(40)
    now = stage.clock.now()
    done = [
        Row(raider.id, m.Kind.COMPLETION, 1, Decimal(1), dungeon="SNAKE_PIT", at=now)
        for number, raider in enumerate(stage.raiders)
        for _ in range(1 + (40 - number) // 8)
    ]
    keys = Row(stage.raiders[0].id, m.Kind.KEY_POP, 3, Decimal(15), dungeon="THE_VOID", at=now)
    await write(stage.database, guild.id, [*done, keys])
    await stage.start_bot()
    return stage


async def picture_of(reply: driver.Reply) -> bytes:
    """Fetch the picture that a message shows."""
    message = await reply.wait_for(lambda message: "image" in message.embeds[0])
    async with aiohttp.ClientSession() as session, session.get(message.embeds[0]["image"]["url"]) as answer:
        png = await answer.read()
    assert png.startswith(b"\x89PNG")
    return png


async def test_everybody_reads_the_leaderboard_and_turns_the_pages_of_a_copy(hall: Stage) -> None:
    first, last = hall.raiders[0], hall.raiders[-1]
    shown = await first.command(hall.raids, "leaderboard", category="completions")
    assert not shown.ephemeral
    assert shown.message is not None
    assert f"🥇 {first.mention} · **6**" in shown.text
    assert f"{first.mention} stands at place **1** of 40, with **6**." in shown.text
    assert "Places 1 to 25 of 40" in shown.text
    assert not shown.message.pinged.users
    copy = await last.press(shown.message, "My place")
    assert copy.ephemeral
    assert "You stand at place **40** of 40, with **1**." in copy.text
    assert copy.message is not None
    assert "Places 28 to 40 of 40" in copy.text
    await hall.stop_bot()
    await hall.start_bot()
    await last.press(copy.message, "Previous")
    assert "Places 3 to 27 of 40" in copy.text
    await last.press(copy.message, "Picture")
    await picture_of(copy)
    await last.press(copy.message, "Next")
    turned = await copy.wait_for(lambda message: "Places 26 to 40 of 40" in message.text)
    assert "image" not in turned.embeds[0]
    assert turned.attachments == []
    drawn = await last.press(shown.message, "Picture")
    assert await picture_of(drawn)
    assert "stands at place **1** of 40" in drawn.text
    assert drawn.message is not None
    assert "Picture" not in [button.label for button in drawn.message.buttons]


async def test_a_leaderboard_can_be_of_a_dungeon_some_days_and_lowest_first(hall: Stage) -> None:
    raider = hall.raiders[3]
    least = await raider.command(
        hall.raids,
        "leaderboard",
        category="points",
        dungeon="snake pit",
        order="least",
        since="2026-1-1",
        until="2100-01-01",
    )
    assert "Points: Snake Pit" in least.text
    assert "1 January 2026 to 1 January 2100" in least.text
    assert least.text.index(hall.raiders[-1].mention) < least.text.index(hall.raiders[-2].mention)
    assert "Places 16 to 40 of 40, lowest first" in least.text
    week = await raider.command(hall.raids, "leaderboard", category="keys", period="this_week")
    assert f"🥇 {hall.raiders[0].mention} · **3**" in week.text
    assert f"{raider.mention} isn't on it yet." in week.text
    empty = await raider.command(hall.raids, "leaderboard", category="organised", period="last_month")
    assert "Nobody has any runs organised in this time." in empty.text
    assert "on it yet" not in empty.text
    wrongs: list[tuple[dict[str, Any], str]] = [
        ({"since": "soon"}, "I can't read “soon” as a date"),
        ({"since": "2026-01-01", "period": "this_week"}, "not both"),
        ({"dungeon": "nowhere"}, "I don't know a dungeon"),
        ({"role": hall.verified_role}, "`role:` chooses whose quota points"),
    ]
    for wrong, told in wrongs:
        refused = await hall.raiders[4].command(hall.raids, "leaderboard", category="points", **wrong)
        assert refused.ephemeral
        assert told in refused.text


async def test_a_members_statistics_are_public_and_show_their_weeks_as_a_picture(hall: Stage) -> None:
    first, other = hall.raiders[0], hall.raiders[5]
    shown = await other.command(hall.raids, "stats", member=first)
    assert not shown.ephemeral
    assert first.mention in shown.text
    assert "Snake Pit: 6 | 0 | 0" in shown.text
    assert "Void: 0 | 3 | 0" in shown.text
    assert shown.message is not None
    drawn = await first.press(shown.message, "Picture")
    await picture_of(drawn)
    assert drawn.message is not None
    assert drawn.message.id == shown.message.id
    assert drawn.message.buttons == []
    own = await hall.organizer.command(hall.raids, "stats")
    assert "Nothing yet" in own.text
    stranger = await hall.guild.add_member("Stranger")
    assert "needs" in (await stranger.command(hall.raids, "stats")).text
