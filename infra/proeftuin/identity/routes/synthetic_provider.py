"""The endpoints of the test identity provider. Async, because our own sign-in waits for them in a thread."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import JSONResponse, RedirectResponse

from proeftuin.identity.pages import page
from proeftuin.identity.synthetic import PERSONS
from proeftuin.identity.synthetic_provider import PATH, ProtocolError, SyntheticProvider
from proeftuin_kernel.web import provided

router = APIRouter(prefix=PATH, include_in_schema=False)

ProviderDep = Annotated[SyntheticProvider, Depends(provided(SyntheticProvider))]
_NO_STORE = {"Cache-Control": "no-store"}


@router.get("/.well-known/openid-configuration")
async def describe(provider: ProviderDep) -> Response:
    """Describe the provider."""
    return JSONResponse(provider.description())


@router.get("/jwks")
async def keys(provider: ProviderDep) -> Response:
    """Give the public keys."""
    return JSONResponse(provider.keys())


@router.get("/authorize")
async def ask(request: Request, provider: ProviderDep) -> Response:
    """Ask who one is."""
    try:
        provider.read(request.query_params)
    except ProtocolError as error:
        return _sent_back(provider.refuse(error, state=request.query_params.get("state", "")))
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return page(request, "authorize.html", persons=PERSONS, query=urlencode(kept))


@router.post("/authorize")
async def answer(request: Request, provider: ProviderDep) -> Response:
    """Be the chosen person."""
    form = await request.form()
    try:
        return _sent_back(provider.grant(provider.read(request.query_params), str(form.get("person", ""))))
    except ProtocolError as error:
        return _sent_back(provider.refuse(error, state=request.query_params.get("state", "")))


@router.post("/token")
async def redeem(request: Request, provider: ProviderDep) -> Response:
    """Trade a code for tokens."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    try:
        tokens = provider.redeem(form, authorization=request.headers.get("authorization", ""))
    except ProtocolError as error:
        return _refused(error)
    return JSONResponse(tokens, headers=_NO_STORE)


@router.get("/userinfo")
async def user_info(request: Request, provider: ProviderDep) -> Response:
    """Tell about the person of an access token."""
    try:
        return JSONResponse(provider.user_info(request.headers.get("authorization", "")), headers=_NO_STORE)
    except ProtocolError as error:
        return _refused(error)


@router.get("/end_session")
async def end(request: Request, provider: ProviderDep) -> Response:
    """Sign out of the provider."""
    return _sent_back(provider.end(request.query_params))


def _sent_back(url: str) -> Response:
    return RedirectResponse(url, status_code=303, headers=_NO_STORE)


def _refused(error: ProtocolError) -> Response:
    challenge = {"WWW-Authenticate": f'Bearer error="{error.error}"'} if error.error == "invalid_token" else {}
    return JSONResponse(
        {"error": error.error, "error_description": error.description},
        error.status,
        headers={**_NO_STORE, **challenge},
    )
