"""The small parts keep their promises: sealed cookies, credentials, safe paths, the test provider's refusal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from proeftuin.identity import credentials
from proeftuin.identity.errors import KboNumberError, SyntheticProviderRefusedError
from proeftuin.identity.kbo import read_kbo
from proeftuin.identity.sealing import Seal
from proeftuin.identity.sign_in import safe_path
from proeftuin.identity.synthetic import ORGANISATIONS, PERSONS
from proeftuin.identity.synthetic_provider import ProtocolError, SyntheticProvider
from proeftuin_kernel.auth import Role
from proeftuin_kernel.clock import FixedClock
from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.settings import Settings

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
URL = "http://127.0.0.1:8309"
CALLBACK = f"{URL}/aanmelden/terug"
ASKED = {
    "client_id": "proeftuin",
    "redirect_uri": CALLBACK,
    "response_type": "code",
    "scope": "openid profile",
    "state": "s",
    "code_challenge": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",  # SHA-256 of the empty text
    "code_challenge_method": "S256",
}


def provider(**settings: object) -> SyntheticProvider:
    return SyntheticProvider(Settings(**settings), public_url=URL, redirect_uri=CALLBACK, clock=FixedClock(NOW))


def test_the_test_provider_refuses_to_exist_in_production() -> None:
    """Not only the settings refuse it: the provider itself does."""
    with pytest.raises(SyntheticProviderRefusedError):
        provider(environment="production", secret_key="x" * 40, oidc_issuer="https://aanmelddienst.example")


def test_a_sealed_text_opens_once_right_and_never_when_changed_old_or_for_another_purpose() -> None:
    """The browser keeps it, and can do nothing with it."""
    clock = FixedClock(NOW)
    seal = Seal("geheim", purpose="sign-in", clock=clock)
    sealed = seal.close({"state": "s"}, lifetime=timedelta(minutes=10))

    opened = seal.open(sealed)
    assert opened is not None
    assert "s" == opened["state"]
    assert "state" not in sealed
    for wrong in ("", "x", "a.b.c.d.e", sealed[:-2] + ("AA" if not sealed.endswith("AA") else "BB")):
        assert seal.open(wrong) is None
    assert Seal("geheim", purpose="other", clock=clock).open(sealed) is None
    assert Seal("ander", purpose="sign-in", clock=clock).open(sealed) is None
    clock.advance(timedelta(minutes=10))
    assert seal.open(sealed) is None


def test_a_token_text_is_taken_apart_as_it_was_put_together() -> None:
    """Also when the secret holds underscores."""
    token_id, secret = new_id("tok"), "_-" * 21 + "_"

    assert (token_id, secret) == credentials.read_token(credentials.write_token(token_id, secret))
    for wrong in ("", "pt_", f"pt_{token_id}_{secret}", f"pt_{token_id[4:]}_{secret}x", " pt_x_y"):
        assert credentials.read_token(wrong) is None


def test_secrets_are_never_the_same_and_match_only_themselves() -> None:
    """256 bits each."""
    made = {credentials.new_secret() for _ in range(100)}

    assert (100, {43}) == (len(made), {len(one) for one in made})
    one, other = made.pop(), made.pop()
    assert (True, False) == (
        credentials.matches(one, credentials.digest(one)),
        credentials.matches(other, credentials.digest(one)),
    )


@pytest.mark.parametrize("path", ["/", "/catalogus?q=a&b=c", "/oplossingen/x#deel", "/a//b", "/é"])
def test_a_path_on_this_site_is_followed(path: str) -> None:
    """People come back where they were."""
    assert path == safe_path(path)


@pytest.mark.parametrize(
    "text", ["", "catalogus", "//x", "/\\x", "https://x/", "/\t/x", "/\n", "javascript:x", "/" + "a" * 2000]
)
def test_what_could_lead_elsewhere_becomes_the_home_page(text: str) -> None:
    """No open redirect."""
    assert "/" == safe_path(text)


@pytest.mark.parametrize("text", ["0999999922", "BE 0999.999.922", "0999 309 044", "1999999943"])
def test_an_enterprise_number_is_read_as_people_write_it(text: str) -> None:
    """Ten digits come out."""
    assert text.replace("BE", "").replace(".", "").replace(" ", "") == read_kbo(text)


@pytest.mark.parametrize("text", ["0999999923", "9999999922", "abc", "", "09999999220"])
def test_what_is_no_enterprise_number_is_refused(text: str) -> None:
    """One wrong digit is enough."""
    with pytest.raises(KboNumberError):
        read_kbo(text)


def test_the_synthetic_persons_cover_every_role_and_say_what_they_are() -> None:
    """One can try the platform as everybody, and nobody can take them for real."""
    kinds = {one.slug: one.kind for one in ORGANISATIONS}
    assert set(Role) - {Role.VISITOR} == {kinds[one.organisation] for one in PERSONS if one.organisation}
    assert all("(synthetisch)" in one.name for one in ORGANISATIONS)
    assert all(one.given_name in {"Testpersoon", "Testcollega"} for one in PERSONS)
    assert len(PERSONS) == len({one.subject for one in PERSONS})


def test_a_code_of_the_test_provider_works_once_and_only_with_its_verifier() -> None:
    """The provider is as strict as a real one, so that it can show our mistakes."""
    issuing = provider()

    def code() -> str:
        return issuing.grant(issuing.read(ASKED), "test-startup").split("code=")[1].split("&")[0]

    form = {"client_id": "proeftuin", "grant_type": "authorization_code", "redirect_uri": CALLBACK}
    for wrong in ({"code": "x"}, {"code": code(), "code_verifier": "x"}, {"code": code(), "client_id": "x"}):
        with pytest.raises(ProtocolError):
            issuing.redeem({**form, "code_verifier": "", **wrong}, authorization="")
    right = {**form, "code": code(), "code_verifier": ""}
    tokens = issuing.redeem(right, authorization="")
    assert "Testpersoon Start-up" == issuing.user_info(f"Bearer {tokens['access_token']}")["name"]
    with pytest.raises(ProtocolError):
        issuing.redeem(right, authorization="")
    with pytest.raises(ProtocolError):
        issuing.user_info(f"Bearer {tokens['id_token']}")


@pytest.mark.parametrize(
    "wrong",
    [
        {"response_type": "token"},
        {"scope": "profile"},
        {"scope": "openid rrn"},
        {"code_challenge_method": "plain"},
        {"code_challenge": ""},
    ],
)
def test_the_test_provider_refuses_what_acm_idm_refuses(wrong: dict[str, str]) -> None:
    """Code flow, allowed scopes, PKCE."""
    with pytest.raises(ProtocolError):
        provider().read({**ASKED, **wrong})


@pytest.mark.parametrize("wrong", [{"client_id": "x"}, {"redirect_uri": "https://aanvaller.example/"}])
def test_the_test_provider_sends_nobody_to_an_unknown_address(wrong: dict[str, str]) -> None:
    """RFC 6749 §4.1.2.1."""
    with pytest.raises(BadInputError):
        provider().read({**ASKED, **wrong})


def test_the_scope_vo_gives_the_claims_of_acm_idm() -> None:
    """Components can be tried with what the identity provider of Flanders says."""
    issuing = provider()
    asked = issuing.read({**ASKED, "scope": "openid vo"})
    code = issuing.grant(asked, "test-gemeente").split("code=")[1].split("&")[0]
    form = {"client_id": "proeftuin", "grant_type": "authorization_code", "redirect_uri": CALLBACK, "code": code}
    tokens = issuing.redeem({**form, "code_verifier": ""}, authorization="")

    claims = issuing.user_info(f"Bearer {tokens['access_token']}")
    assert ("LB", "OVO999309", "vo") == (claims["vo_doelgroepcode"], claims["vo_orgcode"], claims["cot"])
    assert "given_name" not in claims
