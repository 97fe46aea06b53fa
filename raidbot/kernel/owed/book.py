"""The book of what is owed: writes rows in a caller's transaction and rings the workers once it has committed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Connection
from raidbot.kernel.owed.models import Bell, Effect, Panel
from raidbot.kernel.owed.queries import effects, panels, roles


class Owed:
    """Writes what is owed; one object a process, shared by services (who owe) and the Discord kit (which pays)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.topics: Bell[str] = Bell()
        """Topics with a new version."""
        self.roles: Bell[int] = Bell()
        """Guilds with a new role change."""
        self.effects: Bell[str] = Bell()
        """Kinds of effects newly owed."""
        self.opened: set[str] = set()
        """Topics that got a panel since somebody looked."""

    def touched(self, conn: Connection, versions: Mapping[str, int]) -> None:
        """Ring for topics whose versions a feature's own statement raised."""
        for topic, version in versions.items():
            _after(conn, lambda topic=topic, version=version: self.topics.ring(topic, version))  # type: ignore[misc]

    def roles_changed(self, conn: Connection, guild_ids: Sequence[int]) -> None:
        """Ring for guilds whose role changes a feature's own statement wrote."""
        for guild_id in guild_ids:
            _after(conn, lambda guild_id=guild_id: self.roles.ring(guild_id))  # type: ignore[misc]

    def effects_owed(self, conn: Connection, kind: str) -> None:
        """Ring for effects that a feature's own statement owes."""
        _after(conn, lambda: self.effects.ring(kind))

    async def open_topic(self, conn: Connection, topic: str) -> None:
        """Make a topic that panels can show."""
        await panels.open_topic(conn, topic)

    async def touch(self, conn: Connection, topic: str) -> None:
        """Have every panel of a topic drawn anew."""
        version = await panels.touch(conn, topic)
        if version is not None:
            self.touched(conn, {topic: version})

    async def public_panel(self, conn: Connection, *, kind: str, topic: str, guild_id: int, channel_id: int) -> Panel:
        """Owe a public panel of a topic in a channel; it is posted after the commit."""
        panel = await panels.add_public_panel(conn, kind=kind, topic=topic, guild_id=guild_id, channel_id=channel_id)
        _after(conn, lambda: self.opened.add(topic))
        await self.touch(conn, topic)
        return panel

    async def versions(self, conn: Connection, topics: Sequence[str]) -> Mapping[str, int]:
        """Tell how often what these topics show has changed; without those that do not exist."""
        return await panels.topic_versions(conn, topics)

    async def find_public_panel(self, conn: Connection, kind: str, topic: str) -> Panel | None:
        """Read the public panel of a topic."""
        return await panels.public_panel(conn, kind, topic)

    async def forget_role(self, conn: Connection, role_id: int) -> None:
        """Forget all changes of a role that is about to go."""
        await roles.forget_role(conn, role_id)

    async def members_with_role(self, conn: Connection, role_id: int) -> frozenset[int]:
        """List who is known to have a role that this queue gave."""
        return await roles.members_with_role(conn, role_id)

    async def want_role(
        self, conn: Connection, *, guild_id: int, role_id: int, user_ids: Sequence[int], wanted: bool
    ) -> None:
        """Owe a role to these members (`wanted`) or its removal; the newest wish wins."""
        if user_ids:
            now = self._clock.now()
            await roles.want_role(conn, guild_id=guild_id, role_id=role_id, user_ids=user_ids, wanted=wanted, now=now)
            self.roles_changed(conn, [guild_id])

    async def bring_in_line(
        self, conn: Connection, *, guild_id: int, role_id: int, wishes: Mapping[int, bool]
    ) -> Sequence[int]:
        """Owe a role to members who were just seen without it, or its removal to those seen with it.

        `wishes` says of each member whether it is to be given. Returns those to whom it was not owed yet.
        """
        if not wishes:
            return ()
        now = self._clock.now()
        changed = await roles.bring_in_line(conn, guild_id=guild_id, role_id=role_id, wishes=wishes, now=now)
        if changed:
            self.roles_changed(conn, [guild_id])
        return changed

    async def effects_about(self, conn: Connection, kind: str, subjects: Sequence[str]) -> Sequence[Effect]:
        """List what is owed of a kind about these subjects, at most one each."""
        return await effects.effects_about(conn, kind, subjects)

    async def effect(
        self,
        conn: Connection,
        kind: str,
        *,
        guild_id: int,
        subject: str,
        payload: Mapping[str, Any] | None = None,
        due_at: datetime | None = None,
    ) -> None:
        """Owe an effect on Discord; `subject` names what it is about: one effect a kind and subject."""
        now = self._clock.now()
        await effects.owe(
            conn,
            kind=kind,
            guild_id=guild_id,
            subject=subject,
            payload=payload or {},
            now=now,
            due_at=due_at or now,
        )
        self.effects_owed(conn, kind)

    async def forgo(self, conn: Connection, kind: str, subject: str) -> None:
        """Owe an effect no more: what it was for is done."""
        await effects.forgo(conn, kind, subject)


def _after(conn: Connection, ring: Callable[[], None]) -> None:
    """Ring once the rows are there for others: after the commit, or at once for a statement of its own."""
    if conn.in_transaction:
        conn.after_commit(ring)
    else:
        ring()
