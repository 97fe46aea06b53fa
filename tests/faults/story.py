"""What is played in an evening: acts, and how it should end."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import ClassVar

from raidbot.kernel.guilds import ChannelKey
from tests.faults.auditor import Audit
from tests.faults.evening import Evening

Act = Callable[[], Awaitable[None]]


class Story(ABC):
    """Each step makes sure of something, however often the bot dies on the way.

    What was confirmed to members is never done again, so a confirmed click that got lost is missing in the end.
    """

    CHANNELS: ClassVar[Collection[ChannelKey]] = ()
    """What the guild has besides a raid channel."""

    def __init__(self, evening: Evening) -> None:
        self.evening = evening

    @abstractmethod
    def acts(self) -> Sequence[Act]:
        """List the acts; after each, what is owed gets done and Discord is compared with the rows."""

    @abstractmethod
    async def as_it_should_end(self, audit: Audit) -> None:
        """Compare the rows with what the members were told."""
