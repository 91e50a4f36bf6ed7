"""What would be made, rest and return, and proofs on demand. Routes only translate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response, status

from proeftuin_kernel.web import LimitDep, Page, PrincipalDep
from proeftuin_sandbox.life_shapes import LifeIn, PlanOut, ProofOut
from proeftuin_sandbox.routes.common import SandboxId, Service, wish_of
from proeftuin_sandbox.routes.preview import router as preview_router
from proeftuin_sandbox.shapes import SandboxIn, SandboxOut

if TYPE_CHECKING:
    from proeftuin_sandbox.views import SandboxView

router = APIRouter()
router.include_router(preview_router)


@router.post("/plan")
def plan_sandbox(body: SandboxIn, principal: PrincipalDep, service: Service) -> PlanOut:
    """Tell what asking for this sandbox would come to now. Nothing is written and nothing is made."""
    return PlanOut.of(service.plan(principal, wish_of(body)))


@router.post("/{sandbox_id}/suspend", status_code=status.HTTP_202_ACCEPTED)
def suspend_sandbox(
    sandbox_id: SandboxId, response: Response, principal: PrincipalDep, service: Service
) -> SandboxOut:
    """Have everything in a sandbox stop. Its data stays, and so does what should run in it."""
    return _accepted(response, service.suspend(principal, sandbox_id))


@router.post("/{sandbox_id}/resume", status_code=status.HTTP_202_ACCEPTED)
def resume_sandbox(sandbox_id: SandboxId, response: Response, principal: PrincipalDep, service: Service) -> SandboxOut:
    """Have a suspended sandbox come back with its data and components; one that failed is tried again."""
    return _accepted(response, service.resume(principal, sandbox_id))


@router.post("/{sandbox_id}/live", status_code=status.HTTP_202_ACCEPTED)
def live_in_sandbox(
    sandbox_id: SandboxId, body: LifeIn, response: Response, principal: PrincipalDep, service: Service
) -> SandboxOut:
    """Have the municipality live on: births, deaths, moves, cases. Components keep running."""
    return _accepted(response, service.live(principal, sandbox_id, days=body.days))


@router.post("/{sandbox_id}/prove", status_code=status.HTTP_202_ACCEPTED)
def prove_sandbox(sandbox_id: SandboxId, response: Response, principal: PrincipalDep, service: Service) -> SandboxOut:
    """Have the isolation of a sandbox proved anew; it is quarantined when a promise does not hold."""
    return _accepted(response, service.prove(principal, sandbox_id))


@router.get("/{sandbox_id}/proofs")
def list_proofs(
    sandbox_id: SandboxId, principal: PrincipalDep, service: Service, limit: LimitDep = 20
) -> Page[ProofOut]:
    """List the latest isolation proofs of a sandbox, newest first."""
    found = service.proofs(principal, sandbox_id, limit=limit)
    return Page(items=[ProofOut(at=proof.at, holds=proof.holds, record=proof.record) for proof in found])


def _accepted(response: Response, view: SandboxView) -> SandboxOut:
    response.headers["Location"] = f"/api/v1/sandboxes/{view.id}"
    return SandboxOut.of(view)
