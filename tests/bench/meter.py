"""Measures what a stretch of work costs: CPU, memory, requests and statements."""

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.bench import processes
from tests.bench.arena import Arena, Bot
from tests.bench.postgres import StatementCount

Figures = dict[str, float]
"""What was measured, by the keys of `report.FIGURES`."""
_ANSWER = re.compile(r"\{(interaction|webhook)_token\}")
_OF_CLICKS = frozenset({"raids.participate", "raids.toggle_keys", "quota.board_of_points", "quota.figures"})
"""The statements that clicks and commands themselves are; the others draw panels and carry out what is owed."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement of one bot."""

    figures: Figures
    routes: dict[str, int]
    """Requests by "METHOD /route/{template}"."""
    statements: list[StatementCount] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """What the local Discord complained of, and what the bot logged as a warning or worse."""

    def as_json(self) -> dict[str, Any]:
        """Render it for the result file."""
        return {
            "figures": self.figures,
            "routes": self.routes,
            "statements": [
                {
                    "name": one.name,
                    "text": one.text,
                    "calls": one.calls,
                    "rows": one.rows,
                    "milliseconds": round(one.milliseconds, 3),
                }
                for one in self.statements
            ],
            "problems": self.problems,
        }


Pair = tuple[Measured, Measured | None]
"""What was measured of the bot, and of the floor where there is one."""


@dataclass(frozen=True, slots=True)
class _Reading:
    at: float
    machine: float
    bot: float
    postgres: float
    discord: float
    bench: float

    @classmethod
    def take(cls, arena: Arena, bot: Bot) -> "_Reading":
        return cls(
            time.monotonic(),
            processes.cpu_of_machine(),
            processes.cpu_seconds(bot.pid),
            arena.ledger.cpu_seconds(),
            processes.cpu_seconds(arena.discord_pid),
            time.process_time(),
        )


class Meter:
    """Measures from its `start` to its `stop`."""

    def __init__(self, arena: Arena, bot: Bot) -> None:
        self._arena = arena
        self._bot = bot
        self._routes: Counter[str] = Counter()
        self._began: _Reading

    async def start(self) -> None:
        """Begin; what came before is forgotten."""
        self._routes = Counter(await self._arena.discord.count_by_route())
        await self._arena.discord.forgive()
        self._arena.ledger.forget_statements()
        self._began = _Reading.take(self._arena, self._bot)

    async def stop(self, *, clicks: int = 0) -> Measured:
        """End; the costs are also given for each of so many clicks, if there were any."""
        began, ended = self._began, _Reading.take(self._arena, self._bot)
        routes = Counter(await self._arena.discord.count_by_route()) - self._routes
        statements = self._arena.ledger.statements()
        bot, postgres = ended.bot - began.bot, ended.postgres - began.postgres
        discord, bench = ended.discord - began.discord, ended.bench - began.bench
        figures: Figures = {
            "requests": routes.total(),
            "log_statements": sum(one.calls for one in statements if one.of_the_log),
            "cpu_bot": bot,
            "cpu_postgres": postgres,
            "cpu_discord": discord,
            "cpu_bench": bench,
            "memory_bot": processes.memory(self._bot.pid),
            "memory_postgres": self._arena.ledger.memory(),
            "memory_discord": processes.memory(self._arena.discord_pid),
            "stretch": ended.at - began.at,
            "others": (ended.machine - began.machine - bot - postgres - discord - bench) / (ended.at - began.at),
        }
        if clicks:
            answers = sum(count for route, count in routes.items() if _ANSWER.search(route))
            others = sum(one.calls for one in statements if not one.of_the_log and not one.of_control)
            figures |= {
                "clicks": clicks,
                "answers_per_click": answers / clicks,
                "requests_per_click": routes.total() / clicks,
                "statements_per_click": others / clicks,
                "own_statements_per_click": sum(one.calls for one in statements if one.name in _OF_CLICKS) / clicks,
                "cpu_per_click": (bot + postgres) / clicks * 1000,
                "cpu_bot_per_click": bot / clicks * 1000,
                "cpu_postgres_per_click": postgres / clicks * 1000,
            }
        return Measured(
            figures,
            dict(routes.most_common()),
            statements,
            [*await self._arena.discord.problems(), *self._bot.complaints()],
        )
