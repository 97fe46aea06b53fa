"""What members see of one member's figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import hikari

from raidbot.features.dungeons.api import Catalogue
from raidbot.features.quota import models as m
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import FIELD, figure, listed

LINES: Final = 20
"""Dungeons in a field."""
FIELDS: Final = 4
"""Fields of dungeons: the game has 52 of them."""
NOTHING_YET: Final = "Nothing yet: who completes, organises or pops keys for a run finds it here."
_ACTS: Final = {
    m.Kind.VERIFY: "Verifications",
    m.Kind.WARN: "Warnings",
    m.Kind.SUSPEND: "Suspensions",
    m.Kind.MODMAIL_REPLY: "Modmail replies",
    m.Kind.EDITNAME: "Name changes",
    m.Kind.ADDNOTE: "Notes",
}


@dataclass(frozen=True)
class DrawStats(CustomId):
    """Puts a picture of the member's weeks under the figures."""

    PREFIX: ClassVar[str] = "stats.draw"

    user_id: int


def stats(
    seen: m.Stats,
    user_id: int,
    catalogue: Catalogue,
    *,
    colour: int | None,
    avatar: str | None = None,
    picture: bytes | None = None,
) -> Reply:
    """Show a member's figures; `avatar` is the address of their picture, `picture` shows their weeks."""
    embed = hikari.Embed(
        title="Statistics", description=f"<@{user_id}>", colour=int(Colour.INFO) if colour is None else colour
    )
    if avatar is not None:
        embed.set_thumbnail(avatar)
    for name, value in (
        ("Points", figure(seen.points)),
        ("Completions", f"{seen.counts[m.Kind.COMPLETION]:,}"),
        ("Runs organised", f"{seen.counts[m.Kind.ORGANISED]:,}"),
        ("Keys popped", f"{seen.counts[m.Kind.KEY_POP]:,}"),
    ):
        embed.add_field(name, value, inline=True)
    for name, lines in (
        ("Quota points", [f"<@&{role}>: **{figure(had)}**" for role, had in seen.quota_points.items()]),
        ("Staff", [f"{name}: **{seen.counts[act]:,}**" for act, name in _ACTS.items() if seen.counts[act] > 0]),
        ("Keys", [f"{_key(code, key, catalogue)}: **{n:,}**" for (code, key), n in seen.keys.items()]),
    ):
        if lines:
            embed.add_field(name, listed(lines, FIELD // 2, separator="\n"), inline=True)
    parts = list(_dungeons(seen.dungeons, catalogue))
    for number, part in enumerate(parts[:FIELDS]):
        embed.add_field("\N{ZERO WIDTH SPACE}" if number else "Completed | keys | organised", part)
    if not seen.dungeons and not any(seen.counts.values()) and not seen.points:
        embed.description = f"<@{user_id}>\n{NOTHING_YET}"
    if picture is not None:
        embed.set_image(hikari.Bytes(picture, "weeks.png"))
        return Reply(embed=embed)
    row = hikari.impl.MessageActionRowBuilder()
    row.add_interactive_button(hikari.ButtonStyle.SECONDARY, DrawStats(user_id).pack(), label="Picture", emoji="📊")
    return Reply(embed=embed, rows=[row])


def _dungeons(done: Sequence[m.OfDungeon], catalogue: Catalogue) -> Iterator[str]:
    """Write a line a dungeon, so many a field as it may have and as fit."""
    part: list[str] = []
    for one in done:
        dungeon = catalogue.find(one.dungeon)
        name = one.dungeon if dungeon is None else f"{dungeon.emoji} {dungeon.name}"
        line = f"{name}: {one.completions:,} | {one.keys:,} | {one.organised:,}"
        if len(part) == LINES or len("\n".join([*part, line])) > FIELD:
            yield "\n".join(part)
            part = []
        part.append(line)
    if part:
        yield "\n".join(part)


def _key(code: str, key: str, catalogue: Catalogue) -> str:
    dungeon = catalogue.find(code)
    keys = () if dungeon is None else dungeon.keys
    return next((f"{one.emoji} {one.name}" for one in keys if one.code == key), key)
