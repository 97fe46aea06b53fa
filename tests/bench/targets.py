"""What is to be reached, and whether it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.meter import Pair


@dataclass(frozen=True, slots=True)
class Target:
    """One bound, of one row."""

    row: str
    label: str
    key: str
    bound: float
    digits: int = 0
    unit: str = ""
    ratio: bool = False
    """The bound is on the ratio to the floor within one run."""
    least: bool = False
    """The bound is the least that is allowed; then the worst repeat counts, else the median."""

    @property
    def wanted(self) -> str:
        """The bound in words."""
        return f"{'at least' if self.least else 'at most'} {self.show(self.bound)}"

    def measured(self, runs: Sequence[Pair]) -> float | None:
        """Give what counts of the repeats; None when the figure was not measured."""
        values = []
        for bot, floor in runs:
            if self.key in bot.figures and (not self.ratio or floor is not None):
                beside = floor.figures[self.key] if self.ratio and floor is not None else 1.0
                values.append(bot.figures[self.key] / beside)
        if not values:
            return None
        return min(values) if self.least else median(values)

    def kept(self, value: float) -> bool:
        """Say whether a value is within the bound, as it is shown."""
        shown = round(value, self.digits)
        return shown >= self.bound if self.least else shown <= self.bound

    def show(self, value: float) -> str:
        """Write a value of it."""
        return f"{value:,.{self.digits}f}{' x the floor' if self.ratio else ''}{self.unit and ' ' + self.unit}"


_STORMS = ("storm of 1", "storm of 50", "storm of 200", "storm of 1,000")
_READING = ("a hundred /leaderboard", "a hundred /stats")
_STEADY = tuple(f"steady {rate}/s" for rate in (20, 50, 100, 200, 400))
TARGETS = (
    *(
        Target(row, "acknowledged within 3 s", "in_time", 100, 1, "%", least=True)
        for row in (*_STORMS, *_STEADY, *_READING, "fifty charts")
    ),
    Target("storm of 1,000", "acknowledgement p99", "ack_p99", 1.5, 2, ratio=True),
    Target("storm of 1,000", 'every raider told "joined"', "all_told", 1000, 0, "ms"),
    Target("storm of 1,000", "every raider told", "told", 100, 1, "%", least=True),
    Target("storm of 1,000", "requests that answer, a click", "answers_per_click", 1, 2),
    Target("storm of 1", "a click's own statements", "own_statements_per_click", 1, 2),
    Target("storm of 1,000", "statements a click, log apart", "statements_per_click", 0.1, 3),
    Target("storm of 1,000", "CPU a click, bot and PostgreSQL", "cpu_per_click", 1.5, 2, "ms"),
    Target("storm of 1,000", "CPU a click, bot and PostgreSQL", "cpu_per_click", 2.5, 2, ratio=True),
    *(Target(row, "completion p99", "told_p99", 500, 0, "ms") for row in _STEADY),
    *(Target(row, "every click done", "told", 100, 1, "%", least=True) for row in _STEADY),
    *(
        Target(row, "last click to panel = database", "panel_after", 1500, 0, "ms")
        for row in ("storm of 1,000", "steady 400/s")
    ),
    Target("five busy panels", "last click to panel = database", "panel_after", 5000, 0, "ms"),
    *(Target(row, "every answer there", "told", 100, 1, "%", least=True) for row in _READING),
    *(Target(row, "a command's own statements", "own_statements_per_click", 1, 2) for row in _READING),
    Target("start", "process to first answered click", "first_click", 3, 2, "s"),
    Target("start", "memory, 36,000 members", "memory_bot", 200, 0, "MB"),
    Target("storm of 1,000", "memory, 36,000 members", "memory_bot", 200, 0, "MB"),
    Target("fifty charts", "every picture there", "told", 100, 1, "%", least=True),
    Target("fifty charts", "memory once charts were drawn", "memory_bot", 250, 0, "MB"),
    Target("an hour", "memory, growth in the second hour", "growth", 1, 1, "MB"),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A target beside what was measured."""

    target: Target
    value: float

    @property
    def kept(self) -> bool:
        return self.target.kept(self.value)


def judge(results: Mapping[str, Sequence[Pair]]) -> list[Verdict]:
    """Judge the targets of the rows that were measured, by their names."""
    judged = [(target, target.measured(results.get(target.row, ()))) for target in TARGETS]
    return [Verdict(target, value) for target, value in judged if value is not None]
