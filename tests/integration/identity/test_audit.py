"""Every change is written down, and only who may reads it."""

from __future__ import annotations

import inspect
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from proeftuin.identity.audit import AuditService
from proeftuin.identity.errors import AdminOnlyError
from proeftuin.identity.records import AuditFilter, Level
from proeftuin.identity.service import IdentityService
from proeftuin.identity.sessions import SessionService
from proeftuin.identity.tokens import TokenService
from proeftuin_kernel.auth import SYSTEM, VISITOR, Permission, Role
from proeftuin_kernel.errors import ForbiddenError, UnauthenticatedError
from proeftuin_kernel.tables import AuditFact

if TYPE_CHECKING:
    from collections.abc import Callable

    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.clock import FixedClock
    from support.identity_world import World

READS = {
    IdentityService: {
        "organisations",
        "organisation",
        "organisation_by_slug",
        "person",
        "memberships",
        "members",
        "member",
    },
    TokenService: {"now", "tokens", "token"},
    SessionService: {"find"},
    AuditService: {"facts"},
}
"""Methods that change nothing (but for the coarse moment of last use)."""


def _own(world: World) -> str:
    return world.organisation("startup-voorbeeld")


def _colleague(world: World) -> str:
    members, _ = world.service.members(SYSTEM, _own(world))
    return next(one.id for one in members if one.level is Level.MEMBER)


def _token(world: World) -> str:
    person = world.principal("test-startup")
    return world.tokens.create_token(person, _own(world), name="x", scopes=frozenset()).token.id


def _long_after_a_session(world: World) -> Callable[[], object]:
    world.sign_in("test-startup")
    world.database.clock.advance(timedelta(days=3))  # type: ignore[attr-defined] # the tests' clock moves
    return world.sessions.forget_ended_sessions


CHANGES: dict[tuple[type, str], tuple[str, Callable[[World], Callable[[], object]]]] = {
    (IdentityService, "create_organisation"): (
        "organisation.create",
        lambda world: partial(world.service.create_organisation, SYSTEM, slug="nieuw", kind=Role.VENDOR, name="N"),
    ),
    (IdentityService, "change_organisation"): (
        "organisation.change",
        lambda world: partial(world.service.change_organisation, SYSTEM, _own(world), name="Anders"),
    ),
    (IdentityService, "add_member"): (
        "member.add",
        lambda world: partial(
            world.service.add_member, SYSTEM, _own(world), subject="test-niemand", level=Level.MEMBER
        ),
    ),
    (IdentityService, "change_member"): (
        "member.change",
        lambda world: partial(world.service.change_member, SYSTEM, _own(world), _colleague(world), level=Level.ADMIN),
    ),
    (IdentityService, "remove_member"): (
        "member.remove",
        lambda world: partial(world.service.remove_member, SYSTEM, _own(world), _colleague(world)),
    ),
    (TokenService, "create_token"): (
        "token.create",
        lambda world: partial(
            world.tokens.create_token,
            world.principal("test-startup"),
            _own(world),
            name="x",
            scopes=frozenset({Permission.RUN_READ}),
        ),
    ),
    (TokenService, "revoke_token"): (
        "token.revoke",
        lambda world: partial(world.tokens.revoke_token, SYSTEM, _token(world)),
    ),
    (SessionService, "open_session"): ("session.open", lambda world: partial(world.sign_in, "test-startup")),
    (SessionService, "close_session"): (
        "session.close",
        lambda world: partial(world.sessions.close_session, world.sign_in("test-startup")),
    ),
    (SessionService, "close_all_sessions"): (
        "session.close_all",
        lambda world: partial(world.sessions.close_all_sessions, world.principal("test-startup")),
    ),
    (SessionService, "forget_ended_sessions"): ("session.forget", _long_after_a_session),
}
"""How each changing method is called on a fresh world, and the action that must be found afterwards."""


@pytest.mark.parametrize(
    ("service", "method"),
    [
        (service, name)
        for service, reads in READS.items()
        for name, _ in inspect.getmembers(service, inspect.isfunction)
        if not name.startswith("_") and name not in reads
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_every_method_that_changes_something_writes_an_audit_fact(world: World, service: type, method: str) -> None:
    """A new method must be named as reading, or shown to be audited."""
    assert (service, method) in CHANGES, f"say in READS that {method} only reads, or show in CHANGES how it is audited"
    action, prepare = CHANGES[service, method]
    change = prepare(world)
    before = _last_number(world)

    change()

    with world.database.read() as session:
        written = session.scalars(select(AuditFact.action).where(AuditFact.id > before)).all()
    assert action in written


def _last_number(world: World) -> int:
    with world.database.read() as session:
        return session.scalar(select(func.max(AuditFact.id))) or 0


def test_the_log_never_holds_a_secret(world: World) -> None:
    """Who reads the log cannot use what is in it."""
    person = world.principal("test-startup")
    token = world.tokens.create_token(person, _own(world), name="x", scopes=frozenset()).secret
    cookie = world.sign_in("test-startup")

    facts = str([asdict(one) for one in world.audit.facts(SYSTEM, AuditFilter(), limit=100)])
    for secret in (token, token.split("_", 2)[2], cookie):
        assert secret not in facts


def test_the_operator_reads_all_and_an_administrator_what_was_done_for_their_organisation(world: World) -> None:
    """The log of one organisation tells nothing of another."""
    startup = world.principal("test-startup")
    world.service.change_organisation(startup, _own(world), name="Anders")
    world.service.change_organisation(
        world.principal("test-leverancier"), world.organisation("leverancier-voorbeeld"), name="Ook anders"
    )

    mine = world.audit.facts(startup, AuditFilter(), limit=100)
    assert {_own(world)} == {one.organisation for one in mine}
    assert ("organisation.change", startup.person_id, {"name": "Anders"}) == (
        mine[0].action,
        mine[0].actor,
        mine[0].details,
    )
    changes = world.audit.facts(world.principal("test-beheerder"), AuditFilter(action="organisation.change"))
    assert ["Ook anders", "Anders"] == [one.details["name"] for one in changes]


def test_nobody_else_reads_the_log(world: World) -> None:
    """Not an ordinary member, not another organisation, not a visitor, not a token without the scope."""
    startup = world.principal("test-startup")
    blind = world.tokens.create_token(startup, _own(world), name="x", scopes=frozenset({Permission.RUN_READ}))
    seeing = world.tokens.create_token(startup, _own(world), name="y", scopes=frozenset({Permission.AUDIT_READ}))

    for person, wanted, error in (
        (world.principal("test-startup-collega"), AuditFilter(), AdminOnlyError),
        (world.principal("test-niemand"), AuditFilter(), AdminOnlyError),
        (world.principal("test-leverancier"), AuditFilter(organisation=_own(world)), AdminOnlyError),
        (VISITOR, AuditFilter(), UnauthenticatedError),
        (_by_token(world, blind.secret), AuditFilter(), ForbiddenError),
    ):
        with pytest.raises(error):
            world.audit.facts(person, wanted)
    assert world.audit.facts(_by_token(world, seeing.secret), AuditFilter())


def _by_token(world: World, secret: str) -> Principal:
    return world.authenticator._by_token(secret)


def test_the_log_is_filtered_by_every_column_and_paged_without_gaps(world: World, clock: FixedClock) -> None:
    """One finds who did what to which thing, and when."""
    startup = world.principal("test-startup")
    clock.advance(timedelta(hours=1))
    for name in ("een", "twee", "drie"):
        world.service.change_organisation(startup, _own(world), name=name)
        clock.advance(timedelta(hours=1))
    start = clock.now() - timedelta(hours=3)

    def names(**wanted: object) -> list[object]:
        found = world.audit.facts(SYSTEM, AuditFilter(**wanted), limit=100)
        return [one.details.get("name") for one in found if one.action == "organisation.change"]

    assert ["drie", "twee", "een"] == names(actor=startup.person_id)
    assert ["drie", "twee", "een"] == names(subject=_own(world), action="organisation.change")
    assert ["drie", "twee"] == names(since=start + timedelta(minutes=1))
    assert ["een"] == names(until=start + timedelta(minutes=1))
    assert [] == names(actor="per-00000000000000000000000000")

    first = world.audit.facts(SYSTEM, AuditFilter(action="organisation.change"), limit=2)
    rest = world.audit.facts(SYSTEM, AuditFilter(action="organisation.change"), after=first[-1].id, limit=2)
    assert [["drie", "twee"], ["een"]] == [[one.details["name"] for one in page] for page in (first, rest)]


def test_what_a_token_did_is_told_apart_from_what_its_maker_did(world: World) -> None:
    """The log names the token."""
    startup = world.principal("test-startup")
    made = world.tokens.create_token(
        startup, _own(world), name="bouwstraat", scopes=frozenset({Permission.ORGANISATION_MANAGE})
    )

    world.service.change_organisation(_by_token(world, made.secret), _own(world), name="Door een programma")

    fact = world.audit.facts(startup, AuditFilter(action="organisation.change"))[0]
    assert (startup.person_id, made.token.id, "Testpersoon Start-up (token bouwstraat)") == (
        fact.actor,
        fact.token,
        fact.actor_name,
    )
