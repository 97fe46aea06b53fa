"""Sends what is owed: direct messages to raiders, announcements to the early location channel."""

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.early_locations import models as m
from raidbot.features.early_locations import views
from raidbot.features.early_locations.service import EarlyLocationService
from raidbot.features.members.api import Standing, standing_of
from raidbot.kernel.discord.failures import Meaning, meaning
from raidbot.kernel.discord.guild_view import GuildView
from raidbot.kernel.discord.posts import Posts, Recognised, shows
from raidbot.kernel.guilds import GuildStore
from raidbot.kernel.owed import Effect
from raidbot.kernel.permissions import Actor


class EarlyMessages:
    """The effects; what an earlier try has sent is not sent again."""

    def __init__(
        self,
        service: EarlyLocationService,
        catalogue: Catalogue,
        guilds: GuildStore,
        guild_view: GuildView,
        rest: hikari.api.RESTClient,
        posts: Posts,
    ) -> None:
        self._service = service
        self._catalogue = catalogue
        self._guilds = guilds
        self._guild_view = guild_view
        self._rest = rest
        self._posts = posts

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
            await self._posts.send(
                int(channel.id),
                embed=embed,
                rows=rows,
                nonce=_nonce(letter.place),
                owed_at=effect.owed_at,
                since=letter.place.set_at,
            )
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
            message_id = await self._posts.send(
                notice.channel_id,
                content=content,
                embed=embed,
                roles=notice.role_ids,
                nonce=_nonce(notice.place),
                owed_at=effect.owed_at,
                since=notice.place.set_at,
                ours=_unknown(notice, embed),
            )
            await self._service.announced(notice.place, message_id)

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


def _nonce(place: m.Place) -> str:
    return f"early.{place.run_id}.{place.number}"


def _unknown(notice: m.Notice, embed: hikari.Embed) -> Recognised:
    """Recognise an announcement that is not noted as another's: a run may come back to a place."""
    shown = shows(embed)
    return lambda message: int(message.id) not in notice.known and shown(message)
