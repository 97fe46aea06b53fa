"""Statements on places and on who was told."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from raidbot.features.early_locations.models import How, Place, Told
from raidbot.features.early_locations.tables import early_place, early_told
from raidbot.kernel.database import Connection, Statement

_p = sa.bindparam

_add = Statement(
    "early_locations.add_place",
    sa.insert(early_place).values(
        run_id=_p("run_id"),
        number=_p("number"),
        party=_p("party"),
        location=_p("location"),
        set_at=_p("set_at"),
        channel_id=_p("channel_id"),
    ),
)
_places = Statement(
    "early_locations.places",
    sa.select(*early_place.c).where(early_place.c.run_id == _p("run_id")).order_by(early_place.c.number),
    Place,
)
_last = Statement(
    "early_locations.last_place",
    sa.select(*early_place.c)
    .where(early_place.c.run_id == _p("run_id"))
    .order_by(early_place.c.number.desc())
    .limit(1),
    Place,
)
_announced = Statement(
    "early_locations.announced",
    sa.update(early_place)
    .where(early_place.c.run_id == _p("of_run"), early_place.c.number == _p("which"))
    .values(message_id=_p("sent_id", type_=sa.BigInteger)),
)
_told = Statement(
    "early_locations.told",
    sa.select(early_told.c.user_id, early_place.c.party, early_place.c.location, early_told.c.how)
    .join(early_place, (early_place.c.run_id == early_told.c.run_id) & (early_place.c.number == early_told.c.number))
    .where(early_told.c.run_id == _p("run_id")),
    Told,
)
_new = pg.insert(early_told).values(
    run_id=_p("run_id"), user_id=_p("user_id"), number=_p("number"), how=_p("how"), told_at=_p("told_at")
)
_tell = Statement(
    "early_locations.tell",
    _new.on_conflict_do_update(
        index_elements=["run_id", "user_id"],
        set_={"number": _new.excluded.number, "how": _new.excluded.how, "told_at": _new.excluded.told_at},
        where=early_told.c.number <= _new.excluded.number,
    ),
)


async def add_place(conn: Connection, place: Place) -> None:
    """Note a run's new place. Raises Conflict for a number that is taken."""
    await conn.execute(
        _add,
        run_id=place.run_id,
        number=place.number,
        party=place.party,
        location=place.location,
        set_at=place.set_at,
        channel_id=place.channel_id,
    )


async def places(conn: Connection, run_id: int) -> list[Place]:
    """List the places of a run, in the order in which they were set. Index: the key."""
    return await conn.all(_places, run_id=run_id)


async def last_place(conn: Connection, run_id: int) -> Place | None:
    """Read the place of a run that was set last. Index: the key."""
    return await conn.maybe(_last, run_id=run_id)


async def announced(conn: Connection, place: Place, message_id: int) -> None:
    """Note the message that announced a place. Index: the key."""
    await conn.execute(_announced, of_run=place.run_id, which=place.number, sent_id=message_id)


async def told(conn: Connection, run_id: int) -> dict[int, Told]:
    """Tell which place of a run each raider was told last. Index: the keys."""
    return {row.user_id: row for row in await conn.all(_told, run_id=run_id)}


async def tell(conn: Connection, place: Place, user_id: int, how: How, now: datetime) -> None:
    """Note that a raider was told a place, unless they were told a later one meanwhile. Index: the key."""
    await conn.execute(_tell, run_id=place.run_id, user_id=user_id, number=place.number, how=how.value, told_at=now)
