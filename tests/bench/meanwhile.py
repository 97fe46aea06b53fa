"""What others do while a storm is on: an organizer opens a run, organizers type a dungeon's name."""

import asyncio
from collections.abc import Sequence

from raidbot.playground.driver import Member, Message, Reply
from raidbot.playground.snowflakes import made_at
from tests.bench import answers
from tests.bench.answers import ANSWERS_S, IN_RUN, LOGGED, WARM_UP, Shown, WrongCountError
from tests.bench.arena import SETTLE_S, Arena
from tests.bench.meter import Figures, Measured, Meter, Pair

INTO_THE_STORM_S = 0.05
"""After the order for the storm: `storm_before` says how many clicks were made by then."""
TYPE_EVERY_S = 0.012
"""So that fifty letters take as long as a storm of a thousand."""
TYPISTS = 10
DUNGEONS = ("Lost Halls", "Fungal Cavern", "Void", "Snake Pit", "Cultist Hideout", "Shatters")
_POST = "POST", "/channels/{channel_id}/messages"


async def run_meanwhile(arena: Arena, *, clicks: int) -> Pair:
    """Measure `/run` in the middle of a storm on another run: its answer, its organizer panel and its public panel."""
    organizers = await arena.add_organizers(2)
    async with arena.real_bot() as bot:
        panel, _ = await arena.open_run()
        await answers.warm_up(arena, panel)
        meter = Meter(arena, bot)
        await meter.start()
        storm = asyncio.create_task(_storm(arena, panel, clicks))
        await asyncio.sleep(INTO_THE_STORM_S)
        reply = await _run(arena, organizers[0])
        replies = await storm
        await reply.wait_for(lambda message: "Organizer Panel" in message.text, SETTLE_S)
        shown = Shown(1 + WARM_UP + clicks)
        await arena.ledger.until("SELECT count(*) FROM panel WHERE message_id IS NULL", 0, SETTLE_S)
        measured = await _end_of_storm(arena, meter, panel, shown, clicks)
        if arena.ledger.value(IN_RUN) != shown.joined + 1:
            raise WrongCountError(f"{arena.ledger.value(IN_RUN)} raiders in both runs instead of {shown.joined + 1}")
        measured.figures.update(answers.acknowledged(replies), **_of_run(reply, replies))
        measured.figures.update(await _posted(arena, reply))
        measured.figures.update(answers.told([(one, "You're in") for one in replies]))
    async with arena.bare_bot() as bot:
        await answers.warm_up_floor(arena, panel)
        meter = Meter(arena, bot)
        await meter.start()
        storm = asyncio.create_task(_storm(arena, panel, clicks, floor=True))
        await asyncio.sleep(INTO_THE_STORM_S)
        reply = await _run(arena, organizers[1])
        replies = await storm
        await reply.acknowledged(ANSWERS_S)
        floor = await meter.stop(clicks=clicks)
        floor.figures.update(answers.acknowledged(replies), **_of_run(reply, replies))
        del floor.figures["run_done"]
    return measured, floor


async def _storm(arena: Arena, panel: Message, clicks: int, *, floor: bool = False) -> list[Reply]:
    presses = [(member, panel, "Join") for member in arena.draw(clicks)]
    return await arena.discord.storm(presses, wait="acknowledged" if floor else "completed", within=ANSWERS_S)


async def _run(arena: Arena, organizer: Member) -> Reply:
    return await organizer.command(
        arena.raids, "run", dungeon="NEST", party="4", location="EUW left bazaar", wait=False
    )


async def _end_of_storm(arena: Arena, meter: Meter, panel: Message, shown: Shown, clicks: int) -> Measured:
    await answers.panel_shows(arena, panel, shown)
    await arena.ledger.until(LOGGED, WARM_UP + clicks, SETTLE_S)
    return await meter.stop(clicks=clicks)


def _of_run(reply: Reply, replies: Sequence[Reply]) -> Figures:
    return {
        "storm_before": sum(one.id < reply.id for one in replies),
        "run_ack": answers.first_answer(reply) * 1000,
        "run_done": (ANSWERS_S if reply.completed_after is None else reply.completed_after) * 1000,
    }


async def _posted(arena: Arena, reply: Reply) -> Figures:
    """Say when the public panel was posted."""
    posts = [one.at for one in await arena.discord.requests() if (one.method, one.route) == _POST]
    clicked = made_at(reply.id)
    return {"run_posted": (min(at for at in posts if at >= clicked) - clicked) * 1000}


async def typing_meanwhile(arena: Arena, *, clicks: int, letters: int) -> Pair:
    """Measure what is offered to organizers who type dungeons' names, letter by letter, during a storm."""
    organizers = await arena.add_organizers(TYPISTS)
    async with arena.real_bot() as bot:
        panel, _ = await arena.open_run()
        await answers.warm_up(arena, panel)
        await organizers[0].autocomplete(arena.raids, "run", "dungeon", "l")
        meter = Meter(arena, bot)
        await meter.start()
        storm = asyncio.create_task(_storm(arena, panel, clicks))
        offers = await _type(arena, organizers, letters)
        replies = await storm
        measured = await _end_of_storm(arena, meter, panel, Shown(1 + WARM_UP + clicks), clicks)
        if not all(offer.choices for offer in offers if not offer.failed):
            raise WrongCountError("nothing was offered for a dungeon's name")
        measured.figures.update(answers.acknowledged(replies), **_offered(offers, replies))
        measured.figures.update(answers.told([(one, "You're in") for one in replies]))
    async with arena.bare_bot() as bot:
        await answers.warm_up_floor(arena, panel)
        meter = Meter(arena, bot)
        await meter.start()
        storm = asyncio.create_task(_storm(arena, panel, clicks, floor=True))
        offers = await _type(arena, organizers, letters)
        replies = await storm
        floor = await meter.stop(clicks=clicks)
        floor.figures.update(answers.acknowledged(replies), **_offered(offers, replies))
    return measured, floor


async def _type(arena: Arena, organizers: Sequence[Member], letters: int) -> list[Reply]:
    """Type a letter at each turn, whether or not the one before was answered."""
    texts = [name[: end + 1] for name in DUNGEONS for end in range(len(name))][:letters]
    link = arena.discord._link
    offers = []
    for number, text in enumerate(texts):
        await asyncio.sleep(TYPE_EVERY_S)
        typist = organizers[number % len(organizers)]
        reply_id = await link.call(
            "autocomplete",
            user_id=typist.id,
            channel_id=arena.raids.id,
            name="run",
            path=[],
            option="dungeon",
            text=text,
            options={},
        )
        offers.append(Reply(link, typist, reply_id))
    for offer in offers:
        await offer.acknowledged(ANSWERS_S)
    return offers


def _offered(offers: Sequence[Reply], replies: Sequence[Reply]) -> Figures:
    after = [answers.first_answer(offer) for offer in offers]
    last = max(made_at(reply.id) + answers.first_answer(reply) for reply in replies)
    return {
        "typed": len(offers),
        "typed_within": sum(made_at(offer.id) <= last for offer in offers),
        "typed_p50": answers.percentile(after, 50) * 1000,
        "typed_p99": answers.percentile(after, 99) * 1000,
    }
