"""Collects the rows that one event adds, changes and takes away, with what the registers keep of people's lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlavirgem.living.events import Changes, Happening
from vlavirgem.living.state import Residence

if TYPE_CHECKING:
    from datetime import date

    from vlavirgem.living.state import Household, Person, State

BIRTH, MARRIAGE, DIVORCE, LOSS, MOVE, DEATH = (
    "geboorte", "huwelijk", "echtscheiding", "weduwschap", "verhuizing", "overlijden",
)  # fmt: skip
_BELGIUM = "BEL"
_MAIN_RESIDENCE = "hoofdverblijf"


class Ledger:
    """The rows of one event; a row is in it once, however often it changes.

    Args:
        state: The town, which gives numbers to new rows.
        today: The day of the event.
    """

    def __init__(self, state: State, *, today: date) -> None:
        self.state = state
        self.today = today
        self._changes = Changes()

    def add(self, table: str, row: dict[str, Any]) -> None:
        """Add a whole row."""
        self._changes.added.setdefault(table, []).append(row)

    def change(self, table: str, number: int, **columns: Any) -> None:
        """Give a row other values; what was said of it before in this event stays."""
        for rows in (self._changes.added.get(table, ()), self._changes.changed.get(table, ())):
            for row in rows:
                if row["id"] == number:
                    row.update(columns)
                    return
        self._changes.changed.setdefault(table, []).append({"id": number, **columns})

    def remove(self, table: str, number: int) -> None:
        """Take a row away, and what was said of it before in this event."""
        changed = self._changes.changed
        if table in changed:
            changed[table] = [row for row in changed[table] if row["id"] != number]
            if not changed[table]:
                del changed[table]
        self._changes.removed.setdefault(table, []).append(number)

    def happening(self, kind: str, subject: str) -> Happening:
        """Give what happened, with its rows."""
        return Happening(kind, subject, self._changes)

    def note(
        self,
        person: Person,
        kind: str,
        *,
        partner: int | None = None,
        address: int | None = None,
        on: date | None = None,
    ) -> None:
        """Add a row to `persoonsgebeurtenissen`, of today unless another day is given."""
        self.add(
            "persoonsgebeurtenissen",
            {
                "id": self.state.next_number("persoonsgebeurtenissen"),
                "persoon_id": person.id,
                "type": kind,
                "datum": (on or self.today).isoformat(),
                "partner_id": partner,
                "adres_id": address,
            },
        )

    def settle(
        self,
        person: Person,
        *,
        address: int | None,
        town: str | None = None,
        land: str = _BELGIUM,
        since: date | None = None,
    ) -> None:
        """Have somebody live somewhere from today on, as `verblijven` has it.

        Args:
            person: Who.
            address: An address of this town; none elsewhere.
            town: The name of the town, none abroad.
            land: The country.
            since: The first day, if not today: for a residence before the next one.
        """
        first = since or self.today
        place = {"adres_id": address, "gemeente": self.state.name if address is not None else town, "land": land}
        before = person.residence
        if before is not None and before.since == first:  # nobody lives at two places from one day on
            self.change("verblijven", before.id, soort=_MAIN_RESIDENCE, **place)
            return
        if before is not None:
            self.change("verblijven", before.id, tot=first.isoformat())
        person.residence = Residence(
            id=self.state.next_number("verblijven"), place=before.place + 1 if before else 1, since=first
        )
        self.add(
            "verblijven",
            {
                "id": person.residence.id,
                "persoon_id": person.id,
                "volgnummer": person.residence.place,
                "soort": _MAIN_RESIDENCE,
                **place,
                "van": first.isoformat(),
                "tot": None,
            },
        )

    def end_residence(self, person: Person) -> None:
        """Have somebody live nowhere any more; who came today never did."""
        residence = person.residence
        if residence is None:
            return
        if residence.since == self.today:
            self.remove("verblijven", residence.id)
        else:
            self.change("verblijven", residence.id, tot=self.today.isoformat())

    def rewrite(self, person: Person) -> None:
        """Write what may change of a person: role, civil status, household, address."""
        household = self.state.households[person.household]
        self.change(
            "personen",
            person.id,
            rol=person.role,
            burgerlijke_staat=person.civil_status,
            huishouden_id=household.id,
            adres_id=household.address,
        )

    def rewrite_household(self, household: Household) -> None:
        """Write what may change of a household: its kind, address, head and size."""
        members = self.state.members(household.id)
        self.change(
            "huishoudens",
            household.id,
            type=household.kind,
            adres_id=household.address,
            gezinshoofd_id=next(one.id for one in members if one.role == "gezinshoofd"),
            aantal_leden=len(members),
        )
