"""The assessment API: runs, badges, status lists, and who issues them. Routes only translate."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status

from proeftuin_assessment.badges import BadgeService
from proeftuin_assessment.service import RunService
from proeftuin_assessment.shapes import (
    BADGE_ID,
    DEPLOYMENT_ID,
    RELEASE_ID,
    RUN_ID,
    SOLUTION_ID,
    STATUS_LIST_ID,
    BadgeOut,
    RevocationIn,
    RunIn,
    RunOut,
    VerificationOut,
)
from proeftuin_conformance.badges.jsontext import MAX_BYTES
from proeftuin_conformance.badges.profile import schema
from proeftuin_kernel.errors import TooLargeError
from proeftuin_kernel.text import Text
from proeftuin_kernel.web import (
    PROBLEMS,
    LanguageDep,
    LastEventIdDep,
    LimitDep,
    Page,
    PrincipalDep,
    VisitorDep,
    progress_response,
    provided,
)

CREDENTIAL = "application/vc+ld+json"
_CURSOR = "The `next` of the page before this one."
_EVENT: dict[str, Any] = {
    "type": "object",
    "description": "One event; `data` is JSON with `at` and `message` (nl and en).",
    "properties": {name: {"type": "string"} for name in ("id", "event", "data")},
}
_DOCUMENT: dict[str, Any] = {"type": "object"}


def _answers(media_type: str, schema: dict[str, Any], description: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {media_type: {"schema": schema}}}}


async def body_as_sent(request: Request) -> bytes:
    """Give the body byte for byte, as a signature needs it.

    Raises:
        TooLargeError: it is longer than any badge.
    """
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > MAX_BYTES:
            raise TooLargeError(
                Text(
                    nl=f"Een badge is nooit groter dan {MAX_BYTES} bytes.",
                    en=f"A badge is never larger than {MAX_BYTES} bytes.",
                )
            )
    return bytes(received)


RunsDep = Annotated[RunService, Depends(provided(RunService))]
BadgesDep = Annotated[BadgeService, Depends(provided(BadgeService))]
RunId = Annotated[str, Path(pattern=RUN_ID)]
BadgeId = Annotated[str, Path(pattern=BADGE_ID)]

runs_router = APIRouter(prefix="/runs", tags=["runs"])
badges_router = APIRouter(prefix="/badges", tags=["badges"])
issuer_router = APIRouter()


@runs_router.post("", status_code=status.HTTP_202_ACCEPTED)
def request_run(body: RunIn, response: Response, principal: PrincipalDep, runs: RunsDep) -> RunOut:
    """Ask for a run of one kit on a component in one of your sandboxes. Follow it at `Location`."""
    run = runs.request(principal, body.deployment, kit=body.kit, actor=body.actor, mode=body.mode, seed=body.seed)
    response.headers["Location"] = f"/api/v1/runs/{run.id}"
    return RunOut.of(run)


@runs_router.get("")
def list_runs(
    *,
    principal: VisitorDep,
    runs: RunsDep,
    deployment: Annotated[str | None, Query(pattern=DEPLOYMENT_ID, description="Only of this deployment.")] = None,
    cursor: Annotated[str | None, Query(pattern=RUN_ID, description=_CURSOR)] = None,
    limit: LimitDep = 20,
) -> Page[RunOut]:
    """List the runs of your organisations and those that earned a badge, newest first."""
    found = runs.page(principal, deployment=deployment, before=cursor, limit=limit)
    following = found[-1].id if len(found) == limit else None
    return Page(items=[RunOut.of(run) for run in found], next=following)


@runs_router.get("/{run_id}")
def read_run(run_id: RunId, principal: VisitorDep, runs: RunsDep) -> RunOut:
    """Show a run. Public when it earned a badge, otherwise for its organisation."""
    return RunOut.of(runs.get(principal, run_id))


@runs_router.post("/{run_id}/cancellation", status_code=status.HTTP_202_ACCEPTED)
def cancel_run(run_id: RunId, principal: PrincipalDep, runs: RunsDep) -> RunOut:
    """Have a run stop; it ends within a second or so."""
    return RunOut.of(runs.cancel(principal, run_id))


@runs_router.get(
    "/{run_id}/report",
    response_class=Response,
    responses=_answers("application/json", _DOCUMENT, "The report; its SHA-256 is the run's `reportDigest`."),
)
def read_report(run_id: RunId, principal: VisitorDep, runs: RunsDep) -> Response:
    """Give the report of a run, byte for byte as its digest was taken."""
    return Response(runs.report(principal, run_id), media_type="application/json")


@runs_router.get(
    "/{run_id}/events",
    response_class=Response,
    responses=_answers("text/event-stream", _EVENT, "Server-sent events; the last one is `end`."),
)
def follow_run(run_id: RunId, principal: VisitorDep, runs: RunsDep, last_event_id: LastEventIdDep = 0) -> Response:
    """Follow a run live. Resume after the last event you saw by its number in `Last-Event-ID`."""
    run = runs.get(principal, run_id)
    return progress_response(runs.database, run.stream, after=last_event_id)


@badges_router.get("")
def list_badges(
    *,
    principal: VisitorDep,
    badges: BadgesDep,
    solution: Annotated[str | None, Query(pattern=SOLUTION_ID, description="Only of this solution.")] = None,
    release: Annotated[str | None, Query(pattern=RELEASE_ID, description="Only of this release.")] = None,
    run: Annotated[str | None, Query(pattern=RUN_ID, description="Only of this run.")] = None,
    cursor: Annotated[str | None, Query(pattern=BADGE_ID, description=_CURSOR)] = None,
    limit: LimitDep = 20,
) -> Page[BadgeOut]:
    """List badges, newest first; also those that expired or were revoked."""
    found = badges.page(principal, solution=solution, release=release, run=run, before=cursor, limit=limit)
    following = found[-1].id if len(found) == limit else None
    return Page(items=[BadgeOut.of(badge) for badge in found], next=following)


@issuer_router.post(
    "/badge-verification",
    tags=["badges"],
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": _DOCUMENT}}}},
)
def verify_document(
    principal: VisitorDep, badges: BadgesDep, document: Annotated[bytes, Depends(body_as_sent)]
) -> VerificationOut:
    """Check a badge that you were given: is it genuine, does it hold today, who issued it?"""
    return VerificationOut.model_validate(badges.verify_document(principal, document).to_dict())


@badges_router.get(
    "/{badge_id}",
    response_class=Response,
    responses=_answers(CREDENTIAL, _DOCUMENT, "An Open Badges 3.0 credential (W3C Verifiable Credentials 2.0)."),
)
def read_badge(badge_id: BadgeId, principal: VisitorDep, badges: BadgesDep) -> Response:
    """Give the badge itself: the signed credential, to keep and to check anywhere."""
    return _credential(badges.get(principal, badge_id).credential)


@badges_router.get("/{badge_id}/details")
def read_badge_details(badge_id: BadgeId, principal: VisitorDep, badges: BadgesDep) -> BadgeOut:
    """Show what the platform knows of a badge, such as its revocation."""
    return BadgeOut.of(badges.get(principal, badge_id))


@badges_router.get("/{badge_id}/verification")
def verify_badge(badge_id: BadgeId, principal: VisitorDep, badges: BadgesDep) -> VerificationOut:
    """Check a badge of this platform as it is now."""
    return VerificationOut.model_validate(badges.verify(principal, badge_id).to_dict())


@badges_router.get(
    "/{badge_id}/image.svg",
    response_class=Response,
    responses=_answers("image/svg+xml", {"type": "string"}, "The badge for a README, with the credential inside."),
)
def draw_badge(badge_id: BadgeId, principal: VisitorDep, badges: BadgesDep, language: LanguageDep) -> Response:
    """Draw the badge as it is today. `?lang=en` gives it in English."""
    image = badges.image(principal, badge_id, language=language)
    headers = {"Cache-Control": "public, max-age=300", "Content-Language": language}
    return Response(image, media_type="image/svg+xml", headers=headers)


@badges_router.post("/{badge_id}/revocation")
def revoke_badge(badge_id: BadgeId, body: RevocationIn, principal: PrincipalDep, badges: BadgesDep) -> BadgeOut:
    """Take a badge back, for good."""
    return BadgeOut.of(badges.revoke(principal, badge_id, reason=body.reason))


@issuer_router.get(
    "/status-lists/{list_id}",
    tags=["issuer"],
    response_class=Response,
    responses=_answers(CREDENTIAL, _DOCUMENT, "A Bitstring Status List credential."),
)
def read_status_list(
    list_id: Annotated[str, Path(pattern=STATUS_LIST_ID)], principal: VisitorDep, badges: BadgesDep
) -> Response:
    """Give a status list; a copy may be kept for as long as it says, also to check badges offline."""
    response = _credential(badges.status_list(principal, list_id))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@issuer_router.get(
    "/issuer",
    tags=["issuer"],
    response_class=Response,
    responses=_answers("application/json", _DOCUMENT, "A Profile."),
)
def read_issuer(badges: BadgesDep) -> Response:
    """Tell who issues the badges of this platform, and with which key."""
    return _json(badges.authority.document)


@issuer_router.get(
    "/trust-list",
    tags=["issuer"],
    response_class=Response,
    responses=_answers("application/json", _DOCUMENT, "A trust list."),
)
def read_trust_list(badges: BadgesDep) -> Response:
    """Give whose badges this platform accepts. Keep it for `proeftuin badge verify --trust`."""
    return _json(badges.trust().to_dict())


@issuer_router.get(
    "/schemas/badge",
    tags=["issuer"],
    response_class=Response,
    responses=_answers("application/schema+json", _DOCUMENT, "A JSON Schema."),
)
def read_badge_schema() -> Response:
    """Give the JSON Schema that every badge of this platform keeps to."""
    return _json(schema("badge"), media_type="application/schema+json")


router = APIRouter(prefix="/api/v1", responses=PROBLEMS)
router.include_router(runs_router)
router.include_router(badges_router)
router.include_router(issuer_router)


def _credential(document: dict[str, Any]) -> Response:
    return _json(document, media_type=CREDENTIAL)


def _json(document: dict[str, Any], *, media_type: str = "application/json") -> Response:
    return Response(json.dumps(document, ensure_ascii=False), media_type=media_type)
