"""The command line: run | migrate | doctor | demo."""

import argparse
import asyncio
import sys

import uvloop

from raidbot.kernel.database import EmbeddedError, MigrationError, Unavailable
from raidbot.kernel.settings import Settings, SettingsError, StorageSettings, load


def main(arguments: list[str] | None = None) -> int:
    """Run one of the commands and return the exit status."""
    parser = argparse.ArgumentParser(prog="raidbot", description="The Discord bot of raiding communities.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("run", help="run the bot")
    verbs.add_parser("migrate", help="bring the database to this version's schema")
    verbs.add_parser("doctor", help="say what is missing and what to do")
    demo = verbs.add_parser("demo", help="a raid night on this machine, without Discord")
    demo.add_argument("--raiders", type=int, default=60, help="how many raiders press Join (default: 60)")
    shown = demo.add_mutually_exclusive_group()
    shown.add_argument("--headless", action="store_true", help="without the live view and the page")
    shown.add_argument("--page-only", action="store_true", help="the page in the browser, without the played night")
    chosen = parser.parse_args(arguments)
    try:
        return {"run": _run, "migrate": _migrate, "doctor": _doctor, "demo": _demo}[chosen.verb](chosen)
    except (SettingsError, MigrationError, EmbeddedError) as error:
        print(f"raidbot: {error}", file=sys.stderr)
        return 2
    except Unavailable as error:
        print(f"raidbot: the database cannot be reached: {error.reason}", file=sys.stderr)
        return 2


def _run(_: argparse.Namespace) -> int:
    import hikari

    from raidbot.app import serve

    settings = load()
    _configure_log(settings)
    try:
        uvloop.run(serve(settings))
    except hikari.UnauthorizedError:
        print("raidbot: Discord refuses the token in DISCORD_TOKEN", file=sys.stderr)
        return 2
    except hikari.GatewayServerClosedConnectionError as closed:
        print(f"raidbot: Discord closed the connection: {closed.reason}; `make doctor` says more", file=sys.stderr)
        return 2
    return 0


def _configure_log(settings: Settings) -> None:
    from raidbot.kernel.logging import configure

    secrets = [settings.discord_token.get_secret_value()]
    configure(settings.environment, settings.log_level, secrets=secrets)


def _migrate(_: argparse.Namespace) -> int:
    from raidbot.kernel.database import EmbeddedPostgres, migrate
    from raidbot.kernel.database.migrations import FOLDER

    settings = load(StorageSettings)
    if settings.database_url is not None:
        applied = migrate(settings.database_url.get_secret_value(), FOLDER)
    else:
        server = EmbeddedPostgres(settings.data_dir / "postgres")
        server.start()
        try:
            applied = migrate(server.dsn(), FOLDER)
        finally:
            server.stop()
    print("\n".join(f"applied {name}" for name in applied) or "nothing to do: the schema is up to date")
    return 0


def _doctor(_: argparse.Namespace) -> int:
    from raidbot.app import CHECKS
    from raidbot.kernel.discord.checkup import doctor

    return asyncio.run(doctor(load(), CHECKS))


def _demo(chosen: argparse.Namespace) -> int:
    from raidbot.playground.demo import play, play_page

    if chosen.page_only:
        return uvloop.run(play_page(raiders=chosen.raiders))
    return uvloop.run(play(raiders=chosen.raiders, headless=chosen.headless))


if __name__ == "__main__":
    sys.exit(main())
