import io
import logging
from collections.abc import Callable, Iterator
from typing import Literal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loguru import logger

from raidbot.kernel.logging import _ToLoguru, configure, correlation, redact

Lines = Callable[[], list[dict[str, object]]]

INTERACTION = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5OnNlY3JldA"
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abcdefghijklmnopqrstuvwxyz-0123456789"
SECRETS = {
    "callback": (f"POST https://discord.com/api/v10/interactions/123456789012345678/{'q' * 40}/callback", "q" * 40),
    "webhook": (f"PATCH /webhooks/123/{'w' * 40}/messages/@original?wait=true", "w" * 40),
    "webhook at the end": (f"POST /webhooks/123/{'w' * 40}", "w" * 40),
    "token of a payload": (f'{{"id": "1", "token": "{"t" * 30}", "type": 3}}', "t" * 30),
    "token of a dict": (f"{{'token': '{'t' * 30}', 'type': 3}}", "t" * 30),
    "interaction token alone": (f"no answer to {INTERACTION}!", INTERACTION),
    "bot token": (f"gateway refused {TOKEN}.", TOKEN),
    "authorization": (f"Authorization: Bot {'x' * 30}", "x" * 30),
    "password of a url": ("cannot reach postgresql://bot:hunter2@db.example/raid", "hunter2"),
    "password with signs": ("postgresql://bot:hun@ter2!:x@db/raid", "hun@ter2!:x"),
    "password of a dsn": ("host=db password=hunter2 user=bot", "hunter2"),
    "quoted password": (r"host=db password='hun\'ter 2' user=bot", "ter 2"),
}


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("apscheduler", "aiohttp", "psycopg", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    logger.remove()
    logger.configure(patcher=lambda _: None)


@pytest.fixture
def production() -> Lines:
    stream = io.StringIO()
    configure("production", "INFO", stream=stream, secrets=["exactly this", ""])
    return lambda: [orjson.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def development() -> Callable[[], str]:
    stream = io.StringIO()
    configure("development", "DEBUG", stream=stream)
    return stream.getvalue


def test_production_writes_one_json_object_a_line(production: Lines) -> None:
    logger.bind(run=7, key=object).info("two\nlines with {braces} and <b>")
    logger.debug("too low")
    [line] = production()
    assert line["message"] == "two\nlines with {braces} and <b>"
    assert line["level"] == "INFO"
    assert line["run"] == 7
    assert "object" in str(line["key"])
    assert str(line["time"]).startswith("20")
    assert "exception" not in line


def test_an_exception_is_text_without_local_variables(production: Lines) -> None:
    def fails(secret: str) -> None:
        raise ValueError(len(secret))

    try:
        fails("terces lacol a"[::-1])
    except ValueError:
        logger.exception("it failed")
    [line] = production()
    assert "ValueError: 14" in str(line["exception"])
    assert "in fails" in str(line["exception"])
    assert "a local secret" not in str(line)


def test_development_is_readable_and_shows_extras_and_exceptions(development: Callable[[], str]) -> None:
    logger.bind(run=7, text="{x} <red>").debug("hello {braces}")
    try:
        raise KeyError("k")  # noqa: TRY301 - the point is its traceback
    except KeyError:
        logger.exception("it failed")
    first, *rest = development().splitlines()
    assert "DEBUG" in first
    assert first.endswith("hello {braces} run=7 text={x} <red>")
    assert rest[-1] == "KeyError: 'k'"


def test_every_line_carries_the_correlation_of_its_context(production: Lines) -> None:
    logger.info("before")
    token = correlation.set("abc")
    logger.info("inside")
    logging.getLogger("hikari.rest").warning("from a library")
    correlation.reset(token)
    assert [line.get("correlation") for line in production()] == [None, "abc", "abc"]


def test_the_standard_library_is_captured_with_name_level_and_exception(production: Lines) -> None:
    other = logging.getLogger("hikari.gateway")
    other.warning("shard %s {not a field}", 3)
    other.debug("too low")
    other.log(25, "an own level")
    try:
        raise OSError("gone")  # noqa: TRY301 - the point is its traceback
    except OSError:
        other.exception("failed")
    other.error("no exception at hand", exc_info=True)
    lines = production()
    assert [line["message"] for line in lines][:3] == ["shard 3 {not a field}", "an own level", "failed"]
    assert [line["level"] for line in lines][:3] == ["WARNING", "Level 25", "ERROR"]
    assert {line["logger"] for line in lines} == {"hikari.gateway"}
    assert "OSError: gone" in str(lines[2]["exception"])
    assert "exception" not in lines[3]


def test_a_message_with_too_few_values_is_written_as_it_stands(production: Lines) -> None:
    record = logging.LogRecord("hikari", logging.ERROR, __file__, 1, "%s %s", ("one",), None)
    _ToLoguru().emit(record)
    assert production()[0]["message"] == "%s %s"


def test_chatty_libraries_are_kept_quiet(production: Lines) -> None:
    logging.getLogger("apscheduler.executors.default").info("ran")
    logging.getLogger("psycopg.pool").warning("error connecting")
    assert production() == []


@pytest.mark.parametrize("case", SECRETS)
@pytest.mark.parametrize("environment", ["development", "production"])
def test_no_secret_is_written_wherever_it_stands(environment: Literal["development", "production"], case: str) -> None:
    text, secret = SECRETS[case]
    stream = io.StringIO()
    configure(environment, "DEBUG", stream=stream)
    logger.info(text)
    logger.bind(extra=text, nested={"deep": [text]}).info("an extra")
    logging.getLogger("hikari").error("payload: %r", text)
    try:
        try:
            raise ValueError(text)  # noqa: TRY301 - the point is its traceback
        except ValueError as error:
            raise RuntimeError({"inner": text}) from error
    except RuntimeError:
        logger.exception("an exception")
    written = stream.getvalue()
    assert secret not in written
    assert written.count("[hidden]") >= 6
    if environment == "production":
        assert len([orjson.loads(line) for line in written.splitlines()]) == 4


def test_a_secret_known_by_value_is_hidden_whatever_its_shape(production: Lines) -> None:
    logger.info("it says exactly this and no more")
    assert production()[0]["message"] == "it says [hidden] and no more"


def test_ordinary_lines_stay_as_they_are() -> None:
    for text in (
        "GET /channels/123456789012345678/messages 200 in 12 ms",
        "Bot permissions are missing in guild 123456789012345678",
        "https://discord.com/api/v10/gateway/bot at 12:30:45",
        "postgresql://raidbot@localhost:5432/raid",
        "raidbot.kernel.database.pool: slow statement",
        "<t:1700000000:R> token bucket: 5 left",
    ):
        assert redact(text) == text


@given(st.text(), st.sampled_from(sorted(SECRETS)), st.text())
def test_a_redacted_line_of_json_is_still_json(before: str, case: str, after: str) -> None:
    line = orjson.dumps({"message": f"{before} {SECRETS[case][0]} {after}", "extra": {"x": SECRETS[case][0]}}).decode()
    assert set(orjson.loads(redact(line))) == {"message", "extra"}
