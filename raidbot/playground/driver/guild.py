"""Guilds, roles and channels, set up and changed as humans do it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from raidbot.playground.driver.link import Link
from raidbot.playground.driver.member import File, Member
from raidbot.playground.driver.message import Message
from raidbot.playground.world import TYPE_CATEGORY, TYPE_TEXT

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Role:
    id: int
    name: str
    permissions: int
    position: int
    mentionable: bool
    managed: bool

    @property
    def kind(self) -> str:
        return "role"

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"

    @classmethod
    def read(cls, payload: JSON) -> "Role":
        """Read a role from Discord's JSON."""
        return cls(
            int(payload["id"]),
            payload["name"],
            int(payload["permissions"]),
            payload["position"],
            payload["mentionable"],
            payload["managed"],
        )


Overwrites = Iterable[tuple["Role | Member | Guild", int, int]]
"""(whom, allowed bits, denied bits); the guild itself stands for everyone."""


class Channel:
    kind = "channel"

    def __init__(self, link: Link, guild: "Guild", channel_id: int, name: str) -> None:
        self.id = channel_id
        self.name = name
        self.guild = guild
        self._link = link

    def __repr__(self) -> str:
        return f"<Channel #{self.name} {self.id}>"

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    async def messages(self) -> list[Message]:
        """Read the channel, newest last, without anybody's ephemeral messages."""
        views = await self._link.call("messages", channel_id=self.id)
        for view in views:
            self._link.hear_message(view)
        return [Message(self._link, view) for view in views]

    async def wait_for(self, predicate: Callable[[Message], bool], within: float = 5) -> Message:
        """Wait until a message of the channel is as the predicate wants it; the newest such one."""
        await self.messages()

        def known() -> list[Message]:
            views = [
                view
                for view in self._link.messages.values()
                if view["channel_id"] == self.id and view["visible_to"] is None
            ]
            return [Message(self._link, view) for view in sorted(views, key=lambda view: view["id"])]

        def probe() -> Message | None:
            return next((message for message in reversed(known()) if predicate(message)), None)

        return await self._link.until(probe, within, lambda: f"#{self.name} has only {known()}")

    async def wait_without(self, message: Message, within: float = 5) -> None:
        """Wait until a message is gone."""
        gone = lambda: None if message.id in self._link.messages else True  # noqa: E731 - shorter than a function
        await self._link.until(gone, within, lambda: f"still there: {message!r}")

    async def send(self, member: Member, text: str, *, files: Sequence[File] = ()) -> Message:
        """Let a member write a message."""
        sent = [file.as_json() for file in files]
        view = await self._link.call("send", user_id=member.id, channel_id=self.id, text=text, files=sent)
        return Message(self._link, view)

    async def delete_message(self, message: Message) -> None:
        """Delete a message, as a moderator would."""
        await message.delete()

    async def set_overwrites(self, overwrites: Overwrites) -> None:
        """Replace the channel's permission overwrites."""
        given = [(whom.id, int(allow), int(deny)) for whom, allow, deny in overwrites]
        await self._link.call("set_overwrites", channel_id=self.id, overwrites=given)

    async def set_archived(self, *, archived: bool, locked: bool = False) -> None:
        """Archive a thread or open it again."""
        await self._link.call("edit_thread", channel_id=self.id, archived=archived, locked=locked)


class Guild:
    kind = "guild"

    def __init__(self, link: Link, guild_id: int, name: str, owner: tuple[int, str], bot: tuple[int, str]) -> None:
        self.id = guild_id
        self.name = name
        self._link = link
        self.owner = Member(link, self, *owner)
        self.bot = Member(link, self, *bot)

    def __repr__(self) -> str:
        return f"<Guild {self.name} {self.id}>"

    # -- roles

    async def add_role(
        self, name: str, *, permissions: int = 0, position: int | None = None, mentionable: bool = False
    ) -> Role:
        """Make a role; without a position it is the lowest."""
        payload = await self._link.call(
            "add_role",
            guild_id=self.id,
            name=name,
            permissions=int(permissions),
            position=position,
            mentionable=mentionable,
        )
        return Role.read(payload)

    async def roles(self) -> list[Role]:
        """Give the guild's roles, lowest first; the first is @everyone."""
        found = [Role.read(one) for one in await self._link.call("roles", guild_id=self.id)]
        return sorted(found, key=lambda role: (role.position, -role.id))

    async def move_role(self, role: Role, position: int) -> None:
        """Drag a role to a position."""
        await self._link.call("move_role", guild_id=self.id, role_id=role.id, position=position)

    async def edit_role(self, role: Role, **changes: Any) -> None:
        """Change a role's name, permissions, color, hoist or mentionable."""
        await self._link.call("edit_role", guild_id=self.id, role_id=role.id, changes=changes)

    async def delete_role(self, role: Role) -> None:
        """Delete a role, as an administrator would."""
        await self._link.call("delete_role", guild_id=self.id, role_id=role.id)

    # -- channels

    async def add_channel(
        self, name: str, *, kind: int = TYPE_TEXT, parent: Channel | None = None, overwrites: Overwrites = ()
    ) -> Channel:
        """Make a channel of Discord's channel type kind."""
        payload = await self._link.call(
            "add_channel",
            guild_id=self.id,
            name=name,
            kind=kind,
            parent_id=None if parent is None else parent.id,
            overwrites=[(whom.id, int(allow), int(deny)) for whom, allow, deny in overwrites],
        )
        return Channel(self._link, self, int(payload["id"]), name)

    async def add_category(self, name: str) -> Channel:
        """Make a category."""
        return await self.add_channel(name, kind=TYPE_CATEGORY)

    async def channels(self) -> list[Channel]:
        """Give the guild's channels and threads."""
        found = await self._link.call("channels", guild_id=self.id)
        return [Channel(self._link, self, int(one["id"]), one["name"]) for one in found]

    async def delete_channel(self, channel: Channel) -> None:
        """Delete a channel, as an administrator would."""
        await self._link.call("delete_channel", channel_id=channel.id)

    async def add_emoji(self, name: str) -> int:
        """Add a custom emoji and return its id."""
        return int(await self._link.call("add_emoji", guild_id=self.id, name=name))

    # -- members

    async def add_member(
        self, name: str, *, roles: Sequence[Role] = (), bot: bool = False, dms_open: bool = True
    ) -> Member:
        """Let somebody new join."""
        return (await self._join([name], roles, bot=bot, dms_open=dms_open))[0]

    async def add_members(self, count: int, prefix: str = "raider", roles: Sequence[Role] = ()) -> list[Member]:
        """Let many join at once, named by the prefix and a number from 1 on."""
        return await self._join([f"{prefix}{number}" for number in range(1, count + 1)], roles)

    async def admit(self, member: Member) -> Member:
        """Let a member of another guild join this one too, and give them as they are here."""
        here = Member(self._link, self, member.id, member.name)
        await here.rejoin()
        return here

    async def _join(
        self, names: list[str], roles: Sequence[Role], *, bot: bool = False, dms_open: bool = True
    ) -> list[Member]:
        ids = await self._link.call(
            "add_members",
            guild_id=self.id,
            names=names,
            roles=[role.id for role in roles],
            bot=bot,
            dms_open=dms_open,
        )
        return [Member(self._link, self, *one) for one in zip(ids, names, strict=True)]

    async def members(self) -> list[Member]:
        """Give everybody in the guild, bots too."""
        found = await self._link.call("members", guild_id=self.id)
        return [Member(self._link, self, int(one["user"]["id"]), one["user"]["username"]) for one in found]

    async def set_roles(self, member: Member, roles: Iterable[Role | int]) -> None:
        """Give a member exactly these roles, as an administrator would."""
        ids = [role.id if isinstance(role, Role) else role for role in roles]
        await self._link.call("set_roles", guild_id=self.id, user_id=member.id, roles=ids)

    async def set_nick(self, member: Member, nick: str | None) -> None:
        """Give a member a nickname."""
        await self._link.call("set_nick", guild_id=self.id, user_id=member.id, nick=nick)

    async def time_out(self, member: Member, seconds: float) -> None:
        """Time a member out, or (0) let them speak again."""
        await self._link.call("time_out", guild_id=self.id, user_id=member.id, seconds=seconds)

    async def kick(self, member: Member) -> None:
        """Kick a member."""
        await self._link.call("remove_member", guild_id=self.id, user_id=member.id)

    async def ban(self, member: Member, reason: str | None = None) -> None:
        """Ban somebody."""
        await self._link.call("ban", guild_id=self.id, user_id=member.id, reason=reason)

    async def unban(self, member: Member) -> None:
        """Lift a ban."""
        await self._link.call("unban", guild_id=self.id, user_id=member.id)

    async def bans(self) -> dict[int, str | None]:
        """Give the reasons of all bans by user id."""
        found = await self._link.call("bans", guild_id=self.id)
        return {int(user_id): reason for user_id, reason in found.items()}

    async def commands(self) -> list[JSON]:
        """Give the commands that the guild shows, as Discord's JSON; the guild's own hide global ones."""
        found: list[JSON] = await self._link.call("commands", guild_id=self.id)
        return found

    async def remove(self) -> None:
        """Remove the bot from the guild."""
        await self._link.call("remove_guild", guild_id=self.id)

    async def invite_again(self, *, bot_permissions: int) -> None:
        """Let the bot back in after it was removed; its managed role is new, and below all others."""
        await self._link.call("invite_again", guild_id=self.id, bot_permissions=bot_permissions)
