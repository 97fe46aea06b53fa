"""Two hours of an evening, played in three minutes: does the bot's memory grow in the second?

In the first, what is bounded fills up: caches, limits, prepared statements, and the pages that the allocators keep.
"""

import asyncio
from collections.abc import Sequence

from raidbot.features.dungeons.api import RaiderClass
from raidbot.playground.driver import Member, Message, Reply
from tests.bench import answers, processes
from tests.bench.answers import ANSWERS_S, KEYS, WrongCountError
from tests.bench.arena import SETTLE_S, Arena
from tests.bench.meter import Figures, Meter, Pair

HOURS, TENTHS = 2, 10
CROWDS = 4
"""Raiders of one tenth rest in the next: no member's limit is hit."""
CLASSES = list(RaiderClass)
CHOOSE, OFFER, LEAVE = 0.6, 0.2, 0.1
"""The parts of a run's raiders that choose a class, offer a key, and leave again."""
BY_ORGANIZER = 4
"""Of each run: `/run`, Start, Key popped, End Run; what completes itself is not logged."""


async def hour(arena: Arena, *, runs: int, raiders: int) -> Pair:
    """Play so many runs in each hour, and read the bot's memory after each tenth of one."""
    at_once = runs // TENTHS
    runs *= HOURS
    crowds = [[arena.draw(raiders) for _ in range(at_once)] for _ in range(CROWDS)]
    organizers = [arena.organizer, *await arena.add_organizers(runs - 1)]
    memory = []
    async with arena.real_bot() as bot:
        meter = Meter(arena, bot)
        await meter.start()
        counts: list[int] = []
        for tenth in range(HOURS * TENTHS):
            evenings = zip(organizers[tenth * at_once :], crowds[tenth % CROWDS], strict=False)
            counts += await asyncio.gather(*(_play(arena, organizer, crowd) for organizer, crowd in evenings))
            memory.append(processes.memory(bot.pid))
        by_raiders = raiders + sum(int(raiders * part) for part in (CHOOSE, OFFER, LEAVE))
        clicks = runs * (by_raiders + BY_ORGANIZER)
        await arena.ledger.until("SELECT count(*) FROM command_log", clicks, SETTLE_S)
        measured = await meter.stop(clicks=clicks)
        measured.figures.update(_growth(memory))
        ended, completed = (
            arena.ledger.value("SELECT count(*) FROM run WHERE status = 'ended'"),
            arena.ledger.value("SELECT count(*) FROM ledger WHERE kind = 'completion'"),
        )
        if (ended, completed) != (runs, sum(counts)):
            raise WrongCountError(f"{ended} runs and {completed} completions instead of {runs} and {sum(counts)}")
    return measured, None


def _growth(memory: Sequence[float]) -> Figures:
    """Give the growth in MB: of the first hour since its first tenth, of the second since the end of the first."""
    tenths = {f"memory_{number}": one for number, one in enumerate(memory, 1)}
    warm = memory[TENTHS - 1]
    return {"growth_first": warm - memory[0], "growth": memory[-1] - warm, **tenths}


async def _play(arena: Arena, organizer: Member, raiders: Sequence[Member]) -> int:
    """Play one run from `/run` to its end; return how many complete it."""
    for text in ("v", "vo", "void"):
        await organizer.autocomplete(arena.raids, "run", "dungeon", text)
    panel, orga = await arena.open_run(organizer)
    number = len(raiders)
    replies = await _press(arena, [(member, panel, "Join") for member in raiders], over=1.5)
    choosing = zip(raiders[: int(number * CHOOSE)], replies, strict=False)
    await asyncio.gather(
        *(member.select(reply, [CLASSES[at % len(CLASSES)].value]) for at, (member, reply) in enumerate(choosing))
    )
    labels = list(KEYS)
    keys = [(member, panel, labels[at % len(labels)]) for at, member in enumerate(raiders[: int(number * OFFER)])]
    leavers = [(member, panel, "Leave") for member in raiders[number - int(number * LEAVE) :]]
    await _press(arena, [*keys, *leavers], over=0.5)
    await organizer.press(orga, "Start")
    await orga.wait_for(lambda message: any(one.label == "End Run" for one in message.buttons), SETTLE_S)
    await _pinged(arena, panel, "is starting now")
    await organizer.press(orga, "Key popped")
    await _pinged(arena, panel, "a key was popped")
    await organizer.press(orga, "End Run")
    await orga.wait_for(lambda message: "when it was over" in message.text, SETTLE_S)
    await arena.raids.wait_for(lambda message: message.id == panel.id and not message.buttons, SETTLE_S)
    return 1 + number - len(leavers)


async def _pinged(arena: Arena, panel: Message, words: str) -> None:
    """Wait until a ping that points to the panel stands: nobody hurries on before it."""
    await arena.raids.wait_for(lambda one: words in one.content and str(panel.id) in one.content, SETTLE_S)


async def _press(arena: Arena, presses: Sequence[tuple[Member, Message, str]], *, over: float) -> list[Reply]:
    replies = await arena.discord.storm(presses, over=over, within=ANSWERS_S)
    if any(reply.completed_after is None for reply in replies):
        raise WrongCountError(f"{answers.acknowledged(replies)['in_time']:.0f} % of the clicks were answered")
    return replies
