from typing import Any

import pytest

from raidbot.playground import validation
from raidbot.playground.validation import Errors


def option(name: str = "dungeon", kind: int = 3, **changes: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "description": "Which one"} | changes


def command(*options: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"name": "run", "description": "Open a run", "options": list(options)} | changes


def choices(count: int, value: Any = "v") -> list[dict[str, Any]]:
    return [{"name": f"choice {n}", "value": value} for n in range(count)]


def has(errors: Errors | None, path: str, code: str) -> bool:
    """Tell whether a fault of this code stands at the dotted path."""
    node: Any = errors.body()["errors"] if errors else {}
    for key in path.split(".") if path else ():
        node = node.get(key, {})
    return code in [each["code"] for each in node.get("_errors", ())]


@pytest.mark.parametrize(
    "body",
    [
        command(),
        command(name="x" * 32, description="x" * 100),
        command(name="übersicht"),
        command(*(option(f"o{n}") for n in range(25))),
        command(option(choices=choices(25))),
        command(option("a", required=True), option("b", autocomplete=True)),
        command(option("party", 1, options=[option("a"), option("b", 4, min_value=1, max_value=9)])),
        command(option("admin", 2, options=[option("add", 1, options=[option("who", 6)])]), option("show", 1)),
        command(option("where", 7, channel_types=[0, 2])),
        {"name": "Show Member", "type": 2},
        command(default_member_permissions="8", contexts=[0], integration_types=[0], nsfw=False),
    ],
)
def test_a_proper_command_passes(body: dict[str, Any]) -> None:
    assert validation.command(body) is None
    assert validation.commands([body]) is None


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        (command(name="x" * 33), "name", "BASE_TYPE_BAD_LENGTH"),
        (command(name="Run"), "name", "APPLICATION_COMMAND_INVALID_NAME"),
        (command(name="a run"), "name", "APPLICATION_COMMAND_INVALID_NAME"),
        (command(name=None), "name", "BASE_TYPE_REQUIRED"),
        (command(description="x" * 101), "description", "BASE_TYPE_BAD_LENGTH"),
        (command(description=None), "description", "BASE_TYPE_REQUIRED"),
        (command(description=" "), "description", "BASE_TYPE_REQUIRED"),
        (command(*(option(f"o{n}") for n in range(26))), "options", "BASE_TYPE_MAX_LENGTH"),
        (command(option(), option()), "options.1.name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"),
        (command(option("a"), option("b", required=True)), "options.1", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"),
        (command(option(description=None)), "options.0.description", "BASE_TYPE_REQUIRED"),
        (command(option(kind=12)), "options.0.type", "BASE_TYPE_CHOICES"),
        (command(option(choices=choices(26))), "options.0.choices", "BASE_TYPE_MAX_LENGTH"),
        (command(option(choices=choices(1, "x" * 101))), "options.0.choices.0.value", "BASE_TYPE_MAX_LENGTH"),
        (command(option(kind=4, choices=choices(1))), "options.0.choices.0.value", "NUMBER_TYPE_COERCE"),
        (command(option(choices=choices(1) * 2)), "options.0.choices.1.name",
         "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS"),
        (command(option(choices=[{"name": "x" * 101, "value": "v"}])), "options.0.choices.0.name",
         "BASE_TYPE_BAD_LENGTH"),
        (command(option(choices=choices(1), autocomplete=True)), "options.0.autocomplete",
         "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES_EXCLUSIVE"),
        (command(option(kind=6, autocomplete=True)), "options.0.autocomplete",
         "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID"),
        (command(option("a", 1), option("b", 3)), "options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
        (command(option("a", 1, options=[option("b", 1)])), "options.0.options.0.type",
         "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
        (command(option("a", 2, options=[option("b", 3)])), "options.0.options.0.type",
         "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
        (command(option("a", 4, min_value=2, max_value=1)), "options.0.min_value",
         "APPLICATION_COMMAND_OPTIONS_BOUNDS"),
        (command(option(options=[option()])), "options.0.options", "APPLICATION_COMMAND_OPTIONS_INVALID"),
        ({"name": "Show", "type": 2, "description": "no"}, "description", "APPLICATION_COMMAND_CONTEXT_MENU_FIELD"),
        (command(name_localizations={"de": "Lauf"}), "name_localizations.de", "APPLICATION_COMMAND_INVALID_NAME"),
    ],
)  # fmt: skip
def test_a_wrong_command_is_refused_where_it_is_wrong(body: dict[str, Any], path: str, code: str) -> None:
    assert has(validation.command(body), path, code)
    assert has(validation.commands([body]), f"0.{path}", code)


def heavy(characters: int) -> dict[str, Any]:
    """Make a command that holds so many characters in all."""
    option_size = len("o00") + 100
    body = command(*(option(f"o{n:02}", description="x" * 100, choices=choices(0)) for n in range(25)))
    left = characters - len("run") - len("Open a run") - 25 * option_size
    for each in body["options"]:
        while left > 0 and len(each["choices"]) < 25:
            size = min(left, 200)
            left -= size
            number = f"{len(each['choices']):02}"
            each["choices"].append({"name": number + "x" * max(0, size - 102), "value": "y" * (min(size, 102) - 2)})
    return body


def test_a_command_holds_eight_thousand_characters_and_no_more() -> None:
    assert validation.command(heavy(8000)) is None
    assert has(validation.command(heavy(8001)), "", "APPLICATION_COMMAND_TOO_LARGE")


def test_of_translations_the_longest_counts() -> None:
    body = heavy(8000)
    body["description_localizations"] = {"de": "kurz"}
    assert validation.command(body) is None
    body["description_localizations"]["fr"] = "x" * (len(body["description"]) + 1)
    assert has(validation.command(body), "", "APPLICATION_COMMAND_TOO_LARGE")


def test_a_scope_holds_a_hundred_commands_of_different_names() -> None:
    hundred = [command(name=f"c{n}") for n in range(100)]
    menus = [{"name": f"c{n}", "type": kind} for n in range(15) for kind in (2, 3)]
    assert validation.commands(hundred + menus) is None
    assert has(validation.commands([*hundred, command(name="one-more")]), "", "BASE_TYPE_MAX_LENGTH")
    assert has(validation.commands([command(), command()]), "1.name", "APPLICATION_COMMANDS_DUPLICATE_NAME")


def test_a_change_needs_only_what_it_changes() -> None:
    assert validation.command({"description": "Other"}, partial=True) is None
    assert has(validation.command({"name": "Bad Name"}, partial=True), "name", "APPLICATION_COMMAND_INVALID_NAME")
