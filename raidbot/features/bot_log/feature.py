"""How the bot log and the reader of the audit join the bot."""

from raidbot.features.bot_log.commands import Audit
from raidbot.features.bot_log.components import AuditButtons
from raidbot.features.bot_log.jobs import jobs
from raidbot.features.bot_log.panels import BotLogPosts
from raidbot.features.bot_log.service import POST, AuditReader, BotLog
from raidbot.features.bot_log.views import ERROR_TEXTS
from raidbot.kernel.discord.audit_texts import AuditTexts
from raidbot.kernel.discord.feature import Feature, Kit


def build(kit: Kit, texts: AuditTexts) -> Feature:
    """Build the feature; `texts` say how the features' actions are told."""
    reader = AuditReader(kit.database)
    log = BotLog(kit.database, kit.owed, kit.guilds)
    posts = BotLogPosts(log, kit.posts, texts)
    return Feature(
        name="bot_log",
        commands=[Audit],
        routes=AuditButtons(reader, texts).routes(),
        effects={POST: posts.post},
        jobs=jobs(log),
        error_texts=ERROR_TEXTS,
        services=[reader, texts],
    )
