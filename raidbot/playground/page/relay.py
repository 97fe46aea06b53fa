"""One open page: its calls go to the local Discord as the chosen member's, what the member sees comes back."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import aiohttp
import orjson
from aiohttp import WSMsgType, web

from raidbot.playground.driver import DriverError, RefusedByClientError
from raidbot.playground.driver.link import Link
from raidbot.playground.page.backstage import Backstage, BackstageError, State
from raidbot.playground.page.tours import TOURS, told
from raidbot.playground.sight import DIRECT

JSON = dict[str, Any]

LONGEST_CALL = 16 * 1024 * 1024
"""Bytes of one call: a file to upload is in it."""
FAULTS = ("bot_kill", "bot_start", "database_restart", "gateway_drop", "rate_limit")


class Relay:
    """Serves one page until it goes."""

    def __init__(self, backstage: Backstage, link: Link, base_url: str, session: aiohttp.ClientSession) -> None:
        self._backstage = backstage
        self._link = link
        self._base_url = base_url
        self._session = session
        self._member = 0
        self._sight: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[None]] = set()
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._always: dict[str, Callable[[JSON], Awaitable[Any]]] = {
            "look": self._look,
            "underneath": lambda _: backstage.underneath(),
            "take_over": self._take_over,
        }
        self._acts: dict[str, Callable[[JSON], Awaitable[Any]]] = {
            "press": lambda call: self._interact("press", message_id=int(call["message"]), wanted=str(call["button"])),
            "select": self._select,
            "command": self._command,
            "autocomplete": self._autocomplete,
            "submit": self._submit,
            "close_form": lambda call: self._as_member("close_form", reply_id=int(call["reply"])),
            "dismiss": lambda call: self._as_member("dismiss", message_id=int(call["message"])),
            "send": self._send,
            "react": self._react,
            "crowd": self._crowd,
            **{name: self._fault(name) for name in FAULTS},
        }

    async def serve(self, socket: web.WebSocketResponse) -> None:
        """Say hello, then carry out calls, each in its own task."""
        writer = asyncio.create_task(self._write(socket))
        self._backstage.listeners.add(self._tell_state)
        try:
            self._push({"event": "hello", "hello": self._hello()})
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    break
                task = asyncio.create_task(self._carry_out(dict(orjson.loads(message.data))))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
        finally:
            self._backstage.listeners.discard(self._tell_state)
            left = [*self._running, writer, *([self._sight] if self._sight else [])]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _write(self, socket: web.WebSocketResponse) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await socket.send_str(await self._queue.get())

    def _push(self, content: JSON) -> None:
        self._queue.put_nowait(orjson.dumps(content).decode())

    def _tell_state(self, state: State) -> None:
        self._push({"event": "state", "state": asdict(state)})

    def _hello(self) -> JSON:
        cast = self._backstage.cast
        people = [
            ("Administrator", [cast.owner]),
            ("Moderator", [cast.vesna]),
            ("Organizers", [cast.mira, cast.tobin]),
            ("Security", [cast.sable]),
            ("Suspended", [cast.sly]),
            ("Not verified", [cast.newt]),
            ("Raiders", cast.raiders),
        ]
        return {
            "people": [[title, [[str(one.id), one.name] for one in members]] for title, members in people],
            "raiders": len(cast.raiders),
            "home": str(cast.raids.id),
            "state": asdict(self._backstage.state),
            "tours": [told(tour, raiders=len(cast.raiders)) for tour in TOURS],
        }

    async def _carry_out(self, call: JSON) -> None:
        """Answer one call; what a member cannot do, or cannot do now, is an answer too."""
        answer: JSON = {"id": call.get("id")}
        try:
            answer["result"] = await self._perform(str(call.get("verb")), call)
        except (RefusedByClientError, BackstageError) as refusal:
            answer["error"] = str(refusal)
        except TimeoutError:
            answer["error"] = "That took too long."
        except (DriverError, KeyError, ValueError, TypeError) as error:
            answer["error"] = f"That went wrong: {error!r}"
        self._push(answer)

    async def _perform(self, verb: str, call: JSON) -> Any:
        if verb in self._always:
            return await self._always[verb](call)
        act = self._acts.get(verb)
        if act is None:
            raise BackstageError("There is no such thing to do.")
        if self._backstage.state.night:
            raise BackstageError("The raid night is still being played. Look on, or end it above and play yourself.")
        return await act(call)

    # -- looking

    async def _look(self, call: JSON) -> None:
        """Look through another member's eyes from now on."""
        if self._sight is not None:
            self._sight.cancel()
            await asyncio.gather(self._sight, return_exceptions=True)
        self._member = int(call["member"])
        self._sight = asyncio.create_task(self._follow(self._member))

    async def _follow(self, member: int) -> None:
        query = {"guild_id": str(self._backstage.cast.guild.id), "user_id": str(member)}
        with contextlib.suppress(aiohttp.ClientError):
            async with self._session.ws_connect(
                f"{self._base_url}/playground/sight", params=query, max_msg_size=0
            ) as sight:
                async for heard in sight:
                    self._queue.put_nowait(heard.data)

    # -- acting as the chosen member

    async def _as_member(self, verb: str, **arguments: Any) -> Any:
        return await self._link.call(verb, user_id=self._member, **arguments)

    async def _interact(self, verb: str, **arguments: Any) -> str:
        return str(await self._as_member(verb, **arguments))

    async def _select(self, call: JSON) -> str:
        arguments = {"values": list(call["values"]), "custom_id": str(call["menu"])}
        return await self._interact("select", message_id=int(call["message"]), **arguments)

    async def _command(self, call: JSON) -> str:
        where = {"channel_id": int(call["channel"]), "name": str(call["name"]), "path": list(call["path"])}
        return await self._interact("command", **where, options=dict(call["options"]))

    async def _autocomplete(self, call: JSON) -> str:
        where = {"channel_id": int(call["channel"]), "name": str(call["name"]), "path": list(call["path"])}
        typed = {"option": str(call["option"]), "text": str(call["text"]), "options": dict(call["options"])}
        return await self._interact("autocomplete", **where, **typed)

    async def _submit(self, call: JSON) -> str:
        fields = {str(name): str(value) for name, value in call["fields"].items()}
        return str(await self._link.call("submit", reply_id=int(call["reply"]), fields=fields))

    async def _send(self, call: JSON) -> None:
        channel = None if call["channel"] == DIRECT else int(call["channel"])
        await self._as_member("send", channel_id=channel, text=str(call["text"]), files=[])

    async def _react(self, call: JSON) -> None:
        message, emoji, added = int(call["message"]), str(call["emoji"]), bool(call["added"])
        await self._as_member("react", message_id=message, emoji=emoji, added=added)

    # -- backstage

    async def _crowd(self, call: JSON) -> JSON:
        count = None if call["count"] is None else int(call["count"])
        return await self._backstage.crowd(what=call["what"], count=count, seconds=float(call["seconds"]))

    async def _take_over(self, _: JSON) -> None:
        self._backstage.taken_over.set()

    def _fault(self, name: str) -> Callable[[JSON], Awaitable[None]]:
        deed: Callable[[], Awaitable[None]] = getattr(self._backstage, name)
        return lambda _: deed()
