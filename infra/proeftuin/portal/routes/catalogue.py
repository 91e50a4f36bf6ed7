"""The street, the catalogue and a solution."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse

from proeftuin.portal.routes.common import Slug, new_router, page
from proeftuin.portal.views.asking import Choice
from proeftuin.portal.views.catalogue import SearchQuery
from proeftuin.portal.visit import Visit, VisitDep
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from proeftuin.portal.views.catalogue import CatalogueView

router = new_router()

SORTS = (
    Choice(value="relevantie", label=Text(nl="best passend", en="best match")),
    Choice(value="naam", label=Text(nl="naam", en="name")),
    Choice(value="nieuwste", label=Text(nl="nieuwste", en="newest")),
)
FACETS = ("standaard", "bewijs", "domein", "leverancier", "licentie", "hosting", "status")
_LONGEST_QUERY = 200
_LONGEST_VALUE = 100
_MOST_VALUES = 30
_CSV_PAGE = 100


@page(router, "/", twin="/straat.json")
def street(visit: VisitDep) -> Response:
    """What exists, and what is proved?"""
    return visit.page("straat.html", lambda: {"view": visit.catalogue.street(visit.principal)})


@page(router, "/catalogus", twin="/catalogus.json")
def catalogue(visit: VisitDep) -> Response:
    """Which solutions fit, and why in this order?"""

    def make() -> dict[str, Any]:
        query = read_query(visit)
        view = visit.catalogue.search(visit.principal, query)
        return {
            "view": view,
            "sorts": SORTS,
            "next_url": address(query, cursor=view.next) if view.next else None,
            "first_url": address(query) if query.cursor else None,
            "csv_url": address(query, path="/catalogus.csv"),
        }

    return visit.page("catalogus.html", make, twin="/api/v1/solutions")


@router.get("/catalogus.csv")
def catalogue_csv(visit: VisitDep) -> Response:
    """All results as a table for a spreadsheet: a row per solution and standard."""
    first = visit.catalogue.search(visit.principal, read_query(visit, limit=_CSV_PAGE))
    return StreamingResponse(
        _csv(visit, first),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="catalogus.csv"', "Content-Language": visit.language},
    )


@page(router, "/oplossingen/{slug}")
def solution(visit: VisitDep, slug: Slug) -> Response:
    """Can I trust and use this?"""
    return visit.page(
        "oplossing.html",
        lambda: {"view": visit.catalogue.solution(visit.principal, slug)},
        twin=f"/api/v1/solutions/{slug}",
    )


def read_query(visit: Visit, *, limit: int = 20) -> SearchQuery:
    """Read what is asked from the address; the rest of the address is ignored."""
    given = visit.request.query_params
    filters = []
    for facet in FACETS:
        values = tuple(
            dict.fromkeys(
                _clean(value, _LONGEST_VALUE) for value in given.getlist(facet)[:_MOST_VALUES] if value.strip()
            )
        )
        if values:
            filters.append((facet, values))
    sort = given.get("sort", "relevantie")
    return SearchQuery(
        q=_clean(given.get("q", ""), _LONGEST_QUERY),
        filters=tuple(filters),
        sort=sort if sort in {choice.value for choice in SORTS} else "relevantie",
        cursor=given.get("cursor") or None,
        limit=limit,
    )


def address(query: SearchQuery, *, cursor: str | None = None, path: str = "/catalogus") -> str:
    """Write the address that shows a query again."""
    pairs = [("q", query.q)] if query.q else []
    pairs += [(facet, value) for facet, values in query.filters for value in values]
    if query.sort != "relevantie":
        pairs.append(("sort", query.sort))
    if cursor:
        pairs.append(("cursor", cursor))
    return f"{path}?{urlencode(pairs)}" if pairs else path


_CSV_HEAD: Mapping[str, list[str]] = {
    "nl": [
        "adres",
        "naam",
        "leverancier",
        "versie",
        "samenvatting",
        "standaard",
        "bekend",
        "getoetst op",
        "geldig tot",
    ],
    "en": ["address", "name", "supplier", "version", "summary", "standard", "known", "tested on", "valid until"],
}


def _csv(visit: Visit, view: CatalogueView) -> Iterator[str]:
    yield _csv_line(_CSV_HEAD[visit.language])
    while True:
        yield from (_csv_line(row) for row in _csv_rows(view, visit))
        if view.next is None:
            return
        view = visit.catalogue.search(visit.principal, replace(view.query, cursor=view.next))


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([_safe(cell) for cell in cells])
    return line.getvalue()


def _csv_rows(view: CatalogueView, visit: Visit) -> list[list[str]]:
    base = str(visit.request.base_url).rstrip("/")
    rows: list[list[str]] = []
    for row in view.rows:
        start = [
            f"{base}/oplossingen/{row.slug}",
            row.name.in_(visit.language),
            row.supplier,
            row.version or "",
            row.summary.in_(visit.language),
        ]
        proofs = [
            [
                item.title.in_(visit.language),
                item.mark.word.in_(visit.language),
                item.at.date().isoformat() if item.at else "",
                item.until.date().isoformat() if item.until else "",
            ]
            for item in row.evidence
        ] or [["", "", "", ""]]
        rows.extend(start + proof for proof in proofs)
    return rows


def _safe(cell: str) -> str:
    """Keep a spreadsheet from taking a text for a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _clean(value: str, longest: int) -> str:
    return value.replace("\0", "").strip()[:longest]
