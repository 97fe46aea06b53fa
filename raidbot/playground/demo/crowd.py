"""What members do, with the patience of humans: they press again when Discord says that an interaction failed."""

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

from raidbot.playground.demo.card import markdown
from raidbot.playground.demo.diary import Diary, Tone
from raidbot.playground.driver import Channel, Member, Message, Reply

T = TypeVar("T")

ANSWER_S = 10.0
"""Seconds that a member looks at "thinking…"; without a first answer Discord gives up after 3."""
GIVES_UP_S = 60.0
"""Seconds after which nobody presses again."""
SETTLE_S = 30.0
"""Seconds in which the channel must show what happened."""
_SLOW_DOWN = re.compile(r"Slow down.* (\d+) s")


class CrowdError(Exception):
    """Somebody did not get an answer that they must get; the message says who and for what."""


class Crowd:
    """Presses and types for members, counts it in the diary, and keeps who was told that they are in."""

    def __init__(self, raids: Channel, diary: Diary) -> None:
        self.raids = raids
        self.told_in: set[int] = set()
        """Whose last answer in the first run was that they are in."""
        self._diary = diary
        self._panel: Message | None = None

    @property
    def panel(self) -> Message:
        """The public panel that everybody looks at."""
        if self._panel is None:
            raise CrowdError("there is no panel yet")
        return self._panel

    @panel.setter
    def panel(self, panel: Message) -> None:
        self._panel = panel

    # -- one member

    async def types(self, member: Member, channel: Channel, command: str, **options: Any) -> Reply:
        """Type a command."""
        return await self._insist(member, command, lambda: member.command(channel, command, wait=False, **options))

    async def presses(self, member: Member, label: str, on: Message | Reply | None = None) -> Reply:
        """Press a button, of the public panel if no other is named."""
        return await self._insist(member, label, lambda: member.press(on or self.panel, label, wait=False))

    async def fills(self, member: Member, form: Reply, **fields: str) -> Reply:
        """Send a form off."""
        return await self._insist(member, "a form", lambda: member.submit(form, fields, wait=False))

    async def chooses(self, member: Member, on: Reply, label: str) -> Reply:
        """Choose in the select menu of an answer."""
        return await self._insist(member, label, lambda: member.select(on, [label], wait=False))

    async def joins(self, member: Member) -> Reply:
        """Join the first run. Raises CrowdError unless the answer is that they are in."""
        reply = await self.presses(member, "Join")
        if not is_in(reply):
            raise CrowdError(f"{member.name} was not let in: {reply.text}")
        self.told_in.add(member.id)
        return reply

    async def leaves(self, member: Member) -> None:
        """Leave the first run."""
        await self.presses(member, "Leave")
        self.told_in.discard(member.id)

    # -- many

    async def all(self, deeds: Iterable[Awaitable[T]]) -> list[T]:
        """Do many things at once."""
        return list(await asyncio.gather(*deeds))

    async def panel_says(self, text: str) -> Message:
        """Wait until the public panel says something."""
        return await self.panel_is(lambda panel: text in panel.text)

    async def panel_is(self, wanted: Callable[[Message], bool]) -> Message:
        """Wait until the public panel is as wanted."""
        shown = self.panel.id
        return await self.raids.wait_for(lambda message: message.id == shown and wanted(message), SETTLE_S)

    async def everybody_is_counted(self) -> None:
        """Wait until the panel counts those who were told that they are in."""
        await self.panel_says(f"{len(self.told_in):,} raider")

    def last_text(self, reply: Reply) -> str:
        """Read what an answer said last, on one line, as a member reads it."""
        shown = [message for message in (reply.message, *reply.followups) if message is not None]
        text = markdown(shown[-1].text, self._diary.names, time.time()).plain if shown else ""
        return " ".join(text.split())

    # -- patience

    async def _insist(self, member: Member, what: str, deed: Callable[[], Awaitable[Reply]]) -> Reply:
        until = time.monotonic() + GIVES_UP_S
        told = False
        while time.monotonic() < until:
            reply = await deed()
            with contextlib.suppress(TimeoutError):
                await reply.wait(ANSWER_S)
            if not self._diary.clicked(reply):
                continue
            slowed = _SLOW_DOWN.search(reply.text)
            if slowed is None:
                return reply
            if not told:
                told = True
                self._diary.say(f"{member.name}, {what}: “{self.last_text(reply)}”", Tone.REFUSED)
            await asyncio.sleep(int(slowed[1]))
        raise CrowdError(f"{member.name} had no answer to {what} within {GIVES_UP_S:g} s")


def is_in(reply: Reply) -> bool:
    """Tell whether an answer to Join says that the raider is in, by this press or one before."""
    return reply.text.startswith("You're in")


def names(members: Sequence[Member]) -> str:
    """Name up to three members, and count more: "Ada, Bram and 10 others"."""
    known = [member.name for member in members]
    *first, last = known if len(known) <= 3 else [*known[:2], f"{len(known) - 2:,} others"]
    return f"{', '.join(first)} and {last}" if first else last
