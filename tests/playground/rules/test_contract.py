"""Needs Discord's OpenAPI document, whose path stands in DISCORD_OPENAPI."""

import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from raidbot.playground import validation
from raidbot.playground.contract import Contract
from raidbot.playground.ratelimits import RateLimits

DOCUMENT = os.environ.get("DISCORD_OPENAPI", "")
pytestmark = pytest.mark.skipif(not DOCUMENT, reason="DISCORD_OPENAPI names no OpenAPI document of Discord's")
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
MESSAGES = "/channels/{channel_id}/messages"


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract(Path(DOCUMENT))


def button(**changes: Any) -> dict[str, Any]:
    return {"type": 1, "components": [{"type": 2, "style": 1, "label": "Join", "custom_id": "a", **changes}]}


def test_what_fits_is_fine(contract: Contract) -> None:
    assert contract.request("POST", CALLBACK, {"type": 5}) is None
    assert contract.request("POST", CALLBACK, {"type": 4, "data": {"components": [button()]}}) is None
    assert contract.request("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", None) is None
    assert contract.request("POST", "/guilds/{guild_id}/roles", {"permissions": "8"}) is None
    assert contract.request("POST", MESSAGES, {"attachments": [{"id": 0, "filename": "a.png"}]}) is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"type": 99}, "type: 99 is not one of"),
        ({"type": 4, "data": {"components": [button(label="x" * 81)]}}, "data.components.0.components.0.label"),
        ({"type": 4, "data": {"components": [button(type=99)]}}, "data.components.0.components.0.type"),
        ({"type": 9, "data": {"custom_id": "a", "title": "x" * 46, "components": [button()]}}, "data.title"),
    ],
)
def test_a_wrong_callback_is_told_by_the_field_of_its_own_branch(
    contract: Contract, body: dict[str, Any], reason: str
) -> None:
    assert reason in (contract.request("POST", CALLBACK, body) or "")


def test_options_of_a_command_are_told_apart_by_type(contract: Contract) -> None:
    option = {"type": 3, "name": "dungeon", "description": "x" * 101}
    reason = contract.request("PUT", "/applications/{application_id}/commands", [
        {"name": "run", "description": "d", "options": [option]}
    ])  # fmt: skip
    assert "0.options.0.description" in (reason or "")


def test_routes_and_statuses_that_discord_does_not_know_are_told(contract: Contract) -> None:
    assert "not in Discord's document" in (contract.request("POST", "/nowhere", {}) or "")
    assert "does not answer" in (contract.response("GET", MESSAGES, 302, None) or "")


def test_a_response_must_be_whole_and_an_empty_one_empty(contract: Contract) -> None:
    assert "required" in (contract.response("POST", MESSAGES, 200, {"id": "1"}) or "")
    given = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"
    assert contract.response("PUT", given, 204, None) is None
    assert contract.response("PUT", given, 204, {}) is not None
    assert contract.response("PUT", given, 502, "Bad Gateway") is None


def test_refusals_of_this_discord_fit(contract: Contract) -> None:
    errors = validation.message({"embeds": [{"title": "x" * 257}], "components": [button(style=9)]})
    assert errors is not None
    assert contract.response("POST", MESSAGES, 400, errors.body()) is None
    limits = RateLimits(True, lambda: 1_700_000_000.0)
    verdicts = [limits.check("POST", MESSAGES, "1", authorised=True, interaction=False) for _ in range(6)]
    assert contract.response("POST", MESSAGES, 429, orjson.loads(verdicts[-1].body or b"")) is None
