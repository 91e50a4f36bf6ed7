"""Who works for the municipality, the OCMW and the police zone, and what they may do in which application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation import names
from vlavirgem.generation.wijken import rows_of
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.generation.settling import Settlement
    from vlavirgem.generation.wijken import Rows
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Integers


@dataclass(frozen=True, slots=True)
class _Job:
    name: str
    service: str
    employer: int
    weight: int
    roles: tuple[int, int]


_MUNICIPALITY, _OCMW, _POLICE = 1, 2, 3
_ROLES = (
    ("burgerzaken-loket", "Loketmedewerker", "Burgerzaken", "schrijven"),
    ("burgerzaken-lezer", "Raadpleger bevolking", "Burgerzaken", "lezen"),
    ("dossiers-behandelaar", "Dossierbehandelaar", "Dossierbeheer", "schrijven"),
    ("dossiers-beheerder", "Beheerder dossiers", "Dossierbeheer", "beheren"),
    ("omgeving-behandelaar", "Behandelaar omgeving", "Omgevingsloket", "schrijven"),
    ("financien-boekhouder", "Boekhouder", "Financiën", "schrijven"),
    ("sociaal-werker", "Maatschappelijk werker", "Sociaal dossier", "schrijven"),
    ("mandaten-gebruiker", "Mandaatgebruiker", "Mandatenbeheer", "schrijven"),
    ("meldingen-ploeg", "Ploeg openbaar domein", "Meldingen", "schrijven"),
    ("toegang-beheerder", "Beheerder toegang", "Gebruikersbeheer", "beheren"),
)
_JOBS = (
    _Job("loketmedewerker", "Burgerzaken", _MUNICIPALITY, 12, (0, 2)),
    _Job("dossierbehandelaar omgeving", "Omgeving", _MUNICIPALITY, 8, (4, 2)),
    _Job("informaticus", "Informatica", _MUNICIPALITY, 3, (9, 3)),
    _Job("boekhouder", "Financiën", _MUNICIPALITY, 4, (5, 2)),
    _Job("medewerker secretariaat", "Secretariaat", _MUNICIPALITY, 4, (7, 1)),
    _Job("technisch assistent", "Openbaar domein", _MUNICIPALITY, 22, (8, 1)),
    _Job("bibliotheekmedewerker", "Vrije tijd", _MUNICIPALITY, 8, (2, 1)),
    _Job("maatschappelijk werker", "Sociale dienst", _OCMW, 14, (6, 1)),
    _Job("zorgkundige", "Woonzorg", _OCMW, 18, (6, 1)),
    _Job("wijkinspecteur", "Lokale politie", _POLICE, 7, (1, 8)),
)
"""Weights are ours. Each job comes with two roles: places in `_ROLES`."""
_LIVES_HERE = 0.4
_YOUNGEST, _OLDEST = 20, 64
_LEFT = 0.12
_YEAR = 365


def make_roles_table() -> pl.DataFrame:
    """Make the table `rollen`."""
    return pl.DataFrame(
        [(number, *role) for number, role in enumerate(_ROLES, start=1)],
        schema=["id", "code", "naam", "toepassing", "recht"],
        orient="row",
    )


def make_staff_tables(
    profile: Profile, *, seed: int, settled: Settlement, persons: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Make `medewerkers` and `toegangsrechten`: in each wijk some, so that a large town has many."""
    population = settled.population
    wijken, today = population.wijken, population.today
    random = Random(seed, kind="medewerker")
    wanted = np.maximum(wijken.inhabitants * profile.number("bestuur.medewerkers_per_duizend") // 1000, 1)
    rows = rows_of(np.where(wijken.numbers == 0, np.maximum(wanted, len(_JOBS)), wanted))
    ids = wijken.ids(rows)
    job = random.pick("functie", rows=ids, weights=[one.weight for one in _JOBS])
    # Every job is done by somebody, also in the smallest town.
    every = (wijken.numbers[rows.owner] == 0) & (rows.position < len(_JOBS))
    job = np.where(every, np.minimum(rows.position, len(_JOBS) - 1), job)
    able = np.flatnonzero((population.age >= _YOUNGEST) & (population.age <= _OLDEST))
    of_wijk = rows_of(np.bincount(population.members.wijk[able], minlength=wijken.numbers.size))
    person = able[_colleagues(random, staff=rows, able=of_wijk, wijken=wijken.numbers)]
    here = random.chance("inwoner", rows=ids, share=_LIVES_HERE) & (rows.position < of_wijk.counts[rows.owner])
    longest = np.clip((population.age[person] - _YOUNGEST + 1) * _YEAR, _YEAR, 35 * _YEAR)
    since = today - 1 - random.below("van", rows=ids, bound=longest)
    left = random.chance("weg", rows=ids, share=_LEFT) & ~every
    left |= ids == len(_JOBS) + 1  # one at least, for who looks for it
    until = np.minimum(since + 1 + random.below("tot", rows=ids, bound=np.maximum(today - since - 1, 1)), today)
    first, last = names.outsiders(seed=seed, ids=ids)
    resident = pl.Series(here)
    staff = pl.DataFrame(
        {
            "id": ids,
            "organisatie_id": np.asarray([one.employer for one in _JOBS], dtype=np.int64)[job],
            "persoon_id": pl.Series(population.members.id[person]).set(~resident, None),
            "voornaam": persons["voornaam"].gather(person).zip_with(resident, first),
            "achternaam": persons["achternaam"].gather(person).zip_with(resident, last),
            "functie": pl.Series([one.name for one in _JOBS]).gather(job),
            "dienst": pl.Series([one.service for one in _JOBS]).gather(job),
            "email": pl.select(pl.format(f"medewerker{{}}@{profile.municipality.domain}", pl.Series(ids))).to_series(),
            "van": _dates(since),
            "tot": _dates(until).set(pl.Series(~left), None),
        }
    )
    roles = np.asarray([one.roles for one in _JOBS], dtype=np.int64)[job]
    counts = 1 + random.chance("tweede_rol", rows=ids, share=0.5).astype(np.int64)
    rights = rows_of(counts)
    begin = since[rights.owner]
    gone = left[rights.owner]
    return {
        "medewerkers": staff,
        "toegangsrechten": pl.DataFrame(
            {
                "id": wijken.ids(rows_of(rows.sums(counts))),
                "medewerker_id": ids[rights.owner],
                "rol_id": roles[rights.owner, rights.position] + 1,
                "van": _dates(begin),
                "tot": _dates(until[rights.owner]).set(pl.Series(~gone), None),
            }
        ),
    }


def _colleagues(random: Random, *, staff: Rows, able: Rows, wijken: Integers) -> Integers:
    """Give for each member of staff somebody else of those who are able to work in the wijk."""
    start = random.below("wie", rows=wijken, bound=np.maximum(able.counts, 1))
    step = np.maximum(able.counts // np.maximum(staff.counts, 1), 1)
    count = np.maximum(able.counts, 1)[staff.owner]
    place = (start[staff.owner] + staff.position * step[staff.owner]) % count
    colleagues: Integers = np.minimum(able.first[staff.owner] + place, max(able.size - 1, 0))
    return colleagues


def _dates(days: Integers) -> pl.Series:
    return pl.Series(days).cast(pl.Int32).cast(pl.Date)
