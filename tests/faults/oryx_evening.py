"""An evening of Oryx 3: a headcount that becomes a run, its keys and screenshot, every stage, and all that is told."""

import asyncio
import json
import re
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from raidbot.features.dungeons.api import ORYX_3, catalogue
from raidbot.features.raids.service.oryx import LOOKED_FOR_AFTER
from raidbot.kernel.guilds import ChannelKey
from raidbot.playground.driver import File, Member, Message, RefusedByClientError, Reply
from tests.faults.auditor import Audit
from tests.faults.evening import DONE_BEFORE, Evening, Run, offers
from tests.faults.story import Act, Story

DUNGEONS: Final = ("Oryx 3", "Snake Pit")
"""Of the headcount; they stand in different selects."""
KEYS: Final = next(dungeon.keys for dungeon in catalogue().all if dungeon.code == ORYX_3)
"""Each is brought by another raider, and the first by one more."""
SCREENSHOT: Final = File("me.png", b"\x89PNG whatever a screen shows", "image/png")
LOGGED: Final = re.compile(r"Everything is logged|nothing to log")
PARTY, LOCATION = "3", "USW left bazaar"


@dataclass
class Headcount(Run):
    """A headcount as its people see it; `dungeon` is what it becomes a run of."""

    HEADING: ClassVar[str] = "Headcount Panel"


class OryxEvening(Story):
    """From the headcount to the end of the run."""

    CHANNELS = (ChannelKey.RAID_LOG, ChannelKey.EARLY_LOC)

    def __init__(self, evening: Evening) -> None:
        super().__init__(evening)
        self.olga = evening.town.organizers[0]
        self.handed_in = 0
        """How often the screenshot was sent."""
        self.headcount: Headcount
        self.run: Run

    def acts(self) -> Sequence[Act]:
        """List the acts."""
        return [self.gather, self.prepare, self.raid, self.log_keys]

    async def gather(self) -> None:
        """Ask who would come with which keys, and make a run of it that one more joins."""
        evening, raiders = self.evening, self.evening.town.raiders
        *holders, latecomer = raiders
        await holders[-1].set_dms(is_open=False)
        self.headcount = headcount = await self._open_headcount()
        await asyncio.gather(*(self._be_interested(raider) for raider in holders))
        offered = [f"{key.label} ({DUNGEONS[0]})" for key in KEYS]
        await asyncio.gather(
            *(evening.offer_key(raider, headcount, label) for raider, label in zip(holders, offered, strict=True))
        )
        self.run = await self._convert()
        await evening.see_gone(headcount.public)
        await evening.join(latecomer, self.run)

    async def prepare(self) -> None:
        """Hand in the screenshot, have the keys confirmed, and set the place: whoever brings a key learns it."""
        evening, run = self.evening, self.run
        *holders, late = evening.town.raiders
        await self._hand_in_screenshot()
        answers = await asyncio.gather(
            *(self._confirm(raider, key.label) for raider, key in zip(holders, KEYS, strict=True))
        )
        await evening.set_texts(run, PARTY, LOCATION)
        await evening.pass_time(LOOKED_FOR_AFTER.total_seconds())  # all who take direct messages have theirs
        await self._ask_where(holders[-1], answers[-1])
        await self._ask_where(late, await self._confirm(late, KEYS[0].label))

    async def raid(self) -> None:
        """Start the run and take it through its stages; one raider leaves before the end."""
        evening, run = self.evening, self.run
        await evening.press(run, "Start", lambda panel: offers(panel, "End Run"))
        await evening.fill(run, "Realm Score %", lambda panel: "score:** 40 %" in panel.text, score="40")
        await evening.press(run, "Realm Closed", lambda panel: offers(panel, "Miniboss"))
        await self._name_miniboss()
        await evening.press(run, "Third Room", lambda panel: "Third room:**" in panel.text)
        await evening.leave(evening.town.raiders[2], run)
        await evening.finish(run, "End Run")

    async def log_keys(self) -> None:
        """Log who popped each key, once the run is over: whoever offered it first."""
        holders = {key.name: raider.name for raider, key in zip(self.evening.town.raiders, KEYS, strict=False)}
        sheet: Reply | None = None
        while sheet is None or not LOGGED.search(sheet.text):
            if sheet is None:
                sheet = await self._open_sheet()
                continue
            asked = re.search(r"\*\*(.+): who popped it", sheet.text)
            assert sheet.message is not None, sheet
            assert asked is not None, sheet
            select, holder = sheet.message.selects[0], holders[asked.group(1)]
            sheet = await self.evening.attempt(
                lambda sheet=sheet, select=select, holder=holder: self.olga.select(  # type: ignore[misc]
                    sheet, [holder], custom_id=select.custom_id, wait=False
                )
            )

    async def as_it_should_end(self, audit: Audit) -> None:
        """Compare the run, who completed it, its keys, who was told the place, and what stands in the raid log."""
        first, second, _, closed, late = raiders = self.evening.town.raiders
        assert await audit.statuses() == {ORYX_3: "ended ended"}
        became = await audit.query("SELECT headcount.status, dungeon FROM headcount JOIN run ON run.id = run_id")
        assert became == [("converted", ORYX_3)]
        stayed = sorted(one.id for one in (self.olga, first, second, closed, late))
        assert sorted(await audit.completions()) == [(ORYX_3, 0, user_id) for user_id in stayed]
        joined = await audit.query("SELECT user_id FROM run_raider WHERE joined ORDER BY user_id")
        assert joined == [(user_id,) for user_id in stayed]
        offered = list(zip(raiders, [key.code for key in (*KEYS, KEYS[0])], strict=True))
        keys = await audit.query("SELECT user_id, key, source FROM run_key WHERE offered")
        assert sorted(keys) == sorted(
            (raider.id, key, source)
            for raider, key in offered
            for source in ("run", "headcount")
            if (raider, source) != (late, "headcount")
        )
        confirmed = await audit.query("SELECT user_id FROM run_key WHERE confirmed_at IS NOT NULL ORDER BY user_id")
        assert confirmed == [(one.id,) for one in sorted(raiders, key=lambda raider: raider.id)]
        told = await audit.query(
            "SELECT user_id, party, location FROM early_told JOIN early_place USING (run_id, number)"
        )
        assert sorted(told) == sorted((raider.id, PARTY, LOCATION) for raider in raiders)
        letters = [len(await raider.direct_messages()) for raider in raiders]
        assert letters == [1, 1, 1, 0, 0]
        stages = await audit.query("SELECT stage, realm_score, miniboss FROM run")
        assert stages == [("third_room", 40, "leucoryx")]
        popped = await audit.query("SELECT key, user_id FROM popped_key WHERE undone_at IS NULL")
        assert sorted(popped) == sorted((key.code, one.id) for one, key in zip(raiders, KEYS, strict=False))
        pictures = [one for one in await self.evening.town.channels[ChannelKey.RAID_LOG].messages() if one.attachments]
        assert 1 <= len(pictures) <= self.handed_in
        await self._removed_after_its_run_stood()

    async def _removed_after_its_run_stood(self) -> None:
        """Look at the requests: the headcount's message went only once the run's stood."""
        channel = f"/channels/{self.evening.town.raids.id}/messages"
        requests = await self.evening.town.discord.requests()
        removed = next(
            at
            for at, one in enumerate(requests)
            if (one.method, one.path) == ("DELETE", f"{channel}/{self.headcount.public.id}")
        )
        join = self.run.public.button("Join").custom_id
        assert any(
            (one.method, one.path, one.status) == ("POST", channel, 200) and join and join in json.dumps(one.body)
            for one in requests[:removed]
        )

    # --- the headcount ------------------------------------------------------------------------------------------

    async def _open_headcount(self) -> Headcount:
        """Type `/headcount`, choose and press Create, until there is the headcount."""
        evening = self.evening
        panel: Reply | None = None
        while panel is None or Headcount.HEADING not in panel.text:
            panel = await evening.attempt(lambda: self.olga.command(evening.town.raids, "headcount", wait=False))
            if panel is not None and Headcount.HEADING not in panel.text:
                panel = await self._choose(panel)
        evening.shown(panel)
        public = await evening.see(lambda message: "🎯 Headcount" in message.text)
        return Headcount(ORYX_3, DUNGEONS[0], self.olga, public, panel)

    async def _choose(self, reply: Reply) -> Reply | None:
        """Choose the dungeons and press Create; None when the bot died before it said what came of it."""
        assert reply.message is not None, reply
        for select in reply.message.selects:
            if picked := [name for name in DUNGEONS if name in select.labels]:
                await self.evening.insist(
                    lambda select=select, picked=picked: self.olga.select(  # type: ignore[misc]
                        reply, picked, custom_id=select.custom_id, wait=False
                    )
                )
        created = await self.evening.attempt(lambda: self.olga.press(reply, "Create Headcount", wait=False))
        assert created is None or Headcount.HEADING in created.text, created
        return created

    async def _be_interested(self, raider: Member) -> None:
        """Press Join; again when that stepped out, because the press before had arrived."""
        await self.evening.click("Join", lambda: raider.press(self.headcount.public, "Join", wait=False), "You're in!")

    async def _convert(self) -> Run:
        """Press Convert to Run and choose the dungeon, until there is the run."""
        evening, headcount = self.evening, self.headcount
        panel: Reply | None = None
        while panel is None:
            shown, headcount.panel = headcount.panel or await evening.open_panel(headcount), None
            if shown is None:
                break
            await evening.while_up(shown.wait_for(_can_convert, evening.patience))
            which = await self._press_and_select(shown, "Convert to Run", DUNGEONS[0])
            if which is not None and Run.HEADING in which.text:
                panel = which
            assert which is None or panel or DONE_BEFORE.search(which.text), which
        return await evening.see_run(ORYX_3, DUNGEONS[0], self.olga, panel)

    async def _press_and_select(self, panel: Reply, label: str, choice: str) -> Reply | None:
        """Press a button that answers with a select, and choose; None when either did not come about."""
        try:
            asked = await self.evening.attempt(lambda: self.olga.press(panel, label, wait=False))
            if asked is None:
                return None
            if asked.message is None or not asked.message.selects:
                return asked
            return await self.evening.attempt(lambda: self.olga.select(asked, [choice], wait=False))
        except RefusedByClientError:  # the panel has changed under the finger
            return None

    # --- the run ------------------------------------------------------------------------------------------------

    async def _hand_in_screenshot(self) -> None:
        """Type `/taken` until the bot says that it has the screenshot."""

        async def hand_in() -> Reply:
            self.handed_in += 1
            return await self.olga.command(self.evening.town.raids, "taken", screenshot=SCREENSHOT, wait=False)

        reply = await self.evening.insist(hand_in)
        assert "is in the raid log" in reply.text, reply

    async def _confirm(self, raider: Member, label: str) -> Reply:
        """Offer a key and confirm it; return the message whose button asks where to bring it."""
        answer = await self.evening.offer_key(raider, self.run, label)
        await self._press_confirm(raider, answer, "is confirmed")
        return answer

    async def _ask_where(self, raider: Member, answer: Reply) -> None:
        await self._press_confirm(raider, answer, LOCATION)

    async def _press_confirm(self, raider: Member, answer: Reply, said: str) -> None:
        """Press Confirm, or Where to? once it says that."""

        def press() -> Awaitable[Reply]:
            shown = answer.message
            label = "Confirm" if shown is not None and offers(shown, "Confirm") else "Where to?"
            return raider.press(answer, label, wait=False)

        await self.evening.click("Confirm", press, said)

    async def _open_sheet(self) -> Reply | None:
        """Press Log Keys on the panel of the run, or find the run by `/logkeys` where there is none to be trusted."""
        evening, panel = self.evening, self.run.panel
        if panel is not None and panel.message is not None and offers(panel.message, "Log Keys"):
            return await evening.attempt(lambda: self.olga.press(panel, "Log Keys", wait=False))
        listed = await evening.attempt(lambda: self.olga.command(evening.town.raids, "logkeys", wait=False))
        if listed is None or listed.message is None or not listed.message.selects:
            return listed
        return await evening.attempt(lambda: self.olga.select(listed, [f"{DUNGEONS[0]} by Olga"], wait=False))

    async def _name_miniboss(self) -> None:
        """Press Miniboss and choose, until the organizer panel goes on to the third room."""

        async def act(panel: Reply) -> Reply:
            told = await self._press_and_select(panel, "Miniboss", "Leucoryx")
            if told is None:
                raise RefusedByClientError("the miniboss is not told yet")
            return told

        named = await self.evening.make_sure(self.run, "Miniboss", lambda panel: offers(panel, "Third Room"), act)
        assert named, "Miniboss: the run is over"


def _can_convert(panel: Message) -> bool:
    """Say whether the button works; of a panel that has none we learn by pressing."""
    return not any(button.label == "Convert to Run" and button.disabled for button in panel.buttons)
