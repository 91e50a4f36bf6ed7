"""Whose decision it is what an application sees, and whether they still let it.

Asked before a code is given, and again whenever a token is used: a consent can be withdrawn at `/mijn`, at the contact
database or in the database itself, and one day it expires.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.blocks.identiteit.claims import OPENID, claims_of_scope, scope_of_claim
from vlavirgem.store.accounts import CITIZEN, MANAGER, find_account, read_applications_with_roles
from vlavirgem.store.consents import consented
from vlavirgem.store.tokens import revoke_chain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vlavirgem.blocks.identiteit.requests import Visit
    from vlavirgem.store.accounts import Account
    from vlavirgem.store.connection import DictConnection, Row


def decides(account: Account) -> bool:
    """Say whether a person decides what is told; for who signs in at work the employer does."""
    return account.person is not None and account.kind in (CITIZEN, MANAGER)


def telling_scopes(connection: DictConnection, *, scopes: Iterable[str], claims: Iterable[str]) -> list[str]:
    """Name the scopes that tell something about a person beside who it is, also those of claims asked by name."""
    applications = read_applications_with_roles(connection)
    asked = dict.fromkeys([*scopes, *(scope_of_claim(name) or "" for name in claims)])
    return [name for name in asked if name != OPENID and claims_of_scope(name, applications=applications)]


def find_bearer(visit: Visit, row: Row) -> Account | None:
    """Find whom a code or token is about; nobody when they cannot sign in any more, or no longer consent.

    What was given on a consent that ended is taken back, so that a later consent does not bring it to life again.
    """
    account = find_account(visit.connection, row["account"])
    if account is None or account.person is None or not decides(account):
        return account
    telling = telling_scopes(visit.connection, scopes=row["scope"].split(), claims=row["gegevens"].get("claims", ()))
    if not telling or consented(visit.connection, person=account.person, client_id=row["client_id"]) >= set(telling):
        return account
    revoke_chain(visit.connection, row["keten"])
    return None
