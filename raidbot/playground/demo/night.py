"""The scripted night. Everything in it is typed and pressed by members, as on Discord."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable, Sequence

from raidbot.features.dungeons.api import RaiderClass
from raidbot.playground.demo.cast import Cast
from raidbot.playground.demo.diary import Answers, Diary, Tone
from raidbot.playground.demo.stage import Stage, StageError
from raidbot.playground.driver import Channel, Member, Message, Reply

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
WAVES = 5
POPS = 3
TRIES = 8
ANSWER_S = 5.0
"""Real seconds that a raider waits for an answer; Discord gives up after 3."""
SETTLE_S = 30.0
KILLED_AT_REQUEST = 9
"""The bot is killed when Discord receives its n-th request from the moment on when raiders begin to press."""


class Night:
    """Plays the night act by act, and keeps what Discord told its members."""

    def __init__(self, stage: Stage, cast: Cast, diary: Diary, *, tempo: float) -> None:
        """Prepare; tempo scales the pauses that are there for whoever watches (0: none)."""
        self.stage = stage
        self.cast = cast
        self.told_in: set[int] = set()
        """Who was told that they are in the first run, and not since that they are out."""
        self.told_at_pop: list[frozenset[int]] = []
        self.problems: list[str] = []
        """What the local Discord complained about and the kill does not explain."""
        self._diary = diary
        self._tempo = tempo
        self._storm = len(cast.raiders) >= STORM_FROM

    async def play(self) -> None:
        """Play all acts but the audit."""
        await self._set_up()
        mira_panel = await self._open("lost", "Lost Halls")
        await self._raiders_join()
        tobin_panel = await self._take_over()
        await self._go_live(tobin_panel)
        await self._chain(mira_panel)
        await self._pop(mira_panel, 1)
        await self._kill()
        await self._keep_popping(mira_panel)
        await self._end(tobin_panel)
        await self._second_run()

    # -- acts

    async def _set_up(self) -> None:
        cast, say = self.cast, self._diary.say
        self._diary.begin(ACTS[0])
        await self._type(
            *(cast.owner, cast.staff, "setroles"),
            organizer=cast.organizer,
            verified_raider=cast.verified,
            suspended=cast.suspended,
        )
        say(f"{cast.owner.name} types /setroles: @Organizer, @Verified Raider, @Suspended")
        await self._type(cast.owner, cast.staff, "setchannels", raid=cast.raids, bot_log=cast.staff)
        say(f"{cast.owner.name} types /setchannels: #{cast.raids.name}, #{cast.staff.name}")
        await self._breathe(1)

    async def _open(self, typed: str, wanted: str) -> Reply:
        """Open a run by /run with its completion; returns the organizer panel."""
        mira, raids = self.cast.mira, self.cast.raids
        if wanted == "Lost Halls":
            self._diary.begin(ACTS[1])
        offered = await mira.autocomplete(raids, "run", "dungeon", typed)
        self._diary.say(f"Mira types /run {typed}… and is offered {', '.join(name for name, _ in offered[:2])}")
        before = {message.id for message in await raids.messages()}
        reply = await self._type(mira, raids, "run", dungeon=dict(offered)[wanted], description="Bring a healer, please.")
        await reply.wait_for(lambda message: "Organizer Panel" in message.text, ANSWER_S)
        self.panel = await raids.wait_for(lambda message: message.id not in before and bool(message.buttons), SETTLE_S)
        self.told_in = {mira.id} if wanted == "Lost Halls" else self.told_in
        self._diary.say(f"The {wanted} panel is up, and Mira is in", Tone.GOOD)
        await self._breathe(1.5)
        return reply

    async def _raiders_join(self) -> None:
        if self._storm:
            await self._all_at_once()
        else:
            await self._in_waves()
        await self._refused(self.cast.sly, "is suspended")
        await self._refused(self.cast.newt, "is not verified")
        await self._panel_shows_everybody()

    async def _in_waves(self) -> None:
        raiders = self.cast.raiders
        size = -(-len(raiders) // WAVES)
        for start in range(0, len(raiders), size):
            wave = raiders[start : start + size]
            before = len(self._diary.acknowledged)
            replies = await self._all(self._join(raider) for raider in wave)
            slowest = Answers.of(self._diary.acknowledged[before:]).slowest
            self._diary.say(f"{_names(wave)} press Join: all in, slowest answer {slowest:.0f} ms")
            await self._breathe(0.5)
            await self._details(wave, replies, start)
            await self._breathe(1.5)

    async def _details(self, wave: Sequence[Member], replies: Sequence[Reply], start: int) -> None:
        """Let some choose a class, offer a key, or leave and come back."""
        classes = list(RaiderClass)
        choosing = list(zip(wave, replies, strict=True))[: len(wave) * 2 // 3]
        await self._all(
            self._choose(raider, reply, classes[(start + index) % len(classes)])
            for index, (raider, reply) in enumerate(choosing)
        )
        self._diary.say(f"{_names([raider for raider, _ in choosing])} choose their class")
        labels = [button.label for button in self.panel.buttons if button.custom_id and "run.key" in button.custom_id]
        holders = wave[:: max(1, len(wave) // 3)][:3]
        await self._all(self._press(raider, labels[index % len(labels)]) for index, raider in enumerate(holders))
        self._diary.say(f"{_names(holders)} offer a key", Tone.GOOD)
        wavering = wave[-1]
        await self._leave(wavering)
        self._diary.say(f"{wavering.name} leaves…")
        await self._breathe(0.7)
        await self._join(wavering)
        self._diary.say(f"…and comes back after all")

    async def _all_at_once(self) -> None:
        raiders = self.cast.raiders
        self._diary.say(f"{len(raiders):,} raiders press Join at the same moment")
        began = time.monotonic()
        replies = await self.stage.discord.storm([(raider, self.panel, "Join") for raider in raiders], within=60)
        self.told_in |= {
            raider.id
            for raider, reply in zip(raiders, replies, strict=True)
            if self._diary.clicked(reply) and _is_in(reply)
        }
        took = Answers.of(self._diary.acknowledged[-len(raiders) :])
        self._diary.say(
            f"all answered in {time.monotonic() - began:.1f} s: half within {took.middle:.0f} ms, the slowest {took.slowest:.0f} ms",
            Tone.GOOD,
        )
        await self._breathe(1)

    async def _take_over(self) -> Reply:
        tobin = self.cast.tobin
        self._diary.begin(ACTS[2])
        question = await self._press(tobin, "Organizer Panel")
        self._diary.say("Tobin opens the organizer panel: it is Mira's run, does he mean to?")
        await self._breathe(1.5)
        panel = await self._press(tobin, "Open it", on=question)
        await question.wait_for(lambda message: "Set Party/Location" in _labels(message), ANSWER_S)
        self._diary.say("He does. The panel is his, and the audit log says so")
        return question if panel.message is None else panel

    async def _go_live(self, panel: Reply) -> None:
        tobin = self.cast.tobin
        self._diary.begin(ACTS[3])
        form = await self._press(tobin, "Set Party/Location", on=panel)
        await self._breathe(1)
        sent = await tobin.submit(form, Party="Party 3", Location="USWest2, left bazaar", wait=False)
        await self._answered(sent)
        await panel.wait_for(lambda message: "left bazaar" in message.text, ANSWER_S)
        self._diary.say("Tobin fills the form: Party 3, USWest2, left bazaar")
        await self._breathe(1)
        await self._press(tobin, "Start", on=panel)
        await self._panel_says("LIVE")
        ping = await self.cast.raids.wait_for(lambda message: "is starting now" in message.text, SETTLE_S)
        self._diary.say("Start: the panel turns green, the location is out", Tone.GOOD)
        direct = len(self.told_in) - await self._holding_role(ping)
        self._diary.say(f"The ping reaches all: by run role, and {direct} who wait for it are mentioned directly")
        await self._breathe(3)

    async def _chain(self, panel: Reply) -> None:
        mira = self.cast.mira
        self._diary.begin(ACTS[4])
        form = await self._press(mira, "Chain Amount", on=panel)
        await self._answered(await mira.submit(form, {"amount": str(POPS)}, wait=False))
        await panel.wait_for(lambda message: f"Planned chain: {POPS}" in message.text, ANSWER_S)
        self._diary.say(f"Mira plans a chain of {POPS}")
        await self._press(mira, "Lock Join", on=panel)
        await self._panel_says("Joining is locked")
        self._diary.say("She locks joining: the Join button is grey", Tone.REFUSED)
        await self._breathe(2)
        await self._press(mira, "Unlock Join", on=panel)
        await self.cast.raids.wait_for(lambda message: self._is_panel(message) and "locked" not in message.text, SETTLE_S)
        self._diary.say("…and opens it again")

    async def _pop(self, panel: Reply, number: int) -> None:
        """Pop a key, as soon as the bot allows it."""
        mira, counted = self.cast.mira, f"Pop {number} is counted"
        told = False
        deadline = time.monotonic() + SETTLE_S
        while True:
            reply = await self._press(mira, "Key popped", on=panel)
            with contextlib.suppress(TimeoutError):
                await panel.wait_for(lambda message: counted in message.text, 1)
                break
            if time.monotonic() > deadline:
                raise StageError(f"no key can be popped: {reply.text}")
            if not told:
                told = True
                self._diary.say(f"Too early for another key: “{_last(reply)}”", Tone.REFUSED)
            await asyncio.sleep(1)
        self.told_at_pop.append(frozenset(self.told_in))
        await self._panel_says(f"Chain {number}/{POPS}")
        await self.cast.raids.wait_for(lambda message: "a key was popped" in message.text, SETTLE_S)
        self._diary.say(f"Key {number} of {POPS} is popped: everybody is pinged, 25 s to get in", Tone.GOOD)
        await self._breathe(3)

    async def _kill(self) -> None:
        """Kill the bot in the middle of a request while raiders press on, and start it again."""
        bot, diary = self.stage.bot, self._diary
        diary.begin(ACTS[5])
        crowd = self.cast.raiders[: min(20, len(self.cast.raiders))]
        diary.say(f"{_names(crowd)} leave and come back, all at once…")
        await self.stage.discord.stop_at_request(KILLED_AT_REQUEST, bot.pid)
        diary.outage = True
        async with asyncio.TaskGroup() as group:
            for index, raider in enumerate(crowd):
                group.create_task(self._waver(raider, after=0.15 * index))
            await bot.died()
            diary.kills += 1
            diary.say("kill -9, in the middle of a request. The bot is gone.", Tone.BAD)
            dead = time.monotonic()
            await bot.start()
            diary.say(f"Back after {time.monotonic() - dead:.1f} s. Raiders never stopped pressing", Tone.GOOD)
        diary.outage = False
        await self._panel_shows_everybody()
        diary.say(f"{diary.lost_in_outage} clicks fell into the gap and were repeated. Nothing is lost", Tone.GOOD)
        await self._excuse()
        await self._breathe(3)

    async def _excuse(self) -> None:
        """Excuse as many unanswered clicks as raiders saw fail while the bot was dead; other problems stay."""
        excused = self._diary.lost_in_outage
        for problem in await self.stage.discord.problems():
            if excused and problem.endswith("had no answer in 3 s"):
                excused -= 1
            else:
                self.problems.append(problem)
        await self.stage.discord.forgive()

    async def _keep_popping(self, panel: Reply) -> None:
        self._diary.begin(ACTS[6])
        await self._pop(panel, 2)
        late = self.cast.raiders[-1]
        await self._leave(late)
        self._diary.say(f"{late.name} has to go; keys so far stay earned")
        await self._press(self.cast.mira, "Ping Raiders", on=panel)
        await self.cast.raids.wait_for(lambda message: "the organizer calls" in message.text, SETTLE_S)
        self._diary.say("Mira calls the raiders; the ping before is cleaned up")
        await self._pop(panel, POPS)

    async def _end(self, panel: Reply) -> None:
        self._diary.begin(ACTS[7])
        await self._press(self.cast.tobin, "End Run", on=panel)
        self.first = await self._panel_says("Ended")
        completed = sum(map(len, self.told_at_pop))
        self._diary.say(f"Tobin ends the run: {completed:,} completions, {POPS} keys", Tone.GOOD)
        while len(await self.cast.guild.roles()) > self.roles_before:
            await asyncio.sleep(0.1)
        self._diary.say("The run role is gone, and so are the pings")
        await self._breathe(2)

    async def _second_run(self) -> None:
        self._diary.begin(ACTS[8])
        panel = await self._open("shatt", "Shatters")
        some = self.cast.raiders[: len(self.cast.raiders) // 4 or 1][:12]
        await self._all(self._press(raider, "Join") for raider in some)
        self._diary.say(f"{_names(some)} join, but Mira has to go")
        await self._breathe(1)
        await self._press(self.cast.mira, "Cancel", on=panel)
        self.second = await self._panel_says("Cancelled")
        self._diary.say("Cancelled: nobody earns anything")
        await self._breathe(1)
