"""What the operator of the platform sees and does. Who is one, the service decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from fastapi import Form, Query
from starlette.responses import Response

from proeftuin.portal.problems import fields_in_error
from proeftuin.portal.routes.common import ID, new_router, page, plain_text, turned
from proeftuin.portal.views.forms import Faults
from proeftuin.portal.views.operator import SORTS, Filter
from proeftuin.portal.views.sandboxes import STATES
from proeftuin.portal.visit import Visit, VisitDep
from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proeftuin_kernel.errors import ProeftuinError

router = new_router()

ADDRESS = "/beheer/proeftuinen"
_TWIN = "/api/v1/operator/sandboxes"
_LONGEST_REASON = 300
_FILTERED = (
    "queued",
    "requested",
    "provisioning",
    "quarantined",
    "ready",
    "suspended",
    "expiring",
    "failed",
    "destroyed",
)
_PATTERNS = {
    "state": "|".join(_FILTERED),
    "sort": "|".join(f"-?{sort}" for sort in SORTS),
}
FormText = Annotated[str, Form()]
State = Annotated[str, Query(pattern=f"^({_PATTERNS['state']})?$")]
Organisation = Annotated[str, Query(pattern=rf"^(org-{ID})?$")]
Sort = Annotated[str, Query(pattern=f"^({_PATTERNS['sort']})$")]
Cursor = Annotated[str | None, Query(max_length=500)]


@page(router, ADDRESS)
def overview(
    visit: VisitDep,
    *,
    staat: State = "",
    organisatie: Organisation = "",
    sort: Sort = "-geopend",
    cursor: Cursor = None,
) -> Response:
    """Is everything well?"""
    chosen = Filter(state=staat, organisation=organisatie, sort=sort, cursor=cursor)
    return visit.page("beheer.html", lambda: _page(visit, chosen), twin=_TWIN)


@router.post(f"{ADDRESS}/afsluiting")
def begin_cordon(visit: VisitDep, reden_nl: FormText = "", reden_en: FormText = "") -> Response:
    """Let no new sandboxes in, and say why."""
    visit.require_sign_in()
    try:
        reason = Text(
            nl=plain_text(reden_nl, name="reden_nl", most=_LONGEST_REASON),
            en=plain_text(reden_en, name="reden_en", most=_LONGEST_REASON),
        )
    except BadInputError as error:
        context = _page(visit, Filter(), error=error, given={"reden_nl": reden_nl, "reden_en": reden_en})
        return visit.html("beheer.html", context, twin=_TWIN, status=error.status)
    visit.operator.cordon(visit.principal, reason)
    return visit.go(ADDRESS, message="afgesloten")


@router.post(f"{ADDRESS}/afsluiting/opheffen")
def end_cordon(visit: VisitDep) -> Response:
    """Let new sandboxes in again."""
    visit.require_sign_in()
    visit.operator.uncordon(visit.principal)
    return visit.go(ADDRESS, message="opengesteld")


def _page(
    visit: Visit,
    chosen: Filter,
    *,
    error: ProeftuinError | None = None,
    given: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    visit.require_sign_in()
    view = visit.operator.overview(visit.principal, chosen)
    reason = view.cordon.reason if view.cordon else Text(nl="", en="")
    return {
        "view": view,
        "is_filtered": bool(chosen.state or chosen.organisation),
        "filter_states": [(state, STATES[state]) for state in _FILTERED],
        "sort_addresses": {name: _address(chosen, sort=turned(chosen.sort, name)) for name in SORTS},
        "next_url": _address(chosen, cursor=view.next) if view.next else None,
        "first_url": _address(chosen) if chosen.cursor else None,
        "given": given or {"reden_nl": reason.nl, "reden_en": reason.en},
        "error": error,
        "faults": Faults(fields_in_error(error) if error else {}),
    }


def _address(chosen: Filter, **changes: str) -> str:
    fields = {"staat": chosen.state, "organisatie": chosen.organisation, "sort": chosen.sort, **changes}
    query = urlencode({name: value for name, value in fields.items() if value})
    return f"{ADDRESS}?{query}"
