"""Compares Discord with the rows, once everything that was owed is done."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from raidbot.features.dungeons.api import catalogue
from raidbot.features.headcounts.models import headcount_of
from raidbot.features.headcounts.queries import headcounts
from raidbot.features.headcounts.service import ORGANIZER_PANEL as HEADCOUNT_ORGANIZER_PANEL
from raidbot.features.headcounts.views import panels as headcount_panels
from raidbot.features.keys.feature import door
from raidbot.features.raids.api import HEADCOUNT_PANEL
from raidbot.features.raids.models import run_of
from raidbot.features.raids.queries import shown
from raidbot.features.raids.service import ORGANIZER_PANEL, PUBLIC_PANEL
from raidbot.features.raids.views import panels
from raidbot.kernel.clock import Clock
from raidbot.kernel.discord.easel import Drawing
from raidbot.playground.driver import Message
from tests.faults import written
from tests.faults.evening import Evening
from tests.faults.town import LOOK_EVERY_S, Town, ask, read

SETTLED_S: Final = 45.0
"""Discord takes ten role changes in ten seconds, so what a restart asks for again may wait for two windows."""
ONCE: Final = {
    "run.start": 1,
    "run.pop": 2,
    "run.end": 1,
    "run.cancel": 1,
    "run.expire": 1,
    "run.extend": 1,
    "run.realm_score": 1,
    "run.stage": 3,
    "headcount.open": 1,
    "headcount.convert": 1,
}
"""How often the audit may tell of each in one run or headcount."""

_OWED: Final = {
    "effects": "SELECT kind, subject, attempts, blocked_reason FROM owed_effect",
    "roles": "SELECT user_id, role_id, wanted, given, attempts FROM member_role WHERE wanted IS DISTINCT FROM given",
    "panels": (
        "SELECT kind, topic, shown, version, message_id, posting_since, blocked_reason"
        " FROM panel JOIN panel_topic USING (topic)"
        " WHERE shown < version OR message_id IS NULL OR posting_since IS NOT NULL OR blocked_reason IS NOT NULL"
    ),
    "logs": (
        "SELECT topic, noted, told, page_shown, seen_version, version, attempts"
        " FROM raid_log_thread LEFT JOIN panel_topic USING (topic)"
        " WHERE noted > told OR NOT page_shown"
        " OR settled_at IS NULL AND (closed_at IS NOT NULL OR seen_version < version)"
    ),
    "due runs": "SELECT id FROM run WHERE status IN ('open', 'live') AND expires_at <= '{now}'",
}


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found amiss; an empty list is a good evening."""

    evening: Evening

    async def settle(self) -> None:
        """Wait until nothing is owed any more; TimeoutError that lists what still is."""
        owed: dict[str, list[tuple[Any, ...]]] = {}
        try:
            async with asyncio.timeout(max(SETTLED_S, self.evening.patience)):
                while owed := await self._owed():  # noqa: ASYNC110 - rows tell nobody that they change
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            raise TimeoutError(f"still owed: {owed}") from None

    async def findings(self) -> list[str]:
        """List all that is not as the rows say, and the rows that contradict each other."""
        return [
            *await self._panels(),
            *await self._messages(),
            *await self._roles(),
            *await self._rows(),
            *await self._old_panels(),
            *await written.headcounts(self.evening.town),
            *await written.raid_log(self.evening.town),
            *await written.early_locations(self.evening.town),
            *await self._complaints(),
        ]

    async def completions(self) -> list[tuple[str, int, int]]:
        """List the completions of the ledger: dungeon, pop and raider."""
        return await self.query(
            "SELECT dungeon, pop, user_id FROM ledger WHERE kind = 'completion' ORDER BY run_id, pop, user_id"
        )

    async def statuses(self) -> dict[str, str]:
        """Tell how each dungeon's run stands, and why it is over."""
        found = await self.query("SELECT dungeon, status, end_reason FROM run")
        assert len(found) == len({dungeon for dungeon, *_ in found}), found
        return {dungeon: " ".join(filter(None, how)) for dungeon, *how in found}

    # --- what is compared ---------------------------------------------------------------------------------------

    async def _panels(self) -> list[str]:
        """Compare each panel that the rows keep with a fresh drawing of what it shows."""
        town, found = self.evening.town, []
        clock = Clock()
        now = clock.now().fromtimestamp(await town.discord.now(), tz=clock.now().tzinfo)
        for kind, topic, message_id in await self.query("SELECT kind, topic, message_id FROM panel"):
            message = await self._message(message_id)
            if message is None:
                found.append(f"{kind} of {topic}: its message is gone")
                continue
            drawing, rests = await _DRAWN[kind](town, topic, now)
            if not drawing.final and [button.label for button in message.buttons] == ["Refresh"]:
                drawing = rests
            expected, shown = _drawn(drawing), _shown(message)
            if expected["description"] is not None and kind in _NOTED and shown["description"] is not None:
                shown["description"] = _without_note(shown["description"])
            found += [
                f"{kind} of {topic}: {key} is {shown[key]!r}, not {expected[key]!r}"
                for key in expected
                if shown[key] != expected[key]
            ]
        return found

    async def _messages(self) -> list[str]:
        """Compare the bot's messages in the raid channel with the panels and pings that the rows tell of."""
        town = self.evening.town
        known = await self.query("SELECT 'panel of ' || topic, message_id FROM panel WHERE token IS NULL")
        known += await self.query(
            "SELECT 'ping of run ' || run_id, message_id FROM run_ping_message JOIN run_ping ON id = ping_id"
            " WHERE part = 0"
        )
        pings = Counter(name for name, _ in known if name.startswith("ping"))
        found = [f"{number} pings stand: {name}" for name, number in pings.items() if number > 1]
        found += [
            f"ping of run {run_id}, which is over"
            for (run_id,) in await self.query(
                "SELECT run_id FROM run_ping JOIN run ON run.id = run_id WHERE status NOT IN ('open', 'live')"
            )
        ]
        there = {message.id: message for message in await town.raids.messages()}
        ids = {message_id for _, message_id in known}
        found += [f"{name} has no message" for name, message_id in known if message_id not in there]
        return found + [f"nobody knows {message!r}" for message in there.values() if message.id not in ids]

    async def _roles(self) -> list[str]:
        """Compare the guild's roles and who holds them with the runs."""
        town = self.evening.town
        own = {role.id for role in town.own_roles}
        roles = {role.id: role.name for role in await town.guild.roles()}
        wanted = dict(
            await self.query(
                "SELECT role_id, id FROM run WHERE status IN ('open', 'live') AND role_wanted AND role_id IS NOT NULL"
            )
        )
        found = [f"the guild's own role {role.name} is gone" for role in town.own_roles if role.id not in roles]
        found += [f"role {name} is nobody's" for role_id, name in roles.items() if role_id not in {*own, *wanted}]
        found += [f"run {run_id} has lost its role" for role_id, run_id in wanted.items() if role_id not in roles]
        found += [
            f"run {run_id} never got a role"
            for (run_id,) in await self.query(
                "SELECT id FROM run WHERE status IN ('open', 'live') AND role_wanted AND role_id IS NULL"
            )
        ]
        held = {member.id: set(await member.roles()) for member in await town.guild.members()}
        for role_id, run_id in wanted.items():
            joined = {
                user_id
                for (user_id,) in await self.query(f"SELECT user_id FROM run_raider WHERE joined AND run_id = {run_id}")
            }
            having = {user_id for user_id, roles_held in held.items() if role_id in roles_held}
            if joined != having:
                found.append(f"run {run_id}: joined are {sorted(joined)}, its role have {sorted(having)}")
        return found

    async def _rows(self) -> list[str]:
        """Compare the rows with each other."""
        checks = {
            "an activity of no active run": (
                "SELECT activity.organizer_id, subject_id FROM activity LEFT JOIN run ON run.id = subject_id"
                " WHERE kind = 'run' AND (run.id IS NULL OR status NOT IN ('open', 'live'))"
            ),
            "an active run without its activity": (
                "SELECT id FROM run LEFT JOIN activity ON kind = 'run' AND subject_id = run.id"
                " WHERE status IN ('open', 'live') AND subject_id IS NULL"
            ),
            "an owed role of a run that is over": (
                "SELECT user_id, member_role.role_id FROM member_role LEFT JOIN run USING (role_id)"
                " WHERE status IS NULL OR status NOT IN ('open', 'live')"
            ),
            "a pop without its snapshot": (
                "SELECT id FROM run WHERE pops <> (SELECT count(DISTINCT pop) FROM pop_snapshot WHERE run_id = run.id)"
            ),
            "a run without its public panel": (
                "SELECT id FROM run WHERE NOT EXISTS"
                " (SELECT FROM panel WHERE token IS NULL AND topic = 'run:' || run.id)"
            ),
            "an award twice": (
                "SELECT run_id, pop, kind, user_id FROM ledger GROUP BY run_id, pop, kind, user_id HAVING count(*) > 1"
            ),
            "an organizer's award that is missing": (
                "SELECT id, popped.pop FROM run, generate_series(least(pops, 1), pops) popped (pop)"
                " WHERE (popped.pop > 0 OR status = 'ended') AND NOT EXISTS (SELECT FROM ledger"
                " WHERE kind = 'organised' AND run_id = run.id AND ledger.pop = popped.pop)"
            ),
            "a total that is not the sum of its rows": (
                "SELECT * FROM ledger_total FULL JOIN ledger_sum USING (guild_id, user_id, month, kind, quota_role_id)"
                " WHERE ledger_total.amount IS DISTINCT FROM ledger_sum.amount"
            ),
        }
        found = [f"{what}: {row}" for what, query in checks.items() for row in await self.query(query)]
        told = await self.query("SELECT subject, action, count(*) FROM audit GROUP BY subject, action")
        return found + [
            f"{action} of {subject} {number} times"
            for subject, action, number in told
            if number > ONCE.get(action, number)
        ]

    async def _old_panels(self) -> list[str]:
        """Look at every organizer panel that was ever shown: of a run that is over it has no buttons but these."""
        kept = {message_id for (message_id,) in await self.query("SELECT message_id FROM panel")}
        found = []
        for message in self.evening.panels:
            now = await message.refresh()
            if now is not None and now.id not in kept and {one.label for one in now.buttons} - {"Refresh", "Log Keys"}:
                found.append(f"an organizer panel was left behind: {now!r}")
        return found

    async def _complaints(self) -> list[str]:
        """List what the local Discord complained about, and the errors in the bot's log."""
        evening = self.evening
        found = [f"the local Discord: {one}" for one in (*evening.bot.problems, *await evening.town.discord.problems())]
        found += [f"the bot's log: {line}" for line in evening.bot.errors()]
        excused = set(evening.excused)
        if evening.bot.logged("first answer failed"):  # it cannot know that a slow first answer had arrived
            excused.add("was answered twice")
        return [one for one in found if not any(excuse in one for excuse in excused)]

    # --- reading ------------------------------------------------------------------------------------------------

    async def _owed(self) -> dict[str, list[tuple[Any, ...]]]:
        now = await self.evening.town.discord.now()
        found = {what: await self.query(query.format(now=_timestamp(now))) for what, query in _OWED.items()}
        return {what: rows for what, rows in found.items() if rows}

    async def query(self, query: str) -> list[tuple[Any, ...]]:
        """Run a query of a test and return its rows."""
        return await read(self.evening.town.database, query)

    async def _message(self, message_id: int) -> Message | None:
        link = self.evening.town.discord._link
        view = await link.call("message", message_id=message_id)
        return None if view is None else Message(link, view)


# --- what panels should show -----------------------------------------------------------------------------------------

Panel = tuple[Drawing, Drawing]
"""As it stands, and as it stands when it rests."""


async def _run(town: Town, topic: str, now: datetime, *, public: bool) -> Panel:
    view = await ask(town.database, lambda conn: shown.view(conn, run_of(topic)))
    assert view is not None, topic
    dungeon = catalogue().find(view.run.dungeon)
    assert dungeon is not None
    drawing = (
        panels.public(view, dungeon, {}, now) if public else panels.organizer(view, dungeon, None, now, afterwards=door)
    )
    return drawing, panels.resting(view.run.id)


async def _headcount(town: Town, topic: str, _: datetime, *, public: bool) -> Panel:
    view = await ask(town.database, lambda conn: headcounts.view(conn, headcount_of(topic)))
    assert view is not None, topic
    dungeons = [dungeon for code in view.headcount.dungeons if (dungeon := catalogue().find(code)) is not None]
    drawing = (
        headcount_panels.public(view, dungeons, {}) if public else headcount_panels.organizer(view, dungeons, None)
    )
    return drawing, headcount_panels.resting(view.headcount.id)


_DRAWN: Final[Mapping[str, Callable[[Town, str, datetime], Awaitable[Panel]]]] = {
    PUBLIC_PANEL: partial(_run, public=True),
    ORGANIZER_PANEL: partial(_run, public=False),
    HEADCOUNT_PANEL: partial(_headcount, public=True),
    HEADCOUNT_ORGANIZER_PANEL: partial(_headcount, public=False),
}
_NOTED: Final = {ORGANIZER_PANEL, HEADCOUNT_ORGANIZER_PANEL}
"""They begin with a line about what just happened."""


def _timestamp(seconds: float) -> str:
    return Clock().now().fromtimestamp(seconds, tz=Clock().now().tzinfo).isoformat()


def _without_note(description: str) -> str:
    """Leave out the line about what just happened, which is shown once and kept by nobody."""
    lines = description.split("\n")
    return "\n".join(lines[1:] if lines[0].startswith("*") and not lines[0].startswith("**") else lines)


def _drawn(drawing: Drawing) -> dict[str, Any]:
    embed = drawing.embed
    assert embed is not None
    return {
        "content": drawing.content or "",
        "title": embed.title,
        "description": embed.description,
        "fields": [(field.name, field.value, field.is_inline) for field in embed.fields],
        "buttons": list(_buttons(row.build()[0] for row in drawing.rows)),
    }


def _shown(message: Message) -> dict[str, Any]:
    embed = message.embeds[0] if message.embeds else {}
    return {
        "content": message.content,
        "title": embed.get("title"),
        "description": embed.get("description"),
        "fields": [(field["name"], field["value"], field.get("inline", False)) for field in embed.get("fields", ())],
        "buttons": list(_buttons(message.components)),
    }


def _buttons(rows: Iterable[Any]) -> Iterable[tuple[str, str, int, bool]]:
    for row in rows:
        for one in row["components"]:
            yield one.get("label", ""), one["custom_id"], int(one["style"]), bool(one.get("disabled"))
