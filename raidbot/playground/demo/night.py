"""The scripted night. Everything in it is typed and pressed by members, as on Discord."""

import asyncio
import time
from collections.abc import Sequence

from raidbot.features.dungeons.api import RaiderClass
from raidbot.playground.demo.cast import Cast
from raidbot.playground.demo.crowd import SETTLE_S, Crowd, CrowdError, is_in, names
from raidbot.playground.demo.diary import Answers, Diary, Tone
from raidbot.playground.demo.opening import set_up
from raidbot.playground.demo.stage import Stage
from raidbot.playground.driver import Member, Message, Reply

ACTS = (
    "The owner sets the server up",
    "A run opens, raiders join",
    "Another organizer takes over",
    "The run goes live",
    "The first key",
    "kill -9",
    "More keys",
    "The run ends",
    "A second run is cancelled",
    "The audit",
)
STORM_FROM = 300
"""So many raiders do not come in waves: all press Join at once."""
STORM_S = 60.0
WAVES = 5
SHORT_BELOW = 20
"""Fewer raiders play a shorter chain: a second and a third key are 20 s apart."""
WAVERING = 20
"""Raiders who leave and come back around the kill."""
KILLED_AT_REQUEST = 9
"""The bot is killed when Discord receives its n-th request after these raiders begin."""


class Night:
    """Plays the night act by act, and keeps what Discord told its members."""

    first_panel: Message
    """The first run's panel at its end."""
    second_panel: Message

    def __init__(self, stage: Stage, cast: Cast, diary: Diary, *, tempo: float) -> None:
        """Prepare; tempo scales the pauses that are there for whoever watches (0: none)."""
        self.crowd = Crowd(cast.raids, diary)
        self.told_at_pop: list[frozenset[int]] = []
        """Who had been told that they are in, at each pop."""
        self.problems: list[str] = []
        """What the local Discord complained of and the kill does not explain."""
        self._stage = stage
        self._cast = cast
        self._diary = diary
        self._tempo = tempo
        self._pops = 3 if len(cast.raiders) >= SHORT_BELOW else 2

    async def play(self) -> None:
        """Play all acts but the audit."""
        await self._set_up()
        mira_panel = await self._first_run()
        tobin_panel = await self._take_over()
        await self._go_live(tobin_panel)
        await self._first_key(mira_panel)
        await self._kill()
        await self._more_keys(mira_panel)
        await self._end(tobin_panel)
        await self._second_run()

    async def _pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self._tempo)

    # -- acts

    async def _set_up(self) -> None:
        cast, say = self._cast, self._diary.say
        self._diary.begin(ACTS[0])
        await set_up(self.crowd, cast)
        say(f"{cast.owner.name} types /setroles: {', '.join('@' + role.name for role in cast.role_keys.values())}")
        say(f"{cast.owner.name} types /setchannels: {', '.join('#' + one.name for one in cast.channel_keys.values())}")
        say(f"{cast.owner.name} switches quotas on, and posts their panel and that of dungeon pings")
        await self._pause(2)

    async def _first_run(self) -> Reply:
        self._diary.begin(ACTS[1])
        panel = await self._open("lost", "Lost Halls")
        self.crowd.told_in.add(self._cast.mira.id)
        await (self._storm() if len(self._cast.raiders) >= STORM_FROM else self._waves())
        await self._refused(self._cast.sly, "is suspended")
        await self._refused(self._cast.newt, "is not verified")
        await self.crowd.everybody_is_counted()
        return panel

    async def _take_over(self) -> Reply:
        tobin = self._cast.tobin
        self._diary.begin(ACTS[2])
        question = await self.crowd.presses(tobin, "Organizer Panel")
        self._diary.say("Tobin opens the organizer panel. It is Mira's run: does he mean to?")
        await self._pause(2)
        panel = await self.crowd.presses(tobin, "Open it", on=question)
        await panel.wait_for(lambda message: "Organizer Panel" in message.text, SETTLE_S)
        self._diary.say("He does; the audit log will say that it was he")
        return panel

    async def _go_live(self, panel: Reply) -> None:
        tobin = self._cast.tobin
        self._diary.begin(ACTS[3])
        form = await self.crowd.presses(tobin, "Set Party/Location", on=panel)
        await self._pause(2)
        await self.crowd.fills(tobin, form, Party="3", Location="USWest2, left bazaar")
        await panel.wait_for(lambda message: "left bazaar" in message.text, SETTLE_S)
        self._diary.say("Tobin fills in the form: party 3, USWest2, left bazaar")
        await self._pause(1)
        await self.crowd.presses(tobin, "Start", on=panel)
        await self.crowd.panel_says("LIVE")
        await self._pinged("is starting now")
        self._diary.say("Start: the panel is live, the location is out", Tone.GOOD)
        self._diary.say("The ping reaches all: by the run's role, directly who does not have it yet")
        await self._pause(4)

    async def _first_key(self, panel: Reply) -> None:
        mira = self._cast.mira
        self._diary.begin(ACTS[4])
        form = await self.crowd.presses(mira, "Chain Amount", on=panel)
        await self.crowd.fills(mira, form, amount=str(self._pops))
        await panel.wait_for(lambda message: f"Planned chain: {self._pops}" in message.text, SETTLE_S)
        self._diary.say(f"Mira plans a chain of {self._pops}")
        await self.crowd.presses(mira, "Lock Join", on=panel)
        await self.crowd.panel_says("Joining is locked")
        self._diary.say("She locks joining: nobody else gets in", Tone.REFUSED)
        await self._pause(3)
        await self.crowd.presses(mira, "Unlock Join", on=panel)
        await self.crowd.panel_is(lambda message: "Joining is locked" not in message.text)
        self._diary.say("…and opens it again")
        await self._pop(panel)

    async def _kill(self) -> None:
        """Kill the bot in the middle of a request while raiders press on, and start it again."""
        bot, diary = self._stage.bot, self._diary
        diary.begin(ACTS[5])
        some = self._cast.raiders[:WAVERING]
        diary.say(f"{names(some)} leave and come back, all at once…")
        await self._stage.discord.stop_at_request(KILLED_AT_REQUEST, bot.pid)
        diary.outage = True
        async with asyncio.TaskGroup() as group:
            for index, raider in enumerate(some):
                group.create_task(self._waver(raider, 0.15 * index))
            await bot.died()
            died = time.monotonic()
            diary.kills += 1
            diary.say("kill -9, in the middle of a request: the bot is gone", Tone.BAD)
            await bot.start()
            took = time.monotonic() - died
            diary.say(f"Started again, back after {took:.1f} s. The raiders never stopped pressing", Tone.GOOD)
        diary.outage = False
        await self.crowd.everybody_is_counted()
        diary.say(f"{diary.lost_in_outage} clicks fell into the gap and were repeated. Nothing is lost", Tone.GOOD)
        await self._excuse()
        await self._pause(4)

    async def _more_keys(self, panel: Reply) -> None:
        self._diary.begin(ACTS[6])
        while len(self.told_at_pop) < self._pops - 1:
            await self._pop(panel)
        late = self._cast.raiders[-1]
        await self.crowd.leaves(late)
        self._diary.say(f"{late.name} has to go: the keys so far are earned, the next one is not")
        await self.crowd.presses(self._cast.mira, "Ping Raiders", on=panel)
        await self._pinged("the organizer calls")
        self._diary.say("Mira calls the raiders; the ping before is cleaned away")
        await self._pop(panel)

    async def _end(self, panel: Reply) -> None:
        self._diary.begin(ACTS[7])
        await self.crowd.presses(self._cast.tobin, "End Run", on=panel)
        self.first_panel = await self.crowd.panel_says("Ended")
        completed = sum(map(len, self.told_at_pop))
        self._diary.say(f"Tobin ends the run: {completed:,} completions over {self._pops} keys", Tone.GOOD)
        await self._pause(3)

    async def _second_run(self) -> None:
        self._diary.begin(ACTS[8])
        panel = await self._open("shatt", "Shatters")
        some = self._cast.raiders[: max(3, len(self._cast.raiders) // 5)][:15]
        await self.crowd.all(self.crowd.presses(raider, "Join") for raider in some)
        await self.crowd.panel_says(f"{len(some) + 1} raiders joined")
        self._diary.say(f"{names(some)} join, but Mira has to go")
        await self._pause(2)
        await self.crowd.presses(self._cast.mira, "Cancel", on=panel)
        self.second_panel = await self.crowd.panel_says("Cancelled")
        self._diary.say("Cancelled: nobody earns anything")
        await self._pause(2)

    # -- scenes

    async def _open(self, typed: str, dungeon: str) -> Reply:
        """Open a run by `/run` and its completion; returns Mira's organizer panel."""
        mira, raids = self._cast.mira, self._cast.raids
        offered = dict(await mira.autocomplete(raids, "run", "dungeon", typed))
        self._diary.say(f"Mira types /run {typed} and picks “{dungeon}” from the list")
        before = {message.id for message in await raids.messages()}
        note = "Bring a healer, please."
        reply = await self.crowd.types(mira, raids, "run", dungeon=offered[dungeon], description=note)
        await reply.wait_for(lambda message: "Organizer Panel" in message.text, SETTLE_S)
        self.crowd.panel = await raids.wait_for(
            lambda message: message.id not in before and "Starting Soon" in message.text, SETTLE_S
        )
        self._diary.say("The panel is up, and Mira is in", Tone.GOOD)
        await self._pause(2)
        return reply

    async def _waves(self) -> None:
        raiders = self._cast.raiders
        size = -(-len(raiders) // WAVES)
        for start in range(0, len(raiders), size):
            wave = raiders[start : start + size]
            before = len(self._diary.acknowledged)
            replies = await self.crowd.all(self.crowd.joins(raider) for raider in wave)
            slowest = Answers.of(self._diary.acknowledged[before:]).slowest
            self._diary.say(f"{names(wave)} press Join: all in, the slowest answer took {slowest:.0f} ms")
            await self._pause(0.7)
            await self._details(wave, replies, start)
            await self._pause(1.5)

    async def _details(self, wave: Sequence[Member], replies: Sequence[Reply], start: int) -> None:
        """Let some raiders of a wave choose a class, some offer a key, and one leave and come back."""
        classes = list(RaiderClass)
        choosing = list(zip(wave, replies, strict=True))[: -(-len(wave) * 2 // 3)]
        await self.crowd.all(
            self.crowd.chooses(raider, reply, classes[(start + index) % len(classes)].label)
            for index, (raider, reply) in enumerate(choosing)
        )
        self._diary.say(f"{names([raider for raider, _ in choosing])} choose a class")
        keys = [button.label for button in self.crowd.panel.buttons][3:]
        holders = wave[:: max(1, len(wave) // len(keys))][: len(keys)]
        await self.crowd.all(self.crowd.presses(*offer) for offer in zip(holders, keys, strict=False))
        self._diary.say(f"{names(holders)} offer keys")
        await self.crowd.leaves(wave[-1])
        await self._pause(0.7)
        await self.crowd.joins(wave[-1])
        self._diary.say(f"{wave[-1].name} leaves, and comes back after all")

    async def _storm(self) -> None:
        raiders, diary = self._cast.raiders, self._diary
        diary.say(f"{len(raiders):,} raiders press Join at the same moment")
        replies = await self._stage.discord.storm(
            [(raider, self.crowd.panel, "Join") for raider in raiders], within=STORM_S
        )
        for raider, reply in zip(raiders, replies, strict=True):
            if diary.clicked(reply) and is_in(reply):
                self.crowd.told_in.add(raider.id)
        took = Answers.of(diary.acknowledged[-len(raiders) :])
        diary.say(f"All are in: half within {took.middle:,.0f} ms, the slowest in {took.slowest:,.0f} ms", Tone.GOOD)

    async def _refused(self, member: Member, why: str) -> None:
        reply = await self.crowd.presses(member, "Join")
        if is_in(reply):
            raise CrowdError(f"{member.name} {why} and was let in")
        self._diary.say(f"{member.name} {why}: “{self.crowd.last_text(reply)}”", Tone.REFUSED)
        await self._pause(1)

    async def _pop(self, panel: Reply) -> None:
        number = len(self.told_at_pop) + 1
        await self.crowd.presses(self._cast.mira, "Key popped", on=panel)
        self.told_at_pop.append(frozenset(self.crowd.told_in))
        await panel.wait_for(lambda message: f"Pop {number} is counted" in message.text, SETTLE_S)
        await self.crowd.panel_says(f"Chain {number}/{self._pops}")
        await self._pinged("a key was popped")
        self._diary.say(
            f"Key {number} of {self._pops} is popped: everybody is pinged, the portal closes in 25 s", Tone.GOOD
        )
        await self._pause(4)

    async def _waver(self, raider: Member, after: float) -> None:
        await asyncio.sleep(after)
        await self.crowd.leaves(raider)
        await self._pause(0.5)
        await self.crowd.joins(raider)

    async def _pinged(self, text: str) -> None:
        await self._cast.raids.wait_for(lambda message: text in message.text, SETTLE_S)

    async def _excuse(self) -> None:
        """Excuse as many unanswered clicks as fell into the gap; what else there is to complain of stays."""
        excused = self._diary.lost_in_outage
        for problem in await self._stage.discord.problems():
            if excused and problem.endswith("had no answer in 3 s"):
                excused -= 1
            else:
                self.problems.append(problem)
        await self._stage.discord.forgive()
