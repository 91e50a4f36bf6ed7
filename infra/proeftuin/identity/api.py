"""The identity API: who am I, organisations and members, API tokens, the audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response, status
from pydantic import AwareDatetime

from proeftuin.identity.audit import AuditService
from proeftuin.identity.records import AuditFilter
from proeftuin.identity.service import IdentityService
from proeftuin.identity.sessions import SessionService
from proeftuin.identity.shapes import (
    MEMBER_ID,
    ORGANISATION_ID,
    PRINTABLE,
    TOKEN_ID,
    AuditOut,
    MemberChange,
    MemberIn,
    MemberOut,
    MeOut,
    MyOrganisationOut,
    NewTokenOut,
    OrganisationChange,
    OrganisationIn,
    OrganisationOut,
    SessionsEndedOut,
    TokenIn,
    TokenOut,
)
from proeftuin.identity.tokens import TokenService
from proeftuin_kernel.auth import Role
from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.text import Text
from proeftuin_kernel.web import (
    PROBLEMS,
    WRITTEN,
    CursorDep,
    LimitDep,
    Page,
    PrincipalDep,
    decode_cursor,
    encode_cursor,
    provided,
)

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)

IdentityDep = Annotated[IdentityService, Depends(provided(IdentityService))]
TokensDep = Annotated[TokenService, Depends(provided(TokenService))]
SessionsDep = Annotated[SessionService, Depends(provided(SessionService))]
AuditDep = Annotated[AuditService, Depends(provided(AuditService))]
OrganisationId = Annotated[str, Path(pattern=ORGANISATION_ID)]
MemberId = Annotated[str, Path(pattern=MEMBER_ID)]
TokenId = Annotated[str, Path(pattern=TOKEN_ID)]
_LARGEST_NUMBER = 2**63 - 1  # a PostgreSQL bigint


@router.get("/me", tags=["me"])
def read_me(principal: PrincipalDep, identity: IdentityDep) -> MeOut:
    """Tell who you are, for which organisations you act, and what you may do for each."""
    memberships = identity.memberships(principal)
    return MeOut(
        id=principal.person_id or "",
        name=principal.name,
        organisations=[MyOrganisationOut.of(one, principal) for one in memberships],
        is_operator=principal.is_operator,
        token=principal.token_id,
        scopes=None if principal.scopes is None else sorted(principal.scopes),
    )


@router.delete("/me/sessions", tags=["me"])
def close_sessions(principal: PrincipalDep, sessions: SessionsDep) -> SessionsEndedOut:
    """Sign yourself out of every browser, this one included."""
    return SessionsEndedOut(ended=sessions.close_all_sessions(principal))


@router.get("/organisations", tags=["organisations"])
def list_organisations(
    principal: PrincipalDep, identity: IdentityDep, cursor: CursorDep = None, limit: LimitDep = 50
) -> Page[OrganisationOut]:
    """List your organisations by short name; the operator sees all."""
    found, total = identity.organisations(principal, after=_text(cursor), limit=limit)
    following = encode_cursor(found[-1].slug) if len(found) == limit else None
    return Page(items=[OrganisationOut.of(one) for one in found], next=following, total=total)


@router.post("/organisations", tags=["organisations"], status_code=status.HTTP_201_CREATED)
def create_organisation(
    body: OrganisationIn, response: Response, principal: PrincipalDep, identity: IdentityDep
) -> OrganisationOut:
    """Add an organisation. For the operator."""
    made = identity.create_organisation(principal, slug=body.slug, kind=Role(body.kind), name=body.name, kbo=body.kbo)
    response.headers["Location"] = f"/api/v1/organisations/{made.id}"
    return OrganisationOut.of(made)


@router.get("/organisations/{organisation_id}", tags=["organisations"])
def read_organisation(
    organisation_id: OrganisationId, principal: PrincipalDep, identity: IdentityDep
) -> OrganisationOut:
    """Show one of your organisations."""
    return OrganisationOut.of(identity.organisation(principal, organisation_id))


@router.patch("/organisations/{organisation_id}", tags=["organisations"])
def change_organisation(
    organisation_id: OrganisationId, body: OrganisationChange, principal: PrincipalDep, identity: IdentityDep
) -> OrganisationOut:
    """Change the name or the enterprise number. For its administrators."""
    kbo = (body.kbo or "") if "kbo" in body.model_fields_set else None
    return OrganisationOut.of(identity.change_organisation(principal, organisation_id, name=body.name, kbo=kbo))


@router.get("/organisations/{organisation_id}/members", tags=["organisations"])
def list_members(
    organisation_id: OrganisationId,
    principal: PrincipalDep,
    identity: IdentityDep,
    cursor: CursorDep = None,
    limit: LimitDep = 50,
) -> Page[MemberOut]:
    """List the members of one of your organisations, oldest first."""
    found, total = identity.members(principal, organisation_id, after=_text(cursor), limit=limit)
    following = encode_cursor(found[-1].id) if len(found) == limit else None
    return Page(items=[MemberOut.of(one) for one in found], next=following, total=total)


@router.post("/organisations/{organisation_id}/members", tags=["organisations"], status_code=status.HTTP_201_CREATED)
def add_member(
    organisation_id: OrganisationId,
    body: MemberIn,
    response: Response,
    principal: PrincipalDep,
    identity: IdentityDep,
) -> MemberOut:
    """Make a person a member, also before their first sign-in. For administrators."""
    made = identity.add_member(principal, organisation_id, subject=body.subject, level=body.level)
    response.headers["Location"] = f"/api/v1/organisations/{organisation_id}/members/{made.id}"
    return MemberOut.of(made)


@router.get("/organisations/{organisation_id}/members/{member_id}", tags=["organisations"])
def read_member(
    organisation_id: OrganisationId, member_id: MemberId, principal: PrincipalDep, identity: IdentityDep
) -> MemberOut:
    """Show a member."""
    return MemberOut.of(identity.member(principal, organisation_id, member_id))


@router.patch("/organisations/{organisation_id}/members/{member_id}", tags=["organisations"])
def change_member(
    organisation_id: OrganisationId,
    member_id: MemberId,
    body: MemberChange,
    principal: PrincipalDep,
    identity: IdentityDep,
) -> MemberOut:
    """Make a member administrator, or no longer. For administrators."""
    return MemberOut.of(identity.change_member(principal, organisation_id, member_id, level=body.level))


@router.delete(
    "/organisations/{organisation_id}/members/{member_id}",
    tags=["organisations"],
    status_code=status.HTTP_204_NO_CONTENT,
)
def remove_member(
    organisation_id: OrganisationId, member_id: MemberId, principal: PrincipalDep, identity: IdentityDep
) -> None:
    """Remove a member and revoke their tokens; adding the person again undoes the removal. One may remove oneself."""
    identity.remove_member(principal, organisation_id, member_id)


@router.get("/tokens", tags=["tokens"])
def list_tokens(
    *,
    organisation: Annotated[str, Query(pattern=ORGANISATION_ID, description="Whose tokens.")],
    principal: PrincipalDep,
    tokens: TokensDep,
    cursor: CursorDep = None,
    limit: LimitDep = 50,
) -> Page[TokenOut]:
    """List the tokens of an organisation, newest first: your own, or everybody's for an administrator."""
    found, total = tokens.tokens(principal, organisation, after=_text(cursor), limit=limit)
    now = tokens.now()
    following = encode_cursor(found[-1].id) if len(found) == limit else None
    return Page(items=[TokenOut.of(one, now) for one in found], next=following, total=total)


@router.post("/tokens", tags=["tokens"], status_code=status.HTTP_201_CREATED)
def create_token(body: TokenIn, response: Response, principal: PrincipalDep, tokens: TokensDep) -> NewTokenOut:
    """Make a token. Its secret is in this answer and nowhere else. Only from a browser session."""
    made = tokens.create_token(
        principal, body.organisation, name=body.name, scopes=frozenset(body.scopes), days=body.days
    )
    response.headers["Location"] = f"/api/v1/tokens/{made.token.id}"
    response.headers["Cache-Control"] = "no-store"
    return NewTokenOut.of(made, made.token.created_at)


@router.get("/tokens/{token_id}", tags=["tokens"])
def read_token(token_id: TokenId, principal: PrincipalDep, tokens: TokensDep) -> TokenOut:
    """Show a token, without its secret."""
    return TokenOut.of(tokens.token(principal, token_id), tokens.now())


@router.delete("/tokens/{token_id}", tags=["tokens"], status_code=status.HTTP_204_NO_CONTENT)
def revoke_token(token_id: TokenId, principal: PrincipalDep, tokens: TokensDep) -> None:
    """End a token at once and for good."""
    tokens.revoke_token(principal, token_id)


@router.get("/audit", tags=["audit"])
def list_audit(
    *,
    principal: PrincipalDep,
    audit: AuditDep,
    organisation: Annotated[str | None, Query(pattern=ORGANISATION_ID, description="On whose behalf.")] = None,
    actor: Annotated[str | None, Query(pattern="^per-[0-9a-hjkmnp-tv-z]{26}$", description="Who.")] = None,
    action: Annotated[
        str | None, Query(max_length=80, pattern="^[a-z_]+(?:[.][a-z_]+)*$", description="Such as `member.add`.")
    ] = None,
    subject: Annotated[str | None, Query(max_length=200, pattern=PRINTABLE, description="What changed.")] = None,
    since: Annotated[AwareDatetime | None, Query(description="From this moment on."), WRITTEN] = None,
    until: Annotated[AwareDatetime | None, Query(description="Before this moment."), WRITTEN] = None,
    cursor: CursorDep = None,
    limit: LimitDep = 50,
) -> Page[AuditOut]:
    """List who changed what, newest first: all of it for the operator, that of their organisations for others."""
    wanted = AuditFilter(organisation, actor, action, subject, since, until)
    found = audit.facts(principal, wanted, after=_number(cursor), limit=limit)
    following = encode_cursor(found[-1].id) if len(found) == limit else None
    return Page(items=[AuditOut.of(one) for one in found], next=following)


def _text(cursor: str | None) -> str | None:
    key = decode_cursor(cursor, size=1)
    if key is None:
        return None
    if not isinstance(key[0], str) or not key[0].isascii() or not key[0].isprintable():
        raise _not_ours()
    return key[0]


def _number(cursor: str | None) -> int | None:
    key = decode_cursor(cursor, size=1)
    if key is None:
        return None
    if type(key[0]) is not int or not 0 <= key[0] <= _LARGEST_NUMBER:
        raise _not_ours()
    return key[0]


def _not_ours() -> BadInputError:
    return BadInputError(
        Text(
            nl="De cursor is ongeldig. Begin opnieuw bij de eerste pagina.",
            en="The cursor is not valid. Start again at the first page.",
        )
    )
