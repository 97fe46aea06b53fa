"""A handle on one local Discord."""

import asyncio
import signal as signals
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from raidbot.playground.driver.guild import Guild
from raidbot.playground.driver.link import Link
from raidbot.playground.driver.member import Member
from raidbot.playground.driver.message import Message
from raidbot.playground.driver.process import Process
from raidbot.playground.driver.reply import Reply
from raidbot.playground.permissions import ALL, Permission
from raidbot.playground.process import DEFAULT_TOKEN

ADMIN_LIKE = Permission(ALL) & ~Permission.ADMINISTRATOR
"""Every permission but Administrator, so that a channel's overwrites still bind the bot."""
EVERYONE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CHANGE_NICKNAME
    | Permission.CONNECT
    | Permission.SPEAK
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
"""What @everyone may do in a new guild."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    method: str
    route: str
    """The template, as in Discord's OpenAPI document; empty for an unknown route."""
    path: str
    status: int
    """0: a fault cut the connection before it was handled."""
    at: float
    """Unix seconds of the local Discord's clock."""
    size: int
    """Bytes of the request's body."""
    body: Any


class LocalDiscord:
    def __init__(self, link: Link, base_url: str, token: str, process: Process | None = None) -> None:
        self.token = token
        self.base_url = base_url
        self.process = process
        """Set when this handle started the process and will end it."""
        self._link = link

    @property
    def rest_url(self) -> str:
        """The bot's DISCORD_API_URL."""
        return f"{self.base_url}/api/v10"

    @classmethod
    async def launch(
        cls,
        *,
        token: str = DEFAULT_TOKEN,
        rate_limits: bool = True,
        clock_file: Path | None = None,
        contract: Path | None = None,
    ) -> "LocalDiscord":
        """Start a process and connect to it; `close` ends it.

        The clock file tells the bot of shifts; the contract is Discord's OpenAPI document, then `problems` lists what
        departs from it.
        """
        process = await asyncio.to_thread(
            Process.start, token=token, rate_limits=rate_limits, clock_file=clock_file, contract=contract
        )
        try:
            discord = await cls.attach(process.port, token=token)
        except BaseException:
            process.stop()
            raise
        discord.process = process
        return discord

    @classmethod
    async def attach(cls, port: int, *, token: str = DEFAULT_TOKEN) -> "LocalDiscord":
        """Connect to a process that runs already; `close` leaves it running."""
        base_url = f"http://127.0.0.1:{port}"
        return cls(await Link.open(base_url), base_url, token)

    async def close(self) -> None:
        """Hang up, and end the process if this handle started it."""
        await self._link.close()
        if self.process is not None:
            await asyncio.to_thread(self.process.stop)

    async def reset(self, *, rate_limits: bool = True) -> None:
        """Begin anew: an empty world, no gateway sessions, limits, faults or records, the clock unshifted."""
        await self._link.call("reset", rate_limits=rate_limits)
        self._link.forget()

    # -- the world

    async def add_guild(
        self,
        name: str,
        *,
        owner: str = "owner",
        bot_permissions: int = ADMIN_LIKE,
        bot_role_position: int | None = None,
        everyone: int = EVERYONE,
    ) -> Guild:
        """Make a guild with the bot in it; its managed role stays above roles added later, unless given a position."""
        made = await self._link.call(
            "add_guild", name=name, owner=owner, bot_permissions=int(bot_permissions), everyone=int(everyone)
        )
        guild = Guild(self._link, made["id"], name, (made["owner_id"], owner), (made["bot_id"], "raidbot"))
        if bot_role_position is not None:
            role = next(role for role in await guild.roles() if role.managed)
            await guild.move_role(role, bot_role_position)
        return guild

    async def add_application_emoji(self, name: str) -> int:
        """Add an emoji that belongs to the application and return its id."""
        return int(await self._link.call("add_emoji", guild_id=None, name=name))

    async def shift_clock(self, seconds: float) -> None:
        """Move the clock of this Discord, and through the clock file the bot's, by so many seconds."""
        await self._link.call("shift_clock", seconds=seconds)

    async def now(self) -> float:
        """Read the clock, in Unix seconds."""
        return float(await self._link.call("now"))

    async def wait_ready(self, within: float = 10) -> None:
        """Wait until a bot has identified on every shard and was sent its guilds."""
        await self._link.call("wait_ready", within=within)

    async def wait_gone(self, within: float = 10) -> None:
        """Wait until the loss of the bot was noticed: after a kill, before `wait_ready` for its successor."""
        await self._link.call("wait_gone", within=within)

    # -- many at once

    async def storm(
        self,
        clicks: Sequence[tuple[Member, Message, str]],
        *,
        over: float = 0.0,
        wait: Literal["acknowledged", "completed"] = "completed",
        within: float = 30.0,
    ) -> list[Reply]:
        """Press many buttons (member, message, label), spread over so many seconds, and wait for the answers.

        All is made and measured inside the process; a reply that had none in time has `acknowledged_after` None.
        """
        results = await self._link.call(
            "storm",
            clicks=[(member.id, message.id, label) for member, message, label in clicks],
            over=over,
            wait=wait,
            timeout=within,
            within=over + within + 60.0,
        )
        replies = []
        for (member, _, _), result in zip(clicks, results, strict=False):
            self._link.hear_reply(result["reply"])
            for view in result["messages"]:
                self._link.hear_message(view)
            replies.append(Reply(self._link, member, result["reply"]["id"]))
        return replies

    # -- what the bot asked for

    async def requests(self) -> list[RecordedRequest]:
        """Give the REST requests since the last reset, oldest first; the last 50,000 of them."""
        return [RecordedRequest(**one) for one in await self._link.call("requests")]

    async def count_by_route(self) -> dict[str, int]:
        """Count all REST requests since the last reset by "METHOD /route/{template}"."""
        return {f"{method} {route}": count for method, route, count in await self._link.call("counts")}

    async def total_requests(self) -> int:
        """Count the REST requests that arrived since the last reset, lost ones too."""
        return int(await self._link.call("total_requests"))

    async def problems(self) -> list[str]:
        """Say what went wrong: unknown routes, breaches of the contract, interactions unanswered or answered twice."""
        found: list[str] = await self._link.call("problems")
        return found

    async def forgive(self) -> None:
        """Forget the problems so far, which the test expected, and expect no answer to what is unanswered now."""
        await self._link.call("forgive")

    # -- faults

    async def fault(self, kind: str, **rule: Any) -> None:
        """Arm a fault; see `faults.Rule` for kinds and fields."""
        await self._link.call("fault", rule={"kind": kind, **rule})

    async def clear_faults(self) -> None:
        """Disarm all faults."""
        await self._link.call("clear_faults")

    async def drop_gateway(
        self,
        *,
        how: Literal["close", "cut", "reconnect", "invalidate"] = "close",
        resumable: bool = True,
        code: int | None = None,
    ) -> int:
        """Break every gateway connection, and return how many there were.

        "close" sends a close code (4000, or 4009 which ends the session too), "cut" nothing; "reconnect" asks with
        opcode 7, "invalidate" tells with opcode 9 that the session is (resumable: is not quite) lost.
        """
        close_code = code if code is not None else 4000 if resumable else 4009
        return int(await self._link.call("drop_gateway", how=how, resumable=resumable, code=close_code))

    async def refuse_connections(self, seconds: float) -> None:
        """Be gone from the network for so many seconds (the driver's own connection apart), then come back."""
        await self._link.call("refuse_connections", seconds=seconds, within=seconds + 10.0)

    async def refuse_intents(self, intents: int) -> None:
        """Switch privileged intents off: whoever identifies with one of them is closed with 4014."""
        await self._link.call("refuse_intents", intents=int(intents))

    async def stop_at_request(self, n: int, pid: int, *, signal: int = signals.SIGKILL, after: bool = False) -> None:
        """Send a process a signal when the n-th REST request from now arrives.

        Before it is handled (the request is lost), or after it was handled and before it is answered (the answer is).
        """
        await self._link.call("stop_at_request", n=n, pid=pid, signal=int(signal), after=after)

    async def cancel_stop(self) -> bool:
        """Withdraw such an order; tells whether it was still standing."""
        return bool(await self._link.call("cancel_stop"))
