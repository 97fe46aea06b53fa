"""Verbs on the process as a whole: its clock, its records, what goes wrong."""

import asyncio
from dataclasses import asdict
from typing import Any, Literal

from raidbot.playground.control.verbs import JSON, Verbs
from raidbot.playground.faults import Rule
from raidbot.playground.gateway import Intent
from raidbot.playground.records import KillOrder


class ProcessVerbs(Verbs):
    """What the driver asks of the process."""

    async def reset(self, *, rate_limits: bool) -> None:
        await self._server.reset(rate_limits=rate_limits)

    def shift_clock(self, *, seconds: float) -> float:
        self._server.clock.shift(seconds)
        return self._server.clock.offset

    def now(self) -> float:
        return self._server.clock.now()

    async def wait_ready(self) -> None:
        await self._server.gateway.wait_complete()

    async def wait_gone(self) -> None:
        while self._server.gateway.complete:  # noqa: ASYNC110 - the gateway announces the coming only
            await asyncio.sleep(0.01)

    def requests(self) -> list[JSON]:
        return [asdict(one) for one in self._server.records.requests]

    def counts(self) -> list[list[Any]]:
        return [[method, route, count] for (method, route), count in self._server.records.counts.items()]

    def total_requests(self) -> int:
        return self._server.records.total

    def problems(self) -> list[str]:
        return list(self._server.records.problems)

    def forgive(self) -> None:
        self._server.records.problems.clear()
        self._realm.interactions.excuse()

    def stop_at_request(self, *, n: int, pid: int, signal: int, after: bool) -> None:
        self._server.records.kill_order = KillOrder(n, pid, signal, after)

    def cancel_stop(self) -> bool:
        """Withdraw a kill order; tells whether it was still standing."""
        standing = self._server.records.kill_order is not None
        self._server.records.kill_order = None
        return standing

    def fault(self, *, rule: JSON) -> None:
        self._server.faults.add(Rule(**rule))

    def clear_faults(self) -> None:
        self._server.faults.clear()

    def drop_gateway(
        self, *, how: Literal["close", "cut", "reconnect", "invalidate"], resumable: bool, code: int
    ) -> int:
        gateway = self._server.gateway
        if how == "close":
            return gateway.drop(code)
        if how == "cut":
            return gateway.drop(None)
        return gateway.reconnect() if how == "reconnect" else gateway.invalidate(resumable=resumable)

    async def refuse_connections(self, *, seconds: float) -> None:
        await self._server.refuse_connections(seconds)

    def refuse_intents(self, *, intents: int) -> None:
        self._world.application.refused_intents = Intent(intents)
