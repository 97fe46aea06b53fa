"""All runs of a guild at once: the answer of `/runs`."""

from collections.abc import Sequence
from typing import Final

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.raids.models import ActiveRun, RunStatus
from raidbot.features.raids.views.oryx import progress
from raidbot.features.raids.views.panels import Emojis, offers
from raidbot.features.raids.views.texts import raiders_joined, where
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import DESCRIPTION, count, message_link, time

_GAP: Final = "\n\n"
_ROOM: Final = DESCRIPTION - 100
"""Characters for the runs; the rest is for the line that counts what is left out."""
_STATES: Final = {RunStatus.OPEN: "⏳ {} starts soon, open since {}", RunStatus.LIVE: "🟢 {} is live since {}"}


def runs(guild_id: int, found: Sequence[ActiveRun], catalogue: Catalogue, emojis: Emojis) -> hikari.Embed:
    """Draw the open and live runs, in their order; as many as fit, the rest is counted."""
    entries: list[str] = []
    room = _ROOM
    for run in found:
        entry = _entry(guild_id, run, catalogue, emojis)
        room -= len(entry) + len(_GAP)
        if room < 0:
            entries.append(f"… and {count(len(found) - len(entries), 'older run')} in <#{run.channel_id}>")
            break
        entries.append(entry)
    return hikari.Embed(title="Runs right now", description=_GAP.join(entries), colour=int(Colour.INFO))


def _entry(guild_id: int, run: ActiveRun, catalogue: Catalogue, emojis: Emojis) -> str:
    dungeon = catalogue.find(run.dungeon)
    name = f"**{run.dungeon if dungeon is None else dungeon.name}**"
    if run.message_id is not None:
        name = f"[{name}]({message_link(guild_id, run.channel_id, run.message_id)})"
    keys = "" if dungeon is None else offers(run.keys, dungeon, emojis)
    facts = [raiders_joined(run.raiders, run.cap), keys, "🔒 joining locked" if run.join_locked else "", *progress(run)]
    lines = [
        f"{_STATES[run.status].format(name, time(run.since))} · <@{run.organizer_id}>",
        " · ".join(fact for fact in facts if fact),
        where(run.party, run.location),
    ]
    return "\n".join(line for line in lines if line)
