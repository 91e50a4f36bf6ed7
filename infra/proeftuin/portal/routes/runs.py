"""Runs and badges."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Path, Query
from starlette.responses import Response

from proeftuin.portal.live import progress_stream
from proeftuin.portal.routes.common import ID, BadgeId, RunId, new_router, page
from proeftuin.portal.visit import VisitDep

router = new_router()

Cursor = Annotated[str | None, Query(pattern=rf"^run-{ID}$")]
Deployment = Annotated[str | None, Query(pattern=rf"^dep-{ID}$")]
_ON_A_PAGE = 20
_FILES = {"html": "html", "json": "json", "junit": "xml"}


@router.get("/toetsen/{run_id}/rapport.{form}")
def report(visit: VisitDep, run_id: RunId, form: Annotated[str, Path(pattern="^(html|json|junit)$")]) -> Response:
    """Give the report of a run as a file to keep."""
    content, media_type = visit.assessment.report(visit.principal, run_id, form, language=visit.language)
    name = f"{run_id}.{_FILES[form]}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@page(router, "/toetsen")
def runs(visit: VisitDep, cursor: Cursor = None, deployment: Deployment = None) -> Response:
    """Which test runs are there?"""

    def make() -> dict[str, Any]:
        found = visit.assessment.run_list(visit.principal, deployment_id=deployment, cursor=cursor, limit=_ON_A_PAGE)
        return {
            "view": found.items,
            "deployment": deployment,
            "next_url": _address(deployment, cursor=found.next) if found.next else None,
            "first_url": _address(deployment) if cursor else None,
        }

    return visit.page("toetsen.html", make, twin="/api/v1/runs")


@page(router, "/toetsen/{run_id}")
def run(visit: VisitDep, run_id: RunId) -> Response:
    """What failed, where in the standard, how do I reproduce it?"""
    return visit.page(
        "toets.html",
        lambda: {"view": visit.assessment.run(visit.principal, run_id)},
        twin=f"/api/v1/runs/{run_id}",
    )


@router.get("/toetsen/{run_id}/voortgang")
def run_progress(visit: VisitDep, run_id: RunId) -> Response:
    """Follow the run: pieces of the page as server-sent events."""
    visit.assessment.run(visit.principal, run_id)
    return progress_stream(visit, f"run:{run_id}")


@page(router, "/badges/{badge_id}")
def badge(visit: VisitDep, badge_id: BadgeId) -> Response:
    """Who says so, what exactly, until when, is it still true?"""
    return visit.page(
        "badge.html",
        lambda: {"view": visit.assessment.badge(visit.principal, badge_id)},
        twin=f"/api/v1/badges/{badge_id}",
    )


def _address(deployment: str | None, *, cursor: str | None = None) -> str:
    given = {"deployment": deployment, "cursor": cursor}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"/toetsen?{query}" if query else "/toetsen"
