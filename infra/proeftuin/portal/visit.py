"""One visit to a page: who asks, in which language, with which desks; and how an answer is made."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import singledispatch
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic.alias_generators import to_camel
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from proeftuin.portal import flash
from proeftuin_kernel.auth import VISITOR, Principal
from proeftuin_kernel.errors import UnauthenticatedError, UnavailableError
from proeftuin_kernel.text import LANGUAGES, Language, Text
from proeftuin_kernel.web.deps import anybody, language_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from proeftuin.portal.assets import Assets
    from proeftuin.portal.desks import (
        AssessmentDesk,
        CatalogueDesk,
        Desks,
        ImageDesk,
        OperatorDesk,
        PeopleDesk,
        SandboxDesk,
    )
    from proeftuin.portal.rendering import Templates

Desk = TypeVar("Desk")

LANGUAGE_COOKIE = "lang"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Portal:
    """What all visits share; lives in `app.state.portal`."""

    assets: Assets
    templates: Templates
    desks: Callable[[], Desks]
    now: Callable[[], datetime]


class Visit:
    """One request for a page."""

    def __init__(self, request: Request, principal: Principal) -> None:
        self.request = request
        self.principal = principal
        self.language: Language = language_of(request)
        self.portal: Portal = request.app.state.portal
        self._desks: Desks | None = None

    @property
    def desks(self) -> Desks:
        """The desks of this installation."""
        if self._desks is None:
            self._desks = self.portal.desks()
        return self._desks

    @property
    def catalogue(self) -> CatalogueDesk:
        """The desk of the catalogue."""
        return _there(self.desks.catalogue)

    @property
    def sandboxes(self) -> SandboxDesk:
        """The desk of the sandboxes."""
        return _there(self.desks.sandboxes)

    @property
    def assessment(self) -> AssessmentDesk:
        """The desk of runs and badges."""
        return _there(self.desks.assessment)

    @property
    def people(self) -> PeopleDesk:
        """The desk of organisations."""
        return _there(self.desks.people)

    @property
    def operator(self) -> OperatorDesk:
        """The desk of the operator."""
        return _there(self.desks.operator)

    @property
    def images(self) -> ImageDesk:
        """The desk of uploaded images."""
        return _there(self.desks.images)

    def require_sign_in(self) -> None:
        """Stop a visitor; the error page offers to sign in.

        Raises:
            UnauthenticatedError: nobody is signed in.
        """
        if not self.principal.is_signed_in:
            raise UnauthenticatedError(
                Text(
                    nl="Deze pagina is van uw organisatie. Meld u aan om ze te zien.",
                    en="This page belongs to your organisation. Sign in to see it.",
                )
            )

    def page(
        self,
        template: str,
        make: Callable[[], Mapping[str, Any]],
        *,
        twin: str | None = None,
        status: int = 200,
    ) -> Response:
        """Show a page, or its JSON twin when that is asked for.

        Args:
            template: Name of the template.
            make: Gives the context; `view` in it is what the twin shows when there is no API resource.
            twin: Address of the API resource that says the same; None when there is none.
            status: HTTP status of the page.
        """
        if self.wants_json:
            if twin is not None:
                answer: Response = RedirectResponse(_carry_query(twin, self.request), status_code=303)
            else:
                answer = JSONResponse(as_json(make()["view"]))
            answer.headers["Vary"] = "Accept"
            return answer
        return self.html(template, make(), twin=twin, status=status)

    def html(
        self, template: str, context: Mapping[str, Any], *, twin: str | None = None, status: int = 200
    ) -> Response:
        """Render a page in the frame of the site; `twin` as in `page`, empty for a page without a JSON twin."""
        body = self.portal.templates.render(template, self.language, **{**self.frame(twin), **context})
        response = HTMLResponse(body, status)
        response.headers.update(
            {
                "Cache-Control": "private, no-cache",
                "Content-Language": self.language,
                "Vary": "Accept, Accept-Language, Cookie",
            }
        )
        flash.clear_flash(self.request, response)
        wish = self.request.query_params.get("lang")
        if wish in LANGUAGES:
            response.set_cookie(LANGUAGE_COOKIE, wish, max_age=_YEAR, samesite="lax", path="/")
        return response

    def fragment(self, template: str, /, **context: Any) -> str:
        """Render a part of a page, for a progress stream."""
        return self.portal.templates.render(template, self.language, now=self.portal.now(), **context)

    def go(self, address: str, *, message: str | None = None) -> Response:
        """Answer an action: see another page (303), so that a reload repeats nothing."""
        response = RedirectResponse(address, status_code=303)
        if message is not None:
            flash.set_flash(response, message)
        return response

    def frame(self, twin: str | None) -> dict[str, Any]:
        """What every page needs: the reader, the other language, the JSON twin, the waiting message."""
        url = self.request.url
        if twin is None:
            path = url.path if url.path != "/" else "/straat"
            twin = f"{path}.json" + (f"?{url.query}" if url.query else "")
        elif twin:
            twin = _carry_query(twin, self.request)
        other = "en" if self.language == "nl" else "nl"
        return {
            "path": url.path,
            "here": url.path + (f"?{url.query}" if url.query else ""),
            "principal": self.principal,
            "is_reader_known": hasattr(self.request.state, "principal"),
            "other_language": other,
            "other_language_url": _relative(url.include_query_params(lang=other)),
            "twin": twin,
            "flash": flash.read_flash(self.request),
            "now": self.portal.now(),
        }

    @property
    def wants_json(self) -> bool:
        """Whether the reader is a program: the path ends in `.json`, or JSON is accepted and HTML is not."""
        if self.request.url.path.endswith(".json"):
            return True
        accept = self.request.headers.get("accept", "")
        return "application/json" in accept and "text/html" not in accept


def visit(request: Request) -> Visit:
    """Make the visit of a request."""
    principal = anybody(request)
    request.state.principal = principal
    return Visit(request, principal)


def visit_without_asking(request: Request) -> Visit:
    """Make a visit for an error page: who asks is taken as known, never asked again."""
    return Visit(request, getattr(request.state, "principal", VISITOR))


VisitDep = Annotated[Visit, Depends(visit)]


@singledispatch
def as_json(value: Any) -> Any:
    """Turn a view into plain JSON: camelCase members, texts in both languages, moments in ISO 8601."""
    if is_dataclass(value) and not isinstance(value, type):
        return {to_camel(field.name): as_json(getattr(value, field.name)) for field in fields(value)}
    return value


@as_json.register
def _(value: Text) -> Any:
    return value.as_dict()


@as_json.register
def _(value: Enum) -> Any:
    return value.value


@as_json.register
def _(value: date) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()


@as_json.register
def _(value: dict) -> Any:  # type: ignore[type-arg]  # singledispatch needs the plain class
    return {str(key): as_json(item) for key, item in value.items()}


@as_json.register(list)
@as_json.register(tuple)
def _(value: Any) -> Any:
    return [as_json(item) for item in value]


def _carry_query(address: str, request: Request) -> str:
    query = "&".join(part for part in request.url.query.split("&") if part and not part.startswith("lang="))
    return f"{address}{'&' if '?' in address else '?'}{query}" if query else address


def _relative(url: Any) -> str:
    return f"{url.path}?{url.query}" if url.query else str(url.path)


def _there(desk: Desk | None) -> Desk:
    if desk is None:
        raise UnavailableError(
            Text(
                nl="Dit onderdeel draait niet in deze installatie.",
                en="This part does not run in this installation.",
            )
        )
    return desk
