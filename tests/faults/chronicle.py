"""Tells what an evening left on Discord, and how many requests that took."""

from collections.abc import Iterable

from raidbot.playground.driver import Message
from tests.faults.town import Town


async def chronicle(town: Town) -> str:
    """List the messages of each channel, thread and raider's direct messages, and the requests by route."""
    lines: list[str] = []
    for channel in await town.guild.channels():
        lines += _told(f"#{channel.name}", await channel.messages())
    for raider in town.raiders:
        lines += _told(f"@{raider.name}", await raider.direct_messages())
    counts = sorted((await town.discord.count_by_route()).items(), key=lambda one: (-one[1], one[0]))
    lines.append(f"{sum(number for _, number in counts)} requests")
    return "\n".join([*lines, *(f"{number:6} {route}" for route, number in counts)])


def _told(place: str, messages: Iterable[Message]) -> Iterable[str]:
    for message in messages:
        yield f"{place}: " + message.text.replace("\n", f"\n{' ' * len(place)}  ")
