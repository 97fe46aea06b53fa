"""Several busy panels in one channel, which share Discord's five edits in five seconds."""

from tests.bench import answers
from tests.bench.answers import ANSWERS_S, LOGGED, WARM_UP, Shown, WrongCountError
from tests.bench.arena import SETTLE_S, Arena
from tests.bench.meter import Meter, Pair

OVER_S = 5.0
"""The clicks are spread over as long as a turn of all five panels takes."""


async def busy_panels(arena: Arena, *, panels: int, clicks: int) -> Pair:
    """Measure how long after the last click every panel shows what the database says; there is no floor of panels."""
    organizers = [arena.organizer, *await arena.add_organizers(panels - 1)]
    async with arena.real_bot() as bot:
        shown = [(await arena.open_run(organizer))[0] for organizer in organizers]
        await answers.warm_up(arena, shown[0])
        meter = Meter(arena, bot)
        await meter.start()
        presses = [(member, shown[at % panels], "Join") for at, member in enumerate(arena.draw(clicks))]
        replies = await arena.discord.storm(presses, over=OVER_S, within=ANSWERS_S)
        ends = {
            panel.id: (replies[at::panels], Shown(1 + len(replies[at::panels]) + (WARM_UP if at == 0 else 0)))
            for at, panel in enumerate(shown)
        }
        for panel in shown:
            await answers.panel_shows(arena, panel, ends[panel.id][1])
        await arena.ledger.until(LOGGED, WARM_UP + clicks, SETTLE_S)
        measured = await meter.stop(clicks=clicks)
        found = arena.ledger.rows(
            "SELECT message_id, count(*) FROM panel JOIN run_raider ON topic = 'run:' || run_id"
            " WHERE joined AND token IS NULL GROUP BY message_id"
        )
        if dict(found) != {panel_id: final.joined for panel_id, (_, final) in ends.items()}:
            raise WrongCountError(f"the panels show {ends}, the rows {found}")
        measured.figures.update(
            answers.acknowledged(replies),
            **answers.told([(reply, "You're in") for reply in replies]),
            **await answers.drawn(arena.discord, ends),
        )
    return measured, None
