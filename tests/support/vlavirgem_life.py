"""A town's tables as dictionaries, to which the events of its life are applied one by one."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl

from support.vlavirgem_delegations import delegation_faults
from support.vlavirgem_handovers import handover_faults, handovers_by_case
from vlavirgem.frames import dtypes
from vlavirgem.process import case_types
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from vlavirgem import Town
    from vlavirgem.dictionary import Table

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


def frames_of(tables: Tables) -> dict[str, pl.DataFrame]:
    """Make data frames of rows again, in the order of their numbers."""
    return {name: _frame(tables[name], table=TABLES[name]) for name in TABLES}


def _frame(rows: dict[int, Row], *, table: Table) -> pl.DataFrame:
    types = dtypes(table)
    as_text = {name: pl.String if dtype.is_temporal() else dtype for name, dtype in types.items()}
    frame = pl.DataFrame([rows[number] for number in sorted(rows)], schema=as_text, orient="row")
    return frame.with_columns(
        pl.col(name).str.to_datetime(time_zone="UTC").dt.cast_time_unit("us")
        if isinstance(dtype, pl.Datetime)
        else pl.col(name).str.to_date()
        for name, dtype in types.items()
        if dtype.is_temporal()
    )


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
    return [
        *_dangling(tables),
        *delegation_faults(tables),
        *_homes(tables),
        *_buildings(tables),
        *_residences(tables),
        *_lives(tables),
        *_unfit(tables),
        *_numbers(tables),
        *_processes(tables),
        *handover_faults(tables),
        *_mandates(tables),
        *_decisions(tables),
    ]


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
        is_here = person["huishouden_id"] is not None
        if is_here != (person["adres_id"] is not None) or (is_here and person["overlijdensdatum"] is not None):
            faults.append(f"persoon {person['id']} lives here and has no home, or the other way about")
        if is_here and person["huishouden_id"] in members:
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


def _buildings(tables: Tables) -> list[str]:
    """A building has a year when it is finished, and not before; its units and addresses go along with it."""
    faults, status = [], {number: one["status"] for number, one in tables["gebouwen"].items()}
    for number, building in tables["gebouwen"].items():
        is_there = building["status"] in {"gerealiseerd", "gehistoreerd"}
        if is_there != (building["bouwjaar"] is not None):
            faults.append(f"gebouw {number} is {building['status']} and was built in {building['bouwjaar']}")
    for number, unit in tables["gebouweenheden"].items():
        if (unit["status"] == "gepland") != (status[unit["gebouw_id"]] in {"gepland", "inAanbouw"}):
            faults.append(f"gebouweenheid {number} is {unit['status']}, its building is not")
    for number, address in tables["adressen"].items():
        proposed = address["status"] == "voorgesteld"
        if proposed != (status[address["gebouw_id"]] == "gepland") or proposed == address["officieel_toegekend"]:
            faults.append(f"adres {number} is {address['status']}, its building is {status[address['gebouw_id']]}")
    return faults


def _residences(tables: Tables) -> list[str]:
    """Stretches of time follow each other from birth; the last is open for who lives, and is where they live."""
    faults = []
    stays: dict[int, list[Row]] = {number: [] for number in tables["personen"]}
    for stay in tables["verblijven"].values():
        stays[stay["persoon_id"]].append(stay)
    for number, person in tables["personen"].items():
        own = sorted(stays[number], key=lambda row: row["volgnummer"])
        if not own and person["overlijdensdatum"] == person["geboortedatum"]:
            continue
        if [row["volgnummer"] for row in own] != list(range(1, len(own) + 1)):
            faults.append(f"persoon {number} has stays {own}")
        if own[0]["van"] != person["geboortedatum"]:
            faults.append(f"persoon {number} lived nowhere at first")
        if any(before["tot"] != after["van"] or before["van"] >= after["van"] for before, after in pairwise(own)):
            faults.append(f"persoon {number} lives nowhere or at two places")
        last = own[-1]
        if last["tot"] != person["overlijdensdatum"]:
            faults.append(f"persoon {number} lives, and nowhere, or the other way about")
        if person["overlijdensdatum"] is None and last["adres_id"] != person["adres_id"]:
            faults.append(f"persoon {number} lives at {person['adres_id']} and not at {last['adres_id']}")
    return faults


def _lives(tables: Tables) -> list[str]:
    """What happened agrees with who people are."""
    faults = []
    events: dict[int, list[Row]] = {number: [] for number in tables["personen"]}
    for event in tables["persoonsgebeurtenissen"].values():
        events[event["persoon_id"]].append(event)
    ends = {"gescheiden": "echtscheiding", "weduwstaat": "weduwschap", "gehuwd": "huwelijk"}
    for number, person in tables["personen"].items():
        kinds = [event["type"] for event in events[number]]
        if kinds.count("geboorte") != 1 or min(event["datum"] for event in events[number]) != person["geboortedatum"]:
            faults.append(f"persoon {number} was not born once and first")
        if ("overlijden" in kinds) != (person["overlijdensdatum"] is not None):
            faults.append(f"persoon {number} died in one table only")
        needed = ends.get(person["burgerlijke_staat"])
        if needed and needed not in kinds:
            faults.append(f"persoon {number} is {person['burgerlijke_staat']} without a {needed}")
    return faults


def _numbers(tables: Tables) -> list[str]:
    numbers = [person["insz"] for person in tables["personen"].values()]
    faults = ["a national number is given twice"] if len(numbers) != len(set(numbers)) else []
    for number in numbers:
        checks = {97 - int(nine) % 97 for nine in (number[:9], f"2{number[:9]}")}
        if int(number[9:]) not in checks or number[6:9] not in {"000", "999"}:
            faults.append(f"{number} could be somebody's")
    return faults


def _mandates(tables: Tables) -> list[str]:
    """Nobody holds a mandate twice, takes over too early, or governs after death."""
    faults = []
    held = [(one["mandaat_id"], one["persoon_id"], one["start"]) for one in tables["mandatarissen"].values()]
    if len(held) != len(set(held)):
        faults.append("somebody begins the same mandate twice on a day")
    for number, one in tables["mandatarissen"].items():
        before = tables["mandatarissen"].get(one["opvolger_van_id"])
        if before and not before["einde"] < one["start"]:
            faults.append(f"mandataris {number} begins before {before['id']} ends")
        died = tables["personen"][one["persoon_id"]]["overlijdensdatum"]
        if died and one["einde"][:10] > died and one["start"][:10] < died:
            faults.append(f"mandataris {number} governs after death")
    return faults


def _decisions(tables: Tables) -> list[str]:
    """Each item has one decision with articles, votes are counted right."""
    faults = []
    decided = Counter(one["agendapunt_id"] for one in tables["besluiten"].values())
    if set(decided.values()) - {1} or set(decided) != set(tables["agendapunten"]):
        faults.append("an item has no decision, or two")
    numbers = [one["nummer"] for one in tables["besluiten"].values()]
    if len(numbers) != len(set(numbers)):
        faults.append("two decisions have one number")
    with_articles = {one["besluit_id"] for one in tables["artikelen"].values()}
    if with_articles != set(tables["besluiten"]):
        faults.append("a decision has no article")
    stances: dict[int, Counter[str]] = {number: Counter() for number in tables["stemmingen"]}
    for one in tables["stemgedragingen"].values():
        stances[one["stemming_id"]][one["stem"]] += 1
    for number, vote in tables["stemmingen"].items():
        counts = vote["aantal_voorstanders"], vote["aantal_tegenstanders"], vote["aantal_onthouders"]
        seen = tuple(stances[number][stance] for stance in ("voor", "tegen", "onthouden"))
        if not vote["geheim"] and counts != seen:
            faults.append(f"stemming {number} counts {counts} and {seen} voted")
        if (vote["gevolg"] == "aanvaard") != (counts[0] > counts[1]):
            faults.append(f"stemming {number} has the wrong outcome")
    return faults


def _processes(tables: Tables) -> list[str]:
    faults = []
    statuses: dict[int, list[Row]] = {number: [] for number in tables["dossiers"]}
    for status in tables["dossierstatussen"].values():
        statuses[status["dossier_id"]].append(status)
    given = handovers_by_case(tables)
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
        if (case["status"], case["statusdatum"]) != (walked[-1], moments[-1][:10]):
            faults.append(f"dossier {number} is not at its last status")
        if case["versie"] != len(walked) + len(given[number]) - 1:
            faults.append(f"dossier {number} has a wrong version")
        is_end = case_type.is_end(case["status"])
        if is_end != (case["sluitingsdatum"] is not None) or (is_end and open_steps[number]) or open_steps[number] > 1:
            faults.append(f"dossier {number} is closed and has an open step, or the other way about")
    return faults
