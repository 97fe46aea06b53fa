"""A kill between any two steps loses no word to a key holder and says nothing twice."""

import hikari
import pytest

from raidbot.features.early_locations.service import ANNOUNCE, TELL, EarlyLocationService
from raidbot.features.raids.models import KEY_WITHDRAWN
from raidbot.features.raids.service import UpkeepService
from tests.features.early_locations.conftest import Evening
from tests.kills import cut_off, lost
from tests.tables import rows


async def owed(evening: Evening) -> set[str]:
    return {kind for (kind,) in await rows(evening.stage.database, "SELECT kind FROM owed_effect")}


@pytest.mark.parametrize("away", [0, 90], ids=["at once", "after a minute and a half"])
async def test_a_kill_between_a_message_and_its_row_says_it_once(
    evening: Evening, monkeypatch: pytest.MonkeyPatch, away: int
) -> None:
    ada, *_ = evening.raiders
    panel, organizers = await evening.stage.open_run("SHATTERS")
    await evening.confirm(ada, panel)
    with monkeypatch.context() as patched:
        patched.setattr(EarlyLocationService, "told", lost)
        patched.setattr(EarlyLocationService, "announced", lost)
        await evening.place(organizers, "USW left bazaar")
        await evening.channel.wait_for(lambda message: "left bazaar" in message.text)
        await evening.until_written(ada)
        await evening.stage.stop_bot()
    assert await owed(evening) >= {TELL, ANNOUNCE}
    await evening.pass_time(away)
    await evening.stage.start_bot()
    await evening.settle()
    assert len(await ada.direct_messages()) == 1
    assert len(await evening.channel.messages()) == 1
    assert await rows(evening.stage.database, "SELECT number, how FROM early_told") == [(1, "dm")]
    assert await rows(evening.stage.database, "SELECT 1 FROM early_place WHERE message_id IS NULL") == []


async def test_what_was_committed_before_a_kill_is_said_after_it(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bo, cy, _ = evening.raiders
    panel, organizers = await evening.stage.open_run("SHATTERS", party="3", location="USW left bazaar")
    await evening.channel.wait_for(lambda message: "Location Set" in message.text)
    for raider in (ada, bo, cy):
        await evening.confirm(raider, panel)
    with monkeypatch.context() as patched:
        patched.setattr(UpkeepService, "key_withdrawn", lost)
        assert "backed out" in (await ada.press(panel, "Shatters")).text
        await evening.stage.stop_bot()
    assert await owed(evening) == {KEY_WITHDRAWN}
    with monkeypatch.context() as patched:
        patched.setattr(hikari.impl.RESTClientImpl, "create_dm_channel", cut_off)
        await evening.stage.start_bot()
        await evening.place(organizers, "EUW ruins")
        await evening.channel.wait_for(lambda message: "EUW ruins" in message.text)
        await evening.stage.stop_bot()
    assert TELL in await owed(evening)
    await evening.stage.start_bot()
    assert "Key confirmation" in (await evening.letters(cy, 1))[0].text
    assert "Location update" in (await evening.letters(bo, 1))[0].text
    assert await ada.direct_messages() == []
    assert len(await evening.channel.messages()) == 2
