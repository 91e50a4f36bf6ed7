"""Where and what the municipality is: the constants that every layer shares."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

NAME = "VlaVirGem"
NIS_CODE = "99309"
"""Two-digit prefix 99 is no Belgian arrondissement, so no municipality can have this code."""
POST_CODE = "9999"
"""The highest Belgian post code in use is 9992."""
COUNTRY = "België"
PHONE_PREFIX = "+3200"
"""After country code 32 a number cannot start with 0: that is the trunk prefix."""
MAIL_DOMAIN = "vlavirgem.example"
"""`.example` is reserved by RFC 2606."""

ID_BASE = "https://data.vlavirgem.example/id/"
"""Root of all identifiers. RFC 2606 keeps `.example` from ever existing."""

OTHER_TOWNS = ("Gent", "Brugge", "Leuven", "Hasselt", "Antwerpen", "Kortrijk", "Mechelen", "Aalst", "Genk", "Oostende")
"""Real towns where people come from, go to and are born: each has a maternity hospital."""

SYNTHETIC_STATEMENT = {
    "nl": "Alle gegevens zijn verzonnen. Gelijkenis met bestaande personen, organisaties of adressen is toeval.",
    "en": "All data is made up. Any likeness to real persons, organisations or addresses is chance.",
}
LICENCE = "CC0-1.0"


def domain_of(name: str) -> str:
    """Give the domain of a municipality by its name: `.example` keeps it from ever existing."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return f"{re.sub(r'[^a-z0-9]+', '-', plain).strip('-')}.example"


@dataclass(frozen=True, slots=True)
class Municipality:
    """Who and where a municipality is, and which numbers are its own among those that were made together.

    Attributes:
        name: Its name, invented.
        nis_code: Five digits that begin with 99.
        post_code: Four digits that no place has.
        ovo_code: Number of its OVO code; its OCMW and its police zone have the next two.
        domain: Under `.example`.
        centre: Where it lies, in Lambert 72, metres: at sea.
        number: From 1 among municipalities that are made together; 0 for one that is alone.
        first_wijk: Number of its first wijk among theirs: what keeps national, enterprise and phone numbers apart.
        wijken: How many numbers of wijken they have together; 0 for one that is alone.
    """

    name: str
    nis_code: str
    post_code: str
    ovo_code: int
    domain: str
    centre: tuple[float, float]
    number: int = 0
    first_wijk: int = 0
    wijken: int = 0

    @property
    def is_alone(self) -> bool:
        """Whether its numbers need to differ from nobody else's."""
        return self.number == 0


VLAVIRGEM = Municipality(
    name=NAME,
    nis_code=NIS_CODE,
    post_code=POST_CODE,
    ovo_code=999_309,
    domain=MAIL_DOMAIN,
    centre=(30_000.0, 225_000.0),
)
"""18.6 km off the Belgian coast."""
