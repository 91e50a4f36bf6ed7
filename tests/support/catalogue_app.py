"""The catalogue's routes as a small application of their own, with a header instead of a sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from proeftuin_catalogue.api import router
from proeftuin_catalogue.service import CatalogueService
from proeftuin_kernel.auth import VISITOR, Principal
from proeftuin_kernel.web import install_problems

if TYPE_CHECKING:
    from collections.abc import Iterable


def catalogue_app(service: CatalogueService, people: Iterable[Principal] = ()) -> FastAPI:
    """Serve a catalogue; `X-Person: per-a` makes a request that person's."""
    known = {person.person_id: person for person in people}
    app = FastAPI()
    app.state.registry = {CatalogueService: service}

    def authenticate(request: Request) -> Principal:
        return known.get(request.headers.get("x-person"), VISITOR)

    app.state.authenticate = authenticate
    install_problems(app)
    app.include_router(router)
    return app
