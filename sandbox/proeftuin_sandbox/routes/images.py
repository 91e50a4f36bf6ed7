"""Uploaded container images. Routes only translate; an archive goes to disk as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response, status
from starlette.concurrency import run_in_threadpool

from proeftuin_kernel.web import PROBLEMS, PrincipalDep
from proeftuin_kernel.web.receiving import arriving, in_a_thread, told_length
from proeftuin_sandbox import image_refusals
from proeftuin_sandbox.image_shapes import IMAGE_DIGEST, ImageOut, ImagesOut
from proeftuin_sandbox.routes.common import Service
from proeftuin_sandbox.shapes import NO_CONTROLS, ORGANISATION_ID

if TYPE_CHECKING:
    from proeftuin_sandbox.incoming import Incoming

router = APIRouter(prefix="/api/v1/images", tags=["images"], responses=PROBLEMS)

_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "One image, as `docker save` writes it or as an OCI archive; it may be compressed with gzip.",
        "content": dict.fromkeys(("application/x-tar", "application/octet-stream"), _BINARY),
    }
}
_HAD: dict[int | str, dict[str, Any]] = {200: {"model": ImageOut, "description": "The organisation had it already."}}
Organisation = Annotated[
    str | None, Query(pattern=ORGANISATION_ID, description="Whose; may be left out with one organisation.")
]
Digest = Annotated[str, Path(pattern=IMAGE_DIGEST)]


@router.post("", status_code=status.HTTP_201_CREATED, openapi_extra=_BODY, responses=_HAD)
async def push_image(  # noqa: PLR0917 - the parts of one request
    request: Request,
    response: Response,
    principal: PrincipalDep,
    service: Service,
    organisation: Organisation = None,
    name: Annotated[
        str | None,
        Query(min_length=1, max_length=200, pattern=NO_CONTROLS, description="For people; else what its maker says."),
    ] = None,
    content_digest: Annotated[
        str | None,
        Header(alias="Content-Digest", max_length=500, description="By RFC 9530; SHA-256 is checked: `sha-256=:…:`."),
    ] = None,
) -> ImageOut:
    """Upload a container image. It is looked through at once; what the policy forbids is all told in one answer."""
    images = service.images
    owner = await run_in_threadpool(images.admit, principal, organisation, length=told_length(request))
    async with in_a_thread(images.receiving(owner)) as incoming:
        await _receive(request, incoming)
        archive_digest = await run_in_threadpool(incoming.finish, content_digest)
        view, is_new = await run_in_threadpool(
            images.take, principal, owner, incoming.path, name=name, archive_digest=archive_digest
        )
    response.status_code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
    response.headers["Location"] = f"/api/v1/images/{view.digest}"
    return ImageOut.of(view)


@router.get("")
def list_images(principal: PrincipalDep, service: Service, organisation: Organisation = None) -> ImagesOut:
    """List the uploaded images of an organisation, newest first, and the room that they take."""
    return ImagesOut.of(service.images.all(principal, organisation))


@router.get("/{digest}")
def read_image(
    digest: Digest, principal: PrincipalDep, service: Service, organisation: Organisation = None
) -> ImageOut:
    """Show an uploaded image."""
    return ImageOut.of(service.images.get(principal, digest, organisation=organisation))


@router.delete("/{digest}", status_code=status.HTTP_204_NO_CONTENT)
def remove_image(digest: Digest, principal: PrincipalDep, service: Service, organisation: Organisation = None) -> None:
    """Remove an uploaded image that no component needs."""
    service.images.remove(principal, digest, organisation=organisation)


async def _receive(request: Request, incoming: Incoming) -> None:
    async for piece in arriving(request, broken_off=image_refusals.broken_off):
        if incoming.gather(piece):
            await run_in_threadpool(incoming.write)
