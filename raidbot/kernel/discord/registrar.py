"""Tells Discord which slash commands there are in which guild."""

import asyncio
import itertools
from collections.abc import Sequence

import hikari
import lightbulb
from loguru import logger

from raidbot.kernel.discord.commands import name_of, prime
from raidbot.kernel.discord.failures import pause
from raidbot.kernel.guilds import GuildStore, Module

Declared = tuple[Module | None, type[lightbulb.SlashCommand]]
"""A command and the module it belongs to; None: every guild has it."""


class Registrar:
    """Registers the whole set of commands of a scope with one request; a guild gets those of its modules.

    With `guild_ids` only these guilds have commands. Without, what every guild has is registered globally, and each
    guild adds what only some have. lightbulb's own comparison is not used: it does not notice a changed
    `default_member_permissions`.
    """

    def __init__(
        self,
        *,
        client: lightbulb.Client,
        rest: hikari.api.RESTClient,
        guilds: GuildStore,
        commands: Sequence[Declared],
        guild_ids: Sequence[int],
    ) -> None:
        self._client = client
        self._rest = rest
        self._guilds = guilds
        self._commands = commands
        self._guild_ids = guild_ids
        self._application: hikari.PartialApplication | None = None
        self._names: dict[int | None, frozenset[str]] = {}
        self._stale = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        for _, command in commands:
            prime(command)
            client.register(command)

    def knows(self, guild_id: int | None, name: str) -> bool:
        """Say whether a command is registered in a guild, or globally (None)."""
        return name in self._names.get(guild_id, ())

    async def register(self) -> None:
        """Register everything."""
        self._application = await self._rest.fetch_application()
        if not self._guild_ids:
            await self._put(None, self._everywhere())
        for guild_id in self._guild_ids or self._guilds.known():
            await self._put(guild_id, self._of(guild_id))
        logger.info("{} commands registered in {} scopes", len(self._commands), len(self._names))

    async def came(self, event: hikari.GuildJoinEvent) -> None:
        """Register the commands of a guild that the bot has just joined."""
        if not self._guild_ids or int(event.guild_id) in self._guild_ids:
            await self._put(int(event.guild_id), self._of(int(event.guild_id)))

    def modules_changed(self) -> None:
        """Register everything anew, in the background and until Discord has taken it; what comes meanwhile is one."""
        self._stale.set()
        if self._task is None:
            self._task = asyncio.create_task(self._keep_registered(), name="registrar")

    def stop(self) -> None:
        """Stop; what is not registered yet is at the next start."""
        if self._task is not None:
            self._task.cancel()

    async def _keep_registered(self) -> None:
        for attempt in itertools.count():
            await self._stale.wait()
            self._stale.clear()
            try:
                await self.register()
            except hikari.HTTPError as error:
                logger.warning("commands could not be registered ({}), trying again", type(error).__name__)
                self._stale.set()
                await asyncio.sleep(pause(min(attempt, 6)))

    def _everywhere(self) -> list[type[lightbulb.SlashCommand]]:
        off = {module for guild_id in self._guilds.known() for module in set(Module) - self._modules(guild_id)}
        return [
            command
            for module, command in self._commands
            if module is None or (module.on_by_default and module not in off)
        ]

    def _of(self, guild_id: int) -> list[type[lightbulb.SlashCommand]]:
        everywhere = () if self._guild_ids else self._everywhere()
        return [
            command
            for module, command in self._commands
            if command not in everywhere and (module is None or module in self._modules(guild_id))
        ]

    def _modules(self, guild_id: int) -> frozenset[Module]:
        return self._guilds.cached(guild_id).modules

    async def _put(self, guild_id: int | None, commands: Sequence[type[lightbulb.SlashCommand]]) -> None:
        if self._application is None:
            return
        client = self._client
        builders = [
            await command.as_command_builder(client.default_locale, client.localization_provider)
            for command in commands
        ]
        try:
            await self._rest.set_application_commands(
                self._application, builders, guild=hikari.UNDEFINED if guild_id is None else guild_id
            )
        except (hikari.ForbiddenError, hikari.NotFoundError):
            level = "ERROR" if guild_id in self._guild_ids else "INFO"
            logger.log(level, "commands cannot be registered in guild {}: is the bot in it?", guild_id)
        else:
            self._names[guild_id] = frozenset(map(name_of, commands))
