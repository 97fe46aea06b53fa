"""What can be wrong with a request about a run."""

from typing import Final

from raidbot.features.raids.models.runs import Run
from raidbot.features.raids.models.transfer import Unfit
from raidbot.kernel.errors import UserError
from raidbot.kernel.guilds import ChannelKey, Venue
from raidbot.kernel.owed import Panel


class RunError(UserError):
    """Base of what can be wrong with a request about a run."""


class NoRaidChannelError(RunError):
    """The guild has not chosen a raid channel."""


class RaidChannelClosedError(RunError):
    """The bot may not post in the raid channel."""

    def __init__(self, channel_id: int, missing: str) -> None:
        super().__init__(channel_id)
        self.channel_id, self.missing = channel_id, missing


RAID_CHANNEL: Final = Venue(ChannelKey.RAID, NoRaidChannelError, RaidChannelClosedError)


class BusyError(RunError):
    """The organizer has an activity already: a run, or else a headcount; `panel` is its public one, if it has any."""

    def __init__(self, run: Run | None, panel: Panel | None) -> None:
        super().__init__()
        self.run, self.panel = run, panel


class RunGoneError(RunError):
    """There is no such run in this guild."""


class RunOverError(RunError):
    """The run has ended or was cancelled."""


class NotYetError(RunError):
    """The run must be live for this."""


class AlreadyLiveError(RunError):
    """The run was started already."""


class MissingTextsError(RunError):
    """Party or location is missing."""

    def __init__(self, *, party: bool, location: bool) -> None:
        super().__init__()
        self.party, self.location = party, location


class AlreadyDoneError(RunError):
    """Somebody else did this a moment ago."""


class NotOfferedError(RunError):
    """The raider does not offer this key, so there is nothing to confirm."""


class UnfitOrganizerError(RunError):
    """The chosen member cannot take the run over."""

    def __init__(self, user_id: int, why: Unfit) -> None:
        super().__init__(user_id)
        self.user_id, self.why = user_id, why


class TooManyRequestsError(RunError):
    """The run calls for five things already."""


class RequestClosedError(RunError):
    """Nobody calls for this any more."""


class BadChainError(RunError):
    """The chain amount is not a number from 1 to 99."""


class LongestError(RunError):
    """The run may not be extended any further."""


class MissingScreenshotError(RunError):
    """An Oryx 3 run cannot start without a screenshot."""


class NoOryxRunError(RunError):
    """The organizer has no open or live Oryx 3 run; `run` is what they have instead."""

    def __init__(self, run: Run | None) -> None:
        super().__init__()
        self.run = run


class NoRaidLogError(RunError):
    """The guild has not chosen a raid log, where screenshots are kept."""


class RaidLogClosedError(RunError):
    """The bot may not keep a screenshot in the raid log."""

    def __init__(self, channel_id: int, missing: str) -> None:
        super().__init__(channel_id)
        self.channel_id, self.missing = channel_id, missing


RAID_LOG: Final = Venue(ChannelKey.RAID_LOG, NoRaidLogError, RaidLogClosedError)


class NotAPictureError(RunError):
    """What was handed in as a screenshot is not a picture."""


class PictureTooLargeError(RunError):
    """The screenshot has more bytes than the bot keeps."""


class ScreenshotNotKeptError(RunError):
    """Discord did not take the screenshot for the raid log."""


class BadScoreError(RunError):
    """The realm score is not a number from 1 to 99."""
