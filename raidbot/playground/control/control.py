"""The websocket of one driver."""

import asyncio
import inspect
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import WSMsgType, web

from raidbot.playground.client import ClientError
from raidbot.playground.control.guilds import GuildVerbs
from raidbot.playground.control.interactions import InteractionVerbs
from raidbot.playground.control.members import MemberVerbs
from raidbot.playground.control.messages import MessageVerbs
from raidbot.playground.control.process import ProcessVerbs
from raidbot.playground.control.verbs import JSON
from raidbot.playground.refusals import RefusedError

if TYPE_CHECKING:
    from raidbot.playground.server import Server


class Control(ProcessVerbs, GuildVerbs, MemberVerbs, MessageVerbs, InteractionVerbs):
    """Carries out the driver's verbs: each public method is one; its keyword arguments are the verb's."""

    def __init__(self, server: "Server") -> None:
        super().__init__(server)
        self._verbs: dict[str, Callable[..., Any]] = {
            name: method
            for name, method in inspect.getmembers(self, callable)
            if not name.startswith("_") and name != "handle"
        }

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one driver until it goes."""
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        await socket.prepare(request)
        queue = self._server.stream.listen()
        writer = asyncio.create_task(_write(socket, queue))
        running: set[asyncio.Task[None]] = set()
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    break
                call = orjson.loads(message.data)
                outcome = self._perform(call, queue)
                if outcome is not None:
                    task = asyncio.create_task(self._finish(call["id"], outcome, queue))
                    running.add(task)
                    task.add_done_callback(running.discard)
        finally:
            self._server.stream.leave(queue)
            for task in (*running, writer):
                task.cancel()
            await asyncio.gather(*running, writer, return_exceptions=True)
        return socket

    def _perform(self, call: JSON, queue: "asyncio.Queue[bytes]") -> Any:
        """Carry out a verb at once, or return the awaitable of one that takes time."""
        try:
            result = self._verbs[call["verb"]](**call["arguments"])
        except Exception as error:  # noqa: BLE001 - the driver raises it on its side
            queue.put_nowait(_failure(call["id"], error))
            return None
        if inspect.isawaitable(result):
            return result
        queue.put_nowait(orjson.dumps({"id": call["id"], "result": result}))
        return None

    @staticmethod
    async def _finish(call_id: int, work: Any, queue: "asyncio.Queue[bytes]") -> None:
        try:
            queue.put_nowait(orjson.dumps({"id": call_id, "result": await work}))
        except Exception as error:  # noqa: BLE001 - the driver raises it on its side
            queue.put_nowait(_failure(call_id, error))


def _failure(call_id: int, error: Exception) -> bytes:
    refused = isinstance(error, (ClientError, RefusedError))
    return orjson.dumps({"id": call_id, "error": str(error) if refused else repr(error), "refused": refused})


async def _write(socket: web.WebSocketResponse, queue: "asyncio.Queue[bytes]") -> None:
    with suppress(ConnectionError):
        while True:
            await socket.send_str((await queue.get()).decode())
