"""WCAG 2.2 AA, as far as a machine can tell: every page, both languages, both widths, light and dark."""

from __future__ import annotations

import pytest

from support.portal_pages import ERROR_PAGES, PAGES, in_language

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
SMALLEST = {"width": 320, "height": 640}
TARGETS = "button, .button, .site-nav a, .foot-nav a, input:not([type=hidden], [type=checkbox]), select, .check"
MEASURE = """all => all.filter(one => one.offsetParent)
    .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])"""
EVERY = {**PAGES, **{name: address for name, (address, _) in ERROR_PAGES.items()}}


@pytest.mark.parametrize(("page", "number"), [(page, number) for number, page in enumerate(EVERY)], ids=EVERY)
def test_a_page_has_no_violations(new_page, violations, page: str, number: int) -> None:
    """Axe finds nothing, in either language, on a wide and on a narrow screen; and nothing comes from elsewhere.

    Every page has both; which language goes with which screen changes from page to page.
    """
    screens = (DESKTOP, PHONE) if number % 2 else (PHONE, DESKTOP)
    for language, viewport in zip(("nl", "en"), screens, strict=True):
        with new_page(in_language(EVERY[page], language), viewport=viewport) as opened:
            assert [] == violations(opened), (viewport, language)


@pytest.mark.parametrize("page", ["straat", "catalogus", "toets", "proeftuin bezig", "badge ingetrokken", "stijl"])
def test_a_page_has_no_violations_in_the_dark(new_page, violations, page: str) -> None:
    """The dark colours are pairs with contrast too."""
    with new_page(PAGES[page], viewport=DESKTOP, color_scheme="dark") as opened:
        assert [] == violations(opened)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_page_scrolls_sideways_on_the_smallest_screen(new_page, language: str) -> None:
    """At 320 pixels (1280 at 400 %) everything is reached by scrolling down (WCAG 1.4.10)."""
    too_wide = []
    for name, path in EVERY.items():
        with new_page(in_language(path, language), viewport=SMALLEST) as opened:
            width = opened.evaluate("document.documentElement.scrollWidth")
            if width > SMALLEST["width"]:
                too_wide.append((name, width))
    assert [] == too_wide


@pytest.mark.parametrize("page", ["straat", "catalogus", "proeftuin", "toets", "mijn"])
def test_targets_are_large_enough_for_a_thumb(new_page, page: str) -> None:
    """Buttons, menu links and fields are at least 44 pixels high; links within text are exempt (WCAG 2.5.8)."""
    with new_page(PAGES[page], viewport=PHONE) as opened:
        heights = opened.eval_on_selector_all(TARGETS, MEASURE)
        assert [] == [(what, height) for what, height in heights if height < 43.9]
        assert heights


def test_the_mark_tells_more_on_focus_and_lets_go_on_escape(new_page) -> None:
    """What hover shows is there for the keyboard too, and can be dismissed (WCAG 1.4.13)."""
    with new_page(PAGES["oplossing"]) as opened:
        mark = opened.locator(".mark[tabindex]").first
        detail = mark.locator(".mark-detail")
        assert detail.bounding_box()["width"] <= 1
        mark.focus()
        assert detail.bounding_box()["width"] > 100
        assert "Getoetst op" in detail.inner_text()
        opened.keyboard.press("Escape")
        assert not detail.is_visible()


def test_print_shows_the_detail_of_every_mark_and_no_menus(new_page) -> None:
    """On paper there is no hover."""
    with new_page(PAGES["oplossing"]) as opened:
        opened.emulate_media(media="print")
        assert opened.locator(".mark-detail").first.bounding_box()["width"] > 100
        assert not opened.locator(".site-nav").first.is_visible()
