"""Where a browser signs in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from proeftuin.identity.sign_in import CALLBACK_PATH, SignIn
from proeftuin_kernel.web import provided

router = APIRouter(include_in_schema=False)

SignInDep = Annotated[SignIn, Depends(provided(SignIn))]


@router.get("/aanmelden")
def start(request: Request, sign_in: SignInDep, terug: str = "/") -> Response:
    """Go to the identity provider; afterwards to the path `terug`."""
    return sign_in.start(request, back=terug)


@router.get(CALLBACK_PATH)
def finish(request: Request, sign_in: SignInDep) -> Response:
    """Come back from the identity provider."""
    return sign_in.finish(request)


@router.post("/afmelden")
def stop(request: Request, sign_in: SignInDep) -> Response:
    """Sign out."""
    return sign_in.stop(request)


@router.get("/afgemeld")
def signed_out(request: Request, sign_in: SignInDep) -> Response:
    """Say that one is signed out."""
    return sign_in.signed_out(request)
