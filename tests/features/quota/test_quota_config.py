"""`/configpoints` and `/configquota`: what is typed, what is kept, and how administrators see it."""

import asyncio
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raidbot.features.dungeons.api import catalogue
from raidbot.features.quota import models as m
from raidbot.features.quota.views import config as views
from raidbot.features.quota.views import ids
from raidbot.kernel.discord.text import figure
from tests.features.quota.conftest import GUILD, HIGH, OFFICER, Desk, QuotaStage
from tests.tables import rows

CHANGE = m.Change(GUILD, HIGH, OFFICER, 77, None)


@given(st.decimals(0, m.POINTS_MAX, places=2), st.sampled_from(".,"))
def test_points_are_read_as_they_are_shown(points: Decimal, mark: str) -> None:
    assert m.read_points(figure(points).replace(",", "").replace(".", mark), "it") == points


@pytest.mark.parametrize(
    ("text", "points"), [("1", "1"), ("1.1", "1.1"), (" 0,29 ", "0.29"), (".5", "0.5"), ("0", "0")]
)
def test_points_are_read_as_people_type_them(text: str, points: str) -> None:
    assert m.read_points(text, "it") == Decimal(points)
    assert m.read_points("  ", "it") is None


@pytest.mark.parametrize("text", ["-1", "1.125", "1,000", "ten", "10000", "1e3", "٣", "1.", "nan"])
def test_what_are_no_points_is_refused(text: str) -> None:
    with pytest.raises(m.WrongPointsError):
        m.read_points(text, "it")


def test_the_selects_hold_every_dungeon_once() -> None:
    offered = [one.code for part in range(3) for one in views.part_of(catalogue(), part)]
    assert sorted(offered) == sorted(one.code for one in catalogue().all)


def pair(old: str | None, new: str | None) -> dict[str, str | None]:
    """Write a change as the audit does."""
    return {"old": old, "new": new}


async def audited(desk: Desk) -> list[tuple[str, str, object]]:
    return await rows(desk.database, "SELECT action, subject, detail FROM audit ORDER BY id")


async def test_what_a_dungeon_is_worth_is_set_and_unset_with_old_and_new(desk: Desk) -> None:
    for points in ("1.10", "1.10", "2", None, None):
        typed = None if points is None else Decimal(points)
        await desk.config.set_worth(GUILD, m.Worth.COMPLETION, "THE_VOID", typed, OFFICER)
    assert (await desk.config.worths(GUILD))[m.Worth.COMPLETION] == []
    changes = [pair(None, "1.1"), pair("1.1", "2"), pair("2", None)]
    assert await audited(desk) == [("config.raider_points.set", "THE_VOID", {"THE_VOID": one}) for one in changes]


async def test_the_first_number_gives_a_role_its_quota_with_a_period_and_the_last_unset_leaves_the_defaults(
    desk: Desk,
) -> None:
    assert await desk.config.configured(GUILD, HIGH) is None
    await desk.config.set_figures(CHANGE, {m.Figure.REQUIRED: Decimal(10), m.Figure.ADDNOTE: Decimal("0.5")})
    await desk.config.set_override(CHANGE, "THE_VOID", Decimal("2.50"))
    found = await desk.config.configured(GUILD, HIGH)
    assert found is not None
    figures = {m.Figure.REQUIRED: Decimal(10), m.Figure.EXALT: Decimal(1), m.Figure.ADDNOTE: Decimal("0.5")}
    assert {one: found.quota[one] for one in figures} == figures
    assert found.overrides == [m.DungeonPoints("THE_VOID", Decimal("2.50"))]
    assert found.period.starts_at <= desk.clock.now() < found.period.ends_at
    await desk.config.set_figures(CHANGE, dict.fromkeys(m.Figure))
    await desk.config.set_override(CHANGE, "THE_VOID", None)
    found = await desk.config.configured(GUILD, HIGH)
    assert found is not None
    assert {one: found.quota[one] for one in m.Figure} == {one: one.default for one in m.Figure}
    assert found.overrides == []
    assert [(action, detail) for action, _, detail in await audited(desk)] == [
        ("quota.create", {"role": HIGH}),
        ("quota.set", {"role": HIGH, "required_points": pair("0", "10"), "addnote_points": pair("0", "0.5")}),
        ("quota.set", {"role": HIGH, "THE_VOID": pair(None, "2.5")}),
        ("quota.set", {"role": HIGH, "required_points": pair("10", "0"), "addnote_points": pair("0.5", "0")}),
        ("quota.set", {"role": HIGH, "THE_VOID": pair("2.5", None)}),
    ]


async def test_a_deleted_quota_leaves_what_was_earned_and_begins_anew(desk: Desk) -> None:
    await desk.config.set_figures(CHANGE, {m.Figure.REQUIRED: Decimal(10)})
    await desk.earn(HIGH, "3")
    await desk.config.delete(CHANGE)
    await desk.config.delete(CHANGE)
    assert await desk.config.configured(GUILD, HIGH) is None
    assert await rows(desk.database, "SELECT quota_points FROM ledger") == [(Decimal(3),)]
    assert [action for action, _, _ in await audited(desk)].count("quota.delete") == 1
    await desk.config.set_figures(CHANGE, {})
    assert await desk.config.configured(GUILD, HIGH) is not None


async def test_two_who_set_a_quota_up_at_once_make_one(desk: Desk) -> None:
    figures = [{m.Figure.REQUIRED: Decimal(10)}, {m.Figure.VERIFY: Decimal(1)}]
    await asyncio.gather(*(desk.config.set_figures(CHANGE, one) for one in figures))
    found = await desk.config.configured(GUILD, HIGH)
    assert found is not None
    assert [found.quota.required_points, found.quota.verify_points] == [10, 1]
    assert await rows(desk.database, "SELECT count(*) FROM quota_period") == [(1,)]


async def test_an_administrator_configures_and_a_moderator_looks(quota_stage: QuotaStage) -> None:
    admin, moderator = quota_stage.admin, quota_stage.moderator
    shown = await quota_stage.type(moderator, "configpoints")
    completions, keys = (ids.ChooseWorth(kind, 0).pack() for kind in m.Worth)
    refused = await moderator.select(shown, ["THE_VOID"], custom_id=completions)
    assert "Only server administrators" in refused.text
    panel = await quota_stage.type(admin, "configpoints")
    await admin.submit(await admin.select(panel, ["THE_VOID"], custom_id=completions), points="2,5")
    await panel.wait_for(lambda message: "Void **2.5**" in message.text)
    await admin.press(panel, "Keys")
    await admin.submit(await admin.select(panel, ["THE_VOID"], custom_id=keys), points="0")
    await panel.wait_for(lambda message: "Void **0**" in message.text)


async def test_a_refused_number_is_typed_again_and_what_is_saved_stands_on_the_panel(quota_stage: QuotaStage) -> None:
    admin, owner = quota_stage.admin, quota_stage.stage.guild.owner
    quota = await quota_stage.type(admin, "configquota", role=quota_stage.leaders)
    assert "no quota yet" in quota.text
    wrong = await admin.submit(await admin.press(quota, "Points"), required_points="12", base_exalt_points="1.125")
    assert "An exaltation run: points are a number" in wrong.text
    again = await admin.press(wrong, "Open it again")
    assert again.modal is not None
    assert [again.modal.field(name).value for name in ("required_points", "base_exalt_points")] == ["12", "1.125"]
    await admin.submit(again, required_points="12", base_exalt_points="1.1")
    await wrong.wait_for(lambda message: "An exaltation run: **1.1**" in message.text)

    quota = await quota_stage.type(owner, "configquota", role=quota_stage.leaders)
    assert "Required points\n12" in quota.text
    await owner.submit(await owner.press(quota, "Modmail, names, notes"), addnote_points="0.25")
    await quota.wait_for(lambda message: "A note: **0.25**" in message.text)
    await owner.submit(await owner.press(quota, "Period"), calendar="Two Weekly", anchor="2026-11-02 18:00")
    await quota.wait_for(lambda message: "every two weeks, on Monday at 18:00 (UTC)" in message.text)
    begins = "SELECT detail #>> '{begins,new}' FROM audit WHERE detail ? 'begins'"
    assert await rows(quota_stage.stage.database, begins) == [("2026-11-02 18:00",)]
    config = await quota_stage.type(admin, "config")
    await admin.submit(await admin.press(config, "Time zone"), value="America/New_York")
    there = "to_char(ends_at AT TIME ZONE 'America/New_York', 'Dy HH24:MI')"
    assert await rows(quota_stage.stage.database, f"SELECT {there} FROM quota_period") == [("Mon 18:00",)]
