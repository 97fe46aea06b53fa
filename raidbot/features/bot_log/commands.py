"""The slash command that reads the audit."""

import lightbulb

from raidbot.features.bot_log import models as m
from raidbot.features.bot_log import views
from raidbot.features.bot_log.service import AuditReader
from raidbot.kernel.audit import ACTION_MAX, Filters
from raidbot.kernel.clock import Clock
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.audit_texts import AuditTexts
from raidbot.kernel.discord.commands import autocomplete, invoke
from raidbot.kernel.discord.request import Request

TIME_MAX = 20


@autocomplete
async def complete_kind(text: str, guild_id: int, reader: AuditReader, texts: AuditTexts) -> list[tuple[str, str]]:
    """Offer the kinds of changes that the guild has seen."""
    return views.kinds(await reader.actions(guild_id), text, texts)


class Audit(lightbulb.SlashCommand, name="audit", description="See who changed what"):
    """`/audit`: the newest changes first; every option narrows."""

    actor = lightbulb.user("actor", "Who changed it", default=None)
    target = lightbulb.user("target", "To whom it was done", default=None)
    kind = lightbulb.string(
        "kind", "What kind of change", default=None, max_length=ACTION_MAX, autocomplete=complete_kind
    )
    since = lightbulb.string(
        "since", "From when on: 2026-05-31, 2026-05-31 18:00, or 7d ago", default=None, max_length=TIME_MAX
    )
    until = lightbulb.string("until", "Until when, written the same way", default=None, max_length=TIME_MAX)

    @invoke(Policy(m.READ, Answer.PRIVATE, Bucket.INFO, quick=True))
    async def invoke(self, request: Request, reader: AuditReader, texts: AuditTexts, clock: Clock) -> Result:
        """Show the newest page."""
        since, until = m.span(self.since, self.until, clock.now(), request.settings.zone)
        filters = Filters(
            None if self.actor is None else int(self.actor.id),
            None if self.target is None else int(self.target.id),
            self.kind or None,
            since,
            until,
        )
        return views.page(await reader.older(request.guild_id, filters), texts)
