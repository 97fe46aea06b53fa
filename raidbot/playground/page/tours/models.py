"""What a tour is made of."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Type:
    """Type a slash command."""

    command: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Press:
    """Press a button by its label, on the newest message that has it enabled."""

    label: str


@dataclass(frozen=True, slots=True)
class Choose:
    """Choose an option by its label, in the newest menu that has it."""

    label: str


@dataclass(frozen=True, slots=True)
class Fill:
    """Fill the form that is open, by labels, and send it off."""

    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Let many raiders do the same on the newest panel, evenly spread over so many seconds; count None: all of them."""

    what: Literal["join", "leave", "offer"]
    count: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Backstage:
    """Do something to the processes."""

    what: Literal["bot_kill", "bot_start", "database_restart", "gateway_drop", "rate_limit"]


Deed = Type | Press | Choose | Fill | Crowd | Backstage


@dataclass(frozen=True, slots=True)
class Sees:
    """The actor sees a message of this tour's time with this text; `{everybody}`: the number of all raiders and one."""

    text: str


@dataclass(frozen=True, slots=True)
class SeesForm:
    """A form with this title is open."""

    title: str


@dataclass(frozen=True, slots=True)
class BotIs:
    """Discord has the bot, or has noticed that it is gone."""

    online: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what the page says, who acts, what is done on "Next", and what must have happened to go on.

    Attributes:
        text: The explanation; the actor may do it by hand too.
        actor: A member's name, whose screen the page shows.
        do: Done at once, one after the other begun; empty: nothing, the step only explains.
        until: What is waited for; None: nothing.
        highlight: What the page outlines: "button:LABEL", "menu", "slash", "form", "crowd" or "underneath".
    """

    text: str
    actor: str
    do: tuple[Deed, ...] = ()
    until: Sees | SeesForm | BotIs | None = None
    highlight: str = ""


@dataclass(frozen=True, slots=True)
class Tour:
    """A guided tour through one capability."""

    name: str
    """In addresses: lower case and dashes."""
    title: str
    summary: str
    steps: tuple[Step, ...]
    before: tuple[str, ...] = ()
    """Buttons that the first actor presses at the start, where they are there: what an earlier tour left open."""


def told(tour: Tour, *, raiders: int) -> JSON:
    """Write a tour as the page reads it; each deed and state says its kind."""
    steps = []
    for step in tour.steps:
        until = None if step.until is None else _kind(step.until)
        if isinstance(step.until, Sees):
            until = {"kind": "Sees", "text": step.until.text.format(everybody=f"{raiders + 1:,}")}
        steps.append(asdict(step) | {"do": [_kind(deed) for deed in step.do], "until": until})
    return {"name": tour.name, "title": tour.title, "summary": tour.summary, "before": tour.before, "steps": steps}


def _kind(what: Deed | Sees | SeesForm | BotIs) -> JSON:
    return {"kind": type(what).__name__, **asdict(what)}
