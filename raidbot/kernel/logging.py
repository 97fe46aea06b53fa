"""The log: loguru, readable in development, one JSON object a line in production. It never shows a secret."""

import logging
import re
import sys
import traceback
from collections.abc import Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Literal, TextIO

import orjson
from loguru import logger

if TYPE_CHECKING:
    from loguru import Message, Record

correlation: ContextVar[str] = ContextVar("correlation", default="")
"""What ties the lines of one interaction or job together; set by the runner and the scheduler."""

_HIDDEN = "[hidden]"

# Levels of the libraries that speak through the standard library's logging, where they differ from ours.
_LIBRARIES = {
    "apscheduler": logging.WARNING,  # each run of a job is INFO to it
    "aiohttp": logging.WARNING,
    "psycopg": logging.WARNING,
    "psycopg.pool": logging.ERROR,  # each attempt to connect is a warning to it; the pool of ours says "away" once
}

# What must not be read in a log, by shape. None of the patterns reaches past a quote, so a line of JSON stays one.
_SECRETS = [
    # Interaction and webhook tokens in paths: interactions/<id>/<token>/callback, webhooks/<id>/<token>
    (re.compile(r"((?:interactions|webhooks)/[^/\s\"']+/)[^/\s\"'?\\]+"), rf"\1{_HIDDEN}"),
    # Interaction tokens anywhere: base64 of "interaction:"
    (re.compile(r"aW50ZXJhY3Rpb246[\w=-]*"), _HIDDEN),
    # The field `token` of a JSON payload, of a Python dict, or of JSON within JSON
    (re.compile(r"(token\\*[\"']\s*:\s*\\*[\"'])[^\"'\\]+"), rf"\1{_HIDDEN}"),
    # Bot tokens: the id, a timestamp and a signature in base64
    (re.compile(r"\b[\w-]{18,}\.[\w-]{5,8}\.[\w-]{20,}"), _HIDDEN),
    (re.compile(r"\b(Bot|Bearer) [\w.-]{20,}"), rf"\1 {_HIDDEN}"),
    # Passwords in addresses, as a URL (up to the last "@") and as key=value
    (re.compile(r"(\w://[^:/\s\"'@]*:)[^\s\"'/]+(@)"), rf"\1{_HIDDEN}\2"),
    (re.compile(r"(password\s*=\s*)(?:\\*'(?:[^'\"\\]|\\+[^\"\\])*'?|[^\s\"'\\]+)", re.IGNORECASE), rf"\1{_HIDDEN}"),
]


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return the text without anything shaped like a secret, and without the given ones."""
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


def configure(
    environment: Literal["development", "production"],
    level: str,
    *,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send the program's and its libraries' log to `stream` (standard error), from `level` on.

    `secrets` are values that must not appear whatever their shape: the bot's token, the database's password. A library
    that configures the standard logging itself (hikari, unless `logs=None`) must be kept from it.
    """
    out = stream or sys.stderr
    hidden = tuple(secret for secret in secrets if secret)
    render = _as_json if environment == "production" else str

    def write(message: "Message") -> None:
        out.write(f"{redact(render(message), hidden)}")
        out.flush()

    # diagnose would print the values of local variables, secrets among them.
    logger.remove()
    logger.configure(patcher=_bind_correlation)
    colour = environment == "development" and out.isatty()
    logger.add(write, level=level, format=_readable, colorize=colour, backtrace=False, diagnose=False)
    logging.basicConfig(handlers=[_ToLoguru()], level=logger.level(level).no, force=True)
    for name, lowest in _LIBRARIES.items():
        logging.getLogger(name).setLevel(lowest)


def _bind_correlation(record: "Record") -> None:
    if (value := correlation.get()) and "correlation" not in record["extra"]:
        record["extra"]["correlation"] = value


def _readable(record: "Record") -> str:
    """Return the template of a line in development; values are filled in by loguru, so that none is read as markup."""
    extras = "".join(f" {name}={{extra[{name}]}}" for name in record["extra"] if name.isidentifier())
    head = "<dim>{time:HH:mm:ss.SSS}</dim> <level>{level: <8}</level> {name}: {message}"
    return f"{head}<dim>{extras}</dim>\n{{exception}}"


def _as_json(message: "Message") -> str:
    record = message.record
    line: dict[str, Any] = {
        **record["extra"],
        "time": record["time"].isoformat(),
        "level": record["level"].name,
        "logger": record["name"],
        "message": record["message"],
    }
    if (error := record["exception"]) is not None:
        line["exception"] = "".join(traceback.format_exception(error.type, error.value, error.traceback))
    return orjson.dumps(line, default=str, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS).decode()


class _ToLoguru(logging.Handler):
    """Hands records of the standard library's logging to loguru, under their own name and level."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            level: str | int = logger.level(record.levelname).name
        except ValueError:
            level = record.levelno  # a library's own level

        def origin(line: "Record") -> None:
            line["name"], line["function"], line["line"] = record.name, record.funcName, record.lineno

        try:
            text = record.getMessage()
        except Exception:  # noqa: BLE001 - a library's faulty call must not lose its own message
            text = str(record.msg)
        error = record.exc_info if record.exc_info and record.exc_info[0] else None
        logger.patch(origin).opt(exception=error).log(level, text)
