"""The server of the demo and who is in it."""

import asyncio
from dataclasses import dataclass

from raidbot.playground.driver import Channel, Guild, LocalDiscord, Member, Role

NAMES = (
    *("Ada", "Bram", "Cleo", "Dov", "Edda", "Finn", "Gala", "Hugo", "Ines", "Jori", "Kaya", "Levi", "Mara", "Nico"),
    *("Orla", "Pax", "Quin", "Rosa", "Sten", "Tess", "Udo", "Vera", "Wim", "Xena", "Yuri", "Zoe"),
)


@dataclass(frozen=True, slots=True)
class Cast:
    guild: Guild
    owner: Member
    mira: Member
    """Opens the run."""
    tobin: Member
    """Organizer too; takes the run over."""
    sly: Member
    """Suspended."""
    newt: Member
    """Not verified."""
    raiders: list[Member]
    staff: Channel
    raids: Channel
    organizer: Role
    verified: Role
    suspended: Role

    def names(self) -> dict[int, str]:
        """Name everything that messages mention."""
        people = (self.guild.bot, self.owner, self.mira, self.tobin, self.sly, self.newt, *self.raiders)
        things = (self.staff, self.raids, self.organizer, self.verified, self.suspended)
        return {one.id: one.name for one in (*people, *things)}


async def gather_cast(discord: LocalDiscord, raiders: int) -> Cast:
    """Make a server as a raiding community has it."""
    guild = await discord.add_guild("Realm Raiders", owner="Olivia")
    organizer, verified, suspended = [
        await guild.add_role(name) for name in ("Organizer", "Verified Raider", "Suspended")
    ]
    staff, raids = await guild.add_channel("staff"), await guild.add_channel("raids")
    mira, tobin, sly, newt = await asyncio.gather(
        guild.add_member("Mira", roles=[organizer]),
        guild.add_member("Tobin", roles=[organizer]),
        guild.add_member("Sly", roles=[verified, suspended]),
        guild.add_member("Newt"),
    )
    known = await asyncio.gather(*(guild.add_member(name, roles=[verified]) for name in NAMES[:raiders]))
    others = await guild.add_members(raiders - len(known), roles=[verified])
    return Cast(
        guild, guild.owner, mira, tobin, sly, newt, [*known, *others], staff, raids, organizer, verified, suspended
    )
