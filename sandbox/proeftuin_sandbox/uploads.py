"""Receive a bundle: raw `application/gzip`, or the first file of a form; to disk, never whole in memory."""

from __future__ import annotations

import tempfile
from typing import IO, TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from proeftuin_kernel.text import Text
from proeftuin_kernel.web import PrincipalDep, provided
from proeftuin_kernel.web.receiving import FORM_OVERHEAD, told_length
from proeftuin_sandbox.bundle_store import bundle_too_large
from proeftuin_sandbox.errors import BundleError
from proeftuin_sandbox.service import SandboxService

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_IN_MEMORY = 1024 * 1024
_MIB = 1024 * 1024
BODY = {
    "requestBody": {
        "required": True,
        "description": "The component's folder as tar.gz, with its component.yaml.",
        "content": {
            "application/gzip": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["bundle"],
                    "additionalProperties": False,
                    "properties": {"bundle": {"type": "string", "format": "binary"}},
                },
                "encoding": {"bundle": {"contentType": "application/gzip"}},
            },
        },
    }
}
"""The OpenAPI description of what `Upload` accepts."""


async def _received(
    request: Request, _principal: PrincipalDep, service: Annotated[SandboxService, Depends(provided(SandboxService))]
) -> AsyncIterator[IO[bytes]]:
    limits = service.bundles.limits
    ceiling = limits.packed_mib * _MIB
    length = told_length(request)
    if length is not None and length > ceiling + FORM_OVERHEAD:
        raise bundle_too_large(limits)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            await _copy_form(request, spool)
        else:
            left = ceiling
            async for chunk in request.stream():
                left -= len(chunk)
                if left < 0:
                    raise bundle_too_large(limits)
                spool.write(chunk)
        spool.seek(0)
        yield spool


async def _copy_form(request: Request, spool: IO[bytes]) -> None:
    async with request.form(max_files=1, max_fields=1) as form:
        for value in form.values():
            if isinstance(value, UploadFile):
                while chunk := await value.read(_IN_MEMORY):
                    spool.write(chunk)
                return
    raise BundleError(
        Text(nl="Stuur de bundel mee als bestand 'bundle'.", en="Send the bundle along as the file 'bundle'.")
    )


Upload = Annotated[IO[bytes], Depends(_received)]
