"""What a route may ask for: the person, the language, a service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from proeftuin_kernel.auth import Principal
from proeftuin_kernel.errors import UnauthenticatedError
from proeftuin_kernel.text import LANGUAGES, Language, Text

if TYPE_CHECKING:
    from collections.abc import Callable

Service = TypeVar("Service")

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="An API token (`pt_…`), made on the page 'Mijn organisatie'.",
)


def provided(kind: type[Service]) -> Callable[[Request], Service]:
    """Make a dependency that gives the service of a type, as the assembly registered it.

    The assembly fills `app.state.registry: dict[type, object]`.
    """

    def provide(request: Request) -> Service:
        registry: dict[type, Any] = request.app.state.registry
        service: Service = registry[kind]
        return service

    return provide


def anybody(request: Request) -> Principal:
    """Give who asks, a visitor when nobody is signed in.

    `app.state.authenticate(request)` is set by the assembly; it raises UnauthenticatedError for a
    token or a session that is not valid, never for their absence.
    """
    principal: Principal = request.app.state.authenticate(request)
    return principal


def signed_in(
    request: Request, _token: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None
) -> Principal:
    """Give who asks, and refuse a visitor.

    Raises:
        UnauthenticatedError: nobody is signed in.
    """
    principal = anybody(request)
    if not principal.is_signed_in:
        raise UnauthenticatedError(
            Text(
                nl="Meld u aan, of stuur een API-token mee in de header Authorization.",
                en="Sign in, or send an API token in the Authorization header.",
            )
        )
    return principal


def language_of(request: Request) -> Language:
    """Choose the language: `?lang=`, then the cookie `lang`, then Accept-Language, then Dutch."""
    for wish in (request.query_params.get("lang"), request.cookies.get("lang")):
        if wish in LANGUAGES:
            return wish
    accepted = request.headers.get("accept-language", "")
    for part in accepted.split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag in LANGUAGES:
            return tag
    return "nl"


PrincipalDep = Annotated[Principal, Depends(signed_in)]
VisitorDep = Annotated[Principal, Depends(anybody)]
LanguageDep = Annotated[Language, Depends(language_of)]
