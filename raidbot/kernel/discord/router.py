"""Finds what a custom id means and hands the press to the runner."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from raidbot.kernel.discord.answers import Answer, Bucket, Policy, Result
from raidbot.kernel.discord.custom_ids import CustomId, OutdatedCustomIdError, split
from raidbot.kernel.discord.error_texts import OutdatedError
from raidbot.kernel.discord.request import Request
from raidbot.kernel.discord.runner import Runner
from raidbot.kernel.permissions import Capability

C = TypeVar("C", bound=CustomId)


@dataclass(frozen=True, slots=True)
class Route(Generic[C]):
    """What happens when a component or form with this kind of custom id is used."""

    custom_id: type[C]
    policy: Policy
    handler: Callable[[Request, C], Awaitable[Result]]
    direct: bool = False
    """Works in direct messages too, where the custom id's `guild_id` says what server it is about."""


_ANYONE = Policy(Capability("press an old button", None, None), Answer.PRIVATE, Bucket.BUTTON, quick=True)


class Router:
    """All routes of all features."""

    def __init__(self, runner: Runner, routes: Sequence[Route[Any]]) -> None:
        self._runner = runner
        self._routes: dict[tuple[str, str], Route[Any]] = {}
        for route in routes:
            key = (route.custom_id.PREFIX, str(route.custom_id.VERSION))
            if key in self._routes:
                raise RuntimeError(f"two routes for the custom id {key}")
            self._routes[key] = route

    def guild_of(self, custom_id: str) -> int | None:
        """Say what server a press in direct messages is about; None for what only works inside a server."""
        key, fields = split(custom_id)
        route = self._routes.get(key)
        if route is None or not route.direct:
            return None
        try:
            return int(route.custom_id.unpack(fields).guild_id)
        except OutdatedCustomIdError:
            return None

    async def handle(self, request: Request, custom_id: str) -> None:
        """Answer a press; one of an unknown or outdated custom id gets a friendly answer."""
        key, fields = split(custom_id)
        route = self._routes.get(key)
        request.name = key[0]
        if route is not None:
            try:
                parsed = route.custom_id.unpack(fields)
            except OutdatedCustomIdError:
                route = None
        if route is None:
            await self._runner.run(request, _ANYONE, _outdated)
            return
        subject = getattr(parsed, route.policy.per) if route.policy.per else None
        handler = route.handler
        await self._runner.run(request, route.policy, lambda asked: handler(asked, parsed), subject=subject)


async def _outdated(_: Request) -> Result:
    raise OutdatedError
