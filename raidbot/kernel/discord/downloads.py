"""Fetches what members upload. Discord's links to it end with the day, so what is to stay is uploaded again."""

from typing import Final

import aiohttp
import hikari

from raidbot.kernel.discord.error_texts import FileLostError

DOWNLOAD_S: Final = 10.0


async def download(attachment: hikari.Attachment) -> bytes:
    """Fetch an uploaded file whole; whoever asks has looked at its size. Raises FileLostError."""
    timeout = aiohttp.ClientTimeout(total=DOWNLOAD_S)
    try:  # hikari's own reader has no time limit, and leaves its session open when it is cancelled
        async with (
            aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session,
            session.get(attachment.url) as answer,
        ):
            return await answer.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise FileLostError from error
