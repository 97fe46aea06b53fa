"""What is read from the bot's log."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from loguru import logger

from raidbot.kernel.database import Database
from raidbot.kernel.logging import configure, correlation
from raidbot.playground.page.bot_log import KEPT, BotLog, Told

STATEMENT = "08:00:00.000 DEBUG    raidbot.kernel.database.pool: statement statement=run.open milliseconds=1.2"
SLOW = "08:00:00.000 WARNING  raidbot.kernel.database.pool: slow statement statement=run.open milliseconds=151"
WAIT = "08:00:00.000 DEBUG    hikari.ratelimits: you are being rate limited on bucket x;y, backing off for 1.25s"


def line(text: str, cause: int | None = None) -> str:
    return text + ("" if cause is None else f" correlation={cause}") + "\n"


ONE, TWO = 1573985197790068736, 1573985197790068737


def test_statements_and_waits_belong_to_their_interaction(tmp_path: Path) -> None:
    log = BotLog(tmp_path / "bot.log")
    log.read()
    assert log.of(str(ONE)) == Told(0, 0.0)
    lines = [line(STATEMENT, ONE), line(SLOW, ONE), line(WAIT, TWO), line(WAIT, TWO), line(STATEMENT)]
    (tmp_path / "bot.log").write_text("".join(lines))
    log.read()
    assert log.of(str(ONE)) == Told(2, 0.0)
    assert log.of(str(TWO)) == Told(0, 2.5)
    assert log.statements == 3
    assert log.tells_all


def test_slow_statements_alone_do_not_tell_all(tmp_path: Path) -> None:
    log = BotLog(tmp_path / "bot.log")
    (tmp_path / "bot.log").write_text(line(SLOW, ONE))
    log.read()
    assert (log.statements, log.tells_all) == (1, False)


def test_half_a_line_is_read_when_it_is_whole_and_none_twice(tmp_path: Path) -> None:
    path = tmp_path / "bot.log"
    log = BotLog(path)
    whole = line(STATEMENT, ONE)
    path.write_text(whole[:40])
    log.read()
    path.write_text(whole)
    log.read()
    log.read()
    assert log.of(str(ONE)).statements == 1


def test_a_new_log_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "bot.log"
    log = BotLog(path)
    path.write_text(line(STATEMENT, ONE) * 3)
    log.read()
    path.write_text(line(STATEMENT, TWO))
    log.read()
    assert log.of(str(TWO)).statements == 1


def test_old_interactions_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "bot.log"
    log = BotLog(path)
    path.write_text("".join(line(STATEMENT, ONE + number) for number in range(KEPT + 1)))
    log.read()
    assert log.of(str(ONE)).statements == 0
    assert log.of(str(ONE + KEPT)).statements == 1


@pytest.fixture
def restored() -> Iterator[None]:
    """Undo what `configure` does to the process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("apscheduler", "aiohttp", "psycopg", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    logger.remove()
    logger.configure(patcher=lambda _: None)


@pytest.mark.usefixtures("restored")
async def test_the_lines_that_the_bot_writes_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "bot.log"
    with path.open("w") as stream:
        configure("development", "DEBUG", stream=stream)
        token = correlation.set(str(ONE))
        database = Database("", log_statements=True)
        database.record("run.open", 0.001)
        database.record("run.open", 0.5)
        waits = logging.getLogger("hikari.ratelimits")
        waits.debug("you are being rate limited on bucket %s, backing off for %ss", "b", 0.75)
        correlation.reset(token)
        logger.remove()
    log = BotLog(path)
    log.read()
    assert log.of(str(ONE)) == Told(2, 0.75)
    assert log.tells_all
