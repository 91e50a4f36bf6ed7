"""What several pages share: a page with its JSON twin at `.json`, identifiers and orders in addresses, forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import APIRouter, Path

from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from proeftuin.portal.visit import Visit

Route = TypeVar("Route", bound="Callable[..., Any]")

ID = "[0-9a-hjkmnp-tv-z]{26}"
SandboxId = Annotated[str, Path(pattern=rf"^sbx-{ID}$")]
RunId = Annotated[str, Path(pattern=rf"^run-{ID}$")]
BadgeId = Annotated[str, Path(pattern=rf"^bdg-{ID}$")]
OrganisationId = Annotated[str, Path(pattern=rf"^org-{ID}$")]
MemberId = Annotated[str, Path(pattern=rf"^mem-{ID}$")]
PreviewId = Annotated[str, Path(pattern=rf"^prv-{ID}$")]
TokenId = Annotated[str, Path(pattern=rf"^tok-{ID}$")]
Name = Annotated[str, Path(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
Version = Annotated[str, Path(pattern=r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$")]
Slug = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]


def new_router() -> APIRouter:
    """Make a router for pages: HTML, and not part of the API's description."""
    return APIRouter(include_in_schema=False)


def page(router: APIRouter, path: str, *, twin: str | None = None) -> Callable[[Route], Route]:
    """Serve a page at its address and its JSON twin at the same address with `.json`."""

    def register(route: Route) -> Route:
        router.get(twin or f"{path}.json")(route)
        router.get(path)(route)
        return route

    return register


def keep_secret(visit: Visit, response: Response, name: str, value: str, *, seconds: int, path: str) -> None:
    """Have a secret travel in a short-lived cookie that only one page gets, and no script and no other site."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=True,
        samesite="strict",
        secure=visit.request.url.scheme == "https",
        path=path,
    )


def turned(sort: str, name: str) -> str:
    """Give the order that a click on a heading asks for: that column, or the other way round."""
    return f"-{name}" if sort == name else name


def whole_number(value: str, *, name: str, least: int, most: int) -> int:
    """Read a number from a form.

    Raises:
        BadInputError: it is no whole number between the bounds.
    """
    try:
        number = int(value.strip())
    except ValueError:
        number = least - 1
    if least <= number <= most:
        return number
    raise wrong(
        name,
        Text(
            nl=f"Geef een geheel getal van {least} tot en met {most}.",
            en=f"Give a whole number from {least} to {most}.",
        ),
    )


def wrong(field: str, words: Text) -> BadInputError:
    """Make the error for one field of a form."""
    return BadInputError(
        Text(nl="Verbeter wat hieronder staat.", en="Correct what is said below."),
        extra={"errors": [{"pointer": f"/{field}", "detail": words.as_dict()}]},
    )


def plain_text(value: str, *, name: str, most: int) -> str:
    """Read a line of text from a form.

    Raises:
        BadInputError: it is empty, too long, or has control characters.
    """
    text = value.strip()
    if not text:
        raise wrong(name, Text(nl="Vul dit in.", en="Fill this in."))
    if len(text) > most or any(ord(letter) < ord(" ") for letter in text):
        raise wrong(
            name,
            Text(nl=f"Gebruik hoogstens {most} gewone tekens.", en=f"Use at most {most} ordinary characters."),
        )
    return text
