"""What Discord would refuse of what the bot shows."""

from typing import Any, Final

import hikari

from raidbot.kernel.discord.answers import Form, Reply
from raidbot.kernel.discord.custom_ids import LIMIT
from raidbot.kernel.discord.easel import Drawing
from raidbot.playground import validation

LARGEST: Final = 2**63 - 1
"""The largest id."""
_FORM_TEXT: Final = 45
"""Characters of a form's title, and of a label in it."""
_factory = hikari.impl.EntityFactoryImpl(hikari.GatewayBot("MTAwMDAwMDAwMDAwMDAwMDAx.x.y", banner=None, logs=None))


def payload(shown: Drawing | Reply) -> dict[str, Any]:
    """Write what is shown as it goes to Discord."""
    return {
        "content": shown.content or "",
        "embeds": [] if shown.embed is None else [_factory.serialize_embed(shown.embed)[0]],
        "components": [row.build()[0] for row in shown.rows],
    }


def errors_of(shown: Drawing | Reply) -> str | None:
    """Say what Discord would refuse of what is shown."""
    found = validation.message(payload(shown))
    return None if found is None else str(found.body())


def too_long(form: Form) -> list[str]:
    """List what of a form is longer than it may be, or empty where it must not be."""
    texts = [form.title, *(field.label for field in form.inputs)]
    return [
        *(text for text in texts if not 1 <= len(text) <= _FORM_TEXT),
        *(field.name for field in form.inputs if len(field.value or "") > field.max_length),
        *([form.packed_id] if len(form.packed_id) > LIMIT else []),
    ]
