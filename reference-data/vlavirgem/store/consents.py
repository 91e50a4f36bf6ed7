"""What inhabitants let applications see: rows of the town's own `toestemmingen`, with history, feed and linked data.

What an application does with one kind of data is a processing activity of its own (OSLO Toestemming), made the first
time somebody is asked: so each can be given and withdrawn apart. Its code is `aanmelding:{client_id}:{scope}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.store.asking import ask_number
from vlavirgem.store.contact import COUNTS, ON_PAPER, SIGN_IN, add_consent
from vlavirgem.store.today import town_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vlavirgem.store.connection import DictConnection, Row

_CONSENT, _ORDINARY = "3977", "8916"
"""OSLO's code lists: consent (GDPR article 6.1a), ordinary processing."""


def consented(connection: DictConnection, *, person: int, client_id: str) -> set[str]:
    """Give the scopes that a person lets an application see today."""
    prefix = f"{SIGN_IN}{client_id}:"
    rows = connection.execute(
        "SELECT substr(v.code, %s) AS scope FROM toestemmingen t"  # noqa: S608 - ours
        " JOIN verwerkingsactiviteiten v ON v.id = t.verwerkingsactiviteit_id"
        f" WHERE t.persoon_id = %s AND starts_with(v.code, %s) AND {COUNTS}".encode(),
        [len(prefix) + 1, person, prefix, town_day(connection)],
    )
    return {row["scope"] for row in rows}


def give_consent(
    connection: DictConnection, *, person: int, client_id: str, application: str, labels: Mapping[str, str]
) -> list[int]:
    """Note that a person lets an application see some data; gives the numbers of the new consents.

    Args:
        connection: A transaction in which nobody else writes.
        person: The inhabitant.
        client_id: The application.
        application: Its name.
        labels: Scopes, each with what it shows in words; what is consented already stays as it is.
    """
    given = consented(connection, person=person, client_id=client_id)
    numbers = []
    for scope, label in labels.items():
        if scope in given:
            continue
        activity = _activity(
            connection,
            f"{SIGN_IN}{client_id}:{scope}",
            label=f"{label} tonen aan {application}",
            application=application,
        )
        number = add_consent(connection, person=person, activity=activity, channel=ON_PAPER)
        numbers.append(number)
    return numbers


def withdraw_consent(connection: DictConnection, *, person: int, client_id: str) -> list[int]:
    """Note that a person no longer lets an application see anything; gives the numbers of the consents that end."""
    rows = connection.execute(
        "UPDATE toestemmingen t SET status = 'geweigerd', ingetrokken_op = %s FROM verwerkingsactiviteiten v"
        " WHERE v.id = t.verwerkingsactiviteit_id AND t.persoon_id = %s AND starts_with(v.code, %s)"
        " AND t.status = 'toegelaten' AND t.ingetrokken_op IS NULL RETURNING t.id",
        [town_day(connection), person, f"{SIGN_IN}{client_id}:"],
    )
    return [row["id"] for row in rows]


def read_given(connection: DictConnection, *, person: int) -> list[Row]:
    """Read all that a person ever let applications see, newest first.

    Rows have `client_id`, `scope`, the days, and whether they count today: `telt`.
    """
    return connection.execute(
        f"SELECT split_part(v.code, ':', 2) AS client_id, split_part(v.code, ':', 3) AS scope, {COUNTS} AS telt, t.*"  # noqa: S608 - ours
        " FROM toestemmingen t JOIN verwerkingsactiviteiten v ON v.id = t.verwerkingsactiviteit_id"
        " WHERE t.persoon_id = %s AND starts_with(v.code, %s) ORDER BY t.gegeven_op DESC, t.id DESC".encode(),
        [town_day(connection), person, SIGN_IN],
    ).fetchall()


def _activity(connection: DictConnection, code: str, *, label: str, application: str) -> int:
    row = connection.execute("SELECT id FROM verwerkingsactiviteiten WHERE code = %s", [code]).fetchone()
    if row is not None:
        return int(row["id"])
    return ask_number(
        connection,
        "INSERT INTO verwerkingsactiviteiten"
        " (code, label, toestemmingsvraag, verwerkingsgrond, type, organisatie_id)"
        " VALUES (%s, %s, %s, %s, %s, (SELECT min(id) FROM organisaties)) RETURNING id",
        [code, label, f"Mag {application} deze gegevens zien?", _CONSENT, _ORDINARY],
    )
