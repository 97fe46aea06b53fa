"""Verbs on members: who is there, with which roles."""

from raidbot.playground import payloads
from raidbot.playground.client import ClientError
from raidbot.playground.control.verbs import JSON, Verbs


class MemberVerbs(Verbs):
    """What happens to members."""

    def add_members(self, *, guild_id: int, names: list[str], roles: list[int], bot: bool, dms_open: bool) -> list[int]:
        guild, deeds = self._world.guild(guild_id), self._realm.deeds
        made = []
        for name in names:
            user = deeds.new_user(name, bot=bot)
            user.dms_open = dms_open
            deeds.add_member(guild, user, roles)
            made.append(user.id)
        return made

    def join(self, *, guild_id: int, user_id: int) -> None:
        """Let a user who exists join a guild, anew or a second one."""
        guild = self._world.guild(guild_id)
        if user_id in guild.bans:
            raise ClientError("the user is banned from this server")
        self._realm.deeds.add_member(guild, self._world.user(user_id))

    def members(self, *, guild_id: int) -> list[JSON]:
        return [payloads.member(one) for one in self._world.guild(guild_id).members.values()]

    def member(self, *, guild_id: int, user_id: int) -> JSON | None:
        member = self._world.guild(guild_id).members.get(user_id)
        return None if member is None else payloads.member(member)

    def set_roles(self, *, guild_id: int, user_id: int, roles: list[int]) -> None:
        self._realm.deeds.set_roles(self._member(guild_id, user_id), roles)

    def set_nick(self, *, guild_id: int, user_id: int, nick: str | None) -> None:
        member = self._member(guild_id, user_id)
        member.nick = nick
        self._realm.deeds.member_changed(member)

    def time_out(self, *, guild_id: int, user_id: int, seconds: float) -> None:
        member = self._member(guild_id, user_id)
        member.timeout_until = self._server.clock.now() + seconds if seconds else None
        self._realm.deeds.member_changed(member)

    def open_dms(self, *, user_id: int, is_open: bool) -> None:
        self._world.user(user_id).dms_open = is_open

    def remove_member(self, *, guild_id: int, user_id: int) -> None:
        self._realm.deeds.remove_member(self._member(guild_id, user_id))

    def ban(self, *, guild_id: int, user_id: int, reason: str | None) -> None:
        self._realm.deeds.ban(self._world.guild(guild_id), self._world.user(user_id), reason)

    def unban(self, *, guild_id: int, user_id: int) -> None:
        self._realm.deeds.unban(self._world.guild(guild_id), self._world.user(user_id))

    def bans(self, *, guild_id: int) -> dict[str, str | None]:
        return {str(user_id): reason for user_id, reason in self._world.guild(guild_id).bans.items()}

    def permissions(self, *, guild_id: int, user_id: int, channel_id: int | None) -> int:
        member = self._member(guild_id, user_id)
        if channel_id is None:
            return int(self._world.guild_permissions(member))
        return int(self._world.channel_permissions(member, self._world.channel(channel_id)))
