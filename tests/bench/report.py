"""The tables for the terminal and the result for the file."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench import targets
from tests.bench.meter import Measured, Pair
from tests.bench.rows import Row

Results = Mapping[Row, Sequence[Pair]]
"""What was measured of the bot and of the floor, each time a row was run."""
WIDTH = 200
"""Characters, where there is no terminal to ask: three rows abreast."""
LABEL_WIDTH, ROW_WIDTH = 44, 50
BUSIEST = 5
"""Statements that are shown of a row."""
STATEMENT = 60
"""Characters of the text of a statement that the bot's catalogue does not name."""


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
    Figure("told", "told that it was done, %", 1),
    Figure("told_p50", "told, p50, ms", 0),
    Figure("told_p99", "told, p99, ms", 0),
    Figure("told_last", "told, last, ms", 0, spread=True),
    Figure("all_told", "first click to last told, ms", 0),
    Figure("late_p99", "sent after its time, p99, ms", 0),
    Figure("late_max", "sent after its time, at most, ms", 0),
    Figure("storm_before", "clicks before the /run", 0),
    Figure("run_ack", "/run acknowledged, ms", 0, ratio=True, spread=True),
    Figure("run_posted", "/run, public panel posted, ms", 0, spread=True),
    Figure("run_done", "/run, organizer panel there, ms", 0, spread=True),
    Figure("typed", "letters typed", 0),
    Figure("typed_within", "  of them before the storm was over", 0),
    Figure("typed_p50", "offered, p50, ms", 0, ratio=True),
    Figure("typed_p99", "offered, p99, ms", 0, ratio=True, spread=True),
    Figure("panel_after", "last click to panel = database, ms", 0, spread=True),
    Figure("panel_edits", "edits of panels", 0),
    Figure("ready", "process to READY, s", 2, ratio=True, spread=True),
    Figure("first_click", "process to first answered click, s", 2, ratio=True, spread=True),
    Figure("cpu_start", "CPU until then, s", 2, ratio=True),
    Figure("runs", "runs", 0),
    Figure("ended_after", "all ended in the database after, s", 1),
    Figure("shown_after", "all panels say so after, s", 1),
    Figure("gone_after", "all roles gone after, s", 1),
    Figure("growth_first", "memory, growth in the first hour, MB", 1),
    Figure("growth", "memory, growth in the second hour, MB", 1),
    Figure("requests", "requests", 0),
    Figure("answers_per_click", "answers sent a click", 3),
    Figure("requests_per_click", "requests a click, roles and panels too", 3),
    Figure("own_statements_per_click", "a click's own statements", 3),
    Figure("statements_per_click", "statements a click, log apart", 3),
    Figure("log_statements", "statements of the log", 0),
    Figure("cpu_per_click", "CPU a click, bot and PostgreSQL, ms", 2, ratio=True, spread=True),
    Figure("cpu_bot_per_click", "  of it the bot", 2, ratio=True),
    Figure("cpu_postgres_per_click", "  of it PostgreSQL", 2),
    Figure("cpu_bot", "CPU of the bot, s", 3),
    Figure("cpu_postgres", "CPU of PostgreSQL, s", 3),
    Figure("cpu_discord", "CPU of the local Discord, s", 3),
    Figure("cpu_bench", "CPU of the benchmark, s", 3),
    Figure("memory_bot", "memory of the bot, MB", 0),
    Figure("memory_postgres", "memory of PostgreSQL, MB", 0),
    Figure("memory_discord", "memory of the local Discord, MB", 0),
    *(Figure(f"memory_{tenth}", f"memory of the bot after tenth {tenth}, MB", 1) for tenth in range(1, 21)),
    Figure("stretch", "measured for, s", 2),
    Figure("others", "cores busy with something else", 2, spread=True),
)
HEADLINES = ("first_click", "shown_after", "growth", "typed_p99", "run_done", "told_p99")
"""What a row is about: the first of them that it has."""


def headline(bot: Measured, floor: Measured | None) -> str:
    """Say in a few words what a measurement came to."""
    figures = {figure.key: figure for figure in FIGURES}
    found = [figures[key] for key in HEADLINES if key in bot.figures][:1]
    if floor is not None and "ack_p99" in bot.figures:
        found.append(figures["ack_p99"])
    told = []
    for figure in found:
        beside = "" if floor is None or figure.key not in floor.figures else f", floor {_of(figure, floor)}"
        told.append(f"{figure.label}: {_of(figure, bot)}{beside}")
    return "; ".join(told)


def _of(figure: Figure, measured: Measured) -> str:
    return f"{measured.figures[figure.key]:,.{figure.digits}f}"


def show(results: Results, title: str, console: Console | None = None) -> None:
    """Print what was to be reached, then all figures: medians, and the lowest and highest where the noise matters."""
    console = console or Console()
    if not console.is_terminal:
        console.width = WIDTH
    console.print(_verdicts(results, title))
    rows = list(results)
    abreast = max(1, (console.width - LABEL_WIDTH) // ROW_WIDTH)
    for at in range(0, len(rows), abreast):
        console.print(_table(rows[at : at + abreast], results))
    for row, runs in results.items():
        console.print(f"[bold]{row.name}[/bold], requests: {_routes(runs)}", highlight=False)
        for line in _statements(runs):
            console.print(f"  {line}", highlight=False, markup=False)
        problems = sorted({one for run in runs for measured in run if measured for one in measured.problems})
        for problem in problems[:5]:
            console.print(f"  problem: {problem}", highlight=False, markup=False)


def _verdicts(results: Results, title: str) -> Table:
    table = Table(title=title)
    for name in ("row", "to reach", "bound", "measured", ""):
        table.add_column(name, justify="right" if name == "measured" else "left", no_wrap=True)
    for verdict in targets.judge({row.name: runs for row, runs in results.items()}):
        target = verdict.target
        told = "kept" if verdict.kept else "[bold]MISSED[/bold]"
        table.add_row(target.row, target.label, target.wanted, target.show(verdict.value), told)
    return table


def _table(rows: Sequence[Row], results: Results) -> Table:
    table = Table()
    table.add_column("", no_wrap=True)
    for row in rows:
        table.add_column(row.name, justify="right", no_wrap=True)
        if _has_floor(results[row]):
            table.add_column("floor", justify="right", no_wrap=True)
            table.add_column("ratio", justify="right", no_wrap=True)
    for figure in FIGURES:
        cells = [cell for row in rows for cell in _cells(figure, results[row])]
        if any(cells):
            table.add_row(figure.label, *cells)
    return table


def _has_floor(runs: Sequence[Pair]) -> bool:
    return any(floor is not None for _, floor in runs)


def _cells(figure: Figure, runs: Sequence[Pair]) -> tuple[str, ...]:
    bots, floors, ratios = _values(figure.key, runs)
    cell = _cell(bots, figure.digits, spread=figure.spread)
    if not _has_floor(runs):
        return (cell,)
    return cell, _cell(floors, figure.digits), _cell(ratios, 2, spread=figure.spread) if figure.ratio else ""


def _values(key: str, runs: Sequence[Pair]) -> tuple[list[float], list[float], list[float]]:
    """Give a figure of the bot, of the floor, and their ratio within each run."""
    bots = [bot.figures[key] for bot, _ in runs if key in bot.figures]
    floors = [floor.figures[key] for _, floor in runs if floor is not None and key in floor.figures]
    ratios = [bot / floor for bot, floor in zip(bots, floors, strict=False) if floor]
    return bots, floors, ratios


def _cell(values: Sequence[float], digits: int, *, spread: bool = False) -> str:
    if not values:
        return ""
    middle = f"{median(values):,.{digits}f}"
    return f"{middle} ({min(values):,.{digits}f}-{max(values):,.{digits}f})" if spread and len(values) > 1 else middle


def _routes(runs: Sequence[Pair]) -> str:
    routes = {route for bot, _ in runs for route in bot.routes}
    counts = {route: median(bot.routes.get(route, 0) for bot, _ in runs) for route in routes}
    return "; ".join(f"{count:g} {route}" for route, count in sorted(counts.items(), key=lambda one: -one[1]))


def _statements(runs: Sequence[Pair]) -> list[str]:
    """Name the statements that took the most time in all repeats together, with the calls of one repeat."""
    spent: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for bot, _ in runs:
        for one in bot.statements:
            name = one.name or " ".join(one.text.split())[:STATEMENT]
            spent[name][0] += one.calls
            spent[name][1] += one.milliseconds
    busiest = sorted(spent.items(), key=lambda one: -one[1][1])[:BUSIEST]
    return [
        f"{calls / len(runs):>8,.0f} x {milliseconds / calls:8.3f} ms  {name}"
        for name, (calls, milliseconds) in busiest
    ]


def as_json(results: Results) -> list[dict[str, Any]]:
    """Render rows for the file: the medians, and every run."""
    return [
        {
            "name": row.name,
            "rate_limits": row.rate_limits,
            "medians": {figure.key: values for figure in FIGURES if (values := _medians(figure, runs))},
            "runs": [
                {"bot": bot.as_json(), "floor": None if floor is None else floor.as_json()} for bot, floor in runs
            ],
        }
        for row, runs in results.items()
    ]


def _medians(figure: Figure, runs: Sequence[Pair]) -> dict[str, float]:
    return {
        what: round(median(values), 4)
        for what, values in zip(("bot", "floor", "ratio"), _values(figure.key, runs), strict=True)
        if values and (what != "ratio" or figure.ratio)
    }


def verdicts_as_json(results: Results) -> list[dict[str, Any]]:
    """Render what was to be reached for the file."""
    return [
        {
            "row": verdict.target.row,
            "what": verdict.target.label,
            "bound": verdict.target.wanted,
            "measured": round(verdict.value, 4),
            "kept": verdict.kept,
        }
        for verdict in targets.judge({row.name: runs for row, runs in results.items()})
    ]
