"""Runs and badges."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from proeftuin.portal.live import progress_stream
from proeftuin.portal.routes.common import BadgeId, RunId, new_router, page
from proeftuin.portal.visit import VisitDep

router = new_router()

_FILES = {"html": "html", "json": "json", "junit": "xml"}


@router.get("/toetsen/{run_id}/rapport.{form}")
def report(visit: VisitDep, run_id: RunId, form: Annotated[str, Path(pattern="^(html|json|junit)$")]) -> Response:
    """Give the report of a run as a file to keep."""
    content, media_type = visit.assessment.report(visit.principal, run_id, form, language=visit.language)
    name = f"{run_id}.{_FILES[form]}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


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
