"""How a request finds its handler, and what a handler gets."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from raidbot.playground.messages import Uploads
from raidbot.playground.realm import Realm
from raidbot.playground.refusals import INVALID_FORM, RefusedError, invalid_form
from raidbot.playground.validation import Errors
from raidbot.playground.world import World

JSON = dict[str, Any]
Handler = Callable[..., Any]
"""Takes the call and the path's parameters by name; returns JSON, or None for an answer without a body."""

_MAJOR = ("channel_id", "guild_id", "webhook_id")


@dataclass(slots=True)
class Call:
    """One request, authorised and read."""

    realm: Realm
    query: Mapping[str, str]
    body: Any
    uploads: Uploads
    reason: str | None
    """The audit log's reason."""

    @property
    def world(self) -> World:
        return self.realm.world

    def number(self, name: str, default: int, lowest: int, highest: int) -> int:
        """Read an integer of the query string, or refuse with 50035 when it is out of bounds."""
        raw = self.query.get(name)
        if raw is None:
            return default
        if not raw.isdecimal():
            raise invalid_form(name, "NUMBER_TYPE_COERCE", f'Value "{raw}" is not int.')
        if not lowest <= int(raw) <= highest:
            text = f"int value should be between {lowest} and {highest}."
            raise invalid_form(name, "NUMBER_TYPE_MIN" if int(raw) < lowest else "NUMBER_TYPE_MAX", text)
        return int(raw)

    def required(self, name: str) -> Any:
        """Give a field of the body, or refuse with 50035 when it is missing."""
        if self.body.get(name) is None:
            raise invalid_form(name, "BASE_TYPE_REQUIRED", "This field is required")
        return self.body[name]

    def page(self, ids: Iterable[int], default: int, highest: int) -> list[int]:
        """Choose the ids that limit, after and before of the query string ask for, in ascending order."""
        limit = self.number("limit", default, 1, highest)
        after, before = self.snowflake("after"), self.snowflake("before")
        chosen = sorted(one for one in ids if (after is None or one > after) and (before is None or one < before))
        return chosen[-limit:] if before is not None and after is None else chosen[:limit]

    def snowflake(self, name: str) -> int | None:
        """Read an id of the query string."""
        raw = self.query.get(name)
        if raw is not None and not raw.isdecimal():
            raise invalid_form(name, "NUMBER_TYPE_COERCE", f'Value "{raw}" is not snowflake.')
        return None if raw is None else int(raw)


@dataclass(frozen=True, slots=True)
class Endpoint:
    method: str
    template: str
    handler: Handler
    status: int
    """The status of a success that has a body; without one it is 204."""
    needs_token: bool
    """Callbacks and interaction webhooks carry their own token instead of the bot's."""
    body: type
    """What the body must be, dict or list; where there is none the handler gets an empty one."""

    def accepted(self, body: Any) -> Any:
        """Give the body that the handler may rely on, or refuse with 50035."""
        if body is None:
            return self.body()
        if not isinstance(body, self.body):
            errors = Errors()
            kind = "DictType" if self.body is dict else "ListType"
            errors.add((), f"{self.body.__name__.upper()}_TYPE_CONVERT", f"This is not what a {kind} may be made of")
            raise RefusedError(INVALID_FORM, errors.body())
        return body


class Routes:
    """The endpoints of one module."""

    def __init__(self) -> None:
        self.endpoints: list[Endpoint] = []

    def __call__(
        self, method: str, template: str, *, status: int = 200, needs_token: bool = True, body: type = dict
    ) -> Callable[[Handler], Handler]:
        """Register a handler; the template is written as in Discord's OpenAPI document."""

        def register(handler: Handler) -> Handler:
            self.endpoints.append(Endpoint(method, template, handler, status, needs_token, body))
            return handler

        return register


class _Node:
    __slots__ = ("children", "endpoints", "parameter", "wild")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.wild: _Node | None = None
        self.parameter = ""
        self.endpoints: dict[str, Endpoint] = {}


class Router:
    """A tree of path segments; what is written out goes before a parameter."""

    def __init__(self, routes: Sequence[Routes]) -> None:
        self._root = _Node()
        for endpoint in (one for some in routes for one in some.endpoints):
            node = self._root
            for segment in endpoint.template.split("/")[1:]:
                if not segment.startswith("{"):
                    node = node.children.setdefault(segment, _Node())
                    continue
                if node.wild is None:
                    node.wild = _Node()
                    node.parameter = segment[1:-1]
                node = node.wild
            node.endpoints[endpoint.method] = endpoint

    def find(self, method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
        """Find the endpoint for a path below /api/v10 and its parameters as text, or None."""
        node, found = self._root, {}
        for segment in path.split("/")[1:]:
            child = node.children.get(segment)
            if child is None:
                if node.wild is None:
                    return None
                found[node.parameter] = segment
                child = node.wild
            node = child
        endpoint = node.endpoints.get(method)
        return None if endpoint is None else (endpoint, found)


def typed(raw: Mapping[str, str]) -> dict[str, int | str]:
    """Turn the parameters that are ids into integers; refuses with 50035 what is none."""
    found: dict[str, int | str] = {}
    for name, value in raw.items():
        if not name.endswith("_id"):
            found[name] = value
        elif value.isdecimal():
            found[name] = int(value)
        else:
            raise invalid_form(name, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
    return found


def major(raw: Mapping[str, str]) -> str:
    """Give what Discord's rate limits tell apart within a route: channel, guild, or webhook with its token."""
    for name in _MAJOR:
        if name in raw:
            return raw[name] + raw.get("webhook_token", "")
    return ""


def checked(errors: Errors | None) -> None:
    """Refuse a body with 50035 when its validation found errors."""
    if errors is not None:
        raise RefusedError(INVALID_FORM, errors.body())
