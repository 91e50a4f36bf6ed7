"""What would be made, rest and return, and proofs on demand. Routes only translate."""

from __future__ import annotations

from fastapi import APIRouter

from proeftuin_kernel.web import PrincipalDep
from proeftuin_sandbox.life_shapes import PlanOut
from proeftuin_sandbox.routes.common import Service, wish_of
from proeftuin_sandbox.shapes import SandboxIn

router = APIRouter()


@router.post("/plan")
def plan_sandbox(body: SandboxIn, principal: PrincipalDep, service: Service) -> PlanOut:
    """Tell what asking for this sandbox would come to now. Nothing is written and nothing is made."""
    return PlanOut.of(service.plan(principal, wish_of(body)))
