"""The container images that an organisation uploaded: look, upload, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from fastapi import Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from proeftuin.portal.problems import fields_in_error
from proeftuin.portal.routes.common import OrganisationId, new_router, page, plain_text, turned, wrong
from proeftuin.portal.views.forms import Faults
from proeftuin.portal.views.images import SORTS, ImageFinding, ImageOrder
from proeftuin.portal.visit import Visit, VisitDep
from proeftuin_kernel.errors import (
    BadInputError,
    ConflictError,
    LimitReachedError,
    TooLargeError,
    UnavailableError,
)
from proeftuin_kernel.text import Text
from proeftuin_kernel.web.receiving import FORM_OVERHEAD, FileForm, arriving, in_a_thread, told_length

if TYPE_CHECKING:
    from starlette.requests import Request

    from proeftuin.portal.desks import Arrival
    from proeftuin.portal.views.images import ImageView
    from proeftuin_kernel.errors import ProeftuinError

router = new_router()

_LONGEST_NAME = 200
_DIGEST = "sha256:[0-9a-f]{64}"
_REFUSALS = (BadInputError, ConflictError, LimitReachedError, TooLargeError, UnavailableError)
Digest = Annotated[str, Path(pattern=f"^{_DIGEST}$")]
Sort = Annotated[str, Query(pattern=f"^-?({'|'.join(SORTS)})$")]
Cursor = Annotated[str | None, Query(pattern=f"^{_DIGEST}$")]


@page(router, "/mijn/images/{organisation_id}")
def images(
    visit: VisitDep, organisation_id: OrganisationId, sort: Sort = "-geupload", cursor: Cursor = None
) -> Response:
    """Which images do we have, and what are they used for?"""
    chosen = ImageOrder(sort=sort, cursor=cursor)
    return visit.page("images.html", lambda: _page(visit, organisation_id, chosen), twin=_twin(organisation_id))


@router.post("/mijn/images/{organisation_id}")
async def upload(visit: VisitDep, organisation_id: OrganisationId) -> Response:
    """Take an image in; it is judged at once, and what is wrong with it is all told on the same page."""
    visit.require_sign_in()
    try:
        digest = await _received(visit, organisation_id)
    except _REFUSALS as error:
        return await run_in_threadpool(_again, visit, organisation_id, error)
    return _done(visit, f"/mijn/images/{organisation_id}/{digest}", message="image-bewaard")


@page(router, "/mijn/images/{organisation_id}/{digest}")
def image(visit: VisitDep, organisation_id: OrganisationId, digest: Digest) -> Response:
    """What is this image, is anything wrong with it, and who needs it?"""

    def make() -> dict[str, Any]:
        return {"view": _found(visit, organisation_id, digest), "error": None}

    return visit.page("image.html", make, twin=_twin(organisation_id, digest))


@router.get("/mijn/images/{organisation_id}/{digest}/verwijderen")
def confirm_removal(visit: VisitDep, organisation_id: OrganisationId, digest: Digest) -> Response:
    """Ask whether the image must go; where a component needs it, its page says which."""
    view = _found(visit, organisation_id, digest)
    if view.users or not view.may_manage:
        return visit.go(view.address)
    return visit.html(
        "bevestig.html",
        {
            "question": _QUESTION.format(name=view.name),
            "consequences": _CONSEQUENCES,
            "yes": Text(nl="Ja, verwijder", en="Yes, remove"),
            "action": f"{view.address}/verwijderen",
            "back": view.address,
            "name": view.name,
            "up": f"/mijn/images/{organisation_id}",
            "up_words": Text(nl="Images", en="Images"),
            "danger": True,
        },
        twin=_twin(organisation_id, digest),
    )


@router.post("/mijn/images/{organisation_id}/{digest}/verwijderen")
def remove(visit: VisitDep, organisation_id: OrganisationId, digest: Digest) -> Response:
    """Take the image away, unless a component needs it."""
    visit.require_sign_in()
    try:
        visit.images.remove(visit.principal, organisation_id, digest)
    except ConflictError as error:
        context = {"view": _found(visit, organisation_id, digest), "error": error}
        return visit.html("image.html", context, twin=_twin(organisation_id, digest), status=error.status)
    return visit.go(f"/mijn/images/{organisation_id}", message="image-verwijderd")


_QUESTION = Text(nl="Wilt u het image {name} verwijderen?", en="Do you want to remove the image {name}?")
_CONSEQUENCES = (
    Text(
        nl="Geen component gebruikt het nu. Een component.yaml die zijn digest noemt, kan daarna niet meer uitgerold "
        "worden.",
        en="No component uses it now. A component.yaml that names its digest can no longer be deployed afterwards.",
    ),
    Text(
        nl="U kunt dit ongedaan maken: upload hetzelfde bestand opnieuw. Het krijgt dezelfde digest.",
        en="You can undo this: upload the same file again. It gets the same digest.",
    ),
)


async def _received(visit: Visit, organisation_id: str) -> str:
    desk, request = visit.images, visit.request
    told = told_length(request)
    length = None if told is None else max(0, told - FORM_OVERHEAD)
    await run_in_threadpool(desk.admit, visit.principal, organisation_id, length=length)
    form = FileForm(request.headers.get("content-type", ""), file="bestand")
    async with in_a_thread(desk.receiving(organisation_id)) as arrival:
        await _receive(request, form, arrival)
        name = _name(form.fields.get("naam", ""), form.filename)
        return await run_in_threadpool(desk.take, visit.principal, organisation_id, arrival, name=name)


async def _receive(request: Request, form: FileForm, arrival: Arrival) -> None:
    async for data in arriving(request, broken_off=_broken_off):
        for piece in form.feed(data):
            if arrival.gather(piece):
                await run_in_threadpool(arrival.write)
    form.finish()
    if not form.filename:
        raise wrong("bestand", Text(nl="Kies een bestand.", en="Choose a file."))


def _name(given: str, filename: str) -> str:
    """Call an image what somebody filled in, else as its file."""
    if given.strip():
        return plain_text(given, name="naam", most=_LONGEST_NAME)
    return "".join(letter for letter in filename if letter.isprintable()).strip()[:_LONGEST_NAME]


def _broken_off() -> ProeftuinError:
    return wrong(
        "bestand",
        Text(
            nl="Het versturen is afgebroken. Er is niets bewaard; stuur het opnieuw.",
            en="Sending was broken off. Nothing is kept; send it again.",
        ),
    )


def _done(visit: Visit, address: str, *, message: str) -> Response:
    """Answer an upload: a script that sent it must be told where to go, or it would read that page itself."""
    response = visit.go(address, message=message)
    if "hx-request" in visit.request.headers:
        response.status_code = 204
        response.headers["HX-Redirect"] = address
        del response.headers["location"]
    return response


def _found(visit: Visit, organisation_id: str, digest: str) -> ImageView:
    visit.require_sign_in()
    return visit.images.image(visit.principal, organisation_id, digest)


def _twin(organisation_id: str, digest: str | None = None) -> str:
    return f"/api/v1/images{f'/{digest}' if digest else ''}?organisation={organisation_id}"


def _again(visit: Visit, organisation_id: str, error: ProeftuinError) -> Response:
    """Show the list again with what went wrong."""
    context = _page(visit, organisation_id, ImageOrder(), error=error)
    return visit.html("images.html", context, twin=_twin(organisation_id), status=error.status)


def _page(
    visit: Visit, organisation_id: str, chosen: ImageOrder, *, error: ProeftuinError | None = None
) -> dict[str, Any]:
    visit.require_sign_in()
    view = visit.images.all(visit.principal, organisation_id, chosen)
    base = f"/mijn/images/{organisation_id}"
    order = {} if chosen.sort == ImageOrder().sort else {"sort": chosen.sort}
    return {
        "view": view,
        "base": base,
        "chosen": chosen,
        "sort_addresses": {name: f"{base}?sort={turned(chosen.sort, name)}" for name in SORTS},
        "next_url": f"{base}?{urlencode({**order, 'cursor': view.next})}" if view.next else None,
        "first_url": f"{base}?{urlencode(order)}".rstrip("?") if chosen.cursor else None,
        "error": error,
        "faults": Faults(fields_in_error(error) if error else {}),
        "findings": _findings(error),
    }


def _findings(error: ProeftuinError | None) -> list[ImageFinding]:
    """What forbids an image, and what helps."""
    return [ImageFinding.of(one) for one in (error.extra.get("findings", []) if error else []) if one["fatal"]]
