"""A small real hikari bot that does what a test tells it to."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import hikari
from hikari.impl import config

from raidbot.playground.driver import Channel, LocalDiscord, Message

E = TypeVar("E", bound=hikari.Event)
EPHEMERAL = hikari.MessageFlag.EPHEMERAL
DUNGEON = hikari.CommandOption(
    type=hikari.OptionType.STRING, name="dungeon", description="which", is_required=True, max_length=20
)
"""An option that must be given."""
Handler = Callable[[Any], Awaitable[Any]]


class TinyBot:
    """Each interaction goes to the handler of its command name or custom id."""

    def __init__(self, discord: LocalDiscord) -> None:
        self.app = hikari.GatewayBot(
            discord.token,
            rest_url=discord.rest_url,
            banner=None,
            logs=None,
            suppress_optimization_warning=True,
            intents=hikari.Intents.ALL,
            http_settings=config.HTTPSettings(force_close_transports=False),
        )
        self.rest = self.app.rest
        self.errors: list[Exception] = []
        self._handlers: dict[str, Handler] = {}
        self._heard: list[hikari.Event] = []
        self._more = asyncio.Event()
        self.app.subscribe(hikari.InteractionCreateEvent, self._interaction)
        self.app.subscribe(hikari.ShardEvent, self._hear)

    def on(self, name: str, handler: Handler) -> None:
        """Handle a command name or custom id."""
        self._handlers[name] = handler

    async def declare(self, *commands: tuple[str, Sequence[hikari.CommandOption]]) -> None:
        """Register these commands globally."""
        application = await self.rest.fetch_application()
        builders = []
        for name, options in commands:
            builder = self.rest.slash_command_builder(name, f"the command {name}")
            for option in options:
                builder.add_option(option)
            builders.append(builder)
        await self.rest.set_application_commands(application.id, builders)

    def row(self, *buttons: tuple[str, str], disabled: bool = False) -> hikari.api.MessageActionRowBuilder:
        """Build a row of buttons from (label, custom id)."""
        row = self.rest.build_message_action_row()
        for label, custom_id in buttons:
            row.add_interactive_button(hikari.ButtonStyle.PRIMARY, custom_id, label=label, is_disabled=disabled)
        return row

    async def post(self, channel: Channel, *buttons: tuple[str, str]) -> Message:
        """Post a panel with a row of buttons, and wait until it is seen."""
        posted = await self.rest.create_message(channel.id, "panel", component=self.row(*buttons))
        return await channel.wait_for(lambda message: message.id == posted.id)

    async def hears(self, kind: type[E], where: Callable[[E], bool] = lambda _: True) -> E:
        """Wait until an event has come."""
        async with asyncio.timeout(5):
            while True:
                self._more.clear()
                for event in self._heard:
                    if isinstance(event, kind) and where(event):
                        return event
                await self._more.wait()

    async def _hear(self, event: hikari.ShardEvent) -> None:
        self._heard.append(event)
        self._more.set()

    async def _interaction(self, event: hikari.InteractionCreateEvent) -> None:
        interaction: Any = event.interaction
        name = getattr(interaction, "command_name", None) or interaction.custom_id
        try:
            await self._handlers[name](interaction)
        except Exception as error:  # noqa: BLE001 - the fixture fails the test with it
            self.errors.append(error)
