"""The standards, and what the addresses in badges lead to."""

from __future__ import annotations

from starlette.responses import Response

from proeftuin.portal.routes.common import Name, Version, new_router, page
from proeftuin.portal.visit import Visit, VisitDep

router = new_router()


@page(router, "/kits")
def standards(visit: VisitDep) -> Response:
    """Which standards can be tested here?"""
    return visit.page(
        "standaarden.html", lambda: {"view": visit.catalogue.standards(visit.principal)}, twin="/api/v1/standards"
    )


@page(router, "/kits/{kit}")
def standard(visit: VisitDep, kit: Name) -> Response:
    """What does it ask, what is tested, who meets it?"""
    return _standard(visit, kit, None)


@page(router, "/kits/{kit}/{version}")
def standard_version(visit: VisitDep, kit: Name, version: Version) -> Response:
    """The same for one version; badges name it as their criteria."""
    return _standard(visit, kit, version)


@page(router, "/id/component/{name}/{version}")
def component(visit: VisitDep, name: Name, version: Version) -> Response:
    """What is this component? A badge for a component outside the catalogue is about this address."""
    view = visit.catalogue.identity(visit.principal, name, version)
    if len(view.slugs) == 1:
        return visit.go(f"/oplossingen/{view.slugs[0]}#{version}")
    return visit.page("component_id.html", lambda: {"view": view})


def _standard(visit: Visit, kit: str, version: str | None) -> Response:
    return visit.page(
        "standaard.html",
        lambda: {"view": visit.catalogue.standard(visit.principal, kit, version=version)},
        twin=f"/api/v1/standards/{kit}",
    )
