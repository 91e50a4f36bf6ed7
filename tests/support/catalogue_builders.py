"""Suppliers, kits and synthetic solutions for tests and benchmarks of the catalogue. Nobody in here is real."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from proeftuin_catalogue.drafts import SolutionDraft
from proeftuin_catalogue.kits import KnownKit
from proeftuin_catalogue.vocabulary import Domain, Hosting
from proeftuin_kernel.auth import Principal, Role
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
API = KnownKit(
    id="api-regels",
    version="1.2.0",
    title=Text(nl="Regels voor API's", en="API rules"),
    standard_url="https://standaard.example/api",
    standard_version="2.1",
)
PROCESS = KnownKit(
    id="generiek-proces",
    version="2.0.0",
    title=Text(nl="Generiek proces", en="Generic process"),
    standard_url="https://standaard.example/proces",
    standard_version="1.0",
)
KITS = (API, PROCESS)
VENDOR_A, VENDOR_B, TOWN_HALL = "org-a", "org-b", "org-gemeente"
ANN = Principal(person_id="per-a", name="Testpersoon A", organisations={VENDOR_A: Role.VENDOR})
BEN = Principal(person_id="per-b", name="Testpersoon B", organisations={VENDOR_B: Role.STARTUP})
CLERK = Principal(person_id="per-c", name="Testpersoon C", organisations={TOWN_HALL: Role.MUNICIPALITY})
DIGEST = f"sha256:{'a' * 64}"
OTHER_DIGEST = f"sha256:{'b' * 64}"


class Names:
    """A directory of organisations that is a dictionary."""

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        self.known = dict(names or {VENDOR_A: "Aardappel Software", VENDOR_B: "Biet en Zonen"})

    def names(self, organisation_ids: Collection[str]) -> dict[str, str]:
        """Give the names that are known."""
        return {one: self.known[one] for one in organisation_ids if one in self.known}


def draft(name: str = "Dossierloket", **changes: Any) -> SolutionDraft:
    """A solution that breaks no rule."""
    values: dict[str, Any] = {
        "name": Text(nl=name, en=""),
        "short": Text(nl=f"{name} voor gemeenten", en=f"{name} for municipalities"),
        "licence": "EUPL-1.2",
        "domains": (Domain.COUNTER,),
        "hosting": (Hosting.SAAS,),
    }
    return SolutionDraft(**{**values, **changes})


def run(number: int = 1, **changes: Any) -> dict[str, Any]:
    """The arguments of `record_evidence` for a passed run on release 1.0.0 of dossierloket."""
    return {
        "run_id": f"run-{number}",
        "organisation": VENDOR_A,
        "component_name": "dossierloket",
        "component_version": "1.0.0",
        "component_digest": DIGEST,
        "kit_id": API.id,
        "kit_version": API.version,
        "kit_digest": f"sha256:{'c' * 64}",
        "verdict": "pass",
        "finished_at": NOW - timedelta(hours=1) + timedelta(minutes=number),
        "depth": {"requirements": 40, "tested": 36, "cases": 1200},
        "tier": "local",
        "town_digest": f"sha256:{'d' * 64}",
        **changes,
    }


def manifest(**metadata: Any) -> dict[str, Any]:
    """A valid component.yaml as plain data."""
    return {
        "apiVersion": "proeftuin/v1",
        "kind": "Component",
        "metadata": {
            "name": "dossierloket",
            "version": "1.0.0",
            "title": {"nl": "Dossierloket", "en": "Case desk"},
            "description": {"nl": "Behandelt dossiers van intake tot levering.", "en": "Handles cases."},
            "supplier": {"name": "Voorbeeldleverancier", "url": "https://leverancier.example"},
            "licence": "EUPL-1.2",
            **metadata,
        },
        "run": {"command": ["./start"]},
        "claims": [{"kit": API.id, "actor": "aanbieder"}, {"kit": PROCESS.id}],
    }


_HEADS = [
    "vergunning",
    "dossier",
    "subsidie",
    "belasting",
    "parkeer",
    "afval",
    "begraafplaats",
    "bibliotheek",
    "zwembad",
    "school",
    "opvang",
    "evenement",
    "inname",
    "melding",
    "besluit",
    "agenda",
    "notulen",
    "archief",
    "adres",
    "kadaster",
    "riool",
    "groen",
    "weg",
    "verkeer",
    "veiligheid",
    "brandweer",
    "politie",
    "welzijn",
    "premie",
    "energie",
    "water",
    "bos",
    "haven",
    "markt",
    "zaal",
    "sport",
    "cultuur",
    "toerisme",
    "personeel",
    "loon",
    "vorming",
    "contract",
]
_TAILS = [
    "loket",
    "beheer",
    "register",
    "portaal",
    "balie",
    "planner",
    "module",
    "stroom",
    "kaart",
    "teller",
    "wijzer",
    "helper",
    "kamer",
    "centrale",
    "systeem",
    "bord",
    "gids",
    "lijn",
    "punt",
    "archief",
    "kluis",
    "brug",
    "motor",
    "spoor",
    "baken",
]
_FILLER = [
    "aanvragen",
    "behandelen",
    "medewerkers",
    "burgers",
    "gemeente",
    "overzicht",
    "termijnen",
    "meldingen",
    "documenten",
    "ondertekenen",
    "koppeling",
    "gegevens",
    "gebruikers",
    "statussen",
    "beslissing",
    "bijlagen",
    "betalingen",
    "afspraken",
    "kalender",
    "rapporten",
    "beheer",
    "eenvoudig",
    "veilig",
    "snel",
    "toegankelijk",
    "digitaal",
    "mobiel",
    "online",
    "zoeken",
    "filteren",
    "plannen",
    "opvolgen",
    "versturen",
    "bewaren",
]
_LICENCES = ("EUPL-1.2", "MIT", "Apache-2.0", "AGPL-3.0-or-later", "proprietary", "proprietary")


def synthetic(number: int, *, seed: int = 1830) -> Iterator[tuple[str, SolutionDraft]]:
    """Make up suppliers with solutions; the same seed gives the same ones. Rare words stay rare (Zipf)."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    weights = [1 / (place + 1) for place in range(len(_FILLER))]
    for place in range(number):
        name = f"{chance.choice(_HEADS)}{chance.choice(_TAILS)} {chance.choice(_HEADS)} {place}".capitalize()
        words = chance.choices(_FILLER, weights, k=40) + chance.choices(_HEADS, k=6)
        chance.shuffle(words)
        yield (
            f"org-{chance.randrange(300)}",
            SolutionDraft(
                name=Text(nl=name, en=""),
                short=Text(nl=" ".join(words[:12]), en=""),
                long=Text(nl=" ".join(words[12:]), en=""),
                licence=chance.choice(_LICENCES),
                domains=tuple(str(one) for one in chance.sample(list(Domain), chance.randint(1, 3))),
                hosting=tuple(str(one) for one in chance.sample(list(Hosting), chance.randint(1, 2))),
                status=chance.choice(("concept", "active", "active", "active")),
            ),
        )
