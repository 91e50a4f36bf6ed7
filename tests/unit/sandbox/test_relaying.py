"""What passes between a visitor of a preview link and a component."""

from __future__ import annotations

import pytest

from proeftuin_sandbox.relaying import location_inside, own_cookies, passed_back, passed_on

PREFIX = "/voorbeeld/geheim12345"
BASE = "http://127.0.0.1:4711"
MARK = "voorbeeld-geheim12-"


def test_nothing_of_the_platform_and_nothing_of_the_connection_reaches_the_component() -> None:
    """Cookies and tokens of the platform stay on the platform."""
    sent = [
        ("Host", "proeftuin.example"),
        ("Cookie", f"__Host-proeftuin=s; proeftuin=t; {MARK}kar=3"),
        ("Authorization", "Bearer pt_abc_def"),
        ("Connection", "keep-alive, X-Hop"),
        ("X-Hop", "1"),
        ("Upgrade", "websocket"),
        ("Transfer-Encoding", "chunked"),
        ("X-Forwarded-For", "10.0.0.1"),
        ("Accept", "text/html"),
    ]

    assert [("accept", "text/html"), ("x-forwarded-prefix", PREFIX), ("cookie", "kar=3")] == passed_on(
        sent, prefix=PREFIX
    )


def test_a_component_may_have_its_own_way_of_signing_in() -> None:
    """Only tokens of the platform are held back."""
    assert ("authorization", "Basic YTpi") in passed_on([("Authorization", "Basic YTpi")], prefix=PREFIX)


def test_a_component_cannot_speak_for_the_platform() -> None:
    """No policy of the whole host, no cookie with our name, no page with our origin."""
    given = [
        ("Content-Type", "text/html"),
        ("Set-Cookie", "__Host-proeftuin=evil; Path=/; Domain=example"),
        ("Strict-Transport-Security", "max-age=0"),
        ("Clear-Site-Data", '"*"'),
        ("Access-Control-Allow-Origin", "*"),
        ("Service-Worker-Allowed", "/"),
        ("Content-Security-Policy", "default-src 'self'"),
        ("Referrer-Policy", "unsafe-url"),
    ]
    back = passed_back(given, prefix=PREFIX, is_secure=True)
    names = [name.lower() for name, _ in back]
    policies = [value for name, value in back if name.lower() == "content-security-policy"]

    assert ("set-cookie", f"{MARK}__Host-proeftuin=evil; Path={PREFIX}/; HttpOnly; SameSite=Lax; Secure") in back
    assert not {"strict-transport-security", "clear-site-data", "service-worker-allowed"} & set(names)
    assert not [name for name in names if name.startswith("access-control-")]
    assert "default-src 'self'" in policies, "its own policy holds too"
    assert [False] == ["allow-same-origin" in value for value in policies if value.startswith("sandbox")]
    assert ["no-referrer"] == [value for name, value in back if name.lower() == "referrer-policy"]


def test_cookies_of_another_link_stay_there() -> None:
    """Two components never see each other's."""
    assert "a=1" == own_cookies(f"voorbeeld-anders00-b=2; {MARK}a=1", prefix=PREFIX)


@pytest.mark.parametrize(
    ("location", "inside"),
    [
        ("/aanmelden?x=1", f"{PREFIX}/aanmelden?x=1"),
        ("volgende", f"{PREFIX}/map/volgende"),
        ("../../..", f"{PREFIX}/"),
        (f"{BASE}/daar#hier", f"{PREFIX}/daar#hier"),
        (f"{BASE}//dubbel", f"{PREFIX}/dubbel"),
        ("https://elders.example/", None),
        ("//elders.example/", None),
        ("http://127.0.0.1:5432/", None),
        ("javascript:alert(1)", None),
    ],
)
def test_redirects_stay_inside_or_are_refused(location: str, inside: str | None) -> None:
    """A link never becomes a way to somewhere else."""
    assert inside == location_inside(location, asked=f"{BASE}/map/pagina", base=BASE, prefix=PREFIX)
