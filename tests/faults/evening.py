"""Who plays an evening, and how they act. Each deed makes sure of something, however often the bot dies on the way.

Members do what members do: they press again when the bot died before it answered, read what it says, and open the
organizer panel anew when they do not trust the one they have.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import ClassVar, Final, TypeVar

from raidbot.playground.driver import Member, Message, RefusedByClientError, Reply
from tests.faults.bots import Bot
from tests.faults.town import LOOK_EVERY_S, Town, read

T = TypeVar("T")

LATER: Final = re.compile(r"I'm restarting|I can't reach my notes")
"""The bot says that it did not do it: press again."""
DONE_BEFORE: Final = re.compile(r"Somebody did that a moment ago|is (live|over) already|became a run already")
TAKEN_BACK: Final = re.compile(r"off the list|You stepped out")
"""The press before, whose answer did not come, had arrived: press again."""


async def _nothing() -> None:
    """Let a moment pass undisturbed."""


_UNDER_WAY: Final = (
    "SELECT 1 FROM owed_effect WHERE kind NOT IN ('raids.close_window', 'raids.find_screenshot')"
    " UNION ALL SELECT 1 FROM panel WHERE message_id IS NULL"
)

Done = Callable[[Message], bool]
Act = Callable[[Reply], Awaitable[Reply]]


@dataclass
class Run:
    """A run as its people see it."""

    HEADING: ClassVar[str] = "Organizer Panel: "
    """Of the organizer panel."""

    dungeon: str
    name: str
    """As panels show the dungeon."""
    organizer: Member
    public: Message
    panel: Reply | None = None
    """The organizer panel in use; None when it is not to be trusted."""


@dataclass
class Evening:
    """Who plays it, and what members were told."""

    town: Town
    bot: Bot
    patience: float = 30.0
    """Seconds for anything that the bot does by itself; it takes one or two on an idle machine."""
    repeated: int = 0
    """How often somebody had to do something again."""
    refused_for_now: list[str] = field(default_factory=list)
    acknowledged: list[float] = field(default_factory=list)
    """Seconds from each click to the bot's first answer."""
    panels: list[Message] = field(default_factory=list)
    """Every organizer panel that was shown."""
    excused: set[str] = field(default_factory=set)
    """Parts of complaints, of the local Discord or in the bot's log, that the test itself brings about."""
    interrupt: Callable[[], Awaitable[None]] = _nothing
    """What a test does to the bot's surroundings at certain moments of the evening."""

    # --- what organizers do -------------------------------------------------------------------------------------

    async def open_run(self, organizer: Member, dungeon: str, name: str, **options: str) -> Run:
        """Type `/run` until there is the run, and wait for its panels."""
        while True:
            reply = await self.attempt(
                lambda: organizer.command(self.town.raids, "run", dungeon=dungeon, wait=False, **options)
            )
            if reply is not None and re.search(r"You already have a|Organizer Panel: ", reply.text):
                break
            assert reply is None, f"/run: {reply!r}"
        fresh = "Organizer Panel: " in reply.text
        return await self.see_run(dungeon, name, organizer, reply if fresh else None)

    async def see_run(self, dungeon: str, name: str, organizer: Member, panel: Reply | None) -> Run:
        """Wait for the public panel of a run that was just opened; `panel` is the organizer's, if they trust it."""
        public = await self.see(lambda message: titled(message, name) and bool(message.buttons))
        self.shown(panel)
        return Run(dungeon, name, organizer, public, panel)

    async def open_panel(self, run: Run) -> Reply | None:
        """Open the organizer panel anew; None when the run is over."""
        while True:
            try:
                reply = await self.attempt(lambda: run.organizer.press(run.public, "Organizer Panel", wait=False))
            except RefusedByClientError:  # the panel has no such button any more
                return None
            if reply is None:
                continue
            if DONE_BEFORE.search(reply.text):
                return None
            assert run.HEADING in reply.text, f"Organizer Panel: {reply!r}"
            self.shown(reply)
            return reply

    async def make_sure(self, run: Run, what: str, done: Done, act: Act) -> bool:
        """Do something on the organizer panel until it shows that it is done; False when the run is over instead."""
        while True:
            panel, run.panel = run.panel or await self.open_panel(run), None
            if panel is None:
                return False
            if panel.message is not None and done(panel.message):
                run.panel = panel
                return True
            try:
                reply = await self.attempt(lambda panel=panel: act(panel))  # type: ignore[misc]
            except RefusedByClientError:  # the panel has changed under the finger
                continue
            if reply is None:
                continue
            if reply.followups:
                said = "\n".join(message.text for message in reply.followups)
                assert DONE_BEFORE.search(said), f"{what}: {said}"
                continue
            if await self.while_up(panel.wait_for(done, self.patience)):
                run.panel = panel
                return True

    async def press(self, run: Run, label: str, done: Done) -> None:
        """Press a button of the organizer panel."""
        act: Act = lambda panel: run.organizer.press(panel, label, wait=False)  # noqa: E731 - shorter than a function
        assert await self.make_sure(run, label, done, act), f"{label}: the run is over"

    async def finish(self, run: Run, label: str) -> None:
        """End or cancel the run."""
        await self.make_sure(
            run,
            label,
            lambda panel: {button.label for button in panel.buttons} <= {"Log Keys"},
            lambda panel: run.organizer.press(panel, label, wait=False),
        )
        await self.see(lambda message: titled(message, run.name) and not message.buttons)

    async def fill(self, run: Run, label: str, done: Done, **values: str) -> None:
        """Fill a form of the organizer panel."""

        async def act(panel: Reply) -> Reply:
            opened = await self.attempt(lambda: run.organizer.press(panel, label, wait=False))
            if opened is None or opened.modal is None:
                raise RefusedByClientError(f"{label} opened no form: {opened!r}")
            return await run.organizer.submit(opened, values, wait=False)

        assert await self.make_sure(run, label, done, act), f"{label}: the run is over"

    async def set_texts(self, run: Run, party: str, location: str) -> None:
        """Set party and location."""
        await self.fill(run, "Set Party/Location", lambda panel: location in panel.text, Party=party, Location=location)

    async def set_chain(self, run: Run, amount: str) -> None:
        """Set the length of the chain, of a run that has had one pop."""
        await self.fill(run, "Chain Amount", lambda panel: f"Chain 1/{amount}" in panel.text, amount=amount)

    async def ping(self, run: Run) -> None:
        """Ping the raiders until the message stands."""
        called: Done = lambda message: "the organizer calls" in message.content  # noqa: E731 - shorter than a function
        while not any(called(message) for message in await self.town.raids.messages()):
            run.panel = run.panel or await self.open_panel(run)
            panel = run.panel
            assert panel is not None
            reply = await self.attempt(lambda panel=panel: run.organizer.press(panel, "Ping Raiders", wait=False))  # type: ignore[misc]
            if reply is None:
                run.panel = None
                continue
            assert not reply.followups, f"Ping Raiders: {reply!r}"
            await self.see(called)

    async def extend(self, run: Run) -> None:
        """Press Extend under the word that the run ends soon."""
        warning = await self.see(lambda message: "ends by itself" in message.content and offers(message, "Extend"))
        while await warning.refresh() is not None:
            try:
                reply = await self.attempt(lambda: run.organizer.press(warning, "Extend by an hour", wait=False))
            except RefusedByClientError:  # gone: it was done
                return
            if reply is not None:
                assert re.search(r"goes on until", reply.text) or DONE_BEFORE.search(reply.text), f"Extend: {reply!r}"
                return

    # --- what raiders do ----------------------------------------------------------------------------------------

    async def click(self, what: str, act: Callable[[], Awaitable[Reply]], confirmed: str) -> Reply:
        """Do something until the bot's answer confirms it."""
        while True:
            reply = await self.attempt(act)
            if reply is not None and re.search(confirmed, reply.text):
                return reply
            assert reply is None or TAKEN_BACK.search(reply.text), f"{what}: {reply!r}"

    async def join(self, raider: Member, run: Run) -> Reply:
        """Press Join."""
        return await self.click(
            "Join", lambda: raider.press(run.public, "Join", wait=False), r"You're in for|You're in already"
        )

    async def leave(self, raider: Member, run: Run) -> None:
        """Press Leave."""
        await self.click(
            "Leave", lambda: raider.press(run.public, "Leave", wait=False), r"You left|You aren't in this run"
        )

    async def choose_class(self, raider: Member, run: Run, raider_class: str) -> None:
        """Choose a class under the answer to Join."""
        answer = await self.join(raider, run)
        await self.click(
            "class", lambda: raider.select(answer, [raider_class], wait=False), rf"(?i)You're in as .*{raider_class}"
        )

    async def offer_key(self, raider: Member, run: Run, label: str) -> Reply:
        """Press a key's button; again when that took the offer back, because the press before had arrived."""
        return await self.click("key", lambda: raider.press(run.public, label, wait=False), r"is noted")

    # --- patience -----------------------------------------------------------------------------------------------

    async def attempt(self, act: Callable[[], Awaitable[Reply]]) -> Reply | None:
        """Do something once the bot is there and wait for its answer; None when it did not come or was "not now"."""
        life = await self.bot.ready()
        reply = await act()
        await self.bot.outlives(life, reply.wait(self.patience))
        if reply.acknowledged_after is not None:
            self.acknowledged.append(reply.acknowledged_after)
        if reply.completed_after is not None:
            if not LATER.search(reply.text):
                return reply
            self.refused_for_now.append(reply.text)
        if reply.failed:
            await self.town.discord.wait_ready(self.patience)
        self.repeated += 1
        return None

    async def insist(self, act: Callable[[], Awaitable[Reply]]) -> Reply:
        """Do something again until there is an answer."""
        while (reply := await self.attempt(act)) is None:
            pass
        return reply

    async def while_up(self, work: Awaitable[T]) -> T | None:
        """Wait for something that the bot does; None when it died first."""
        return await self.bot.outlives(await self.bot.ready(), work)

    async def outlast(self, work: Callable[[], Awaitable[T]]) -> T:
        """Wait for something that the bot does sooner or later, whatever happens to it."""
        while (result := await self.while_up(work())) is None:
            pass
        return result

    async def see(self, wanted: Done) -> Message:
        """Wait until a message of the raid channel is as wanted."""
        return await self.outlast(lambda: self.town.raids.wait_for(wanted, self.patience))

    async def see_gone(self, message: Message) -> None:
        """Wait until a message of the raid channel is gone."""

        async def gone() -> bool:
            await self.town.raids.wait_without(message, self.patience)
            return True

        await self.outlast(gone)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass, for the bot and for Discord, once nothing is under way.

        The bot hears of it a moment after Discord has forgotten its nonces: what happens in between happens nowhere.
        """
        async with asyncio.timeout(self.patience):
            while await read(self.town.database, _UNDER_WAY):  # noqa: ASYNC110 - rows tell nobody that they change
                await asyncio.sleep(LOOK_EVERY_S)
        await self.town.discord.shift_clock(seconds)

    def shown(self, panel: Reply | None) -> None:
        """Remember an organizer panel, to look at it when all is over."""
        if panel is not None and panel.message is not None:
            self.panels.append(panel.message)


def titled(message: Message, name: str) -> bool:
    """Say whether a message is the panel of a dungeon, by the name that panels show."""
    return any(re.search(rf": {name}( \||$)", embed.get("title") or "") for embed in message.embeds)


def offers(message: Message, label: str) -> bool:
    """Say whether a message has a button whose label begins so."""
    return any(button.label.startswith(label) for button in message.buttons)
