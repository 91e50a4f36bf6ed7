"""Ask for a sandbox, or look what one would be; the wish stands in the address, so that a look can be repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Form, Query
from starlette.responses import Response

from proeftuin.portal.problems import fields_in_error
from proeftuin.portal.routes.common import new_router, plain_text, whole_number
from proeftuin.portal.views.asking import MOST_MINUTES, Wish
from proeftuin.portal.views.forms import Faults
from proeftuin.portal.visit import Visit, VisitDep
from proeftuin_kernel.errors import ProeftuinError
from proeftuin_kernel.ids import is_dns_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proeftuin.portal.views.asking import NewSandbox, PlanView

router = new_router()

_LONGEST_NAME = 80
_UNNAMED = "proef"
FormText = Annotated[str, Form()]
QueryText = Annotated[str | None, Query(max_length=200)]


@router.get("/proeftuinen/nieuw")
def new_sandbox(
    visit: VisitDep,
    *,
    oplossing: QueryText = None,
    naam: QueryText = None,
    organisatie: QueryText = None,
    profiel: QueryText = None,
    zaad: QueryText = None,
    minuten: QueryText = None,
    plan: QueryText = None,
) -> Response:
    """Show the form for a new sandbox; with `plan` also what would be made.

    From the page of a solution it comes with a name.
    """
    fields = {"naam": naam, "organisatie": organisatie, "profiel": profiel, "zaad": zaad, "minuten": minuten}
    given = {name: value for name, value in fields.items() if value is not None}
    if oplossing and is_dns_label(oplossing):
        given["naam"] = oplossing
    return _form(visit, given, shows_plan=plan is not None)


@router.post("/proeftuinen")
def create_sandbox(
    visit: VisitDep,
    *,
    naam: FormText = "",
    organisatie: FormText = "",
    profiel: FormText = "",
    zaad: FormText = "",
    minuten: FormText = "",
) -> Response:
    """Open a sandbox and follow it."""
    given = {"naam": naam, "organisatie": organisatie, "profiel": profiel, "minuten": minuten}
    if zaad:
        given["zaad"] = zaad
    try:
        form = visit.sandboxes.form(visit.principal)
        wish = _wish(form, {**_defaults(form), **given}, name=plain_text(naam, name="naam", most=_LONGEST_NAME))
        sandbox_id = visit.sandboxes.create(visit.principal, wish)
    except ProeftuinError as error:
        if not visit.principal.is_signed_in:
            raise
        return _form(visit, given, error=error)
    return visit.go(f"/proeftuin/{sandbox_id}", message="aangevraagd")


def _defaults(form: NewSandbox) -> dict[str, str]:
    return {
        "naam": "",
        "organisatie": form.organisations[0].value if form.organisations else "",
        "profiel": form.profiles[0].value if form.profiles else "",
        "zaad": str(form.default_seed),
        "minuten": str(form.default_minutes),
    }


def _wish(form: NewSandbox, given: Mapping[str, str], *, name: str) -> Wish:
    """Read the form.

    Raises:
        BadInputError: a number is no number, or too small or large.
    """
    return Wish(
        organisation=given["organisatie"],
        name=name,
        profile=given["profiel"],
        seed=whole_number(given["zaad"], name="zaad", least=0, most=form.max_seed),
        minutes=whole_number(given["minuten"], name="minuten", least=1, most=MOST_MINUTES),
    )


def _form(
    visit: Visit, given: Mapping[str, str], *, error: ProeftuinError | None = None, shows_plan: bool = False
) -> Response:
    visit.require_sign_in()
    view = visit.sandboxes.form(visit.principal)
    filled = {**_defaults(view), **given}
    plan, fault = _plan(visit, view, filled)
    if error is None and shows_plan:
        error = fault
    context = {
        "view": view,
        "given": filled,
        "plan": plan,
        "shows_plan": shows_plan and plan is not None and error is None,
        "error": error,
        "faults": Faults(fields_in_error(error) if error else {}),
    }
    return visit.html("proeftuin_nieuw.html", context, twin="/api/v1/sandboxes", status=error.status if error else 200)


def _plan(visit: Visit, form: NewSandbox, given: Mapping[str, str]) -> tuple[PlanView | None, ProeftuinError | None]:
    """Look what would come of the wish: also for who only reads the form, because it says what is left."""
    if not form.organisations:
        return None, None
    try:
        return visit.sandboxes.plan(visit.principal, _wish(form, given, name=given["naam"].strip() or _UNNAMED)), None
    except ProeftuinError as error:
        return None, error
