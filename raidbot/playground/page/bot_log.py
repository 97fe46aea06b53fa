"""What the bot's log says of single interactions: its lines carry the interaction's id as `correlation`."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

KEPT = 2_000
"""Interactions of which something is remembered; the oldest are forgotten."""
READ_AT_ONCE = 1 << 20
"""Bytes; a burst of more is read in several turns."""

_CORRELATED = re.compile(r" correlation=(\d{15,22})\b")
_STATEMENT = re.compile(r"\braidbot\.kernel\.database\.pool: (slow )?statement\b")
_WAIT = re.compile(r"\bhikari\.ratelimits: you are being .*rate limited .*?(?:off )?for ([\d.]+)s")


@dataclass(frozen=True, slots=True)
class Told:
    """What was read of one interaction."""

    statements: int
    waited: float
    """Seconds for which hikari held its requests back."""


class BotLog:
    """Reads a growing log file from where it stopped the last time."""

    def __init__(self, path: Path) -> None:
        self.statements = 0
        """All statements so far, also those that no single interaction is the cause of."""
        self.tells_all = False
        """The log has more than slow statements."""
        self._path = path
        self._offset = 0
        self._rest = b""
        self._statements: Counter[str] = Counter()
        self._waited: Counter[str] = Counter()

    def read(self) -> None:
        """Read what was added; a file that is shorter than before is read anew."""
        try:
            with self._path.open("rb") as log:
                if log.seek(0, 2) < self._offset:
                    self._offset, self._rest = 0, b""
                log.seek(self._offset)
                added = log.read(READ_AT_ONCE)
        except FileNotFoundError:
            return
        self._offset += len(added)
        *lines, self._rest = (self._rest + added).split(b"\n")
        for line in lines:
            self._take(line.decode("utf-8", "replace"))
        for kept in (self._statements, self._waited):
            for key in list(kept)[:-KEPT]:
                del kept[key]

    def of(self, interaction_id: str) -> Told:
        """Give what was read of an interaction."""
        return Told(self._statements[interaction_id], self._waited[interaction_id] / 1000)

    def _take(self, line: str) -> None:
        statement, wait = _STATEMENT.search(line), _WAIT.search(line)
        if statement is None and wait is None:
            return
        if statement is not None:
            self.statements += 1
            self.tells_all |= statement[1] is None
        cause = _CORRELATED.search(line)
        if cause is None:
            return
        if wait is None:
            self._statements[cause[1]] += 1
        else:
            self._waited[cause[1]] += round(float(wait[1]) * 1000)
