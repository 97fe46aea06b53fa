"""Many presses at once, made and measured inside the process so that the driver costs nothing meanwhile."""

import asyncio
from collections.abc import Sequence

from raidbot.playground.client import Client
from raidbot.playground.interactions import Interaction
from raidbot.playground.stream import Stream
from raidbot.playground.world import Message, User

_PRESSES_A_TURN = 20
"""After so many presses of one burst the gateway's writer gets a turn, as the bot would not get all in one packet."""


class Storm:
    def __init__(self, stream: Stream, *, completed: bool) -> None:
        self._stream = stream
        self._completed = completed
        self._missing: set[int] = set()
        self._begun = False
        self._over = asyncio.Event()

    async def run(
        self,
        client: Client,
        presses: Sequence[tuple[User, Message, str]],
        *,
        over: float,
        timeout: float,  # noqa: ASYNC109 - it ends the storm early, it does not cancel it
    ) -> list[Interaction]:
        """Press all buttons, evenly spread over so many seconds, and wait for the answers, timeout seconds at most."""
        users = {user.id for user, _, _ in presses}
        self._stream.quiet |= users
        self._stream.watchers.add(self._watch)
        loop = asyncio.get_running_loop()
        start = loop.time()
        interactions: list[Interaction] = []
        try:
            for index, press in enumerate(presses):
                pause = start + over * index / len(presses) - loop.time()
                if pause > 0 or index % _PRESSES_A_TURN == 0:
                    await asyncio.sleep(max(0.0, pause))
                interaction = client.press(*press)
                interactions.append(interaction)
                self._missing.add(interaction.id)
            self._begun = True
            for interaction in interactions:
                self._watch(interaction)
            try:
                async with asyncio.timeout(timeout):
                    await self._over.wait()
            except TimeoutError:
                return interactions
        finally:
            self._stream.watchers.discard(self._watch)
            self._stream.quiet -= users
        return interactions

    def _watch(self, interaction: Interaction) -> None:
        ended = interaction.completed_after if self._completed else interaction.acknowledged_after
        if ended is not None or interaction.failed:
            self._missing.discard(interaction.id)
        if self._begun and not self._missing:
            self._over.set()
