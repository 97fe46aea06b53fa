"""Requests and responses checked against Discord's OpenAPI document."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

_NULL = {"type": "null"}
# Where the document says integer, clients also send decimal strings: 64 bits are more than JavaScript holds.
_BIT_FIELDS = frozenset({"permissions", "allow", "deny", "default_member_permissions"})
_MAX_REASON = 300


class Contract:
    """One document. Needs `jsonschema_rs`; validators are built when a route is first met."""

    def __init__(self, path: Path) -> None:
        """Read the document; raises OSError, ValueError."""
        document: dict[str, Any] = json.loads(path.read_bytes())
        components = document["components"]
        self._paths: dict[str, Any] = document["paths"]
        self._answers: dict[str, Any] = components["responses"]
        self._schemas: dict[str, Any] = components["schemas"]
        # Snowflakes are strings in what Discord sends; of what it gets it takes numbers too.
        told = {name: self._sharpened(schema) for name, schema in self._schemas.items()}
        asked = {**told, "SnowflakeType": {"type": ["string", "integer"], "pattern": "^[0-9]+$"}}
        # The document gives a field's fault a number as code; Discord sends names (BASE_TYPE_MAX_LENGTH).
        told["InnerErrors"]["properties"]["_errors"]["items"] = {
            "type": "object",
            "required": ["code", "message"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        }
        self._told = {"schemas": told}
        self._asked = {"schemas": asked}
        self._validators: dict[tuple[str, str, int | None], Draft202012Validator | str] = {}

    def request(self, method: str, route: str, body: Any) -> str | None:
        """Say in one line what is wrong with a request's decoded JSON (None: no body), or None when it fits.

        `route` is the template as the document writes it; of multipart, pass what stands in `payload_json`.
        """
        key = (method, route, None)
        if key not in self._validators:
            self._validators[key] = self._for_request(method, route)
        return _verdict(self._validators[key], f"{method} {route}", body)

    def response(self, method: str, route: str, status: int, body: Any) -> str | None:
        """Say in one line what is wrong with a response's decoded JSON (None: no body), or None when it fits.

        Server errors are not described and always fit.
        """
        if status >= 500:
            return None
        key = (method, route, status)
        if key not in self._validators:
            self._validators[key] = self._for_response(method, route, status)
        return _verdict(self._validators[key], f"{method} {route} -> {status}", body)

    def _for_request(self, method: str, route: str) -> "Draft202012Validator | str":
        operation = self._paths.get(route, {}).get(method.lower())
        if operation is None:
            return "not in Discord's document"
        described = operation.get("requestBody")
        if described is None:
            return self._build(_NULL, self._asked)
        content = described["content"]
        schema = content.get("application/json") or next(iter(content.values()))
        return self._build(self._optional(schema["schema"], required=described.get("required", False)), self._asked)

    def _for_response(self, method: str, route: str, status: int) -> "Draft202012Validator | str":
        operation = self._paths.get(route, {}).get(method.lower())
        if operation is None:
            return "not in Discord's document"
        answers = operation["responses"]
        answer = answers.get(str(status)) or answers.get(f"{status // 100}XX")
        if answer is None:
            return "Discord does not answer with this status"
        if "$ref" in answer:
            answer = self._answers[answer["$ref"].rsplit("/", 1)[1]]
        content = answer.get("content")
        schema = content["application/json"]["schema"] if content and "application/json" in content else _NULL
        return self._build(schema, self._told)

    def _build(self, schema: dict[str, Any], components: dict[str, Any]) -> "Draft202012Validator":
        from jsonschema_rs import Draft202012Validator

        return Draft202012Validator({**self._sharpened(schema), "components": components})

    @staticmethod
    def _optional(schema: dict[str, Any], *, required: bool) -> dict[str, Any]:
        # hikari leaves out the body where every field is optional, and Discord takes it.
        return schema if required else {"oneOf": [_NULL, schema]}

    def _sharpened(self, node: Any) -> Any:
        """Rewrite unions so that errors name a field: by null first, then by the branches' `type`."""
        if isinstance(node, list):
            return [self._sharpened(each) for each in node]
        if not isinstance(node, dict):
            return node
        sharp = {key: self._sharpened(value) for key, value in node.items() if key not in {"anyOf", "oneOf"}}
        for name in _BIT_FIELDS & sharp.get("properties", {}).keys():
            sharp["properties"][name] = {"type": ["integer", "string", "null"], "pattern": "^[0-9]+$"}
        for union in ("anyOf", "oneOf"):
            if union in node:
                branches = [self._sharpened(each) for each in node[union] if each != _NULL]
                chosen = self._by_type(node[union], branches) or (
                    branches[0] if len(branches) == 1 else {union: branches}
                )
                sharp |= {"if": _NULL, "else": chosen} if _NULL in node[union] else {"allOf": [chosen]}
        return sharp

    def _by_type(self, union: list[Any], branches: list[Any]) -> dict[str, Any] | None:
        kinds = [self._types(each) for each in union if each != _NULL]
        flat = [kind for each in kinds for kind in each]
        if len(kinds) < 2 or not all(kinds) or len(set(flat)) < len(flat):
            return None
        return {
            "required": ["type"],
            "properties": {"type": {"enum": flat}},
            "allOf": [
                {"if": {"required": ["type"], "properties": {"type": {"enum": each}}}, "then": branch}
                for each, branch in zip(kinds, branches, strict=True)
            ],
        }

    def _types(self, branch: dict[str, Any]) -> list[Any]:
        """Return the values of `type` that belong to a branch of a union; empty where it does not say."""
        schema = self._schemas.get(branch.get("$ref", "").rsplit("/", 1)[-1], {})
        kinds: list[Any] = schema.get("properties", {}).get("type", {}).get("enum", [])
        return kinds if "type" in schema.get("required", ()) else []


def _verdict(validator: "Draft202012Validator | str", what: str, body: Any) -> str | None:
    if isinstance(validator, str):
        return f"{what}: {validator}"
    if validator.is_valid(body):
        return None
    error = next(iter(validator.iter_errors(body)))
    where = ".".join(str(part) for part in error.instance_path) or "body"
    return f"{what}: {where}: {error.message[-_MAX_REASON:]}"
