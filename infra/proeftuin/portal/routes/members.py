"""The members of an organisation: look, add, give rights, remove, leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Form, Query
from starlette.responses import Response

from proeftuin.portal.problems import fields_in_error
from proeftuin.portal.routes.common import ID, MemberId, OrganisationId, new_router, page, plain_text, wrong
from proeftuin.portal.views.forms import Faults
from proeftuin.portal.views.people import LEVELS
from proeftuin.portal.visit import Visit, VisitDep
from proeftuin_kernel.errors import BadInputError, ConflictError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proeftuin_kernel.errors import ProeftuinError

router = new_router()

FormText = Annotated[str, Form()]
Cursor = Annotated[str | None, Query(pattern=rf"^mem-{ID}$")]
_LONGEST_SUBJECT = 255


@page(router, "/mijn/leden/{organisation_id}")
def members(visit: VisitDep, organisation_id: OrganisationId, cursor: Cursor = None) -> Response:
    """Who belongs to us, and what may they do?"""
    return visit.page("leden.html", lambda: _page(visit, organisation_id, cursor=cursor), twin=_twin(organisation_id))


@router.post("/mijn/leden/{organisation_id}")
def add_member(
    visit: VisitDep, organisation_id: OrganisationId, kenmerk: FormText = "", mag: FormText = ""
) -> Response:
    """Add a member."""
    visit.require_sign_in()
    try:
        visit.people.add_member(
            visit.principal,
            organisation_id,
            subject=plain_text(kenmerk, name="kenmerk", most=_LONGEST_SUBJECT),
            is_admin=_manages(mag),
        )
    except (BadInputError, ConflictError) as error:
        given = {"kenmerk": kenmerk, "mag": mag}
        return _again(visit, organisation_id, error=error, given=given)
    return visit.go(f"/mijn/leden/{organisation_id}", message="lid-toegevoegd")


@router.post("/mijn/leden/{organisation_id}/{member_id}/rechten")
def change_member(
    visit: VisitDep, organisation_id: OrganisationId, member_id: MemberId, mag: FormText = ""
) -> Response:
    """Let a member manage the organisation, or only work for it."""
    visit.require_sign_in()
    try:
        visit.people.change_member(visit.principal, organisation_id, member_id, is_admin=_manages(mag))
    except ConflictError as error:
        return _again(visit, organisation_id, error=error)
    return visit.go(f"/mijn/leden/{organisation_id}", message="lid-gewijzigd")


@router.get("/mijn/leden/{organisation_id}/{member_id}/verwijderen")
def confirm_removal(visit: VisitDep, organisation_id: OrganisationId, member_id: MemberId) -> Response:
    """Ask whether the member must go."""
    visit.require_sign_in()
    view = visit.people.members(visit.principal, organisation_id, cursor=None)
    member = visit.people.member(visit.principal, organisation_id, member_id)
    words = _LEAVE if member.is_reader else _REMOVE
    filled = [one.format(name=member.name, organisation=view.organisation, subject=member.subject) for one in words]
    return visit.html(
        "bevestig.html",
        {
            "question": filled[0],
            "consequences": filled[2:],
            "yes": filled[1],
            "action": f"/mijn/leden/{organisation_id}/{member_id}/verwijderen",
            "back": f"/mijn/leden/{organisation_id}",
            "name": Text(nl="Leden", en="Members").in_(visit.language),
            "up": "/mijn",
            "up_words": Text(nl="Mijn organisatie", en="My organisation"),
            "danger": True,
        },
        twin=_twin(organisation_id),
    )


@router.post("/mijn/leden/{organisation_id}/{member_id}/verwijderen")
def remove_member(visit: VisitDep, organisation_id: OrganisationId, member_id: MemberId) -> Response:
    """Take a person out of the organisation; everybody may leave."""
    visit.require_sign_in()
    try:
        leaves = visit.people.member(visit.principal, organisation_id, member_id).is_reader
        visit.people.remove_member(visit.principal, organisation_id, member_id)
    except ConflictError as error:
        return _again(visit, organisation_id, error=error)
    if leaves:
        return visit.go("/mijn", message="organisatie-verlaten")
    return visit.go(f"/mijn/leden/{organisation_id}", message="lid-verwijderd")


_REMOVE = (
    Text(nl="Wilt u {name} uit {organisation} halen?", en="Do you want to remove {name} from {organisation}?"),
    Text(nl="Ja, verwijder", en="Yes, remove"),
    Text(
        nl="Deze persoon ziet dan niets meer van de organisatie, en de tokens die de persoon ervoor maakte, "
        "werken meteen niet meer.",
        en="This person will see nothing of the organisation any more, and the tokens that the person made for it "
        "stop working at once.",
    ),
    Text(
        nl="U kunt dit ongedaan maken: voeg de persoon weer toe met het kenmerk {subject}. "
        "De tokens komen niet terug.",
        en="You can undo this: add the person again with the identifier {subject}. The tokens do not come back.",
    ),
)
"""Question, answer, then the consequences."""
_LEAVE = (
    Text(nl="Wilt u {organisation} verlaten?", en="Do you want to leave {organisation}?"),
    Text(nl="Ja, verlaat", en="Yes, leave"),
    Text(
        nl="U ziet dan niets meer van de organisatie, en de tokens die u ervoor maakte, werken meteen niet meer.",
        en="You will see nothing of the organisation any more, and the tokens that you made for it stop at once.",
    ),
    Text(
        nl="Alleen een beheerder van de organisatie kan u weer toevoegen, met het kenmerk {subject}.",
        en="Only an administrator of the organisation can add you again, with the identifier {subject}.",
    ),
)


def _manages(level: str) -> bool:
    if level not in {one.value for one in LEVELS}:
        raise wrong("mag", Text(nl="Kies wat het lid mag.", en="Choose what the member may do."))
    return level == "beheren"


def _twin(organisation_id: str) -> str:
    return f"/api/v1/organisations/{organisation_id}/members"


def _again(
    visit: Visit, organisation_id: str, *, error: ProeftuinError, given: Mapping[str, str] | None = None
) -> Response:
    """Show the page again with what went wrong; nothing that was filled in is lost."""
    context = _page(visit, organisation_id, error=error, given=given)
    return visit.html("leden.html", context, twin=_twin(organisation_id), status=error.status)


def _page(
    visit: Visit,
    organisation_id: str,
    *,
    cursor: str | None = None,
    error: ProeftuinError | None = None,
    given: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    visit.require_sign_in()
    view = visit.people.members(visit.principal, organisation_id, cursor=cursor)
    base = f"/mijn/leden/{organisation_id}"
    return {
        "view": view,
        "base": base,
        "levels": LEVELS,
        "next_url": f"{base}?cursor={view.next}" if view.next else None,
        "first_url": base if cursor else None,
        "given": given or {"kenmerk": "", "mag": "meewerken"},
        "error": error,
        "faults": Faults(fields_in_error(error) if error else {}),
    }
