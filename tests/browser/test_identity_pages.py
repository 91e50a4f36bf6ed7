"""Signing in at the town in a real browser: by WCAG 2.2 AA, with the keyboard alone, and back to the application."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import httpx
import pytest

from support.portal_site import serving
from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.blocks.app import make_app
from vlavirgem.store.loading import load_town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 800}
SMALLEST = {"width": 320, "height": 640}
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.fixture(scope="module")
def provider(new_database: Callable[[str | None], str]) -> Iterator[str]:
    """Where the provider is."""
    url = new_database(None)
    load_town(Town.generate(profile=small_profile(), seed=7), url)
    with serving(make_app(url)) as address:
        yield f"{address}/identiteit/v1"


@pytest.fixture(scope="module")
def callback() -> Iterator[str]:
    """The address of an application, elsewhere: people come back there."""

    class Welcome(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<!doctype html><html lang=en><link rel=icon href=data:,><title>Back</title><p>Welcome")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Welcome)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/terug"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def start(provider: str, callback: str) -> str:
    """The address to which an application sends people."""
    wanted = {"client_name": "Parkeerloket", "redirect_uris": [callback], "scope": "openid profile rrn vo"}
    made = httpx.post(f"{provider}/toepassingen", json=wanted).json()
    asked = {
        "response_type": "code",
        "client_id": made["client_id"],
        "redirect_uri": callback,
        "scope": "openid profile rrn",
        "state": "s",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return f"{provider}/authorize?{urlencode(asked)}"


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


def test_somebody_signs_in_consents_and_withdraws_without_a_mouse(
    page: Page, violations, provider: str, start: str, callback: str
) -> None:
    """Search, choose, say yes, be back at the application; later look back and withdraw."""
    page.goto(start)
    assert [] == violations(page)
    page.locator("#zoek").focus()
    page.keyboard.type("peeters")
    page.keyboard.press("Enter")
    page.wait_for_url("**zoek=peeters**")
    if not page.locator(".people button").count():
        page.goto(f"{start}&wie=burger")
    person = page.locator(".people button[value^='persoon/']").first
    person.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".shown")
    assert [] == violations(page)
    assert "127.0.0.1" in page.locator(".lead").inner_text()
    page.locator("button[value=ja]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{callback}?code=**")
    assert "state=s" in page.url

    page.goto(f"{provider}/mijn")
    assert [] == violations(page)
    page.locator(".party button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    assert [] == violations(page)
    page.locator("form[action$='/mijn/afmelden'] button").click()
    page.wait_for_selector("h1")
    assert [] == violations(page)


def test_pages_are_right_in_both_languages_widths_and_schemes(
    page: Page, violations, provider: str, start: str
) -> None:
    for path in (
        start,
        f"{provider}/authorize?client_id=onbekend&response_type=code",
        f"{provider}/end_session",
        f"{provider}/mijn",
    ):
        mark = "&" if "?" in path else "?"
        for language, viewport, scheme in (("en", PHONE, "dark"), ("nl", DESKTOP, "light")):
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme=scheme)
            page.goto(f"{path}{mark}taal={language}")
            assert language == page.locator("html").get_attribute("lang")
            assert [] == violations(page), (path, language)
            assert page.locator("header.made-up").inner_text().strip()
        page.set_viewport_size(SMALLEST)
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALLEST["width"], path


def test_a_person_who_is_not_there_is_said_to_be_so(page: Page, violations, start: str) -> None:
    page.goto(f"{start}&zoek=bestaatniet")
    assert [] == violations(page)
    assert "Niemand gevonden" in page.locator("main").inner_text()
