"""The server of the demo and who is in it."""

import asyncio
from dataclasses import dataclass

from raidbot.playground.driver import Channel, Guild, LocalDiscord, Member, Role

NAMES = (  # noqa: SIM905 - as a list it takes sixty lines
    "Ada Bram Cleo Dov Edda Finn Gala Hugo Ines Jori Kaya Levi Mara Nico Orla Pax Quin Rosa Sten Tess Udo Vera Wim "
    "Xena Yuri Zoe Arlo Bea Cyrus Dina Eno Faye Gus Hana Ivo June Kit Lena Milo Nell Otis Pia Rafa Suki Theo Una "
    "Viggo Wren Xavi Yara Zeno Alma Boris Cora Dante Elif Flint Greta Hektor Isla"
).split()
"""The raiders' names; who comes after these is numbered."""


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
        named: list[Member | Channel | Role] = [self.owner, self.mira, self.tobin, self.sly, self.newt, *self.raiders]
        named += [self.staff, self.raids, self.organizer, self.verified, self.suspended]
        return {one.id: one.name for one in named}


async def gather_cast(discord: LocalDiscord, raiders: int) -> Cast:
    """Make a server as a raiding community has it."""
    guild = await discord.add_guild("Realm Raiders", owner="Olivia")
    organizer = await guild.add_role("Organizer")
    verified, suspended = await guild.add_role("Verified Raider"), await guild.add_role("Suspended")
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
