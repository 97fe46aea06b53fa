"""Messages: content, embeds, mentions, attachments."""

from typing import Any

from raidbot.playground.validation.components import message_rows
from raidbot.playground.validation.errors import Errors, Path
from raidbot.playground.validation.forms import (
    digits,
    flag,
    items,
    judge,
    length,
    moment,
    one_of,
    record,
    required,
    text,
    url,
    whole,
)

_MAX_EMBED_CHARACTERS = 6000
_SHOWN = ("title", "description", "author", "footer", "fields", "image", "thumbnail", "video", "provider", "timestamp")

_picture_url = url(2048, "http", "https", "attachment")
_link = url(2048, "http", "https")
_picture = record({"url": _picture_url, "description": text(4096)}, needs=("url",))
_embed_fields = record(
    {
        "title": text(256),
        "description": text(4096),
        "url": _link,
        "color": whole(0, 0xFFFFFF),
        "timestamp": moment,
        "author": record({"name": text(256, least=1), "url": _link, "icon_url": _picture_url}, needs=("name",)),
        "footer": record({"text": text(2048, least=1), "icon_url": _picture_url}, needs=("text",)),
        "image": _picture,
        "thumbnail": _picture,
        "fields": items(
            record({"name": text(256, least=1), "value": text(1024, least=1), "inline": flag}, needs=("name", "value")),
            25,
        ),
    }
)


def _embed(value: Any, path: Path, errors: Errors) -> None:
    _embed_fields(value, path, errors)
    if isinstance(value, dict) and not any(value.get(name) for name in _SHOWN):
        required((*path, "description"), errors)


_embed_list = items(_embed, 10)


def _embeds(value: Any, path: Path, errors: Errors) -> None:
    _embed_list(value, path, errors)
    if isinstance(value, list) and sum(map(_characters, value)) > _MAX_EMBED_CHARACTERS:
        message = f"Embed size exceeds maximum size of {_MAX_EMBED_CHARACTERS}"
        errors.add(path, "MAX_EMBED_SIZE_EXCEEDED", message)


def _characters(embed: Any) -> int:
    if not isinstance(embed, dict):
        return 0
    texts = [embed.get("title"), embed.get("description")]
    texts += [part.get(key) for part, key in ((embed.get("author"), "name"), (embed.get("footer"), "text"))
              if isinstance(part, dict)]  # fmt: skip
    fields = embed.get("fields")
    for each in fields if isinstance(fields, list) else ():
        if isinstance(each, dict):
            texts += [each.get("name"), each.get("value")]
    return sum(len(one) for one in texts if isinstance(one, str))


_mention_fields = record(
    {
        "parse": items(one_of("users", "roles", "everyone"), 3, unique=True),
        "users": items(digits, 100, unique=True),
        "roles": items(digits, 100, unique=True),
        "replied_user": flag,
    }
)


def _mentions(value: Any, path: Path, errors: Errors) -> None:
    _mention_fields(value, path, errors)
    if not isinstance(value, dict):
        return
    parsed = value.get("parse")
    for kind in ("users", "roles"):
        if value.get(kind) and isinstance(parsed, list) and kind in parsed:
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            errors.add(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)


def _nonce(value: Any, path: Path, errors: Errors) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        text(25)(value, path, errors)


_message = record(
    {
        "content": text(2000),
        "embeds": _embeds,
        "components": message_rows,
        "allowed_mentions": _mentions,
        "attachments": items(
            record({"id": digits, "filename": text(1024, least=1), "description": text(1024)}, needs=("id",)), 10
        ),
        "flags": whole(0, 2**31 - 1),
        "tts": flag,
        "nonce": _nonce,
        "enforce_nonce": flag,
        "message_reference": record(
            {"message_id": digits, "channel_id": digits, "guild_id": digits, "fail_if_not_exists": flag},
            needs=("message_id",),
        ),
        "sticker_ids": items(digits, 3, unique=True),
    }
)


def check_message(value: Any, path: Path, errors: Errors) -> None:
    """Check a message wherever it stands in a body."""
    _message(value, path, errors)


def message(payload: Any, *, uploads: int = 0) -> Errors | None:
    """Judge the body of a message to send or edit.

    Args:
        payload: The JSON, or what stands in `payload_json`.
        uploads: How many files come with it; with the attachments kept there may be ten.
    """
    errors = judge(check_message, payload) or Errors()
    kept = payload.get("attachments") if isinstance(payload, dict) else None
    if not isinstance(kept, list):
        length(uploads, 0, 10, ("attachments",), errors)
    return errors or None
