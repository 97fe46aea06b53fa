"""The roster: who is in a run, as what, with which keys, who waits and who came late."""

from collections.abc import Sequence
from typing import Final

import hikari

from raidbot.features.dungeons.api import Dungeon, RaiderClass
from raidbot.features.raids import models as m
from raidbot.features.raids.views.panels import holders
from raidbot.features.raids.views.texts import filling, of_limit
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.text import DESCRIPTION, listed

_ROOM: Final = 2200
"""Characters for the classes: an embed holds 6,000 in all."""
_FIELDS_ROOM: Final = 1000
_PICTURE: Final = "classes.png"


def roster(view: m.RunView, who: Sequence[m.Participant], dungeon: Dungeon, picture: bytes | None) -> Reply:
    """Draw the roster; `who` are reserves in order, then the joined in the order they came."""
    run = view.run
    embed = hikari.Embed(title=f"Roster: {dungeon.name}", colour=dungeon.colour)
    joined = [one for one in who if one.reserve is None]
    embed.description = "\n".join([f"**{filling(view)}**", "", *_classes(run, joined)])
    keys = [(key, view.keys[key.code]) for key in dungeon.keys if key.code in view.keys]
    for key, offered in keys:
        embed.add_field(
            f"{key.emoji} {key.label} ({of_limit(offered.count, run.key_limits.get(key.code))})",
            holders(offered, m.HOLDERS_SHOWN // len(keys)),
        )
    reserves = [f"{n}. {_named(one)}" for n, one in enumerate((one for one in who if one.reserve is not None), 1)]
    if reserves:
        embed.add_field(f"Reserve list ({len(reserves):,})", listed(reserves, _FIELDS_ROOM, separator="\n"))
    late = [one for one in joined if run.started_at and one.joined_at and one.joined_at > run.started_at]
    if late:
        embed.add_field(f"Joined after Start ({len(late):,})", _mentions(late, _FIELDS_ROOM))
    if picture is not None:
        embed.set_image(hikari.Bytes(picture, _PICTURE))
    return Reply(embed=embed)


def _classes(run: m.Run, joined: Sequence[m.Participant]) -> Sequence[str]:
    """Write a line a class, those without one last; names are left out only where they all together are too many."""
    groups = [(f"{raider.emoji} **{raider.label}**", raider.value) for raider in RaiderClass]
    lines = []
    for heading, value in [*groups, ("**No class yet**", None)]:
        members = [one for one in joined if one.raider_class == value]
        if members:
            lines.append((f"{heading} ({of_limit(len(members), run.class_limits.get(value or ''))}): ", members))
    whole = [heading + _mentions(members, DESCRIPTION) for heading, members in lines]
    if sum(map(len, whole)) <= _ROOM:
        return whole
    return [heading + _mentions(members, _ROOM // len(lines) - len(heading)) for heading, members in lines]


def _mentions(members: Sequence[m.Participant], limit: int) -> str:
    return listed([f"<@{one.user_id}>" for one in members], limit, separator=" ")


def _named(one: m.Participant) -> str:
    return f"<@{one.user_id}>" + ("" if one.raider_class is None else f" {RaiderClass(one.raider_class).label}")
