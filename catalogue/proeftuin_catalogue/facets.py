"""The facets of a search: what each is called, what its values are called, and how often they occur."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proeftuin_catalogue.evidence import STATE_LABELS
from proeftuin_catalogue.search.base import Facet
from proeftuin_catalogue.views import FacetValue, FacetView
from proeftuin_catalogue.vocabulary import DOMAIN_LABELS, HOSTING_LABELS, STATUS_LABELS
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proeftuin_catalogue.kits import KitShelf
    from proeftuin_catalogue.search.base import SearchQuery, SearchResult

_FACET_LABELS: dict[Facet, Text] = {
    Facet.STANDARD: Text(nl="Standaard", en="Standard"),
    Facet.EVIDENCE: Text(nl="Bewijs", en="Evidence"),
    Facet.DOMAIN: Text(nl="Domein", en="Field"),
    Facet.LICENCE: Text(nl="Licentie", en="Licence"),
    Facet.HOSTING: Text(nl="Hosting", en="Hosting"),
    Facet.SUPPLIER: Text(nl="Leverancier", en="Supplier"),
    Facet.STATUS: Text(nl="Status", en="Status"),
}
_VALUE_LABELS: dict[Facet, Mapping[Any, Text]] = {
    Facet.EVIDENCE: STATE_LABELS,
    Facet.DOMAIN: DOMAIN_LABELS,
    Facet.HOSTING: HOSTING_LABELS,
    Facet.STATUS: STATUS_LABELS,
}


def facet_view(
    facet: Facet, result: SearchResult, query: SearchQuery, suppliers: Mapping[str, str], *, kits: KitShelf
) -> FacetView:
    """Show one facet of a search.

    Args:
        facet: Which.
        result: What was found, with how often each value occurs.
        query: What was asked, with the values that were chosen.
        suppliers: Names by id.
        kits: Know what standards are called.
    """
    selected = query.chosen(facet)
    return FacetView(
        name=facet,
        label=_FACET_LABELS[facet],
        values=tuple(
            FacetValue(
                value=value,
                label=_label(facet, value, suppliers, kits=kits),
                count=count,
                selected=value in selected,
            )
            for value, count in result.counts[facet]
        ),
    )


def _label(facet: Facet, value: str, suppliers: Mapping[str, str], *, kits: KitShelf) -> Text:
    if facet is Facet.STANDARD:
        return kits.title(value)
    if facet is Facet.SUPPLIER:
        return Text(nl=suppliers[value], en=suppliers[value])
    if facet is Facet.LICENCE and value == "proprietary":
        return Text(nl="Gesloten licentie", en="Proprietary")
    return _VALUE_LABELS.get(facet, {}).get(value, Text(nl=value, en=value))
