"""The pages of the example component, looked at by axe in Chromium at desktop and phone width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

import support.components
from support.asgi_servers import serving_asgi

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    assert (support.components.COMPONENTS / "dossierloket").is_dir()
    from dossierloket.app import bouw  # noqa: PLC0415 - importable only once its folder is on the path
    from dossierloket.instellingen import Instellingen  # noqa: PLC0415 - idem

    with serving_asgi(lambda url: bouw(Instellingen.uit({"PROEFTUIN_BASE_URL": url}))) as address:
        yield address


@pytest.fixture(scope="module")
def chromium(browser: Browser) -> Browser:
    """The one browser of all tests: Playwright's synchronous API allows one at a time."""
    return browser


@pytest.fixture(scope="module")
def pages(url: str) -> list[str]:
    """The list, a closed case, a case on which can be decided, and a page that is not there."""
    dossiers = {d["status"]: d["id"] for d in httpx.get(f"{url}/v1/dossiers").json()["items"]}
    klaar = dossiers["InVerwerking"]
    httpx.post(f"{url}/v1/dossiers/{klaar}/statussen", json={"status": "KlaarVoorBeslissing"}).raise_for_status()
    return ["/", f"/dossiers/{dossiers['Uitgevoerd']}", f"/dossiers/{klaar}", "/dossiers/bestaat-niet"]


@pytest.mark.parametrize("taal", ["nl", "en"])
@pytest.mark.parametrize("width", [1280, 360])
def test_no_page_has_a_barrier_or_scrolls_sideways(
    chromium: Browser, url: str, pages: list[str], width: int, taal: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - only where browser tests run

    context = chromium.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
    tab = context.new_page()
    found = {}
    for path in pages:
        tab.goto(f"{url}{path}?taal={taal}")
        report = Axe().run(tab, options={"runOnly": RULES})
        found[path] = [violation["id"] for violation in report.response["violations"]]
        if tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found[path].append("scrolls sideways")
        assert taal == tab.get_attribute("html", "lang")
    context.close()

    assert {path: [] for path in pages} == found
