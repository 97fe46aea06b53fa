"""A role is brought in line with what was just seen, whatever was believed before."""

import pytest

from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.owed import Owed
from tests.tables import rows

GUILD, ROLE, MEMBER = 1, 2, 3


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize(
    ("before", "owed_anew"),
    [
        (None, True),
        ((False, False), True),
        ((False, None), True),
        ((False, True), True),
        ((True, True), True),  # believed done, and seen otherwise
        ((True, False), False),  # on its way already
        ((True, None), False),
    ],
)
async def test_what_is_not_on_its_way_is_owed(
    database: Database, before: tuple[bool, bool | None] | None, owed_anew: bool, wanted: bool
) -> None:
    def as_seen(one: bool | None) -> bool | None:
        return one if one is None or wanted else not one

    owed = Owed(Clock())
    if before is not None:
        values = ", ".join("NULL" if one is None else str(one) for one in map(as_seen, before))
        columns = "(guild_id, role_id, user_id, wanted, given, due_at)"
        text = f"INSERT INTO member_role {columns} VALUES ({GUILD}, {ROLE}, {MEMBER}, {values}, now()) RETURNING 1"
        await rows(database, text)
    async with database.transaction() as conn:
        changed = await owed.bring_in_line(conn, guild_id=GUILD, role_id=ROLE, wishes={MEMBER: wanted})
    assert list(changed) == [MEMBER] * owed_anew
    assert (await owed.roles.wait(0.01) != {}) is owed_anew
    ((now_wanted, given),) = await rows(database, "SELECT wanted, given FROM member_role")
    assert now_wanted is wanted
    assert given is not wanted
