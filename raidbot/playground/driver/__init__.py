"""Drive the local Discord from tests, the demo and the benchmark: be a member, type, press, read, wait.

    discord = await LocalDiscord.launch()
    guild = await discord.add_guild("Realm")
    raider, channel = await guild.add_member("Kate"), await guild.add_channel("raids")
    reply = await raider.command(channel, "run", dungeon="void")
    panel = await channel.wait_for(lambda message: "Void" in message.text)
    await raider.press(panel, "Join")

Nothing calls into the bot: what a member does reaches it through the gateway, what it does is seen through REST.
"""

from raidbot.playground.driver.discord import ADMIN_LIKE, EVERYONE, LocalDiscord, RecordedRequest
from raidbot.playground.driver.guild import Channel, Guild, Role
from raidbot.playground.driver.link import DriverError, RefusedByClientError
from raidbot.playground.driver.member import File, Member
from raidbot.playground.driver.message import Button, Message, Pinged, Select
from raidbot.playground.driver.process import Process
from raidbot.playground.driver.reply import Field, Modal, Reply
from raidbot.playground.permissions import Permission

__all__ = [
    "ADMIN_LIKE",
    "EVERYONE",
    "Button",
    "Channel",
    "DriverError",
    "Field",
    "File",
    "Guild",
    "LocalDiscord",
    "Member",
    "Message",
    "Modal",
    "Permission",
    "Pinged",
    "Process",
    "RecordedRequest",
    "RefusedByClientError",
    "Reply",
    "Role",
    "Select",
]
