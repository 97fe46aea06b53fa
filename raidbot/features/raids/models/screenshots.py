"""Screenshots that Oryx 3 runs need before they start."""

import re
from dataclasses import dataclass
from typing import Final

from raidbot.features.raids.models.errors import NotAPictureError, PictureTooLargeError

PICTURE_MAX: Final = 8 * 1024 * 1024
"""Bytes. Discord takes 10 MiB from a bot in any server."""
_PICTURE: Final = re.compile(r"image/([a-z0-9]+)")


@dataclass(frozen=True, slots=True)
class Submission:
    """A picture that was handed in for a run and is about to be put into the raid log."""

    guild_id: int
    run_id: int
    by: int
    channel_id: int
    """The raid log's."""
    interaction_id: int
    ending: str
    """The file name's: png, jpeg …"""

    @property
    def name(self) -> str:
        """The file's name in the raid log, which no other submission has."""
        return f"oryx3-{self.run_id}-{self.interaction_id}.{self.ending}"


def picture_ending(media_type: str | None, size: int) -> str:
    """Return the file name ending of a picture of so many bytes. Raises NotAPictureError or PictureTooLargeError."""
    kind = _PICTURE.match(media_type or "")
    if kind is None:
        raise NotAPictureError
    if size > PICTURE_MAX:
        raise PictureTooLargeError
    return kind[1]
