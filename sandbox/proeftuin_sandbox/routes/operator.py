"""What the operator of the platform sees and does. Routes only translate."""

from __future__ import annotations

from fastapi import APIRouter, status

from proeftuin_kernel.text import Text
from proeftuin_kernel.web import PROBLEMS, PrincipalDep
from proeftuin_sandbox.operator_shapes import CordonIn, CordonOut, OverviewOut
from proeftuin_sandbox.routes.common import Service

router = APIRouter(prefix="/api/v1/operator", tags=["operator"], responses=PROBLEMS)


@router.get("/sandboxes")
def read_overview(principal: PrincipalDep, service: Service) -> OverviewOut:
    """Show all sandboxes together: states, places, queue, pool, and how long each act takes."""
    return OverviewOut.of(service.operating.overview(principal))


@router.post("/cordon")
def begin_cordon(body: CordonIn, principal: PrincipalDep, service: Service) -> CordonOut:
    """Stop new sandboxes; requests wait and are told why. Again with another reason changes the reason."""
    return CordonOut.of(service.operating.cordon(principal, Text(nl=body.reason.nl, en=body.reason.en)))


@router.delete("/cordon", status_code=status.HTTP_204_NO_CONTENT)
def end_cordon(principal: PrincipalDep, service: Service) -> None:
    """Let new sandboxes in again."""
    service.operating.uncordon(principal)
