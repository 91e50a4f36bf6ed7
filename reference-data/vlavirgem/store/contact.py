"""Write in the contact database: a consent is given or withdrawn, somebody wants to be reached in another way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vlavirgem.store.asking import ask_number
from vlavirgem.store.today import town_day

if TYPE_CHECKING:
    from vlavirgem.store.connection import DictConnection

ON_PAPER = "Passief"
"""The contact channel of who is reached by letter or at the desk (OSLO's code list Contactkanaal)."""
SIGN_IN = "aanmelding:"
"""What the code of a processing activity begins with when it is about what an application sees."""
YEARS = 5
"""So long a consent counts."""
COUNTS = "t.status = 'toegelaten' AND t.ingetrokken_op IS NULL AND (t.vervalt_op IS NULL OR t.vervalt_op > %s)"
"""Whether a consent counts on a day."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the data do not allow something.

    Attributes:
        name: The member of the body that it is about.
        nl: Why, in Dutch.
        en: The same in English.
    """

    name: str
    nl: str
    en: str


def lives_here(connection: DictConnection, person: int) -> bool:
    """Say whether somebody is an inhabitant today: who died or left can no longer be reached."""
    row = connection.execute(
        "SELECT 1 FROM personen WHERE id = %s AND huishouden_id IS NOT NULL AND overlijdensdatum IS NULL", [person]
    ).fetchone()
    return row is not None


def why_no_consent(connection: DictConnection, *, person: int, activity: int) -> Refusal | None:
    """Say why somebody cannot consent to a processing activity; None when they can."""
    known = connection.execute(
        "SELECT (SELECT code FROM verwerkingsactiviteiten WHERE id = %s) AS code,"  # noqa: S608 - ours
        " EXISTS (SELECT 1 FROM toestemmingen t WHERE t.persoon_id = %s AND t.verwerkingsactiviteit_id = %s"
        f" AND {COUNTS}) AS telt".encode(),
        [activity, person, activity, town_day(connection)],
    ).fetchone()
    assert known is not None  # noqa: S101 - it always gives one row
    if not lives_here(connection, person):
        return Refusal("persoonId", "deze persoon woont er niet", "This person does not live here.")
    if known["code"] is None:
        return Refusal("activiteitId", "deze verwerkingsactiviteit is er niet", "There is no such activity.")
    if known["code"].startswith(SIGN_IN):
        return Refusal(
            "activiteitId", "dit vraagt een toepassing bij het aanmelden", "An application asks this on signing in."
        )
    if known["telt"]:
        return Refusal("activiteitId", "deze persoon stemde al toe", "This person consents already.")
    return None


def add_consent(connection: DictConnection, *, person: int, activity: int, channel: str) -> int:
    """Note that somebody consents from today on, and give the number of the consent."""
    day = town_day(connection)
    return ask_number(
        connection,
        "INSERT INTO toestemmingen (persoon_id, verwerkingsactiviteit_id, status, kanaal, gegeven_op, vervalt_op)"
        " VALUES (%s, %s, 'toegelaten', %s, %s, %s::date + make_interval(years => %s)) RETURNING id",
        [person, activity, channel, day, day, YEARS],
    )


def end_consent(connection: DictConnection, number: int) -> str | None:
    """Note that a consent is withdrawn today.

    Gives the application that it was about; None when it was about something else.
    """
    row = connection.execute(
        "UPDATE toestemmingen t SET status = 'geweigerd', ingetrokken_op = %s FROM verwerkingsactiviteiten v"
        " WHERE t.id = %s AND v.id = t.verwerkingsactiviteit_id RETURNING v.code",
        [town_day(connection), number],
    ).fetchone()
    code: str = row["code"] if row else ""
    return code.split(":")[1] if code.startswith(SIGN_IN) else None


def set_preference(connection: DictConnection, number: int, *, channel: str, ebox: bool) -> None:
    """Note how somebody wants to be reached from today on."""
    connection.execute(
        "UPDATE contactvoorkeuren SET kanaal = %s, digitaal = %s, ebox = %s, sinds = %s WHERE id = %s",
        [channel, channel != ON_PAPER, ebox, town_day(connection), number],
    )
