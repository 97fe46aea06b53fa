from collections.abc import AsyncIterator

import pytest

from tests.playground.gateway.world import Server


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with Server().running() as server:
        yield server
