"""Write in the base registers: a household moves, a contact detail is put right, a house gets another number.

What was there before is kept: the changes tell it, and an address that is replaced stays, as `gehistoreerd`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from psycopg import sql
from psycopg.types.json import Jsonb

from vlavirgem.store.today import TODAY, town_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vlavirgem.store.connection import DictConnection

_AT_AN_ADDRESS = ("huishoudens", "personen", "organisaties", "vestigingen")
"""Tables of who is at an address now; cases keep the address that they were about."""


_MOVES = (
    # Who came to live there today never did, as nobody lives at two places from one day on.
    b"""UPDATE verblijven SET adres_id = %(address)s, soort = 'hoofdverblijf' WHERE tot IS NULL AND van = %(today)s
    AND persoon_id IN (SELECT id FROM personen WHERE huishouden_id = %(household)s)""",
    b"""INSERT INTO verblijven (persoon_id, volgnummer, soort, adres_id, gemeente, land, van)
    SELECT persoon_id, volgnummer + 1, 'hoofdverblijf', %(address)s, (SELECT naam FROM gemeenten), 'BEL', %(today)s
    FROM verblijven WHERE tot IS NULL AND van < %(today)s
    AND persoon_id IN (SELECT id FROM personen WHERE huishouden_id = %(household)s) ORDER BY persoon_id""",
    b"""UPDATE verblijven SET tot = %(today)s WHERE tot IS NULL AND van < %(today)s
    AND persoon_id IN (SELECT id FROM personen WHERE huishouden_id = %(household)s)""",
    b"""INSERT INTO persoonsgebeurtenissen (persoon_id, type, datum, adres_id)
    SELECT id, 'verhuizing', %(today)s, %(address)s FROM personen WHERE huishouden_id = %(household)s ORDER BY id""",
)
"""What a move writes besides where people live now."""


def why_not_home(connection: DictConnection, address: int, *, household: int) -> str | None:
    """Say why a household cannot come to live at an address; None when it can."""
    row = connection.execute(
        """
        SELECT a.status, g.status AS gebouw, e.status AS eenheid, e.bestemming,
            EXISTS (SELECT 1 FROM huishoudens h WHERE h.adres_id = a.id AND h.id = %(household)s) AS eigen,
            EXISTS (SELECT 1 FROM huishoudens h WHERE h.adres_id = a.id) AS bewoond,
            EXISTS (SELECT 1 FROM organisaties o WHERE o.adres_id = a.id) AS zetel,
            EXISTS (SELECT 1 FROM vestigingen v WHERE v.adres_id = a.id) AS vestiging
        FROM adressen a JOIN gebouwen g ON g.id = a.gebouw_id
        JOIN gebouweenheden e ON e.id = a.gebouweenheid_id WHERE a.id = %(address)s
        """,
        {"address": address, "household": household},
    ).fetchone()
    if row is None:
        return "dit adres bestaat niet"
    reasons = (
        (row["status"] != "inGebruik", "dit adres is niet in gebruik"),
        (row["gebouw"] != "gerealiseerd" or row["eenheid"] != "gerealiseerd", "dit gebouw staat er niet"),
        (row["eigen"], "daar woont dit huishouden al"),
        (row["bewoond"], "daar woont al een huishouden"),
        (row["zetel"], "daar is de zetel van een organisatie"),
        (row["bestemming"] != "wonen", f"dit is geen woning: de bestemming is {row['bestemming']}"),
        (row["vestiging"], "daar is een vestiging van een organisatie"),
    )
    return next((reason for applies, reason in reasons if applies), None)


def move_household(connection: DictConnection, household: int, *, address: int) -> None:
    """Have a household and all its members live at another address from today on; the registers keep where before."""
    connection.execute("UPDATE huishoudens SET adres_id = %s WHERE id = %s", [address, household])
    connection.execute("UPDATE personen SET adres_id = %s WHERE huishouden_id = %s", [address, household])
    values = {"household": household, "address": address, "today": town_day(connection)}
    for statement in _MOVES:
        connection.execute(statement, values)


def set_contact(
    connection: DictConnection, table: Literal["personen", "organisaties"], number: int, details: Mapping[str, Any]
) -> None:
    """Give a person or an organisation other contact details; columns of ours, at least one."""
    assignments = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in details)
    statement = sql.SQL("UPDATE {} SET {} WHERE id = %s").format(sql.Identifier(table), assignments)
    connection.execute(statement, [*details.values(), number])


def number_is_taken(connection: DictConnection, *, street: int, number: str, box: str | None) -> bool:
    """Say whether a street has an address with this number already, or will have."""
    found = connection.execute(
        "SELECT 1 FROM adressen WHERE straatnaam_id = %s AND huisnummer = %s AND busnummer IS NOT DISTINCT FROM %s"
        " AND status IN ('voorgesteld', 'inGebruik')",
        [street, number, box],
    ).fetchone()
    return found is not None


def renumber(connection: DictConnection, address: Mapping[str, Any], *, number: str, box: str | None) -> int:
    """Replace an address by one with another number, and give that one's row number.

    The old address stays as it was, `gehistoreerd`; who lives or works there is at the new one from now on.
    """
    box_part = f" bus {box}" if box else ""
    line = f"{address['straatnaam']} {number}{box_part}, {address['postcode']}"
    changed = {
        "huisnummer": number,
        "busnummer": box,
    }
    row = connection.execute(
        """
        INSERT INTO adressen
        SELECT n.* FROM adressen a, LATERAL jsonb_populate_record(
            a, jsonb_build_object(
                'id', nextval(pg_get_serial_sequence('adressen', 'id')),
                'volledig_adres', %s::text || ' ' || (SELECT naam FROM gemeenten)
            ) || %s
        ) n WHERE a.id = %s
        RETURNING id
        """,
        [line, Jsonb(changed), address["id"]],
    ).fetchone()
    assert row is not None  # noqa: S101 - the caller read the address in this transaction
    connection.execute(
        f"""
        WITH vandaag AS ({TODAY})
        UPDATE adressen SET
            versie = vandaag.dag::timestamp AT TIME ZONE 'UTC',
            status = CASE id WHEN %(old)s THEN 'gehistoreerd' ELSE status END,
            einde = CASE id WHEN %(old)s THEN vandaag.dag END,
            vervangen_door = CASE id WHEN %(old)s THEN %(new)s::bigint END
        FROM vandaag WHERE id IN (%(old)s, %(new)s)
        """.encode(),  # noqa: S608 - a name of ours
        {"old": address["id"], "new": row["id"]},
    )
    connection.execute(
        "UPDATE verblijven SET adres_id = %s WHERE adres_id = %s AND tot IS NULL", [row["id"], address["id"]]
    )
    for table in _AT_AN_ADDRESS:
        statement = sql.SQL("UPDATE {} SET adres_id = %s WHERE adres_id = %s").format(sql.Identifier(table))
        connection.execute(statement, [row["id"], address["id"]])
    return int(row["id"])
