"""REQUEST_GUILD_MEMBERS: which members a request names, and the chunks they come in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from raidbot.playground.gateway.source import GatewaySource

CHUNK_SIZE = 1000
MAX_NAMED = 100


@dataclass(frozen=True, slots=True)
class MembersRequest:
    """A client's request: all members (no query, no limit), those with a name prefix, or those with given ids."""

    guild_id: int
    query: str
    limit: int
    user_ids: tuple[int, ...] | None
    presences: bool
    nonce: str | None

    @property
    def everyone(self) -> bool:
        """All members of the guild: needs the members intent and is limited to one in 30 s and guild."""
        return self.user_ids is None and not self.query and not self.limit


def parse(data: dict[str, Any]) -> MembersRequest:
    """Read a request's data.

    Raises:
        KeyError, TypeError, ValueError: It has no guild, neither query nor ids, more than 100 ids or a bad limit.
    """
    ids = data.get("user_ids")
    if ids is not None and not isinstance(ids, list):
        ids = [ids]
    if ids is None and "query" not in data:
        raise ValueError("a query or user_ids is required")
    if ids is not None and len(ids) > MAX_NAMED:
        raise ValueError("at most 100 user_ids")
    limit = int(data.get("limit") or 0)
    if limit < 0:
        raise ValueError("a negative limit")
    nonce = data.get("nonce")
    return MembersRequest(
        guild_id=int(data["guild_id"]),
        query=str(data.get("query") or ""),
        limit=limit,
        user_ids=None if ids is None else tuple(int(user_id) for user_id in ids),
        presences=bool(data.get("presences")),
        # A longer nonce is dropped without a word.
        nonce=nonce if isinstance(nonce, str) and len(nonce.encode()) <= 32 else None,
    )


def chunks(source: GatewaySource, request: MembersRequest) -> Iterator[dict[str, Any]]:
    """Yield the data of the GUILD_MEMBERS_CHUNK events that answer a request: at least one, 1,000 members each."""
    found, not_found = _find(source, request)
    count = max(1, -(-len(found) // CHUNK_SIZE))
    for index in range(count):
        chunk: dict[str, Any] = {
            "guild_id": str(request.guild_id),
            "members": found[index * CHUNK_SIZE : (index + 1) * CHUNK_SIZE],
            "chunk_index": index,
            "chunk_count": count,
        }
        if not_found:
            chunk["not_found"] = not_found
        if request.presences:
            chunk["presences"] = []
        if request.nonce is not None:
            chunk["nonce"] = request.nonce
        yield chunk


def _find(source: GatewaySource, request: MembersRequest) -> tuple[list[dict[str, Any]], list[str]]:
    if request.user_ids is not None:
        pairs = [(user_id, source.member(request.guild_id, user_id)) for user_id in dict.fromkeys(request.user_ids)]
        return [member for _, member in pairs if member], [str(user_id) for user_id, member in pairs if not member]
    members = list(source.members(request.guild_id))
    if request.everyone:
        return members, []
    prefix = request.query.lower()
    matching = [member for member in members if any(name.lower().startswith(prefix) for name in _names(member))]
    return matching[: min(request.limit or MAX_NAMED, MAX_NAMED)], []


def _names(member: dict[str, Any]) -> Iterator[str]:
    # Discord's search looks at the username and the nickname.
    yield member["user"]["username"]
    if member.get("nick"):
        yield member["nick"]
