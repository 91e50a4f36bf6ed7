"""The pages of the assembled platform, signed in through the test provider, over real HTTP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from support.identity_app import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.identity_app import Served

PUBLIC = ("/", "/catalogus", "/docs/fouten", "/over", "/stijl", "/catalogus.csv", "/kits", "/toetsen")
OF_MEMBERS = ("/proeftuinen", "/proeftuinen/nieuw", "/mijn")


@pytest.fixture(scope="module")
def platform(
    new_database: Callable[[str | None], str], template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The whole platform, without a worker."""
    with served(new_database(template_database), tmp_path_factory.mktemp("platform")) as platform:
        yield platform


@pytest.mark.parametrize("path", PUBLIC)
def test_a_visitor_sees_what_is_public(platform: Served, path: str) -> None:
    """Without signing in."""
    with platform.browser() as browser:
        assert 200 == browser.get(path).status_code


@pytest.mark.parametrize("path", OF_MEMBERS)
def test_a_visitor_is_led_to_the_sign_in(platform: Served, path: str) -> None:
    """With the way back in the link."""
    with platform.browser() as browser:
        answer = browser.get(path)
    assert 401 == answer.status_code
    assert "/aanmelden?terug=" in answer.text


def test_a_startup_opens_a_sandbox_and_finds_it_again(platform: Served) -> None:
    """From the form to the list and to 'Mijn organisatie'."""
    with platform.signed_in("test-startup") as browser:
        form = browser.get("/proeftuinen/nieuw").text
        organisation = re.search(r'<option value="(org-[^"]+)"', form)
        assert organisation is not None
        given = {"naam": "Proef <b>1</b>", "organisatie": organisation[1], "profiel": "gehucht", "minuten": "30"}
        page = browser.post("/proeftuinen", data=given)
        assert 200 == page.status_code
        assert "Proef &lt;b&gt;1&lt;/b&gt; wordt klaargezet" in page.text
        assert "De proeftuin is aangevraagd." in page.text
        assert page.url.path in browser.get("/proeftuinen").text
        assert page.url.path in browser.get("/mijn").text
        assert 200 == browser.get(f"{page.url.path}/vernietigen").status_code
        twin = browser.get(f"{page.url.path}.json")
        assert "Proef <b>1</b>" == twin.json()["name"]


def test_a_token_made_on_the_page_opens_the_api(platform: Served) -> None:
    """It is shown once, and works at once."""
    with platform.signed_in("test-startup") as browser:
        organisation = re.search(r'value="(org-[^"]+)"', browser.get("/mijn").text)
        assert organisation is not None
        form = {"naam": "CI", "organisatie": organisation[1], "rechten": ["sandbox:read"], "dagen": "30"}
        shown = browser.post("/mijn/tokens", data=form).text
        secret = re.search(r'id="nieuw-token">([^<]+)<', shown)
        assert secret is not None
        assert secret[1] not in browser.get("/mijn").text
    with platform.browser() as program:
        answer = program.get("/api/v1/sandboxes", headers={"Authorization": f"Bearer {secret[1]}"})
        assert 200 == answer.status_code


def test_somebody_without_an_organisation_is_added_with_the_identifier_on_their_page(platform: Served) -> None:
    """And then belongs to it; removed again, they do not. The last administrator cannot go."""
    with platform.signed_in("test-niemand") as browser:
        identifier = re.search(r'id="eigen-kenmerk">([^<]+)<', browser.get("/mijn").text)
    assert identifier is not None
    with platform.signed_in("test-startup") as browser:
        members = re.search(r"/mijn/leden/org-\w+", browser.get("/mijn").text)
        assert members is not None
        page = browser.post(members[0], data={"kenmerk": identifier[1], "mag": "meewerken"}).text
        assert "Testpersoon Zonder Organisatie" in page
        again = browser.post(members[0], data={"kenmerk": identifier[1], "mag": "meewerken"})
        assert (409, True) == (again.status_code, "Deze persoon is al lid" in again.text)
        mine, *_, added = re.findall(rf"{members[0]}/mem-\w+/verwijderen", page)
        last = browser.post(mine)
        assert (409, True) == (last.status_code, "de laatste beheerder" in last.text)
        with platform.signed_in("test-niemand") as other:
            assert "Start-up Voorbeeld" in other.get("/mijn").text
        assert "Het lid is verwijderd" in browser.post(added).text
    with platform.signed_in("test-niemand") as browser:
        assert "U hoort nog niet bij een organisatie" in browser.get("/mijn").text


def test_the_codes_page_has_the_codes_of_every_area(platform: Served) -> None:
    """All areas are loaded in the assembled platform."""
    with platform.browser() as browser:
        html = browser.get("/docs/fouten").text
    for code in ("sandbox-not-found", "run-not-found", "solution-not-found", "token-invalid"):
        assert f'id="{code}"' in html


def test_every_installed_standard_has_its_page(platform: Served) -> None:
    """Also at the address that badges name as their criteria, whatever the version."""
    with platform.browser() as browser:
        for kit in ("api-regels", "generiek-proces"):
            assert 200 == browser.get(f"/kits/{kit}").status_code
            assert 200 == browser.get(f"/kits/{kit}/0.0.1").status_code
            assert kit == browser.get(f"/kits/{kit}.json").json()["kitId"]
        assert 200 == browser.get("/id/component/onbekend/1.0.0").status_code


def test_pages_are_no_part_of_the_api_description(platform: Served) -> None:
    """The OpenAPI document is for programs."""
    with platform.browser() as browser:
        paths = browser.get("/api/v1/openapi.json").json()["paths"]
    assert [] == [
        path for path in paths if path.startswith(("/proeftuin", "/catalogus", "/mijn", "/toetsen", "/kits"))
    ]
