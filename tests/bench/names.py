"""The names of statements, which PostgreSQL counts by their text."""

import re
from collections import defaultdict
from functools import cache

import raidbot.app  # noqa: F401 - it imports every module with statements
from raidbot.kernel.database.statements import catalogue

_VALUE = re.compile(r"\$\d+|'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b|\b(?:NULL|TRUE|FALSE)\b", re.IGNORECASE)
"""A parameter, and a constant, which PostgreSQL numbers too."""
_VALUES = re.compile(r"\?(?:\s*,\s*\?)*(?:\s*/\*, \.\.\. \*/)?")
"""Of a list of constants PostgreSQL keeps the first."""


def of(text: str) -> str | None:
    """Find the name of a statement as pg_stat_statements shows it; None for one that is not in the bot's catalogue."""
    return _by_skeleton().get(_skeleton(text))


@cache
def _by_skeleton() -> dict[str, str]:
    found = defaultdict(list)
    for name, statement in catalogue().items():
        found[_skeleton(statement.sql)].append(name)
    return {skeleton: " or ".join(sorted(names)) for skeleton, names in found.items()}


def _skeleton(sql: str) -> str:
    return " ".join(_VALUES.sub("?", _VALUE.sub("?", sql)).split())
