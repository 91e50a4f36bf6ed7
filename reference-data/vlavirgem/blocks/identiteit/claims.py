"""What the provider tells about somebody: the claims of ACM/IDM, by scope.

Source: authenticatie.vlaanderen.be, OIDC, scopes en claims. A role claim is `{toepassing}_rol_3d`, a list of
`rol:organisatie`; here the applications are those of the town's own role codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vlavirgem.report.wording import Both
from vlavirgem.store.accounts import CITIZEN, MANAGER, read_represented, read_roles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vlavirgem.store.accounts import Account
    from vlavirgem.store.connection import DictConnection

OPENID, PROFILE, EMAIL, NUMBER, FLANDERS, REPRESENTATIVE = (
    "openid",
    "profile",
    "email",
    "rrn",
    "vo",
    "wettelijkvertegenwoordiger",
)
_ROLES_SUFFIX = "_rol_3d"


@dataclass(frozen=True, slots=True)
class Scope:
    """A kind of data.

    Attributes:
        name: As applications ask it.
        text: What it shows, in words.
        claims: Names of its claims.
    """

    name: str
    text: Both
    claims: tuple[str, ...]


SCOPES = (
    Scope(OPENID, Both("Een nummer dat enkel u herkent", "A number that only recognises you"), ("sub",)),
    Scope(PROFILE, Both("Uw naam", "Your name"), ("name", "given_name", "family_name")),
    Scope(EMAIL, Both("Uw e-mailadres", "Your e-mail address"), ("email", "email_verified")),
    Scope(NUMBER, Both("Uw rijksregisternummer", "Your national number"), ("rrn",)),
    Scope(
        FLANDERS,
        Both("Voor wie u werkt of handelt", "For whom you work or act"),
        ("vo_id", "vo_doelgroepcode", "vo_doelgroepnaam", "vo_orgcode", "vo_orgnaam", "vo_email"),
    ),
    Scope(
        REPRESENTATIVE,
        Both("Welke organisaties u vertegenwoordigt", "Which organisations you represent"),
        ("wv_orgcode",),
    ),
)
_BY_NAME = {scope.name: scope for scope in SCOPES}
_GROUPS = {CITIZEN: ("BUR", "Burgers"), MANAGER: ("EA", "Economische actoren")}
_LOCAL = ("LB", "Lokale besturen")


def describe_scope(name: str) -> Both:
    """Say what a scope shows."""
    known = _BY_NAME.get(name)
    return known.text if known else Both(f"Uw rollen in de toepassing {name}", f"Your roles in the application {name}")


def claims_of_scope(name: str, *, applications: Iterable[str]) -> tuple[str, ...]:
    """Name the claims of a scope; those that the town does not know have none."""
    known = _BY_NAME.get(name)
    if known:
        return known.claims
    return (f"{name}{_ROLES_SUFFIX}",) if name in applications else ()


def scope_of_claim(claim: str) -> str | None:
    """Name the scope that a claim belongs to, for who asks one claim by its name (OpenID Connect Core, 5.5)."""
    if claim.endswith(_ROLES_SUFFIX):
        return claim.removesuffix(_ROLES_SUFFIX)
    return next((scope.name for scope in SCOPES if claim in scope.claims), None)


def read_claims(
    connection: DictConnection, account: Account, *, scopes: Iterable[str], tells_number: bool = True
) -> dict[str, Any]:
    """Read what scopes tell about somebody today.

    Args:
        connection: A connection.
        account: Who.
        scopes: Names of scopes.
        tells_number: Whether they signed in by a means that tells the national number.
    """
    wanted = set(scopes)
    claims: dict[str, Any] = {"sub": account.subject}
    if PROFILE in wanted:
        claims |= {"name": account.name, "given_name": account.given_name, "family_name": account.family_name}
    if EMAIL in wanted and account.mail is not None:
        claims |= {"email": account.mail, "email_verified": True}
    if NUMBER in wanted and account.insz is not None and tells_number:
        claims["rrn"] = account.insz
    if FLANDERS in wanted:
        claims |= _flanders(account)
    if REPRESENTATIVE in wanted and (represented := read_represented(connection, account)):
        claims["wv_orgcode"] = represented
    by_application: dict[str, list[str]] = {}
    for role in read_roles(connection, account):
        by_application.setdefault(role.partition("-")[0], []).append(f"{role}:{account.code}")
    claims |= {f"{name}{_ROLES_SUFFIX}": roles for name, roles in by_application.items() if name in wanted}
    return {name: value for name, value in claims.items() if value is not None}


def _flanders(account: Account) -> dict[str, Any]:
    code, name = _GROUPS.get(account.kind, _LOCAL)
    claims: dict[str, Any] = {"vo_id": account.account_id, "vo_doelgroepcode": code, "vo_doelgroepnaam": name}
    if account.organisation is not None:
        claims |= {"vo_orgcode": account.code, "vo_orgnaam": account.organisation, "vo_email": account.mail}
    return claims
