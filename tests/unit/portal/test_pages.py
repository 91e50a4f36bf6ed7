"""Every page answers in both languages, safely, and has its JSON twin."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from support import portal_views as made
from support.portal_pages import ERROR_PAGES, PAGES, in_language

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from support.portal_site import MadeUp

HTML = {"Accept": "text/html"}


class _Elements(HTMLParser):
    """Collects start tags with their attributes, and the text inside script and style."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """The start tags of a page."""
    parser = _Elements()
    parser.feed(html)
    return parser.tags


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_answers_in_the_language_asked(client: TestClient, page: str, language: str) -> None:
    """Dutch first, English equal; the page says which it is and links to the other."""
    answer = client.get(in_language(PAGES[page], language))
    tags = elements(answer.text)
    other = {"nl": "en", "en": "nl"}[language]
    assert 200 == answer.status_code
    assert language == answer.headers["content-language"]
    assert language == next(found["lang"] for tag, found in tags if tag == "html")
    assert 1 == sum(tag == "h1" for tag, _ in tags)
    assert any(tag == "a" and found.get("hreflang") == other for tag, found in tags)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_inline_style_or_script(client: TestClient, page: str) -> None:
    """The content security policy allows neither, so that injected text cannot act."""
    for tag, found in elements(client.get(PAGES[page]).text):
        assert "style" != tag
        assert set() == {name for name in found if name == "style" or name.startswith("on")}, (tag, found)
        if tag == "script":
            assert (found["src"] or "").startswith("/static/")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_nothing_from_others(client: TestClient, page: str) -> None:
    """No fonts, trackers or content networks at run time."""
    for tag, found in elements(client.get(PAGES[page]).text):
        if tag in {"script", "img", "iframe", "source"} or (tag == "link" and found.get("rel") == "stylesheet"):
            assert (found.get("src") or found.get("href") or "").startswith("/"), (tag, found)


@pytest.mark.parametrize("page", PAGES)
def test_ids_are_unique_and_references_exist(client: TestClient, page: str) -> None:
    """Labels, descriptions and headings are bound by id."""
    tags = elements(client.get(PAGES[page]).text)
    ids = [found["id"] for _, found in tags if "id" in found]
    wanted = {
        one
        for _, found in tags
        for name in ("for", "aria-labelledby", "aria-describedby", "data-copy")
        for one in (found.get(name) or "").split()
    }
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
    assert set() == wanted - set(ids)


@pytest.mark.parametrize("page", [name for name in PAGES if name != "stijl"])
def test_a_page_has_a_json_twin_and_links_to_it(client: TestClient, page: str) -> None:
    """Every page is also data: the API's resource where there is one, the view itself otherwise."""
    html = client.get(PAGES[page]).text
    twin = next(
        found["href"] for tag, found in elements(html) if tag == "link" and found.get("type") == "application/json"
    )
    assert twin is not None
    if twin.startswith("/api/v1/"):
        kinds = "solutions|standards|sandboxes|runs|badges|organisations|operator|images"
        assert re.match(rf"/api/v1/({kinds})(/|\?|$)", twin)
    else:
        answer = client.get(twin)
        assert 200 == answer.status_code
        assert "application/json" == answer.headers["content-type"]
        assert answer.json() is not None


@pytest.mark.parametrize(
    ("address", "resource"),
    [
        ("/oplossingen/dossierloket", "/api/v1/solutions/dossierloket"),
        (f"/proeftuin/{made.SANDBOX}", f"/api/v1/sandboxes/{made.SANDBOX}"),
        (f"/toetsen/{made.RUN}", f"/api/v1/runs/{made.RUN}"),
        ("/kits/api-regels", "/api/v1/standards/api-regels"),
        ("/kits/api-regels/0.9.0", "/api/v1/standards/api-regels"),
        (f"/badges/{made.BADGE}", f"/api/v1/badges/{made.BADGE}"),
    ],
)
def test_a_program_is_sent_to_the_resource_of_the_api(client: TestClient, address: str, resource: str) -> None:
    """By `.json`, or by asking for JSON and not for HTML."""
    by_address = client.get(f"{address}.json")
    by_header = client.get(address, headers={"Accept": "application/json"})
    assert (303, resource) == (by_address.status_code, by_address.headers["location"])
    assert (303, resource) == (by_header.status_code, by_header.headers["location"])


def test_the_choice_of_language_is_kept_in_a_cookie(client: TestClient) -> None:
    """A reader chooses once."""
    client.get("/over?lang=en")
    assert "en" == client.get("/over").headers["content-language"]
    client.get("/over?lang=nl")
    assert "nl" == client.get("/over").headers["content-language"]


@pytest.mark.parametrize("name", ERROR_PAGES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_error_page_says_what_why_and_what_to_do(client: TestClient, name: str, language: str) -> None:
    """With a code to quote, in the reader's language."""
    address, status = ERROR_PAGES[name]
    answer = client.get(in_language(address, language))
    assert status == answer.status_code
    assert language == answer.headers["content-language"]
    assert "no-store" == answer.headers["cache-control"]
    assert {"nl": "Wat kunt u doen?", "en": "What can you do?"}[language] in answer.text
    assert re.search(r"req-[0-9a-z]{26}", answer.text)
    assert "met opzet" not in answer.text, "the cause of an unexpected failure is not for the reader"


def test_a_program_gets_a_problem_document_and_no_page(client: TestClient) -> None:
    """RFC 9457 for programs, also on a page's address."""
    answer = client.get("/nergens", headers={"Accept": "*/*"})
    assert "application/problem+json" == answer.headers["content-type"]
    assert "not-found" == answer.json()["code"]


def test_a_visitor_is_asked_to_sign_in_and_comes_back(visitor: TestClient) -> None:
    """The sign-in link carries the address that was wanted."""
    answer = visitor.get("/mijn?x=1")
    assert 401 == answer.status_code
    assert "/aanmelden?terug=%2Fmijn%3Fx%3D1" in answer.text


def test_an_identifier_that_cannot_exist_is_refused_politely(client: TestClient) -> None:
    """A page, not a crash."""
    answer = client.get("/proeftuin/bestaat-niet")
    assert 400 == answer.status_code
    assert "text/html; charset=utf-8" == answer.headers["content-type"]


def test_what_others_wrote_is_escaped(client: TestClient) -> None:
    """A component's answer is shown, never obeyed."""
    html = client.get(f"/toetsen/{made.RUN}").text
    assert "<b>Internal</b>" not in html
    assert "&lt;b&gt;Internal&lt;/b&gt;" in html


def test_the_title_of_a_run_is_its_answer(client: TestClient) -> None:
    """Not 'Run 4711'."""
    assert (
        '<h1 class="answer">Dossierloket 2.1.0 voldoet niet aan API-regels</h1>'
        in client.get(f"/toetsen/{made.RUN}").text
    )
    assert "Dossierloket 2.1.0 voldoet aan API-regels" in client.get(f"/toetsen/{made.PASSED_RUN}").text
    assert "valt nog niets te zeggen" in client.get(f"/toetsen/{made.ERROR_RUN}").text


def test_the_checks_of_a_badge_have_dates_for_people(client: TestClient) -> None:
    """In the time of the reader's country; the machine's form stays in the JSON and in the `time` element."""
    dutch, english = (client.get(f"/badges/{made.BADGE}?lang={language}").text for language in ("nl", "en"))
    assert ">18 november 2026 om 13:00</time> tot <time" in dutch
    assert ">19 November 2027 at 00:30</time>." in english
    assert "T12:00:00Z" not in re.sub(r'datetime="[^"]*"', "", dutch)


def test_an_address_that_is_nobodys_does_not_say_who_reads(client: TestClient) -> None:
    """Nobody was asked there, so offering to sign in would be wrong for who is signed in."""
    assert "/aanmelden?terug=" not in client.get("/nergens").text


def test_the_codes_page_lists_every_code_of_the_code_itself(client: TestClient) -> None:
    """The page is made of the error classes, and an anchor leads to each."""
    html = client.get("/docs/fouten").text
    for code in ("bad-input", "unauthenticated", "not-found", "limit-reached", "PT-301"):
        assert f'id="{code}"' in html


def test_empty_pages_teach(desk: MadeUp, client: TestClient) -> None:
    """An empty list says what will come and how to make the first."""
    desk.empty = True
    assert "De straat is nog leeg" in client.get("/").text
    assert "De catalogus is nog leeg" in client.get("/catalogus").text
    assert "U hebt nog geen proeftuin" in client.get("/proeftuinen").text
    assert "U hoort nog niet bij een organisatie" in client.get("/mijn").text


@pytest.mark.parametrize(
    ("language", "says"), [("nl", "Het eerste verzoek zet klaar"), ("en", "The first request prepares")]
)
def test_a_finding_says_what_goes_before_it(client: TestClient, language: str, says: str) -> None:
    """The case that the last command speaks of is gone; the first command makes one."""
    page = client.get(in_language(f"/toetsen/{made.RUN}", language)).text
    assert says in page
    assert page.index("--data-raw") < page.index("curl -sS")


def test_the_whole_message_of_a_tool_is_one_click_away(client: TestClient) -> None:
    assert "regel 1\nregel 2" in client.get(f"/toetsen/{made.ERROR_RUN}").text


@pytest.mark.parametrize(
    ("issuer", "rest"),
    [
        ("https://proeftuin.example/api/v1/issuer", ""),
        ("http://127.0.0.1:8309/api/v1/issuer", " --allow-loopback"),
    ],
)
def test_the_command_on_a_badge_page_says_whom_to_trust(issuer: str, rest: str) -> None:
    """Without that the check ends in 'issuer unknown'; the command must work as it is copied."""
    view = replace(made.badge(made.BADGE), issuer=issuer)
    assert f"proeftuin badge verify {view.credential_address} --trust-issuer {issuer}{rest}" == view.command
