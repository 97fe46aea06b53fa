"""Whom a message pings: what its content mentions and its allowed_mentions let through. Embeds never ping."""

import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

_USER = re.compile(r"<@!?(\d{15,21})>")
_ROLE = re.compile(r"<@&(\d{15,21})>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")
# Nothing in code is a mention. A backslash is no protection.
_CODE = re.compile(r"```.*?```|``.+?``|`[^`]+`", re.DOTALL)


class Pinged(NamedTuple):
    """Who is notified by a message."""

    users: frozenset[int]
    roles: frozenset[int]
    everyone: bool


def resolve(
    content: str,
    allowed: Mapping[str, Any] | None,
    *,
    may_everyone: bool,
    mentionable_roles: Collection[int],
    replied_to: int | None = None,
) -> Pinged:
    """Work out whom a message notifies.

    Args:
        content: The message's text.
        allowed: The `allowed_mentions` of the request; None (none given) lets everything through.
        may_everyone: The author may mention everyone.
        mentionable_roles: The roles that this author may mention: with that permission all but @everyone.
        replied_to: The author of the message that this one answers.
    """
    users: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    everyone = False
    if "@" in content:
        text = _CODE.sub(" ", content) if "`" in content else content
        users = _let_through(_USER.findall(text), "users", allowed)
        roles = _let_through(_ROLE.findall(text), "roles", allowed).intersection(mentionable_roles)
        everyone = (
            may_everyone
            and (allowed is None or "everyone" in (allowed.get("parse") or ()))
            and bool(_EVERYONE.search(text))
        )
    if replied_to is not None and (allowed is None or allowed.get("replied_user")):
        users |= {replied_to}
    return Pinged(users, roles, everyone)


def _let_through(found: list[str], kind: str, allowed: Mapping[str, Any] | None) -> frozenset[int]:
    ids = frozenset(map(int, found))
    if allowed is None or kind in (allowed.get("parse") or ()):
        return ids
    return ids.intersection(map(int, allowed.get(kind) or ()))
