"""Signing in at the town: the whole way, with independent libraries, in every capacity and as sure as is asked."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import jwt
import pytest
from oauthlib.oauth2 import WebApplicationClient
from openapi_spec_validator import validate
from starlette.testclient import TestClient

from support.openid_client import BASE, CALLBACK, ORIGIN, Application, MovableClock, error_of, register
from vlavirgem.blocks.app import make_app
from vlavirgem.blocks.identiteit.fixed import read_fixed, register_fixed
from vlavirgem.blocks.identiteit.requests import Application as Registered
from vlavirgem.errors import VlavirgemError
from vlavirgem.store.identity import hashed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vlavirgem import Town

PUBLIC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
"""The example of RFC 7515, A.3.1."""


@pytest.fixture(scope="module")
def clock() -> MovableClock:
    """The clock of the provider."""
    return MovableClock()


@pytest.fixture(scope="module")
def served(clone: Callable[[], str], clock: MovableClock) -> Iterator[TestClient]:
    """A town of these tests alone."""
    with TestClient(make_app(clone(), clock=clock), base_url=ORIGIN) as client:
        yield client


@pytest.fixture
def browser(served: TestClient, clock: MovableClock) -> TestClient:
    """A browser without cookies."""
    clock.ahead = timedelta()
    served.cookies.clear()
    return served


@pytest.fixture
def application(browser: TestClient) -> Application:
    """An application with a secret."""
    return register(browser)


@pytest.fixture(scope="module")
def citizen(town: Town) -> str:
    """An adult."""
    person = town.tables["personen"].sort("geboortedatum")[20]
    return f"persoon/{person['id'][0]}"


@pytest.fixture(scope="module")
def official(town: Town) -> str:
    """Somebody at the desk, who works there today."""
    staff = town.tables["medewerkers"].filter(dienst="Burgerzaken")
    return f"medewerker/{staff.filter(staff['tot'].is_null())['id'][0]}"


def person_of(town: Town, key: str) -> dict:
    """The row of an account."""
    table = {"persoon": "personen", "medewerker": "medewerkers"}[key.partition("/")[0]]
    return town.tables[table].filter(id=int(key.partition("/")[2])).row(0, named=True)


def test_a_citizen_signs_in_and_the_application_learns_what_it_asked(
    application: Application, town: Town, citizen: str
) -> None:
    tokens = application.tokens(citizen, scope="openid profile rrn vo")
    claims = application.claims(tokens["id_token"])
    row = person_of(town, citizen)

    assert row["voornaam"] == claims["given_name"]
    assert row["achternaam"] == claims["family_name"]
    assert row["insz"] == claims["rrn"]
    assert "BUR" == claims["vo_doelgroepcode"]
    assert "eenmalig-1" == claims["nonce"]
    assert application.client_id == claims["azp"]
    assert "urn:be:vlaanderen:authmech:itsme" == claims["acr"]
    assert ["itsme"] == claims["amr"]
    assert "vo" == claims["cot"]
    assert "email" not in claims


def test_user_info_says_the_same_as_the_id_token(application: Application, citizen: str) -> None:
    tokens = application.tokens(citizen, scope="openid profile email")
    answer = application.browser.get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    claims = application.claims(tokens["id_token"])

    assert 200 == answer.status_code
    assert answer.json() == {name: claims[name] for name in answer.json()}
    assert {"sub", "name", "given_name", "family_name", "email", "email_verified"} == set(answer.json())


def test_an_official_brings_organisation_and_roles_of_today(
    application: Application, town: Town, official: str
) -> None:
    """A role claim is `rol:organisatie`, for the application of the scope only; no consent is asked at work."""
    tokens = application.tokens(official, scope="openid vo burgerzaken")
    claims = application.claims(tokens["id_token"])
    row = person_of(town, official)
    employer = town.tables["organisaties"].filter(id=row["organisatie_id"]).row(0, named=True)
    rights = town.tables["toegangsrechten"].filter(medewerker_id=row["id"])
    roles = rights.join(town.tables["rollen"], left_on="rol_id", right_on="id")["code"].to_list()
    wanted = sorted(f"{code}:{employer['ovo_code']}" for code in roles if code.startswith("burgerzaken-"))

    assert "LB" == claims["vo_doelgroepcode"]
    assert employer["ovo_code"] == claims["vo_orgcode"]
    assert employer["naam"] == claims["vo_orgnaam"]
    assert row["email"] == claims["vo_email"]
    assert wanted == claims["burgerzaken_rol_3d"]
    assert "dossiers_rol_3d" not in claims


def test_one_person_is_one_subject_in_all_capacities(application: Application, town: Town) -> None:
    """`sub` is the person, `vo_id` the person in a capacity."""
    mandatary = town.tables["mandatarissen"][-1]
    as_citizen = application.tokens(f"persoon/{mandatary['persoon_id'][0]}", scope="openid vo")
    application.browser.cookies.clear()
    as_mandatary = application.tokens(f"mandataris/{mandatary['id'][0]}", scope="openid vo")
    one, other = (application.claims(tokens["id_token"]) for tokens in (as_citizen, as_mandatary))

    assert one["sub"] == other["sub"]
    assert one["vo_id"] != other["vo_id"]
    assert ["BUR", "LB"] == [one["vo_doelgroepcode"], other["vo_doelgroepcode"]]


def test_a_manager_represents_a_business(application: Application, town: Town) -> None:
    business = town.tables["organisaties"].drop_nulls("zaakvoerder_id").row(0, named=True)
    tokens = application.tokens(f"zaakvoerder/{business['id']}", scope="openid vo wettelijkvertegenwoordiger")
    claims = application.claims(tokens["id_token"])

    assert "EA" == claims["vo_doelgroepcode"]
    assert business["ondernemingsnummer"] == claims["vo_orgcode"]
    assert business["ondernemingsnummer"] in claims["wv_orgcode"]


def test_a_claim_can_be_asked_by_its_name(application: Application, town: Town, citizen: str) -> None:
    """OpenID Connect Core, 5.5: within what the application may have."""
    wanted = '{"id_token": {"rrn": null, "vo_email": null, "ooit": null}}'
    claims = application.claims(application.tokens(citizen, scope="openid", claims=wanted)["id_token"])

    assert person_of(town, citizen)["insz"] == claims["rrn"]
    assert not {"given_name", "vo_id", "ooit"} & set(claims)


def test_somebody_who_is_signed_in_comes_back_without_a_page(application: Application, citizen: str) -> None:
    """Single sign-on: also with `prompt=none`."""
    application.tokens(citizen)
    answer = application.browser.get(application.address(prompt="none"), follow_redirects=False)

    assert 200 == application.redeem(application.code_of(answer)).status_code
    assert f"{ORIGIN}{BASE}" == error_of(answer)["iss"]


def test_an_application_may_ask_to_sign_in_again(application: Application, clock: MovableClock, citizen: str) -> None:
    application.tokens(citizen)
    clock.ahead = timedelta(minutes=10)

    for asked in ({"prompt": "login"}, {"prompt": "select_account"}, {"max_age": "60"}):
        answer = application.browser.get(application.address(**asked), follow_redirects=False)
        assert 200 == answer.status_code
        assert "/authorize/aanmelden" in answer.text


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("http://eidas.europa.eu/LoA/high", {"itsme", "eid", "eidashigh"}),
        ("urn:be:vlaanderen:authmech:csamsms", {"csamsms"}),
        ("iets:onbekends", {"itsme", "eid", "eidashigh", "csamtotp", "csamsms", "eidassubstantial"}),
    ],
)
def test_only_what_is_sure_enough_is_offered(application: Application, asked: str, offered: set[str]) -> None:
    page = application.browser.get(application.address(acr_values=asked)).text
    codes = {"itsme", "eid", "eidashigh", "csamtotp", "csamsms", "eidassubstantial", "csampassword", "csamselfreg"}

    assert offered == {code for code in codes if f'<option value="{code}"' in page} - {"csampassword", "csamselfreg"}


def test_a_level_is_answered_with_that_level(application: Application, citizen: str) -> None:
    tokens = application.tokens(citizen, acr_values="http://eidas.europa.eu/LoA/high")

    assert "http://eidas.europa.eu/LoA/high" == application.claims(tokens["id_token"])["acr"]


def test_whoever_signed_in_less_surely_signs_in_again(application: Application, citizen: str) -> None:
    application.tokens(citizen, means="csampassword")
    asked = application.address(acr_values="http://eidas.europa.eu/LoA/high", prompt="none")

    assert "login_required" == error_of(application.browser.get(asked, follow_redirects=False))["error"]


def test_a_made_up_account_tells_no_national_number(application: Application, citizen: str) -> None:
    """With `csamselfreg` the provider does not know it."""
    tokens = application.tokens(citizen, means="csamselfreg", scope="openid profile rrn")

    assert "rrn" not in application.claims(tokens["id_token"])


def test_a_level_that_nobody_has_is_an_error_when_it_is_demanded(application: Application) -> None:
    demanded = '{"id_token": {"acr": {"essential": true, "values": ["urn:hoger"]}}}'
    answer = application.browser.get(application.address(claims=demanded), follow_redirects=False)

    assert "unmet_authentication_requirements" == error_of(answer)["error"]


def test_a_refresh_token_works_once(application: Application, citizen: str) -> None:
    """Who uses it again loses all of them: one of the two was a thief (RFC 9700, 4.14.2)."""
    first = application.tokens(citizen)
    second = application.ask_token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    again = application.ask_token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    third = application.ask_token(grant_type="refresh_token", refresh_token=second.json()["refresh_token"])

    claims = application.claims(second.json()["id_token"])
    assert application.claims(first["id_token"])["sub"] == claims["sub"]
    assert "nonce" not in claims
    assert [(400, "invalid_grant")] * 2 == [(one.status_code, one.json()["error"]) for one in (again, third)]


def test_a_refresh_may_ask_less_and_not_more(application: Application, citizen: str) -> None:
    token = application.tokens(citizen, scope="openid profile")["refresh_token"]
    more = application.ask_token(grant_type="refresh_token", refresh_token=token, scope="openid rrn")
    less = application.ask_token(grant_type="refresh_token", refresh_token=token, scope="openid")
    as_before = application.ask_token(grant_type="refresh_token", refresh_token=less.json()["refresh_token"])

    assert "invalid_scope" == more.json()["error"]
    assert "openid" == less.json()["scope"]
    assert "openid profile" == as_before.json()["scope"]


def test_an_api_asks_whether_a_token_counts(application: Application, clock: MovableClock, citizen: str) -> None:
    api = register(application.browser, client_name="Mijn API")
    token = application.tokens(citizen, scope="openid vo")["access_token"]

    def introspect() -> dict:
        answer = application.browser.post(
            f"{BASE}/introspect", data={"token": token}, auth=(api.client_id, api.secret)
        )
        assert 200 == answer.status_code
        return answer.json()

    about = introspect()
    assert about["active"] is True
    assert application.client_id == about["client_id"]
    assert "BUR" == about["vo_doelgroepcode"]
    clock.ahead = timedelta(hours=1)
    assert {"active": False} == introspect()


def test_an_api_hears_nothing_of_tokens_that_are_not_for_it(application: Application, citizen: str) -> None:
    """Not of another scope, and never of a refresh token, which is the application's own (RFC 7662, 2.2)."""
    tokens = application.tokens(citizen, scope="openid vo")
    machine = {"grant_types": ["client_credentials"], "redirect_uris": [], "client_name": "Andere API"}
    other, same = (register(application.browser, **machine, scope=scope) for scope in ("mijn_api", "openid vo"))

    def is_active(asking: Application, kind: str) -> bool:
        auth = (asking.client_id, asking.secret)
        answer = asking.browser.post(f"{BASE}/introspect", data={"token": tokens[kind]}, auth=auth)
        return bool(answer.json()["active"])

    kinds = ("access_token", "refresh_token")
    assert [True, True] == [is_active(application, kind) for kind in kinds]
    assert [True, False] == [is_active(same, kind) for kind in kinds]
    assert [False, False] == [is_active(other, kind) for kind in kinds]


def test_a_token_can_be_given_back(application: Application, citizen: str) -> None:
    """All that followed from the sign-in ends (RFC 7009, 2.1)."""
    tokens = application.tokens(citizen)
    auth = (application.client_id, application.secret)
    answer = application.browser.post(f"{BASE}/revoke", data={"token": tokens["refresh_token"]}, auth=auth)
    after = application.browser.get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})

    assert 200 == answer.status_code
    assert 401 == after.status_code
    assert 'error="invalid_token"' in after.headers["www-authenticate"]


def test_an_application_signs_somebody_out(browser: TestClient, citizen: str) -> None:
    """RP-Initiated Logout 1.0: with a hint at once, and the state comes back."""
    after = "https://toepassing.test/weg"
    application = register(browser, post_logout_redirect_uris=[after])
    tokens = application.tokens(citizen)
    asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": after, "state": "s2"}
    answer = browser.get(f"{BASE}/end_session", params=asked, follow_redirects=False)

    assert 303 == answer.status_code
    assert f"{after}?state=s2" == answer.headers["location"]
    none = browser.get(application.address(prompt="none"), follow_redirects=False)
    assert "login_required" == error_of(none)["error"]


def test_keys_change_and_what_was_signed_stays_readable(
    application: Application, clock: MovableClock, citizen: str
) -> None:
    before = application.tokens(citizen)["id_token"]
    assert 201 == application.browser.post(f"{BASE}/sleutelwissels").status_code
    after = application.tokens(citizen, prompt="login")["id_token"]

    kids = [jwt.get_unverified_header(token)["kid"] for token in (before, after)]
    assert kids[0] != kids[1]
    assert application.claims(before)["sub"] == application.claims(after)["sub"]
    clock.ahead = timedelta(hours=2)
    known = {key["kid"] for key in application.browser.get(f"{BASE}/jwks").json()["keys"]}
    assert kids[1] in known
    assert kids[0] not in known


@pytest.mark.parametrize("written", ["geheim+%25 !", "geheim%2B%2525+%21"], ids=["as it is", "as in a form"])
def test_a_secret_may_be_written_as_in_a_form(written: str) -> None:
    """RFC 6749, 2.3.1 says so of the header; few libraries do it, and both count."""
    application = Registered("mijn-loket", hashed("geheim+%25 !"), {})

    assert application.check_client_secret(written)
    assert not application.check_client_secret(f"{written}x")


def test_keys_do_not_pile_up(browser: TestClient) -> None:
    """However often they are changed within the hour; the newest comes first."""
    for _ in range(12):
        newest = browser.post(f"{BASE}/sleutelwissels").json()["keys"][0]["kid"]
    known = [key["kid"] for key in browser.get(f"{BASE}/jwks").json()["keys"]]

    assert 10 == len(known)
    assert newest == known[0]


def test_tokens_of_machines_do_not_pile_up(browser: TestClient, clock: MovableClock) -> None:
    """Also in a town in which nobody signs in."""
    machine = register(browser, grant_types=["client_credentials"], redirect_uris=[], scope="mijn_api")

    def ask() -> None:
        assert 200 == machine.ask_token(grant_type="client_credentials").status_code

    for _ in range(3):
        ask()
    clock.ahead = timedelta(days=1)
    ask()
    with browser.app.state.connections.connection() as connection:  # type: ignore[attr-defined]  # ours
        row = connection.execute(
            "SELECT count(*) AS n FROM vlavirgem_tokens WHERE client_id = %s", [machine.client_id]
        ).fetchone()
    assert 1 == row["n"]


def test_the_description_says_where_everything_is(browser: TestClient) -> None:
    """OpenID Connect Discovery 1.0: every endpoint is below the issuer, and no private key is published."""
    description = browser.get(f"{BASE}/.well-known/openid-configuration").json()
    keys = browser.get(f"{BASE}/jwks").json()["keys"]

    assert f"{ORIGIN}{BASE}" == description["issuer"]
    assert ["S256"] == description["code_challenge_methods_supported"]
    assert all(
        value.startswith(description["issuer"]) for name, value in description.items() if name.endswith("_endpoint")
    )
    assert {"burgerzaken", "dossiers", "vo", "rrn"} <= set(description["scopes_supported"])
    assert "burgerzaken_rol_3d" in description["claims_supported"]
    assert keys
    assert all({"kty", "use", "alg", "kid", "n", "e"} == set(key) for key in keys)


def test_registering_is_described(browser: TestClient) -> None:
    validate(browser.get(f"{BASE}/openapi.json").json())


def test_an_application_is_registered_changed_and_removed(browser: TestClient, citizen: str) -> None:
    application = register(browser)
    listed = browser.get(f"{BASE}/toepassingen?limiet=1000").json()["items"]
    number = next(one["nummer"] for one in listed if one["client_id"] == application.client_id)
    place = f"{BASE}/toepassingen/{number}"
    read = browser.get(place)
    assert "client_secret" not in read.json()

    other = "https://toepassing.test/elders"
    body = {"client_name": "Anders", "redirect_uris": [other, CALLBACK]}
    changed = browser.put(place, json=body, headers={"If-Match": read.headers["etag"]})
    assert [other, CALLBACK] == changed.json()["redirect_uris"]
    assert 412 == browser.put(place, json=body, headers={"If-Match": read.headers["etag"]}).status_code
    assert 200 == application.redeem(application.code_of(application.sign_in(citizen))).status_code

    assert 204 == browser.delete(place).status_code
    assert 404 == browser.get(place).status_code
    assert 400 == browser.get(application.address()).status_code


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uris": ["/terug"]},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"redirect_uris": ["https://toepassing.test/#deel"]},
        {"redirect_uris": ["http://127.0.0.1:99999/terug"]},
        {"redirect_uris": []},
        {"redirect_uris": ["mijnapp:/terug"]},
        {"grant_types": ["implicit"]},
        {"grant_types": ["client_credentials"], "token_endpoint_auth_method": "none"},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"jwks": {"keys": [{"kty": "oct", "k": "AAAA"}]}, "token_endpoint_auth_method": "private_key_jwt"},
        *(
            {"jwks": {"keys": [{**PUBLIC_KEY, "kid": kid}]}, "token_endpoint_auth_method": "private_key_jwt"}
            for kid in ("\x00", "\ud800", "x" * 30_000)
        ),
        {"scope": 'openid "rrn"'},
        {"onbekend": 1},
    ],
    ids=lambda changed: ascii(changed)[:100],
)
def test_a_wrong_registration_is_refused(browser: TestClient, changed: dict) -> None:
    wanted = json.dumps({"client_name": "x", "redirect_uris": [CALLBACK], **changed})
    answer = browser.post(f"{BASE}/toepassingen", content=wanted, headers={"Content-Type": "application/json"})

    assert 400 == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]


def test_a_program_and_a_browser_may_find_the_provider_at_different_addresses(
    browser: TestClient, application: Application, citizen: str
) -> None:
    """As in containers: the issuer is where browsers go, and programs use the address that they know."""
    outside = "https://buiten.test/identiteit/v1"
    try:
        assert outside == browser.put(f"{BASE}/instelling", json={"adres": f"{outside}/"}).json()["adres"]
        description = browser.get(f"{BASE}/.well-known/openid-configuration").json()
        claims = application.claims(application.tokens(citizen)["id_token"])
    finally:
        browser.delete(f"{BASE}/instelling")

    assert [outside, f"{outside}/authorize", f"{ORIGIN}{BASE}/token"] == [
        description[name] for name in ("issuer", "authorization_endpoint", "token_endpoint")
    ]
    assert outside == claims["iss"]
    assert f"{ORIGIN}{BASE}" == browser.get(f"{BASE}/instelling").json()["adres"]
    for wrong in ("buiten.test", "ftp://buiten.test", "https://buiten.test/?x=1", "https://é.test"):
        assert 400 == browser.put(f"{BASE}/instelling", json={"adres": wrong}).status_code


def test_applications_of_a_file_are_the_same_each_time(
    writing: TestClient, writing_url: str, tmp_path: Path, citizen: str
) -> None:
    file = tmp_path / "toepassingen.json"
    wanted = {
        "client_id": "loket",
        "client_secret": "geheim-van-ons",
        "client_name": "Loket",
        "redirect_uris": [CALLBACK],
    }
    file.write_text(json.dumps([wanted]), encoding="utf-8")
    for _ in range(2):
        register_fixed(writing_url, read_fixed(file))
    writing.base_url = ORIGIN
    application = Application(writing, "loket", "geheim-van-ons", WebApplicationClient("loket"))

    assert 1 == writing.get(f"{BASE}/toepassingen").json()["totaalAantal"]
    code = application.code_of(application.sign_in(citizen))
    assert 200 == application.redeem(code).status_code


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[", "holds no applications"),
        ("{}", "holds no applications"),
        ('[{"client_id": "a"}]', "client_name"),
        ('[{"client_id": "a", "client_name": "x", "redirect_uris": ["https://a.test/"]}]', "needs a client_secret"),
        ('[{"client_id": "a b", "client_name": "x", "redirect_uris": ["https://a.test/"]}]', "client_id"),
    ],
)
def test_a_wrong_file_of_applications_is_a_clear_error(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "toepassingen.json"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(VlavirgemError, match=said):
        read_fixed(file)


def test_an_application_that_expects_somebody_is_not_given_another(
    application: Application, citizen: str, official: str
) -> None:
    """With `id_token_hint` (OpenID Connect Core, 3.1.2.1), also when the token has expired."""
    token = application.tokens(citizen)["id_token"]
    asked = application.address(prompt="none", id_token_hint=token)
    same = application.browser.get(asked, follow_redirects=False)
    application.browser.cookies.clear()
    application.tokens(official)
    other = application.browser.get(asked, follow_redirects=False)
    forged = application.address(prompt="none", id_token_hint=f"{token[:-9]}AAAAAAAAA")

    assert "code" in error_of(same)
    assert "login_required" == error_of(other)["error"]
    assert "invalid_request" == error_of(application.browser.get(forged, follow_redirects=False))["error"]
