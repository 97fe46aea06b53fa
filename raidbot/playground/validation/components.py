"""Buttons, selects and text inputs, in messages and modals: component types 1 to 8."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import orjson

from raidbot.playground.validation.errors import Errors, Path
from raidbot.playground.validation.forms import (
    Check,
    digits,
    flag,
    items,
    length,
    one_of,
    record,
    required,
    text,
    url,
    whole,
)

ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
_ENTITY_SELECTS = {5: ("user",), 6: ("role",), 7: ("user", "role"), 8: ("channel",)}
LINK, PREMIUM = 5, 6

_MAX_ROWS = 5
_MAX_BUTTONS = 5
_MAX_OPTIONS = 25
_CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)

_custom_id = text(100, least=1)
_number = whole(0, 2**31 - 1)


_emoji_fields = record({"id": digits, "name": text(32), "animated": flag})


def _emoji(value: Any, path: Path, errors: Errors) -> None:
    _emoji_fields(value, path, errors)
    if isinstance(value, dict) and not value.get("id"):
        name = value.get("name")
        # Every unicode emoji, keycaps included, has a character beyond ASCII.
        if not isinstance(name, str) or not name or name.isascii():
            errors.add((*path, "name"), "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")


_button_fields = record(
    {
        "id": _number,
        "style": one_of(1, 2, 3, 4, 5, 6),
        "label": text(80),
        "emoji": _emoji,
        "custom_id": _custom_id,
        "url": url(512, "http", "https", "discord"),
        "sku_id": digits,
        "disabled": flag,
    },
    needs=("style",),
)


def _button(value: dict[str, Any], path: Path, errors: Errors) -> None:
    _button_fields(value, path, errors)
    style, custom_id = value.get("style"), value.get("custom_id")
    has_label, has_url = bool(value.get("label") or value.get("emoji")), value.get("url") is not None
    if style == PREMIUM:
        if value.get("sku_id") is None:
            required((*path, "sku_id"), errors)
        if has_label or has_url or custom_id is not None:
            errors.add(path, "BUTTON_COMPONENT_PREMIUM_EXCLUSIVE", "A premium button has a SKU and nothing else")
        return
    if not has_label:
        errors.add(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "Either a label or an emoji is required")
    if custom_id is not None and has_url:
        message = "A custom id and url cannot both be specified"
        errors.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
    elif style == LINK and not has_url:
        errors.add((*path, "url"), "BUTTON_COMPONENT_URL_REQUIRED", "A url is required")
    elif style != LINK and custom_id is None:
        errors.add((*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")


_select_fields: dict[str, Check] = {
    "id": _number,
    "custom_id": _custom_id,
    "placeholder": text(150),
    "min_values": whole(0, 25),
    "max_values": whole(1, 25),
    "disabled": flag,
}
_string_select = record(
    _select_fields
    | {
        "options": items(
            record(
                {
                    "label": text(100, least=1),
                    "value": text(100, least=1),
                    "description": text(100),
                    "emoji": _emoji,
                    "default": flag,
                },
                needs=("label", "value"),
            ),
            _MAX_OPTIONS,
            least=1,
        )
    },
    needs=("custom_id", "options"),
)
_entity_selects = {
    kind: record(
        _select_fields
        | {
            "channel_types": items(one_of(*_CHANNEL_TYPES), len(_CHANNEL_TYPES), unique=True),
            "default_values": items(record({"id": digits, "type": one_of(*of)}, needs=("id", "type")), 25),
        },
        needs=("custom_id",),
    )
    for kind, of in _ENTITY_SELECTS.items()
}


def _select(value: dict[str, Any], path: Path, errors: Errors) -> None:
    (_string_select if value["type"] == STRING_SELECT else _entity_selects[value["type"]])(value, path, errors)
    least, most = _bound(value, "min_values", 1), _bound(value, "max_values", 1)
    if least > most:
        message = "The minimum number of values must not be greater than the maximum"
        errors.add((*path, "min_values"), "SELECT_COMPONENT_MIN_VALUES_TOO_LARGE", message)
    if value["type"] == STRING_SELECT:
        options = [option for option in _list(value, "options") if isinstance(option, dict)]
        needed = max(least, most)
        if 0 < len(options) < needed <= _MAX_OPTIONS:
            length(len(options), needed, _MAX_OPTIONS, (*path, "options"), errors)
        seen: set[Any] = set()
        for index, option in enumerate(options):
            if str(option.get("value")) in seen:
                message = "The specified option value is already used"
                errors.add((*path, "options", index, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
            seen.add(str(option.get("value")))
        chosen = sum(option.get("default") is True for option in options)
    else:
        chosen = len(_list(value, "default_values"))
    if chosen > most:
        message = f"The number of default options must be {most} or fewer"
        errors.add(path, "SELECT_COMPONENT_TOO_MANY_DEFAULTS", message)


_text_input_fields = record(
    {
        "id": _number,
        "custom_id": _custom_id,
        "style": one_of(1, 2),
        "label": text(45, least=1),
        "placeholder": text(100),
        "value": text(4000),
        "min_length": whole(0, 4000),
        "max_length": whole(1, 4000),
        "required": flag,
    },
    needs=("custom_id", "style", "label"),
)


def _text_input(value: dict[str, Any], path: Path, errors: Errors) -> None:
    _text_input_fields(value, path, errors)
    least, most = _bound(value, "min_length", 0), _bound(value, "max_length", 4000)
    if least > most:
        message = "The minimum length must not be greater than the maximum length"
        errors.add((*path, "min_length"), "TEXT_INPUT_COMPONENT_MIN_LENGTH_TOO_LARGE", message)
    elif isinstance(value.get("value"), str) and value["value"]:
        length(len(value["value"]), least, most, (*path, "value"), errors)


def message_rows(value: Any, path: Path, errors: Errors) -> None:
    """Check a message's components: up to five rows of one to five buttons or one select each."""
    try:
        good = _known_good(orjson.dumps(value))
    except TypeError:  # a number of more than 64 bits
        good = False
    if not good:
        _message_rows(value, path, errors)


def _message_rows(value: Any, path: Path, errors: Errors) -> None:
    _rows(value, path, errors, kinds=(BUTTON, STRING_SELECT, *_ENTITY_SELECTS), least=0)


@lru_cache(maxsize=256)
def _known_good(written: bytes) -> bool:
    """Say whether rows have no fault: a thousand raiders get the very same ones."""
    errors = Errors()
    _message_rows(orjson.loads(written), (), errors)
    return not errors


def modal_rows(value: Any, path: Path, errors: Errors) -> None:
    """Check a modal's components: one to five rows of one text input each."""
    _rows(value, path, errors, kinds=(TEXT_INPUT,), least=1)


def _rows(value: Any, path: Path, errors: Errors, *, kinds: tuple[int, ...], least: int) -> None:
    custom_ids: set[str] = set()

    def row(each: Any, at: Path, noted: Errors) -> None:
        if not _typed(each, (ACTION_ROW,), at, noted):
            return
        inside = (*at, "components")
        if not isinstance(each.get("components"), list):
            required(inside, noted)
            return
        length(len(each["components"]), 1, _MAX_BUTTONS, inside, noted)
        for index, component in enumerate(each["components"]):
            place = (*inside, index)
            if not _typed(component, kinds, place, noted):
                continue
            if index and (component["type"] != BUTTON or each["components"][0].get("type") != BUTTON):
                message = "The specified component exceeds the maximum width"
                noted.add(place, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)
            _CHECKS[component["type"]](component, place, noted)
            custom_id = component.get("custom_id")
            if isinstance(custom_id, str):
                if custom_id in custom_ids:
                    message = "Component custom id cannot be duplicated"
                    noted.add((*place, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message)
                custom_ids.add(custom_id)

    items(row, _MAX_ROWS, least=least)(value, path, errors)
    numbers = list(_numbers(value))
    if len(set(numbers)) < len(numbers):
        errors.add(path, "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")


def _typed(value: Any, kinds: tuple[int, ...], path: Path, errors: Errors) -> bool:
    if not isinstance(value, dict):
        errors.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return False
    if value.get("type") not in kinds:
        message = f'Value of field "type" must be one of {kinds}.'
        errors.add((*path, "type"), "UNION_TYPE_CHOICES", message)
        return False
    return True


def _numbers(rows: Any) -> Iterator[int]:
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict):
            for component in (row, *_list(row, "components")):
                number = component.get("id") if isinstance(component, dict) else None
                if isinstance(number, int) and number > 0:  # 0 asks Discord to number it.
                    yield number


def _bound(value: dict[str, Any], name: str, default: int) -> int:
    given = value.get(name)
    return given if isinstance(given, int) else default


def _list(value: dict[str, Any], name: str) -> list[Any]:
    given = value.get(name)
    return given if isinstance(given, list) else []


_CHECKS: dict[int, Check] = {
    BUTTON: _button,
    STRING_SELECT: _select,
    TEXT_INPUT: _text_input,
    **dict.fromkeys(_ENTITY_SELECTS, _select),
}
