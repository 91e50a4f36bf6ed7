"""Write which employee gives which role to whom for a time; the caller writes alone (`locking`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vlavirgem.store.asking import ask_number

if TYPE_CHECKING:
    from datetime import date

    from vlavirgem.store.connection import DictConnection, Row

HELD = """(
    SELECT medewerker_id, rol_id, van, tot FROM toegangsrechten
    UNION ALL
    SELECT d.nemer_id, t.rol_id, d.van, d.tot FROM delegaties d JOIN toegangsrechten t ON t.id = d.toegangsrecht_id
)"""
"""SQL for what employees may do in which period: by a right of their own, or by one that a colleague gave."""
_OWN = "SELECT id, van, tot FROM toegangsrechten t WHERE medewerker_id = %(giver)s AND rol_id = %(role)s"
_PERIOD = "daterange(%(begins)s::date, %(ends)s::date)"


@dataclass(frozen=True, slots=True)
class Delegation:
    """What is to be given.

    Attributes:
        giver: The employee who gives.
        taker: The employee who gets it.
        role: The number of the role.
        begins: First day.
        ends: First day on which it no longer counts.
    """

    giver: int
    taker: int
    role: int
    begins: date
    ends: date

    def values(self) -> dict[str, int | date]:
        """Give the values of our queries."""
        return {
            "giver": self.giver,
            "taker": self.taker,
            "role": self.role,
            "begins": self.begins,
            "ends": self.ends,
        }


def own_right(connection: DictConnection, wanted: Delegation) -> int | None:
    """Give the access right by which the giver has the role for as long as it is to be given."""
    row = connection.execute(
        f"{_OWN} AND daterange(van, tot) @> {_PERIOD} ORDER BY id LIMIT 1".encode(), wanted.values()
    ).fetchone()
    return None if row is None else int(row["id"])


def has_part_of_it(connection: DictConnection, wanted: Delegation) -> bool:
    """Say whether the giver has the role by a right on some of the days."""
    return _any(connection, f"{_OWN} AND daterange(van, tot) && {_PERIOD}", wanted)


def got_it(connection: DictConnection, wanted: Delegation) -> bool:
    """Say whether the giver only got the role from a colleague on some of the days."""
    return _any(
        connection,
        "SELECT 1 FROM delegaties d JOIN toegangsrechten t ON t.id = d.toegangsrecht_id"  # noqa: S608 - ours
        f" WHERE d.nemer_id = %(giver)s AND t.rol_id = %(role)s AND daterange(d.van, d.tot) && {_PERIOD}",
        wanted,
    )


def taker_has_it(connection: DictConnection, wanted: Delegation) -> bool:
    """Say whether who is to get the role has it already on some of the days, also from somebody else."""
    return _any(
        connection,
        f"SELECT 1 FROM {HELD} h WHERE medewerker_id = %(taker)s AND rol_id = %(role)s"  # noqa: S608 - ours
        f" AND daterange(van, tot) && {_PERIOD}",
        wanted,
    )


def is_given_already(connection: DictConnection, right: int, wanted: Delegation) -> bool:
    """Say whether an access right is given to a colleague already on some of the days."""
    return _any(
        connection,
        f"SELECT 1 FROM delegaties WHERE toegangsrecht_id = %(right)s AND daterange(van, tot) && {_PERIOD}",  # noqa: S608 - ours
        wanted,
        right=right,
    )


def delegate(connection: DictConnection, wanted: Delegation, *, right: int, reason: str, note: str | None) -> int:
    """Write a delegation, and give its number."""
    return ask_number(
        connection,
        "INSERT INTO delegaties (toegangsrecht_id, gever_id, nemer_id, van, tot, voorzien_tot, reden, toelichting)"
        " VALUES (%(right)s, %(giver)s, %(taker)s, %(begins)s, %(ends)s, %(ends)s, %(reason)s, %(note)s) RETURNING id",
        {"right": right, "reason": reason, "note": note, **wanted.values()},
    )


def end_delegation(connection: DictConnection, number: int, *, ends: date) -> None:
    """Let a delegation end earlier than was agreed."""
    connection.execute("UPDATE delegaties SET tot = %s WHERE id = %s", [ends, number])


def end_those_of(connection: DictConnection, right: int, *, ends: date) -> list[int]:
    """Let all delegations of an access right end with it, and give their numbers."""
    rows: list[Row] = connection.execute(
        "UPDATE delegaties SET tot = greatest(van, %(ends)s::date)"
        " WHERE toegangsrecht_id = %(right)s AND tot > greatest(van, %(ends)s::date) RETURNING id",
        {"right": right, "ends": ends},
    ).fetchall()
    return sorted(row["id"] for row in rows)


def _any(connection: DictConnection, query: str, wanted: Delegation, **more: int) -> bool:
    return connection.execute(query.encode(), {**wanted.values(), **more}).fetchone() is not None
