"""How a row becomes a value: a frozen dataclass whose fields are the columns, or the one column itself."""

import types
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
RowMaker = Callable[[Sequence[Any]], T]
_Convert = Callable[[Any], Any]


def field_names(row: type[Any]) -> tuple[str, ...] | None:
    """Return the columns that `row` is made of; None when it is a single value."""
    return tuple(f.name for f in fields(row) if f.init) if is_dataclass(row) else None


def _conversion(hint: Any) -> _Convert | None:
    """Say how the driver's value becomes what the hint promises; None when it already is that."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        some = [argument for argument in arguments if argument is not type(None)]
        inner = _conversion(some[0]) if len(some) == 1 else None
        return None if inner is None else lambda value: None if value is None else inner(value)
    if origin in {tuple, frozenset}:
        element = _conversion(arguments[0])
        return origin if element is None else lambda value: origin(map(element, value))
    return hint if isinstance(hint, type) and issubclass(hint, Enum) else None


def row_maker(row: type[T], columns: Sequence[str]) -> RowMaker[T]:
    """Build what makes a `row` of the values of these columns.

    Columns of an Enum's type become its members, arrays become tuples or frozensets where a field says so.
    """
    if not is_dataclass(row):
        convert = _conversion(row)
        return (lambda values: values[0]) if convert is None else (lambda values: convert(values[0]))
    hints = get_type_hints(row)
    conversions = [(name, convert) for name in hints if (convert := _conversion(hints[name])) is not None]

    def make(values: Sequence[Any]) -> T:
        found = dict(zip(columns, values, strict=True))
        for name, convert in conversions:
            found[name] = convert(found[name])
        return row(**found)

    return make
