"""Reading cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from vlavirgem.blocks.resources import Day, Filter, Number, Resource
from vlavirgem.casework import REASONS
from vlavirgem.linked.cases import CASE, HANDOVER
from vlavirgem.process import STATUSES, case_types

if TYPE_CHECKING:
    from collections.abc import Mapping


def case_tag(row: Mapping[str, Any]) -> str:
    """Give the entity tag of a case: it changes with every change, also after a reset to the seed."""
    return f'"{row["id"]}-{row["versie"]}-{int(row["gewijzigd"].timestamp())}"'


CASES = Resource(
    "dossiers",
    "dossier",
    CASE,
    filters=(
        Filter("status", "t.status = %s", Literal[STATUSES], "Huidige status."),
        Filter("dossiertype", "t.dossiertype = %s", Literal[tuple(case_types())], "Soort dossier."),
        Filter("aanvragerId", "t.aanvrager_id = %s", Number, "Nummer van de persoon die het aanvroeg."),
        Filter("medewerkerId", "t.medewerker_id = %s", Number, "Nummer van de medewerker die het in handen heeft."),
        Filter("productId", "t.product_id = %s", Number, "Nummer van het product."),
        Filter("openingsdatumVan", "t.openingsdatum >= %s", Day, "Geopend op of na."),
        Filter("openingsdatumTot", "t.openingsdatum <= %s", Day, "Geopend op of voor."),
    ),
    etag=case_tag,
)
HANDOVERS = Resource(
    "overdrachten",
    "overdracht",
    HANDOVER,
    filters=(
        Filter("dossierId", "t.dossier_id = %s", Number, "Nummer van het dossier."),
        Filter("overdragerId", "t.overdrager_id = %s", Number, "Nummer van de medewerker die overdroeg."),
        Filter("overnemerId", "t.overnemer_id = %s", Number, "Nummer van de medewerker die overnam."),
        Filter("reden", "t.reden = %s", Literal[REASONS], "Waarom."),
    ),
)
