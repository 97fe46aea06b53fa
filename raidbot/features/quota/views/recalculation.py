"""**Update panel**: what today's points would change, and what they changed."""

from typing import Final

import hikari

from raidbot.features.quota import models as m
from raidbot.features.quota.views import ids
from raidbot.kernel.discord.answers import Reply
from raidbot.kernel.discord.palette import Colour
from raidbot.kernel.discord.text import DESCRIPTION, count, figure, listed, time

_Row = hikari.impl.MessageActionRowBuilder
_UNTOUCHED: Final = "Runs that were logged by hand, points that were given or taken and other periods stay as they are."


def preview(role_id: int, found: m.Recalculation) -> Reply:
    """Show what would change, with the button that does it."""
    back = _Row()
    if not found.corrections:
        text = f"Every run of <@&{role_id}> in this period counts what it is worth today: there is nothing to change."
        back.add_interactive_button(hikari.ButtonStyle.SECONDARY, ids.ShowQuota(role_id).pack(), label="Back")
        return Reply(embed=hikari.Embed(title="Update panel", description=text, colour=int(Colour.INFO)), rows=[back])
    members = len(found.corrections)
    head = (
        f"At today's points the runs of {count(members, 'member')} of <@&{role_id}> since "
        f"{time(found.period.starts_at, 'f')} would count differently. {_UNTOUCHED}"
    )
    press = ids.Recalculate(role_id, members, found.hundredths).pack()
    back.add_interactive_button(hikari.ButtonStyle.PRIMARY, press, label="Change it")
    back.add_interactive_button(hikari.ButtonStyle.SECONDARY, ids.ShowQuota(role_id).pack(), label="Keep it")
    return Reply(embed=_embed(head, found, Colour.WARNING), rows=[back])


def changed(role_id: int, done: m.Recalculation, *, as_shown: bool) -> Reply:
    """Show what was changed; `as_shown`: it is what the preview showed."""
    members = count(len(done.corrections), "member")
    head = f"The runs of {members} of <@&{role_id}> count what they are worth today."
    if not as_shown:
        head += " Something had changed since you saw the preview; this is what was done."
    row = _Row()
    row.add_interactive_button(hikari.ButtonStyle.SECONDARY, ids.ShowQuota(role_id).pack(), label="Back")
    return Reply(embed=_embed(head, done, Colour.SUCCESS), rows=[row])


def _embed(head: str, found: m.Recalculation, colour: Colour) -> hikari.Embed:
    lines = [
        f"<@{one.user_id}> · {count(one.runs, 'run')}: {figure(one.counted)} → **{figure(one.worth)}** "
        f"({figure(one.change, signed=True)})"
        for one in found.corrections
    ]
    text = f"{head}\n\n{listed(lines, DESCRIPTION - len(head) - 2, separator=chr(10))}"
    return hikari.Embed(title="Update panel", description=text, colour=int(colour))
