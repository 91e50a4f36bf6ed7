"""Two questions a supervisor asks: does the process live, and can it serve?"""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request

from proeftuin.application import Application  # noqa: TC001 - FastAPI reads the annotations
from proeftuin.schema import is_current
from proeftuin_kernel.errors import UnavailableError
from proeftuin_kernel.text import Text
from proeftuin_kernel.web import PROBLEMS, ApiModel

router = APIRouter(prefix="/health", tags=["health"], responses=PROBLEMS)


class Health(ApiModel):
    """The answer when all is well."""

    status: Literal["ok"] = "ok"


@router.get("/live")
def live() -> Health:
    """Tell that the process answers. A supervisor restarts it when this fails."""
    return Health()


@router.get("/ready")
def ready(request: Request) -> Health:
    """Tell that requests can be served: the database answers with the right schema, the worker runs."""
    application: Application = request.app.state.application
    application.database.ping()
    if not is_current(application.database.url):
        raise UnavailableError(
            Text(
                nl="De databank heeft een ander schema. Voer 'proeftuin migrate' uit.",
                en="The database has another schema. Run 'proeftuin migrate'.",
            )
        )
    worker = getattr(request.app.state, "worker", None)
    if worker is not None and worker.done():
        raise UnavailableError(
            Text(
                nl="De achtergrondtaken liggen stil. Start het platform opnieuw.",
                en="Background jobs have stopped. Restart the platform.",
            )
        )
    return Health()
