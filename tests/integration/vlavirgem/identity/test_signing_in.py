"""Signing in at the town: the whole way, with independent libraries, in every capacity and as sure as is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from support.openid_client import BASE, ORIGIN, Application, MovableClock, error_of

if TYPE_CHECKING:
    from vlavirgem import Town


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
