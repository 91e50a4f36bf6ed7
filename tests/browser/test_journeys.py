"""What people do, with the keyboard, with a mouse, and without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from proeftuin_kernel.journal import Entry
from support import portal_views as made
from support.portal_pages import PAGES

if TYPE_CHECKING:
    from support.portal_site import MadeUp

pytestmark = pytest.mark.browser


def press_until(page, key: str, selector: str, *, most: int = 40) -> None:
    """Press a key until an element has the focus."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
    pytest.fail(f"{selector} was not reached with {key}")


def test_the_first_tab_leads_past_the_menu(new_page) -> None:
    """Somebody with a keyboard need not walk through the menu on every page (WCAG 2.4.1)."""
    with new_page("/catalogus") as page:
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Naar de inhoud")).to_be_focused()
        page.keyboard.press("Enter")
        assert "inhoud" == page.evaluate("document.activeElement.id")


def test_searching_works_with_the_keyboard(new_page) -> None:
    """From the street: find the box, type, Enter, and open the first result."""
    with new_page("/") as page:
        press_until(page, "Tab", "#zoek")
        page.keyboard.type("dossier")
        page.keyboard.press("Enter")
        page.wait_for_url("**/catalogus?q=dossier")
        press_until(page, "Tab", ".result h3 a")
        page.keyboard.press("Enter")
        page.wait_for_url("**/oplossingen/dossierloket")
        expect(page.get_by_role("heading", level=1)).to_have_text("Dossierloket 2.1.0 voldoet aan 2 standaarden")


def test_results_follow_what_is_typed_and_the_address_follows_the_results(new_page) -> None:
    """With JavaScript the list is renewed while typing; the address can be sent to a colleague."""
    with new_page("/catalogus") as page:
        page.get_by_role("searchbox").press_sequentially("sensor", delay=20)
        expect(page.locator("#aantal")).to_have_text("Eén oplossing")
        expect(page).to_have_url(re.compile(r"q=sensor"))
        expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_filter_narrows_the_list_and_can_be_cleared(new_page) -> None:
    """The state is in the address."""
    with new_page("/catalogus") as page:
        page.get_by_label("verlopen").check()
        page.get_by_role("button", name="Filter").click()
        expect(page.locator("#aantal")).to_have_text("Eén oplossing")
        assert "bewijs=verlopen" in page.url
        page.get_by_role("link", name="Alles wissen").click()
        expect(page.locator("#aantal")).to_have_text("7 oplossingen")


def test_a_sandbox_can_be_opened_with_the_keyboard(new_page, desk: MadeUp) -> None:
    """And somebody who forgets the name is told so beside the field."""
    with new_page("/proeftuinen/nieuw") as page:
        press_until(page, "Tab", "#f-naam")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Vul dit in.")
        press_until(page, "Tab", "#f-naam")
        page.keyboard.type("Met het toetsenbord")
        press_until(page, "Tab", "form[action='/proeftuinen'] button")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/proeftuin/{made.BUSY_SANDBOX}")
        expect(page.get_by_text("De proeftuin is aangevraagd.")).to_be_visible()
        assert "Met het toetsenbord" == desk.asked[0][1]["name"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_what_would_be_made_is_seen_before_it_is_asked(new_page, desk: MadeUp, *, scripts: bool) -> None:
    """The second button only looks; what was filled in stays."""
    with new_page("/proeftuinen/nieuw", java_script_enabled=scripts) as page:
        page.get_by_label("Naam").fill("Eerst kijken")
        page.get_by_role("button", name="Toon eerst wat er gemaakt wordt").click()
        expect(page.get_by_role("heading", name="Wat wordt er gemaakt?")).to_be_visible()
        expect(page.get_by_label("Naam")).to_have_value("Eerst kijken")
        assert [] == desk.asked
        page.get_by_role("button", name="Open de proeftuin").click()
        page.wait_for_url(f"**/proeftuin/{made.BUSY_SANDBOX}")
        assert "Eerst kijken" == desk.asked[0][1]["name"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_sandbox_is_suspended_and_resumed_with_the_keyboard(new_page, desk: MadeUp, *, scripts: bool) -> None:
    """The page says what it is, and offers the way back."""
    with new_page(f"/proeftuin/{made.SANDBOX}", java_script_enabled=scripts) as page:
        press_until(page, "Tab", "form[action$='/pauzeren'] button", most=60)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Proef met het dossierloket is gepauzeerd")
        expect(page.get_by_text("De proeftuin wordt gepauzeerd.")).to_be_visible()
        page.get_by_role("button", name="Hervat de proeftuin").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Proef met het dossierloket is klaar voor gebruik")
        page.get_by_role("button", name="Bewijs opnieuw").click()
        expect(page.get_by_text("De afscherming wordt opnieuw bewezen.")).to_be_visible()
        page.get_by_role("button", name="+ 1 dag").click()
        expect(page.get_by_text("De proeftuin blijft langer bestaan.")).to_be_visible()
    assert ["suspend", "resume", "prove", "extend"] == [what for what, _ in desk.asked]
    assert 1440 == desk.asked[-1][1]["minutes"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_operator_filters_closes_and_opens(new_page, desk: MadeUp, *, scripts: bool) -> None:
    """All of it with the keyboard or without a script."""
    with new_page("/beheer/proeftuinen", java_script_enabled=scripts) as page:
        page.get_by_label("Staat").select_option("ready")
        page.get_by_role("button", name="Filter").click()
        expect(page).to_have_url(re.compile("staat=ready"))
        expect(page.get_by_role("table").last.get_by_role("row")).to_have_count(2)
        page.get_by_label("Reden in het Nederlands").fill("Onderhoud.")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Reden in het Engels")
        page.get_by_label("Reden in het Engels").fill("Maintenance.")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Er komen geen nieuwe proeftuinen bij").last).to_be_visible()
        page.get_by_role("button", name="Laat weer toe").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Nieuwe proeftuinen zijn weer welkom.")).to_be_visible()
    assert ["cordon", "uncordon"] == [what for what, _ in desk.asked]


def test_reloading_after_an_action_repeats_nothing(new_page, desk: MadeUp) -> None:
    """The browser is on a page that was read, not on one that was sent."""
    with new_page(f"/proeftuin/{made.SANDBOX}/vernietigen") as page:
        page.get_by_role("button", name="Ja, ruim op").click()
        page.wait_for_url(f"**/proeftuin/{made.SANDBOX}")
        page.reload()
        page.go_back()
        page.go_forward()
        assert 1 == len(desk.asked)


def test_progress_is_shown_live_and_the_page_changes_when_it_is_done(new_page, desk: MadeUp) -> None:
    """The stream carries the component; at the end the page fetches itself."""
    desk.entries = [
        Entry(1, made.NOW, "step", {"message": {"nl": "Eerste stap", "en": "First step"}, "step": 1, "steps": 2}),
        Entry(2, made.NOW + timedelta(seconds=1), "step", {"message": {"nl": "Tweede stap", "en": "Second step"}}),
    ]
    desk.stays_open = True
    with new_page(f"/proeftuin/{made.BUSY_SANDBOX}") as page:
        expect(page.locator(".progress-now")).to_have_text("Tweede stap")
        desk.settled = True
        desk.entries.append(Entry(3, made.NOW, "end", {"state": "ready", "message": {"nl": "Klaar", "en": "Ready"}}))
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Proef met het dossierloket is klaar voor gebruik", timeout=10_000
        )
        expect(page.locator(".progress")).to_have_count(0)


def test_a_command_can_be_copied(new_page, address: str) -> None:
    """The button says that it worked."""
    with new_page(PAGES["toets"], permissions=["clipboard-read", "clipboard-write"]) as page:
        page.get_by_role("button", name="Kopieer Opdracht om de toets te herhalen").click()
        expect(page.get_by_role("button", name="Gekopieerd")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()").startswith("proeftuin conformance run --url")


def test_the_language_can_be_switched_on_the_same_page(new_page) -> None:
    """And stays so on the next."""
    with new_page(PAGES["toets"]) as page:
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Dossierloket 2.1.0 does not meet API rules")
        page.get_by_role("link", name="Catalogue", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Which solution fits you?")


def test_everything_works_without_javascript(new_page, desk: MadeUp) -> None:
    """Search, filter, sort, open a sandbox, test a component, make a token: plain forms."""
    with new_page("/", java_script_enabled=False) as page:
        page.get_by_role("searchbox").fill("dossier")
        page.get_by_role("button", name="Zoek").click()
        expect(page.locator("#aantal")).to_have_text("Eén oplossing")
        page.get_by_label("Volgorde").select_option("naam")
        page.get_by_role("button", name="Sorteer").click()
        assert "sort=naam" in page.url
        page.get_by_role("link", name="Proeftuinen", exact=True).click()
        page.get_by_role("link", name="Open een proeftuin").click()
        page.get_by_label("Naam").fill("Zonder script")
        page.get_by_role("button", name="Open de proeftuin").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("wordt klaargezet")
        assert page.locator("meta[http-equiv=refresh]").count() == 1
        page.get_by_role("link", name="Mijn organisatie").click()
        page.get_by_text("Maak een token").click()
        page.get_by_label("Waarvoor?").fill("CI")
        page.get_by_label("sandbox:read").check()
        page.get_by_role("button", name="Maak het token").click()
        expect(page.get_by_text("pt_verzonnen_geheim")).to_be_visible()
        assert ["create", "create_token"] == [what for what, _ in desk.asked]


def test_copy_buttons_are_not_there_without_javascript(new_page) -> None:
    """A button that does nothing is worse than none."""
    with new_page(PAGES["toets"], java_script_enabled=False) as page:
        assert not page.locator("[data-copy]").first.is_visible()


def test_on_a_phone_the_results_come_before_the_filters_that_nobody_asked_for(new_page) -> None:
    """The count is seen first; the panel opens on demand, and stands open once it narrows the list."""
    with new_page("/catalogus", viewport={"width": 360, "height": 740}) as page:
        panel = page.locator(".filter-panel")
        assert page.locator("#aantal").bounding_box()["y"] < panel.bounding_box()["y"]
        expect(page.get_by_role("form", name="Filters")).to_be_hidden()
        panel.locator("summary").click()
        page.get_by_role("checkbox", name=re.compile("getest")).first.check()
        page.get_by_role("button", name="Filter", exact=True).click()
        expect(page).to_have_url(re.compile("bewijs=getest"))
        expect(page.get_by_role("form", name="Filters")).to_be_visible()


def test_on_a_wide_screen_the_filters_are_always_there(new_page) -> None:
    """There is room beside the results."""
    with new_page("/catalogus") as page:
        expect(page.get_by_role("form", name="Filters")).to_be_visible()
        expect(page.locator(".filter-panel summary")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_member_is_added_and_removed_with_the_keyboard(new_page, desk: MadeUp, *, scripts: bool) -> None:
    """Nothing on the page of members needs a mouse or a script."""
    path = f"/mijn/leden/{made.ORGANISATION}"
    with new_page(path, java_script_enabled=scripts) as page:
        page.locator("#f-kenmerk").focus()
        page.keyboard.type("test-niemand")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Het lid is toegevoegd.")).to_be_visible()
        page.get_by_role("button", name="Laat ook beheren tess").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("De rechten van het lid zijn gewijzigd.")).to_be_visible()
        page.get_by_role("link", name="Verwijder tess").focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Ja, verwijder").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Het lid is verwijderd")).to_be_visible()
        page.reload()
    assert ["add_member", "change_member", "remove_member"] == [what for what, _ in desk.asked]


def test_the_log_shows_its_end_and_can_be_refreshed_where_one_reads_it(new_page) -> None:
    """The last lines say why; a link to the very place where one is would fetch nothing."""
    with new_page(f"{PAGES['component']}#logboek") as page:
        with page.expect_navigation():
            page.get_by_role("link", name="Ververs").click()
        assert page.url.endswith("#logboek")
        page.evaluate("document.querySelector('.log').style.maxHeight = '2rem'")
        page.evaluate("document.dispatchEvent(new CustomEvent('htmx:load', {bubbles: true}))")
        rest = "log => log.scrollHeight - log.clientHeight - log.scrollTop"
        assert page.locator(".log").evaluate(rest) < 2
