"""Fills a database: 36,000 members of three guilds and a run every 26 minutes, 20,000 of them in a year.

Everything follows from the numbers of rows by arithmetic and hashes, so it is the same each time. What follows from the
raiders (clicks, snapshots, completions, logs) can be left out for the older runs; the rest is always there whole.
The statements stand in a module a part of the bot.
"""

from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg

from tests.plans.fill import (
    early_locations,
    headcounts,
    kernel,
    keys,
    logs,
    owed,
    parties,
    quota,
    raid_log,
    raids,
    role_pings,
    schedule,
)
from tests.plans.fill.numbers import (
    A_YEAR,
    CHANNEL,
    EFFECTS,
    GUILD,
    HEADCOUNTS,
    HOLDER,
    INTERACTION,
    MEMBER,
    MEMBERS,
    MESSAGE,
    NOW,
    ORGANIZER,
    PARTIES,
    PING,
    PINGS,
    PLANS,
    QUOTA_ROLE,
    REQUESTS,
    ROLE,
    STAFF_ENTRIES,
    VERIFIED,
)

__all__ = [
    "A_YEAR",
    "CHANNEL",
    "EFFECTS",
    "GUILD",
    "HEADCOUNTS",
    "HOLDER",
    "INTERACTION",
    "MEMBER",
    "MEMBERS",
    "MESSAGE",
    "NOW",
    "ORGANIZER",
    "PARTIES",
    "PING",
    "PINGS",
    "PLANS",
    "QUOTA_ROLE",
    "REQUESTS",
    "ROLE",
    "VERIFIED",
    "Town",
    "fill",
]


@dataclass(frozen=True, slots=True)
class Town:
    """A filled database. Its runs are numbered from 1 by age; the last five are active."""

    raiders: tuple[int, ...] = ()
    """Who is joined to the open run, about sixty."""
    entries: int = 0
    """Of the audit."""
    popped_key: int = 0
    """The ledger's row of the key of the ended run."""

    @property
    def open_run(self) -> int:
        return A_YEAR

    @property
    def limited_run(self) -> int:
        """An open run with limits and a last call."""
        return A_YEAR - 1

    @property
    def live_run(self) -> int:
        """A run with two pops and a ping that was half sent."""
        return A_YEAR - 4

    @property
    def oryx_run(self) -> int:
        """A live run of Oryx 3, in the second guild."""
        return A_YEAR - 3

    @property
    def ended_run(self) -> int:
        """A run with one pop."""
        return A_YEAR - 999


_CHANCE: Final = (
    "CREATE FUNCTION pg_temp.chance(what bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE"
    " AS 'SELECT (hashint8extended(what, salt) & 2147483647) / 2147483648.0::float8'"
)
_STEPS: Final[tuple[LiteralString, ...]] = (
    *kernel.STEPS,
    *raids.STEPS,
    *quota.STEPS,
    *keys.STEPS,
    *owed.STEPS,
    *role_pings.STEPS,
    *parties.STEPS,
    *headcounts.STEPS,
    *raid_log.STEPS,
    *early_locations.STEPS,
    *schedule.STEPS,
    *logs.STEPS,
)
"""In the order in which what one needs of another is there."""


def fill(conn: psycopg.Connection[Any], *, crowded: int = A_YEAR) -> Town:
    """Fill an empty, migrated database through a connection in autocommit.

    `crowded` runs, the newest (1,000 at least), have raiders, with all that follows from those; the others have none,
    which saves most of the time.
    """
    numbers = {
        "runs": A_YEAR,
        "crowded": crowded,
        "members": MEMBERS,
        "now": NOW,
        "guild": GUILD,
        "channel": CHANNEL,
        "member": MEMBER,
        "organizer": ORGANIZER,
        "message": MESSAGE,
        "role": ROLE,
        "ping": PING,
        "pings": PINGS,
        "quota_role": QUOTA_ROLE,
        "verified": VERIFIED,
        "interaction": INTERACTION,
        "effects": EFFECTS,
        "staff": STAFF_ENTRIES,
        "parties": PARTIES,
        "headcounts": HEADCOUNTS,
        "holder": HOLDER,
        "plans": PLANS,
    }
    conn.execute(_CHANCE)
    with psycopg.ClientCursor(conn) as cursor:
        for step in _STEPS:
            cursor.execute(step, numbers)
    conn.execute("VACUUM ANALYZE")  # as autovacuum does in life; index-only scans need it
    rows = conn.execute("SELECT user_id FROM run_raider WHERE run_id = %s AND joined ORDER BY user_id", [A_YEAR])
    (entries,) = conn.execute("SELECT count(*) FROM audit").fetchone() or (0,)
    (popped,) = conn.execute("SELECT entry_id FROM popped_key WHERE run_id = %s", [Town().ended_run]).fetchone() or (0,)
    return Town(tuple(row[0] for row in rows), entries, popped)
