"""What somebody was entitled to and when: roles of employees, mandates and offices in one list, with their periods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vlavirgem.generation.governance.functions import Status
from vlavirgem.store.asking import ask_number

if TYPE_CHECKING:
    from datetime import date

    from vlavirgem.store.connection import DictConnection, Row

RIGHT, MANDATE, OFFICE, DELEGATION = "toegangsrecht", "mandataris", "functionaris", "delegatie"
KINDS = (RIGHT, MANDATE, OFFICE, DELEGATION)
"""Where an authority comes from: also the kind in the identifier of what it is based on."""


@dataclass(frozen=True, slots=True)
class Authority:
    """What one person was entitled to during one period.

    Attributes:
        place: Where it stands in the list of all.
        kind: One of `KINDS`.
        number: Number of the row that it comes from.
        person: Number of the inhabitant; none for who lives elsewhere.
        employee: Number of the employee; none for mandates and offices.
        holder: Name.
        ground: Code of the role, or the function in words.
        name: The role or the function in words.
        organisation: Number of the organisation.
        begins: First day.
        ends: First day on which it no longer counts; none while it does.
        domains: Policy domains.
        successor: Number of the mandatary who took over.
        giver: Number of the employee whose role it is, when it is given for a time.
    """

    place: int
    kind: str
    number: int
    person: int | None
    employee: int | None
    holder: str
    ground: str
    name: str
    organisation: int
    begins: date
    ends: date | None
    domains: tuple[str, ...]
    successor: int | None
    giver: int | None = None

    def counts_on(self, day: date) -> bool:
        """Say whether it counts on a day."""
        return self.begins <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which authorities are asked for.

    Attributes:
        person: Of this inhabitant.
        employee: Of this employee.
        kind: Of this kind.
        grounds: By one of these roles or functions.
        day: That count on this day.
    """

    person: int | None = None
    employee: int | None = None
    kind: str | None = None
    grounds: tuple[str, ...] | None = None
    day: date | None = None

    def where(self) -> tuple[str, list[Any]]:
        """Give our SQL and its values."""
        grounds = None if self.grounds is None else list(self.grounds)
        asked = (
            ("persoon = %s", self.person),
            ("medewerker = %s", self.employee),
            ("soort = %s", self.kind),
            ("grond = ANY(%s)", grounds),
            ("daterange(van, tot) @> %s::date", self.day),
        )
        given = [(clause, value) for clause, value in asked if value is not None]
        return " AND ".join(["van < coalesce(tot, 'infinity')", *(clause for clause, _ in given)]), [
            value for _, value in given
        ]


def read_authorities(
    connection: DictConnection, wanted: Wanted, *, after: int = 0, limit: int | None = None
) -> list[Authority]:
    """Read authorities after a place in the list, at most `limit`."""
    where, values = wanted.where()
    query = f"{_ALL} SELECT * FROM alle WHERE plaats > %s AND {where} ORDER BY plaats LIMIT %s"  # noqa: S608 - ours
    return [_authority(row) for row in connection.execute(query.encode(), [after, *values, limit])]


def count_authorities(connection: DictConnection, wanted: Wanted) -> int:
    """Count what `read_authorities` gives in the end."""
    where, values = wanted.where()
    return ask_number(connection, f"{_ALL} SELECT count(*) FROM alle WHERE {where}", values)  # noqa: S608 - ours


def read_person(connection: DictConnection, number: int) -> Row | None:
    """Read an inhabitant: name and day of death."""
    return connection.execute(
        "SELECT voornaam || ' ' || achternaam AS naam, overlijdensdatum FROM personen WHERE id = %s", [number]
    ).fetchone()


def read_employee(connection: DictConnection, number: int) -> Row | None:
    """Read an employee: name, and first and last day."""
    return connection.execute(
        "SELECT voornaam || ' ' || achternaam AS naam, van, tot FROM medewerkers WHERE id = %s", [number]
    ).fetchone()


def give_right(connection: DictConnection, *, employee: int, role: int, begins: date, ends: date | None) -> int:
    """Give an employee a role, and give the number of the access right."""
    return ask_number(
        connection,
        "INSERT INTO toegangsrechten (medewerker_id, rol_id, van, tot) VALUES (%s, %s, %s, %s) RETURNING id",
        [employee, role, begins, ends],
    )


def end_right(connection: DictConnection, number: int, *, ends: date) -> None:
    """Let an access right end on a day."""
    connection.execute("UPDATE toegangsrechten SET tot = %s WHERE id = %s", [ends, number])


def has_right(connection: DictConnection, *, employee: int, role: int, begins: date, ends: date | None) -> bool:
    """Say whether an employee has a role already on some day of a period."""
    row = connection.execute(
        "SELECT 1 FROM toegangsrechten WHERE medewerker_id = %s AND rol_id = %s"
        " AND daterange(van, tot) && daterange(%s::date, %s::date)",
        [employee, role, begins, ends],
    ).fetchone()
    return row is not None


def role_exists(connection: DictConnection, number: int) -> bool:
    """Say whether there is a role with a number."""
    return connection.execute("SELECT 1 FROM rollen WHERE id = %s", [number]).fetchone() is not None


def _authority(row: Row) -> Authority:
    return Authority(
        place=row["plaats"],
        kind=row["soort"],
        number=row["nummer"],
        person=row["persoon"],
        employee=row["medewerker"],
        holder=row["houder"],
        ground=row["grond"],
        name=row["naam"],
        organisation=row["organisatie"],
        begins=row["van"],
        ends=row["tot"],
        domains=tuple(row["domeinen"] or ()),
        successor=row["opvolger"],
        giver=row["gever"],
    )


_ALL = f"""
WITH bronnen AS (
    SELECT t.id * 4 AS plaats, 'toegangsrecht' AS soort, t.id AS nummer, m.persoon_id AS persoon, m.id AS medewerker,
        m.voornaam || ' ' || m.achternaam AS houder, r.code AS grond, r.naam, m.organisatie_id AS organisatie,
        greatest(t.van, m.van) AS van, least(t.tot, m.tot) AS tot, NULL::text[] AS domeinen, NULL::bigint AS opvolger,
        NULL::bigint AS gever
    FROM toegangsrechten t JOIN medewerkers m ON m.id = t.medewerker_id JOIN rollen r ON r.id = t.rol_id
    UNION ALL
    SELECT m.id * 4 + 1, 'mandataris', m.id, m.persoon_id, NULL, NULL, a.functie_naam, a.functie_naam,
        e.organisatie_id, (m.start AT TIME ZONE 'Europe/Brussels')::date,
        (m.einde AT TIME ZONE 'Europe/Brussels')::date + 1, m.beleidsdomeinen,
        (SELECT min(o.id) FROM mandatarissen o WHERE o.opvolger_van_id = m.id), NULL
    FROM mandatarissen m JOIN mandaten a ON a.id = m.mandaat_id
    JOIN bestuursorganen_in_tijd t ON t.id = a.orgaan_in_tijd_id JOIN bestuursorganen b ON b.id = t.bestuursorgaan_id
    JOIN bestuurseenheden e ON e.id = b.bestuurseenheid_id WHERE m.status <> '{Status.PREVENTED}'
    UNION ALL
    SELECT f.id * 4 + 2, 'functionaris', f.id, f.persoon_id, NULL, NULL, f.functie_naam, f.functie_naam,
        e.organisatie_id, (f.start AT TIME ZONE 'Europe/Brussels')::date, NULL, NULL, NULL, NULL
    FROM functionarissen f JOIN bestuursorganen b ON b.id = f.bestuursorgaan_id
    JOIN bestuurseenheden e ON e.id = b.bestuurseenheid_id
    UNION ALL
    SELECT d.id * 4 + 3, 'delegatie', d.id, m.persoon_id, m.id, m.voornaam || ' ' || m.achternaam, r.code, r.naam,
        m.organisatie_id, greatest(d.van, m.van), least(d.tot, m.tot), NULL, NULL, d.gever_id
    FROM delegaties d JOIN medewerkers m ON m.id = d.nemer_id JOIN toegangsrechten t ON t.id = d.toegangsrecht_id
    JOIN rollen r ON r.id = t.rol_id
), alle AS (
    SELECT b.plaats, b.soort, b.nummer, b.persoon, b.medewerker,
        coalesce(b.houder, p.voornaam || ' ' || p.achternaam) AS houder, b.grond, b.naam, b.organisatie, b.van,
        least(b.tot, p.overlijdensdatum) AS tot, b.domeinen, b.opvolger, b.gever
    FROM bronnen b LEFT JOIN personen p ON p.id = b.persoon
)
"""  # noqa: S608 - a code of ours
