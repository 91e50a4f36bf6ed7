"""Who works for the municipality, the OCMW and the police zone, and what they may do in which application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.caseload import WINDOW
from vlavirgem.generation import names
from vlavirgem.generation.columns import dates
from vlavirgem.generation.wijken import rows_of
from vlavirgem.generation.work_mail import work_mail_addresses
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.generation.settling import Settlement
    from vlavirgem.generation.wijken import Rows, Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers


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
    _Job("boekhouder", "Financiën", _MUNICIPALITY, 4, (5, 2)),
    _Job("medewerker secretariaat", "Secretariaat", _MUNICIPALITY, 4, (7, 2)),
    _Job("technisch assistent", "Openbaar domein", _MUNICIPALITY, 22, (8, 2)),
    _Job("bibliotheekmedewerker", "Vrije tijd", _MUNICIPALITY, 8, (1, 2)),
    _Job("maatschappelijk werker", "Sociale dienst", _OCMW, 14, (6, 2)),
    _Job("informaticus", "Informatica", _MUNICIPALITY, 3, (9, 3)),
    _Job("zorgkundige", "Woonzorg", _OCMW, 18, (6, 1)),
    _Job("wijkinspecteur", "Lokale politie", _POLICE, 7, (1, 8)),
)
"""Weights are ours. Each job comes with two roles: places in `_ROLES`.

The first ones handle cases, and of these somebody works in every wijk, since before its oldest case.
"""
SERVICES = tuple(one.service for one in _JOBS[:7])
"""The services that handle cases."""
ROLES_OF_JOBS = tuple(one.roles for one in _JOBS)
"""For each job its two roles, as places among all roles; the first is what the job is about."""
SERVE_THE_TOWN = len(SERVICES) + 1
"""So many jobs, from the first one on, are those of services with roles that a colleague can stand in for."""
_LIVES_HERE = 0.4
_YOUNGEST, _OLDEST = 21, 64
_LEFT = 0.12
_YEAR = 365
_KEPT = 3 * _YEAR
"""Who left longer ago is not in the register any more; a choice."""
_LEFT_LATELY = 30


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works for the administrations in some wijken: one row each.

    Attributes:
        wijken: The wijken.
        rows: Which wijk each works in.
        ids: Their numbers.
        job: A place in the list of jobs; those below the number of `SERVICES` handle cases.
        since: The first working day, in days since 1970.
        until: The day after the last one, for who left.
        left: Who left.
        steady: Who is the one that is always there for a service in a wijk.
        roles: How many roles each has.
    """

    wijken: Wijken
    rows: Rows
    ids: Integers
    job: Integers
    since: Integers
    until: Integers
    left: Flags
    steady: Flags
    roles: Integers

    @property
    def handles(self) -> Flags:
        """Who may handle cases: a second role gives the right to."""
        return (self.job < len(SERVICES)) & (self.roles > 1)


def make_roles_table() -> pl.DataFrame:
    """Make the table `rollen`."""
    return pl.DataFrame(
        [(number, *role) for number, role in enumerate(_ROLES, start=1)],
        schema=["id", "code", "naam", "toepassing", "recht"],
        orient="row",
    )


def make_staff(profile: Profile, *, seed: int, settled: Settlement) -> tuple[Staff, Integers, Flags]:
    """Draw who works for the administrations: in each wijk some, so that a large town has many.

    Returns:
        The staff, with for each a person of that age, and whether that is who it is.
    """
    population = settled.population
    wijken, today = population.wijken, population.today
    random = Random(seed, kind="medewerker")
    wanted = np.maximum(wijken.inhabitants * profile.number("bestuur.medewerkers_per_duizend") // 1000, 1)
    surely = np.where(wijken.numbers == 0, len(_JOBS), len(SERVICES))
    rows = rows_of(np.maximum(wanted, surely))
    ids = wijken.ids(rows)
    job = random.pick("functie", rows=ids, weights=[one.weight for one in _JOBS])
    # Every job is done by somebody, also in the smallest town, and every wijk has who handles its cases.
    every = rows.position < surely[rows.owner]
    job = np.where(every, np.minimum(rows.position, len(_JOBS) - 1), job)
    leaver = ids == len(_JOBS) + 1  # one at the desk at least, with cases in hand, for who looks for one
    job = np.where(leaver, 0, job)
    steady = every & (job < len(SERVICES))
    able = np.flatnonzero((population.age >= _YOUNGEST) & (population.age <= _OLDEST))
    of_wijk = rows_of(np.bincount(population.members.wijk[able], minlength=wijken.numbers.size))
    person = able[_colleagues(random, staff=rows, able=of_wijk, wijken=wijken.numbers)]
    here = random.chance("inwoner", rows=ids, share=_LIVES_HERE) & (rows.position < of_wijk.counts[rows.owner])
    longest = np.clip((population.age[person] - _YOUNGEST + 1) * _YEAR, _YEAR, 35 * _YEAR)
    since = today - 1 - random.below("van", rows=ids, bound=longest)
    since = np.where(steady | leaver, np.minimum(since, today - WINDOW - 1), since)
    left = random.chance("weg", rows=ids, share=_LEFT) & ~every | leaver
    worked = np.clip(today - since - 1, 1, _KEPT)
    until = today - random.below("tot", rows=ids, bound=worked)
    lately = today - _LEFT_LATELY - random.below("onlangs", rows=ids, bound=_YEAR)
    staff = Staff(
        wijken=wijken,
        rows=rows,
        ids=ids,
        job=job,
        since=since,
        until=np.where(leaver, lately, until),
        left=left,
        steady=steady,
        roles=1 + (random.chance("tweede_rol", rows=ids, share=0.5) | steady | leaver).astype(np.int64),
    )
    return staff, person, here


def make_staff_tables(
    profile: Profile, *, seed: int, settled: Settlement, persons: pl.DataFrame
) -> tuple[dict[str, pl.DataFrame], Staff]:
    """Make `medewerkers` and `toegangsrechten`, and give who is in them."""
    staff, person, here = make_staff(profile, seed=seed, settled=settled)
    ids, job, rows = staff.ids, staff.job, staff.rows
    first, last = names.outsiders(seed=seed, ids=ids)
    resident = pl.Series(here)
    first = persons["voornaam"].gather(person).zip_with(resident, first)
    last = persons["achternaam"].gather(person).zip_with(resident, last)
    table = pl.DataFrame(
        {
            "id": ids,
            "organisatie_id": np.asarray([one.employer for one in _JOBS], dtype=np.int64)[job],
            "persoon_id": pl.Series(settled.population.members.id[person]).set(~resident, None),
            "voornaam": first,
            "achternaam": last,
            "functie": pl.Series([one.name for one in _JOBS]).gather(job),
            "dienst": pl.Series([one.service for one in _JOBS]).gather(job),
            "email": work_mail_addresses(
                first,
                last,
                wijk=pl.Series(staff.wijken.numbers[rows.owner]),
                domain=profile.municipality.domain,
            ),
            "van": dates(staff.since),
            "tot": dates(staff.until).set(pl.Series(~staff.left), None),
        }
    )
    roles = np.asarray([one.roles for one in _JOBS], dtype=np.int64)[job]
    rights = rows_of(staff.roles)
    gone = staff.left[rights.owner]
    tables = {
        "medewerkers": table,
        "toegangsrechten": pl.DataFrame(
            {
                "id": staff.wijken.ids(rows_of(rows.sums(staff.roles))),
                "medewerker_id": ids[rights.owner],
                "rol_id": roles[rights.owner, rights.position] + 1,
                "van": dates(staff.since[rights.owner]),
                "tot": dates(staff.until[rights.owner]).set(pl.Series(~gone), None),
            }
        ),
    }
    return tables, staff


def _colleagues(random: Random, *, staff: Rows, able: Rows, wijken: Integers) -> Integers:
    """Give for each member of staff somebody else of those who are able to work in the wijk."""
    start = random.below("wie", rows=wijken, bound=np.maximum(able.counts, 1))
    step = np.maximum(able.counts // np.maximum(staff.counts, 1), 1)
    count = np.maximum(able.counts, 1)[staff.owner]
    place = (start[staff.owner] + staff.position * step[staff.owner]) % count
    colleagues: Integers = np.minimum(able.first[staff.owner] + place, max(able.size - 1, 0))
    return colleagues
