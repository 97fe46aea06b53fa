"""What the demo says at its end."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from raidbot.playground.demo.audit import Check
from raidbot.playground.demo.diary import Answers, Diary, Tone
from raidbot.playground.demo.view import clock

ROUTES_SHOWN = 8


def summarise(console: Console, diary: Diary, checks: Sequence[Check], routes: Mapping[str, int]) -> None:
    """Print the checks and the numbers."""
    console.print()
    for check in checks:
        mark, tone = ("✔", Tone.GOOD) if check.passed else ("✘", Tone.BAD)
        detail = "" if check.passed else f": {check.detail}"
        console.print(Text.assemble((f" {mark} ", tone.value), check.text, (detail, tone.value)))
    console.print()
    answers = Answers.of(diary.acknowledged)
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", justify="right")
    grid.add_column()
    grid.add_row(
        "acknowledged",
        f"half within {answers.middle:,.0f} ms, 99 of 100 within {answers.p99:,.0f} ms, "
        f"slowest {answers.slowest:,.0f} ms",
    )
    grid.add_row("clicks", f"{diary.clicks:,}; {diary.lost_in_outage} fell into the kill and were repeated")
    grid.add_row("kills survived", str(diary.kills))
    grid.add_row("requests", f"{sum(routes.values()):,} to Discord")
    ordered = sorted(routes.items(), key=lambda entry: -entry[1])
    for route, number in ordered[:ROUTES_SHOWN]:
        grid.add_row("", f"{number:>6,}  {_short(route)}")
    if others := sum(number for _, number in ordered[ROUTES_SHOWN:]):
        grid.add_row("", f"{others:>6,}  others")
    grid.add_row("time", clock(diary.elapsed))
    console.print(grid)
    console.print()


def _short(route: str) -> str:
    """Write `/interactions/{interaction_id}/{interaction_token}/callback` so that it fits a line."""
    method, _, path = route.partition(" ")
    parts = ("…" if part.startswith("{") else part for part in path.split("/"))
    return f"{method} {'/'.join(parts)}"
