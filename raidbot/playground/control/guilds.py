"""Verbs on guilds, their roles and channels."""

from collections.abc import Iterable
from typing import Literal

from raidbot.playground import payloads
from raidbot.playground.client import Client
from raidbot.playground.control.verbs import JSON, Verbs
from raidbot.playground.permissions import Overwrite
from raidbot.playground.world import Emoji, Guild, Role


class GuildVerbs(Verbs):
    """What an administrator does to a guild."""

    def add_guild(self, *, name: str, owner: str, bot_permissions: int, everyone: int) -> JSON:
        guild = self._realm.deeds.found_guild(name, owner, bot_permissions, everyone)
        return {"id": guild.id, "owner_id": guild.owner_id, "bot_id": self._world.bot.id}

    def remove_guild(self, *, guild_id: int) -> None:
        self._realm.deeds.leave_guild(self._world.guild(guild_id))

    def invite_again(self, *, guild_id: int, bot_permissions: int) -> None:
        self._realm.deeds.join_guild(self._world.left[guild_id], bot_permissions)

    def add_role(self, *, guild_id: int, name: str, permissions: int, position: int | None, mentionable: bool) -> JSON:
        guild = self._world.guild(guild_id)
        role = Role(self._world.ids.next(), name, permissions, 1, mentionable=mentionable)
        return payloads.role(self._realm.deeds.add_role(guild, role, position=position))

    def move_role(self, *, guild_id: int, role_id: int, position: int) -> None:
        self._realm.deeds.move_roles(self._world.guild(guild_id), {role_id: position})

    def edit_role(self, *, guild_id: int, role_id: int, changes: JSON) -> None:
        guild = self._world.guild(guild_id)
        role = self._world.role(guild, role_id)
        for key, value in changes.items():
            setattr(role, key, value)
        self._realm.deeds.role_changed(guild, role)

    def delete_role(self, *, guild_id: int, role_id: int) -> None:
        guild = self._world.guild(guild_id)
        self._realm.deeds.delete_role(guild, self._world.role(guild, role_id))

    def roles(self, *, guild_id: int) -> list[JSON]:
        return [payloads.role(one) for one in self._world.guild(guild_id).roles.values()]

    def add_channel(
        self, *, guild_id: int, name: str, kind: int, parent_id: int | None, overwrites: list[list[int]]
    ) -> JSON:
        guild = self._world.guild(guild_id)
        channel = self._realm.deeds.add_channel(guild, name, kind)
        channel.parent = None if parent_id is None else guild.channels[parent_id]
        channel.overwrites = _overwrites(guild, overwrites)
        self._realm.deeds.channel_added(channel)
        return payloads.channel(channel)

    def set_overwrites(self, *, channel_id: int, overwrites: list[list[int]]) -> None:
        channel = self._world.channel(channel_id)
        assert channel.guild is not None
        channel.overwrites = _overwrites(channel.guild, overwrites)
        self._realm.deeds.channel_changed(channel)

    def delete_channel(self, *, channel_id: int) -> None:
        self._realm.deeds.delete_channel(self._world.channel(channel_id))

    def channels(self, *, guild_id: int) -> list[JSON]:
        guild = self._world.guild(guild_id)
        return [payloads.channel(one) for one in (*guild.channels.values(), *guild.threads.values())]

    def edit_thread(self, *, channel_id: int, archived: bool, locked: bool) -> None:
        thread = self._world.channel(channel_id)
        thread.archived, thread.locked, thread.archived_at = archived, locked, self._world.now()
        self._realm.deeds.channel_changed(thread)

    def add_emoji(self, *, guild_id: int | None, name: str) -> int:
        emoji = Emoji(self._world.ids.next(), name)
        if guild_id is None:
            self._world.application.emojis[emoji.id] = emoji
            return emoji.id
        guild = self._world.guild(guild_id)
        guild.emojis[emoji.id] = emoji
        shown = {"guild_id": str(guild_id), "emojis": [payloads.emoji(one) for one in guild.emojis.values()]}
        self._server.stream.dispatch("GUILD_EMOJIS_UPDATE", shown, guild_id=guild_id)
        return emoji.id

    def commands(self, *, guild_id: int) -> list[JSON]:
        return Client(self._realm).commands(self._world.guild(guild_id))


def _overwrites(guild: Guild, given: Iterable[list[int]]) -> dict[int, Overwrite]:
    """Read overwrites given as [role or user id, allow, deny]."""
    made = {}
    for target, allow, deny in given:
        kind: Literal[0, 1] = 0 if target in guild.roles else 1
        made[target] = Overwrite(target, kind, allow, deny)
    return made
