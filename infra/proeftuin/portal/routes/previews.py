"""Let others see a component: make a link, look oneself, end a link."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Form
from starlette.responses import Response

from proeftuin.portal.routes.common import Name, PreviewId, SandboxId, keep_secret, new_router, whole_number
from proeftuin.portal.views.previews import LONGEST, MOST_MINUTES, address_of
from proeftuin.portal.visit import VisitDep

if TYPE_CHECKING:
    from proeftuin.portal.views.sandboxes import SandboxView
    from proeftuin.portal.visit import Visit

router = new_router()

LINK_COOKIE: Final = "nieuwe_link"
LOOK_COOKIE: Final = "bekijken"
_LINK_SECONDS: Final = 120
_LOOK_SECONDS: Final = 3600
_MADE = re.compile(r"(prv-[0-9a-hjkmnp-tv-z]{26})(/voorbeeld/[A-Za-z0-9_-]{43}/)")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
FormText = Annotated[str, Form()]


@router.post("/proeftuin/{sandbox_id}/componenten/{name}/voorbeeldlink")
def share_component(visit: VisitDep, sandbox_id: SandboxId, name: Name, hoelang: FormText = "") -> Response:
    """Make a link. It travels to the next page in a short-lived cookie that only that page gets."""
    minutes = None if hoelang == LONGEST else whole_number(hoelang, name="hoelang", least=1, most=MOST_MINUTES)
    made = visit.sandboxes.share(visit.principal, sandbox_id, name, minutes=minutes)
    response = visit.go(f"/proeftuin/{sandbox_id}#meekijken", message="link-gemaakt")
    value, path = made.id + made.address, f"/proeftuin/{sandbox_id}"
    keep_secret(visit, response, LINK_COOKIE, value, seconds=_LINK_SECONDS, path=path)
    return response


@router.post("/proeftuin/{sandbox_id}/componenten/{name}/bekijken")
def look_at_component(visit: VisitDep, sandbox_id: SandboxId, name: Name) -> Response:
    """Open the component itself through the platform, with a link of the reader's own."""
    held = visit.request.cookies.get(LOOK_COOKIE, "")
    token = visit.sandboxes.look(visit.principal, sandbox_id, name, token=held if _TOKEN.fullmatch(held) else None)
    response = visit.go(address_of(token))
    keep_secret(visit, response, LOOK_COOKIE, token, seconds=_LOOK_SECONDS, path=visit.request.url.path)
    return response


@router.post("/proeftuin/{sandbox_id}/voorbeeldlinks/{preview_id}/intrekken")
def end_preview(visit: VisitDep, sandbox_id: SandboxId, preview_id: PreviewId) -> Response:
    """End a link."""
    visit.sandboxes.unshare(visit.principal, sandbox_id, preview_id)
    return visit.go(f"/proeftuin/{sandbox_id}#meekijken", message="link-ingetrokken")


def just_made(visit: Visit, view: SandboxView) -> dict[str, Any] | None:
    """Give the link that was just made, whole, and what is known of it; None when there is none."""
    match = _MADE.fullmatch(visit.request.cookies.get(LINK_COOKIE, ""))
    row = next((one for one in view.previews if match and one.id == match[1]), None)
    if match is None or row is None:
        return None
    here = visit.desks.public_url or str(visit.request.base_url)
    return {"address": here.rstrip("/") + match[2], "row": row}
