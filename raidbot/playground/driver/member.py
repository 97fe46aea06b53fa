"""A member of a guild, and everything a member can do."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from raidbot.playground.driver.link import DriverError, Link
from raidbot.playground.driver.message import Message
from raidbot.playground.driver.reply import Reply

if TYPE_CHECKING:
    from raidbot.playground.driver.guild import Channel, Guild

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """A file that a member uploads."""

    filename: str
    content: bytes
    content_type: str = "application/octet-stream"

    def as_json(self) -> JSON:
        """Render it for the wire."""
        encoded = base64.b64encode(self.content).decode()
        return {"filename": self.filename, "content": encoded, "content_type": self.content_type}


class Member:
    """What it does raises RefusedByClientError where Discord's client would not let it."""

    kind = "user"

    def __init__(self, link: Link, guild: "Guild", member_id: int, name: str) -> None:
        self.id = member_id
        self.name = name
        self.guild = guild
        self._link = link

    def __repr__(self) -> str:
        return f"<Member {self.name} {self.id}>"

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    # -- what it is

    async def payload(self) -> JSON | None:
        """Give the membership as REST shows it; None when the member has left."""
        found: JSON | None = await self._link.call("member", guild_id=self.guild.id, user_id=self.id)
        return found

    async def roles(self) -> list[int]:
        """Give the ids of its roles, empty when it has left."""
        payload = await self.payload()
        return [] if payload is None else sorted(int(role_id) for role_id in payload["roles"])

    async def nick(self) -> str | None:
        """Give its nickname."""
        payload = await self.payload()
        return None if payload is None else payload["nick"]

    async def permissions(self, channel: "Channel | None" = None) -> int:
        """Compute what it may do in a channel, or in the guild."""
        channel_id = None if channel is None else channel.id
        held = await self._link.call("permissions", guild_id=self.guild.id, user_id=self.id, channel_id=channel_id)
        return int(held)

    async def direct_messages(self) -> list[Message]:
        """Read the DMs with the bot, newest last."""
        return [Message(self._link, view) for view in await self._link.call("direct_messages", user_id=self.id)]

    # -- what it does outside interactions

    async def send_direct(self, text: str, *, files: Sequence[File] = ()) -> Message:
        """Write the bot a direct message."""
        sent = [file.as_json() for file in files]
        return Message(
            self._link, await self._link.call("send", user_id=self.id, channel_id=None, text=text, files=sent)
        )

    async def react(self, message: Message, emoji: str, *, added: bool = True) -> None:
        """Give or take back a reaction; emoji is the character, or "name:id" of a custom one."""
        await self._link.call("react", user_id=self.id, message_id=message.id, emoji=emoji, added=added)

    async def set_dms(self, *, is_open: bool) -> None:
        """Open or close its DMs to the bot."""
        await self._link.call("open_dms", user_id=self.id, is_open=is_open)

    async def leave(self) -> None:
        """Leave the guild."""
        await self._link.call("remove_member", guild_id=self.guild.id, user_id=self.id)

    async def rejoin(self) -> None:
        """Join the guild again, without roles; refused while banned."""
        await self._link.call("join", guild_id=self.guild.id, user_id=self.id)

    # -- interactions

    async def command(
        self,
        channel: "Channel",
        name: str,
        /,
        *,
        subcommand: str | None = None,
        wait: bool = True,
        **options: Any,
    ) -> Reply:
        """Type a slash command and, with wait, wait for its final content.

        Options go by name: str, int, float, bool, Member, Role, Channel or File. A subcommand in a group is
        "group name".
        """
        reply_id = await self._link.call(
            "command",
            user_id=self.id,
            channel_id=channel.id,
            name=name,
            path=(subcommand or "").split(),
            options={key: as_option(value) for key, value in options.items()},
        )
        return await self._reply(reply_id, wait=wait)

    async def autocomplete(
        self,
        channel: "Channel",
        name: str,
        option: str,
        text: str,
        /,
        *,
        subcommand: str | None = None,
        **others: Any,
    ) -> list[tuple[str, Any]]:
        """Type text into an option and read what is offered, as (name, value); raises DriverError when none comes."""
        reply_id = await self._link.call(
            "autocomplete",
            user_id=self.id,
            channel_id=channel.id,
            name=name,
            path=(subcommand or "").split(),
            option=option,
            text=text,
            options={key: as_option(value) for key, value in others.items()},
        )
        choices = (await self._reply(reply_id, wait=True)).choices
        if choices is None:
            raise DriverError(f"nothing was offered for {option!r} of /{name} within 3 s")
        return choices

    async def press(self, on: Message | Reply, wanted: str, *, wait: bool = True) -> Reply:
        """Press a button, by label or custom id, on a message as it stands now."""
        message_id = _carrier(on, lambda shown: any(wanted in {one.label, one.custom_id} for one in shown.buttons))
        reply_id = await self._link.call("press", user_id=self.id, message_id=message_id, wanted=wanted)
        return await self._reply(reply_id, wait=wait)

    async def select(
        self, on: Message | Reply, values: Sequence[Any], *, custom_id: str | None = None, wait: bool = True
    ) -> Reply:
        """Choose in a select menu: labels or values, Members, Roles or Channels; the only menu when none is named."""
        reply_id = await self._link.call(
            "select",
            user_id=self.id,
            message_id=_carrier(on, lambda shown: bool(shown.selects)),
            values=[as_option(value) for value in values],
            custom_id=custom_id,
        )
        return await self._reply(reply_id, wait=wait)

    async def submit(
        self, opened: Reply, values: Mapping[str, str] | None = None, *, wait: bool = True, **fields: str
    ) -> Reply:
        """Fill the modal that a reply opened and send it off; fields by custom id or label."""
        filled = {**(values or {}), **fields}
        reply_id = await self._link.call("submit", reply_id=opened.id, fields=filled)
        return await self._reply(reply_id, wait=wait)

    async def _reply(self, reply_id: int, *, wait: bool) -> Reply:
        reply = Reply(self._link, self, reply_id)
        return await reply.wait() if wait else reply


def _carrier(on: Message | Reply, has_it: Callable[[Message], bool]) -> int:
    """Choose what of a reply carries a component: the newest message that has it; the reply itself when none has."""
    if isinstance(on, Message):
        return on.id
    shown = [message for message in (*on.followups[::-1], on.message) if message is not None]
    if not shown:
        raise DriverError(f"{on!r} shows no message")
    return next((message for message in shown if has_it(message)), shown[-1]).id


def as_option(value: Any) -> Any:
    """Turn an option's or a select's value into JSON: what has a kind and an id becomes a reference."""
    if isinstance(value, File):
        return value.as_json()
    kind = getattr(value, "kind", None)
    return value if kind is None else {"kind": kind, "id": value.id}
