"""Tells a guild's staff, once, what only they can mend."""

import hikari
from loguru import logger

from raidbot.kernel.discord.failures import Meaning, meaning
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import DESCRIPTION, cut
from raidbot.kernel.guilds import ChannelKey, GuildStore


class Staff:
    """Posts to the channel mapped as `bot_log`; without one the log and the doctor are all there is."""

    def __init__(self, rest: hikari.api.RESTClient, guilds: GuildStore) -> None:
        self._rest = rest
        self._guilds = guilds
        self._told: set[tuple[int, str]] = set()

    async def tell(self, guild_id: int, about: str, text: str) -> None:
        """Tell the staff; a second telling about the same thing is left out until the next start. Never raises.

        A telling that Discord had no time for is made up for at the next occasion.
        """
        if (guild_id, about) in self._told:
            return
        self._told.add((guild_id, about))
        logger.warning("guild {}: {}", guild_id, text)
        channel_id = self._guilds.cached(guild_id).channels.get(ChannelKey.BOT_LOG)
        if channel_id is None:
            return
        embed = hikari.Embed(title="I need your help", description=cut(text, DESCRIPTION), colour=int(Colour.WARNING))
        try:
            await self._rest.create_message(channel_id, embed=embed)
        except hikari.HTTPError as error:
            logger.warning("guild {}: staff could not be told: {}", guild_id, type(error).__name__)
            if meaning(error) is Meaning.RETRY:
                self._told.discard((guild_id, about))
