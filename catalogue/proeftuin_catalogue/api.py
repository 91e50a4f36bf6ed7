"""The catalogue over HTTP: `/api/v1/solutions` and `/api/v1/standards`. Routes only translate."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import StringConstraints

from proeftuin_catalogue.drafts import SLUG_PATTERN
from proeftuin_catalogue.schemas import (
    ClaimIn,
    FacetOut,
    FoundOut,
    HistoryOut,
    ReleaseIn,
    ReleaseOut,
    SearchOut,
    SolutionIn,
    SolutionOut,
    SolutionPatch,
    StandardOut,
    StandardWithSolutionsOut,
    SummaryOut,
    Version,
)
from proeftuin_catalogue.search.base import Facet, Sort
from proeftuin_catalogue.service import CatalogueService
from proeftuin_catalogue.views import ReleaseView, SearchPage, SolutionView
from proeftuin_kernel.web import PROBLEMS, CursorDep, LimitDep, PrincipalDep, TextOut, VisitorDep, provided

router = APIRouter(prefix="/api/v1", tags=["catalogue"], responses=PROBLEMS)

CatalogueDep = Annotated[CatalogueService, Depends(provided(CatalogueService))]
Key = Annotated[str, Path(pattern=SLUG_PATTERN, max_length=63, description="Id or short name of a solution.")]
Kit = Annotated[str, Path(pattern=SLUG_PATTERN, max_length=63, description="Name of a kit.")]
ReleaseNumber = Annotated[Version, Path(description="Release number (SemVer 2).")]
IfMatch = Annotated[
    str,
    Header(alias="If-Match", pattern=r'^(\*|"[0-9]{1,9}")$', description="The ETag that was read, or `*`."),
]
_Value = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f]*$")]
_Values = Annotated[list[_Value], Query(max_length=20, default_factory=list)]


def _filters(
    *,
    standaard: _Values,
    bewijs: _Values,
    domein: _Values,
    licentie: _Values,
    hosting: _Values,
    leverancier: _Values,
    status: _Values,
) -> dict[Facet, frozenset[str]]:
    given = dict(
        zip(Facet, (standaard, bewijs, domein, licentie, hosting, leverancier, status), strict=True),
    )
    return {facet: frozenset(values) for facet, values in given.items() if values}


Filters = Annotated[dict[Facet, frozenset[str]], Depends(_filters)]
Words = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$", description="Words to look for.")]


@router.get(
    "/solutions",
    response_model=SearchOut,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def search_solutions(
    *,
    request: Request,
    catalogue: CatalogueDep,
    principal: VisitorDep,
    filters: Filters,
    q: Words = "",
    sort: Sort = Sort.RELEVANCE,
    explain: bool = False,
    cursor: CursorDep = None,
    limit: LimitDep = 20,
) -> Response:
    """Find solutions, with counts per facet. `Accept: text/csv` gives all that is found, as a table."""
    if "text/csv" in request.headers.get("accept", ""):
        table = catalogue.reading.export_csv(principal, text=q, filters=filters)
        headers = {"Content-Disposition": 'attachment; filename="oplossingen.csv"', "Vary": "Accept"}
        return StreamingResponse(table, media_type="text/csv", headers=headers)
    page = catalogue.reading.search(principal, text=q, filters=filters, sort=sort, cursor=cursor, limit=limit)
    # Written here and not by the framework, which would take the answer apart once more: half the time.
    answer = _page(page, explain=explain).model_dump_json(by_alias=True)
    return Response(answer, media_type="application/json", headers={"Vary": "Accept"})


@router.post("/solutions", status_code=201)
def create_solution(
    body: SolutionIn, response: Response, catalogue: CatalogueDep, principal: PrincipalDep
) -> SolutionOut:
    """List a new solution of an organisation that you act for."""
    made = catalogue.publishing.create(principal, body.organisation, body.draft(), slug=body.slug)
    response.headers["Location"] = f"/api/v1/solutions/{made}"
    return _solution(catalogue.reading.get(principal, made), response)


@router.get("/solutions/{key}")
def read_solution(key: Key, response: Response, catalogue: CatalogueDep, principal: VisitorDep) -> SolutionOut:
    """Read all that is public about a solution: releases, claims, evidence and what they add up to."""
    return _solution(catalogue.reading.get(principal, key), response)


@router.patch("/solutions/{key}")
def edit_solution(
    *,
    key: Key,
    body: SolutionPatch,
    if_match: IfMatch,
    response: Response,
    catalogue: CatalogueDep,
    principal: PrincipalDep,
) -> SolutionOut:
    """Change a solution. 412 when somebody else changed it first; nothing is lost then."""
    changed = catalogue.publishing.edit(principal, key, body.changes(), expected_version=_version(if_match))
    return _solution(catalogue.reading.get(principal, changed), response)


@router.delete("/solutions/{key}", status_code=204)
def withdraw_solution(key: Key, catalogue: CatalogueDep, principal: PrincipalDep, if_match: IfMatch = "*") -> None:
    """Take a solution off the lists; it stays at its address. Can be undone."""
    catalogue.publishing.withdraw(principal, key, expected_version=_version(if_match))


@router.post("/solutions/{key}/undo")
def undo_last_change(
    key: Key,
    response: Response,
    catalogue: CatalogueDep,
    principal: PrincipalDep,
    if_match: IfMatch = "*",
) -> SolutionOut:
    """Take back the last change of the text or the status; a second time takes back the undo."""
    undone = catalogue.publishing.undo(principal, key, expected_version=_version(if_match))
    return _solution(catalogue.reading.get(principal, undone), response)


@router.get("/solutions/{key}/history")
def read_history(key: Key, catalogue: CatalogueDep, principal: PrincipalDep) -> list[HistoryOut]:
    """Read the last fifty changes of your own solution, newest first."""
    return [HistoryOut.model_validate(line) for line in catalogue.reading.history(principal, key)]


@router.post("/solutions/{key}/releases", status_code=201)
def add_release(key: Key, body: ReleaseIn, catalogue: CatalogueDep, principal: PrincipalDep) -> ReleaseOut:
    """Add a release; the very same release again changes nothing."""
    catalogue.publishing.release(principal, key, body.draft())
    return _release(catalogue.reading.get(principal, key), body.version)


@router.put("/solutions/{key}/releases/{version}/claims/{kit}")
def make_claim(
    *,
    key: Key,
    version: ReleaseNumber,
    kit: Kit,
    catalogue: CatalogueDep,
    principal: PrincipalDep,
    body: ClaimIn | None = None,
) -> ReleaseOut:
    """Say that a release meets the standard of a kit. A claim is not evidence, and is never shown as such."""
    catalogue.publishing.claim(principal, key, version, kit, actor=body.actor if body else None)
    return _release(catalogue.reading.get(principal, key), version)


@router.delete("/solutions/{key}/releases/{version}/claims/{kit}", status_code=204)
def withdraw_claim(
    key: Key, version: ReleaseNumber, kit: Kit, catalogue: CatalogueDep, principal: PrincipalDep
) -> None:
    """Take back a claim. Evidence about it stays."""
    catalogue.publishing.withdraw_claim(principal, key, version, kit)


@router.get("/standards")
def list_standards(catalogue: CatalogueDep, principal: VisitorDep) -> list[StandardOut]:
    """List the standards that can be tested here, and how many solutions stand where."""
    return [StandardOut.model_validate(one) for one in catalogue.reading.standards(principal)]


@router.get("/standards/{kit}")
def read_standard(kit: Kit, catalogue: CatalogueDep, principal: VisitorDep) -> StandardWithSolutionsOut:
    """Read who meets a standard, and who says so."""
    return StandardWithSolutionsOut.model_validate(catalogue.reading.standard(principal, kit))


def _page(page: SearchPage, *, explain: bool) -> SearchOut:
    return SearchOut(
        items=[
            FoundOut(
                **dict(SummaryOut.model_validate(item.solution)),
                reason=TextOut.of(item.reason) if explain else None,
            )
            for item in page.items
        ],
        total=page.total,
        facets=[FacetOut.model_validate(facet) for facet in page.facets],
        next=page.next,
        order=TextOut.of(page.order),
    )


def _solution(view: SolutionView, response: Response) -> SolutionOut:
    response.headers["ETag"] = f'"{view.version}"'
    return SolutionOut.model_validate(view)


def _release(view: SolutionView, version: str) -> ReleaseOut:
    release: ReleaseView = next(one for one in view.releases if one.version == version)
    return ReleaseOut.model_validate(release)


def _version(if_match: str) -> int | None:
    return None if if_match == "*" else int(if_match.strip('"'))
