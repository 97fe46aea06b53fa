"""Receives interactions and hands each on: commands to lightbulb, components and forms to the router."""

import hikari
import lightbulb

from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.error_texts import GuildOnlyError, OutdatedError
from raidbot.kernel.discord.guild_view import GuildView
from raidbot.kernel.discord.registrar import Registrar
from raidbot.kernel.discord.request import Interaction, Request, actor_of
from raidbot.kernel.discord.router import Router
from raidbot.kernel.discord.runner import Runner
from raidbot.kernel.guilds import GuildStore
from raidbot.kernel.permissions import Actor, Capability

_OLD_COMMAND = Policy(Capability("use an old command", None, None), Answer.PRIVATE, Bucket.BUTTON, quick=True)


class Reception:
    """The one listener for interactions."""

    def __init__(self, *, guilds: GuildStore, guild_view: GuildView, client: lightbulb.Client) -> None:
        self._guilds = guilds
        self._guild_view = guild_view
        self._client = client
        self._registrar: Registrar | None = None
        self._router: Router | None = None
        self._runner: Runner | None = None

    def open(self, router: Router, runner: Runner, registrar: Registrar) -> None:
        """Begin to answer."""
        self._router, self._runner, self._registrar = router, runner, registrar

    async def receive(self, event: hikari.InteractionCreateEvent) -> None:
        """Answer one interaction."""
        interaction = event.interaction
        if self._router is None or self._runner is None or self._registrar is None:
            return
        if isinstance(interaction, hikari.ComponentInteraction | hikari.ModalInteraction):
            kind = "component" if isinstance(interaction, hikari.ComponentInteraction) else "modal"
            request = await self.request_of(interaction, kind, interaction.custom_id)
            if request is not None:
                await self._router.handle(request, interaction.custom_id)
        elif isinstance(interaction, hikari.CommandInteraction):
            guild_id = interaction.registered_guild_id
            if self._registrar.knows(None if guild_id is None else int(guild_id), interaction.command_name):
                await self._hand_over(interaction)
                return
            request = await self.request_of(interaction, "command", interaction.command_name)
            if request is not None:
                await self._runner.run(request, _OLD_COMMAND, _outdated)
        elif isinstance(interaction, hikari.AutocompleteInteraction):
            await self._hand_over(interaction)

    async def _hand_over(self, interaction: hikari.CommandInteraction | hikari.AutocompleteInteraction) -> None:
        """Let lightbulb run a command: to it all are global, where they are registered is the registrar's."""
        interaction.registered_guild_id = None
        await self._client.handle_interaction_create(interaction)

    async def request_of(self, interaction: Interaction, kind: str, name: str) -> Request | None:
        """Make the request of an interaction; one that only works inside a server is answered here, None returned."""
        member = interaction.member
        guild_id = self._about(interaction, name) if interaction.guild_id is None else int(interaction.guild_id)
        if guild_id is None:
            if self._runner is not None:
                await self._runner.turn_away(interaction, kind, name, GuildOnlyError())
            return None
        if member is None:
            actor = Actor(int(interaction.user.id), guild_id, frozenset())
        else:
            actor = actor_of(member, self._guild_view.owner_id(guild_id))
        return Request(
            interaction=interaction,
            kind=kind,
            name=name,
            guild_id=guild_id,
            channel_id=int(interaction.channel_id),
            actor=actor,
            display_name=interaction.user.username if member is None else member.display_name,
            settings=self._guilds.cached(guild_id),
        )

    def _about(self, interaction: Interaction, custom_id: str) -> int | None:
        """Say what server something in direct messages is about; whoever does it there has none of its roles."""
        pressed = isinstance(interaction, hikari.ComponentInteraction)
        return self._router.guild_of(custom_id) if pressed and self._router is not None else None


async def _outdated(_: Request) -> Result:
    raise OutdatedError
