"""Where the edge cases are that a town has on purpose."""

from __future__ import annotations

from vlavirgem.dictionary import Column, Kind, Table
from vlavirgem.schema.words import numbered

EDGE_CASES = Table(
    "randgevallen",
    "Randgevallen die er met opzet zijn: van elke soort een rij.",
    (
        numbered("Volgnummer van het randgeval."),
        Column("code", Kind.TEXT, "Vaste code van de soort."),
        Column("omschrijving", Kind.TEXT, "Wat het is."),
        Column("omschrijving_en", Kind.TEXT, "Wat het is, in het Engels."),
        Column("tabel", Kind.TEXT, "Tabel waarin de rij staat."),
        Column("entiteit", Kind.TEXT, "Soort ding, zoals in de URI."),
        Column("rij_id", Kind.INTEGER, "Nummer van de rij."),
    ),
    once=True,
)
TABLES = (EDGE_CASES,)
