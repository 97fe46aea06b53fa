"""How the staff's features join the bot."""

from raidbot.features.team.commands import AddRole, SyncTeam
from raidbot.features.team.listeners import TeamListeners
from raidbot.features.team.panels import Announcements, TeamSync
from raidbot.features.team.service import ANNOUNCE, SYNC, PromotionService, TeamService
from raidbot.features.team.views import AUDIT_TEXTS, ERROR_TEXTS
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.guilds import RolesMapped


def build(kit: Kit) -> Feature:
    """Build the feature."""
    team = TeamService(kit.database, kit.owed, kit.clock, kit.guilds)
    kit.events.subscribe(RolesMapped, team.roles_mapped)
    promotions = PromotionService(kit.database, kit.owed, kit.clock)
    announcements = Announcements(promotions, kit.posts)
    sync = TeamSync(team, kit.bot.rest)
    return Feature(
        name="team",
        commands=[AddRole, SyncTeam],
        panels=sync.kinds,
        effects={SYNC: sync.run, ANNOUNCE: announcements.announce},
        listeners=TeamListeners(team).all(),
        error_texts=ERROR_TEXTS,
        audit_texts=AUDIT_TEXTS,
        services=[team, promotions, announcements],
    )
