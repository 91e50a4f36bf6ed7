"""What `infra/README.md` says about identity is what the code does."""

from __future__ import annotations

import inspect
from pathlib import Path

from proeftuin.identity import errors
from proeftuin.identity.synthetic import PERSONS
from proeftuin_kernel.auth import ROLE_PERMISSIONS, Permission, Role
from proeftuin_kernel.errors import ProeftuinError

README = Path(__file__).parents[3] / "infra" / "README.md"


def table(heading: str) -> list[list[str]]:
    """Read the rows of the first table under a heading, without its head."""
    section = README.read_text().split(f"\n{heading}\n", 1)[1]
    lines = [line for line in section.split("\n#", 1)[0].splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_error_code_of_identity_is_explained() -> None:
    """A code that somebody quotes can be looked up."""
    present = {
        (error.code, str(error.status), error.title.nl, error.title.en)
        for _, error in inspect.getmembers(errors, inspect.isclass)
        if error.__module__ == errors.__name__ and issubclass(error, ProeftuinError)
    }

    assert present == {tuple(row) for row in table("### Error codes of identity")}


def test_the_table_of_permissions_is_the_one_that_is_enforced() -> None:
    """`admin` in the table is narrower than the role's permission, or wider for the audit log."""
    shown = {row[0]: row[1:] for row in table("### Permissions by role")}
    expected = {str(permission): [_cell(permission, role) for role in Role] for permission in Permission}

    assert expected == shown


def _cell(permission: Permission, role: Role) -> str:
    for_admins = {Permission.AUDIT_READ, Permission.ORGANISATION_MANAGE}
    if permission in for_admins and role not in {Role.VISITOR, Role.OPERATOR}:
        return "admin"
    return "yes" if permission in ROLE_PERMISSIONS[role] else ""


def test_the_test_persons_are_listed() -> None:
    """One can choose whom to be."""
    listed = [tuple(row) for row in table("### Signing in")]

    assert [
        (one.subject, one.name, one.organisation or "–", str(one.level) if one.organisation else "–")
        for one in PERSONS
    ] == listed
