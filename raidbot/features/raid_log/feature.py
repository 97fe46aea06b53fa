"""How the raid log joins the bot."""

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.headcounts.events import HeadcountNoted
from raidbot.features.parties.events import PartyNoted
from raidbot.features.raid_log.jobs import jobs
from raidbot.features.raid_log.panels import LogWriter
from raidbot.features.raid_log.service import LogService
from raidbot.features.raids.events import RunNoted
from raidbot.kernel.discord.feature import Feature, Kit
from raidbot.kernel.guilds import ChannelKey, Module


def build(kit: Kit, catalogue: Catalogue) -> Feature:
    """Build the feature, which listens to what is noted of runs, headcounts and parties."""
    logs = LogService(
        kit.database,
        kit.owed,
        kit.clock,
        channel_of=lambda guild_id: kit.guilds.cached(guild_id).channels.get(ChannelKey.RAID_LOG),
    )
    kit.events.subscribe(RunNoted, logs.run_noted)
    kit.events.subscribe(HeadcountNoted, logs.headcount_noted)
    kit.events.subscribe(PartyNoted, logs.party_noted)
    writer = LogWriter(logs, catalogue, kit.bot.rest, kit.posts, kit.staff)
    return Feature(name="raid_log", module=Module.RAIDS, jobs=jobs(logs, writer))
