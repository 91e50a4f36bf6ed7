"""Who can handle cases in a town that lives, and who of them gets one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vlavirgem.acts import find_act
from vlavirgem.casework import draw_of
from vlavirgem.numbering import STRIDE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from vlavirgem.living.chance import Chance
    from vlavirgem.living.state import Source
    from vlavirgem.process import CaseType

_HANDLE = find_act("dossier.behandelen")
HANDLING_ROLES = () if _HANDLE is None else _HANDLE.roles
"""Codes of the roles that give the right to handle cases."""


@dataclass(slots=True)
class Handlers:
    """Employees with the right to handle cases, also those who had it once.

    Attributes:
        at: Their numbers, by wijk and service.
        rights: The periods in which each has the right: first day, and the day after the last one.
    """

    at: dict[tuple[int, str], list[int]] = field(default_factory=dict)
    rights: dict[int, list[tuple[date, date | None]]] = field(default_factory=dict)

    def may(self, number: int, *, on: date) -> bool:
        """Say whether somebody may handle cases on a day."""
        return any(since <= on and (until is None or on < until) for since, until in self.rights.get(number, ()))

    def choose(
        self, chance: Chance, case_type: CaseType, *, service: str, case: int, applicant: int, on: date
    ) -> int | None:
        """Choose who of a service gets a case; none when nobody at all may handle one.

        It is who the generator would have drawn. When that one may not any more it is the first colleague who may.

        Args:
            chance: The random numbers of cases.
            case_type: The kind of case.
            service: The service.
            case: The number of the case.
            applicant: Who asked: those of the same wijk handle it.
            on: The day.
        """
        wijk = wijk_of(applicant)
        colleagues = self.at.get((wijk, service), [])
        if colleagues:
            column = draw_of(case_type, service)
            chosen = colleagues[chance.below(column, row=case, bound=len(colleagues))]
            if self.may(chosen, on=on):
                return chosen
        return next((one for one in self._nearest(wijk, service) if self.may(one, on=on)), None)

    def another(self, chance: Chance, *, handler: int, row: int, on: date) -> int | None:
        """Choose a colleague of the same service and wijk; one of the whole town when there is none."""
        desk = next((desk for desk, numbers in self.at.items() if handler in numbers), None)
        for numbers in ([] if desk is None else self.at[desk], sorted(self.rights)):
            others = [one for one in numbers if one != handler and self.may(one, on=on)]
            if others:
                return others[chance.below("overdracht-aan", row=row, bound=len(others))]
        return None

    def _nearest(self, wijk: int, service: str) -> Iterable[int]:
        """Give everybody: colleagues of the same desk first, then of the wijk, of the service, and all others."""
        return sorted(
            (one for numbers in self.at.values() for one in numbers),
            key={
                one: (desk != (wijk, service), desk[0] != wijk, desk[1] != service, one)
                for desk, numbers in self.at.items()
                for one in numbers
            }.__getitem__,
        )


def wijk_of(number: int) -> int:
    """Say which wijk a row belongs to, from its number."""
    return (number - 1) // STRIDE


def read_handlers(source: Source) -> Handlers:
    """Read who has, or had, the right to handle cases, also by a role that a colleague gave for a time."""
    roles = {number for number, code in source.rows("rollen", "id", "code") if code in HANDLING_ROLES}
    found = Handlers()
    handling = set()
    for number, employee, role, since, until in source.rows(
        "toegangsrechten", "id", "medewerker_id", "rol_id", "van", "tot"
    ):
        if role in roles:
            handling.add(number)
            found.rights.setdefault(employee, []).append((since, until))
    for right, employee, since, until in source.rows("delegaties", "toegangsrecht_id", "nemer_id", "van", "tot"):
        if right in handling:
            found.rights.setdefault(employee, []).append((since, until))
    services = dict(source.rows("medewerkers", "id", "dienst"))
    for number in sorted(found.rights):
        found.at.setdefault((wijk_of(number), services[number]), []).append(number)
    return found
