"""Preview links: making and revoking them, and the proxy behind them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import httpx
from fastapi import APIRouter, Path, Request, Response, status
from fastapi.responses import RedirectResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from proeftuin_kernel.web import Page, PrincipalDep
from proeftuin_sandbox import refusals
from proeftuin_sandbox.life_shapes import PreviewIn, PreviewMadeOut, PreviewOut
from proeftuin_sandbox.relaying import location_inside, passed_back, passed_on
from proeftuin_sandbox.routes.common import ComponentName, SandboxId, Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from proeftuin_sandbox.service import SandboxService

router = APIRouter()
proxy_router = APIRouter(include_in_schema=False)

PREVIEW_ID = r"^prv-[0-9a-hjkmnp-tv-z]{26}$"
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{43}$")]
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_PATIENCE = httpx.Timeout(30, connect=5)
_WHOLE_SECONDS: Final = 120
_MIB = 1024 * 1024
_REQUEST_LIMIT, _ANSWER_LIMIT = 16 * _MIB, 64 * _MIB


@router.post("/{sandbox_id}/components/{name}/preview", status_code=status.HTTP_201_CREATED)
def create_preview(
    sandbox_id: SandboxId, name: ComponentName, body: PreviewIn, principal: PrincipalDep, service: Service
) -> PreviewMadeOut:
    """Make a link with which others see this component for a while, without an account. It is shown once."""
    made = service.previews.create(principal, sandbox_id, name, lifetime=timedelta(minutes=body.minutes))
    return PreviewMadeOut.made(made, url=f"/voorbeeld/{made.token}/")


@router.get("/{sandbox_id}/previews")
def list_previews(sandbox_id: SandboxId, principal: PrincipalDep, service: Service) -> Page[PreviewOut]:
    """List the links of a sandbox, newest first; their secrets are not kept."""
    return Page(items=[PreviewOut.of(one) for one in service.previews.all(principal, sandbox_id)])


@router.delete("/{sandbox_id}/previews/{preview_id}", status_code=status.HTTP_204_NO_CONTENT)
def revoke_preview(
    sandbox_id: SandboxId,
    preview_id: Annotated[str, Path(pattern=PREVIEW_ID)],
    principal: PrincipalDep,
    service: Service,
) -> None:
    """End a link at once."""
    service.previews.revoke(principal, sandbox_id, preview_id)


@proxy_router.get("/voorbeeld/{token}")
def add_the_slash(token: Token, request: Request) -> Response:
    """Send to the address with a slash, so that relative links work."""
    _keep_out_of_the_log(request)
    return RedirectResponse(f"/voorbeeld/{token}/", headers={"Referrer-Policy": "no-referrer"})


@proxy_router.api_route("/voorbeeld/{token}/{path:path}", methods=_METHODS)
async def relay(token: Token, request: Request, service: Service) -> Response:
    """Pass a request on to the component behind a link, and its answer back as it comes."""
    _keep_out_of_the_log(request)
    base = await run_in_threadpool(service.previews.open, token)
    prefix = f"/voorbeeld/{token}"
    asked = _address(base, request, prefix=prefix)
    body = await _body(request)
    stack = AsyncExitStack()
    try:
        # A client of its own: no cookies of others, no proxies of the platform's environment, no redirects.
        client = await stack.enter_async_context(
            httpx.AsyncClient(timeout=_PATIENCE, trust_env=False, follow_redirects=False)
        )
        headers = passed_on(request.headers.items(), prefix=prefix)
        answer = await stack.enter_async_context(client.stream(request.method, asked, headers=headers, content=body))
    except httpx.HTTPError as error:
        await stack.aclose()
        raise refusals.preview_failed() from error
    except BaseException:
        await stack.aclose()
        raise
    back = passed_back(answer.headers.multi_items(), prefix=prefix, is_secure=request.url.scheme == "https")
    if "location" in answer.headers:
        inside = location_inside(answer.headers["location"], asked=str(asked), base=base, prefix=prefix)
        if inside is None:
            await stack.aclose()
            raise refusals.preview_outside()
        back.append(("location", inside))
    response = StreamingResponse(_chunks(answer, stack, service), status_code=answer.status_code)
    response.raw_headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in back]
    return response


async def _chunks(answer: httpx.Response, stack: AsyncExitStack, service: SandboxService) -> AsyncIterator[bytes]:
    """Give the answer as it comes; it breaks off when it is too long or too large, and when the platform stops."""
    sent = 0
    async with stack:
        async with asyncio.timeout(_WHOLE_SECONDS):
            async for chunk in answer.aiter_raw():
                sent += len(chunk)
                if sent > _ANSWER_LIMIT or service.database.closing.is_set():
                    raise httpx.StreamError("the answer of a component is cut off")
                yield chunk


async def _body(request: Request) -> bytes:
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > _REQUEST_LIMIT:
            raise refusals.preview_too_large(_REQUEST_LIMIT // _MIB)
    return bytes(received)


def _address(base: str, request: Request, *, prefix: str) -> httpx.URL:
    """Make the component's address: only path and query come from the visitor, byte for byte."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    path = b"/" + raw.partition(b"?")[0].removeprefix(prefix.encode()).lstrip(b"/")
    query: bytes = request.scope["query_string"]
    return httpx.URL(base).copy_with(raw_path=path + (b"?" + query if query else b""))


def _keep_out_of_the_log(request: Request) -> None:
    """Whoever reads the log must not be able to open links."""
    logged = request.scope.get("proeftuin.log")
    if logged is not None:
        logged["path"] = "/voorbeeld/…"
