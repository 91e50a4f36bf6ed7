"""Tokens and sessions: what opens the door, for how long, and how it is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from starlette.requests import Request

from proeftuin.identity.errors import (
    CrossSiteError,
    NoTokenByTokenError,
    ScopeNotAllowedError,
    SessionExpiredError,
    TokenInvalidError,
    TokenNotFoundError,
)
from proeftuin.identity.models import SessionRow, TokenRow
from proeftuin.identity.records import Level, TokenState
from proeftuin.identity.synthetic import identity_of
from proeftuin_kernel.auth import SYSTEM, VISITOR, Permission, Role
from proeftuin_kernel.errors import BadInputError, ForbiddenError

if TYPE_CHECKING:
    from proeftuin.identity.records import NewToken
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.clock import FixedClock
    from support.identity_world import World


def request(method: str = "GET", *, cookie: str | None = None, **headers: str) -> Request:
    """Make a request as the web server would hand it over."""
    if cookie is not None:
        headers["cookie"] = f"proeftuin={cookie}"
    headers.setdefault("host", "127.0.0.1:8309")
    return Request(
        {
            "type": "http",
            "method": method,
            "scheme": "http",
            "path": "/",
            "query_string": b"",
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        }
    )


def make_token(world: World, *scopes: Permission, subject: str = "test-startup", days: int = 90) -> NewToken:
    person = world.principal(subject)
    return world.tokens.create_token(
        person, next(iter(person.organisations)), name="bouwstraat", scopes=frozenset(scopes), days=days
    )


def by_token(world: World, secret: str) -> Principal:
    return world.authenticator.authenticate(request(authorization=f"Bearer {secret}"))


def test_without_token_or_cookie_one_is_a_visitor(world: World) -> None:
    """Nobody needs to sign in to look around."""
    assert VISITOR is world.authenticator.authenticate(request())
    assert VISITOR is world.authenticator.authenticate(request("POST"))


def test_a_token_acts_as_its_maker_within_its_scopes_and_its_organisation(world: World) -> None:
    """The rights of a token are those asked for it, never more."""
    made = make_token(world, Permission.SANDBOX_READ)
    own = world.organisation("startup-voorbeeld")

    principal = by_token(world, made.secret)

    assert ({own: Role.STARTUP}, made.token.id) == (principal.organisations, principal.token_id)
    assert principal.may(Permission.SANDBOX_READ, organisation=own)
    assert not principal.may(Permission.SANDBOX_MANAGE, organisation=own)
    assert "token bouwstraat" in principal.name


def test_the_secret_of_a_token_is_stored_nowhere(world: World) -> None:
    """Who reads the database cannot use what is in it."""
    made = make_token(world)

    with world.database.read() as session:
        row = session.scalars(select(TokenRow)).one()
    prefix, token_id, secret = made.secret.split("_", 2)
    assert ("pt", row.id) == (prefix, f"tok-{token_id}")
    assert all(secret not in str(value) for value in vars(row).values())
    assert 43 == len(secret)


def test_a_token_with_one_character_changed_is_refused(world: World) -> None:
    """Neither another secret nor another id opens the door, nor what is no token at all."""
    made = make_token(world)
    other = make_token(world, subject="test-leverancier")
    forged = made.secret[:-1] + ("A" if made.secret[-1] != "A" else "B")
    mixed = f"{made.secret[:30]}{other.secret[30:]}"

    for wrong in (forged, mixed, "pt_x", "", "eyJhbGciOiJub25lIn0.e30."):
        with pytest.raises(TokenInvalidError):
            by_token(world, wrong)
    assert made.token.id == by_token(world, made.secret).token_id


def test_a_revoked_token_is_refused_from_the_next_request_on(world: World) -> None:
    """Nothing remembers a token that was revoked."""
    made = make_token(world)
    by_token(world, made.secret)

    world.tokens.revoke_token(world.principal("test-startup"), made.token.id)

    with pytest.raises(TokenInvalidError):
        by_token(world, made.secret)


def test_a_token_ends_by_itself(world: World, clock: FixedClock) -> None:
    """A forgotten token does not stay open; 90 days unless asked otherwise, a year at most."""
    made = make_token(world)
    assert timedelta(days=90) == made.token.expires_at - made.token.created_at

    clock.advance(timedelta(days=90) - timedelta(seconds=1))
    by_token(world, made.secret)
    clock.advance(timedelta(seconds=1))
    with pytest.raises(TokenInvalidError):
        by_token(world, made.secret)
    assert TokenState.EXPIRED is made.token.state(clock.now())
    for days in (0, 366):
        with pytest.raises(BadInputError):
            make_token(world, days=days)
    assert timedelta(days=365) == make_token(world, days=365).token.expires_at - clock.now()


def test_a_token_of_somebody_who_left_is_worth_nothing(world: World) -> None:
    """The rights of a token are those of its maker at this moment."""
    made = make_token(world, Permission.SANDBOX_READ, subject="test-startup-collega")
    own = world.organisation("startup-voorbeeld")
    member = next(one for one in world.service.members(SYSTEM, own)[0] if one.level is Level.MEMBER)

    world.service.remove_member(SYSTEM, own, member.id)

    with pytest.raises(TokenInvalidError):
        by_token(world, made.secret)


def test_one_cannot_give_a_token_rights_one_does_not_have(world: World) -> None:
    """A municipality's token publishes no solutions; an ordinary member's token reads no audit log."""
    with pytest.raises(ScopeNotAllowedError):
        make_token(world, Permission.SOLUTION_MANAGE, subject="test-gemeente")
    with pytest.raises(ScopeNotAllowedError):
        make_token(world, Permission.AUDIT_READ, subject="test-startup-collega")
    assert {Permission.AUDIT_READ} == make_token(world, Permission.AUDIT_READ).token.scopes


def test_a_token_makes_no_tokens_even_with_the_scope(world: World) -> None:
    """A leaked token cannot make itself a successor before it is revoked."""
    made = make_token(world, Permission.TOKEN_MANAGE)
    principal = by_token(world, made.secret)

    with pytest.raises(NoTokenByTokenError):
        world.tokens.create_token(principal, world.organisation("startup-voorbeeld"), name="kind", scopes=frozenset())
    assert [made.token.id] == [
        one.id for one in world.tokens.tokens(principal, world.organisation("startup-voorbeeld"))[0]
    ]


def test_nobody_makes_a_token_for_an_organisation_of_others(world: World) -> None:
    """Not even the operator acts in somebody's name."""
    with pytest.raises(ForbiddenError):
        world.tokens.create_token(
            world.principal("test-beheerder"),
            world.organisation("startup-voorbeeld"),
            name="x",
            scopes=frozenset(),
        )


def test_members_see_their_own_tokens_and_administrators_those_of_all_members(world: World) -> None:
    """Others' tokens are not found, so that their ids tell nothing."""
    own = world.organisation("startup-voorbeeld")
    boss = make_token(world)
    colleague = make_token(world, subject="test-startup-collega")
    for token, subject, expected in (
        (boss, "test-startup", 2),
        (colleague, "test-startup-collega", 1),
    ):
        person = world.principal(subject)
        assert expected == world.tokens.tokens(person, own)[1]
        assert token.token.id == world.tokens.token(person, token.token.id).id

    for subject in ("test-startup-collega", "test-leverancier"):
        with pytest.raises(TokenNotFoundError):
            world.tokens.revoke_token(world.principal(subject), boss.token.id)


def test_the_last_use_of_a_token_is_kept_to_the_hour(world: World, clock: FixedClock) -> None:
    """One sees which tokens are unused, without a write for every request."""
    made = make_token(world)
    moments = []
    for _ in range(3):
        by_token(world, made.secret)
        moments.append(world.tokens.token(world.principal("test-startup"), made.token.id).last_used_at)
        clock.advance(timedelta(minutes=40))

    assert (moments[0], timedelta(minutes=80)) == (moments[1], moments[2] - moments[0])


def test_a_session_ends_after_eight_hours_without_a_request(world: World, clock: FixedClock) -> None:
    """Who walks away from a computer is signed out of it."""
    cookie = world.sign_in("test-startup")
    clock.advance(timedelta(hours=7, minutes=59))
    assert world.sessions.find(cookie) is not None
    clock.advance(timedelta(hours=7, minutes=59))
    assert world.sessions.find(cookie) is not None, "the request before counts as activity"
    clock.advance(timedelta(hours=8))
    assert world.sessions.find(cookie) is None


def test_a_session_ends_a_day_after_sign_in_however_busy(world: World, clock: FixedClock) -> None:
    """A stolen cookie does not live for ever."""
    cookie = world.sign_in("test-startup")
    for _ in range(23):
        clock.advance(timedelta(hours=1))
        assert world.sessions.find(cookie) is not None
    clock.advance(timedelta(hours=1))
    assert world.sessions.find(cookie) is None


def test_signing_in_again_ends_the_session_that_the_browser_had(world: World) -> None:
    """The secret changes at sign-in, so that nobody can plant one beforehand (session fixation)."""
    first = world.sign_in("test-startup")
    person = world.sessions.find(first)
    second = world.sessions.open_session(identity_of("test-startup"), replaces=first)

    assert world.sessions.find(first) is None
    assert person == world.sessions.find(second)
    assert first != second


def test_signing_out_ends_one_browser_or_all(world: World) -> None:
    """A lost laptop can be signed out from elsewhere."""
    one, two, three = (world.sign_in("test-startup") for _ in range(3))
    somebody_else = world.sign_in("test-leverancier")

    world.sessions.close_session(one)
    assert (True, False) == (world.sessions.find(one) is None, world.sessions.find(two) is None)
    person = world.sessions.find(two)
    assert person is not None
    assert 2 == world.sessions.close_all_sessions(person)
    assert (None, None) == (world.sessions.find(two), world.sessions.find(three))
    assert world.sessions.find(somebody_else) is not None


def test_ended_sessions_are_forgotten_after_a_day_and_live_ones_stay(world: World, clock: FixedClock) -> None:
    """The table does not grow for ever."""
    world.sessions.close_session(world.sign_in("test-startup"))
    clock.advance(timedelta(hours=25))
    live = world.sign_in("test-startup")

    assert (1, 0) == (world.sessions.forget_ended_sessions(), world.sessions.forget_ended_sessions())
    assert world.sessions.find(live) is not None
    with world.database.read() as session:
        assert 1 == len(session.scalars(select(SessionRow)).all())


def test_reading_with_an_ended_session_goes_on_as_visitor_and_changing_is_refused(world: World) -> None:
    """One can always see the page that leads to signing in; a change is never done as somebody else."""
    assert VISITOR is world.authenticator.authenticate(request(cookie="ended"))
    with pytest.raises(SessionExpiredError):
        world.authenticator.authenticate(request("POST", cookie="ended", sec_fetch_site="same-origin"))


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({"sec_fetch_site": "same-origin"}, True),
        ({"origin": "http://127.0.0.1:8309"}, True),
        ({"origin": "http://intern:80", "host": "intern:80"}, True),
        ({"sec_fetch_site": "cross-site", "origin": "http://127.0.0.1:8309"}, False),
        ({"sec_fetch_site": "same-site"}, False),
        ({"sec_fetch_site": "none"}, False),
        ({"origin": "https://127.0.0.1:8309"}, False),
        ({"origin": "http://aanvaller.example"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_change_with_a_cookie_comes_from_our_own_pages(world: World, headers: dict[str, str], is_ours: bool) -> None:
    """Another website cannot make a signed-in browser change anything."""
    cookie = world.sign_in("test-startup")
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        asked = request(method, cookie=cookie, **headers)
        if is_ours:
            assert "Testpersoon Start-up" == world.authenticator.authenticate(asked).name
        else:
            with pytest.raises(CrossSiteError):
                world.authenticator.authenticate(asked)
    assert "Testpersoon Start-up" == world.authenticator.authenticate(request(cookie=cookie, **headers)).name


def test_a_token_may_change_things_from_anywhere(world: World) -> None:
    """A browser never adds a token by itself, so there is nothing to forge."""
    made = make_token(world)
    asked = request("POST", authorization=f"Bearer {made.secret}", origin="http://elders.example")

    assert made.token.id == world.authenticator.authenticate(asked).token_id


def test_the_cookie_is_bound_to_the_host_where_there_is_https(world: World) -> None:
    """`__Host-` needs `Secure`, which plain http in development cannot have."""
    secure = replace(world, public_url="https://proeftuin.example/")

    assert ("proeftuin", "__Host-proeftuin") == (
        world.authenticator.cookie_name,
        secure.authenticator.cookie_name,
    )
