"""The driver's one websocket: calls, and the changes that the process pushes."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import aiohttp
import orjson

JSON = dict[str, Any]
T = TypeVar("T")

CALL_S = 60.0
"""How long a verb may take that does not wait for the bot."""


class DriverError(Exception):
    """The local Discord could not do what the driver asked for: a fault of the test or of the local Discord."""


class RefusedByClientError(DriverError):
    """A member cannot do this: Discord's client does not offer it."""


class Link:
    def __init__(self, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.messages: dict[int, JSON] = {}
        """Every message that was heard of, by id, as it stands; the deleted ones are gone."""
        self.replies: dict[int, JSON] = {}
        """Every interaction that was heard of, by id, as it stands."""
        self._moments: dict[tuple[str, int], int] = {}
        self._session = session
        self._socket = socket
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._number = 0
        self._change = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, base_url: str) -> "Link":
        """Connect to a running process (http://127.0.0.1:port)."""
        session = aiohttp.ClientSession()
        try:
            socket = await session.ws_connect(f"{base_url}/playground/stream", max_msg_size=0, autoping=True)
        except BaseException:
            await session.close()
            raise
        return cls(session, socket)

    async def close(self) -> None:
        """Hang up."""
        await self._socket.close()
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        await self._session.close()

    async def call(self, verb: str, *, within: float = CALL_S, **arguments: Any) -> Any:
        """Carry out a verb of `control`; raises RefusedByClientError, DriverError or TimeoutError."""
        if self._reader.done():
            raise DriverError("the local Discord is gone")
        self._number += 1
        number = self._number
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._calls[number] = answer
        encoded = orjson.dumps({"id": number, "verb": verb, "arguments": arguments})
        try:
            await self._socket.send_str(encoded.decode())
            async with asyncio.timeout(within):
                return await answer
        finally:
            del self._calls[number]

    async def until(self, probe: Callable[[], T | None], within: float, what: Callable[[], str]) -> T:
        """Wait for a change after which probe gives something; raises TimeoutError that says what was waited for."""
        deadline = asyncio.get_running_loop().time() + within
        while True:
            found = probe()
            if found is not None:
                return found
            if self._reader.done():
                raise DriverError("the local Discord is gone")
            try:
                async with asyncio.timeout_at(deadline):
                    await self._change.wait()
            except TimeoutError:
                raise TimeoutError(f"after {within:g} s: {what()}") from None

    def hear_message(self, view: JSON) -> None:
        """Take note of a message as it stands, unless something newer was heard: answers and pushes cross."""
        if not self._newer(view):
            return
        if view["deleted"]:
            self.messages.pop(view["id"], None)
        else:
            self.messages[view["id"]] = view

    def hear_reply(self, view: JSON) -> None:
        """Take note of an interaction as it stands, unless something newer was heard."""
        if self._newer(view):
            self.replies[view["id"]] = view

    def _newer(self, view: JSON) -> bool:
        key = ("message" if "deleted" in view else "reply", view["id"])
        if view["moment"] < self._moments.get(key, 0):
            return False
        self._moments[key] = view["moment"]
        return True

    def forget(self) -> None:
        """Forget all messages and interactions."""
        self.messages.clear()
        self.replies.clear()
        self._moments.clear()

    def notify(self) -> None:
        """Let those who wait look again."""
        self._change.set()
        self._change = asyncio.Event()

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(orjson.loads(message.data))
        finally:
            for answer in self._calls.values():
                if not answer.done():
                    answer.set_exception(DriverError("the local Discord is gone"))
            self.notify()

    def _take(self, heard: JSON) -> None:
        if "event" in heard:
            if heard["event"] == "message":
                self.hear_message(heard["message"])
            else:
                self.hear_reply(heard["reply"])
            self.notify()
            return
        answer = self._calls.get(heard["id"])
        if answer is None or answer.done():
            return
        if "error" in heard:
            kind = RefusedByClientError if heard["refused"] else DriverError
            answer.set_exception(kind(heard["error"]))
        else:
            answer.set_result(heard["result"])
