"""Application commands: names, options, choices and how much they may hold in all."""

import unicodedata
from collections import Counter
from typing import Any

from raidbot.playground.validation.errors import Errors, Path
from raidbot.playground.validation.forms import (
    Check,
    digits,
    flag,
    items,
    judge,
    length,
    number,
    one_of,
    record,
    required,
    text,
    whole,
)

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
_MOST_OF_A_KIND = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
_CHAT_TYPES = (CHAT_INPUT, None)  # A tuple: what comes as a type may not even be hashable.
_MAX_CHARACTERS = 8000
_SUBCOMMAND, _GROUP, _STRING, _INTEGER, _CHANNEL, _NUMBER = 1, 2, 3, 4, 7, 10
_BRANCHES = (_SUBCOMMAND, _GROUP)
_WITH_CHOICES = frozenset({_STRING, _INTEGER, _NUMBER})
_CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)
_WHOLE = whole(-(2**53), 2**53)


def _name(value: Any, path: Path, errors: Errors) -> None:
    text(32, least=1)(value, path, errors)
    if isinstance(value, str) and value:
        letters = all(character in "-_'" or unicodedata.category(character)[0] in "LN" for character in value)
        if not letters or value != value.lower():
            errors.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _translations(each: Check) -> Check:
    def check(value: Any, path: Path, errors: Errors) -> None:
        if not isinstance(value, dict):
            errors.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            return
        for locale, translated in value.items():
            each(translated, (*path, locale), errors)

    return check


_described = text(100, least=1)
_choice_fields: dict[str, Check] = {"name": _described, "name_localizations": _translations(_described)}
_choices = {
    kind: items(record(_choice_fields | {"value": value}, needs=("name", "value")), 25)
    for kind, value in ((_STRING, text(100)), (_INTEGER, _WHOLE), (_NUMBER, number))
}
_option_fields = record(
    {
        "type": one_of(*range(1, 12)),
        "name": _name,
        "name_localizations": _translations(_name),
        "description": _described,
        "description_localizations": _translations(_described),
        "required": flag,
        "autocomplete": flag,
        "channel_types": items(one_of(*_CHANNEL_TYPES), len(_CHANNEL_TYPES), unique=True),
        "min_length": whole(0, 6000),
        "max_length": whole(1, 6000),
        "min_value": number,
        "max_value": number,
    },
    needs=("type", "name", "description"),
)


def _option(value: Any, path: Path, errors: Errors, allowed: range) -> None:
    _option_fields(value, path, errors)
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, int):
        return
    if kind in range(1, 12) and kind not in allowed:
        errors.add((*path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Option type is not allowed here")
    choices = value.get("choices")
    if choices is not None:
        if kind in _WITH_CHOICES:
            _choices[kind](choices, (*path, "choices"), errors)
            _distinct(choices, (*path, "choices"), "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", errors)
        elif choices:
            message = "Choices are not allowed for this option type"
            errors.add((*path, "choices"), "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", message)
    if value.get("autocomplete"):
        if choices:
            message = "Autocomplete and choices are mutually exclusive"
            errors.add((*path, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES_EXCLUSIVE", message)
        if kind not in _WITH_CHOICES:
            message = "Autocomplete is not allowed for this option type"
            errors.add((*path, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID", message)
    for low, high in (("min_value", "max_value"), ("min_length", "max_length")):
        least, most = value.get(low), value.get(high)
        if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
            errors.add((*path, low), "APPLICATION_COMMAND_OPTIONS_BOUNDS", f"{low} must not be greater than {high}")
    if value.get("options") is not None:
        if kind == _SUBCOMMAND:
            _options(value["options"], (*path, "options"), errors, range(_STRING, 12))
        elif kind == _GROUP:
            _options(value["options"], (*path, "options"), errors, range(_SUBCOMMAND, _GROUP))
        elif value["options"]:
            message = "Only subcommands and groups have options"
            errors.add((*path, "options"), "APPLICATION_COMMAND_OPTIONS_INVALID", message)


def _options(value: Any, path: Path, errors: Errors, allowed: range) -> None:
    items(lambda each, at, noted: _option(each, at, noted, allowed), 25)(value, path, errors)
    options = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    _distinct(options, path, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", errors)
    optional_seen = False
    for index, option in enumerate(options):
        if option.get("type") in _BRANCHES:
            continue
        if option.get("required") and optional_seen:
            message = "Required options must be placed before non-required options"
            errors.add((*path, index), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional_seen = optional_seen or not option.get("required")
    if len({option.get("type") in _BRANCHES for option in options}) > 1:
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        errors.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)


def _distinct(named: Any, path: Path, code: str, errors: Errors) -> None:
    seen: set[str] = set()
    for index, each in enumerate(named if isinstance(named, list) else ()):
        name = str(each.get("name")) if isinstance(each, dict) else None
        if name is not None and name in seen:
            errors.add((*path, index, "name"), code, "The name already exists")
        seen.add(name or "")


_shared_fields: dict[str, Check] = {
    "id": digits,
    "type": one_of(CHAT_INPUT, USER, MESSAGE),
    "default_member_permissions": digits,
    "dm_permission": flag,
    "nsfw": flag,
    "contexts": items(one_of(0, 1, 2), 3, unique=True),
    "integration_types": items(one_of(0, 1), 2, least=1, unique=True),
}
_chat_fields = record(
    _shared_fields
    | {
        "name": _name,
        "name_localizations": _translations(_name),
        "description": _described,
        "description_localizations": _translations(_described),
        "options": lambda value, path, errors: _options(value, path, errors, range(_SUBCOMMAND, 12)),
    }
)
_menu_name = text(32, least=1)
_menu_fields = record(_shared_fields | {"name": _menu_name, "name_localizations": _translations(_menu_name)})


def _command(value: Any, path: Path, errors: Errors, *, partial: bool) -> None:
    if not isinstance(value, dict) or value.get("type") in _CHAT_TYPES:
        _chat_fields(value, path, errors)
        needs: tuple[str, ...] = ("name", "description")
    else:
        _menu_fields(value, path, errors)
        needs = ("name",)
        for name in ("description", "options"):
            if value.get(name):
                message = "Context menu commands cannot have description or options"
                errors.add((*path, name), "APPLICATION_COMMAND_CONTEXT_MENU_FIELD", message)
    if not isinstance(value, dict):
        return
    if not partial:
        for name in needs:
            if value.get(name) is None:
                required((*path, name), errors)
    if _characters(value) > _MAX_CHARACTERS:
        errors.add(path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({_MAX_CHARACTERS})")


def _characters(value: Any) -> int:
    """Count names, descriptions and values, all the way down; of translations the longest counts."""
    if not isinstance(value, dict):
        return 0
    size = len(value["value"]) if isinstance(value.get("value"), str) else 0
    for name in ("name", "description"):
        translations = value.get(f"{name}_localizations")
        texts = [value.get(name), *(translations.values() if isinstance(translations, dict) else ())]
        size += max((len(one) for one in texts if isinstance(one, str)), default=0)
    for name in ("options", "choices"):
        inside = value.get(name)
        size += sum(map(_characters, inside if isinstance(inside, list) else ()))
    return size


def command(payload: Any, *, partial: bool = False) -> Errors | None:
    """Judge one command to create or (`partial`) to change."""
    return judge(lambda value, path, errors: _command(value, path, errors, partial=partial), payload)


def commands(payload: Any) -> Errors | None:
    """Judge a list of commands that replaces all of a scope: each, unique names, 100 of chat input, 15 of each menu."""
    errors = Errors()
    items(lambda value, path, noted: _command(value, path, noted, partial=False), 130)(payload, (), errors)
    listed = [each for each in payload if isinstance(each, dict)] if isinstance(payload, list) else []
    kinds = Counter(str(each.get("type") or CHAT_INPUT) for each in listed)
    for kind, most in _MOST_OF_A_KIND.items():
        length(kinds[str(kind)], 0, most, (), errors)
    seen: set[tuple[str, str]] = set()
    for index, each in enumerate(listed):
        key = (str(each.get("type") or CHAT_INPUT), str(each.get("name")))
        if key in seen:
            message = "Application command names must be unique"
            errors.add((index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)
    return errors or None
