"""A real Chromium on a real server. Debian's browser where it is installed, Playwright's own elsewhere.

Without a browser these tests are skipped with the reason; in CI a missing browser is a failure.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, sync_playwright

from support.portal_site import MadeUp, make_site, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI
    from playwright.sync_api import Browser, Page, ViewportSize

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
COMMON = {"locale": "nl-BE", "reduced_motion": "reduce"}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": WCAG},
    "resultTypes": ["violations"],  # the rest is counted, not described: half the time
    "preload": False,  # nothing is loaded from elsewhere
}
UNDERSTOOD = ("the server responded with a status of", "htmx:sendAbort", "htmx:afterRequest")
"""A refusal, and a request that the reader broke off, are no faults of a page."""

NewPage = "Callable[..., AbstractContextManager[Page]]"
Uncomplaining = "Callable[[Page], AbstractContextManager[None]]"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        except Error as error:
            reason = f"no Chromium could be started: {str(error).splitlines()[0]}"
            if os.environ.get("CI") == "true":
                pytest.fail(f"{reason}; in CI these tests must run")
            pytest.skip(f"{reason}; install Debian's chromium, or run `playwright install chromium`")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site() -> FastAPI:
    """One site on made-up desks for all tests; each test gets a desk of its own."""
    return make_site()


@pytest.fixture(scope="session")
def address(site: FastAPI) -> Iterator[str]:
    """Where the site is served."""
    with serving(site) as address:
        yield address


@pytest.fixture
def desk(site: FastAPI) -> MadeUp:
    """The made-up desk behind the pages; remembers what was asked."""
    desk = MadeUp()
    site.state.desk = desk
    return desk


@pytest.fixture(scope="session")
def uncomplaining(address: str) -> Uncomplaining:
    """What a page's browser complains about on its console meanwhile fails the test, and asking another site does."""

    @contextmanager
    def minding(page: Page) -> Iterator[None]:
        complaints: list[str] = []
        listeners = {
            "console": lambda message: complaints.append(message.text) if message.type == "error" else None,
            "pageerror": lambda error: complaints.append(str(error)),
            "request": lambda request: None if request.url.startswith(address) else complaints.append(request.url),
        }
        for name, listener in listeners.items():
            page.on(name, listener)
        yield
        for name, listener in listeners.items():
            page.remove_listener(name, listener)
        assert [] == [one for one in complaints if not any(words in one for words in UNDERSTOOD)]

    return minding


@pytest.fixture(scope="session")
def free_tabs() -> dict[str, Page]:
    """Tabs that tests take over from each other: each new one costs a process that compiles all scripts again."""
    return {}


@pytest.fixture
def new_page(
    browser: Browser, address: str, desk: MadeUp, free_tabs: dict[str, Page], uncomplaining: Uncomplaining
) -> Iterator[NewPage]:
    """Opens a page of the site in a browser that remembers nothing; options as of Playwright's `new_context`."""
    used: set[str] = set()

    @contextmanager
    def open_page(
        path: str, *, viewport: ViewportSize = DESKTOP, color_scheme: str = "light", **options: Any
    ) -> Iterator[Page]:
        kind = repr(sorted(options.items()))
        page = free_tabs.pop(kind, None) or browser.new_context(**COMMON | options).new_page()
        try:
            page.set_viewport_size(viewport)
            page.emulate_media(media="null", color_scheme=color_scheme)
            with uncomplaining(page):
                page.goto(f"{address}{path}")
                yield page
            page.context.clear_cookies()  # all that our pages have a browser remember
        except BaseException:
            page.context.close()  # what a failed test leaves is for nobody
            raise
        free_tabs[kind] = page
        used.add(kind)

    yield open_page
    for kind in used & free_tabs.keys():
        free_tabs[kind].goto(f"{address}/static/portal/icon.svg")  # asks nothing any more, and keeps its process


@pytest.fixture(scope="session")
def violations() -> Callable[[Page], list[str]]:
    """What axe finds wrong on a page, by the rules of WCAG 2.2 A and AA."""
    axe = Axe()

    def find(page: Page) -> list[str]:
        found = axe.run(page, options=AXE_OPTIONS).response["violations"]
        return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]

    return find
