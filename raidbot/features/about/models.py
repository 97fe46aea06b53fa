"""What is asked of the bot about itself."""

from dataclasses import dataclass
from typing import Final

from raidbot.kernel.errors import UserError
from raidbot.kernel.guilds import RoleKey
from raidbot.kernel.permissions import Capability

HELP: Final = Capability("read the help", None, None)
PING: Final = Capability("measure the bot", RoleKey.VERIFIED_RAIDER, None)
ABOUT: Final = Capability("read about the bot", None, None)


@dataclass(eq=False)
class NoSuchCommandError(UserError):
    """The server has no command of this name."""

    name: str
