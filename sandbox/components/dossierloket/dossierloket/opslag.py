"""Keeps the cases in one SQLite file: a row per case, the case itself as JSON."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from threading import RLock
from typing import Any

from dossierloket.dossier import Agent, Besluit, Dossier, Levering, Product, Status, Stuk
from dossierloket.proces import StatusCode

_TABELLEN = """
CREATE TABLE IF NOT EXISTS dossier (
    volgnummer INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS sleutel (
    sleutel TEXT PRIMARY KEY,
    vingerafdruk TEXT NOT NULL,
    dossier TEXT NOT NULL
);
"""


@dataclass(frozen=True)
class Bladzijde:
    """One page of a list; `volgende` is the place where the next page starts, if there is one."""

    dossiers: tuple[Dossier, ...]
    volgende: int | None


class Opslag:
    """A store for cases; use it inside `transactie()` when reading and writing belong together."""

    def __init__(self, bestand: Path | None = None) -> None:
        """Open the store.

        Args:
            bestand: the SQLite file; `None` keeps everything in memory.
        """
        self._slot = RLock()
        self._db = sqlite3.connect(bestand or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_TABELLEN)

    @contextmanager
    def transactie(self) -> Iterator[None]:
        """All writes inside happen together or, when an error leaves the block, not at all."""
        with self._slot:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def volgend_nummer(self) -> int:
        """The sequence number that the next new case gets."""
        with self._slot:
            (hoogste,) = self._db.execute("SELECT coalesce(max(volgnummer), 0) FROM dossier").fetchone()
        return int(hoogste) + 1

    def bewaar(self, dossier: Dossier) -> None:
        """Write a case, new or changed."""
        rij = {
            "id": dossier.id,
            "status": dossier.plaats.code,
            "document": json.dumps(asdict(dossier), default=_tekst),
        }
        with self._slot:
            self._db.execute(
                "INSERT INTO dossier (id, status, document) VALUES (:id, :status, :document)"
                " ON CONFLICT (id) DO UPDATE SET status = :status, document = :document",
                rij,
            )

    def haal(self, dossier_id: str) -> Dossier | None:
        """The case with this id, or `None`."""
        with self._slot:
            rij = self._db.execute("SELECT document FROM dossier WHERE id = ?", (dossier_id,)).fetchone()
        return _lees(rij[0]) if rij else None

    def lijst(self, *, status: StatusCode | None, na: int, limiet: int) -> Bladzijde:
        """At most `limiet` cases after sequence number `na`, in the order in which they came in."""
        with self._slot:
            rijen = self._db.execute(
                "SELECT volgnummer, document FROM dossier"
                " WHERE volgnummer > :na AND (:status IS NULL OR status = :status)"
                " ORDER BY volgnummer LIMIT :limiet",
                {"na": na, "status": status, "limiet": limiet + 1},
            ).fetchall()
        getoond = rijen[:limiet]
        return Bladzijde(
            tuple(_lees(document) for _, document in getoond),
            getoond[-1][0] if len(rijen) > limiet else None,
        )

    def onthoud_sleutel(self, sleutel: str, *, vingerafdruk: str, dossier_id: str) -> None:
        """Remember which case an Idempotency-Key made."""
        with self._slot:
            self._db.execute("INSERT INTO sleutel VALUES (?, ?, ?)", (sleutel, vingerafdruk, dossier_id))

    def vind_sleutel(self, sleutel: str) -> tuple[str, str] | None:
        """Fingerprint and case of an Idempotency-Key that was used before, or `None`."""
        with self._slot:
            rij = self._db.execute(
                "SELECT vingerafdruk, dossier FROM sleutel WHERE sleutel = ?", (sleutel,)
            ).fetchone()
        return (rij[0], rij[1]) if rij else None

    def sluit(self) -> None:
        """Close the file."""
        with self._slot:
            self._db.close()


def _tekst(waarde: Any) -> str:
    if isinstance(waarde, date):  # a datetime is a date too
        return waarde.isoformat()
    raise TypeError(f"{type(waarde).__name__} hoort niet in een dossier")


def _lees(document: str) -> Dossier:
    d = json.loads(document)
    return Dossier(
        **{
            **d,
            "product": Product(**d["product"]),
            "aanvrager": Agent(**d["aanvrager"]),
            "statussen": tuple(
                Status(StatusCode(s["code"]), datetime.fromisoformat(s["tijdstip"]), s["toelichting"])
                for s in d["statussen"]
            ),
            "stukken": tuple(Stuk(**{**s, "datum": date.fromisoformat(s["datum"])}) for s in d["stukken"]),
            "besluit": d["besluit"]
            and Besluit(
                StatusCode(d["besluit"]["uitkomst"]),
                d["besluit"]["motivering"],
                date.fromisoformat(d["besluit"]["datum"]),
            ),
            "levering": d["levering"] and Levering(d["levering"]["naam"], date.fromisoformat(d["levering"]["datum"])),
        }
    )
