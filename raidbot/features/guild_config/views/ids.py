"""The custom ids of the configuration. A changed field list needs a higher VERSION."""

from dataclasses import dataclass
from typing import ClassVar

from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.guilds import Option


@dataclass(frozen=True)
class Refresh(CustomId):
    """Looks again."""

    PREFIX: ClassVar[str] = "config.refresh"


@dataclass(frozen=True)
class SwitchModule(CustomId):
    """The select of modules."""

    PREFIX: ClassVar[str] = "config.module"


@dataclass(frozen=True)
class SwitchRunRoles(CustomId):
    """`wanted`: what the press asks for."""

    PREFIX: ClassVar[str] = "config.runroles"
    wanted: bool


@dataclass(frozen=True)
class AskOption(CustomId):
    """Opens the form of one option."""

    PREFIX: ClassVar[str] = "config.option"
    option: Option


@dataclass(frozen=True)
class OptionForm(CustomId):
    PREFIX: ClassVar[str] = "config.option.form"
    option: Option


@dataclass(frozen=True)
class SetUp(CustomId):
    """`create`: also make what is missing, not only choose what is there."""

    PREFIX: ClassVar[str] = "config.setup"
    create: bool
