"""The whole bot with a feature of the tests' own."""

import pytest

from raidbot.kernel.discord.command_log import writer
from raidbot.kernel.discord.easel import lanes, notes
from tests.kernel.discord.workshop import Workshop
from tests.stage import Stage


@pytest.fixture
async def workshop(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """Lend the running bot, which writes its command log and what panels show at once; the stage stops it."""
    monkeypatch.setattr(writer, "EVERY_S", 0.03)
    monkeypatch.setattr(notes, "NOTE_EVERY_S", 0.03)
    workshop = Workshop(stage)
    stage.app = workshop
    await workshop.start()
    await stage.discord.wait_ready()
    return workshop


@pytest.fixture
def quick_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a channel have a turn each tenth of a second: for tests of a few requests."""
    monkeypatch.setattr(lanes, "TURN_S", 0.1)
