"""The statements of role pings."""

from typing import Any

from tests.plans.fill import GUILD, INTERACTION, MEMBER, MEMBERS, NOW, PING, PINGS
from tests.plans.parameters.case import Case


def cases() -> list[Case]:
    """List the cases."""
    guild, member = {"guild": GUILD}, MEMBER + 1_999
    chosen = {"guild_id": GUILD, "role_id": PING + 1, "now": NOW, "actor_id": MEMBER}

    def wishes(user_id: int) -> dict[str, Any]:
        roles = [PING + 1 + n for n in range(PINGS)]
        return {
            **guild,
            "member": user_id,
            "roles": roles,
            "wishes": [False] * PINGS,
            "held": [True] * PINGS,
            "now": NOW,
        }

    return [
        ("role_pings.mapped", guild),
        ("role_pings.of_dungeons", {**guild, "dungeons": [f"DUNGEON_{n}" for n in range(1, 6)]}),
        ("role_pings.map", {**chosen, "dungeon": "DUNGEON_2"}),
        ("role_pings.map", {**chosen, "dungeon": "DUNGEON_50"}),
        ("role_pings.unmap", {**guild, "of_dungeon": "DUNGEON_1"}),
        ("role_pings.forget_role", {**guild, "role": PING + 1}),
        ("role_pings.choices", {**guild, "member": member}),
        ("role_pings.choices", {**guild, "member": MEMBER + MEMBERS}),
        ("role_pings.choose", wishes(member)),
        ("role_pings.choose", wishes(MEMBER + MEMBERS)),
        ("role_pings.posting", guild),
        ("role_pings.post", {"guild_id": GUILD, "interaction_id": INTERACTION + 1}),
    ]
