"""Routes that need two areas: list in the catalogue what runs in a sandbox."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response, status

from proeftuin_catalogue.service import CatalogueService
from proeftuin_kernel.web import PROBLEMS, ApiModel, PrincipalDep, provided
from proeftuin_sandbox.service import SandboxService
from proeftuin_sandbox.shapes import COMPONENT_NAME, SANDBOX_ID

router = APIRouter(prefix="/api/v1/sandboxes", tags=["sandboxes"], responses=PROBLEMS)


class PublicationOut(ApiModel):
    """Where the solution stands now."""

    solution: str
    slug: str


@router.post("/{sandbox_id}/components/{name}/publication", status_code=status.HTTP_201_CREATED)
def publish_component(  # noqa: PLR0917 - the parts of one request
    sandbox_id: Annotated[str, Path(pattern=SANDBOX_ID)],
    name: Annotated[str, Path(pattern=COMPONENT_NAME)],
    response: Response,
    principal: PrincipalDep,
    sandboxes: Annotated[SandboxService, Depends(provided(SandboxService))],
    catalogue: Annotated[CatalogueService, Depends(provided(CatalogueService))],
) -> PublicationOut:
    """List a deployed component in the catalogue, as its component.yaml describes it; again is an update."""
    sandbox = sandboxes.get(principal, sandbox_id)
    component = sandboxes.components.get(principal, sandbox_id, name)
    solution = catalogue.publishing.register_from_component(
        principal, sandbox.organisation, component.manifest_json, component.digest
    )
    view = catalogue.reading.get(principal, solution)
    response.headers["Location"] = f"/api/v1/solutions/{view.slug}"
    return PublicationOut(solution=solution, slug=view.slug)
