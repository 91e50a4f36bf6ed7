"""Uploading a container image: with the keyboard, with and without JavaScript, broken off, and refused."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from support import portal_views as made
from support.portal_images import UNUSED, MadeUpImages

if TYPE_CHECKING:
    from proeftuin.portal.desks import Arrival
    from proeftuin_kernel.auth import Principal
    from support.portal_site import MadeUp

pytestmark = pytest.mark.browser
IMAGES = f"/mijn/images/{made.ORGANISATION}"
LINE = {"offline": False, "latency": 0, "downloadThroughput": -1}


class SlowImages(MadeUpImages):
    """Judges for so long that one can look what the page says meanwhile."""

    def take(self, principal: Principal, organisation: str, arrival: Arrival, *, name: str) -> str:
        time.sleep(1)
        return super().take(principal, organisation, arrival, name=name)


def archive(content: bytes = b"wit" * 1000) -> dict[str, object]:
    return {"name": "loket.tar", "mimeType": "application/x-tar", "buffer": content}


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_image_is_uploaded_with_the_keyboard_and_removed(new_page, desk: MadeUp, *, scripts: bool) -> None:
    """From the list to the lines for component.yaml, and back to a list without it."""
    with new_page(IMAGES, java_script_enabled=scripts) as page:
        page.get_by_label("Bestand", exact=True).set_input_files(archive())
        page.get_by_role("button", name="Upload").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{UNUSED.address}")
        expect(page.get_by_role("status")).to_contain_text("nagekeken en bewaard")
        expect(page.locator("#in-component-yaml")).to_contain_text(UNUSED.digest)
        page.get_by_role("link", name="Verwijder het image").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Ja, verwijder").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{IMAGES}")
        expect(page.get_by_role("status").first).to_contain_text("Het image is verwijderd")
    assert ["admit", "take", "remove"] == [what for what, _ in desk.images.asked]


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_refusal_is_read_where_the_form_is(new_page, violations, *, scripts: bool) -> None:
    """Every cause with its remedy; with JavaScript the reader is led to it."""
    with new_page(IMAGES, java_script_enabled=scripts) as page:
        page.get_by_label("Bestand", exact=True).set_input_files(archive(b"root"))
        page.get_by_role("button", name="Upload").click()
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("Zet 'USER 10001:10001' in het Dockerfile.")
        if scripts:
            expect(alert).to_be_focused()
            assert [] == violations(page)
        page.get_by_label("Bestand", exact=True).set_input_files(archive())
        page.get_by_role("button", name="Upload").click()
        page.wait_for_url(f"**{UNUSED.address}")


def test_one_sees_how_far_it_is_and_can_break_off(new_page, desk: MadeUp) -> None:
    """What is judged cannot be hurried; who stops reads that nothing is kept, and can send again."""
    desk.images = SlowImages()
    with new_page(IMAGES) as page:
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.emulateNetworkConditions", {**LINE, "uploadThroughput": 200_000})
        page.get_by_label("Bestand", exact=True).set_input_files(archive(bytes(900_000)))
        page.get_by_role("button", name="Upload").click()
        words, stop = page.locator("[data-upload-words]"), page.get_by_role("button", name="Breek af")
        expect(words).to_have_text(re.compile(r"Verstuurd: \d+ %"))
        expect(page.locator("[data-upload-figures]")).to_have_text(re.compile(r"1 / 1 MiB"))
        stop.click()
        expect(words).to_have_text("U brak het versturen af. Er is niets bewaard.")
        expect(stop).to_be_hidden()
        network.send("Network.emulateNetworkConditions", {**LINE, "uploadThroughput": -1})
        page.get_by_role("button", name="Upload").click()
        expect(words).to_have_text(re.compile("De proeftuin kijkt het image na"))
        expect(stop).to_be_hidden()
        page.wait_for_url(f"**{UNUSED.address}")


def test_a_file_that_is_too_large_is_not_sent(new_page, desk: MadeUp) -> None:
    """Hundreds of megabytes later is a bad moment to hear it."""
    with new_page(IMAGES) as page:
        field = page.get_by_label("Bestand", exact=True)
        field.set_input_files(archive(bytes(2**20 + 1)))
        assert "hoogstens 1 MiB" in field.evaluate("one => one.validationMessage")
        page.get_by_role("button", name="Upload").click()
        field.set_input_files(archive())
        assert "" == field.evaluate("one => one.validationMessage")
    assert [] == desk.images.asked
