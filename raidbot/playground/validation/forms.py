"""What the tables of fields are made of: each function makes a check of one kind of value.

A check notes what is wrong with a value at a path.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from raidbot.playground.validation.errors import Errors, Path

Check = Callable[[Any, Path, Errors], None]

_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://[^\s/]\S*", re.IGNORECASE)


def required(path: Path, errors: Errors) -> None:
    """Note that a field is missing."""
    errors.add(path, "BASE_TYPE_REQUIRED", "This field is required")


def length(size: int, least: int, most: int, path: Path, errors: Errors) -> None:
    """Note a length outside its bounds, both inclusive."""
    if least <= size <= most:
        return
    if least == 0:
        errors.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
    else:
        errors.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def text(most: int, *, least: int = 0) -> Check:
    """Make a check of a string's length in characters; blanks alone do not reach `least`."""

    def check(value: Any, path: Path, errors: Errors) -> None:
        if not isinstance(value, str):
            errors.add(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        elif least and not value.strip():
            required(path, errors)
        else:
            length(len(value), least, most, path, errors)

    return check


def whole(least: int, most: int) -> Check:
    """Make a check of an integer's bounds, both inclusive."""

    def check(value: Any, path: Path, errors: Errors) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            errors.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < least:
            errors.add(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        elif value > most:
            errors.add(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")

    return check


def number(value: Any, path: Path, errors: Errors) -> None:
    """Check for a number that JavaScript can hold."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        errors.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not float.')
    elif abs(value) > 2**53:
        errors.add(path, "NUMBER_TYPE_MAX", f"float value should be less than or equal to {2**53}.")


def flag(value: Any, path: Path, errors: Errors) -> None:
    """Check for true or false."""
    if not isinstance(value, bool):
        errors.add(path, "BOOLEAN_TYPE_CONVERT", f'Must be either true or false: "{value}"')


def digits(value: Any, path: Path, errors: Errors) -> None:
    """Check for a whole number, plain or as a string of digits: snowflakes and permissions."""
    if isinstance(value, bool) or not (isinstance(value, int) or (isinstance(value, str) and value.isdecimal())):
        errors.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')


def moment(value: Any, path: Path, errors: Errors) -> None:
    """Check for an ISO 8601 time."""
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        errors.add(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")


def one_of(*values: Any) -> Check:
    """Make a check for one of some values."""

    def check(value: Any, path: Path, errors: Errors) -> None:
        if value not in values or isinstance(value, bool):
            errors.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{', '.join(map(repr, values))}}}.")

    return check


def url(most: int, *schemes: str) -> Check:
    """Make a check of a web address with one of the schemes."""

    def check(value: Any, path: Path, errors: Errors) -> None:
        match = _URL.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            errors.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        elif match["scheme"].lower() not in schemes:
            message = f'Scheme "{match["scheme"]}" is not supported. Scheme must be one of {schemes}.'
            errors.add(path, "URL_TYPE_INVALID_SCHEME", message)
        else:
            length(len(value), 0, most, path, errors)

    return check


def items(each: Check, most: int, *, least: int = 0, unique: bool = False) -> Check:
    """Make a check of a list's length and every item."""

    def check(value: Any, path: Path, errors: Errors) -> None:
        if not isinstance(value, list):
            errors.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return
        length(len(value), least, most, path, errors)
        if unique and len({str(item) for item in value}) < len(value):
            errors.add(path, "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
        for index, item in enumerate(value):
            each(item, (*path, index), errors)

    return check


def record(fields: Mapping[str, Check], *, needs: Collection[str] = ()) -> Check:
    """Make a check of an object: the fields it names, of which `needs` must be there; null counts as absent."""

    def check(value: Any, path: Path, errors: Errors) -> None:
        if not isinstance(value, dict):
            errors.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
            return
        for name in needs:
            if value.get(name) is None:
                required((*path, name), errors)
        for name, given in value.items():
            field = fields.get(name)
            if field is not None and given is not None:
                field(given, (*path, name), errors)

    return check


def judge(check: Check, value: Any) -> Errors | None:
    """Run a check on a whole body."""
    errors = Errors()
    check(value, (), errors)
    return errors or None
