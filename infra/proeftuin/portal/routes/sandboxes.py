"""Sandboxes and their components: look, open, follow, extend, reset, clean up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import Response

from proeftuin.portal.live import progress_stream
from proeftuin.portal.problems import fields_in_error
from proeftuin.portal.routes.common import Name, SandboxId, new_router, page, whole_number, wrong
from proeftuin.portal.routes.previews import LINK_COOKIE, just_made
from proeftuin.portal.views.asking import MOST_MINUTES
from proeftuin.portal.views.forms import Faults
from proeftuin.portal.visit import Visit, VisitDep
from proeftuin_kernel.errors import BadInputError, ConflictError, LimitReachedError, ProeftuinError, TooLargeError
from proeftuin_kernel.text import Text
from proeftuin_kernel.web.receiving import FORM_OVERHEAD, told_length

if TYPE_CHECKING:
    from proeftuin.portal.views.sandboxes import SandboxView

router = new_router()

_MOST_DAYS = 365
FormText = Annotated[str, Form()]


@page(router, "/proeftuinen")
def sandboxes(visit: VisitDep, cursor: str | None = None) -> Response:
    """Which sandboxes are there?"""

    def make() -> dict[str, Any]:
        visit.require_sign_in()
        found = visit.sandboxes.list(visit.principal, cursor=cursor, limit=20)
        return {
            "view": found.items,
            "rows": found.items,
            "next_url": f"/proeftuinen?cursor={found.next}" if found.next else None,
            "first_url": "/proeftuinen" if cursor else None,
        }

    return visit.page("proeftuinen.html", make, twin="/api/v1/sandboxes")


@page(router, "/proeftuinen/afscherming")
def promises(visit: VisitDep) -> Response:
    """What is a sandbox on this platform protected against, and what not?"""
    return visit.page(
        "afscherming.html", lambda: {"view": visit.sandboxes.promises()}, twin="/api/v1/sandboxes/capabilities"
    )


@page(router, "/proeftuin/{sandbox_id}")
def sandbox(visit: VisitDep, sandbox_id: SandboxId) -> Response:
    """What runs, is it safe, how do I get in?"""

    def make() -> dict[str, Any]:
        view = visit.sandboxes.sandbox(visit.principal, sandbox_id)
        return _sandbox_page(view) | {"new_link": just_made(visit, view)}

    response = visit.page("proeftuin.html", make, twin=f"/api/v1/sandboxes/{sandbox_id}")
    if LINK_COOKIE in visit.request.cookies and not visit.wants_json:
        response.delete_cookie(LINK_COOKIE, path=f"/proeftuin/{sandbox_id}")
        response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/proeftuin/{sandbox_id}/voortgang")
def sandbox_progress(visit: VisitDep, sandbox_id: SandboxId) -> Response:
    """Follow the sandbox: pieces of the page as server-sent events."""
    visit.sandboxes.sandbox(visit.principal, sandbox_id)
    return progress_stream(visit, f"sandbox:{sandbox_id}")


@router.post("/proeftuin/{sandbox_id}/verlengen")
def extend_sandbox(visit: VisitDep, sandbox_id: SandboxId, minuten: FormText = "") -> Response:
    """Let the sandbox live longer."""
    minutes = whole_number(minuten, name="minuten", least=1, most=MOST_MINUTES)
    visit.sandboxes.extend(visit.principal, sandbox_id, minutes=minutes)
    return visit.go(f"/proeftuin/{sandbox_id}", message="verlengd")


def _ask(visit: Visit, sandbox_id: str, *, act: str, yes: Text, asked: dict[str, Any]) -> Response:
    """Ask whether something must really be done to a sandbox."""
    view = visit.sandboxes.sandbox(visit.principal, sandbox_id)
    here = f"/proeftuin/{sandbox_id}"
    return visit.html(
        "bevestig.html",
        {
            **asked,
            "question": asked["question"].format(name=view.name),
            "yes": yes,
            "action": f"{here}/{act}",
            "back": here,
            "name": view.name,
            "up": "/proeftuinen",
            "up_words": Text(nl="Proeftuinen", en="Sandboxes"),
        },
        twin=f"/api/v1/sandboxes/{sandbox_id}",
    )


@router.get("/proeftuin/{sandbox_id}/terugzetten")
def confirm_reset(visit: VisitDep, sandbox_id: SandboxId) -> Response:
    """Ask whether the sandbox must be reset."""
    asked = {"question": _RESET_QUESTION, "consequences": _RESET_CONSEQUENCES, "danger": False}
    return _ask(visit, sandbox_id, act="terugzetten", yes=Text(nl="Ja, zet terug", en="Yes, reset"), asked=asked)


@router.post("/proeftuin/{sandbox_id}/terugzetten")
def reset_sandbox(visit: VisitDep, sandbox_id: SandboxId) -> Response:
    """Put the town back to its seed."""
    visit.sandboxes.reset(visit.principal, sandbox_id)
    return visit.go(f"/proeftuin/{sandbox_id}", message="terugzetten")


@router.post("/proeftuin/{sandbox_id}/leven")
def live_in_sandbox(visit: VisitDep, sandbox_id: SandboxId, dagen: FormText = "30") -> Response:
    """Have the town live some days on."""
    days = whole_number(dagen, name="dagen", least=1, most=_MOST_DAYS)
    visit.sandboxes.live(visit.principal, sandbox_id, days=days)
    return visit.go(f"/proeftuin/{sandbox_id}", message="leven")


@router.post("/proeftuin/{sandbox_id}/pauzeren")
def suspend_sandbox(visit: VisitDep, sandbox_id: SandboxId) -> Response:
    """Stop everything and keep the data."""
    visit.sandboxes.suspend(visit.principal, sandbox_id)
    return visit.go(f"/proeftuin/{sandbox_id}", message="pauzeren")


@router.post("/proeftuin/{sandbox_id}/hervatten")
def resume_sandbox(visit: VisitDep, sandbox_id: SandboxId) -> Response:
    """Have the sandbox come back."""
    visit.sandboxes.resume(visit.principal, sandbox_id)
    return visit.go(f"/proeftuin/{sandbox_id}", message="hervatten")


@router.post("/proeftuin/{sandbox_id}/bewijzen")
def prove_sandbox(visit: VisitDep, sandbox_id: SandboxId) -> Response:
    """Prove the isolation anew."""
    visit.sandboxes.prove(visit.principal, sandbox_id)
    return visit.go(f"/proeftuin/{sandbox_id}", message="bewijzen")


@router.get("/proeftuin/{sandbox_id}/vernietigen")
def confirm_destroy(visit: VisitDep, sandbox_id: SandboxId) -> Response:
    """Ask whether the sandbox must go."""
    asked = {"question": _DESTROY_QUESTION, "consequences": _DESTROY_CONSEQUENCES, "danger": True}
    return _ask(visit, sandbox_id, act="vernietigen", yes=Text(nl="Ja, ruim op", en="Yes, clean up"), asked=asked)


@router.post("/proeftuin/{sandbox_id}/vernietigen")
def destroy_sandbox(visit: VisitDep, sandbox_id: SandboxId) -> Response:
    """Clean up the sandbox for good."""
    visit.sandboxes.destroy(visit.principal, sandbox_id)
    return visit.go(f"/proeftuin/{sandbox_id}", message="vernietigen")


@router.post("/proeftuin/{sandbox_id}/componenten")
async def deploy_component(visit: VisitDep, sandbox_id: SandboxId) -> Response:
    """Deploy a component from a bundle, or from a component.yaml alone."""
    limit = await run_in_threadpool(visit.sandboxes.upload_limit)
    _refuse_too_large(visit.request, limit=limit)
    async with visit.request.form(max_files=1, max_fields=10) as form:
        upload = form.get("bundel")
        return await run_in_threadpool(_deploy, visit, sandbox_id, upload if isinstance(upload, UploadFile) else None)


@page(router, "/proeftuin/{sandbox_id}/componenten/{name}")
def component(visit: VisitDep, sandbox_id: SandboxId, name: Name) -> Response:
    """Is it healthy, and if not, what do I do?"""
    return visit.page("component.html", lambda: {"view": visit.sandboxes.component(visit.principal, sandbox_id, name)})


@router.get("/proeftuin/{sandbox_id}/componenten/{name}/voortgang")
def component_progress(visit: VisitDep, sandbox_id: SandboxId, name: Name) -> Response:
    """Follow the deployment: pieces of the page as server-sent events."""
    view = visit.sandboxes.component(visit.principal, sandbox_id, name)
    return progress_stream(visit, f"deployment:{view.deployment_id}")


@router.post("/proeftuin/{sandbox_id}/componenten/{name}/stoppen")
def stop_component(visit: VisitDep, sandbox_id: SandboxId, name: Name) -> Response:
    """Stop a component."""
    visit.sandboxes.stop(visit.principal, sandbox_id, name)
    return visit.go(f"/proeftuin/{sandbox_id}/componenten/{name}", message="gestopt")


@router.post("/proeftuin/{sandbox_id}/componenten/{name}/toetsen")
def request_run(visit: VisitDep, sandbox_id: SandboxId, name: Name, kit: FormText = "") -> Response:
    """Ask for a run and follow it."""
    deployment = visit.sandboxes.component(visit.principal, sandbox_id, name).deployment_id
    run_id = visit.assessment.request(visit.principal, deployment_id=deployment, kit=kit)
    return visit.go(f"/toetsen/{run_id}", message="toets")


_RESET_QUESTION = Text(nl="Wilt u {name} terugzetten naar het begin?", en="Do you want to reset {name} to the start?")
_RESET_CONSEQUENCES = (
    Text(
        nl="Alles wat componenten en toetsen in de gemeente gewijzigd hebben, verdwijnt.",
        en="Everything that components and test runs changed in the municipality disappears.",
    ),
    Text(
        nl="De componenten blijven draaien. Terugzetten duurt enkele seconden.",
        en="The components keep running. A reset takes a few seconds.",
    ),
)
_DESTROY_QUESTION = Text(nl="Wilt u {name} voorgoed opruimen?", en="Do you want to clean up {name} for good?")
_DESTROY_CONSEQUENCES = (
    Text(
        nl="De componenten stoppen, en de gegevens en logboeken van deze proeftuin verdwijnen.",
        en="The components stop, and the data and logs of this sandbox disappear.",
    ),
    Text(
        nl="Rapporten van toetsen en badges blijven bewaard. Dit kunt u niet ongedaan maken.",
        en="Reports of test runs and badges are kept. You cannot undo this.",
    ),
)


def _sandbox_page(view: SandboxView, *, error: ProeftuinError | None = None) -> dict[str, Any]:
    return {
        "view": view,
        "deploy_error": error,
        "deploy_faults": Faults(fields_in_error(error) if error else {}),
        "new_link": None,
    }


def _deploy(visit: Visit, sandbox_id: str, upload: UploadFile | None) -> Response:
    try:
        if upload is None or not upload.filename:
            raise wrong("bundel", Text(nl="Kies een bestand.", en="Choose a file."))
        name = visit.sandboxes.deploy(visit.principal, sandbox_id, source=upload.file, filename=upload.filename)
    except (BadInputError, ConflictError, TooLargeError, LimitReachedError) as error:
        view = visit.sandboxes.sandbox(visit.principal, sandbox_id)
        return visit.html("proeftuin.html", _sandbox_page(view, error=error), status=error.status)
    return visit.go(f"/proeftuin/{sandbox_id}/componenten/{name}", message="uitgerold")


def _refuse_too_large(request: Request, *, limit: int) -> None:
    """Refuse an upload by its announced length, before it is received."""
    told = told_length(request)
    if told is None or told > limit + FORM_OVERHEAD:
        mebibytes = limit // 2**20
        raise TooLargeError(
            Text(
                nl=f"Stuur hoogstens {mebibytes} MiB, en zeg vooraf hoeveel het is (Content-Length).",
                en=f"Send at most {mebibytes} MiB, and say how much it is (Content-Length).",
            )
        )
