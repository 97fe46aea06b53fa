"""The table for the terminal and the result for the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.meter import Measured
from tests.bench.rows import Row

Results = Mapping[Row, Sequence[tuple[Measured, Measured]]]
"""What was measured of the bot and of the floor, each time a row was run."""
ROWS_ABREAST = 3
WIDTH = 160
"""Characters, where there is no terminal to ask."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the table."""

    key: str
    label: str
    digits: int
    ratio: bool = False
    """Its ratio to the floor is what counts."""
    spread: bool = False
    """The lowest and the highest are shown too."""


FIGURES = (
    Figure("clicks", "clicks", 0),
    Figure("in_time", "acknowledged within 3 s, %", 1),
    Figure("ack_p50", "acknowledged, p50, ms", 0, ratio=True),
    Figure("ack_p99", "acknowledged, p99, ms", 0, ratio=True, spread=True),
    Figure("ack_max", "acknowledged, last, ms", 0, ratio=True),
    Figure("told", 'told "joined", %', 1),
    Figure("told_p50", "told, p50, ms", 0),
    Figure("told_p99", "told, p99, ms", 0),
    Figure("told_last", "told, last, ms", 0, spread=True),
    Figure("all_told", "first click to last told, ms", 0),
    Figure("panel_after", "last click to panel = database, ms", 0, spread=True),
    Figure("panel_edits", "edits of the panel", 0),
    Figure("answers_per_click", "answers sent a click", 3),
    Figure("requests_per_click", "requests a click, roles and panels too", 3),
    Figure("statements_per_click", "statements a click, log apart", 3),
    Figure("log_statements", "statements of the log", 0),
    Figure("cpu_per_click", "CPU a click, bot and PostgreSQL, ms", 2, ratio=True, spread=True),
    Figure("cpu_bot_per_click", "  of it the bot", 2, ratio=True),
    Figure("cpu_postgres_per_click", "  of it PostgreSQL", 2),
    Figure("cpu_bot", "CPU of the bot, s", 3),
    Figure("cpu_postgres", "CPU of PostgreSQL, s", 3),
    Figure("cpu_discord", "CPU of the local Discord, s", 3),
    Figure("memory_bot", "memory of the bot, MB", 0),
    Figure("memory_postgres", "memory of PostgreSQL, MB", 0),
    Figure("memory_discord", "memory of the local Discord, MB", 0),
    Figure("stretch", "measured for, s", 2),
    Figure("others", "cores busy with something else", 2, spread=True),
)


def show(results: Results, title: str, console: Console | None = None) -> None:
    """Print the table: medians, and in brackets the lowest and the highest where the noise matters."""
    console = console or Console()
    if not console.is_terminal:
        console.width = WIDTH
    rows = list(results)
    for at in range(0, len(rows), ROWS_ABREAST):
        console.print(_table(rows[at : at + ROWS_ABREAST], results, title))
    for row, runs in results.items():
        console.print(f"{row.name}, requests: {_routes(runs)}", highlight=False)
        problems = sorted({problem for run in runs for measured in run for problem in measured.problems})
        for problem in problems[:5]:
            console.print(f"{row.name}: {problem}", highlight=False, markup=False)


def _table(rows: Sequence[Row], results: Results, title: str) -> Table:
    table = Table(title=title)
    table.add_column("", no_wrap=True)
    for row in rows:
        table.add_column(row.name, justify="right", no_wrap=True)
        table.add_column("floor", justify="right", no_wrap=True)
        table.add_column("ratio", justify="right", no_wrap=True)
    for figure in FIGURES:
        cells = [cell for row in rows for cell in _cells(figure, results[row])]
        if any(cells):
            table.add_row(figure.label, *cells)
    return table


def _cells(figure: Figure, runs: Sequence[tuple[Measured, Measured]]) -> tuple[str, str, str]:
    bots, floors, ratios = _values(figure.key, runs)
    return (
        _cell(bots, figure.digits, spread=figure.spread),
        _cell(floors, figure.digits),
        _cell(ratios, 2, spread=figure.spread) if figure.ratio else "",
    )


def _values(key: str, runs: Sequence[tuple[Measured, Measured]]) -> tuple[list[float], list[float], list[float]]:
    """Give a figure of the bot, of the floor, and their ratio within each run."""
    bots = [bot.figures[key] for bot, _ in runs if key in bot.figures]
    floors = [floor.figures[key] for _, floor in runs if key in floor.figures]
    ratios = [bot / floor for bot, floor in zip(bots, floors, strict=False) if floor]
    return bots, floors, ratios


def _cell(values: Sequence[float], digits: int, *, spread: bool = False) -> str:
    if not values:
        return ""
    middle = f"{median(values):,.{digits}f}"
    return f"{middle} ({min(values):,.{digits}f}-{max(values):,.{digits}f})" if spread and len(values) > 1 else middle


def _routes(runs: Sequence[tuple[Measured, Measured]]) -> str:
    routes = {route for bot, _ in runs for route in bot.routes}
    counts = {route: median(bot.routes.get(route, 0) for bot, _ in runs) for route in routes}
    return "; ".join(f"{count:g} {route}" for route, count in sorted(counts.items(), key=lambda one: -one[1]))


def as_json(results: Results) -> list[dict[str, Any]]:
    """Render rows for the file: the medians, and every run."""
    return [
        {
            "name": row.name,
            "rate_limits": row.rate_limits,
            "medians": {
                figure.key: {
                    what: round(median(values), 4)
                    for what, values in zip(("bot", "floor", "ratio"), _values(figure.key, runs), strict=True)
                    if values and (what != "ratio" or figure.ratio)
                }
                for figure in FIGURES
            },
            "runs": [{"bot": bot.as_json(), "floor": floor.as_json()} for bot, floor in runs],
        }
        for row, runs in results.items()
    ]
