"""**Update panel** touches what runs earned by themselves in the running period, and nothing else, and once."""

import asyncio
import random
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from raidbot.features.quota import models as m
from raidbot.features.quota.queries import ledger
from raidbot.features.quota.views import ids
from tests.features.quota.conftest import DUNGEONS, GUILD, HIGH, LOW, OFFICER, A, B, Desk, QuotaStage, deed
from tests.tables import rows

CHANGE = m.Change(GUILD, HIGH, OFFICER, 77, None)
ROWS = "SELECT id, user_id, kind, amount, points, quota_points, quota_role_id, at FROM ledger ORDER BY id"
CODES = ("SNAKE_PIT", "THE_VOID", "LOST_HALLS")


async def organise(desk: Desk, run_id: int, user_id: int = A, dungeon: str = "SNAKE_PIT", **other: object) -> None:
    """Write what a run earned its organizer by itself: a point of the role."""
    new = m.NewEntry(
        guild_id=GUILD,
        user_id=user_id,
        kind=m.Kind.ORGANISED,
        counts_as=m.Kind.ORGANISED,
        amount=1,
        quota_points=Decimal(1),
        quota_role_id=HIGH,
        dungeon=dungeon,
        run_id=run_id,
        pop=0,
    )
    async with desk.database.transaction() as conn:
        assert await ledger.add(conn, replace(new, **other), desk.clock.now()) is not None  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(3))
async def test_it_touches_only_what_it_may_whatever_is_there(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    for role in (LOW, HIGH):
        await desk.config.set_figures(replace(CHANGE, role_id=role), {})
    period = (await desk.periods.listed(GUILD, HIGH, m.TOP)).period
    runs = list[tuple[int, str]]()
    for run_id in range(1, 40):
        user, dungeon = chance.choice([A, B, A + 7]), chance.choice(CODES)
        match chance.randrange(4):
            case 0:  # of the period before
                desk.clock.shift(-timedelta(days=8))
                await organise(desk, run_id, user, dungeon)
                desk.clock.shift(timedelta(days=8))
            case 1:
                await organise(desk, run_id, user, dungeon, quota_role_id=LOW)
            case 2:
                await desk.bank.staff.log_runs(deed(user), DUNGEONS[dungeon], chance.randint(1, 5), [HIGH])
                await desk.earn(HIGH, str(chance.randint(1, 9)), user)
            case _:
                await organise(desk, run_id, user, dungeon)
                runs.append((user, dungeon))
    base, void = Decimal(chance.randint(0, 300)) / 100, Decimal(chance.randint(0, 300)) / 100
    await desk.config.set_figures(CHANGE, {m.Figure.NON_EXALT: base, m.Figure.EXALT: Decimal("1.5")})
    await desk.config.set_override(CHANGE, "THE_VOID", void)
    rates = {"SNAKE_PIT": base, "THE_VOID": void, "LOST_HALLS": Decimal("1.5")}
    wanted = defaultdict[int, Decimal](Decimal)
    for user, dungeon in runs:
        wanted[user] += rates[dungeon] - 1
    before = await rows(desk.database, ROWS)

    preview = await desk.recalculation.preview(GUILD, HIGH)
    assert await rows(desk.database, ROWS) == before
    assert {one.user_id: one.change for one in preview.corrections} == {user: by for user, by in wanted.items() if by}
    first, second = await asyncio.gather(*(desk.recalculation.recalculate(CHANGE) for _ in range(2)))
    assert sorted([len(first.corrections), len(second.corrections)]) == [0, len(preview.corrections)]
    assert (await desk.recalculation.preview(GUILD, HIGH)).corrections == []

    after = await rows(desk.database, ROWS)
    assert after[: len(before)] == before
    assert {user: points for _, user, _, _, _, points, _, _ in after[len(before) :]} == {
        one.user_id: one.change for one in preview.corrections
    }
    for _, _, kind, amount, points, _, role, at in after[len(before) :]:
        assert (kind, amount, points, role) == ("adjustment", 0, 0, HIGH)
        assert period.starts_at <= at < period.ends_at


async def test_rates_that_change_again_correct_the_corrections_and_nobody_goes_below_zero(desk: Desk) -> None:
    await desk.config.set_figures(CHANGE, {m.Figure.NON_EXALT: Decimal(3)})
    for run_id in (1, 2):
        await organise(desk, run_id)
    await desk.recalculation.recalculate(CHANGE)
    await desk.config.set_figures(CHANGE, {m.Figure.NON_EXALT: Decimal("0.5")})
    await desk.recalculation.recalculate(replace(CHANGE, interaction_id=78))
    total = "SELECT sum(quota_points) FROM ledger"
    assert await rows(desk.database, total) == [(Decimal(1),)]
    await desk.earn(HIGH, "-0.75")
    await desk.config.set_figures(CHANGE, {m.Figure.NON_EXALT: Decimal(0)})
    done = await desk.recalculation.recalculate(replace(CHANGE, interaction_id=79))
    assert [one.change for one in done.corrections] == [Decimal("-0.25")]
    assert await rows(desk.database, total) == [(Decimal(0),)]
    actions = await rows(desk.database, "SELECT count(*) FROM audit WHERE action = 'quota.recalculate'")
    assert actions == [(3,)]


async def test_what_changed_since_the_preview_is_told(quota_stage: QuotaStage) -> None:
    at, database = quota_stage, quota_stage.stage.database
    panel = await at.type(at.admin, "configquota", role=at.leaders)
    await at.admin.submit(await at.admin.press(panel, "Points"), base_non_exalt_points="2")
    at.look()
    await at.board("📊 Quota", at.leader.mention)

    async def run(run_id: int) -> None:
        await rows(
            database,
            "INSERT INTO ledger (guild_id, user_id, kind, counts_as, amount, points, quota_points, quota_role_id,"
            f" dungeon, run_id, pop, at) VALUES ({at.stage.guild.id}, {at.leader.id}, 'organised', 'organised', 1, 0,"
            f" 1, {at.leaders.id}, 'SNAKE_PIT', {run_id}, 0, now()) RETURNING 1",
        )

    await run(1)
    await at.admin.press(panel, "Update panel")
    shown = await panel.wait_for(lambda message: "1 run: 1 → **2** (+1)" in message.text)
    assert f"{ids.Recalculate(at.leaders.id, 1, 100).pack()}" in {button.custom_id for button in shown.buttons}
    await run(2)
    await at.admin.press(panel, "Change it")
    await panel.wait_for(lambda message: "2 runs: 2 → **4** (+2)" in message.text and "Something had" in message.text)
    await at.board(f"{at.leader.mention} **4** · 2 runs")
