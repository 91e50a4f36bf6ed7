"""What a catalogue says of the town itself: who publishes, where it lies, and since when something is as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vlavirgem.blocks.opendata.versions import written
from vlavirgem.dcat import concept, date, in_dutch, texts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from vlavirgem.blocks.served import Served

_PUBLISHERS = "http://purl.org/adms/publishertype/"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the town while a request is answered.

    Attributes:
        served: The municipality.
        root: Address of the server, without a slash at the end.
        day: Reference date of the town, `2026-01-01`.
        version: Version of the generator.
        space: Rectangle around the town in WGS 84, as well-known text.
        changed: When each register last changed; none that did not change since the seed.
        counts: How many things each dataset holds.
        since: The oldest moment in each dataset that has one.
    """

    served: Served
    root: str
    day: str
    version: str
    space: str
    changed: Mapping[str, datetime]
    counts: Mapping[str, int]
    since: Mapping[str, datetime]

    def location(self) -> dict[str, Any]:
        """Say where the town lies."""
        return {
            "@id": self.served.iri("gebied/gemeente"),
            "@type": "dct:Location",
            "skos:prefLabel": texts(f"{self.served.name}, in de Noordzee", f"{self.served.name}, in the North Sea"),
            "dcat:bbox": {"@value": self.space, "@type": "geo:wktLiteral"},
        }

    def moment(self, changed: datetime | None) -> dict[str, str]:
        """Write when something changed: at the seed when it did not since."""
        return {"@value": written(changed), "@type": "xsd:dateTime"} if changed else date(self.day)


def publisher(served: Served) -> dict[str, Any]:
    """Describe the municipality; Flanders knows an agent as `dct:Agent`, Europe as `foaf:Agent`."""
    return {
        "@id": served.iri("bestuurseenheid/gemeente"),
        "@type": ["foaf:Agent", "dct:Agent"],
        "foaf:name": in_dutch(f"Gemeente {served.name}"),
        "dct:type": {
            **concept(f"{_PUBLISHERS}LocalAuthority", "Lokaal bestuur", "Local authority"),
            "skos:inScheme": {
                "@id": f"{_PUBLISHERS}1.0",
                "@type": "skos:ConceptScheme",
                "dct:title": texts("Soorten uitgevers", "Publisher types"),
            },
        },
    }


def contact_point(served: Served) -> dict[str, Any]:
    """Say whom to ask."""
    return {
        "@id": served.iri("contact/opendata"),
        "@type": "vcard:Kind",
        "vcard:fn": in_dutch(f"Gemeente {served.name}, open data"),
        "vcard:hasEmail": {"@id": f"mailto:opendata@{served.domain}"},
    }
