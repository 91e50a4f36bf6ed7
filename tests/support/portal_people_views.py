"""Members, tokens and organisations as the pages show them, for tests. Nobody exists."""

from __future__ import annotations

from datetime import timedelta

from proeftuin.portal.views.asking import Choice
from proeftuin.portal.views.audit import AuditLine
from proeftuin.portal.views.people import Member, MembersView, MineView, Organisation, Token
from support.portal_names import NOW, ORGANISATION, SANDBOX, TAIL, TOKEN, both

MEMBERS = (
    Member(id=f"mem-{TAIL}", name="Synthia Proef", subject="synthia", is_admin=True, is_reader=True),
    Member(id=f"mem-{'1' * 26}", name="Tess Test", subject="tess"),
    Member(id=f"mem-{'2' * 26}", name="nieuw", subject="nieuw-lid-met-een-lang-kenmerk", has_signed_in=False),
)


def members(organisation: str) -> MembersView:
    """Somebody who manages, somebody who takes part, and somebody who never signed in."""
    return MembersView(
        organisation_id=organisation,
        organisation="Voorbeeld-start-up",
        may_manage=organisation == ORGANISATION,
        members=MEMBERS,
        total=len(MEMBERS),
    )


def mine() -> MineView:
    """An administrator with tokens in every state."""
    scopes = ("sandbox:read", "sandbox:manage", "run:request")
    return MineView(
        person="Synthia Proef",
        subject="synthia",
        organisations=(
            Organisation(
                id=ORGANISATION,
                name="Voorbeeld-start-up",
                role="startup",
                may_manage=True,
                members=MEMBERS[:2],
                audit=(AuditLine(at=NOW, who="Synthia Proef", action="sandbox.create", subject=SANDBOX),),
            ),
        ),
        tokens=(
            Token(
                id=TOKEN, name="CI", scopes=scopes[:2], created=NOW, expires=NOW + timedelta(days=90), last_used=NOW
            ),
            Token(id=f"tok-{'1' * 26}", name="Oud", scopes=scopes[:1], created=NOW, expires=NOW, state="expired"),
        ),
        scopes=tuple(Choice(value=scope, label=both(scope)) for scope in scopes),
    )
