"""Everybody presses at once, and things break meanwhile."""

from raidbot.playground.page.tours.models import Backstage, Crowd, Press, Sees, Step, Tour, Type

STORM = Tour(
    "storm",
    "A storm",
    "All raiders press Join at the same moment, Discord refuses requests, the database restarts. Two minutes.",
    (
        Step(
            "Tobin is an organizer too. He opens a run everybody has waited for.",
            "Tobin",
            (Type("run", {"dungeon": "SHATTERS"}),),
            Sees("Organizer Panel: Shatters"),
            "slash",
        ),
        Step(
            "All raiders press Join at the same moment. Discord waits three seconds for an answer; look underneath how "
            "long it took, and how few statements and requests it needed.",
            "Tobin",
            (Crowd("join"),),
            Sees("Roster\n{everybody} raiders joined"),
            "underneath",
        ),
        Step(
            "Discord refuses half of all requests for a while (429), and everybody leaves. Clicks are still answered "
            "at once; the panel follows when it may.",
            "Tobin",
            (Backstage("rate_limit"), Crowd("leave", None, 3.0)),
            Sees("Roster\n1 raider joined"),
            "underneath",
        ),
        Step(
            "PostgreSQL restarts while everybody joins again. Clicks that arrive meanwhile are held, not refused.",
            "Tobin",
            (Backstage("database_restart"), Crowd("join", None, 4.0)),
            Sees("Roster\n{everybody} raiders joined"),
            "underneath",
        ),
        Step(
            "The connection to Discord breaks. The bot resumes it, and nothing that happened in between is lost.",
            "Tobin",
            (Backstage("gateway_drop"), Crowd("leave", None, 4.0)),
            Sees("Roster\n1 raider joined"),
            "underneath",
        ),
        Step(
            "Nobody is left, so Tobin cancels.",
            "Tobin",
            (Press("Cancel"),),
            Sees("❌ Cancelled: Shatters"),
            "button:Cancel",
        ),
        Step("That was the storm. What Discord shows and what the database holds is the same.", "Tobin"),
    ),
    before=("Cancel", "Cancel Run"),
)
