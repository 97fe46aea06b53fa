"""The custom ids of key logging. A changed field list needs a higher VERSION."""

from dataclasses import dataclass
from typing import ClassVar, Self

from raidbot.features.keys.models import Slot
from raidbot.kernel.discord.custom_ids import CustomId


@dataclass(frozen=True)
class Open(CustomId):
    """Opens the panel of a run."""

    PREFIX: ClassVar[str] = "keys.open"
    run_id: int


@dataclass(frozen=True)
class ChooseRun(CustomId):
    """The select of `/logkeys`; its values are runs."""

    PREFIX: ClassVar[str] = "keys.run"


@dataclass(frozen=True)
class _OfSlot(CustomId):
    run_id: int
    pop: int
    key: str

    @classmethod
    def of(cls, run_id: int, slot: Slot) -> Self:
        return cls(run_id, slot.pop, slot.key)

    @property
    def slot(self) -> Slot:
        return Slot(self.pop, self.key)


@dataclass(frozen=True)
class Popped(_OfSlot):
    """A select of members: who popped this key."""

    PREFIX: ClassVar[str] = "keys.popped"


@dataclass(frozen=True)
class PickMember(_OfSlot):
    """The same, of all members of the server."""

    PREFIX: ClassVar[str] = "keys.pick"


@dataclass(frozen=True)
class AskName(_OfSlot):
    PREFIX: ClassVar[str] = "keys.ask"


@dataclass(frozen=True)
class NameForm(_OfSlot):
    PREFIX: ClassVar[str] = "keys.name"


@dataclass(frozen=True)
class Back(_OfSlot):
    """Goes back to this key."""

    PREFIX: ClassVar[str] = "keys.back"


@dataclass(frozen=True)
class Skip(_OfSlot):
    """Leaves this key open and goes on to the next."""

    PREFIX: ClassVar[str] = "keys.skip"


@dataclass(frozen=True)
class UndoLast(CustomId):
    """`entry_id`: the ledger's row of what was logged last, so that two presses at once take one back."""

    PREFIX: ClassVar[str] = "keys.undo_last"
    run_id: int
    entry_id: int


@dataclass(frozen=True)
class Undo(CustomId):
    """Takes back what `/logkey` counted."""

    PREFIX: ClassVar[str] = "keys.undo"
    entry_id: int
