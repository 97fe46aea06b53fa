"""One interaction, as the handlers of features see it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import hikari

from raidbot.kernel.guilds import GuildSettings
from raidbot.kernel.permissions import Actor

Interaction = hikari.CommandInteraction | hikari.ComponentInteraction | hikari.ModalInteraction


@dataclass(slots=True)
class Request:
    """Who asks for what, where: everything a handler may know about an interaction."""

    interaction: Interaction = field(repr=False)
    kind: str
    """command, component or modal."""
    name: str
    guild_id: int
    channel_id: int
    actor: Actor
    display_name: str
    settings: GuildSettings
    received: float = field(default_factory=time.monotonic)
    """When the click reached the process, on the monotonic clock."""

    @property
    def id(self) -> int:
        return int(self.interaction.id)

    @property
    def user_id(self) -> int:
        return self.actor.user_id

    @property
    def options(self) -> Mapping[str, object]:
        """What was typed with a command, by option; empty for anything else."""
        typed = self.interaction.options if isinstance(self.interaction, hikari.CommandInteraction) else None
        return {option.name: option.value for option in typed or ()}

    @property
    def values(self) -> tuple[str, ...]:
        """The chosen values of a select; empty for anything else."""
        return tuple(self.interaction.values) if isinstance(self.interaction, hikari.ComponentInteraction) else ()

    @property
    def chosen_member(self) -> hikari.InteractionMember | None:
        """The member chosen in a select of users; None for somebody who is not in the server, and anything else."""
        resolved = self.interaction.resolved if isinstance(self.interaction, hikari.ComponentInteraction) else None
        return None if resolved is None else next(iter(resolved.members.values()), None)

    @property
    def fields(self) -> Mapping[str, str]:
        """The submitted texts of a form by input name, surrounding space removed; empty for anything else."""
        if not isinstance(self.interaction, hikari.ModalInteraction):
            return {}
        return {
            component.custom_id: component.value.strip() for row in self.interaction.components for component in row
        }

    @property
    def message_id(self) -> int | None:
        """The message that carried the component or opened the form."""
        message = None if isinstance(self.interaction, hikari.CommandInteraction) else self.interaction.message
        return None if message is None else int(message.id)


def actor_of(member: hikari.InteractionMember, owner_id: int | None) -> Actor:
    """Say who a member is for the permission rules; `owner_id` is the guild owner's."""
    return Actor(
        user_id=int(member.id),
        guild_id=int(member.guild_id),
        role_ids=frozenset(map(int, member.role_ids)),
        administrator=bool(member.permissions & hikari.Permissions.ADMINISTRATOR),
        owner=owner_id is not None and int(member.id) == owner_id,
    )
