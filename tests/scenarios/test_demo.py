"""`make demo` as a newcomer runs it, and the audit that decides about its exit status."""

import asyncio
import contextlib
import io
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from raidbot.kernel.database import EmbeddedPostgres
from raidbot.kernel.discord.checkup import invitation
from raidbot.playground.demo import FEWEST, play
from raidbot.playground.demo.audit import Check, Facts, audit
from raidbot.playground.demo.card import markdown, relative
from raidbot.playground.demo.diary import Answers, Diary, Tone
from raidbot.playground.demo.queries import Completion, RunRow
from raidbot.playground.demo.view import frame, sparkline

ROOT = Path(__file__).parents[2]
SOON_S = 60.0
"""Longest wait for a line of the demo, on a machine that does other things too."""


class Demo:
    """A headless demo, as a process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.output = ""

    async def says(self, text: str) -> None:
        """Read on until it has said something."""
        assert self.process.stdout is not None
        async with asyncio.timeout(SOON_S):
            while text not in self.output:
                line = await self.process.stdout.readline()
                assert line, f"it ended without saying {text!r}: {self.output}"
                self.output += line.decode()

    async def ends(self) -> int:
        """Read it to its end and return the exit status."""
        assert self.process.stdout is not None
        async with asyncio.timeout(100):
            self.output += (await self.process.stdout.read()).decode()
            return await self.process.wait()


@contextlib.asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[Demo]:
    """Start a demo in a folder, beside a `.env` and an environment that would break it if it read them."""
    (folder / ".env").write_text("DISCORD_TOKEN=nonsense\nDATABASE_URLL=typo\n")
    hostile = {"DISCORD_TOKEN": "nonsense", "database_url": "nonsense", "GUILD_IDS": "nonsense", "CLOCK_FILE": "/"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "raidbot", "demo", "--raiders", "12", "--headless"),
        cwd=folder,
        env={**os.environ, **hostile, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield Demo(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@pytest.fixture
def folder(server_root: Path) -> Path:
    """Lend a folder to run it in."""
    return server_root.parent


def bot_pid(folder: Path) -> int:
    return int((folder / ".data/demo/bot.lock").read_text())


async def gone(pid: int) -> None:
    """Wait until a process is gone."""
    deadline = time.monotonic() + 10
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.kill(pid, 0)
            await asyncio.sleep(0.05)
        pytest.fail(f"process {pid} still runs")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def postgres_runs(folder: Path) -> bool:
    return (EmbeddedPostgres(folder / ".data/demo/postgres").data / "postmaster.pid").exists()


@pytest.mark.timeout(240)
async def test_the_demo_ends_as_it_should_also_after_one_that_was_killed(folder: Path) -> None:
    async with demo(folder) as killed:
        await killed.says("The panel is up")
        killed.process.send_signal(signal.SIGKILL)
        await killed.process.wait()
    orphan = bot_pid(folder)
    async with demo(folder) as whole:
        status = await whole.ends()
    assert status == 0, whole.output
    await gone(orphan)
    assert whole.output.count("✔") == len(audit(good_facts()))
    assert "✘" not in whole.output
    assert "25 completions" in whole.output  # of 13 who were in at the first pop, and 12 at the second
    assert "kills survived" in whole.output
    assert names(folder) == [".data", ".env"]
    assert names(folder / ".data") == ["demo"]
    assert not postgres_runs(folder)


@pytest.mark.timeout(180)
async def test_ctrl_c_stops_all_processes_and_a_second_demo_is_refused_meanwhile(folder: Path) -> None:
    async with demo(folder) as first:
        await first.says("The panel is up")
        async with demo(folder) as second:
            assert await second.ends() == 1
            assert "another demo is running" in second.output
        first.process.send_signal(signal.SIGINT)
        assert await first.ends() == 130
    await gone(bot_pid(folder))
    assert not postgres_runs(folder)


def test_the_readme_invites_the_bot_with_the_permissions_it_needs() -> None:
    assert invitation(0).replace("client_id=0", "client_id=APPLICATION_ID") in (ROOT / "README.md").read_text()


async def test_too_few_raiders_make_no_raid_night(tmp_path: Path) -> None:
    assert await play(raiders=FEWEST - 1, headless=True, folder=tmp_path / "demo") == 2
    assert not (tmp_path / "demo").exists()


# --- the audit -------------------------------------------------------------------------------------------------------


def panel(title: str, **fields: str) -> dict[str, Any]:
    named = [{"name": name.replace("_", " "), "value": value} for name, value in fields.items()]
    return {"embeds": [{"title": title, "fields": named}], "components": []}


def good_facts() -> Facts:
    everybody, fewer = frozenset({1, 2, 3}), frozenset({1, 2})
    return Facts(
        told_in=fewer,
        told_at_pop=[everybody, fewer],
        runs=[RunRow(7, "ended", 2), RunRow(8, "cancelled", 0)],
        joined=fewer,
        completions=[Completion(7, 1, 1), Completion(7, 1, 2), Completion(7, 1, 3), *LAST_POP],
        owed=0,
        first_panel=panel("✅ Ended: Void", Roster="2 raiders joined", Duration="1m 2s", Final_Chain="Chain 2/2"),
        second_panel=panel("❌ Cancelled: Nest"),
        roles_left=[],
        messages_left=0,
        unanswered=0,
        problems=[],
        exit_status=0,
    )


LAST_POP = [Completion(7, 2, 1), Completion(7, 2, 2)]


def failed(facts: Facts) -> list[Check]:
    return [check for check in audit(facts) if not check.passed]


def test_an_evening_that_ended_as_it_should_passes_every_check() -> None:
    assert failed(good_facts()) == []


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        ({"runs": [RunRow(7, "ended", 2), RunRow(8, "open", 0)]}, "['ended', 'open']"),
        ({"joined": frozenset({1})}, "1 lost, 0 too many"),
        ({"joined": frozenset({1, 2, 9})}, "0 lost, 1 too many"),
        ({"completions": LAST_POP}, "3 missing, 0 that nobody earned, 0 doubled"),
        ({"completions": [*good_facts().completions, Completion(8, 0, 1)]}, "1 that nobody earned"),
        ({"completions": [*good_facts().completions, LAST_POP[0]]}, "1 doubled"),
        ({"roles_left": ["Mira's Void"]}, "Mira's Void"),
        ({"messages_left": 1}, "1 too many"),
        ({"owed": 2}, "2 things"),
        ({"unanswered": 1}, "1 were not"),
        ({"problems": ["an unknown route"]}, "an unknown route"),
        ({"exit_status": -9}, "-9"),
        ({"second_panel": panel("⏳ Starting Soon: Nest")}, "Starting Soon"),
        ({"first_panel": {**good_facts().first_panel, "components": [{}]}}, "1 rows of buttons"),
    ],
)
def test_each_thing_that_went_wrong_fails_one_check_that_says_it(spoiled: dict[str, Any], said: str) -> None:
    checks = failed(replace(good_facts(), **spoiled))
    assert len(checks) == 1
    assert said in checks[0].detail


def test_a_panel_that_counts_other_raiders_than_the_database_fails() -> None:
    shown = panel("✅ Ended: Void", Roster="21 raiders joined", Duration="1m 2s", Final_Chain="Chain 2/2")
    assert "21 raiders" in failed(replace(good_facts(), first_panel=shown))[0].detail


# --- the view --------------------------------------------------------------------------------------------------------


def test_the_view_fits_a_terminal_of_80_by_24() -> None:
    diary = Diary(60, ("one", "two"))
    diary.begin("two")
    for number in range(40):
        diary.say(f"{number}: something happened that takes more than one line of the log to tell 🍄", Tone.GOOD)
    diary.acknowledged.extend(float(number % 50) for number in range(500))
    console = Console(width=80, height=24, color_system=None, record=True, file=io.StringIO())
    console.print(frame(diary, 80, 24))
    lines = console.export_text().splitlines()
    assert len(lines) == 24
    assert "39: something" in "\n".join(lines)
    assert "500 clicks" in "\n".join(lines)


def test_discords_markdown_is_read_as_members_see_it() -> None:
    text = r"<@5> **LIVE** \*no\* closes <t:1000:R> in <#6>, <@&9> [here](https://example.org)"
    shown = markdown(text, {5: "Mira", 6: "raids"}, now=980.0)
    assert shown.plain == "@Mira LIVE *no* closes in 20 seconds in #raids, @somebody here"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "in 0 seconds"), (61, "in 1 minute"), (-7200, "2 hours ago"), (90000, "in 1 day")]
)
def test_times_are_relative(seconds: float, said: str) -> None:
    assert relative(seconds) == said


def test_a_sparkline_keeps_the_highest_of_what_it_must_join() -> None:
    assert sparkline([0, 8, 0, 0], 2) == "█▁"
    assert sparkline([], 10) == ""


def test_answers_are_summed_up_by_nearest_rank() -> None:
    assert Answers.of([float(number) for number in range(1, 101)]) == Answers(100, 50.0, 99.0, 100.0)
    assert Answers.of([]).count == 0
