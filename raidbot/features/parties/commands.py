"""The slash command of parties."""

import lightbulb

from raidbot.features.dungeons.api import Catalogue, suggest_dungeons
from raidbot.features.parties import models as m
from raidbot.features.parties import views
from raidbot.features.parties.service import PartyService
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.checkup import Lookout, find_channel
from raidbot.kernel.discord.commands import autocomplete, invoke
from raidbot.kernel.discord.easel import Easel
from raidbot.kernel.discord.request import Request

complete_dungeon = autocomplete(suggest_dungeons)


def _another(number: int) -> str | None:
    return lightbulb.string(f"dungeon_{number}", "One more dungeon", default=None, autocomplete=complete_dungeon)


class OpenParty(lightbulb.SlashCommand, name="party", description="Open a party in the party finder"):
    """`/party`: validates first, then opens the party in one transaction; its panel is posted from the row."""

    dungeon_1 = lightbulb.string("dungeon_1", "Which dungeon", autocomplete=complete_dungeon)
    party_name = lightbulb.string("party_name", "What the party is called", default=None, max_length=m.NAME_MAX)
    size = lightbulb.integer(
        "size",
        "How many you want to be, yourself included; empty: as many as come",
        default=None,
        min_value=m.SIZE_MIN,
        max_value=m.SIZE_MAX,
    )
    location = lightbulb.string("location", "Where to go", default=None, max_length=m.LOCATION_MAX)
    description = lightbulb.string("description", "A short note", default=None, max_length=m.DESCRIPTION_MAX)
    dungeon_2 = _another(2)
    dungeon_3 = _another(3)
    dungeon_4 = _another(4)
    dungeon_5 = _another(5)

    @invoke(Policy(m.OPEN, Answer.PRIVATE, Bucket.COMMAND))
    async def invoke(
        self, request: Request, catalogue: Catalogue, parties: PartyService, lookout: Lookout, easel: Easel
    ) -> Result:
        """Open the party, or show the one that is in the way."""
        m.let_in(request.actor, request.settings)
        channel_id = await find_channel(lookout, request.settings, m.PARTY_FINDER)
        found = await parties.open_party(
            m.NewParty(
                guild_id=request.guild_id,
                owner_id=request.user_id,
                owner_name=request.display_name,
                interaction_id=request.id,
                channel_id=channel_id,
                dungeons=self._dungeons(catalogue),
                name=(self.party_name or "").strip() or None,
                location=(self.location or "").strip() or None,
                description=(self.description or "").strip() or None,
                size=self.size,
            )
        )
        if isinstance(found, m.Busy):
            return views.busy(found)
        message_id = await easel.posted(found.panel_id)
        return views.opened(found.party, message_id)

    def _dungeons(self, catalogue: Catalogue) -> tuple[str, ...]:
        """Read the chosen dungeons, each once. Raises UnknownDungeonError."""
        texts = (self.dungeon_1, self.dungeon_2, self.dungeon_3, self.dungeon_4, self.dungeon_5)
        return tuple(dict.fromkeys(catalogue.named(text).code for text in texts if text))
