"""The pages about a town: a report and a browsable town, by WCAG 2.2 AA, on two widths, light and dark."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from support.portal_site import serving
from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.explore.app import make_app
from vlavirgem.report import png, write_report
from vlavirgem.report.tables import TownTables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 800}
NO_WEBGL = """
    const getContext = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind.startsWith("webgl") ? null : getContext.call(this, kind, ...more);
    };
"""
LITTLE = {"width": 420, "height": 420}
"""Without a graphics card every pixel costs time."""
SOFTWARE_GL = [
    "--headless",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]
LOUD = {"error", "warning"}
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
    """An empty page that draws no map itself, which takes time; a complaint on its console fails the test."""
    context = browser.new_context(locale="nl-BE", viewport=DESKTOP, reduced_motion="reduce")
    context.add_init_script(NO_WEBGL)
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
    page: Page, violations, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(png, "has_letters", lambda: False)  # no PNGs: this is about the page
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


@pytest.fixture(scope="module")
def drawing_browser(browser: Browser) -> Iterator[Browser]:
    """A browser that draws with WebGL, without a graphics card."""
    drawing = browser.browser_type.launch(executable_path=shutil.which("chromium"), args=SOFTWARE_GL)
    yield drawing
    drawing.close()


@pytest.fixture
def map_page(drawing_browser: Browser, town: str) -> Iterator[Page]:
    """The map as a browser draws it, opened around a building; a complaint on its console fails the test."""
    context = drawing_browser.new_context(locale="nl-BE", viewport=LITTLE, reduced_motion="reduce")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in LOUD else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{town}/kaart?kies=gebouwen/3")
    page.wait_for_selector(".map[data-klaar=ja]")
    yield page
    context.close()
    assert [] == [one for one in complaints if "GPU stall" not in one and "GroupMarkerNotSet" not in one]


def test_the_map_is_drawn_in_the_browser_and_tells_of_what_is_chosen(map_page: Page, violations, town: str) -> None:
    """From the link in the address to a click, a key, a layer, a search and back to an address for somebody else."""
    panel = map_page.locator(".map-panel")
    house = panel.locator("h2").inner_text()
    assert [] == violations(map_page)
    map_page.locator(".map-close").click()
    assert not panel.is_visible()
    assert "kies" not in map_page.url
    box = map_page.locator(".map-gl").bounding_box()
    map_page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    panel.locator("h2").wait_for()
    assert "kies=gebouwen/3" in map_page.url
    map_page.locator(".map-close").click()
    map_page.locator(".maplibregl-canvas").focus()
    map_page.keyboard.press("Enter")
    panel.locator("h2").wait_for()
    map_page.keyboard.press("Escape")
    assert not panel.is_visible()
    map_page.locator(".map-layers summary").click()
    map_page.locator(".map-layers input[value=gebouwen]").uncheck()
    hidden = "document.querySelector('.map').townMap.map.getLayoutProperty('gebouwen', 'visibility')"
    assert "none" == map_page.evaluate(hidden)
    map_page.emulate_media(color_scheme="dark")
    map_page.locator("#q").fill(house)
    map_page.locator(".site-head .search button").click()
    found = panel.locator("a[data-kies^=adressen]").first
    found.wait_for()
    assert [] == violations(map_page)
    before = map_page.url
    found.click()
    map_page.wait_for_url("**kies=adressen**")
    assert before != map_page.url
    assert map_page.url.startswith(f"{town}/kaart?")


def test_the_map_of_the_server_is_in_sight_until_the_browser_has_drawn(drawing_browser: Browser, town: str) -> None:
    """Nobody looks at an empty box while tiles are on their way; whoever takes hold of the map gets what there is."""
    page = drawing_browser.new_page(viewport=LITTLE)
    page.route("**/kaart/tegels/**", lambda _route: None)  # they never come
    page.goto(f"{town}/kaart")
    page.wait_for_selector(".map.gl")

    assert page.locator(".kaart-svg").is_visible()
    page.locator(".map-gl").hover()
    page.mouse.down()
    assert not page.locator(".kaart-svg").is_visible()
    page.close()


def test_without_webgl_the_map_of_the_server_stays(page: Page, town: str) -> None:
    """Who has no graphics card that a page may use sees the drawn map, as in the other tests."""
    page.goto(f"{town}/kaart?kies=gebouwen/3")
    assert page.locator(".kaart-svg").is_visible()
    assert not page.locator(".map-gl").is_visible()
