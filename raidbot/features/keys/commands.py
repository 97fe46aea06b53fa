"""The slash commands of key logging."""

from typing import Final

import hikari
import lightbulb

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.keys import models as m
from raidbot.features.keys.service import KeyService
from raidbot.features.keys.views import panels, texts
from raidbot.features.quota.api import REASON_MAX, BadAmountError, Deed, NoMemberError
from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Reply, Result
from raidbot.kernel.discord.commands import autocomplete, autocomplete_beside, invoke
from raidbot.kernel.discord.request import Request

# Not deferred up front: a refusal is private, and no public "thinking" flashes up before it.
COUNTING: Final = Policy(m.LOG, Answer.PUBLIC, Bucket.COMMAND, quick=True)


@autocomplete
async def complete_dungeon(text: str, _: int, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Offer dungeons that take keys."""
    return [(dungeon.name, dungeon.code) for dungeon in catalogue.search(text) if dungeon.keys]


@autocomplete_beside("dungeon")
async def complete_key(text: str, dungeon: str, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Offer the keys of the dungeon that was chosen."""
    found = catalogue.find(dungeon)
    keys = () if found is None else found.keys
    return [(key.name, key.code) for key in keys if text.casefold() in key.name.casefold()]


class LogKey(lightbulb.SlashCommand, name="logkey", description="Count keys that a raider popped outside of a run"):
    """`/logkey`: keys at what they are worth in their dungeon."""

    member = lightbulb.user("member", "Who popped")
    dungeon = lightbulb.string("dungeon", "Which dungeon", autocomplete=complete_dungeon)
    key = lightbulb.string("key", "Which key, where there are several kinds", default=None, autocomplete=complete_key)
    amount = lightbulb.integer(
        "amount",
        "How many; a negative number takes some back",
        default=1,
        min_value=-m.KEYS_MAX,
        max_value=m.KEYS_MAX,
    )
    reason = lightbulb.string("reason", "Why", default=None, max_length=REASON_MAX)

    @invoke(COUNTING)
    async def invoke(self, request: Request, catalogue: Catalogue, keys: KeyService) -> Result:
        """Count them."""
        if not isinstance(self.member, hikari.Member) or self.member.is_bot:
            raise NoMemberError(int(self.member.id))
        dungeon = catalogue.named(self.dungeon)
        key = m.find_key(dungeon, self.key)
        if not self.amount:
            raise BadAmountError
        reason = " ".join((self.reason or "").split()) or None
        deed = Deed(request.guild_id, int(self.member.id), request.user_id, f"logkey:{request.id}", reason)
        done = await keys.log_keys(deed, dungeon, key, self.amount)
        return texts.counted(done, self.amount, catalogue)


class LogKeys(lightbulb.SlashCommand, name="logkeys", description="Log who popped the keys of runs that have ended"):
    """`/logkeys`: the runs of the last week with keys left to log."""

    @invoke(Policy(m.LOG, Answer.PRIVATE, Bucket.COMMAND))
    async def invoke(self, request: Request, keys: KeyService) -> Result:
        """List the runs."""
        found = await keys.unfinished(request.guild_id)
        return panels.unfinished(found) if found else Reply(texts.NOTHING_LEFT)
