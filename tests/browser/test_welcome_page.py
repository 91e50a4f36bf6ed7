"""The page at the root of the building blocks in a real browser: by WCAG 2.2 AA, on a phone too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.portal_site import serving
from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.blocks.app import make_app
from vlavirgem.store.loading import load_town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def town(new_database: Callable[[str | None], str]) -> Iterator[str]:
    """Where the building blocks are."""
    url = new_database(None)
    load_town(Town.generate(profile=small_profile(), seed=7), url)
    app = make_app(url)
    with serving(app) as address:
        yield address
    app.state.connections.close()


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible_at_every_width(browser, violations, town: str, width: int, scheme: str) -> None:
    """Styled, without a bar to scroll sideways, and nothing that the console complains about."""
    context = browser.new_context(locale="nl-BE", viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(town)

    assert [] == violations(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert "grid" == page.evaluate("getComputedStyle(document.querySelector('main')).display")
    page.get_by_role("link", name="English").click()
    assert "en" == page.locator("html").get_attribute("lang")
    assert [] == violations(page)
    assert [] == complaints
    context.close()
