"""The style guide: every component of the pages in every state, with made-up values."""

from __future__ import annotations

from starlette.responses import Response

from proeftuin.portal import samples
from proeftuin.portal.routes.common import new_router
from proeftuin.portal.visit import VisitDep

router = new_router()


@router.get("/stijl")
def style(visit: VisitDep) -> Response:
    """What do the pages look like?"""
    return visit.html("stijl.html", {"sample": samples.everything(visit.portal.now())}, twin="")
