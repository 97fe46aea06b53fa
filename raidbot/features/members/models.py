"""Values of a member's standing and activity."""

from dataclasses import dataclass
from enum import StrEnum


class ActivityKind(StrEnum):
    """What an organizer can be busy with."""

    RUN = "run"
    HEADCOUNT = "headcount"


@dataclass(frozen=True, slots=True)
class Activity:
    """What an organizer is busy with; `subject_id` is the run's or headcount's id."""

    kind: ActivityKind
    subject_id: int
