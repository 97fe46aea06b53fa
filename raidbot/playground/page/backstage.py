"""What happens underneath: the processes, the crowd, and the numbers of single interactions."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from raidbot.playground.demo.cast import Cast
from raidbot.playground.demo.diary import Answers
from raidbot.playground.demo.stage import Stage, StageError
from raidbot.playground.driver import DriverError, Message
from raidbot.playground.driver.link import Link
from raidbot.playground.page.bot_log import BotLog

JSON = dict[str, Any]

SHOWN = 40
"""Interactions in the list."""
CROWD_WAITS_S = 40.0
LONGEST_CROWD_S = 60.0
REFUSED_FOR_S = 8.0
"""How long a storm of 429s lasts."""
REFUSED_SHARE = 0.5
OFFERS_FROM = 3
"""The panel's buttons before the first key: Join, Leave, Organizer Panel."""


class BackstageError(Exception):
    """That cannot be done now; the message says why."""


@dataclass(frozen=True, slots=True)
class State:
    """How the processes stand.

    Attributes:
        night: The scripted night is being played, so nobody else may act.
        bot: Its process: running, gone, or starting.
        busy: What is being done to the processes at the moment; empty: nothing.
        refusing: Discord answers half of all requests with 429.
    """

    night: bool
    bot: Literal["running", "gone", "starting"] = "running"
    busy: str = ""
    refusing: bool = False


class Backstage:
    """Does things to the processes, one at a time, and tells whoever listens."""

    def __init__(self, stage: Stage, cast: Cast, link: Link, *, night: bool) -> None:
        self.state = State(night)
        self.taken_over = asyncio.Event()
        """Somebody wants the scripted night to end, to play themselves."""
        self.listeners: set[Callable[[State], None]] = set()
        self.cast = cast
        self._stage = stage
        self._link = link
        self._log = BotLog(stage.bot.log)
        self._relenting: asyncio.Task[None] | None = None

    def set_state(self, **changes: Any) -> None:
        """Change the state and tell it."""
        self.state = replace(self.state, **changes)
        for listener in self.listeners:
            listener(self.state)

    def open_to_all(self) -> None:
        """Let the page's visitors act: the scripted night is over and the bot runs."""
        self.set_state(night=False, bot="running", busy="")

    async def close(self) -> None:
        """Stop what still runs."""
        if self._relenting is not None:
            self._relenting.cancel()
            await asyncio.gather(self._relenting, return_exceptions=True)

    # -- the processes

    async def bot_kill(self) -> None:
        """Kill -9."""
        if self.state.bot != "running":
            raise BackstageError("The bot is gone already.")
        with self._busy("kill -9"):
            await asyncio.to_thread(self._stage.bot.kill)
            self.set_state(bot="gone")

    async def bot_start(self) -> None:
        """Start the bot again."""
        if self.state.bot != "gone":
            raise BackstageError("The bot runs already.")
        with self._busy("starting the bot"):
            self.set_state(bot="starting")
            try:
                await self._stage.bot.died()
                await self._stage.bot.start()
            except (StageError, TimeoutError) as error:
                await asyncio.to_thread(self._stage.bot.kill)
                self.set_state(bot="gone")
                raise BackstageError(f"The bot did not start: {error}") from None
            self.set_state(bot="running")

    async def database_restart(self) -> None:
        """Stop PostgreSQL and start it again."""
        with self._busy("restarting PostgreSQL"):
            await asyncio.to_thread(self._stage.postgres.stop)
            await asyncio.to_thread(self._stage.postgres.start)

    async def gateway_drop(self) -> None:
        """Cut every gateway connection."""
        await self._stage.discord.drop_gateway(how="cut")

    async def rate_limit(self) -> None:
        """Let Discord refuse half of all changes to messages, for a while; returns when it has begun."""
        if self.state.refusing:
            raise BackstageError("Discord refuses already.")
        await self._stage.discord.fault(
            "rate_limit", route="/channels/*", probability=REFUSED_SHARE, retry_after=1.0, scope="shared"
        )
        self.set_state(refusing=True)
        self._relenting = asyncio.create_task(self._relent())

    async def _relent(self) -> None:
        await asyncio.sleep(REFUSED_FOR_S)
        with contextlib.suppress(DriverError):  # the demo has ended meanwhile
            await self._stage.discord.clear_faults()
        self.set_state(refusing=False)

    @contextlib.contextmanager
    def _busy(self, what: str) -> Iterator[None]:
        if self.state.busy:
            raise BackstageError(f"One thing at a time: {self.state.busy}.")
        self.set_state(busy=what)
        try:
            yield
        finally:
            self.set_state(busy="")

    # -- the crowd

    async def crowd(self, *, what: Literal["join", "leave", "offer"], count: int | None, seconds: float) -> JSON:
        """Let so many raiders press the same button of the newest panel, evenly spread over so many seconds."""
        raiders = self.cast.raiders[: max(1, len(self.cast.raiders) if count is None else count)]
        panel = self._panel(await self.cast.raids.messages())
        label = panel.buttons[OFFERS_FROM].label if what == "offer" else what.title()
        replies = await self._stage.discord.storm(
            [(raider, panel, label) for raider in raiders],
            over=min(max(0.0, seconds), LONGEST_CROWD_S),
            within=CROWD_WAITS_S,
        )
        answers = Answers.of([1000 * one.acknowledged_after for one in replies if one.acknowledged_after is not None])
        return {
            "clicks": len(replies),
            "answered": answers.count,
            "middle": round(answers.middle),
            "slowest": round(answers.slowest),
        }

    @staticmethod
    def _panel(messages: list[Message]) -> Message:
        for message in reversed(messages):
            labels = [button.label for button in message.buttons]
            if labels[:1] == ["Join"] and len(labels) > OFFERS_FROM:
                return message
        raise BackstageError("There is no open run in #raids: somebody must type /run first.")

    # -- the numbers

    async def underneath(self) -> JSON:
        """Give the last interactions with what they cost, newest first."""
        self._log.read()
        seen: JSON = await self._link.call("underneath", limit=SHOWN)
        for one in seen["interactions"]:
            told = self._log.of(one["id"])
            one |= {"statements": told.statements, "waited": told.waited}
        return seen | {"statements": self._log.statements if self._log.tells_all else None}
