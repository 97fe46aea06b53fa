"""The floor: a bare hikari bot with the bot's own settings of loop, HTTP, cache and compression, that only defers.

What completes itself cannot be deferred: there it offers nothing.
"""

import asyncio
import signal

import hikari
import uvloop

from raidbot.kernel.discord import client
from raidbot.kernel.settings import load


async def _defer(event: hikari.InteractionCreateEvent) -> None:
    interaction = event.interaction
    if isinstance(interaction, hikari.AutocompleteInteraction):
        await interaction.create_response([])
        return
    assert isinstance(interaction, hikari.ComponentInteraction | hikari.CommandInteraction)
    await interaction.create_initial_response(
        hikari.ResponseType.DEFERRED_MESSAGE_CREATE, flags=hikari.MessageFlag.EPHEMERAL
    )


async def _serve() -> None:
    bot = client.build(load(env_file=None), hikari.GatewayBot)
    bot.event_manager.subscribe(hikari.InteractionCreateEvent, _defer)
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    await bot.start(check_for_updates=False)
    await over.wait()
    await bot.close()


if __name__ == "__main__":
    uvloop.run(_serve())
