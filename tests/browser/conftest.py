"""The browser's tests: `make browser`. Elsewhere they are left out, and say why."""

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from raidbot.playground.demo.cast import NAMES
from tests.browser.house import NoHouseError, chromium, house

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.visitor import Visitor

WANTED = bool(os.environ.get("RAIDBOT_BROWSER"))
"""Set by `make browser`: what is missing then is a failure, not a reason to leave the tests out."""


class _LeftOut(pytest.Module):
    """A file of tests that is not even imported, since what it imports may not be there."""

    def collect(self) -> NoReturn:
        raise pytest.skip.Exception(_reason(), allow_module_level=True)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a real Chromium (make browser)")


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    return None if WANTED else _LeftOut.from_parent(parent, path=module_path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


def _reason() -> str:
    """Say why the browser's tests are left out."""
    if importlib.util.find_spec("playwright") is None:
        return "the browser's tests are left out: Playwright is not installed"
    try:
        chromium()
    except NoHouseError as error:
        return f"the browser's tests are left out: {error}"
    return "the browser's tests are run by `make browser`"


def _refuse(reason: object) -> NoReturn:
    pytest.fail(str(reason), pytrace=False)


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    try:
        path = chromium()
    except NoHouseError as error:
        _refuse(error)
    with sync_playwright() as playwright:
        # No sandbox: Chromium refuses to run as root with one, and it visits nothing but our own page.
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    try:
        with house() as found:
            yield found
    except NoHouseError as error:
        _refuse(error)


def visit(browser: "Browser", address: str, **options: Any) -> "Iterator[Visitor]":
    """Visit the page; afterwards nothing may have gone wrong in the browser."""
    from tests.browser.visitor import Visitor

    context = browser.new_context(**options)
    visitor = Visitor(context.new_page(), address)
    visitor.tidy()
    yield visitor
    context.close()
    assert visitor.faults == []


@pytest.fixture
def visitor(browser: "Browser", address: str) -> "Iterator[Visitor]":
    """Visit with a desktop's window, as Mira, where no run is open."""
    yield from visit(browser, address, viewport={"width": 1280, "height": 800})


_unseen = iter(NAMES[31:])


@pytest.fixture
def raider() -> str:
    """Name a raider who has not done anything yet: all tests visit one server."""
    return next(_unseen)


@pytest.fixture
def phone(browser: "Browser", address: str) -> "Iterator[Visitor]":
    """Visit with a phone's window."""
    yield from visit(browser, address, viewport={"width": 390, "height": 844}, has_touch=True)
