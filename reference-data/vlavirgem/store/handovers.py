"""Write who has a case in hand. Hand-overs are only ever added; the caller writes alone (`locking`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.casework import DESK, INTAKE
from vlavirgem.living.handlers import HANDLING_ROLES
from vlavirgem.numbering import STRIDE
from vlavirgem.store.asking import ask_number
from vlavirgem.store.delegations import HELD

if TYPE_CHECKING:
    from datetime import date, datetime

    from vlavirgem.store.connection import DictConnection, Row

_MAY = f"""EXISTS (
    SELECT 1 FROM {HELD} t JOIN rollen r ON r.id = t.rol_id
    WHERE t.medewerker_id = m.id AND r.code = ANY(%(roles)s) AND daterange(t.van, t.tot) @> %(day)s::date)"""  # noqa: S608 - ours


def choose_at_the_desk(connection: DictConnection, *, applicant: int, day: date) -> int:
    """Choose who takes in a case: somebody of the desk where the applicant lives.

    When nobody there has the right to handle cases it is a colleague who has, and somebody of the desk when nobody
    has: a case is never without a handler.
    """
    return ask_number(
        connection,
        f"""
        SELECT m.id FROM medewerkers m
        ORDER BY {_MAY} DESC, daterange(m.van, m.tot) @> %(day)s::date DESC, m.dienst = %(desk)s DESC,
            (m.id - 1) / %(stride)s = (%(applicant)s - 1) / %(stride)s DESC, m.id
        LIMIT 1
        """,  # noqa: S608 - a condition of ours
        {"roles": list(HANDLING_ROLES), "day": day, "desk": DESK, "stride": STRIDE, "applicant": applicant},
    )


def may_handle(connection: DictConnection, employee: int, *, day: date) -> bool | None:
    """Say whether an employee has the right to handle cases on a day; None when there is no such employee."""
    row = connection.execute(
        f"SELECT {_MAY} AS may FROM medewerkers m WHERE m.id = %(employee)s".encode(),  # noqa: S608 - idem
        {"roles": list(HANDLING_ROLES), "day": day, "employee": employee},
    ).fetchone()
    return None if row is None else bool(row["may"])


def take_in(connection: DictConnection, number: int, *, handler: int, now: datetime) -> None:
    """Write who has a new case."""
    _add(connection, number, giver=None, taker=handler, reason=INTAKE, note=None, now=now)


def hand_over(connection: DictConnection, case: Row, *, to: int, reason: str, note: str | None, now: datetime) -> None:
    """Give a case to another employee; the caller checked that it may be."""
    number = case["id"]
    connection.execute(
        "UPDATE dossiers SET medewerker_id = %s, versie = versie + 1, gewijzigd = %s WHERE id = %s",
        [to, now, number],
    )
    _add(connection, number, giver=case["medewerker_id"], taker=to, reason=reason, note=note, now=now)


def _add(
    connection: DictConnection,
    number: int,
    *,
    giver: int | None,
    taker: int,
    reason: str,
    note: str | None,
    now: datetime,
) -> None:
    connection.execute(
        """
        INSERT INTO overdrachten (dossier_id, volgnummer, tijdstip, overdrager_id, overnemer_id, reden, toelichting)
        SELECT %(case)s, count(*) + 1, %(now)s, %(giver)s, %(taker)s, %(reason)s, %(note)s
        FROM overdrachten WHERE dossier_id = %(case)s
        """,
        {"case": number, "now": now, "giver": giver, "taker": taker, "reason": reason, "note": note},
    )
