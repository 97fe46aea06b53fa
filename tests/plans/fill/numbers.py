"""How much there is of everything, and how ids are made."""

from datetime import UTC, datetime
from typing import Final

A_YEAR: Final = 20_000
"""Runs."""
MEMBERS: Final = 36_000
NOW: Final = datetime(2026, 6, 1, 20, tzinfo=UTC)
GUILD: Final = 200_000_000_000_000_001
"""The largest of three: 16 of 20 runs; the others are the next two numbers."""
CHANNEL: Final = 300_000_000_000_000_000
MEMBER: Final = 400_000_000_000_000_000
HOLDER: Final = MEMBER + MEMBERS + 1
"""Confirmed KEY_1 for the open run; the next offers it only; the one after them backed out but sees the place."""
ORGANIZER: Final = 500_000_000_000_000_000
"""Added: a number up to 300, the lower the busier; those of the five active runs are from 1,000 on."""
MESSAGE: Final = 600_000_000_000_000_000
"""Added: the run's id, of its public panel."""
ROLE: Final = 700_000_000_000_000_000
"""Added: the run's id."""
PING: Final = 750_000_000_000_000_000
"""Added: the number of the dungeon, of its ping role in the largest guild."""
PINGS: Final = 20
"""Dungeons with a ping role, each chosen by 2,000 members."""
VERIFIED: Final = 800_000_000_000_000_001
INTERACTION: Final = 900_000_000_000_000_000
"""Added: the run's id."""
QUOTA_ROLE: Final = 760_000_000_000_000_000
"""Added: 1 to 8, of roles with a quota in each guild; an organizer has one of them."""
EFFECTS: Final = 3_000
HEADCOUNTS: Final = 10_000
"""The last six are open. Of the first 2,000 interactions there are drafts too."""
STAFF_ENTRIES: Final = 5_000
"""Of the audit, about configuration and staff; of the last 40 staff have not heard yet."""
REQUESTS: Final = 5_013
"""Things that runs called for; the last fifteen are open, three of each active run, the last three of the open one."""
PLANS: Final = 5_000
"""Planned runs; the last eight are still ahead."""
PARTIES: Final = 10_000
"""The last eight are open. Their owners are members, their threads messages, both added: the party's id."""
