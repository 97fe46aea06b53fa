"""Did the evening end as it should? Compares what members were told, what Discord shows and what the database holds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from raidbot.playground.demo.queries import Completion, RunRow


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the audit looks at."""

    told_in: frozenset[int]
    """Who was told that they are in the first run."""
    told_at_pop: Sequence[frozenset[int]]
    """Who had been told so at each pop."""
    runs: Sequence[RunRow]
    joined: frozenset[int]
    """Who is joined in the first run, by the database."""
    completions: Sequence[Completion]
    owed: int
    first_panel: Mapping[str, Any]
    """The message as REST gives it."""
    second_panel: Mapping[str, Any]
    roles_left: Sequence[str]
    """Names of roles that were not there before."""
    messages_left: int
    """Messages in the raid channel that are not one of the two panels."""
    unanswered: int
    problems: Sequence[str]
    exit_status: int


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be so."""

    text: str
    passed: bool
    detail: str = ""
    """What is wrong instead, if it is."""


def audit(facts: Facts) -> list[Check]:
    """Check everything; the evening ended as it should when all of it passed."""
    return [
        _statuses(facts),
        _raiders(facts),
        _awards(facts),
        _ended(facts),
        _cancelled(facts),
        Check("The run roles are gone", not facts.roles_left, f"left: {', '.join(facts.roles_left)}"),
        Check("The pings are gone, the two panels remain", facts.messages_left == 0, f"{facts.messages_left} too many"),
        Check("The bot owes Discord nothing", facts.owed == 0, f"{facts.owed} things are not settled"),
        Check("Every click was answered", facts.unanswered == 0, f"{facts.unanswered} were not"),
        Check("Discord has nothing to complain of", not facts.problems, "; ".join(facts.problems[:3])),
        Check("SIGTERM stops the bot with status 0", facts.exit_status == 0, f"it was {facts.exit_status}"),
    ]


def _statuses(facts: Facts) -> Check:
    statuses = [row.status for row in facts.runs]
    return Check("One run ended, one was cancelled", statuses == ["ended", "cancelled"], f"{statuses}")


def _raiders(facts: Facts) -> Check:
    shown = _fields(facts.first_panel).get("Roster", "")
    lost, extra = facts.told_in - facts.joined, facts.joined - facts.told_in
    number = len(facts.joined)
    return Check(
        f"{number:,} raiders were told they are in: so says the database, so says the panel",
        not lost and not extra and shown.startswith(f"{number:,} raider"),
        f"{len(lost)} lost, {len(extra)} too many, the panel says “{shown}”",
    )


def _awards(facts: Facts) -> Check:
    run_id = facts.runs[0].id if facts.runs else 0
    due = {
        Completion(run_id, pop, user_id) for pop, users in enumerate(facts.told_at_pop, start=1) for user_id in users
    }
    given = Counter(facts.completions)
    doubled = sum(times - 1 for times in given.values())
    missing, extra = due - given.keys(), given.keys() - due
    return Check(
        f"{len(facts.completions):,} completions: each pop and raider once",
        not missing and not extra and not doubled,
        f"{len(missing)} missing, {len(extra)} that nobody earned, {doubled} doubled",
    )


def _ended(facts: Facts) -> Check:
    embed, fields = _embed(facts.first_panel), _fields(facts.first_panel)
    pops = len(facts.told_at_pop)
    chain, duration = fields.get("Final Chain", ""), fields.get("Duration", "")
    good = "Ended" in embed.get("title", "") and chain == f"Chain {pops}/{pops}" and duration != ""
    return Check(
        f"The first panel says: ended, {chain or 'no chain'}, {duration or 'no duration'}",
        good and not facts.first_panel["components"],
        f"it says “{embed.get('title', '')}” and has {len(facts.first_panel['components'])} rows of buttons",
    )


def _cancelled(facts: Facts) -> Check:
    title = _embed(facts.second_panel).get("title", "")
    good = "Cancelled" in title and not facts.second_panel["components"]
    return Check("The second panel says: cancelled", good, f"it says “{title}”")


def _embed(message: Mapping[str, Any]) -> Mapping[str, Any]:
    embeds = message["embeds"]
    return embeds[0] if embeds else {}


def _fields(message: Mapping[str, Any]) -> dict[str, str]:
    return {field["name"]: field["value"] for field in _embed(message).get("fields", ())}
