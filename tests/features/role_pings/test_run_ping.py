"""A run reaches who chose its dungeon."""

from tests.features.role_pings.conftest import Board


async def test_the_panel_of_a_run_pings_the_role_of_its_dungeon_once(running: Board) -> None:
    (pit,) = await running.map("SNAKE_PIT")
    await running.map("THE_VOID")
    panel, _ = await running.stage.open_run("SNAKE_PIT")
    assert panel.content == f"@here {pit.mention}"
    assert panel.pinged.roles == {pit.id}
    assert panel.pinged.everyone
    (kate,) = await running.stage.add_raiders(1)
    await kate.press(panel, "Join")
    shown = await running.stage.panel_shows("2 raiders joined")
    assert pit.mention in shown.content
    await panel.delete()
    back = await running.stage.raids.wait_for(lambda message: message.id != panel.id and bool(message.buttons))
    assert back.pinged.roles == set()
