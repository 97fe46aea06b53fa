"""Key logging as organizers see it, on the local Discord."""

import pytest

from raidbot.features.keys import models as m
from raidbot.features.keys.service import KeyService
from raidbot.kernel.database import Unavailable
from tests.features.keys.conftest import Guildhall, choose, offered, pick, shown
from tests.tables import rows

SNAKE, INC, SHIELD, SWORD, HELM = "SNAKE_PIT_KEY", "WC_INC", "SHIELD_RUNE", "SWORD_RUNE", "HELM_RUNE"


async def test_the_keys_of_two_pops_are_logged_by_two_organizers_and_the_last_is_taken_back(
    guildhall: Guildhall,
) -> None:
    stage, helper, orga = guildhall.stage, guildhall.helper, guildhall.stage.organizer
    rabe, ratte, otter = guildhall.raiders
    ended = await guildhall.end("SNAKE_PIT", pops=2, offers=[(ratte, "Snake Pit"), (rabe, "Snake Pit")])
    panel = await orga.press(ended, "Log Keys")
    assert panel.ephemeral
    assert offered(panel) == ["Ratte", "Rabe"]
    assert "0 of 2 logged" in panel.text
    assert "Pop 1 · Snake Pit Key: who popped it?" in panel.text
    await choose(orga, panel, "Rabe")
    assert f"Pop 1 · Snake Pit Key goes to {rabe.mention}: 5 points." in panel.text
    assert "Pop 2 · Snake Pit Key: who popped it?" in panel.text

    await stage.stop_bot()
    await stage.start_bot()
    listed = await guildhall.listed(helper)
    assert f"{orga.mention}, ended" in listed.text
    assert "1 of 2 open" in listed.text
    theirs = await helper.select(listed, ["Snake Pit by Orga"])
    assert f"✅ Pop 1 · Snake Pit Key: {rabe.mention}, 5 points" in theirs.text
    await pick(helper, theirs, otter)
    assert "Everything is logged" in theirs.text
    assert [button.label for button in shown(theirs).buttons] == ["Undo last"]
    assert await guildhall.logged() == [(1, SNAKE, rabe.id), (2, SNAKE, otter.id)]
    assert "nothing to log" in (await guildhall.listed(helper)).text

    await choose(orga, panel, "Ratte")
    assert "Somebody logged that key a moment ago" in panel.text
    assert "Everything is logged" in panel.text
    await helper.press(theirs, "Undo last")
    assert f"Pop 2 · Snake Pit Key is taken back from {otter.mention}" in theirs.text
    assert "Pop 2 · Snake Pit Key: who popped it?" in theirs.text
    await stage.add_raiders(m.LISTED + 1, prefix="crowd")
    crowd = await helper.submit(await helper.press(theirs, "Type a name"), who="crowd")
    assert "Type a bit more" in crowd.text
    await orga.press(panel, "Undo last")
    assert "took that back a moment ago" in panel.text
    assert await guildhall.logged() == [(1, SNAKE, rabe.id)]


async def test_the_four_keys_of_oryx_are_skipped_and_found_by_what_is_typed(guildhall: Guildhall) -> None:
    helper, orga = guildhall.helper, guildhall.stage.organizer
    rabe, ratte, otter = guildhall.raiders
    star = await guildhall.stage.guild.add_member("★ Zoe", roles=[guildhall.stage.verified_role])
    ended = await guildhall.end("ORYX_3", offers=[(rabe, "Inc"), (star, "Helm Rune")])
    panel = await helper.select(await guildhall.listed(helper), ["Oryx 3 by Orga"])
    assert offered(panel) == ["Rabe", "★ Zoe"]
    await helper.press(panel, "Skip")
    assert "Left open" in panel.text
    assert "Shield Rune: who popped it?" in panel.text
    nobody = await helper.submit(await helper.press(panel, "Type a name"), who="nosuch")
    assert "can't find a member called “nosuch”" in nobody.text
    again = await helper.press(nobody, "Open it again")
    assert again.modal is not None
    assert again.modal.field("who").value == "nosuch"
    several = await helper.submit(again, who="@ra")
    assert "2 members fit “@\N{ZERO WIDTH SPACE}ra”" in several.text
    assert sorted(offered(several)) == ["Rabe", "Ratte"]
    await choose(helper, several, "Ratte")
    assert f"Shield Rune goes to {ratte.mention}" in several.text
    found = await helper.submit(await helper.press(several, "Type a name"), who="zoe")
    assert f"Sword Rune goes to {star.mention}" in found.text
    assert "they earn nothing" in (await pick(helper, found, guildhall.stage.guild.bot)).text

    panel = await orga.press(ended, "Log Keys")
    await orga.submit(await orga.press(panel, "Type a name"), who=otter.mention)
    assert "Helm Rune: who popped it?" in panel.text
    assert offered(panel) == ["★ Zoe", "Rabe"]
    await choose(orga, panel, "★ Zoe")
    assert "Everything is logged" in panel.text
    assert await guildhall.logged() == [
        (0, SHIELD, ratte.id),
        (0, SWORD, star.id),
        (0, INC, otter.id),
        (0, HELM, star.id),
    ]


async def test_a_kill_between_a_key_and_its_answer_logs_it_once(
    guildhall: Guildhall, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, orga = guildhall.stage, guildhall.stage.organizer
    rabe, *_ = guildhall.raiders
    ended = await guildhall.end("SNAKE_PIT", pops=2)
    panel = await orga.press(ended, "Log Keys")

    async def killed(*_: object) -> None:
        raise Unavailable("killed")

    with monkeypatch.context() as patched:
        patched.setattr(KeyService, "sheet", killed)
        await pick(orga, panel, rabe)
        await stage.stop_bot()
    assert await guildhall.logged() == [(1, SNAKE, rabe.id)]
    await stage.start_bot()
    again = await orga.press(ended, "Log Keys")
    assert "1 of 2 logged" in again.text
    assert "Pop 2 · Snake Pit Key: who popped it?" in again.text
    await pick(orga, panel, rabe)
    assert "Somebody logged that key a moment ago" in panel.text
    assert await guildhall.logged() == [(1, SNAKE, rabe.id)]


async def test_keys_outside_of_runs_are_counted_in_public_and_undone(guildhall: Guildhall) -> None:
    stage, helper = guildhall.stage, guildhall.helper
    rabe, *_ = guildhall.raiders
    keys = await helper.autocomplete(stage.raids, "logkey", "key", "", member=rabe, dungeon="THE_VOID")
    assert [name for name, _ in keys] == ["Lost Halls Key", "Vial of Pure Darkness"]
    assert "Which key of" in (await helper.command(stage.raids, "logkey", member=rabe, dungeon="THE_VOID")).text
    done = await helper.command(
        stage.raids, "logkey", member=rabe, dungeon="THE_VOID", key="VIAL_OF_PURE_DARKNESS", amount=2, reason="late"
    )
    assert not done.ephemeral
    for text in ("Keys logged", rabe.mention, "Void", "+2 🌑 Vial of Pure Darkness", "+10 points", "late"):
        assert text in done.text
    taken = await helper.command(stage.raids, "logkey", member=rabe, dungeon="THE_VOID", key="Vial", amount=-5)
    assert "-2 🌑 Vial of Pure Darkness" in taken.text
    assert "nobody goes below zero" in taken.text
    assert "or an officer" in (await stage.organizer.press(taken, "Undo")).text
    await helper.press(taken, "Undo")
    assert "Keys removed, and undone" in taken.text
    refused = await rabe.command(stage.raids, "logkey", member=rabe, dungeon="SNAKE_PIT")
    assert stage.organizer_role.mention in refused.text
    assert await rows(stage.database, "SELECT sum(amount), sum(points) FROM ledger WHERE counts_as = 'key_pop'") == [
        (2, 10)
    ]
