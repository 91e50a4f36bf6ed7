"""Buildings that are not finished yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from vlavirgem.living.state import Source

PLANNED, BEGUN = "gepland", "inAanbouw"
PROPOSED, IN_USE = "voorgesteld", "inGebruik"


@dataclass(slots=True)
class Site:
    """A building that is not finished.

    Attributes:
        status: `PLANNED` or `BEGUN`.
        since: The day on which it came to be so.
        units: Its units, each with what it is for.
        addresses: Their addresses, each with its unit, its line and whether it is in use.
    """

    status: str
    since: date
    units: dict[int, str] = field(default_factory=dict)
    addresses: dict[int, tuple[int, str, bool]] = field(default_factory=dict)


def read_sites(source: Source) -> dict[int, Site]:
    """Read the buildings that are not finished, with their units and addresses."""
    sites = {
        number: Site(status, version.date())
        for number, status, version in source.rows("gebouwen", "id", "status", "versie")
        if status in {PLANNED, BEGUN}
    }
    for number, building, status, purpose in source.rows("gebouweenheden", "id", "gebouw_id", "status", "bestemming"):
        if building in sites and status == PLANNED:
            sites[building].units[number] = purpose
    columns = ("id", "gebouw_id", "gebouweenheid_id", "volledig_adres", "status")
    for number, building, unit, line, status in source.rows("adressen", *columns):
        if building in sites and unit in sites[building].units and status in {PROPOSED, IN_USE}:
            sites[building].addresses[number] = (unit, line, status == IN_USE)
    return sites
