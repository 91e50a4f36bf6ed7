"""The pages about a town: a report and a browsable town, by WCAG 2.2 AA, on two widths, light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.portal_site import serving
from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.explore.app import make_app
from vlavirgem.report import write_report
from vlavirgem.report.tables import TownTables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 800}
SMALLEST = {"width": 320, "height": 640}
PAGES = (
    "/",
    "/kaart",
    "/zoek?q=straat",
    "/straatnamen",
    "/personen/2",
    "/gebouwen/3",
    "/dossiers/1",
    "/niets",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small town on disk."""
    place = tmp_path_factory.mktemp("verkennen") / "stad"
    Town.generate(profile=small_profile(), seed=7).write(place)
    return place


@pytest.fixture(scope="module")
def town(folder: Path) -> Iterator[str]:
    """Where its pages are."""
    with serving(make_app(TownTables.open(folder))) as address:
        yield address


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """An empty page; a complaint on its console fails the test."""
    context = browser.new_context(locale="nl-BE", viewport=DESKTOP, reduced_motion="reduce")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [] == [one for one in complaints if "the server responded with a status of" not in one]


def test_a_browsable_town_has_no_violations(page: Page, violations, town: str) -> None:
    """Both languages, both widths, light and dark: each page in another mix, the first in all."""
    for number, path in enumerate(PAGES):
        mark = "&" if "?" in path else "?"
        for language in ("nl", "en") if number == 0 else (("nl", "en")[number % 2],):
            page.goto(f"{town}{path}{mark}taal={language}")
            for viewport, scheme in ((DESKTOP, "light"), (PHONE, "dark")):
                page.set_viewport_size(viewport)
                page.emulate_media(color_scheme=scheme)
                assert [] == violations(page), (path, language, viewport, scheme)


def test_no_page_of_a_town_scrolls_sideways(page: Page, town: str) -> None:
    page.set_viewport_size(SMALLEST)
    too_wide = []
    for path in PAGES:
        page.goto(f"{town}{path}")
        if page.evaluate("document.documentElement.scrollWidth") > SMALLEST["width"]:
            too_wide.append(path)
    assert [] == too_wide


def test_the_map_moves_by_keyboard_and_asks_for_what_comes_into_view(page: Page, town: str) -> None:
    page.goto(f"{town}/kaart")
    before = page.locator(".kaart-svg").get_attribute("viewBox")
    page.locator(".map-view").focus()
    with page.expect_response(lambda answer: "/kaart.svg?" in answer.url) as answered:
        page.keyboard.press("+")
    assert answered.value.ok
    page.wait_for_function("location.search.includes('breedte')")
    assert before != page.locator(".kaart-svg").get_attribute("viewBox")


def test_a_click_on_a_house_leads_to_its_page_and_a_drag_does_not(page: Page, town: str) -> None:
    page.goto(f"{town}/kaart")
    house = page.locator(".k-gebouw a").first
    box = house.bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1] + 20, steps=4)
    page.mouse.up()
    assert page.url.startswith(f"{town}/kaart")
    address = house.get_attribute("href")
    house.dispatch_event("pointerdown")
    house.dispatch_event("click")
    page.wait_for_url(f"{town}{address}")


def test_the_map_works_without_scripts(browser, town: str) -> None:
    """Links move it, and houses are links."""
    context = browser.new_context(java_script_enabled=False, viewport=DESKTOP)
    page = context.new_page()
    page.goto(f"{town}/kaart")
    page.locator("[data-doe=west]").click()
    assert "x=" in page.url
    assert page.locator(".k-gebouw a").count() > 0
    context.close()


def test_a_report_has_no_violations_and_speaks_two_languages(
    page: Page, violations, folder: Path, tmp_path: Path
) -> None:
    write_report(folder, tmp_path / "rapport")
    page.goto((tmp_path / "rapport" / "index.html").as_uri())
    assert [] == violations(page)
    page.locator("#taal").click()
    assert "Map of the town" in page.locator("h2").first.inner_text()
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    assert [] == violations(page)
    page.set_viewport_size(SMALLEST)
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALLEST["width"]
