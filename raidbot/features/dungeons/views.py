"""What members read of dungeons."""

from collections.abc import Mapping
from typing import Final

from raidbot.features.dungeons.models import UnknownDungeonError
from raidbot.kernel.discord.error_texts import ErrorText
from raidbot.kernel.discord.text import cut, plain
from raidbot.kernel.errors import UserError

ERROR_TEXTS: Final[Mapping[type[UserError], ErrorText]] = {
    UnknownDungeonError: lambda error: (
        f"I don't know a dungeon called “{plain(cut(error.text, 50))}”. Pick one from the list that opens as you type."
    ),
}
