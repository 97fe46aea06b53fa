"""Discord did something, its answer was lost, and before the bot could ask again the reason for it went away."""

import asyncio

from raidbot.playground.driver import Message
from tests.faults.evening import Evening
from tests.faults.replay import Scene, audited
from tests.faults.town import LOOK_EVERY_S

MESSAGES, ROLES = "/channels/{channel_id}/messages", "/guilds/{guild_id}/roles"


async def _lose_answer(evening: Evening, route: str) -> None:
    """Have the next POST done without an answer, and nothing of the kind work after that."""
    discord = evening.town.discord
    await discord.fault("drop_after", method="POST", route=route, times=1)
    await discord.fault("status", route=route)


async def _saying(evening: Evening, text: str) -> list[Message]:
    return [message for message in await evening.town.raids.messages() if text in message.content]


async def _asked(evening: Evening, method: str, route: str) -> None:
    """Wait until the bot has sent a request of this kind, whatever became of it."""
    async with asyncio.timeout(evening.patience):
        while (method, route) not in {  # noqa: ASYNC110 - the local Discord tells nobody of a request
            (one.method, one.route) for one in await evening.town.discord.requests()
        }:
            await asyncio.sleep(LOOK_EVERY_S)


async def test_a_run_role_that_nobody_knows_of_goes_with_its_run(scene: Scene) -> None:
    async with scene.evening() as evening:
        await evening.bot.ready()
        await _lose_answer(evening, ROLES)
        run = await evening.open_run(evening.town.organizers[0], "THE_VOID", "Void")
        await evening.finish(run, "Cancel")
        await evening.town.discord.clear_faults()
        await audited(evening)


async def test_a_ping_that_nobody_knows_of_goes_with_its_run(scene: Scene) -> None:
    async with scene.evening() as evening:
        run = await evening.open_run(evening.town.organizers[0], "THE_VOID", "Void", party="3", location="USW")
        await _lose_answer(evening, MESSAGES)
        await evening.press(run, "Start", lambda panel: panel.buttons[0].label == "End Run")
        await evening.see(lambda message: "is starting now" in message.content)
        await evening.finish(run, "End Run")
        await evening.town.discord.clear_faults()
        await audited(evening)


async def test_a_ping_that_nobody_knows_of_goes_with_the_next_ping(scene: Scene) -> None:
    async with scene.evening() as evening:
        run = await evening.open_run(evening.town.organizers[0], "THE_VOID", "Void", party="3", location="USW")
        await _lose_answer(evening, MESSAGES)
        await evening.press(run, "Start", lambda panel: panel.buttons[0].label == "End Run")
        await evening.see(lambda message: "is starting now" in message.content)
        await evening.press(run, "Key popped", lambda panel: "Chain 1" in panel.text)
        await evening.town.discord.clear_faults()
        await evening.see(lambda message: "a key was popped" in message.content)
        await evening.pass_time(30)
        await audited(evening)


async def test_of_two_pings_that_say_the_same_the_one_that_nobody_knows_of_goes(scene: Scene) -> None:
    async with scene.evening() as evening:
        olga, discord = evening.town.organizers[0], evening.town.discord
        run = await evening.open_run(olga, "THE_VOID", "Void", party="3", location="USW")
        await evening.press(run, "Start", lambda panel: panel.buttons[0].label == "End Run")
        await evening.pass_time(30)
        await discord.fault("drop_after", method="POST", route=MESSAGES)  # done, and nobody hears so
        assert run.panel is not None
        for number in (1, 2):
            await olga.press(run.panel, "Ping Raiders")
            async with asyncio.timeout(evening.patience):
                while len(await _saying(evening, "the organizer calls")) < number:  # noqa: ASYNC110 - nothing announces it
                    await asyncio.sleep(LOOK_EVERY_S)
        await _asked(evening, "GET", MESSAGES)  # it looks for the first, and sees two of which it knows neither
        both = await _saying(evening, "the organizer calls")
        assert len(both) == 2
        await discord.clear_faults()
        await audited(evening)
        newest = max(message.id for message in both)
        assert [message.id for message in await _saying(evening, "the organizer calls")] == [newest]


async def test_a_panel_that_nobody_knows_of_is_found_when_the_run_is_over(scene: Scene) -> None:
    async with scene.evening() as evening:
        olga = evening.town.organizers[0]
        await evening.bot.ready()
        await _lose_answer(evening, MESSAGES)
        run = await evening.open_run(olga, "THE_VOID", "Void")
        assert run.panel is not None
        await olga.press(run.panel, "Cancel")
        await evening.town.discord.shift_clock(600)  # Discord has forgotten the nonce …
        await _asked(evening, "GET", MESSAGES)  # … and the bot knows: it searches the channel
        await evening.town.discord.clear_faults()
        await evening.see(lambda message: message.embeds != [] and not message.buttons)
        await audited(evening)
