"""The messages in the bot log channel."""

from raidbot.features.bot_log import views
from raidbot.features.bot_log.service import BotLog
from raidbot.kernel.discord.audit_texts import AuditTexts
from raidbot.kernel.discord.posts import Posts
from raidbot.kernel.owed import Effect


class BotLogPosts:
    """The effect on the bot log channel."""

    def __init__(self, log: BotLog, posts: Posts, texts: AuditTexts) -> None:
        self._log = log
        self._posts = posts
        self._texts = texts

    async def post(self, effect: Effect) -> None:
        """Post what was taken for one message."""
        entries = await self._log.entries(effect.payload["ids"])
        if entries:
            await self._posts.send(
                effect.payload["channel"],
                embed=views.told(entries, self._texts),
                nonce=f"bot_log.{entries[-1].id}",
                owed_at=effect.owed_at,
            )
