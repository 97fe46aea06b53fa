"""One zygote and a few local Discords a worker."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from raidbot.kernel.database import EmbeddedPostgres
from raidbot.playground.driver import Process
from tests.faults.bots import zygote
from tests.faults.replay import Scene

PLACES = 4
"""Evenings that one worker plays at the same time: a bot waits for Discord's rate limits most of the evening."""


@pytest.fixture(scope="session")
def scene(postgres: EmbeddedPostgres, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Lend what it takes to play evenings."""
    folder = tmp_path_factory.mktemp("evenings")
    contract = os.environ.get("DISCORD_OPENAPI")
    with ExitStack() as stack:
        path = stack.enter_context(zygote(folder))
        discords = []
        for place in range(PLACES):
            process = Process.start(clock_file=folder / f"clock{place}", contract=Path(contract) if contract else None)
            stack.callback(process.stop)
            discords.append(process)
        yield Scene(path, postgres, template, discords, folder)
