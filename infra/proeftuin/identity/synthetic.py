"""The synthetic persons and organisations with which one tries the platform. Nobody here exists."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin.identity.errors import MemberExistsError, SlugTakenError
from proeftuin.identity.records import Level, VerifiedIdentity
from proeftuin_kernel.auth import SYSTEM, Role
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from proeftuin.identity.service import IdentityService


KNOWN_AS = "urn:proeftuin:test-idp"
"""How the provider of these persons is remembered: the port of a development server changes, the persons stay."""


@dataclass(frozen=True, slots=True)
class SyntheticOrganisation:
    """An organisation that does not exist."""

    slug: str
    kind: Role
    name: str


@dataclass(frozen=True, slots=True)
class SyntheticPerson:
    """Somebody who does not exist.

    Attributes:
        subject: What the test identity provider calls them.
        organisation: Short name of their organisation; None for who belongs to none.
        does: What one tries as this person.
    """

    subject: str
    given_name: str
    family_name: str
    organisation: str | None
    level: Level
    does: Text

    @property
    def name(self) -> str:
        """Give the full name."""
        return f"{self.given_name} {self.family_name}"


ORGANISATIONS = (
    SyntheticOrganisation("startup-voorbeeld", Role.STARTUP, "Start-up Voorbeeld (synthetisch)"),
    SyntheticOrganisation("leverancier-voorbeeld", Role.VENDOR, "Leverancier Voorbeeld (synthetisch)"),
    SyntheticOrganisation("leverancier-ander", Role.VENDOR, "Andere Leverancier (synthetisch)"),
    SyntheticOrganisation("vlavirgem", Role.MUNICIPALITY, "Gemeente VlaVirGem (synthetisch)"),
    SyntheticOrganisation("onderzoeksgroep-voorbeeld", Role.RESEARCHER, "Onderzoeksgroep Voorbeeld (synthetisch)"),
    SyntheticOrganisation("proeftuin", Role.OPERATOR, "Beheer van de proeftuin (synthetisch)"),
)

PERSONS = (
    SyntheticPerson(
        "test-startup",
        "Testpersoon",
        "Start-up",
        "startup-voorbeeld",
        Level.ADMIN,
        Text(
            nl="opent een proeftuin, zet er een component in en laat die toetsen",
            en="opens a sandbox, puts a component in it and has it tested",
        ),
    ),
    SyntheticPerson(
        "test-startup-collega",
        "Testcollega",
        "Start-up",
        "startup-voorbeeld",
        Level.MEMBER,
        Text(nl="werkt mee, maar beheert de organisatie niet", en="works along, but does not manage the organisation"),
    ),
    SyntheticPerson(
        "test-leverancier",
        "Testpersoon",
        "Leverancier",
        "leverancier-voorbeeld",
        Level.ADMIN,
        Text(nl="zet oplossingen in de catalogus", en="puts solutions in the catalogue"),
    ),
    SyntheticPerson(
        "test-leverancier-ander",
        "Testpersoon",
        "Andere Leverancier",
        "leverancier-ander",
        Level.ADMIN,
        Text(nl="mag niets zien van de eerste leverancier", en="may see nothing of the first vendor"),
    ),
    SyntheticPerson(
        "test-gemeente",
        "Testpersoon",
        "Gemeente",
        "vlavirgem",
        Level.ADMIN,
        Text(nl="zoekt en probeert oplossingen voor VlaVirGem", en="looks for and tries solutions for VlaVirGem"),
    ),
    SyntheticPerson(
        "test-onderzoeker",
        "Testpersoon",
        "Onderzoeker",
        "onderzoeksgroep-voorbeeld",
        Level.ADMIN,
        Text(nl="doet proeven die anderen kunnen herhalen", en="does experiments that others can repeat"),
    ),
    SyntheticPerson(
        "test-beheerder",
        "Testpersoon",
        "Beheerder",
        "proeftuin",
        Level.ADMIN,
        Text(nl="beheert het platform en mag alles", en="runs the platform and may do everything"),
    ),
    SyntheticPerson(
        "test-niemand",
        "Testpersoon",
        "Zonder Organisatie",
        None,
        Level.MEMBER,
        Text(nl="is aangemeld en hoort nergens bij", en="is signed in and belongs nowhere"),
    ),
)


def identity_of(subject: str) -> VerifiedIdentity:
    """Give what the test provider says of a synthetic person, for the demonstration and for tests.

    Raises:
        KeyError: there is no such person.
    """
    names = {person.subject: person.name for person in PERSONS}
    return VerifiedIdentity(KNOWN_AS, subject, names[subject])


def seed_development(service: IdentityService) -> None:
    """Make the synthetic organisations and their members where they are missing; may run any number of times.

    Of replicas that start together, the first one to make an organisation makes all of it.
    """
    for synthetic in ORGANISATIONS:
        with suppress(SlugTakenError, MemberExistsError):
            _seed(service, synthetic)


def _seed(service: IdentityService, synthetic: SyntheticOrganisation) -> None:
    organisation = service.organisation_by_slug(SYSTEM, synthetic.slug) or service.create_organisation(
        SYSTEM, slug=synthetic.slug, kind=synthetic.kind, name=synthetic.name
    )
    members, _ = service.members(SYSTEM, organisation.id, limit=100)
    if members:
        return  # somebody may have changed them since; that stays
    for person in PERSONS:
        if person.organisation == synthetic.slug:
            service.add_member(SYSTEM, organisation.id, subject=person.subject, level=person.level)
