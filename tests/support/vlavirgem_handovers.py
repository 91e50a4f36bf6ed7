"""What must hold of who has a case in hand, for tables as dictionaries."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from vlavirgem.living.handlers import HANDLING_ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    Row = dict[str, Any]
    Tables = Mapping[str, Mapping[int, Row]]


def handovers_by_case(tables: Tables) -> dict[int, list[Row]]:
    """Give the hand-overs of every case, in order."""
    given: dict[int, list[Row]] = {number: [] for number in tables["dossiers"]}
    for one in sorted(tables["overdrachten"].values(), key=lambda row: row["volgnummer"]):
        given[one["dossier_id"]].append(one)
    return given


def handover_faults(tables: Tables) -> list[str]:
    """A case has one handler from its first moment on, who gives it to somebody else with the right to have it."""
    rights = _rights(tables)
    firsts = {
        one["dossier_id"]: one["tijdstip"] for one in tables["dossierstatussen"].values() if one["volgnummer"] == 1
    }
    faults = []
    for number, rows in handovers_by_case(tables).items():
        faults += _faults(rows, case=tables["dossiers"][number], began=firsts[number])
        for row in rows:
            if not _may(rights.get(row["overnemer_id"], []), day=row["tijdstip"][:10]):
                faults.append(f"dossier {number} came to {row['overnemer_id']}, who may not handle it")
    return faults


def _faults(rows: list[Row], *, case: Row, began: str) -> list[str]:
    number, faults = case["id"], []
    moments, takers = [row["tijdstip"] for row in rows], [row["overnemer_id"] for row in rows]
    if [row["volgnummer"] for row in rows] != list(range(1, len(rows) + 1)) or moments[0] != began:
        faults.append(f"dossier {number} does not begin with a handler")
    if moments != sorted(set(moments)):
        faults.append(f"dossier {number} has two handlers at once")
    if [row["overdrager_id"] for row in rows] != [None, *takers[:-1]]:
        faults.append(f"dossier {number} was given away by who did not have it")
    if any(giver == taker for giver, taker in pairwise(takers)):
        faults.append(f"dossier {number} was given to who had it")
    if case["medewerker_id"] != takers[-1]:
        faults.append(f"dossier {number} is in other hands")
    return faults


def _rights(tables: Tables) -> dict[int, list[Row]]:
    wanted = {number for number, one in tables["rollen"].items() if one["code"] in HANDLING_ROLES}
    rights: dict[int, list[Row]] = {}
    for right in tables["toegangsrechten"].values():
        if right["rol_id"] in wanted:
            rights.setdefault(right["medewerker_id"], []).append(right)
    return rights


def _may(rights: list[Row], *, day: str) -> bool:
    return any(one["van"] <= day and (one["tot"] is None or day < one["tot"]) for one in rights)
