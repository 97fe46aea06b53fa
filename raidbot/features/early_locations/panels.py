"""Sends what is owed: direct messages to raiders, announcements to the early location channel."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.early_locations import models as m
from raidbot.features.early_locations import views
from raidbot.features.early_locations.service import EarlyLocationService
from raidbot.features.members.api import Standing, standing_of
from raidbot.kernel.clock import Clock
from raidbot.kernel.discord.failures import Meaning, insist, meaning
from raidbot.kernel.discord.guild_view import GuildView
from raidbot.kernel.guilds import GuildStore
from raidbot.kernel.owed import Effect
from raidbot.kernel.permissions import Actor

SLACK: Final = timedelta(seconds=5)
"""How far Discord's clock and ours may be apart."""
NONCE_LIVES: Final = timedelta(seconds=60)
"""Discord remembers a nonce for a few minutes; past this the channel is searched."""


class EarlyMessages:
    """The effects; what an earlier try has sent is not sent again."""

    def __init__(
        self,
        service: EarlyLocationService,
        catalogue: Catalogue,
        guilds: GuildStore,
        guild_view: GuildView,
        bot: hikari.GatewayBot,
        clock: Clock,
        me: int,
    ) -> None:
        self._service = service
        self._catalogue = catalogue
        self._guilds = guilds
        self._guild_view = guild_view
        self._rest = bot.rest
        self._clock = clock
        self._me = me

    async def tell(self, effect: Effect) -> None:
        """Tell a raider where to bring their key, unless that changed or they may not know."""
        run_id, user_id = map(int, effect.subject.split(":"))
        letter = await self._service.letter(run_id, user_id)
        dungeon = None if letter is None else self._catalogue.find(letter.run.dungeon)
        if letter is None or dungeon is None or not await self._may_raid(letter.run.guild_id, user_id):
            return
        embed, rows = views.letter(letter, dungeon)
        try:
            channel = await self._rest.create_dm_channel(user_id)
            await self._send_once(effect, letter.place, int(channel.id), embed, components=list(rows))
        except hikari.ForbiddenError as error:
            if meaning(error) is not Meaning.CLOSED_DM:
                raise
            await self._service.told(letter, m.How.CLOSED)
        else:
            await self._service.told(letter, m.How.DM)

    async def announce(self, effect: Effect) -> None:
        """Announce every place of a run that is not announced yet, in order."""
        while (notice := await self._service.next_notice(int(effect.subject))) is not None:
            dungeon = self._catalogue.find(notice.run.dungeon)
            if dungeon is None:
                return
            content, embed = views.notice(notice, dungeon)
            message_id = await self._send_once(
                effect,
                notice.place,
                notice.channel_id,
                embed,
                known=notice.known,
                content=content or hikari.UNDEFINED,
                role_mentions=list(notice.role_ids),
            )
            await self._service.announced(notice.place, message_id)

    async def _send_once(
        self,
        effect: Effect,
        place: m.Place,
        channel_id: int,
        embed: hikari.Embed,
        *,
        known: Collection[int] = (),
        **parts: Any,
    ) -> int:
        """Send a message about a place, once: a nonce tells a second try, and past its life the channel itself."""
        if self._clock.now() - effect.owed_at > NONCE_LIVES:
            found = await self._sent_before(channel_id, place.set_at, embed, known)
            if found is not None:
                return found
        sent = await self._rest.create_message(
            channel_id,
            embed=embed,
            **{"mentions_everyone": False, "user_mentions": False, "role_mentions": False, **parts},
            nonce=f"early.{place.run_id}.{place.number}",
        )
        return int(sent.id)

    async def _sent_before(
        self, channel_id: int, since: datetime, embed: hikari.Embed, known: Collection[int]
    ) -> int | None:
        async def read() -> list[int]:
            messages = self._rest.fetch_messages(channel_id, after=since - SLACK).limit(100)
            return [
                int(one.id)
                async for one in messages
                if int(one.author.id) == self._me and int(one.id) not in known and _says(one, embed)
            ]

        return next(iter(await insist(read)), None)

    async def _may_raid(self, guild_id: int, user_id: int) -> bool:
        """Ask Discord for the roles as they are now: they may have changed since the raider confirmed."""
        member = await self._rest.fetch_member(guild_id, user_id)
        rights = (role.permissions for role in member.get_roles())
        actor = Actor(
            user_id,
            guild_id,
            frozenset(map(int, member.role_ids)),
            administrator=any(right & hikari.Permissions.ADMINISTRATOR for right in rights),
            owner=self._guild_view.owner_id(guild_id) == user_id,
        )
        return standing_of(actor, self._guilds.cached(guild_id)) is Standing.FINE


def _says(message: hikari.Message, embed: hikari.Embed) -> bool:
    """Say whether a message is one of this very embed's texts."""
    return any(_texts(one) == _texts(embed) for one in message.embeds)


def _texts(embed: hikari.Embed) -> tuple[Any, ...]:
    return embed.title, embed.description, [(field.name, field.value) for field in embed.fields]
