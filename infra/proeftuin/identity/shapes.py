"""The JSON of the identity API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from proeftuin.identity.models import NAME_LENGTH
from proeftuin.identity.records import Level, TokenState
from proeftuin.identity.service import SLUG_LENGTH
from proeftuin.identity.tokens import DEFAULT_DAYS, MAX_DAYS
from proeftuin_kernel.auth import Permission, Role
from proeftuin_kernel.web import WHOLE, ApiModel

if TYPE_CHECKING:
    from proeftuin.identity.records import ApiToken, AuditEntry, Member, Membership, NewToken, Organisation
    from proeftuin_kernel.auth import Principal

ULID = "[0-9a-hjkmnp-tv-z]{26}"
ORGANISATION_ID = f"^org-{ULID}$"
MEMBER_ID = f"^mem-{ULID}$"
TOKEN_ID = f"^tok-{ULID}$"
PRINTABLE = r"^[^\x00-\x20\x7f-\xa0](?:[^\x00-\x1f\x7f-\x9f]*[^\x00-\x20\x7f-\xa0])?$"
"""A line of text: no control characters, no spaces around it."""

Name = Annotated[str, Field(max_length=NAME_LENGTH, pattern=PRINTABLE)]
Kbo = Annotated[
    str,
    Field(
        description="Enterprise number (KBO): ten digits, the last two are 97 − (the first eight modulo 97). "
        "Spaces, dots and BE in front are ignored.",
        examples=["0999309044"],
        json_schema_extra={"format": "kbo"},
    ),
]
Kind = Literal["startup", "vendor", "municipality", "researcher", "operator"]


class OrganisationOut(ApiModel):
    """An organisation."""

    id: str
    slug: str
    kind: Role
    name: str
    kbo: str | None
    created_at: datetime

    @classmethod
    def of(cls, organisation: Organisation) -> OrganisationOut:
        """Show an organisation."""
        return cls.model_validate(organisation)


class OrganisationIn(ApiModel):
    """A new organisation."""

    slug: str = Field(
        max_length=SLUG_LENGTH,
        pattern="^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$",
        description="Short name in addresses; unique.",
        examples=["leverancier-voorbeeld"],
    )
    kind: Kind = Field(description="Decides what its members may do.")
    name: Name
    kbo: Kbo | None = None


class OrganisationChange(ApiModel):
    """What changes; what is left out stays. `null` removes the enterprise number."""

    name: Name | None = None
    kbo: Kbo | None = None


class MyOrganisationOut(ApiModel):
    """An organisation of yours, and what you may do for it."""

    id: str
    slug: str
    kind: Role
    name: str
    level: Level
    permissions: list[Permission]

    @classmethod
    def of(cls, membership: Membership, principal: Principal) -> MyOrganisationOut:
        """Show an organisation to one of its members."""
        organisation = membership.organisation
        return cls(
            id=organisation.id,
            slug=organisation.slug,
            kind=organisation.kind,
            name=organisation.name,
            level=membership.level,
            permissions=[one for one in Permission if principal.may(one, organisation=organisation.id)],
        )


class MeOut(ApiModel):
    """Who you are to the platform."""

    id: str
    name: str
    organisations: list[MyOrganisationOut]
    is_operator: bool
    token: str | None = Field(description="Id of the API token in use; null for a browser session.")
    scopes: list[Permission] | None = Field(description="The only rights of the token; null for a browser session.")


class PersonOut(ApiModel):
    """A person, as the other members see them."""

    id: str
    subject: str = Field(description="What the identity provider calls the person.")
    name: str
    last_sign_in_at: datetime | None


class MemberOut(ApiModel):
    """A member of an organisation."""

    id: str
    organisation: str
    person: PersonOut
    level: Level
    created_at: datetime

    @classmethod
    def of(cls, member: Member) -> MemberOut:
        """Show a member."""
        return cls.model_validate(member)


class MemberIn(ApiModel):
    """A person to add."""

    subject: str = Field(
        max_length=255,
        pattern=PRINTABLE,
        description="What the identity provider calls the person (claim `sub`);.",
        examples=["test-niemand"],
    )
    level: Level = Level.MEMBER


class MemberChange(ApiModel):
    """Another level for a member."""

    level: Level


class TokenOut(ApiModel):
    """An API token, without its secret."""

    id: str
    name: str
    organisation: str
    person: str = Field(description="Id of who made it, and as whom it acts.")
    person_name: str
    scopes: list[Permission]
    state: TokenState
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = Field(description="To the hour.")
    revoked_at: datetime | None

    @classmethod
    def of(cls, token: ApiToken, now: datetime) -> TokenOut:
        """Show a token as it is at a moment."""
        return cls(
            id=token.id,
            name=token.name,
            organisation=token.organisation,
            person=token.person,
            person_name=token.person_name,
            scopes=sorted(token.scopes),
            state=token.state(now),
            created_at=token.created_at,
            expires_at=token.expires_at,
            last_used_at=token.last_used_at,
            revoked_at=token.revoked_at,
        )


class TokenIn(ApiModel):
    """A new API token."""

    organisation: str = Field(pattern=ORGANISATION_ID, description="The only organisation for which it works.")
    name: Name = Field(description="What it is for.")
    scopes: list[Permission] = Field(
        max_length=len(Permission),
        description="The only rights it has; an empty list makes a token that can only say whose it is.",
    )
    days: Annotated[int, Field(ge=1, le=MAX_DAYS), WHOLE] = Field(
        default=DEFAULT_DAYS, description="Lifetime in days."
    )


class NewTokenOut(ApiModel):
    """A token just made. This is the only time that its secret is shown."""

    token: TokenOut
    secret: str = Field(description="Send as `Authorization: Bearer <secret>`.")

    @classmethod
    def of(cls, new: NewToken, now: datetime) -> NewTokenOut:
        """Show a new token with its secret."""
        return cls(token=TokenOut.of(new.token, now), secret=new.secret)


class SessionsEndedOut(ApiModel):
    """How many browsers were signed out."""

    ended: int


class AuditOut(ApiModel):
    """Who changed what, and when."""

    id: int
    at: datetime
    actor: str | None = Field(description="Id of the person; null for the platform itself.")
    actor_name: str
    token: str | None = Field(description="Id of the API token that was used.")
    action: str = Field(examples=["member.add"])
    subject: str = Field(description="Id of the thing that changed.")
    organisation: str | None
    request_id: str | None
    details: dict[str, object]

    @classmethod
    def of(cls, entry: AuditEntry) -> AuditOut:
        """Show an audit fact."""
        return cls.model_validate(entry)
