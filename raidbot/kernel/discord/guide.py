"""What commands there are, read from the commands themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

import hikari
import lightbulb

from raidbot.kernel.discord.commands import options_of, policy_of
from raidbot.kernel.discord.feature import Feature
from raidbot.kernel.guilds import GuildSettings, Module
from raidbot.kernel.permissions import Capability


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command."""

    name: str
    description: str
    required: bool
    choices: tuple[str, ...]
    """What there is to choose from, as shown; empty for anything else."""


@dataclass(frozen=True, slots=True)
class Command:
    """One slash command as it is declared."""

    name: str
    description: str
    capability: Capability
    module: Module | None
    options: tuple[Option, ...]

    @property
    def usage(self) -> str:
        """Write how it is typed: "/run dungeon [party]"."""
        options = [one.name if one.required else f"[{one.name}]" for one in self.options]
        return " ".join([f"/{self.name}", *options])


class Guide:
    """Knows every command of the features; which of them a guild has, its modules say."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self._features = features

    def commands(self, settings: GuildSettings) -> list[Command]:
        """List the commands of a guild by name."""
        found = [
            _read(command, feature.module)
            for feature in self._features
            if feature.module is None or feature.module in settings.modules
            for command in feature.commands
        ]
        return sorted(found, key=lambda command: command.name)


def _read(command: type[lightbulb.SlashCommand], module: Module | None) -> Command:
    policy = policy_of(command)
    if policy is None:
        raise RuntimeError(f"{command.__name__} declares no policy")
    name, description, options = options_of(command)
    return Command(
        name,
        description,
        policy.capability,
        module,
        tuple(
            Option(
                option.name,
                option.description,
                required=option.default is hikari.UNDEFINED,
                choices=tuple(choice.name for choice in option.choices or ()),
            )
            for option in options
        ),
    )
