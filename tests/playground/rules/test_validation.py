"""Limits of messages, components, modals and autocomplete, each from both sides."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from raidbot.playground import validation
from raidbot.playground.validation import Errors

C = "components.0.components.0"  # where rows() and modal() put their first component


def faults(errors: Errors | None) -> dict[str, list[str]]:
    """Flatten 50035's tree to dotted paths and codes."""
    found: dict[str, list[str]] = {}

    def walk(node: dict[str, Any], path: str) -> None:
        for key, inside in node.items():
            if key == "_errors":
                found[path] = [each["code"] for each in inside]
            else:
                walk(inside, f"{path}.{key}" if path else key)

    if errors is not None:
        body = errors.body()
        assert (body["code"], body["message"]) == (50035, "Invalid Form Body")
        walk(body["errors"], "")
    return found


def rows(*components: dict[str, Any]) -> dict[str, Any]:
    return {"components": [{"type": 1, "components": list(components)}]}


def button(**changes: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Join", "custom_id": "join"} | changes


def option(value: str = "a", **changes: Any) -> dict[str, Any]:
    return {"label": "A", "value": value} | changes


def select(*options: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"type": 3, "custom_id": "class", "options": list(options) or [option()]} | changes


def text_input(**changes: Any) -> dict[str, Any]:
    return {"type": 4, "custom_id": "party", "style": 1, "label": "Party"} | changes


def modal(*components: dict[str, Any], **changes: Any) -> dict[str, Any]:
    each = [{"type": 1, "components": [component]} for component in components or (text_input(),)]
    return {"type": 9, "data": {"custom_id": "m", "title": "Set party", "components": each} | changes}


def embed(**changes: Any) -> dict[str, Any]:
    return {"embeds": [{"title": "t"} | changes]}


def test_the_answer_has_discords_shape() -> None:
    errors = validation.message(embed(title="x" * 257))
    assert errors is not None
    assert errors.body() == {
        "code": 50035,
        "message": "Invalid Form Body",
        "errors": {
            "embeds": {
                "0": {
                    "title": {
                        "_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length."}]
                    }
                }
            }
        },
    }


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2000, "nonce": "x" * 25, "flags": 64, "tts": False, "embeds": None},
        {"content": "", "components": [], "embeds": []},
        embed(title="x" * 256, description="x" * 4096, author={"name": "x" * 256}, footer={"text": "x" * 1392}),
        embed(fields=[{"name": "x", "value": "y", "inline": True}] * 25, color=0xFFFFFF),
        embed(timestamp="2026-01-01T00:00:00+00:00"),
        embed(image={"url": "attachment://card.png"}, thumbnail={"url": "https://example.org/a.png"}),
        {"embeds": [{"description": "d"}] * 10},
        {"components": [{"type": 1, "components": [button(custom_id=f"{r}{b}") for b in range(5)]} for r in range(5)]},
        rows(button(label=None, emoji={"name": "🗝️"}), button(custom_id="x" * 100, label="x" * 80)),
        rows(button(style=5, custom_id=None, url="https://example.org")),
        rows(select(*(option(str(n), description="x" * 100) for n in range(25)), min_values=0, max_values=25)),
        rows({"type": 5, "custom_id": "u", "default_values": [{"id": "1", "type": "user"}]}),
        rows({"type": 8, "custom_id": "c", "channel_types": [0, 5], "placeholder": "x" * 150}),
        {"allowed_mentions": {"parse": ["roles"], "users": [str(n) for n in range(100)]}},
        {"attachments": [{"id": n, "filename": "a.png"} for n in range(10)]},
    ],
)  # fmt: skip
def test_a_message_at_its_limits_passes(body: dict[str, Any]) -> None:
    assert faults(validation.message(body)) == {}
    assert faults(validation.interaction_response({"type": 4, "data": body})) == {}


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
        ({"content": 7}, "content", "STRING_TYPE_CONVERT"),
        ({"embeds": [{"title": "t"}] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"color": 1}]}, "embeds.0.description", "BASE_TYPE_REQUIRED"),
        (embed(description="x" * 4097), "embeds.0.description", "BASE_TYPE_MAX_LENGTH"),
        (embed(author={"name": "x" * 257}), "embeds.0.author.name", "BASE_TYPE_BAD_LENGTH"),
        (embed(footer={"text": "x" * 2049}), "embeds.0.footer.text", "BASE_TYPE_BAD_LENGTH"),
        (embed(fields=[{"name": "n", "value": "v"}] * 26), "embeds.0.fields", "BASE_TYPE_MAX_LENGTH"),
        (embed(fields=[{"name": "x" * 257, "value": "v"}]), "embeds.0.fields.0.name", "BASE_TYPE_BAD_LENGTH"),
        (embed(fields=[{"name": "n", "value": "x" * 1025}]), "embeds.0.fields.0.value", "BASE_TYPE_BAD_LENGTH"),
        (embed(fields=[{"name": "n", "value": " "}]), "embeds.0.fields.0.value", "BASE_TYPE_REQUIRED"),
        (embed(fields=[{"name": "n"}]), "embeds.0.fields.0.value", "BASE_TYPE_REQUIRED"),
        (embed(color=0x1000000), "embeds.0.color", "NUMBER_TYPE_MAX"),
        (embed(timestamp="yesterday"), "embeds.0.timestamp", "DATE_TIME_TYPE_PARSE"),
        (embed(url="ftp://example.org"), "embeds.0.url", "URL_TYPE_INVALID_SCHEME"),
        (embed(image={"url": "no address"}), "embeds.0.image.url", "URL_TYPE_INVALID_URL"),
        ({"embeds": [{"description": "x" * 3000}, {"description": "x" * 2999, "footer": {"text": "xx"}}]},
         "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
        ({"components": [{"type": 1, "components": [button(custom_id=str(n))]} for n in range(6)]},
         "components", "BASE_TYPE_MAX_LENGTH"),
        (rows(), "components.0.components", "BASE_TYPE_BAD_LENGTH"),
        (rows(*(button(custom_id=str(n)) for n in range(6))), "components.0.components", "BASE_TYPE_BAD_LENGTH"),
        ({"components": [button()]}, "components.0.type", "UNION_TYPE_CHOICES"),
        (rows(text_input()), C + ".type", "UNION_TYPE_CHOICES"),
        (rows(button(), select()), "components.0.components.1", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
        (rows(select(), select(custom_id="b")), "components.0.components.1", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
        (rows(button(), button()), "components.0.components.1.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        ({"components": rows(button())["components"] + rows(select(custom_id="join"))["components"]},
         "components.1.components.0.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
        (rows(button(id=3), button(id=3, custom_id="b")), "components", "COMPONENT_ID_DUPLICATED"),
        (rows(button(custom_id="x" * 101)), C + ".custom_id", "BASE_TYPE_BAD_LENGTH"),
        (rows(button(custom_id="")), C + ".custom_id", "BASE_TYPE_REQUIRED"),
        (rows(button(custom_id=None)), C + ".custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"),
        (rows(button(label="x" * 81)), C + ".label", "BASE_TYPE_MAX_LENGTH"),
        (rows(button(label=None)), C, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED"),
        (rows(button(style=7)), C + ".style", "BASE_TYPE_CHOICES"),
        (rows(button(style=None)), C + ".style", "BASE_TYPE_REQUIRED"),
        (rows(button(style=5, custom_id=None)), C + ".url", "BUTTON_COMPONENT_URL_REQUIRED"),
        (rows(button(style=5, url="https://a.org")), C,
         "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"),
        (rows(button(emoji={"name": "key"})), C + ".emoji.name", "BUTTON_COMPONENT_INVALID_EMOJI"),
        (rows(select(*(option(str(n)) for n in range(26)))), C + ".options", "BASE_TYPE_BAD_LENGTH"),
        (rows(select(options=[])), C + ".options", "BASE_TYPE_BAD_LENGTH"),
        (rows(select(option(), option())), C + ".options.1.value",
         "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"),
        (rows(select(option(label="x" * 101))), C + ".options.0.label", "BASE_TYPE_BAD_LENGTH"),
        (rows(select(option(description="x" * 101))), C + ".options.0.description",
         "BASE_TYPE_MAX_LENGTH"),
        (rows(select(option("a", default=True), option("b", default=True))), C,
         "SELECT_COMPONENT_TOO_MANY_DEFAULTS"),
        (rows(select(max_values=2)), C + ".options", "BASE_TYPE_BAD_LENGTH"),
        (rows(select(max_values=26)), C + ".max_values", "NUMBER_TYPE_MAX"),
        (rows(select(option("a"), option("b"), min_values=2)), C + ".min_values",
         "SELECT_COMPONENT_MIN_VALUES_TOO_LARGE"),
        (rows(select(placeholder="x" * 151)), C + ".placeholder", "BASE_TYPE_MAX_LENGTH"),
        (rows({"type": 6, "custom_id": "r", "default_values": [{"id": "1", "type": "user"}]}),
         C + ".default_values.0.type", "BASE_TYPE_CHOICES"),
        ({"allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "allowed_mentions",
         "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"),
        ({"allowed_mentions": {"users": [str(n) for n in range(101)]}}, "allowed_mentions.users",
         "BASE_TYPE_MAX_LENGTH"),
        ({"allowed_mentions": {"parse": ["all"]}}, "allowed_mentions.parse.0", "BASE_TYPE_CHOICES"),
        ({"attachments": [{"id": n} for n in range(11)]}, "attachments", "BASE_TYPE_MAX_LENGTH"),
        ({"nonce": "x" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
    ],
)  # fmt: skip
def test_a_message_past_a_limit_is_refused_where_it_is_wrong(body: dict[str, Any], path: str, code: str) -> None:
    assert faults(validation.message(body)) == {path: [code]}
    assert faults(validation.interaction_response({"type": 7, "data": body})) == {f"data.{path}": [code]}


def test_more_than_ten_uploads_are_refused() -> None:
    assert validation.message({}, uploads=10) is None
    assert faults(validation.message({}, uploads=11)) == {"attachments": ["BASE_TYPE_MAX_LENGTH"]}


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({}, "type", "BASE_TYPE_REQUIRED"),
        ({"type": 3}, "type", "BASE_TYPE_CHOICES"),
        ({"type": True}, "type", "BASE_TYPE_CHOICES"),
        ({"type": 4}, "data", "BASE_TYPE_REQUIRED"),
        ({"type": 8, "data": {"choices": [{"name": "a", "value": "a"}] * 26}}, "data.choices", "BASE_TYPE_MAX_LENGTH"),
        ({"type": 8, "data": {"choices": [{"name": "x" * 101, "value": "a"}]}}, "data.choices.0.name",
         "BASE_TYPE_BAD_LENGTH"),
        ({"type": 8, "data": {"choices": [{"name": "a", "value": "x" * 101}]}}, "data.choices.0.value",
         "BASE_TYPE_MAX_LENGTH"),
        (modal(title="x" * 46), "data.title", "BASE_TYPE_BAD_LENGTH"),
        (modal(custom_id=None), "data.custom_id", "BASE_TYPE_REQUIRED"),
        (modal(components=[]), "data.components", "BASE_TYPE_BAD_LENGTH"),
        (modal(*(text_input(custom_id=str(n)) for n in range(6))), "data.components", "BASE_TYPE_BAD_LENGTH"),
        (modal(button()), f"data.{C}.type", "UNION_TYPE_CHOICES"),
        (modal(components=[{"type": 1, "components": [text_input(), text_input(custom_id="b")]}]),
         "data.components.0.components.1", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
        (modal(text_input(), text_input()), "data.components.1.components.0.custom_id",
         "COMPONENT_CUSTOM_ID_DUPLICATED"),
        (modal(text_input(label="x" * 46)), f"data.{C}.label", "BASE_TYPE_BAD_LENGTH"),
        (modal(text_input(label=None)), f"data.{C}.label", "BASE_TYPE_REQUIRED"),
        (modal(text_input(value="x" * 4001)), f"data.{C}.value", "BASE_TYPE_MAX_LENGTH"),
        (modal(text_input(value="long", max_length=3)), f"data.{C}.value", "BASE_TYPE_MAX_LENGTH"),
        (modal(text_input(placeholder="x" * 101)), f"data.{C}.placeholder", "BASE_TYPE_MAX_LENGTH"),
        (modal(text_input(min_length=4, max_length=3)), f"data.{C}.min_length",
         "TEXT_INPUT_COMPONENT_MIN_LENGTH_TOO_LARGE"),
        (modal(text_input(max_length=4001)), f"data.{C}.max_length", "NUMBER_TYPE_MAX"),
    ],
)  # fmt: skip
def test_a_wrong_first_answer_is_refused_where_it_is_wrong(body: dict[str, Any], path: str, code: str) -> None:
    assert code in faults(validation.interaction_response(body))[path]


@pytest.mark.parametrize(
    "body",
    [{"type": 1}, {"type": 5}, {"type": 5, "data": {"flags": 64}}, {"type": 6}, {"type": 7}, modal(),
     {"type": 8, "data": {"choices": []}},
     {"type": 8, "data": {"choices": [{"name": "x" * 100, "value": 1.5}] * 25}},
     modal(*(text_input(custom_id=str(n), value="x" * 4000, label="x" * 45) for n in range(5)), title="x" * 45)],
)  # fmt: skip
def test_every_kind_of_first_answer_passes(body: dict[str, Any]) -> None:
    assert faults(validation.interaction_response(body)) == {}


@pytest.mark.parametrize(
    ("errors", "paths"),
    [
        (validation.role({"name": "x" * 100, "permissions": "8", "color": 0}), []),
        (validation.role({"name": "x" * 101, "permissions": "many"}), ["name", "permissions"]),
        (validation.channel({"name": "x" * 100, "topic": "x" * 1024}, partial=False), []),
        (validation.channel({"topic": "x" * 1025}, partial=False), ["name", "topic"]),
        (validation.channel({"topic": "x" * 4096, "type": 15}, partial=True), []),
        (validation.thread({"name": "x" * 101, "auto_archive_duration": 5}, partial=True),
         ["auto_archive_duration", "name"]),
        (validation.member_edit({"nick": "x" * 32, "roles": ["1", "2"], "communication_disabled_until": None}), []),
        (validation.member_edit({"nick": "x" * 33, "roles": ["1", "1"]}), ["nick", "roles"]),
        (validation.ban({"delete_message_seconds": 604_801}), ["delete_message_seconds"]),
        (validation.audit_reason("x" * 512), []),
        (validation.audit_reason("x" * 513), ["X-Audit-Log-Reason"]),
    ],
)  # fmt: skip
def test_what_belongs_to_a_guild_has_its_limits(errors: Errors | None, paths: list[str]) -> None:
    assert sorted(faults(errors)) == paths


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "components", "options", "choices", "custom_id", "embeds", "data", "value", "name",
                         "id", "default_values", "allowed_mentions", "parse", "users", "fields", "author", "emoji",
                         "min_values", "attachments", "name_localizations", "min_value", "url", "description"]),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
shaped = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 9, None, "1"]),
        "data": junk,
        "embeds": st.lists(junk),
        "components": st.lists(st.fixed_dictionaries({"type": st.just(1), "components": st.lists(
            st.fixed_dictionaries({"type": st.integers(1, 9)}, optional={"options": junk, "custom_id": junk,
                                  "emoji": junk, "default_values": junk, "min_values": junk, "value": junk}))})),
        "allowed_mentions": junk,
        "options": st.lists(st.fixed_dictionaries({}, optional={"type": st.integers(0, 12), "options": junk,
                            "choices": junk, "name": junk, "autocomplete": junk, "min_value": junk})),
    },
)  # fmt: skip


@example({"allowed_mentions": {"parse": True, "users": [1]}})
@given(junk | shaped)
def test_no_json_breaks_the_judges(body: Any) -> None:
    for judge in (validation.message, validation.interaction_response, validation.command, validation.commands,
                  validation.role, validation.member_edit, validation.ban):  # fmt: skip
        errors = judge(body)
        assert errors is None or errors.body()["errors"]
    for kind in range(1, 10):
        validation.interaction_response({"type": kind, "data": body})
    validation.commands([body])
    validation.channel(body, partial=False)
    validation.thread(body, partial=True)
