"""The doctor's round: settings, database, token, intents, and every guild."""

import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import hikari
from hikari.impl import config

from raidbot.kernel.database import Connection, Database, Unavailable
from raidbot.kernel.discord.checkup import rules
from raidbot.kernel.discord.checkup.needs import invitation
from raidbot.kernel.discord.checkup.sight import Lookout
from raidbot.kernel.discord.client import INTENTS
from raidbot.kernel.guilds import GuildSettings
from raidbot.kernel.guilds import queries as guild_queries
from raidbot.kernel.health import Finding, Level, all_well, look_at_settings, render, storage
from raidbot.kernel.owed import Effect, Panel
from raidbot.kernel.owed.queries import effects, panels
from raidbot.kernel.settings import Settings

HTTP_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the database says; None: it cannot be asked, so nothing is known of what guilds configured."""

    settings: Mapping[int, GuildSettings] | None = None
    blocked: Sequence[Effect] = field(default=())
    blocked_panels: Sequence[Panel] = field(default=())


Check = Callable[[Connection], Awaitable[Sequence[Finding]]]
"""What a feature has looked at in the database."""


async def doctor(settings: Settings, checks: Sequence[Check] = ()) -> int:
    """Print what is missing and what to do; return the exit status: 0 when there is no problem.

    Warnings are about what is optional or of a module that is off, so they do not spoil it.
    """
    findings = await examine(settings, checks)
    sys.stdout.write(render(findings))
    return 0 if all_well(findings) else 1


async def examine(settings: Settings, checks: Sequence[Check] = ()) -> list[Finding]:
    """Look at everything, through REST and the database only: a bot may run beside it."""
    findings = look_at_settings(settings)
    async with storage(settings) as store:
        findings += store.findings
        rows = _Rows() if store.dsn is None else await _rows(store.dsn, checks, findings)
    async with _rest(settings) as rest:
        try:
            findings += await _discord(rest, settings, rows)
        except hikari.UnauthorizedError:
            text = "Discord refuses the token of DISCORD_TOKEN"
            remedy = "Developer Portal > your application > Bot > Reset Token, and put the new one into DISCORD_TOKEN"
            findings.append(Finding(Level.PROBLEM, "token", text, remedy))
        except (hikari.HTTPError, OSError, TimeoutError) as error:
            findings.append(_no_answer(error, settings))
    return findings


async def _rows(dsn: str, checks: Sequence[Check], findings: list[Finding]) -> _Rows:
    database = Database(dsn, application_name="raidbot doctor", pool_max=1)
    try:
        await database.open()
        async with database.connection() as conn:
            for check in checks:
                findings += await check(conn)
            return _Rows(
                await guild_queries.all_settings(conn),
                await effects.blocked_effects(conn),
                await panels.blocked_panels(conn),
            )
    except Unavailable as error:
        text = f"went away while it was read: {error.reason}"
        findings.append(Finding(Level.PROBLEM, "database", text, "Ask me again"))
        return _Rows()
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def _rest(settings: Settings) -> AsyncIterator[hikari.api.RESTClient]:
    app = hikari.RESTApp(
        url=settings.discord_api_url,
        http_settings=config.HTTPSettings(timeouts=config.HTTPTimeoutSettings(total=HTTP_S)),
        max_retries=1,
    )
    await app.start()
    try:
        async with app.acquire(settings.discord_token.get_secret_value(), hikari.TokenType.BOT) as rest:
            yield rest
    finally:
        await app.close()


async def _discord(rest: hikari.api.RESTClient, settings: Settings, rows: _Rows) -> list[Finding]:
    application, user = await rest.fetch_application(), await rest.fetch_my_user()
    findings = [Finding(Level.OK, "token", f"Discord knows it as {user.username}")]
    findings += rules.intents(INTENTS, application.flags)
    lookout, application_id = Lookout(rest, int(user.id)), int(application.id)
    guild_ids = settings.guild_ids or [int(one.id) async for one in rest.fetch_my_guilds()]
    if not guild_ids:
        remedy = f"Open {invitation(application_id)} and choose your server"
        findings.append(Finding(Level.PROBLEM, "servers", "the bot is in none", remedy))
    names: dict[int, str] = {}
    for guild_id in guild_ids:
        try:
            sight = await lookout.look(guild_id)
        except (hikari.NotFoundError, hikari.ForbiddenError):
            remedy = f"Open {invitation(application_id, guild_id)} as an administrator of the server"
            findings.append(Finding(Level.PROBLEM, f"server {guild_id}", "the bot is not in it", remedy))
            continue
        names[guild_id] = sight.name
        configured = None if rows.settings is None else rows.settings.get(guild_id, GuildSettings(guild_id))
        findings += rules.guild(sight, configured)
    return findings + rules.owed(rows.blocked, rows.blocked_panels, names)


def _no_answer(error: Exception, settings: Settings) -> Finding:
    what = f"status {int(error.status)}" if isinstance(error, hikari.HTTPResponseError) else type(error).__name__
    text = f"{settings.discord_api_url} does not answer as it should ({what}): token and servers could not be looked at"
    return Finding(Level.PROBLEM, "Discord", text, "Look at the network and at discordstatus.com, then ask me again")
