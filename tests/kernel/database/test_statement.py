"""What a statement takes and gives, how it is refused, and what is told of it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from loguru import logger

from raidbot.kernel.database import Conflict, Connection, Database, NotOneRow, Statement, StatementError

if TYPE_CHECKING:
    from loguru import Message

from tests.kernel.database.things import (
    ADD,
    ADD_BATCH,
    ADD_PART,
    ADD_WHOLE,
    ALL,
    BROKEN,
    BY_NAME,
    BY_NAME_OR_NOT,
    CAST,
    COUNT,
    OPEN_ONLY,
    PERCENT,
    REFUSE,
    SET_STATUS,
    SLEEP,
    STATUS,
    THING,
    Status,
    Thing,
)


async def test_a_row_comes_back_as_its_dataclass_with_every_type_kept(conn: Connection) -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    detail: dict[str, object] = {"a": [1, None, "é"], "b": {"c": True}}
    given = {
        "name": "n",
        "status": Status.OLD,
        "points": Decimal("1.25"),
        "detail": detail,
        "tags": ["x", "y"],
        "at": at,
    }
    thing = await conn.one(ADD_WHOLE, **given)
    assert thing == Thing(1, "n", Status.OLD, Decimal("1.25"), detail, ("x", "y"), at)
    assert type(thing.status) is Status
    assert thing.at is not None
    assert thing.at.tzinfo == UTC
    assert await conn.all(ALL) == [thing]


async def test_nulls_stay_none(conn: Connection) -> None:
    given = dict.fromkeys(("points", "detail", "tags", "at"))
    thing = await conn.one(ADD_WHOLE, name="n", status="new", **given)
    assert thing == Thing(1, "n", Status.NEW, None, None, None, None)


async def test_a_builtin_row_type_gives_scalars_and_an_enum_its_member(conn: Connection) -> None:
    await conn.execute(ADD, name="a")
    assert await conn.one(COUNT) == 1
    assert await conn.one(STATUS, which="a") is Status.NEW


async def test_constants_in_the_statement_and_defaults_of_parameters_are_sent(conn: Connection) -> None:
    for name in "abcdefg":
        await conn.execute(ADD, name=name)
    assert len(await conn.all(OPEN_ONLY)) == 5
    assert len(await conn.all(OPEN_ONLY, most=2)) == 2
    assert await conn.one(PERCENT) == "100%"


async def test_arrays_of_every_kind_are_parameters_even_empty(conn: Connection) -> None:
    assert await conn.execute(ADD_BATCH, names=[], points=[], ids=[]) == 0
    points = [Decimal("1.5"), None]
    assert await conn.execute(ADD_BATCH, names=["a", "b"], points=points, ids=[5, 2**60]) == 2
    assert [(t.id, t.name, t.points) for t in await conn.all(ALL)] == [(5, "a", Decimal("1.50")), (2**60, "b", None)]


async def test_execute_counts_the_rows_touched(conn: Connection) -> None:
    await conn.execute(ADD, name="a")
    assert await conn.execute(SET_STATUS, which="a", status=Status.OLD) == 1
    assert await conn.execute(SET_STATUS, which="nobody", status=Status.OLD) == 0


async def test_many_runs_each_set_of_parameters(conn: Connection) -> None:
    assert await conn.many(ADD, [{"name": str(n)} for n in range(50)]) == 50
    assert await conn.one(COUNT) == 50


async def test_one_and_maybe_refuse_a_wrong_number_of_rows(conn: Connection) -> None:
    assert await conn.maybe(BY_NAME, which="a") is None
    with pytest.raises(NotOneRow, match=r"test\.by_name: 0 rows"):
        await conn.one(BY_NAME, which="a")
    await conn.many(ADD, [{"name": "a"}, {"name": "b"}])
    for read in (conn.one, conn.maybe):
        with pytest.raises(NotOneRow, match="2 rows"):
            await read(ALL)


async def test_a_missing_and_an_unknown_parameter_are_named(conn: Connection) -> None:
    with pytest.raises(TypeError, match=r"test\.by_name: parameters missing which; unknown wich"):
        await conn.one(BY_NAME, wich="a")


def test_a_second_statement_of_one_name_is_refused() -> None:
    with pytest.raises(ValueError, match=r"two statements are named test\.add"):
        Statement("test.add", sa.text("SELECT 1"))


def test_a_row_that_does_not_fit_the_columns_is_refused_when_declared() -> None:
    with pytest.raises(TypeError, match="are not the fields of Thing"):
        Statement("test.misfit", sa.select(THING.c.id), Thing)
    with pytest.raises(TypeError, match="one column is wanted for int"):
        Statement("test.misfit", sa.select(THING.c.id, THING.c.name), int)


async def test_a_unique_key_refuses_with_the_constraint_and_without_the_value(conn: Connection) -> None:
    await conn.execute(ADD, name="secret-value")
    with pytest.raises(Conflict) as refusal:
        await conn.execute(ADD, name="secret-value")
    assert refusal.value.constraint == "thing_name_key"
    assert "secret-value" not in str(refusal.value)


async def test_check_foreign_key_and_raise_are_conflicts(db: Database, conn: Connection) -> None:
    await conn.execute(ADD, name="a")
    with pytest.raises(Conflict) as refusal:
        await conn.execute(SET_STATUS, which="a", status="odd")
    assert refusal.value.constraint == "thing_status_known"
    with pytest.raises(Conflict, match="no such move") as refusal:
        await conn.one(REFUSE)
    assert refusal.value.constraint is None
    with pytest.raises(Conflict) as refusal:  # deferred: the commit itself is refused
        async with db.transaction() as transaction:
            await transaction.execute(ADD_PART, thing=999)
    assert refusal.value.constraint == "part_thing_fkey"


async def test_a_faulty_statement_is_named_and_quotes_no_parameter(conn: Connection) -> None:
    with pytest.raises(StatementError, match=r"test\.broken failed: UndefinedColumn: column .* does not exist"):
        await conn.one(BROKEN)
    with pytest.raises(StatementError) as fault:
        await conn.one(CAST, secret="hunter2")
    assert str(fault.value) == "statement test.cast failed: InvalidTextRepresentation"


async def test_statements_are_counted_by_name(db: Database, conn: Connection) -> None:
    await conn.one(COUNT)
    await conn.one(COUNT)
    await conn.execute(ADD, name="a")
    assert db.statement_counts == {"test.count": 2, "test.add": 1}
    assert db.statements == 3


async def test_a_slow_statement_is_logged_by_name_and_never_with_its_values(db: Database, conn: Connection) -> None:
    lines: list[Message] = []
    sink = logger.add(lines.append, level="DEBUG")
    try:
        await conn.one(SLEEP, seconds=0.11)
        await conn.one(BY_NAME_OR_NOT, which="hunter2")
    finally:
        logger.remove(sink)
    [line] = lines
    assert line.record["level"].name == "WARNING"
    assert line.record["extra"]["statement"] == "test.sleep"
    assert line.record["extra"]["milliseconds"] >= 110


async def test_in_development_every_statement_is_logged_without_its_values(empty_database_url: str) -> None:
    lines: list[Message] = []
    db = Database(empty_database_url, log_statements=True)
    await db.open()
    sink = logger.add(lines.append, level="DEBUG")
    try:
        async with db.connection() as conn:
            await conn.one(BY_NAME_OR_NOT, which="hunter2")
            with pytest.raises(StatementError):
                await conn.one(CAST, secret="hunter2")
    finally:
        logger.remove(sink)
        await db.close()
    assert [line.record["extra"]["statement"] for line in lines] == ["test.by_name_or_not", "test.cast"]
    assert "hunter2" not in str([(line, line.record) for line in lines])
