"""The custom ids of raids. A changed field list needs a higher VERSION: buttons of old messages live for ever."""

from dataclasses import dataclass
from typing import ClassVar

from raidbot.kernel.discord.custom_ids import CustomId


@dataclass(frozen=True)
class _OfRun(CustomId):
    run_id: int


@dataclass(frozen=True)
class Join(_OfRun):
    PREFIX: ClassVar[str] = "run.join"


@dataclass(frozen=True)
class Leave(_OfRun):
    PREFIX: ClassVar[str] = "run.leave"


@dataclass(frozen=True)
class ChooseClass(_OfRun):
    PREFIX: ClassVar[str] = "run.class"


@dataclass(frozen=True)
class OfferKey(_OfRun):
    PREFIX: ClassVar[str] = "run.key"
    key: str


@dataclass(frozen=True)
class ConfirmKey(_OfRun):
    """The promise to bring a key; pressed again it tells how it stands."""

    PREFIX: ClassVar[str] = "run.key.confirm"
    key: str


@dataclass(frozen=True)
class BackOut(_OfRun):
    PREFIX: ClassVar[str] = "run.key.back"
    key: str


@dataclass(frozen=True)
class OpenPanel(_OfRun):
    """The Organizer Panel button; also Refresh."""

    PREFIX: ClassVar[str] = "run.panel"


@dataclass(frozen=True)
class TakeOver(_OfRun):
    """The answer to "this is somebody else's run"."""

    PREFIX: ClassVar[str] = "run.takeover"
    yes: bool


@dataclass(frozen=True)
class Refresh(_OfRun):
    """Wakes an organizer panel that rests."""

    PREFIX: ClassVar[str] = "run.refresh"


@dataclass(frozen=True)
class Start(_OfRun):
    PREFIX: ClassVar[str] = "run.start"


@dataclass(frozen=True)
class End(_OfRun):
    PREFIX: ClassVar[str] = "run.end"


@dataclass(frozen=True)
class Cancel(_OfRun):
    PREFIX: ClassVar[str] = "run.cancel"


@dataclass(frozen=True)
class PopKey(_OfRun):
    """`seen`: how many pops the panel showed, so that two presses at once are one pop."""

    PREFIX: ClassVar[str] = "run.pop"
    seen: int


@dataclass(frozen=True)
class LockJoin(_OfRun):
    """`locked`: what the press asks for."""

    PREFIX: ClassVar[str] = "run.lock"
    locked: bool


@dataclass(frozen=True)
class AskTexts(_OfRun):
    PREFIX: ClassVar[str] = "run.texts"


@dataclass(frozen=True)
class TextsForm(_OfRun):
    PREFIX: ClassVar[str] = "run.texts.form"


@dataclass(frozen=True)
class AskChain(_OfRun):
    PREFIX: ClassVar[str] = "run.chain"


@dataclass(frozen=True)
class ChainForm(_OfRun):
    PREFIX: ClassVar[str] = "run.chain.form"


@dataclass(frozen=True)
class AskLimits(_OfRun):
    PREFIX: ClassVar[str] = "run.limits"


@dataclass(frozen=True)
class LimitsForm(_OfRun):
    PREFIX: ClassVar[str] = "run.limits.form"


@dataclass(frozen=True)
class LastCall(_OfRun):
    PREFIX: ClassVar[str] = "run.lastcall"


@dataclass(frozen=True)
class TakeBackLastCall(_OfRun):
    PREFIX: ClassVar[str] = "run.lastcall.off"


@dataclass(frozen=True)
class ShowRoster(_OfRun):
    PREFIX: ClassVar[str] = "run.roster"


@dataclass(frozen=True)
class PingRaiders(_OfRun):
    PREFIX: ClassVar[str] = "run.ping"


@dataclass(frozen=True)
class SubmitScreenshot(_OfRun):
    PREFIX: ClassVar[str] = "run.screenshot"


@dataclass(frozen=True)
class AskScore(_OfRun):
    PREFIX: ClassVar[str] = "run.score"


@dataclass(frozen=True)
class ScoreForm(_OfRun):
    """`seen`: the score when the form was opened, 0 for none, so that of two forms at once one counts."""

    PREFIX: ClassVar[str] = "run.score.form"
    seen: int


@dataclass(frozen=True)
class AskTransfer(_OfRun):
    PREFIX: ClassVar[str] = "run.transfer"


@dataclass(frozen=True)
class TransferTo(_OfRun):
    """`seen`: whose run it was, so that of two transfers at once one is refused."""

    PREFIX: ClassVar[str] = "run.transfer.to"
    seen: int


@dataclass(frozen=True)
class CloseRealm(_OfRun):
    PREFIX: ClassVar[str] = "run.closed"


@dataclass(frozen=True)
class AskMiniboss(_OfRun):
    PREFIX: ClassVar[str] = "run.miniboss"


@dataclass(frozen=True)
class ChooseMiniboss(_OfRun):
    PREFIX: ClassVar[str] = "run.miniboss.choose"


@dataclass(frozen=True)
class ThirdRoom(_OfRun):
    PREFIX: ClassVar[str] = "run.third_room"


@dataclass(frozen=True)
class AskRequest(_OfRun):
    PREFIX: ClassVar[str] = "run.request"


@dataclass(frozen=True)
class CallFor(_OfRun):
    """The select of what is called for."""

    PREFIX: ClassVar[str] = "run.request.for"


@dataclass(frozen=True)
class CloseRequest(_OfRun):
    PREFIX: ClassVar[str] = "run.request.close"
    request_id: int


@dataclass(frozen=True)
class GotIt(CustomId):
    PREFIX: ClassVar[str] = "run.request.got"
    request_id: int


@dataclass(frozen=True)
class Extend(_OfRun):
    """`seen`: when the run was to end (Unix seconds), so that two presses at once are one hour."""

    PREFIX: ClassVar[str] = "run.extend"
    seen: int
