"""Read the dungeon data that ships with the bot, and refuse it where it breaks a rule or Discord's limits."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from raidbot.features.dungeons.models import (
    CallOut,
    CallOutKind,
    Catalogue,
    Category,
    Dungeon,
    DungeonDataError,
    DungeonKey,
)

KEY_BUTTONS_MAX = 20
"""A message has five rows of five buttons; the first row belongs to the run."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=40)]
"""Short, because it stands in custom ids of at most 100 characters."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=False)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Emoji = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x7F]{1,10}$")]
Limit = Annotated[int, Field(ge=0, le=100)]


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Key(_Block):
    code: Code
    aliases: tuple[Name, ...] = ()
    name: Name
    label: Label
    emoji: Emoji
    early_location: Limit


class _CallOut(_Block):
    code: Code
    name: Name
    label: Label
    emoji: Emoji
    kind: CallOutKind


class _Dungeon(_Block):
    code: Code
    aliases: tuple[Name, ...] = ()
    name: Name
    category: Category
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9A-F]{6}$")]
    emoji: Emoji
    search: tuple[Name, ...] = ()
    keys: Annotated[tuple[_Key, ...], Field(max_length=KEY_BUTTONS_MAX)] = ()
    call_outs: dict[Code, Limit] = {}


class _File(_Block):
    call_outs: tuple[_CallOut, ...]
    dungeons: Annotated[tuple[_Dungeon, ...], Field(min_length=1)]


def shipped() -> str:
    """Return the text of the data file that ships with the bot."""
    return files(__package__).joinpath("dungeons.json").read_text(encoding="utf-8")


def load(text: str) -> Catalogue:
    """Build the catalogue from the text of a data file; raises DungeonDataError naming the first thing wrong."""
    try:
        content = _File.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise DungeonDataError(f"dungeons.json: {place}: {first['msg']}") from error
    call_outs = {call_out.code: call_out for call_out in content.call_outs}
    try:
        catalogue = Catalogue([_dungeon(raw, call_outs) for raw in content.dungeons])
        _check_keys(catalogue)
    except DungeonDataError as error:
        raise DungeonDataError(f"dungeons.json: {error}") from error
    return catalogue


def _dungeon(raw: _Dungeon, call_outs: dict[str, _CallOut]) -> Dungeon:
    unknown = raw.call_outs.keys() - call_outs.keys()
    if unknown:
        raise DungeonDataError(f"{raw.code}: unknown call-outs {', '.join(sorted(unknown))}")
    keys = tuple(DungeonKey(**key.model_dump()) for key in raw.keys)
    wanted = tuple(
        CallOut(**call_outs[code].model_dump(), early_location=limit) for code, limit in raw.call_outs.items()
    )
    labels = [key.label for key in keys] + [call_out.label for call_out in wanted]
    twice = {label for label in labels if labels.count(label) > 1}
    if twice:
        raise DungeonDataError(f"{raw.code}: two buttons with the label {', '.join(sorted(twice))}")
    return Dungeon(
        code=raw.code,
        aliases=raw.aliases,
        name=raw.name,
        category=raw.category,
        colour=int(raw.colour[1:], 16),
        emoji=raw.emoji,
        search=raw.search,
        keys=keys,
        call_outs=wanted,
    )


def _check_keys(catalogue: Catalogue) -> None:
    """Check that a key's code and aliases mean the same key, shown the same way, in every dungeon that takes it."""
    seen: dict[str, tuple[str, ...]] = {}
    for dungeon in catalogue.all:
        for key in dungeon.keys:
            shown = (key.code, key.name, key.label, key.emoji)
            for code in (key.code, *key.aliases):
                if seen.setdefault(code, shown) != shown:
                    raise DungeonDataError(f"{dungeon.code}: the key {code} is described differently elsewhere")
