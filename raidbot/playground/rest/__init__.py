"""REST v10, one module a resource; a handler checks, acts through the realm's deeds, and returns the answer's JSON."""

from raidbot.playground.rest import (
    applications,
    channels,
    guilds,
    interactions,
    members,
    messages,
    reactions,
    roles,
    threads,
    users,
    webhooks,
)
from raidbot.playground.rest.routing import Router


def router() -> Router:
    """Build the router of everything this Discord answers."""
    modules = (
        applications,
        channels,
        guilds,
        interactions,
        members,
        messages,
        reactions,
        roles,
        threads,
        users,
        webhooks,
    )
    return Router([module.routes for module in modules])
