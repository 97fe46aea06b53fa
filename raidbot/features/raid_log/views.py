"""What staff read of the raid log: the starter, the thread's name, and every sentence on its pages."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.raid_log import models as m
from raidbot.features.raids.api import want_of
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import CONTENT, TITLE, cut, figure, listed, message_link, plain, time

THREAD_NAME: Final = 100
LINE: Final = 500
"""Characters of one line."""
HEAD: Final = CONTENT - LINE - 1
"""Characters of a page before its last line, which may grow."""
NAMES: Final = 5
"""Members that a line about clicks names of each sort; the rest is counted."""
FACT: Final = 80
"""Characters of one detail of an entry."""

# --- the starter -----------------------------------------------------------------------------------------------------

_SUBJECTS: Final[Mapping[m.Subject, tuple[str, Colour]]] = {
    m.Subject.RUN: ("Run", Colour.INFO),
    m.Subject.HEADCOUNT: ("Headcount", Colour.WARNING),
    m.Subject.PARTY: ("Party", Colour.SUCCESS),
}
_ENDINGS: Final[Mapping[str, str]] = {
    "run.end": "Ended",
    "run.cancel": "Cancelled",
    "run.expire": "Over by itself",
    "headcount.end": "Ended",
    "headcount.convert": "Became a run",
    "headcount.stale": "Over by itself",
    "party.close": "Closed",
    "party.expire": "Over by itself",
}


def mark(log: m.Log) -> str:
    """Write what tells a log's starter from all others: "Run 12"."""
    return f"{_SUBJECTS[log.subject][0]} {log.subject_id}"


def starter(log: m.Log, catalogue: Catalogue) -> hikari.Embed:
    """Draw the message that a log hangs on."""
    title, colour = _SUBJECTS[log.subject]
    embed = hikari.Embed(title=cut(f"{title}: {_dungeons(log, catalogue)}", TITLE), colour=int(colour))
    embed.add_field("Organizer", f"<@{log.organizer_id}>", inline=True)
    embed.add_field("Opened", time(log.opened_at, "f"), inline=True)
    if log.closed_at is not None and log.closed_as is not None:
        embed.add_field(_ENDINGS[log.closed_as], time(log.closed_at, "f"), inline=True)
    embed.set_footer(mark(log))
    return embed


def thread_name(log: m.Log, catalogue: Catalogue) -> str:
    """Name the thread: "Snake Pit: Organizer - Orga"."""
    return cut(f"{_dungeons(log, catalogue)}: Organizer - {log.organizer_name}", THREAD_NAME)


def _dungeons(log: m.Log, catalogue: Catalogue) -> str:
    found = ((code, catalogue.find(code)) for code in log.dungeons)
    return ", ".join(code if dungeon is None else dungeon.name for code, dungeon in found)


# --- pages -----------------------------------------------------------------------------------------------------------


def page(outlook: m.Outlook, catalogue: Catalogue) -> m.Page:
    """Write the newest page: what was clicked and noted since, as far as it fits.

    A line about clicks that stands at the end grows as long as nothing is noted after them.
    """
    log = outlook.log
    seen, base = (m.Crowd.read(crowd or {}) for crowd in (log.seen, log.base))
    steps = m.story(seen, outlook.presences, outlook.entries)
    first = steps[0]
    if log.page_open and first.moves:
        grown = _clicks(m.moves(base, first.after, outlook.presences), first.after, log, catalogue)
        return m.Page(log.page_head, grown, False, False, log.told, base, first.after)
    lines: list[str] = []
    line, told = "", log.told
    for step in steps:
        clicks = _clicks(step.moves, step.after, log, catalogue) if step.moves else ""
        if step.entry is None:
            line, base = clicks, step.before
        else:
            more = [*filter(None, [clicks, _sentence(step.entry, log, catalogue)])]
            if len("\n".join((*lines, *more))) > HEAD:
                break
            lines, told = [*lines, *more], step.entry.number
        seen = step.after
    if not lines and not line:
        return m.Page(log.page_head, log.page_line, False, True, told, m.Crowd.read(log.base or {}), seen)
    return m.Page("\n".join(lines), line, True, False, told, base, seen)


def _clicks(moves: m.Moves, after: m.Crowd, log: m.Log, catalogue: Catalogue) -> str:
    """Write "👥 87 joined (last: …), 3 left · keys: …, now 84 in"."""
    came, went = ([user_id for key, user_id in places if not key] for places in (moves.came, moves.went))
    people = [
        f"**{len(users):,}** {verb} ({_named(users)})" for users, verb in ((came, "joined"), (went, "left")) if users
    ]
    parts = [", ".join(people)] if people else []
    for places, verb in ((moves.came, "keys"), (moves.went, "taken back")):
        offers: dict[str, list[int]] = {}
        for key, user_id in places:
            if key:
                offers.setdefault(key, []).append(user_id)
        if offers:
            told = [f"{_key(key, log, catalogue)} {_named(users)}" for key, users in offers.items()]
            parts.append(f"{verb}: {listed(told, LINE // 3)}")
    parts.append(f"now **{after.members:,}** in")
    return cut(f"{time(after.at, 't')} 👥 {' · '.join(parts)}", LINE)


def _named(users: list[int]) -> str:
    named = ", ".join(f"<@{user_id}>" for user_id in users[:NAMES])
    return named if len(users) <= NAMES else f"last: {named}"


def _key(key: str, log: m.Log, catalogue: Catalogue) -> str:
    """Name a key, with its dungeon where it came with one and the log is about several."""
    code, _, key = key.rpartition(":")
    dungeons = [dungeon for one in log.dungeons if (dungeon := catalogue.find(one)) and code in {"", one}]
    for dungeon in dungeons:
        found = dungeon.key(key)
        if found is not None:
            return f"{found.name} ({dungeon.name})" if code and len(log.dungeons) > 1 else found.name
    return plain(key)


def _wanted(code: str, log: m.Log, catalogue: Catalogue) -> str:
    """Name what a run called for."""
    dungeon = catalogue.find(log.dungeons[0])
    return plain(code if dungeon is None else want_of(dungeon, code).name)


# --- sentences -------------------------------------------------------------------------------------------------------

_SENTENCES: Final[Mapping[str, str]] = {
    "run.open": "🆕 {} opened the run",
    "run.start": "🟢 {} started the run",
    "run.end": "🏁 {} ended the run",
    "run.cancel": "❌ {} cancelled the run",
    "run.expire": "⌛ The run's time was over",
    "run.texts": "📍 {} set party and location",
    "run.lock": "🔒 {} locked joining",
    "run.unlock": "🔓 {} unlocked joining",
    "run.chain": "⛓️ {} planned the chain",
    "run.pop": "🗝️ {} popped a key",
    "run.ping": "📣 {} pinged the raiders",
    "run.extend": "⏳ {} extended the run",
    "run.take_over": "🛂 {} opened the organizer panel of somebody else's run",
    "run.screenshot": "📸 {} handed in the screenshot",
    "run.realm_score": "📈 {} told the realm score",
    "run.stage": "🚪 {} moved the run on",
    "run.transfer": "🤝 {} handed the run over",
    "run.request": "🙋 {} called for something",
    "run.request_close": "🙆 {} took a call back",
    "run.limits": "🧮 {} set how many may join",
    "run.last_call": "📢 {} made the last call",
    "run.last_call_off": "↩️ {} took the last call back",
    "headcount.open": "🆕 {} opened the headcount",
    "headcount.end": "🏁 {} ended the headcount",
    "headcount.convert": "🟢 {} made the headcount a run",
    "headcount.stale": "⌛ Nobody touched the headcount for a day",
    "headcount.take_over": "🤝 {} took the headcount over",
    "keys.log": "🔑 {} logged a popped key",
    "keys.undo": "↩️ {} took a logged key back",
    "party.open": "🆕 {} opened the party",
    "party.extend": "⏳ {} extended the party",
    "party.close": "🏁 {} closed the party",
    "party.expire": "⌛ The party's time was over",
}
"""What is said of each action; {} is whoever did it."""
_LABELS: Final[Mapping[str, str]] = {"description": "note"}
"""What a detail is called where its name does not say it."""
_MEMBERS: Final = frozenset({"from", "to", "before", "organizer", "member", "user"})
"""Details that name a member by id."""
_CODES: Final = frozenset({"reason", "stage", "miniboss"})
"""Details that are words of ours, not a member's."""


def _sentence(entry: m.Entry, log: m.Log, catalogue: Catalogue) -> str:
    """Tell an entry with its details; of an action that is not known, what its name says."""
    who = "The bot" if entry.actor_id is None else f"<@{entry.actor_id}>"
    known = _SENTENCES.get(entry.action)
    told = known.format(who) if known else f"🔹 {who}: {plain(_words(entry.action.partition('.')[2] or entry.action))}"
    facts = ", ".join(_facts(entry, log, catalogue))
    return cut(f"{time(entry.at, 't')} {told}{f' · {facts}' if facts else ''}", LINE)


def _facts(entry: m.Entry, log: m.Log, catalogue: Catalogue) -> Iterable[str]:
    """Tell the details of an entry; what was left out as something was opened is left out here."""
    for name, value in entry.detail.items():
        label = _LABELS.get(name, plain(_words(name)))
        match name, value:
            case _, None if entry.action.endswith(".open"):
                continue
            case "message", int():
                channel_id = entry.detail.get("channel", log.channel_id)
                yield f"[see it]({message_link(log.guild_id, channel_id, value)})"
            case "channel", int():
                continue
            case "dungeon", str() if (dungeon := catalogue.find(value)) is not None:
                yield f"{label}: {dungeon.name}"
            case "key", str():
                yield f"{label}: {_key(value, log, catalogue)}"
            case "what", str():
                yield f"{label}: {_wanted(value, log, catalogue)}"
            case "points", str():
                yield f"{label}: {figure(Decimal(value))}"
            case _, int() if name in _MEMBERS:
                yield f"{label}: <@{value}>"
            case _, str() if name in _CODES:
                yield f"{label}: {plain(_words(value))}"
            case _:
                yield f"{label}: {_value(value) or 'none'}"


def _value(value: object) -> str:
    """Write a detail for readers: moments as Discord's timestamps, a change as "old → new"."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case {"old": old, "new": new}:
            return f"{_value(old)} → {_value(new)}"
        case list():
            return listed([told for one in value if (told := _value(one).strip())], FACT)
        case str() if (moment := _moment(value)) is not None:
            return time(moment, "t")
        case _:
            return plain(cut(str(value), FACT))


def _moment(text: str) -> datetime | None:
    """Read a moment as details carry it, with its offset; None for any other text."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment


def _words(name: str) -> str:
    return name.replace("_", " ").replace(".", " ")
