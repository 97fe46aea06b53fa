"""A page in front of a local Discord in which a small bot lives."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from raidbot.playground.demo.cast import Cast, gather_cast
from raidbot.playground.driver import LocalDiscord
from raidbot.playground.page import Page, page
from tests.playground.core.conftest import discord, playground
from tests.playground.core.tiny_bot import TinyBot

__all__ = ["discord", "playground"]

RAIDERS = 12


@pytest.fixture
async def cast(discord: LocalDiscord) -> Cast:
    return await gather_cast(discord, RAIDERS)


@pytest.fixture
async def bot(discord: LocalDiscord, cast: Cast) -> AsyncIterator[TinyBot]:
    tiny = TinyBot(discord)
    await tiny.app.start(check_for_updates=False)
    await discord.wait_ready()
    yield tiny
    if tiny.app.is_alive:
        await tiny.app.close()
    assert tiny.errors == []


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Lend what the build would make, or nearly."""
    (tmp_path / "index.html").write_text("<!doctype html>the page")
    (tmp_path / "page.js").write_text("// script")
    (tmp_path / "page.css").write_text("/* style */")
    (tmp_path / "secret").write_text("not for the browser")
    return tmp_path


@pytest.fixture
async def shown(discord: LocalDiscord, cast: Cast, files: Path) -> AsyncIterator[Page]:
    """Serve the page, with a stage that has no processes but the local Discord."""
    stage: Any = SimpleNamespace(discord=discord, bot=SimpleNamespace(log=files / "bot.log"), postgres=None)
    async with page(stage, cast, files, night=False) as served:
        yield served


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
