"""Which roles employees of a town that lives have, and which they gave to one another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from vlavirgem.living.handlers import HANDLING_ROLES

if TYPE_CHECKING:
    from datetime import date

    from vlavirgem.living.state import Source


class Right(NamedTuple):
    """An access right: whose, to which role, and from when until when."""

    employee: int
    role: int
    since: date
    until: date | None


@dataclass(slots=True)
class Delegation:
    """A role that somebody gave to a colleague."""

    right: int
    giver: int
    taker: int
    since: date
    until: date


@dataclass(slots=True)
class Roles:
    """Who has which role.

    Attributes:
        rights: Access rights, by number.
        delegations: Roles that are or were given to a colleague, by number.
        handling: Numbers of the roles that give the right to handle cases: those stay with who has them.
        leave: Until when those work who leave, by number.
    """

    rights: dict[int, Right] = field(default_factory=dict)
    delegations: dict[int, Delegation] = field(default_factory=dict)
    handling: set[int] = field(default_factory=set)
    leave: dict[int, date] = field(default_factory=dict)

    def has(self, employee: int, role: int, *, since: date, until: date) -> bool:
        """Say whether somebody has a role on some day of a period, also when it is a colleague's."""
        return any(
            one.employee == employee and one.role == role and one.since < until and since < (one.until or until)
            for one in self.rights.values()
        ) or any(
            one.taker == employee and self.rights[one.right].role == role
            for one in self.delegations.values()
            if one.since < until and since < one.until
        )

    def is_free(self, employee: int, *, since: date, until: date) -> bool:
        """Say whether somebody works all of a period, and neither stands in for anybody nor is replaced then."""
        last = self.leave.get(employee)
        return (last is None or until <= last) and not any(
            employee in (one.giver, one.taker)
            for one in self.delegations.values()
            if one.since < until and since < one.until
        )


def read_roles(source: Source) -> Roles:
    """Read who has which role."""
    found = Roles()
    found.handling = {number for number, code in source.rows("rollen", "id", "code") if code in HANDLING_ROLES}
    for number, *right in source.rows("toegangsrechten", "id", "medewerker_id", "rol_id", "van", "tot"):
        found.rights[number] = Right(*right)
    for number, *given in source.rows("delegaties", "id", "toegangsrecht_id", "gever_id", "nemer_id", "van", "tot"):
        found.delegations[number] = Delegation(*given)
    found.leave = {number: last for number, last in source.rows("medewerkers", "id", "tot") if last is not None}
    return found
