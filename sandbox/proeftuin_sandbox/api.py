"""The sandbox API: sandboxes, the components in them, their progress and logs. Routes only translate."""

from __future__ import annotations

import contextlib
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Header, Query, Response, status
from fastapi.responses import PlainTextResponse, StreamingResponse
from sse_starlette import EventSourceResponse

from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.ids import is_id
from proeftuin_kernel.text import Text
from proeftuin_kernel.web import (
    PROBLEMS,
    CursorDep,
    LastEventIdDep,
    LimitDep,
    Page,
    PrincipalDep,
    VisitorDep,
    decode_cursor,
    encode_cursor,
    progress_response,
)
from proeftuin_sandbox.manifest import component_schema
from proeftuin_sandbox.routes.common import ComponentName, SandboxId, Service, wish_of
from proeftuin_sandbox.routes.lifecycle import router as lifecycle_router
from proeftuin_sandbox.shapes import (
    ORGANISATION_ID,
    CapabilitiesOut,
    ComponentOut,
    ExtensionIn,
    SandboxIn,
    SandboxOut,
)
from proeftuin_sandbox.states import SandboxState
from proeftuin_sandbox.streams import start_of_operation
from proeftuin_sandbox.uploads import BODY, Upload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.rotating_log import LogLine

router = APIRouter(prefix="/api/v1/sandboxes", tags=["sandboxes"], responses=PROBLEMS)
router.include_router(lifecycle_router)
schema_router = APIRouter(tags=["schemas"], responses=PROBLEMS)

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
        description="The same key with the same body gives the same sandbox, however often it is sent.",
    ),
]
_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Server-sent events: `news`, `step` and, last, `end`; data is JSON with `message` nl and en.",
        "content": {  # OpenAPI 3.1: the schema is that of each event
            "text/event-stream": {
                "schema": {
                    "type": "object",
                    "properties": {name: {"type": "string"} for name in ("id", "event", "data")},
                }
            }
        },
    }
}
_TEXT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Lines of `moment stream text`; `out` and `err` are the component, `sys` is the platform.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
}


@router.post("", status_code=status.HTTP_202_ACCEPTED)
def create_sandbox(
    body: SandboxIn, response: Response, principal: PrincipalDep, service: Service, key: IdempotencyKey = None
) -> SandboxOut:
    """Ask for a sandbox with its own municipality. It is made in the background: follow it at `Location`."""
    view = service.create(principal, wish_of(body), idempotency_key=key)
    response.headers["Location"] = f"/api/v1/sandboxes/{view.id}"
    return SandboxOut.of(view)


@router.get("")
def list_sandboxes(
    *,
    principal: PrincipalDep,
    service: Service,
    organisation: Annotated[str | None, Query(pattern=ORGANISATION_ID, description="Only of this one.")] = None,
    state: Annotated[SandboxState | None, Query(description="Only in this state.")] = None,
    cursor: CursorDep = None,
    limit: LimitDep = 20,
) -> Page[SandboxOut]:
    """List the sandboxes of your organisations, newest first."""
    found = service.page(principal, organisation=organisation, state=state, before=_before(cursor), limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.created_at.isoformat(), last.id) if last is not None else None
    return Page(items=[SandboxOut.of(view) for view in found], next=following)


@router.get("/capabilities")
def read_capabilities(_visitor: VisitorDep, service: Service) -> CapabilitiesOut:
    """Tell which controls the sandboxes here enforce, which are advisory, and which are absent."""
    return CapabilitiesOut.of(service.capabilities())


@router.get("/{sandbox_id}")
def read_sandbox(sandbox_id: SandboxId, principal: PrincipalDep, service: Service) -> SandboxOut:
    """Show a sandbox."""
    return SandboxOut.of(service.get(principal, sandbox_id))


@router.post("/{sandbox_id}/extension")
def extend_sandbox(sandbox_id: SandboxId, body: ExtensionIn, principal: PrincipalDep, service: Service) -> SandboxOut:
    """Have a sandbox live longer, up to its ceiling."""
    return SandboxOut.of(service.extend(principal, sandbox_id, by=timedelta(minutes=body.minutes)))


@router.post("/{sandbox_id}/reset", status_code=status.HTTP_202_ACCEPTED)
def reset_sandbox(sandbox_id: SandboxId, response: Response, principal: PrincipalDep, service: Service) -> SandboxOut:
    """Bring the municipality back to its seed; components lose their data and start again."""
    view = service.reset(principal, sandbox_id)
    response.headers["Location"] = f"/api/v1/sandboxes/{view.id}"
    return SandboxOut.of(view)


@router.delete("/{sandbox_id}", status_code=status.HTTP_202_ACCEPTED)
def destroy_sandbox(
    sandbox_id: SandboxId, response: Response, principal: PrincipalDep, service: Service
) -> SandboxOut:
    """Take a sandbox away; its record, with the proof that nothing is left, stays."""
    view = service.destroy(principal, sandbox_id)
    response.headers["Location"] = f"/api/v1/sandboxes/{view.id}"
    return SandboxOut.of(view)


@router.get("/{sandbox_id}/events", response_class=EventSourceResponse, responses=_EVENTS)
def follow_sandbox(
    sandbox_id: SandboxId, principal: PrincipalDep, service: Service, after: LastEventIdDep = 0
) -> EventSourceResponse:
    """Follow what happens to a sandbox; begins at its latest operation, or after `Last-Event-ID`."""
    stream = service.stream_of(principal, sandbox_id)
    begin = after or start_of_operation(service.database, stream)
    return progress_response(service.database, stream, after=begin)


@router.get("/{sandbox_id}/components")
def list_components(sandbox_id: SandboxId, principal: PrincipalDep, service: Service) -> Page[ComponentOut]:
    """List the components of a sandbox, by name."""
    found = service.components.all(principal, sandbox_id)
    return Page(items=[ComponentOut.of(view) for view in found], total=len(found))


@router.put("/{sandbox_id}/components/{name}", status_code=status.HTTP_202_ACCEPTED, openapi_extra=BODY)
def deploy_component(  # noqa: PLR0917 - the parts of one request
    sandbox_id: SandboxId,
    name: ComponentName,
    response: Response,
    principal: PrincipalDep,
    service: Service,
    bundle: Upload,
) -> ComponentOut:
    """Deploy a component, or replace it. It starts in the background: follow it at `Location` + `/events`."""
    view = service.components.deploy(principal, sandbox_id, name, bundle)
    response.headers["Location"] = f"/api/v1/sandboxes/{sandbox_id}/components/{name}"
    return ComponentOut.of(view)


@router.get("/{sandbox_id}/components/{name}")
def read_component(
    sandbox_id: SandboxId, name: ComponentName, principal: PrincipalDep, service: Service
) -> ComponentOut:
    """Show a component and what it uses."""
    return ComponentOut.of(service.components.get(principal, sandbox_id, name))


@router.delete("/{sandbox_id}/components/{name}", status_code=status.HTTP_202_ACCEPTED)
def stop_component(
    sandbox_id: SandboxId, name: ComponentName, principal: PrincipalDep, service: Service
) -> ComponentOut:
    """Stop a component; its log and its data stay until the sandbox goes."""
    return ComponentOut.of(service.components.stop(principal, sandbox_id, name))


@router.get("/{sandbox_id}/components/{name}/logs", response_class=PlainTextResponse, responses=_TEXT)
def read_logs(  # noqa: PLR0917 - the parts of one request
    sandbox_id: SandboxId,
    name: ComponentName,
    principal: PrincipalDep,
    service: Service,
    tail: Annotated[int, Query(ge=1, le=10_000, description="The last so many lines.")] = 200,
    follow: Annotated[bool, Query(description="Keep sending new lines until the component ends.")] = False,
) -> Response:
    """Read what a component wrote."""
    if not follow:
        lines = service.components.logs(principal, sandbox_id, name, lines=tail)
        return PlainTextResponse("".join(_line(line) for line in lines), headers={"Cache-Control": "no-store"})
    service.components.get(principal, sandbox_id, name)  # refuse before the first byte is sent
    lines_to_come = service.components.follow_logs(principal, sandbox_id, name, lines=tail)
    return StreamingResponse(
        _stream(lines_to_come), media_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


@router.get("/{sandbox_id}/components/{name}/events", response_class=EventSourceResponse, responses=_EVENTS)
def follow_component(
    sandbox_id: SandboxId, name: ComponentName, principal: PrincipalDep, service: Service, after: LastEventIdDep = 0
) -> EventSourceResponse:
    """Follow what happens to a component; begins at its latest deployment, or after `Last-Event-ID`."""
    stream = service.components.stream_of(principal, sandbox_id, name)
    begin = after or start_of_operation(service.database, stream)
    return progress_response(service.database, stream, after=begin)


@schema_router.get(
    "/schemas/component.v1.json",
    response_class=Response,
    responses={200: {"content": {"application/schema+json": {"schema": {"type": "object"}}}}},
)
def read_component_schema() -> Response:
    """Give the JSON Schema of component.yaml; the very one that uploads are checked with."""
    return Response(
        json.dumps(component_schema(), ensure_ascii=False),
        media_type="application/schema+json",
        headers={"Cache-Control": "public, max-age=3600"},
    )


def _line(line: LogLine) -> str:
    return f"{line.at} {line.stream} {line.text}\n"


def _stream(lines: Iterator[LogLine | None]) -> Iterator[str]:
    for line in lines:
        yield _line(line) if line is not None else ""


def _before(cursor: str | None) -> tuple[datetime, str] | None:
    key = decode_cursor(cursor, size=2)
    if key is None:
        return None
    moment, sandbox_id = key
    if isinstance(moment, str) and isinstance(sandbox_id, str) and is_id(sandbox_id, "sbx"):
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(moment), sandbox_id
    raise BadInputError(Text(nl="De cursor is ongeldig.", en="The cursor is not valid."))
