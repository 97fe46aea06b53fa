"""The server of the demo and who is in it."""

import asyncio
from dataclasses import dataclass
from typing import Any

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
    sable: Member
    """Security."""
    sly: Member
    """Suspended."""
    newt: Member
    """Not verified."""
    raiders: list[Member]
    staff: Channel
    raids: Channel
    security: Role
    organizer: Role
    verified: Role
    suspended: Role

    @property
    def role_keys(self) -> dict[str, Any]:
        """What /setroles is told."""
        return {
            "security": self.security,
            "organizer": self.organizer,
            "verified_raider": self.verified,
            "suspended": self.suspended,
        }

    @property
    def channel_keys(self) -> dict[str, Any]:
        """What /setchannels is told."""
        return {"raid": self.raids, "bot_log": self.staff}

    def names(self) -> dict[int, str]:
        """Name everything that messages mention."""
        named: list[Member | Channel | Role] = [self.owner, self.mira, self.tobin, self.sable, self.sly]
        named += [self.newt, *self.raiders]
        named += [self.staff, self.raids, self.security, self.organizer, self.verified, self.suspended]
        return {one.id: one.name for one in named}


async def gather_cast(discord: LocalDiscord, raiders: int) -> Cast:
    """Make a server as a raiding community has it."""
    guild = await discord.add_guild("Realm Raiders", owner="Olivia")
    security, organizer = await guild.add_role("Security"), await guild.add_role("Organizer")
    verified, suspended = await guild.add_role("Verified Raider"), await guild.add_role("Suspended")
    staff, raids = await guild.add_channel("staff"), await guild.add_channel("raids")
    mira, tobin, sable, sly, newt = await asyncio.gather(
        guild.add_member("Mira", roles=[organizer]),
        guild.add_member("Tobin", roles=[organizer]),
        guild.add_member("Sable", roles=[security, verified]),
        guild.add_member("Sly", roles=[verified, suspended]),
        guild.add_member("Newt"),
    )
    known = await asyncio.gather(*(guild.add_member(name, roles=[verified]) for name in NAMES[:raiders]))
    others = await guild.add_members(raiders - len(known), roles=[verified])
    return Cast(
        guild=guild,
        owner=guild.owner,
        mira=mira,
        tobin=tobin,
        sable=sable,
        sly=sly,
        newt=newt,
        raiders=[*known, *others],
        staff=staff,
        raids=raids,
        security=security,
        organizer=organizer,
        verified=verified,
        suspended=suspended,
    )
