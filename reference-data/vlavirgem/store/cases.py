"""Write cases: open one, give it its next status. History is only ever added to.

The caller writes alone (`locking`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vlavirgem.caseload import last_day
from vlavirgem.casework import case_number, handler_of
from vlavirgem.process import CaseType, case_types, phase_of, step_of
from vlavirgem.store.handovers import choose_at_the_desk, take_in

if TYPE_CHECKING:
    from datetime import datetime

    from vlavirgem.store.connection import DictConnection, Row


@dataclass(frozen=True, slots=True)
class NewCase:
    """What an applicant asks for; numbers refer to rows that were checked to exist."""

    product: int
    applicant: int
    place: int | None
    title: str


def open_case(connection: DictConnection, case: NewCase, *, case_type: CaseType, now: datetime) -> int:
    """Open a case with its first status and step, and give its number."""
    number: int = _only(connection, "SELECT nextval(pg_get_serial_sequence('dossiers', 'id')) AS value")
    first = case_type.road[0]
    handler = choose_at_the_desk(connection, applicant=case.applicant, day=now.date())
    connection.execute(
        """
        INSERT INTO dossiers (id, dossiernummer, dossiertype, titel, product_id, aanvrager_id, behandelaar_id,
            medewerker_id, adres_id, status, statusdatum, informatieclassificatie, openingsdatum, uiterste_datum,
            sluitingsdatum, versie, gewijzigd)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'intern', %s, %s, NULL, 1, %s)
        """,
        [
            number, case_number(number, year=now.year), case_type.code, case.title, case.product, case.applicant,
            handler_of(case.applicant), handler, case.place, first, now.date(), now.date(),
            last_day(now.date(), term=case_type.term), now,
        ],
    )  # fmt: skip
    _add_status(connection, number, status=first, note=None, now=now)
    _add_step(connection, number, step=step_of(first), now=now)
    take_in(connection, number, handler=handler, now=now)
    return number


def read_case(connection: DictConnection, number: int) -> Row | None:
    """Read a case as it is kept."""
    return connection.execute("SELECT * FROM dossiers WHERE id = %s", [number]).fetchone()


def set_status(connection: DictConnection, case: Row, *, status: str, note: str | None, now: datetime) -> None:
    """Give a case a status that its process allows next; the caller checked that."""
    number = case["id"]
    is_end = case_types()[case["dossiertype"]].is_end(status)
    connection.execute(
        "UPDATE dossiers SET status = %s, statusdatum = %s, versie = versie + 1, gewijzigd = %s, sluitingsdatum = %s"
        " WHERE id = %s",
        [status, now.date(), now, now.date() if is_end else None, number],
    )
    _add_status(connection, number, status=status, note=note, now=now)
    step = step_of(status)
    if step != step_of(case["status"]):
        _end_steps(connection, number, now=now)
        _add_step(connection, number, step=step, now=now)
    if is_end:
        _end_steps(connection, number, now=now)


def _add_status(connection: DictConnection, number: int, *, status: str, note: str | None, now: datetime) -> None:
    connection.execute(
        """
        INSERT INTO dossierstatussen (dossier_id, volgnummer, status, fase, tijdstip, toelichting)
        SELECT %(case)s, count(*) + 1, %(status)s, %(phase)s, %(now)s, %(note)s
        FROM dossierstatussen WHERE dossier_id = %(case)s
        """,
        {"case": number, "status": status, "phase": phase_of(status), "now": now, "note": note},
    )


def _add_step(connection: DictConnection, number: int, *, step: str | None, now: datetime) -> None:
    if step is not None:
        connection.execute(
            "INSERT INTO procedurestappen (dossier_id, stap, startdatum) VALUES (%s, %s, %s)",
            [number, step, now.date()],
        )


def _end_steps(connection: DictConnection, number: int, *, now: datetime) -> None:
    connection.execute(
        "UPDATE procedurestappen SET einddatum = %s WHERE dossier_id = %s AND einddatum IS NULL",
        [now.date(), number],
    )


def _only(connection: DictConnection, query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None  # noqa: S101 - the query always gives one row
    return row["value"]
