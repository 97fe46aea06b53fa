"""A raid night of key holders, by pressing buttons."""

from tests.features.early_locations.conftest import Evening


async def test_who_brings_a_key_learns_the_place_early(evening: Evening) -> None:
    stage = evening.stage
    ada, bo, cy, dee = evening.raiders
    panel, organizers = await stage.open_run("SHATTERS")
    answer = await ada.press(panel, "Shatters")
    assert "will you bring it" in answer.text
    await ada.press(answer, "Confirm")
    assert "I'll send it to you the moment it's set" in answer.text
    await evening.confirm(bo, panel)
    assert "you are on the list" in (await evening.confirm(cy, panel)).text
    late = await dee.press(panel, "Shatters")
    shown = await organizers.wait_for(lambda message: "(4, 3 confirmed)" in message.text)
    assert f"✓ {ada.mention} {bo.mention} {cy.mention}\n{dee.mention}" in shown.text

    await evening.place(organizers, "USW left bazaar")
    (first,) = await evening.letters(ada, 1)
    assert first.embeds[0]["title"] == "Key confirmation: Shatters"
    assert "left bazaar" in first.text
    assert [button.url for button in first.buttons][1] == (
        f"https://discord.com/channels/{stage.guild.id}/{stage.raids.id}/{panel.id}"
    )
    await evening.letters(bo, 1)
    announced = await evening.channel.wait_for(lambda message: "Location Set" in message.text)
    assert announced.pinged.roles == {evening.ping.id}

    await evening.place(organizers, "EUW ruins")
    assert "has moved" in (await evening.letters(ada, 2))[1].text
    moved = await evening.channel.wait_for(lambda message: "Location Updated" in message.text)
    assert moved.embeds[0]["color"] == 0xFEE75C
    assert await cy.direct_messages() == []

    backed_out = await ada.press(first, "Back out")
    assert "You're off the list" in backed_out.text
    assert "bazaar" not in backed_out.text
    assert "EUW ruins" in (await evening.letters(cy, 1))[0].text
    await organizers.wait_for(lambda message: f"backed out: {ada.mention}" in message.text)
    await dee.press(late, "Confirm")
    await stage.organizer.press(organizers, "Start")
    assert "the run is live" in (await evening.letters(dee, 1))[0].text
    await dee.press(late, "Where to?")
    assert "The run is at **Party:** 3 | **Location:** EUW ruins" in late.text
    assert [len(await raider.direct_messages()) for raider in evening.raiders] == [2, 2, 1, 1]


async def test_a_raider_who_takes_no_messages_finds_the_place_in_the_next_answer(evening: Evening) -> None:
    ada, bo, *_ = evening.raiders
    await ada.set_dms(is_open=False)
    panel, organizers = await evening.stage.open_run("SHATTERS")
    answer = await evening.confirm(ada, panel)
    await evening.place(organizers, "USW left bazaar")
    await evening.settle()
    assert await ada.direct_messages() == []
    assert "USW left bazaar" in (await ada.press(panel, "Join")).text
    assert "bazaar" not in (await bo.press(panel, "Join")).text
    await ada.press(answer, "Where to?")
    assert "keep it to yourself" in answer.text
    assert "USW left bazaar" in answer.text
    await ada.press(answer, "Back out")
    assert "is off the list" in answer.text
    await organizers.wait_for(lambda message: f"backed out: {ada.mention}" in message.text)
    assert "bazaar" not in (await bo.command(evening.stage.raids, "runs")).text
    assert all("bazaar" not in message.text for message in await evening.stage.raids.messages())


async def test_who_lost_the_right_to_raid_or_left_is_not_told(evening: Evening) -> None:
    stage = evening.stage
    ada, bo, cy, _ = evening.raiders
    panel, organizers = await stage.open_run("SHATTERS")
    await evening.confirm(ada, panel)
    await evening.confirm(bo, panel)
    await evening.confirm(cy, panel)
    await stage.guild.set_roles(ada, [])
    await bo.leave()
    await evening.place(organizers, "USW left bazaar")
    await evening.letters(cy, 1)
    assert await ada.direct_messages() == []
    assert await bo.direct_messages() == []
