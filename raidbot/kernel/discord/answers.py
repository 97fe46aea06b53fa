"""How an interaction is answered: what a handler declares, and what it returns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

import hikari
from hikari.api import special_endpoints

from raidbot.kernel.discord.custom_ids import CustomId
from raidbot.kernel.errors import UserError
from raidbot.kernel.permissions import Capability

Rows = Sequence[special_endpoints.MessageActionRowBuilder]


class Answer(Enum):
    """How a handler answers."""

    PRIVATE = auto()
    """A reply that only the presser sees."""
    PUBLIC = auto()
    """A reply that the channel sees."""
    UPDATE = auto()
    """A change of the message that carries the component."""
    MODAL = auto()
    """A form; never deferred, so its handler works from memory or one statement."""


class Bucket(Enum):
    """A rate limit, counted over a sliding window: (name, uses, seconds)."""

    COMMAND = ("command", 5, 10)
    HEAVY = ("heavy", 3, 15)
    CONFIG = ("config", 2, 5)
    INFO = ("info", 10, 15)
    BUTTON = ("button", 5, 8)
    PARTICIPATION = ("participation", 3, 10)
    KEY_REACTION = ("key reaction", 4, 12)
    KEY_POP = ("key pop", 1, 20)
    PING = ("ping", 1, 20)
    ORGANIZER = ("organizer", 6, 10)


@dataclass(frozen=True, slots=True)
class Policy:
    """What every command, button, select and modal declares; the runner enforces it."""

    capability: Capability
    answer: Answer
    bucket: Bucket
    quick: bool = False
    """One statement's work: answered at once with the final content; deferred only when it turns out slow."""
    per: str | None = None
    """The custom-id field that the bucket is counted for instead of the member, such as `run_id`."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The final content of an answer. Nobody is mentioned: that is for public messages the bot posts itself."""

    content: str | None = None
    embed: hikari.Embed | None = None
    rows: Rows = ()
    attachments: Sequence[hikari.Bytes] = ()
    """Files for an answer that is deferred: none can go with a first answer, so what sends one is not quick."""
    refusal: bool = False
    """The request was understood and refused by a rule: logged as such."""


@dataclass(frozen=True, slots=True)
class Form:
    """A modal with text inputs."""

    custom_id: CustomId | str
    """As text: packed already."""
    title: str
    inputs: Sequence["Input"]

    @property
    def packed_id(self) -> str:
        return self.custom_id if isinstance(self.custom_id, str) else self.custom_id.pack()


@dataclass(frozen=True, slots=True)
class Input:
    """A text input of a form; `name` is what the submitted values are read by."""

    name: str
    label: str
    value: str | None = None
    placeholder: str | None = None
    required: bool = True
    min_length: int = 0
    max_length: int = 100
    paragraph: bool = False


@dataclass(frozen=True, slots=True)
class ShowPanel:
    """An answer that is a living panel: the presser's ephemeral copy of a topic, drawn from rows from now on."""

    kind: str
    topic: str
    note: str | None = field(default=None)
    """A line about what just happened, shown once."""


@dataclass(frozen=True, slots=True)
class AskAgain:
    """An answer to a form whose input is refused: what is wrong, with a button that opens `form` as it was typed."""

    wrong: UserError
    form: Form


Result = Reply | Form | ShowPanel | AskAgain | None
"""What a handler returns; None: nothing to say, the panel shows it."""
