"""A town's tables as dictionaries, to which the events of its life are applied one by one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from vlavirgem.process import case_types
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from vlavirgem import Town

    Row = dict[str, Any]
    Tables = dict[str, dict[int, Row]]


def tables_of(town: Town) -> Tables:
    """Give every row of a town by table and number, with dates and moments as in JSON."""
    return {
        name: {row["id"]: {key: as_json(value) for key, value in row.items()} for row in frame.iter_rows(named=True)}
        for name, frame in town.tables.items()
    }


def as_json(value: Any) -> Any:
    """Write a date or a moment as events do."""
    if hasattr(value, "isoformat"):
        return value.isoformat().replace("+00:00", "Z")
    return value


def apply(tables: Tables, event: dict[str, Any]) -> None:
    """Do to the tables what an event says; a row that is there is never added, one that is not is never changed."""
    data = event["data"]
    for table, rows in data.get("nieuw", {}).items():
        for row in rows:
            assert row["id"] not in tables[table], event
            assert [column.name for column in TABLES[table].columns if column.name not in row] == [], event
            tables[table][row["id"]] = dict(row)
    for table, rows in data.get("gewijzigd", {}).items():
        for row in rows:
            assert set(row) <= {column.name for column in TABLES[table].columns}, event
            tables[table][row["id"]].update(row)
    for table, numbers in data.get("weg", {}).items():
        for number in numbers:
            del tables[table][number]


def faults_of(tables: Tables) -> list[str]:
    """List what does not fit together in a town; empty when all does."""
    return [*_dangling(tables), *_homes(tables), *_unfit(tables), *_numbers(tables), *_processes(tables)]


def _dangling(tables: Tables) -> list[str]:
    return [
        f"{name} {row['id']}: {column.name} {row[column.name]}"
        for name, table in TABLES.items()
        for column in table.columns
        for row in tables[name].values()
        if (row[column.name] is None and not column.nullable)
        or (column.references and row[column.name] is not None and row[column.name] not in tables[column.references])
    ]


def _unfit(tables: Tables) -> list[str]:
    faults = []
    for number, household in tables["huishoudens"].items():
        address = tables["adressen"][household["adres_id"]]
        unit = tables["gebouweenheden"][address["gebouweenheid_id"]]
        if (address["status"], unit["status"], unit["bestemming"]) != ("inGebruik", "gerealiseerd", "wonen"):
            faults.append(f"huishouden {number} lives where nobody can")
    return faults


def _homes(tables: Tables) -> list[str]:
    faults = []
    members: dict[int, list[Row]] = {number: [] for number in tables["huishoudens"]}
    for person in tables["personen"].values():
        lives = person["overlijdensdatum"] is None
        if lives != (person["huishouden_id"] is not None) or lives != (person["adres_id"] is not None):
            faults.append(f"persoon {person['id']} lives and has no home, or the other way about")
        if lives and person["huishouden_id"] in members:
            members[person["huishouden_id"]].append(person)
    addresses = [household["adres_id"] for household in tables["huishoudens"].values()]
    if len(addresses) != len(set(addresses)):
        faults.append("two households at one address")
    for number, household in tables["huishoudens"].items():
        own = members[number]
        heads = [person["id"] for person in own if person["rol"] == "gezinshoofd"]
        if heads != [household["gezinshoofd_id"]]:
            faults.append(f"huishouden {number} has heads {heads}")
        if len(own) != household["aantal_leden"]:
            faults.append(f"huishouden {number} has {len(own)} members")
        if {person["adres_id"] for person in own} != {household["adres_id"]}:
            faults.append(f"huishouden {number} does not live together")
        if (household["type"] == "alleenstaand") != (len(own) == 1):
            faults.append(f"huishouden {number} is {household['type']} with {len(own)}")
    return faults


def _numbers(tables: Tables) -> list[str]:
    numbers = [person["insz"] for person in tables["personen"].values()]
    faults = ["a national number is given twice"] if len(numbers) != len(set(numbers)) else []
    for number in numbers:
        checks = {97 - int(nine) % 97 for nine in (number[:9], f"2{number[:9]}")}
        if int(number[9:]) not in checks or number[6:9] not in {"000", "999"}:
            faults.append(f"{number} could be somebody's")
    return faults


def _processes(tables: Tables) -> list[str]:
    faults = []
    statuses: dict[int, list[Row]] = {number: [] for number in tables["dossiers"]}
    for status in tables["dossierstatussen"].values():
        statuses[status["dossier_id"]].append(status)
    open_steps: dict[int, int] = dict.fromkeys(tables["dossiers"], 0)
    for step in tables["procedurestappen"].values():
        open_steps[step["dossier_id"]] += step["einddatum"] is None
    for number, case in tables["dossiers"].items():
        case_type = case_types()[case["dossiertype"]]
        road = sorted(statuses[number], key=lambda row: row["volgnummer"])
        walked = [row["status"] for row in road]
        moments = [row["tijdstip"] for row in road]
        if walked[0] != case_type.road[0] or any(
            after not in case_type.following(before) for before, after in pairwise(walked)
        ):
            faults.append(f"dossier {number} walked {walked}")
        if moments != sorted(moments) or [row["volgnummer"] for row in road] != list(range(1, len(road) + 1)):
            faults.append(f"dossier {number} goes back in time")
        if (case["status"], case["versie"]) != (walked[-1], len(walked)):
            faults.append(f"dossier {number} is not at its last status")
        is_end = case_type.is_end(case["status"])
        if is_end != (case["sluitingsdatum"] is not None) or (is_end and open_steps[number]) or open_steps[number] > 1:
            faults.append(f"dossier {number} is closed and has an open step, or the other way about")
    return faults
