"""Read meetings as minutes show them, and where fragments of a stream begin and end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from vlavirgem.store.connection import DictConnection, Row


@dataclass(frozen=True, slots=True)
class Fragment:
    """A page of a stream: its number from 0, its first and last moment, and how many members it has."""

    number: int
    first: datetime
    last: datetime
    members: int


def read_fragments(connection: DictConnection, *, table: str, moment: str, size: int) -> list[Fragment]:
    """Cut what is published into fragments of `size` rows, in the order of their numbers.

    Args:
        connection: A connection.
        table: Our name of a table whose rows are published in the order of their numbers.
        moment: Our SQL for the moment of publication of a row `t`; empty when that is still to come.
        size: Rows in a fragment.
    """
    query = (
        f"SELECT (t.id - 1) / %s AS number, min({moment}) AS first, max({moment}) AS last, count(*) AS members "  # noqa: S608 - our own SQL
        f"FROM {table} t WHERE {moment} IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    rows = connection.execute(query.encode(), [size]).fetchall()
    return [Fragment(row["number"], row["first"], row["last"], row["members"]) for row in rows]


def read_minutes(connection: DictConnection, number: int) -> dict[str, Any] | None:
    """Read what the minutes of a meeting tell; nothing when there is no such meeting or its minutes are not public."""
    meeting = connection.execute(_MEETING.encode(), [number]).fetchone()
    if meeting is None:
        return None
    items = connection.execute(_ITEMS.encode(), [number]).fetchall()
    decisions = [row["besluit_id"] for row in items]
    votes = [row["stemming_id"] for row in items if row["stemming_id"] is not None]
    return {
        **meeting,
        "leden": connection.execute(_MEMBERS.encode(), [number]).fetchall(),
        "punten": [
            {
                **row,
                "artikelen": articles,
                "rechtsgronden": grounds,
                "stemmen": stances,
            }
            for row, articles, grounds, stances in zip(
                items,
                _grouped(connection, _ARTICLES, keys=decisions),
                _grouped(connection, _GROUNDS, keys=decisions),
                _spread(_grouped(connection, _STANCES, keys=votes), votes=votes, items=items),
                strict=True,
            )
        ],
    }


def _grouped(connection: DictConnection, query: str, *, keys: Sequence[int]) -> list[list[Row]]:
    found: dict[int, list[Row]] = {key: [] for key in keys}
    for row in connection.execute(query.encode(), [list(keys)]):
        found[row["sleutel"]].append(row)
    return list(found.values())


def _spread(groups: list[list[Row]], *, votes: Sequence[int], items: Sequence[Row]) -> list[list[Row]]:
    by_vote = dict(zip(votes, groups, strict=True))
    return [by_vote.get(row["stemming_id"], []) for row in items]


_NAME = "p.voornaam || ' ' || p.achternaam AS naam"
_MEETING = f"""
SELECT z.*, b.naam AS orgaan, b.bestuursorgaan_id, o.naam AS soort_orgaan, o.classificatie, o.bestuurseenheid_id,
  (SELECT {_NAME} FROM mandatarissen m JOIN personen p ON p.id = m.persoon_id
    WHERE m.id = z.voorzitter_id) AS voorzitter,
  (SELECT {_NAME} FROM functionarissen f JOIN personen p ON p.id = f.persoon_id
    WHERE f.id = z.secretaris_id) AS secretaris
FROM zittingen z
JOIN bestuursorganen_in_tijd b ON b.id = z.orgaan_in_tijd_id
JOIN bestuursorganen o ON o.id = b.bestuursorgaan_id
WHERE z.id = %s AND z.publicatiedatum IS NOT NULL
"""  # noqa: S608 - our own SQL
_MEMBERS = f"""
SELECT a.mandataris_id, a.aanwezigheid, {_NAME}, f.functie_naam, g.naam AS fractie
FROM aanwezigheden a
JOIN mandatarissen m ON m.id = a.mandataris_id
JOIN mandaten f ON f.id = m.mandaat_id
JOIN fracties g ON g.id = m.fractie_id
JOIN personen p ON p.id = m.persoon_id
WHERE a.zitting_id = %s ORDER BY a.id
"""  # noqa: S608 - our own SQL
_ITEMS = """
SELECT t.*, d.id AS besluit_id, d.nummer, d.motivering, d.besluittype, d.besluittype_naam, d.datum, d.publicatiedatum,
  d.inwerkingtreding, s.id AS stemming_id, s.onderwerp, s.geheim, s.gevolg, s.aantal_voorstanders,
  s.aantal_tegenstanders, s.aantal_onthouders
FROM agendapunten t
JOIN besluiten d ON d.agendapunt_id = t.id
LEFT JOIN stemmingen s ON s.agendapunt_id = t.id
WHERE t.zitting_id = %s ORDER BY t.volgnummer
"""
_ARTICLES = "SELECT a.*, a.besluit_id AS sleutel FROM artikelen a WHERE a.besluit_id = ANY(%s) ORDER BY a.id"
_GROUNDS = """
SELECT v.besluit_id AS sleutel, r.* FROM verwijzingen v JOIN rechtsgronden r ON r.id = v.rechtsgrond_id
WHERE v.besluit_id = ANY(%s) ORDER BY v.id
"""
_STANCES = f"""
SELECT s.stemming_id AS sleutel, s.mandataris_id, s.stem, {_NAME}
FROM stemgedragingen s JOIN mandatarissen m ON m.id = s.mandataris_id JOIN personen p ON p.id = m.persoon_id
WHERE s.stemming_id = ANY(%s) ORDER BY s.id
"""  # noqa: S608 - our own SQL
