"""What holds for the delegations of any town, also of one that lived on or was written in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Row = dict[str, Any]
    Tables = dict[str, dict[int, Row]]

NEVER = "9999-12-31"


def delegation_faults(tables: Tables) -> list[str]:
    """List what is wrong with delegations; empty when nothing is."""
    rights, staff = tables["toegangsrechten"], tables["medewerkers"]
    faults = []
    for one in tables["delegaties"].values():
        name, right = f"delegatie/{one['id']}", rights[one["toegangsrecht_id"]]
        giver, taker = staff[one["gever_id"]], staff[one["nemer_id"]]
        if right["medewerker_id"] != giver["id"]:
            faults.append(f"{name}: the role is not that of the giver")
        if giver["id"] == taker["id"]:
            faults.append(f"{name}: given to oneself")
        if not (one["van"] <= one["tot"] <= one["voorzien_tot"] and one["van"] < one["voorzien_tot"]):
            faults.append(f"{name}: its days are not in order")
        faults += [
            f"{name}: {who} does not last as long"
            for who, row in (("the right", right), ("giver", giver), ("taker", taker))
            if not _covers(row, one)
        ]
        if any(
            other["rol_id"] == right["rol_id"] and _meet(other, one)
            for other in rights.values()
            if other["medewerker_id"] == taker["id"]
        ):
            faults.append(f"{name}: the taker has the role already")
    return faults + _twice(tables)


def _twice(tables: Tables) -> list[str]:
    """A role is given to one colleague at a time, and nobody gets it from two at once."""
    all_of_them = sorted(tables["delegaties"].values(), key=lambda one: (one["van"], one["id"]))
    rights = tables["toegangsrechten"]
    return [
        f"delegatie/{one['id']} and delegatie/{other['id']}: at the same time"
        for place, one in enumerate(all_of_them)
        for other in all_of_them[place + 1 :]
        if _meet(one, other)
        and (
            one["toegangsrecht_id"] == other["toegangsrecht_id"]
            or (
                one["nemer_id"] == other["nemer_id"]
                and rights[one["toegangsrecht_id"]]["rol_id"] == rights[other["toegangsrecht_id"]]["rol_id"]
            )
        )
    ]


def _covers(row: Row, one: Row) -> bool:
    return bool(row["van"] <= one["van"] and one["tot"] <= (row["tot"] or NEVER))


def _meet(row: Row, other: Row) -> bool:
    begins = max(row["van"], other["van"])
    return bool(date.fromisoformat(begins) < date.fromisoformat(min(row["tot"] or NEVER, other["tot"] or NEVER)))
