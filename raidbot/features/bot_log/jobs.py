"""The recurring work of the bot log."""

from collections.abc import Sequence

from raidbot.features.bot_log.service import BotLog
from raidbot.kernel.scheduler import Job

EVERY_S = 3.0


def jobs(log: BotLog) -> Sequence[Job]:
    """List the jobs: tell what is untold."""
    return [Job("bot_log.tell", EVERY_S, due=log.due, work=log.tell)]
