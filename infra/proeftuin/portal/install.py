"""Put the pages into the web application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request  # noqa: TC002 - FastAPI reads the annotation at run time
from starlette.responses import RedirectResponse, Response

from proeftuin.portal.adapters import desks_of
from proeftuin.portal.assets import Assets
from proeftuin.portal.problems import render_problem
from proeftuin.portal.rendering import Templates
from proeftuin.portal.routes import ROUTERS
from proeftuin.portal.visit import Portal
from proeftuin_kernel.errors import NotFoundError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from fastapi import FastAPI

    from proeftuin.portal.desks import Desks


def install(
    app: FastAPI, *, desks: Callable[[], Desks] | None = None, now: Callable[[], datetime] | None = None
) -> None:
    """Mount static files, pages and the error page.

    Args:
        app: The application; `app.state.registry` holds the services by type and
            `app.state.application.database` the database, at the latest when the first page is asked.
        desks: Gives the desks to show; by default those that stand on the registered services.
        now: Tells the time; by default the clock of the application.
    """
    assets = Assets.load()

    app.state.portal = Portal(
        assets=assets,
        templates=Templates(assets),
        desks=desks or (lambda: desks_of(app.state.application)),
        now=now or (lambda: app.state.application.clock.now()),  # noqa: PLW0108 - set when the first page is asked
    )
    app.state.render_problem = render_problem

    @app.get("/static/{name:path}", include_in_schema=False)
    def static(request: Request, name: str, v: str | None = None) -> Response:
        found = assets.respond(name, digest=v, known=request.headers.get("if-none-match"))
        if found is None:
            raise NotFoundError(Text(nl="Dit bestand bestaat niet.", en="There is no such file."))
        return found

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        return RedirectResponse(assets.url("portal/icon.svg"), status_code=307)

    for router in ROUTERS:
        app.include_router(router)
