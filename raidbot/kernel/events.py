"""In-process facts: what one feature did that others may listen to.

Subscribers run inside the publisher's transaction and may only write rows, so a fact and all that follows from it are
in the database together or not at all. Nobody may ask Discord from a subscriber.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from raidbot.kernel.database import Connection

F = TypeVar("F")
Subscriber = Callable[[Connection, F], Awaitable[None]]


class Events:
    """Hands facts to their subscribers."""

    def __init__(self) -> None:
        self._subscribers: dict[type[Any], list[Subscriber[Any]]] = defaultdict(list)

    def subscribe(self, fact: type[F], subscriber: Subscriber[F]) -> None:
        """Run `subscriber` for each published fact of exactly this type, in the order of subscription."""
        self._subscribers[fact].append(subscriber)

    async def publish(self, conn: Connection, fact: object) -> None:
        """Run the fact's subscribers in the caller's transaction; what one raises undoes the whole transaction.

        Raises RuntimeError outside a transaction.
        """
        if not conn.in_transaction:
            raise RuntimeError(f"{type(fact).__name__} published outside a transaction")
        for subscriber in self._subscribers[type(fact)]:
            await subscriber(conn, fact)
