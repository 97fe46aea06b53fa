"""The server of the demo and who is in it."""

import asyncio
from dataclasses import dataclass, fields
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
    vesna: Member
    """Moderator: sees and corrects points, excuses, promotes."""
    sly: Member
    """Suspended."""
    newt: Member
    """Not verified."""
    raiders: list[Member]
    staff: Channel
    raids: Channel
    raid_log: Channel
    early: Channel
    parties: Channel
    pings: Channel
    quota: Channel
    moderator: Role
    security: Role
    organizer: Role
    verified: Role
    suspended: Role
    team: Role
    cultist: Role
    """Pinged for Lost Halls."""

    @property
    def role_keys(self) -> dict[str, Any]:
        """What /setroles is told."""
        return {
            "moderator": self.moderator,
            "security": self.security,
            "organizer": self.organizer,
            "verified_raider": self.verified,
            "team": self.team,
            "suspended": self.suspended,
        }

    @property
    def channel_keys(self) -> dict[str, Any]:
        """What /setchannels is told."""
        return {
            "raid": self.raids,
            "raid_log": self.raid_log,
            "early_loc": self.early,
            "party_finder": self.parties,
            "role_ping": self.pings,
            "quota": self.quota,
            "bot_log": self.staff,
            "staff_updates": self.staff,
        }

    def names(self) -> dict[int, str]:
        """Name everything that messages mention."""
        known = [getattr(self, one.name) for one in fields(self) if one.name not in {"guild", "raiders"}]
        return {one.id: one.name for one in [*known, *self.raiders]}


async def gather_cast(discord: LocalDiscord, raiders: int) -> Cast:
    """Make a server as a raiding community has it."""
    guild = await discord.add_guild("Realm Raiders", owner="Olivia")
    moderator, security = await guild.add_role("Moderator"), await guild.add_role("Security")
    organizer, verified = await guild.add_role("Organizer"), await guild.add_role("Verified Raider")
    suspended, team = await guild.add_role("Suspended"), await guild.add_role("Team")
    cultist = await guild.add_role("Lost Halls")
    staff, raids, raid_log = [await guild.add_channel(name) for name in ("staff", "raids", "raid-log")]
    early, parties = await guild.add_channel("early-locations"), await guild.add_channel("parties")
    pings, quota = await guild.add_channel("pings"), await guild.add_channel("quota")
    mira, tobin, sable, vesna, sly, newt = await asyncio.gather(
        guild.add_member("Mira", roles=[organizer]),
        guild.add_member("Tobin", roles=[organizer]),
        guild.add_member("Sable", roles=[security, verified]),
        guild.add_member("Vesna", roles=[moderator, verified]),
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
        vesna=vesna,
        sly=sly,
        newt=newt,
        raiders=[*known, *others],
        staff=staff,
        raids=raids,
        raid_log=raid_log,
        early=early,
        parties=parties,
        pings=pings,
        quota=quota,
        moderator=moderator,
        security=security,
        organizer=organizer,
        verified=verified,
        suspended=suspended,
        team=team,
        cultist=cultist,
    )
