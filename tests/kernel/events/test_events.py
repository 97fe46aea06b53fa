"""A fact and all that follows from it are in the database together or not at all."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from raidbot.kernel.database import Connection, Database, Statement
from raidbot.kernel.events import Events
from tests.tables import rows

_NOTE = Statement("test.events.note", sa.text("INSERT INTO panel_topic (topic) VALUES (:topic)"), None)


@dataclass(frozen=True)
class Happened:
    what: str


@dataclass(frozen=True)
class HappenedMore(Happened):
    pass


async def _note(conn: Connection, fact: Happened) -> None:
    await conn.execute(_NOTE, topic=fact.what)


async def _noted(database: Database) -> list[tuple[object, ...]]:
    return await rows(database, "SELECT topic FROM panel_topic ORDER BY topic")


async def test_subscribers_write_in_the_publishers_transaction(database: Database) -> None:
    events = Events()
    events.subscribe(Happened, _note)
    async with database.transaction() as conn:
        await events.publish(conn, Happened("a"))
        assert await _noted(database) == []
    assert await _noted(database) == [("a",)]


async def test_a_subscribers_error_undoes_everything(database: Database) -> None:
    async def refuse(_: Connection, __: Happened) -> None:
        raise LookupError("no")

    events = Events()
    events.subscribe(Happened, _note)
    events.subscribe(Happened, refuse)
    with pytest.raises(LookupError):  # noqa: PT012 - the end of the transaction is what is tested
        async with database.transaction() as conn:
            await conn.execute(_NOTE, topic="the publisher's own")
            await events.publish(conn, Happened("a"))
    assert await _noted(database) == []


async def test_a_later_error_of_the_publisher_undoes_the_subscribers(database: Database) -> None:
    events = Events()
    events.subscribe(Happened, _note)
    with pytest.raises(LookupError):  # noqa: PT012 - the end of the transaction is what is tested
        async with database.transaction() as conn:
            await events.publish(conn, Happened("a"))
            raise LookupError("no")
    assert await _noted(database) == []


async def test_outside_a_transaction_nobody_is_told(database: Database) -> None:
    events = Events()
    events.subscribe(Happened, _note)
    async with database.connection() as conn:
        with pytest.raises(RuntimeError, match="Happened published outside a transaction"):
            await events.publish(conn, Happened("a"))
    assert await _noted(database) == []


async def test_subscribers_hear_exactly_their_fact_in_the_order_they_came(database: Database) -> None:
    heard: list[str] = []

    def hear(name: str) -> object:
        async def subscriber(_: Connection, fact: Happened) -> None:
            heard.append(f"{name} {fact.what}")

        return subscriber

    events = Events()
    for name in ("first", "second"):
        events.subscribe(Happened, hear(name))  # type: ignore[arg-type]
    async with database.transaction() as conn:
        await events.publish(conn, HappenedMore("more"))
        await events.publish(conn, Happened("a"))
        await events.publish(conn, Happened("b"))
    assert heard == ["first a", "second a", "first b", "second b"]
