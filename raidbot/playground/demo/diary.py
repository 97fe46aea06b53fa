"""What the demo has seen so far; the live view, the plain lines and the summary read it."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from raidbot.playground.driver import Message, Reply

CHOSEN_SHARES = (0.5, 0.99)


class Tone(Enum):
    """How a line is meant; the value is its style in the view."""

    PLAIN = ""
    ACT = "bold #5865f2"
    GOOD = "#57f287"
    REFUSED = "#fee75c"
    BAD = "bold #ed4245"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened."""

    at: float
    """Seconds since the demo began."""
    text: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Answers:
    """How quickly clicks were acknowledged, in milliseconds."""

    count: int
    middle: float
    p99: float
    slowest: float

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> "Answers":
        """Sum up; all zero when nothing was clicked."""
        ordered = sorted(milliseconds)
        if not ordered:
            return cls(0, 0.0, 0.0, 0.0)
        middle, p99 = (ordered[math.ceil(share * len(ordered)) - 1] for share in CHOSEN_SHARES)
        return cls(len(ordered), middle, p99, ordered[-1])


@dataclass(slots=True)
class Diary:
    raiders: int
    acts: Sequence[str] = ()
    act: int = 0
    """How many acts have begun."""
    lines: list[Line] = field(default_factory=list)
    acknowledged: list[float] = field(default_factory=list)
    """Milliseconds from each click to its first answer, in the order in which the answers were looked at."""
    unanswered: int = 0
    """Clicks without an answer while the bot was meant to run."""
    lost_in_outage: int = 0
    """Clicks without an answer while the bot was dead: their raiders pressed again."""
    outage: bool = False
    kills: int = 0
    requests: int = 0
    names: dict[int, str] = field(default_factory=dict)
    """Members, roles and channels by id, for mentions."""
    channel: Sequence[Message] = ()
    """The raid channel as it stands, oldest first."""
    address: str = ""
    """Where the page is, if there is one."""
    heard: Callable[[Line], None] | None = None
    """Who is told each line as it comes."""
    began: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Seconds since the demo began."""
        return time.monotonic() - self.began

    @property
    def clicks(self) -> int:
        """How often somebody pressed, typed or chose something."""
        return len(self.acknowledged) + self.unanswered + self.lost_in_outage

    def begin(self, act: str) -> None:
        """Begin an act."""
        self.act = self.acts.index(act) + 1
        self.say(act, Tone.ACT)

    def say(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """Write a line."""
        line = Line(self.elapsed, text, tone)
        self.lines.append(line)
        if self.heard is not None:
            self.heard(line)

    def clicked(self, reply: Reply) -> bool:
        """Count a click that was waited for; tells whether it was answered to the end."""
        if reply.acknowledged_after is not None:
            self.acknowledged.append(reply.acknowledged_after * 1000)
        if reply.completed_after is None:
            if self.outage:
                self.lost_in_outage += reply.acknowledged_after is None
            else:
                self.unanswered += 1
        return reply.completed_after is not None
