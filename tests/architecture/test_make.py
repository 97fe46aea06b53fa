"""The commands that the README and CI promise exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = (
    *("help", "setup", "run", "migrate", "doctor", "demo"),
    *("fmt", "check", "test", "browser", "screenshots", "bench", "profile", "drill"),
)


def _targets() -> dict[str, str]:
    text = (ROOT / "Makefile").read_text("utf-8")
    found = re.finditer(r"^([a-z]+):(.*)\n((?:\t.*\n)*)", text, re.MULTILINE)
    return {match[1]: match[2] + match[3] for match in found}


@pytest.mark.parametrize("target", TARGETS)
def test_make_has_the_target_sets_up_first_and_says_what_it_does(target: str) -> None:
    rule = _targets()[target]
    assert re.search(r"## \S", rule)
    assert target in {"help", "setup"} or " setup " in f" {rule.partition('##')[0].strip()} "


def test_check_is_format_lint_types_contracts_and_tests() -> None:
    rule = _targets()["check"]
    parts = ["ruff format --check", "ruff check", "mypy", "lint-imports", "(MAKE) test"]
    assert [part for part in parts if part not in rule] == []


def test_ci_runs_the_very_commands_that_a_developer_runs() -> None:
    path = ROOT / ".ci" / "run"
    assert path.stat().st_mode & 0o111
    assert path.read_text("utf-8").rstrip().endswith("\nmake check\nscripts/plans\nmake browser")


def test_the_program_has_its_commands() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "raidbot", "--help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    ).stdout
    assert [name for name in ("run", "migrate", "doctor", "demo") if not re.search(rf"\b{name}\b", shown)] == []
