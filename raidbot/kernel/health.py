"""What the doctor finds, and its look at settings and database; Discord's side is `kernel.discord.checkup`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import Enum

from raidbot.kernel.database import EmbeddedError, EmbeddedPostgres, SchemaMismatch, Unavailable, check
from raidbot.kernel.settings import Settings


class Level(Enum):
    """How a finding bears on the bot; the value is what the terminal shows."""

    OK = "ok"
    WARNING = "warning"
    """Optional, or of a module that is off: nothing that is switched on suffers."""
    PROBLEM = "PROBLEM"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` says what to do, None where nothing is needed."""

    level: Level
    subject: str
    text: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Storage:
    """The database as found; `dsn` is None unless it answers and has the schema of this version."""

    dsn: str | None
    findings: Sequence[Finding]


def all_well(findings: Sequence[Finding]) -> bool:
    """Say whether there is no problem; warnings do not count."""
    return all(finding.level is not Level.PROBLEM for finding in findings)


def render(findings: Sequence[Finding]) -> str:
    """Write findings for a terminal, aligned, the remedy under its finding, a summary at the end."""
    levels = max((len(finding.level.value) for finding in findings), default=0)
    subjects = max((len(_shown(finding.subject)) for finding in findings), default=0)
    lines = []
    for finding in findings:
        subject = _shown(finding.subject)
        lines.append(f"{finding.level.value:<{levels}}  {subject:<{subjects}}  {_shown(finding.text)}")
        if finding.remedy is not None:
            lines.append(f"{'':<{levels}}  {'':<{subjects}}  -> {_shown(finding.remedy)}")
    problems = sum(finding.level is Level.PROBLEM for finding in findings)
    warnings = sum(finding.level is Level.WARNING for finding in findings)
    counted = [f"{n} {word}{'s' * (n != 1)}" for n, word in ((problems, "problem"), (warnings, "warning")) if n]
    return "\n".join([*lines, "", ", ".join(counted) or "All is well.", ""])


def look_at_settings(settings: Settings) -> list[Finding]:
    """Say what the settings amount to; that they are whole was checked when they were read."""
    where = "for " + ", ".join(map(str, settings.guild_ids)) if settings.guild_ids else "everywhere"
    return [Finding(Level.OK, "settings", f"{settings.environment}; commands are registered {where}")]


@contextlib.asynccontextmanager
async def storage(settings: Settings) -> AsyncIterator[Storage]:
    """Lend the database for a look. The embedded one is started and stopped, unless a bot runs on it: then shared.

    A bot that starts during those seconds is told that another one holds the database.
    """
    if settings.database_url is not None:
        yield await _look(settings.database_url.get_secret_value(), "the server of DATABASE_URL")
        return
    root = settings.data_dir / "postgres"
    if not root.exists():
        yield Storage(
            None, [Finding(Level.OK, "database", f"none in {root} yet: the bot makes it when it first starts")]
        )
        return
    server = EmbeddedPostgres(root)
    try:
        await asyncio.to_thread(server.start)
    except (EmbeddedError, OSError) as refused:
        yield await _shared(server, refused)
        return
    try:
        yield await _look(server.dsn(), f"the bot's own PostgreSQL in {root}")
    finally:
        await asyncio.to_thread(server.stop)


async def _shared(server: EmbeddedPostgres, refused: Exception) -> Storage:
    """Look at the server of the bot that holds the folder; without one, what refused us is what is wrong."""
    try:
        found = await _look(server.dsn(), "the PostgreSQL of the running bot")
    except (EmbeddedError, OSError):
        found = Storage(None, [])
    if found.dsn is not None or any(finding.subject == "schema" for finding in found.findings):
        return found
    return Storage(None, [Finding(Level.PROBLEM, "database", str(refused), "Mend that, then ask me again")])


async def _look(dsn: str, what: str) -> Storage:
    reached = Finding(Level.OK, "database", f"{what} answers")
    try:
        await asyncio.to_thread(check, dsn)
    except Unavailable as error:
        reason = " ".join(error.reason.split())
        return Storage(
            None,
            [
                Finding(
                    Level.PROBLEM,
                    "database",
                    f"{what} cannot be reached: {reason}",
                    "Start it, or correct DATABASE_URL; leave DATABASE_URL empty for a database of the bot's own",
                )
            ],
        )
    except SchemaMismatch as error:
        return Storage(None, [reached, Finding(Level.PROBLEM, "schema", str(error))])
    return Storage(dsn, [reached, Finding(Level.OK, "schema", "is the one of this version")])


def _shown(text: str) -> str:
    """Keep what a server is called from steering the terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)
