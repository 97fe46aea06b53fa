"""The colours of what the bot says, 24-bit."""

from enum import IntEnum


class Colour(IntEnum):
    """What a colour means; a dungeon's own colour stands in its data."""

    SUCCESS = 0x57F287
    INFO = 0x5865F2
    WARNING = 0xFEE75C
    ERROR = 0xED4245
    NEUTRAL = 0x95A5A6
