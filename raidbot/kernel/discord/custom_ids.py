"""Typed, versioned custom ids: what a button does stands in its id, so it works after any restart.

A custom id reads `prefix|version|field|field`; Discord allows 100 characters.
"""

import dataclasses
from enum import Enum
from typing import Any, ClassVar, Self, get_type_hints

LIMIT = 100
_ESCAPES = (("%", "%25"), ("|", "%7C"))


class OutdatedCustomIdError(ValueError):
    """The custom id is not one that this version makes."""


class CustomId:
    """Base of all custom ids: a frozen dataclass with PREFIX and, once its fields changed, a higher VERSION.

    Fields are int, str, bool or an Enum of str values.
    """

    PREFIX: ClassVar[str]
    VERSION: ClassVar[int] = 1

    def pack(self) -> str:
        """Write the id as Discord keeps it. Raises ValueError past 100 characters."""
        values = (getattr(self, field.name) for field in dataclasses.fields(self))  # type: ignore[arg-type]
        packed = "|".join([self.PREFIX, str(self.VERSION), *map(_encode, values)])
        if len(packed) > LIMIT:
            raise ValueError(f"custom id of {len(packed)} characters: {packed}")
        return packed

    @classmethod
    def unpack(cls, fields: list[str]) -> Self:
        """Read the fields behind prefix and version. Raises OutdatedCustomIdError for what `pack` does not write."""
        types = _types(cls)
        if len(types) != len(fields):
            raise OutdatedCustomIdError(cls.PREFIX)
        try:
            return cls(*(_decode(kind, text) for kind, text in zip(types, fields, strict=True)))
        except (ValueError, KeyError) as error:
            raise OutdatedCustomIdError(cls.PREFIX) from error


_known: dict[type[CustomId], list[Any]] = {}


def _types(kind: type[CustomId]) -> list[Any]:
    """Return the types of an id's fields, in order; worked out once a class."""
    if kind not in _known:
        hints = get_type_hints(kind)
        _known[kind] = [hints[field.name] for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
    return _known[kind]


def split(custom_id: str) -> tuple[tuple[str, str], list[str]]:
    """Split a custom id into (prefix, version), the route, and its fields."""
    parts = custom_id.split("|")
    return (parts[0], parts[1] if len(parts) > 1 else ""), parts[2:]


def _encode(value: Any) -> str:
    match value:
        case bool():
            return "1" if value else "0"
        case Enum():
            value = value.value
    text = str(value)
    for plain, escaped in _ESCAPES:
        text = text.replace(plain, escaped)
    return text


def _decode(kind: Any, text: str) -> Any:
    if kind is bool:
        return {"1": True, "0": False}[text]
    if kind is int:
        return int(text)
    for plain, escaped in reversed(_ESCAPES):
        text = text.replace(escaped, plain)
    return kind(text)
