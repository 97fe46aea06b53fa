"""Makes rows for tests, through the services that make them in life."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from raidbot.features.dungeons.api import catalogue
from raidbot.features.members.api import Standing
from raidbot.features.quota.api import Ledger
from raidbot.features.raids.events import CompletionsEarned, RunOrganised
from raidbot.features.raids.models import Click, ClickResult, NewRun, OpenedRun, Wish
from raidbot.features.raids.service import (
    LimitService,
    OrganizerService,
    OryxService,
    RaiderService,
    RequestService,
    RunOpenings,
    UpkeepService,
)
from raidbot.kernel.clock import Clock
from raidbot.kernel.database import Database
from raidbot.kernel.events import Events
from raidbot.kernel.owed import Owed

GUILD, CHANNEL, ORGANIZER = 200_000_000_000_000_001, 300_000_000_000_000_001, 400_000_000_000_000_001
_interactions = count(900_000_000_000_000_001)


@dataclass
class House:
    """The services of raids on a database, without Discord."""

    database: Database
    clock: Clock
    owed: Owed
    events: Events
    openings: RunOpenings
    raiders: RaiderService
    organizers: OrganizerService
    limits: LimitService
    oryx: OryxService
    requests: RequestService
    upkeep: UpkeepService
    ledger: Ledger
    positions: dict[int, int]
    """Of roles, in every guild; higher roles have the higher number."""

    @classmethod
    def build(cls, database: Database) -> "House":
        """Build the services with the ledger listening."""
        clock, events = Clock(), Events()
        positions: dict[int, int] = {}
        owed = Owed(clock)
        ledger = Ledger(catalogue(), lambda _: positions, clock, owed)
        events.subscribe(CompletionsEarned, ledger.note_completions)
        events.subscribe(RunOrganised, ledger.note_organised)
        shared = (database, owed, events, clock)
        return cls(
            database,
            clock,
            owed,
            events,
            openings=RunOpenings(*shared),
            raiders=RaiderService(*shared),
            organizers=OrganizerService(*shared),
            limits=LimitService(*shared),
            oryx=OryxService(*shared),
            requests=RequestService(*shared),
            upkeep=UpkeepService(*shared),
            ledger=ledger,
            positions=positions,
        )

    async def make_run(self, *, run_roles: bool = True, **overrides: Any) -> OpenedRun:
        """Open a run."""
        values: dict[str, Any] = {
            "guild_id": GUILD,
            "organizer_id": ORGANIZER,
            "organizer_name": "Orga",
            "organizer_role_ids": (1,),
            "interaction_id": next(_interactions),
            "dungeon": "SNAKE_PIT",
            "channel_id": CHANNEL,
            "party": "3",
            "location": "USW",
            "description": None,
        }
        return await self.openings.open_run(NewRun(**{**values, **overrides}), run_roles=run_roles)

    async def make_live(self, *, hours: int = 2, **overrides: Any) -> int:
        """Open a run and start it; return its id."""
        run = await self.make_run(**overrides)
        await self.organizers.start(overrides.get("guild_id", GUILD), run.run_id, ORGANIZER, live_hours=hours)
        return run.run_id

    async def click(
        self,
        run_id: int,
        user_id: int,
        wish: Wish = Wish.JOIN,
        value: str | None = None,
        *,
        standing: Standing = Standing.FINE,
        guild_id: int = GUILD,
    ) -> ClickResult:
        """Click on a run's panel."""
        return await self.raiders.click(Click(next(_interactions), run_id, guild_id, user_id, wish, standing, value))

    async def join(self, run_id: int, user_ids: Sequence[int]) -> None:
        """Have members join."""
        for user_id in user_ids:
            await self.click(run_id, user_id)
