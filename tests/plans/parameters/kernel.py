"""The kernel's statements."""

from datetime import timedelta

from raidbot.kernel.discord.command_log import Entry
from tests.plans.fill import A_YEAR, CHANNEL, GUILD, INTERACTION, MEMBER, MESSAGE, NOW, ROLE, Town
from tests.plans.parameters.case import HOUR, STORM, Case


def cases(town: Town) -> list[Case]:
    """List the cases."""
    return [*_kernel(), *_owed(town)]


def _kernel() -> list[Case]:
    guild = {"guild": GUILD}
    mapped = {"guild_id": GUILD, "id": ROLE, "now": NOW, "actor_id": MEMBER}
    entry = Entry(NOW, GUILD, CHANNEL, MEMBER, "component", "raids.join", "ok", None, "c", 20, 25)
    return [
        ("command_log.add", {"entries": [entry] * STORM}),
        ("command_log.oldest", {}),
        ("command_log.drop", {"moment": NOW}),
        ("guilds.all_settings", {}),
        ("guilds.settings", guild),
        ("guilds.ensure", {"guild_id": GUILD, "name": "Renamed", "now": NOW}),
        ("guilds.set_role", {**mapped, "key": "muted"}),
        ("guilds.unset_role", {**guild, "key": "officer"}),
        ("guilds.set_channel", {**mapped, "key": "raid"}),
        ("guilds.unset_channel", {**guild, "key": "raid"}),
        ("guilds.set_module", {"guild_id": GUILD, "key": "raids", "enabled": False}),
        (
            "guilds.set_options",
            {
                **guild,
                "new_run_roles": False,
                "new_live_run_hours": 3,
                "new_time_zone": "Europe/Berlin",
                "new_accent_colour": None,
            },
        ),
        ("forms.keep", {"interaction_id": 1, "user_id": MEMBER, "form": {"title": "Limits"}, "now": NOW}),
        ("forms.kept", {"interaction": INTERACTION + 1, "member": MEMBER + 1}),
        ("forms.old", {"before": NOW, "skip": [INTERACTION + 1]}),
        ("forms.forget", {"interaction": INTERACTION + 2_000}),
    ]


def _owed(town: Town) -> list[Case]:
    topic = f"run:{town.open_run}"
    public = {"kind": "raids.public", "topic": topic}
    at = {"guild_id": GUILD, "channel_id": CHANNEL}
    panel = {"panel_id": town.open_run}
    message = MESSAGE + town.open_run
    role = {"role": ROLE + town.open_run}
    member = {**role, "member": town.raiders[0] if town.raiders else 0}
    pressed = {"user_id": MEMBER, "token": "new", "note": None, "now": NOW}
    effect = {"effect_id": 1, "due": NOW - timedelta(minutes=19)}
    return [
        ("owed.open_topic", {"topic": "run:0"}),
        ("owed.touch", {"which": topic}),
        ("owed.add_public_panel", {**public, **at, "kind": "other"}),
        ("owed.press_panel", {**public, **at, **pressed, "message_id": MESSAGE + 500_000_001 + town.open_run * 1_000}),
        ("owed.press_panel", {**public, **at, **pressed, "message_id": MESSAGE + 1_000_000_000}),
        ("owed.public_panel", public),
        ("owed.panel_of_message", {"posted_id": message}),
        ("owed.panels_of_topics", {"topics": [topic]}),
        ("owed.panels_of_topics", {"topics": [f"run:{A_YEAR - n}" for n in range(5)]}),
        ("owed.topic_versions", {"topics": [f"run:{A_YEAR - n}" for n in range(5)]}),
        ("owed.stale_panels", {}),
        ("owed.panels_showed", {"ids": [A_YEAR - n for n in range(5)], "versions": [1_000] * 5}),
        ("owed.panel_posting", {**panel, "now": NOW}),
        ("owed.panel_posted", {**panel, "posted_id": MESSAGE + 1_000_000_000}),
        ("owed.panel_gone", {"gone_id": message}),
        ("owed.panel_blocked", {**panel, "reason": "missing permissions"}),
        ("owed.blocked_panels", {}),
        ("owed.drop_panel", {**panel, "pressed": None}),
        ("owed.panels_pressed_before", {"moment": NOW - timedelta(minutes=14), "skip": [1, 2]}),
        (
            "owed.want_role",
            {"guild": GUILD, **role, "users": [MEMBER + n for n in range(STORM)], "is_wanted": True, "now": NOW},
        ),
        ("owed.want_role", {"guild": GUILD, **role, "users": list(town.raiders), "is_wanted": False, "now": NOW}),
        (
            "owed.bring_in_line",
            {
                "guild": GUILD,
                **role,
                "users": [MEMBER + n for n in range(STORM)],
                "wishes": [n % 2 == 0 for n in range(STORM)],
                "now": NOW,
            },
        ),
        ("owed.roles_due", {"guild_id": GUILD, "now": NOW}),
        ("owed.guilds_with_owed_roles", {"now": NOW}),
        ("owed.role_asking", member),
        ("owed.role_given", {**member, "is_given": True}),
        ("owed.role_later", {**member, "was_wanted": True, "again_at": NOW + HOUR}),
        ("owed.forget_role", role),
        ("owed.members_with_role", role),
        (
            "owed.owe",
            {"kind": "k", "guild_id": GUILD, "subject": "1", "payload": {}, "now": NOW, "due_at": NOW},
        ),
        (
            "owed.owe",
            {
                "kind": "raids.delete_message",
                "guild_id": GUILD,
                "subject": "1",
                "payload": {},
                "now": NOW,
                "due_at": NOW,
            },
        ),
        ("owed.effects_about", {"kind": "raids.delete_message", "subjects": ["1", "2", "3"]}),
        ("owed.effects_due", {"now": NOW, "running": [1, 2, 3]}),
        ("owed.next_effect_due", {"running": [1, 2, 3]}),
        ("owed.effect_done", effect),
        ("owed.forgo", {"kind": "raids.delete_message", "subject": "1"}),
        ("owed.effect_later", {**effect, "again_at": NOW + HOUR, "reason": None}),
        ("owed.blocked_effects", {}),
    ]
