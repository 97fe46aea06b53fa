"""What a failed request means: one table for everybody who owes something."""

import http
from typing import Any

import hikari
import pytest

from raidbot.kernel.database import Retry, Unavailable
from raidbot.kernel.discord.failures import Meaning, meaning, pause


def _error(kind: type[hikari.HTTPResponseError], status: int, code: int = 0) -> hikari.HTTPResponseError:
    common: dict[str, Any] = {"url": "https://discord.test", "headers": {}, "raw_body": b""}
    if kind in {hikari.HTTPResponseError, hikari.InternalServerError, hikari.ClientHTTPResponseError}:
        common["status"] = http.HTTPStatus(status)
    return kind(**common, code=code)


@pytest.mark.parametrize(
    ("kind", "status", "code", "expected"),
    [
        (hikari.NotFoundError, 404, 10008, Meaning.GONE),
        (hikari.NotFoundError, 404, 10003, Meaning.GONE),
        (hikari.NotFoundError, 404, 10011, Meaning.GONE),
        (hikari.NotFoundError, 404, 10004, Meaning.FORBIDDEN),
        (hikari.NotFoundError, 404, 10015, Meaning.DEAD_TOKEN),
        (hikari.NotFoundError, 404, 10062, Meaning.DEAD_TOKEN),
        (hikari.UnauthorizedError, 401, 50027, Meaning.DEAD_TOKEN),
        (hikari.ForbiddenError, 403, 50013, Meaning.FORBIDDEN),
        (hikari.ForbiddenError, 403, 50001, Meaning.FORBIDDEN),
        (hikari.ForbiddenError, 403, 50007, Meaning.CLOSED_DM),
        (hikari.BadRequestError, 400, 50035, Meaning.BUG),
        (hikari.BadRequestError, 400, 40060, Meaning.BUG),
        (hikari.HTTPResponseError, 429, 0, Meaning.RETRY),
        (hikari.InternalServerError, 500, 0, Meaning.RETRY),
        (hikari.InternalServerError, 503, 0, Meaning.RETRY),
    ],
)
def test_discords_answers(kind: type[hikari.HTTPResponseError], status: int, code: int, expected: Meaning) -> None:
    assert meaning(_error(kind, status, code)) is expected


@pytest.mark.parametrize("error", [hikari.HTTPError("connection reset"), TimeoutError(), ConnectionResetError()])
def test_a_broken_line_is_tried_again(error: Exception) -> None:
    assert meaning(error) is Meaning.RETRY


@pytest.mark.parametrize("error", [Retry("deadlock"), Unavailable("away")])
def test_a_database_in_the_way_is_tried_again(error: Exception) -> None:
    assert meaning(error) is Meaning.RETRY


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), RuntimeError("x")])
def test_everything_else_is_a_bug(error: Exception) -> None:
    assert meaning(error) is Meaning.BUG


def test_pauses_double_up_to_five_minutes() -> None:
    assert [pause(attempts) for attempts in range(10)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert pause(30_000) == 300
