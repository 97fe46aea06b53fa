"""What members see of what runs call for."""

from collections.abc import Sequence
from typing import Final

import hikari

from raidbot.features.dungeons.api import Dungeon
from raidbot.features.raids import models as m
from raidbot.features.raids.views import ids
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.easel import Drawing
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import CONTENT, FIELD, LABEL, cut, listed

_Row = hikari.impl.MessageActionRowBuilder
MENTIONS_A_LINE: Final = 60
"""Characters: two members and how many more; five lines fit into the fullest organizer panel."""


def panel(request: m.RunRequest, dungeon: Dungeon) -> Drawing:
    """Draw the message of a request: how many are wanted, and how many have said that they have it."""
    want = m.want_of(dungeon, request.what)
    mark = ids.GotIt(request.id).pack()
    if not request.open:
        embed = hikari.Embed(title=f"{want.emoji} {want.name}", colour=int(Colour.NEUTRAL))
        embed.description = f"The **{dungeon.name}** run doesn't call for this any more."
        return Drawing(None, embed, mark=mark, final=True)
    found = len(request.offers) >= request.wanted
    embed = hikari.Embed(title=f"{want.emoji} {want.name}", colour=int(Colour.SUCCESS) if found else dungeon.colour)
    number = "one more" if request.wanted == 1 else f"{request.wanted} more"
    embed.description = f"<@{request.organizer_id}>'s **{dungeon.name}** run needs {number} **{want.name}**." + (
        "\n✅ Found, thank you!" if found else ""
    )
    embed.add_field("Got it", f"{len(request.offers):,} of {request.wanted}", inline=True)
    row = _Row()
    row.add_interactive_button(hikari.ButtonStyle.SUCCESS, mark, label="I've got it")
    roles = () if request.role_id is None else (request.role_id,)
    content = " ".join(f"<@&{role_id}>" for role_id in roles) or None
    return Drawing(content, embed, [row], pings_roles=roles, mark=mark)


def counted(requests: Sequence[m.RunRequest], dungeon: Dungeon) -> str:
    """Write what a run calls for, with who has it: a line each."""
    return cut("\n".join(_line(request, dungeon) for request in requests), FIELD)


def _line(request: m.RunRequest, dungeon: Dungeon) -> str:
    want = m.want_of(dungeon, request.what)
    who = listed([f"<@{user_id}>" for user_id in request.offers], MENTIONS_A_LINE, separator=" ")
    return f"{want.emoji} {want.name}: {len(request.offers):,} of {request.wanted}" + (f" · {who}" if who else "")


def asking(run: m.Run, dungeon: Dungeon, requests: Sequence[m.RunRequest], note: str | None = None) -> Reply:
    """Ask what a run misses, with what it calls for already and buttons to close that."""
    lines = [f"*{note}*"] if note else []
    lines += [f"What does your **{dungeon.name}** run need one more of? I'll ask the raiders for it."]
    lines += [counted(requests, dungeon)] if requests else []
    menu_row, close_row = _Row(), _Row()
    menu = menu_row.add_text_menu(ids.CallFor(run.id).pack(), placeholder="Choose a key, an item or a class")
    for want in m.wants(dungeon):
        menu.add_option(want.name, want.code, emoji=want.emoji)
    for request in requests:
        label = cut(f"Close: {m.want_of(dungeon, request.what).name}", LABEL)
        close = ids.CloseRequest(run.id, request.id).pack()
        close_row.add_interactive_button(hikari.ButtonStyle.SECONDARY, close, label=label)
    return Reply(cut("\n".join(lines), CONTENT), rows=[menu_row, close_row] if requests else [menu_row])


def called(want: m.Want) -> str:
    """Confirm that something was called for."""
    return f"The raiders were asked for one more {want.name}."


CLOSED: Final = "Closed: its message goes."
ANSWERS: Final = {
    m.Outcome.OFFERED: "Thanks! The organizer sees that you have it. Press again to take it back.",
    m.Outcome.WITHDRAWN: "All right, you're off the list. Press again if you have it after all.",
    m.Outcome.OVER: "Nobody calls for this any more. Thanks all the same!",
}
