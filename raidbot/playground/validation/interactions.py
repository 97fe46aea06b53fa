"""The first answer to an interaction."""

from typing import Any

from raidbot.playground.validation.components import modal_rows
from raidbot.playground.validation.errors import Errors, Path
from raidbot.playground.validation.forms import Check, items, judge, number, one_of, record, required, text
from raidbot.playground.validation.messages import check_message

PONG, MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, AUTOCOMPLETE, MODAL = 1, 4, 5, 6, 7, 8, 9


def _choice_value(value: Any, path: Path, errors: Errors) -> None:
    (text(100) if isinstance(value, str) else number)(value, path, errors)


_choices = record(
    {"choices": items(record({"name": text(100, least=1), "value": _choice_value}, needs=("name", "value")), 25)}
)
_modal = record(
    {"custom_id": text(100, least=1), "title": text(45, least=1), "components": modal_rows},
    needs=("custom_id", "title", "components"),
)
# type -> (check of the data, data is needed)
_DATA: dict[int, tuple[Check, bool]] = {
    PONG: (record({}), False),
    MESSAGE: (check_message, True),
    DEFERRED_MESSAGE: (check_message, False),
    DEFERRED_UPDATE: (record({}), False),
    UPDATE: (check_message, False),
    AUTOCOMPLETE: (_choices, True),
    MODAL: (_modal, True),
}
_kind = one_of(*_DATA)


def interaction_response(payload: Any) -> Errors | None:
    """Judge the body of an interaction callback: its type, and the data that goes with the type."""

    def check(value: Any, path: Path, errors: Errors) -> None:
        record({"type": _kind}, needs=("type",))(value, path, errors)
        if errors:
            return
        data_check, needed = _DATA[value["type"]]
        data = value.get("data")
        if data is not None:
            data_check(data, (*path, "data"), errors)
        elif needed:
            required((*path, "data"), errors)

    return judge(check, payload)
