"""Organisations and members: who may change what, and that nothing is left without somebody in charge."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from proeftuin.identity.errors import (
    AdminOnlyError,
    KboNumberError,
    LastAdminError,
    MemberExistsError,
    MemberNotFoundError,
    OperatorOnlyError,
    OrganisationNotFoundError,
    SlugTakenError,
)
from proeftuin.identity.records import Level
from proeftuin.identity.service import IdentityService
from proeftuin.identity.synthetic import KNOWN_AS, ORGANISATIONS, PERSONS, seed_development
from proeftuin.schema import METADATA
from proeftuin_kernel.auth import SYSTEM, VISITOR, Role
from proeftuin_kernel.errors import BadInputError, ForbiddenError, UnauthenticatedError

if TYPE_CHECKING:
    from proeftuin_kernel.db import Database
    from support.identity_world import World

NOWHERE = "org-00000000000000000000000000"


def test_seeding_twice_changes_nothing(world: World) -> None:
    """The demonstration may start any number of times."""
    before = world.service.organisations(SYSTEM, limit=100)

    seed_development(world.service)

    assert before == world.service.organisations(SYSTEM, limit=100)
    assert len(ORGANISATIONS) == before[1]


def test_replicas_that_start_together_seed_without_falling_over(database: Database) -> None:
    """The one that comes second finds a name taken that was free a moment before; that is no reason not to start."""
    service = IdentityService(database, issuer=KNOWN_AS)
    with ThreadPoolExecutor(3) as replicas:
        list(replicas.map(seed_development, [service] * 3))

    for one in ORGANISATIONS:
        organisation = service.organisation_by_slug(SYSTEM, one.slug)
        assert organisation is not None
        members, _ = service.members(SYSTEM, organisation.id, limit=100)
        assert [person.organisation for person in PERSONS].count(one.slug) == len(members)


def test_a_member_sees_their_own_organisations_and_the_operator_sees_all(world: World) -> None:
    """Tenants do not know of each other here."""
    mine, total = world.service.organisations(world.principal("test-startup"))
    nobody = world.service.organisations(world.principal("test-niemand"))

    assert (["startup-voorbeeld"], 1) == ([one.slug for one in mine], total)
    assert ([], 0) == nobody
    assert len(ORGANISATIONS) == world.service.organisations(world.principal("test-beheerder"))[1]
    with pytest.raises(UnauthenticatedError):
        world.service.organisations(VISITOR)


def test_pages_of_a_list_follow_each_other_without_gaps(world: World) -> None:
    """The cursor is the last short name."""
    seen: list[str] = []
    after = None
    while True:
        page, _ = world.service.organisations(SYSTEM, after=after, limit=2)
        if not page:
            break
        seen += [one.slug for one in page]
        after = page[-1].slug

    assert sorted(one.slug for one in ORGANISATIONS) == seen


def test_only_the_operator_adds_an_organisation(world: World) -> None:
    """The kind of an organisation gives rights, so nobody chooses their own."""
    operator = world.principal("test-beheerder")
    made = world.service.create_organisation(
        operator, slug="nieuw", kind=Role.VENDOR, name="Nieuw", kbo="BE 0999.999.922"
    )

    assert ("0999999922", made) == (made.kbo, world.service.organisation(operator, made.id))
    with pytest.raises(OperatorOnlyError):
        world.service.create_organisation(world.principal("test-startup"), slug="x", kind=Role.VENDOR, name="X")
    with pytest.raises(SlugTakenError):
        world.service.create_organisation(operator, slug="nieuw", kind=Role.VENDOR, name="Nog eens")
    with pytest.raises(BadInputError):
        world.service.create_organisation(operator, slug="Geen Label", kind=Role.VENDOR, name="X")
    with pytest.raises(BadInputError):
        world.service.create_organisation(operator, slug="bezoek", kind=Role.VISITOR, name="X")


def test_an_enterprise_number_with_wrong_check_digits_is_refused(world: World) -> None:
    """A number that cannot be right is told at once, and nothing changes."""
    startup = world.principal("test-startup")
    own = world.organisation("startup-voorbeeld")
    world.service.change_organisation(startup, own, kbo="0999309044")

    with pytest.raises(KboNumberError):
        world.service.change_organisation(startup, own, kbo="0999309045")
    assert "0999309044" == world.service.organisation(startup, own).kbo
    assert world.service.change_organisation(startup, own, kbo="", name="Nieuwe naam").kbo is None


def test_another_organisation_is_refused_whether_it_exists_or_not(world: World) -> None:
    """The answer does not tell which ids exist; the operator, who may know, hears it."""
    vendor = world.principal("test-leverancier")

    for organisation in (world.organisation("startup-voorbeeld"), NOWHERE):
        with pytest.raises(ForbiddenError):
            world.service.organisation(vendor, organisation)
        with pytest.raises(ForbiddenError):
            world.service.members(vendor, organisation)
        with pytest.raises(ForbiddenError):
            world.service.add_member(vendor, organisation, subject="test-leverancier", level=Level.ADMIN)
    with pytest.raises(OrganisationNotFoundError):
        world.service.organisation(world.principal("test-beheerder"), NOWHERE)


def test_an_ordinary_member_changes_nothing_but_may_leave(world: World) -> None:
    """Managing is for administrators."""
    colleague = world.principal("test-startup-collega")
    own = world.organisation("startup-voorbeeld")
    members, _ = world.service.members(colleague, own)
    me = next(one for one in members if one.person.id == colleague.person_id)
    boss = next(one for one in members if one.level is Level.ADMIN)

    with pytest.raises(AdminOnlyError):
        world.service.change_organisation(colleague, own, name="Van mij")
    with pytest.raises(AdminOnlyError):
        world.service.change_member(colleague, own, me.id, level=Level.ADMIN)
    with pytest.raises(AdminOnlyError):
        world.service.remove_member(colleague, own, boss.id)
    world.service.remove_member(colleague, own, me.id)
    assert [boss.id] == [one.id for one in world.service.members(world.principal("test-startup"), own)[0]]


def test_an_administrator_adds_a_person_who_never_signed_in(world: World) -> None:
    """The person is a member from the first sign-in on, and is then known by name."""
    startup = world.principal("test-startup")
    own = world.organisation("startup-voorbeeld")

    member = world.service.add_member(startup, own, subject="test-niemand", level=Level.MEMBER)

    assert {own: Role.STARTUP} == world.principal("test-niemand").organisations
    assert "Testpersoon Zonder Organisatie" == world.service.member(startup, own, member.id).person.name
    with pytest.raises(MemberExistsError):
        world.service.add_member(startup, own, subject="test-niemand", level=Level.ADMIN)


def test_removing_a_member_takes_the_rights_at_once_and_adding_gives_them_back(world: World) -> None:
    """Removal can be undone; the tokens stay revoked."""
    startup = world.principal("test-startup")
    own = world.organisation("startup-voorbeeld")
    cookie = world.sign_in("test-startup-collega")
    colleague = world.sessions.find(cookie)
    assert colleague is not None
    made = world.tokens.create_token(colleague, own, name="bouwstraat", scopes=frozenset())
    member = next(one for one in world.service.members(startup, own)[0] if one.person.id == colleague.person_id)

    world.service.remove_member(startup, own, member.id)
    after = world.sessions.find(cookie)
    assert after is not None
    assert {} == after.organisations
    assert world.tokens.token(startup, made.token.id).revoked_at is not None

    world.service.add_member(startup, own, subject="test-startup-collega", level=Level.MEMBER)
    again = world.sessions.find(cookie)
    assert again is not None
    assert {own: Role.STARTUP} == again.organisations
    with pytest.raises(MemberNotFoundError):
        world.service.remove_member(startup, own, member.id)


def test_the_last_administrator_stays(world: World) -> None:
    """An organisation without an administrator could never be managed again."""
    startup = world.principal("test-startup")
    own = world.organisation("startup-voorbeeld")
    boss = next(one for one in world.service.members(startup, own)[0] if one.level is Level.ADMIN)

    with pytest.raises(LastAdminError):
        world.service.remove_member(startup, own, boss.id)
    with pytest.raises(LastAdminError):
        world.service.change_member(startup, own, boss.id, level=Level.MEMBER)
    assert Level.ADMIN is world.service.change_member(startup, own, boss.id, level=Level.ADMIN).level


def test_two_administrators_who_leave_at_the_same_moment_do_not_both_leave(world: World) -> None:
    """The rule holds under concurrency: the organisation is locked while its members change."""
    own = world.organisation("startup-voorbeeld")
    startup = world.principal("test-startup")
    for member in world.service.members(startup, own)[0]:
        world.service.change_member(startup, own, member.id, level=Level.ADMIN)
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def leave(subject: str) -> None:
        person = world.principal(subject)
        me = next(one for one in world.service.members(SYSTEM, own)[0] if one.person.id == person.person_id)
        barrier.wait()
        try:
            world.service.remove_member(person, own, me.id)
            outcomes.append("left")
        except LastAdminError:
            outcomes.append("stayed")

    threads = [threading.Thread(target=leave, args=(one,)) for one in ("test-startup", "test-startup-collega")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ["left", "stayed"] == sorted(outcomes)


def test_two_operators_who_add_the_same_person_at_the_same_moment_make_one_person(world: World) -> None:
    """The same subject is one person, whatever happens together."""
    barrier = threading.Barrier(2)
    people: list[str] = []

    def add(slug: str) -> None:
        barrier.wait()
        member = world.service.add_member(SYSTEM, world.organisation(slug), subject="test-nieuw", level=Level.MEMBER)
        people.append(member.person.id)

    threads = [threading.Thread(target=add, args=(one,)) for one in ("leverancier-voorbeeld", "leverancier-ander")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (2, 1) == (len(people), len(set(people)))


def test_the_identity_tables_are_as_the_models_say(database: Database) -> None:
    """The migration and the models agree in every column, index and key."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [one for one in compare_metadata(context, METADATA) if "identity_" in str(one)]

    assert [] == differences
