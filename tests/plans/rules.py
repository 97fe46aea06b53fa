"""What a plan may not do."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tests.plans.explain import Plan

BIG: Final = 1_000
"""Rows: a table with more grows with time or with the members."""
TIMES: Final = 10
"""So many rows may be read for each that is returned or written."""
FREE: Final = 100
"""What is returned counts as so many rows at least: an honest count of a run's raiders returns one."""
PAGES: Final = 20
"""Pages that may be touched for each row that is returned or written: a new run, in six indexes, takes fifty."""
FREE_PAGES: Final = 200


class Rule(StrEnum):
    """What every plan is held to."""

    WHOLE_TABLE = "no big table from end to end"
    WHOLE_INDEX = "no index of a big table without a condition"
    DROPPED = "few rows read in vain by one node"
    READ = "few rows read for what is returned or written"
    PAGES = "few pages touched for what is returned or written"
    FOUND = "a case returns or writes something"


@dataclass(frozen=True, slots=True)
class Exempt:
    """Rules that a statement may break, and why."""

    rules: frozenset[Rule]
    reason: str
    only_full: bool = False
    """They hold in the test's smaller crowd, and are broken among all of a year's."""


_RANKED: Final = "a place counts everybody before it, from an index alone: below 10 ms among 36,000 members"
_ADDED_UP: Final = (
    "what some days brought is added up row by row, found by an index: 10 ms for a week of the largest guild"
)

EXCEPTIONS: Final[Mapping[str, Exempt]] = {
    "owed.stale_panels": Exempt(
        frozenset({Rule.WHOLE_TABLE, Rule.DROPPED, Rule.READ, Rule.PAGES}),
        "asked once, at the start: what is stale is a matter of two tables, which no index sees; 10 ms for a year",
    ),
    "raids.toggle_keys": Exempt(
        frozenset({Rule.DROPPED}),
        "looks among the clicks that it has just written, in memory, for the few that take a confirmed key back",
    ),
    **dict.fromkeys(
        ("command_log.oldest", "command_log.drop"),
        Exempt(frozenset({Rule.WHOLE_INDEX}), "the oldest rows are the head of the key: a thousand at most are read"),
    ),
    "owed.next_effect_due": Exempt(
        frozenset({Rule.WHOLE_INDEX}),
        "stops at the first in the index's order that is not under way: a handful of rows",
    ),
    "quota.add_completions": Exempt(
        frozenset({Rule.PAGES}), "a row goes into four indexes of a table of millions, by three pages each"
    ),
    "quota.board_of_keys": Exempt(frozenset({Rule.READ}), _RANKED, only_full=True),
    "audit.take_untold": Exempt(
        frozenset({Rule.PAGES}), "a row that is told changes in six indexes, by three pages each", only_full=True
    ),
    "quota.board_of_completions": Exempt(frozenset({Rule.READ, Rule.PAGES}), _RANKED),
    "quota.board_of_points": Exempt(frozenset({Rule.DROPPED, Rule.READ, Rule.PAGES}), _RANKED),
    **{
        f"quota.board_of_days_of_{category}": Exempt(frozenset({Rule.DROPPED, Rule.READ}), _ADDED_UP)
        for category in ("completions", "points", "quota_points")
    },
    **{
        f"quota.board_of_days_of_{category}": Exempt(frozenset({Rule.DROPPED}), _ADDED_UP)
        for category in ("organised", "keys")
    },
}


SWEEPS: Final[Mapping[str, str]] = {
    "quota.wrong_totals": "the doctor's: adds up every row of the ledger, 20 s for two million",
}
"""Statements that are to read all there is, and why: their plans are shown, not judged."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a plan broke."""

    plan: Plan
    rule: Rule
    detail: str

    @property
    def excused(self) -> bool:
        exempt = EXCEPTIONS.get(self.plan.statement)
        return exempt is not None and self.rule in exempt.rules

    def __str__(self) -> str:
        return f"{self.plan.statement}, {self.plan.mode} plan, “{self.rule}”: {self.detail}"


def breaches(plan: Plan, big: Collection[str], whole: Collection[str]) -> Iterator[Breach]:
    """List the rules that a plan breaks; `big` names tables, `whole` the indexes on every row of a big table."""
    for node in plan.nodes:
        where = " of ".join(filter(None, (node.kind, node.relation or node.index)))
        if node.kind == "Seq Scan" and node.relation in big:
            yield Breach(plan, Rule.WHOLE_TABLE, f"{node.relation} is read whole")
        if node.unbounded and node.index in whole:
            yield Breach(plan, Rule.WHOLE_INDEX, f"{node.index} is gone through from one end")
        if node.removed > max(FREE, TIMES * node.rows, TIMES * node.loops):
            yield Breach(plan, Rule.DROPPED, f"{where} keeps {node.rows:g} rows, drops {node.removed:g}")
    if plan.read > TIMES * max(plan.rows, FREE):
        yield Breach(plan, Rule.READ, f"{plan.read:g} rows are read for {plan.rows:g}")
    if plan.buffers > max(PAGES * plan.rows, FREE_PAGES):
        yield Breach(plan, Rule.PAGES, f"{plan.buffers} pages are touched for {plan.rows:g} rows")
    if not plan.rows:
        yield Breach(plan, Rule.FOUND, "nothing with these parameters; choose others in tests/plans/parameters/")
