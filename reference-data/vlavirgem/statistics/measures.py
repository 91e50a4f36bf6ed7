"""What is measured of a town: each figure with the parameter of the profile that it is held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.process import case_types
from vlavirgem.statistics import homes, people, work

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from vlavirgem.profile import Profile

    Tables = Mapping[str, pl.DataFrame]
    Counts = Mapping[str, tuple[int, int]]

_TOLERANCES = "statistiek.afwijkingen"


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that a town is held against.

    Attributes:
        name: Its name; the tolerance is found by it in the profile.
        parameter: The parameter that says what is expected; its source is that of the figure.
        expected: Gives by label what should be found, per thousand.
        count: Counts in some wijken: by label how many, and out of how many.
        cluster: About so many of what is counted are alike, so that chance weighs more: buildings of a street.
    """

    name: str
    parameter: str
    expected: Callable[[Profile], Mapping[str, float]]
    count: Callable[[Tables, Profile], Counts]
    cluster: int = 1

    def tolerance(self, profile: Profile) -> float:
        """How much a large town may be off, per thousand."""
        return float(profile.weights(_TOLERANCES)[self.name])

    def source(self, profile: Profile) -> str:
        """Where the expected figure comes from."""
        if self.parameter in profile.parameters:
            return profile.parameters[self.parameter].source
        return f"{self.parameter}: keuzes en bronnen per rij in vlavirgem/datasets."


def _weights(parameter: str) -> Callable[[Profile], Mapping[str, float]]:
    """Expect the shares of a table of weights."""

    def expected(profile: Profile) -> Mapping[str, float]:
        weights = profile.weights(parameter)
        return {label: 1000 * weight / sum(weights.values()) for label, weight in weights.items()}

    return expected


def _share(parameter: str, label: str) -> Callable[[Profile], Mapping[str, float]]:
    return lambda profile: {label: 1000 * profile.share(parameter)}


def _rate(parameter: str, label: str, *, times: int = 1) -> Callable[[Profile], Mapping[str, float]]:
    return lambda profile: {label: float(times * profile.number(parameter))}


def _nationalities(profile: Profile) -> Mapping[str, float]:
    """Expect what follows from origins, of which some became Belgian."""
    origins = _weights("personen.herkomst")(profile)
    still = 1 - profile.share("personen.belg_geworden")
    foreign = {land: weight * still for land, weight in origins.items() if land != "BEL"}
    return {"BEL": 1000 - sum(foreign.values()), **foreign}


def _listed(name: str, *, most: int, **conditions: str) -> Callable[[Profile], Mapping[str, float]]:
    """Expect the heaviest names of a list as often as they weigh in it."""

    def expected(_profile: Profile) -> Mapping[str, float]:
        rows = [row for row in dataset(name) if all(row[key] == value for key, value in conditions.items())]
        total = sum(int(row["gewicht"]) for row in rows)
        heaviest = sorted(rows, key=lambda row: (-int(row["gewicht"]), row["naam"]))[:most]
        return {row["naam"]: 1000 * int(row["gewicht"]) / total for row in heaviest}

    return expected


def _sectors(_profile: Profile) -> Mapping[str, float]:
    sectors = {row["sector"]: int(row["gewicht"]) for row in dataset("organisaties") if row["deel"] == "onderneming"}
    return {one: 1000 * weight / sum(sectors.values()) for one, weight in sectors.items()}


def _arrivals(_profile: Profile) -> Mapping[str, float]:
    return {kind.code: float(kind.rate) for kind in case_types().values()}


def _kept(_profile: Profile) -> Mapping[str, float]:
    return {kind.code: 1000 * kind.on_time for kind in case_types().values()}


MEASURES = (
    Measure("leeftijden", "statistiek.leeftijden", _weights("statistiek.leeftijden"), people.ages),
    Measure("burgerlijke_staat", "statistiek.burgerlijke_staat", _weights("statistiek.burgerlijke_staat"),
            people.civil_status),
    Measure("nationaliteit", "personen.herkomst", _nationalities, people.nationality, cluster=3),
    Measure("belgen", "statistiek.belgen", _share("statistiek.belgen", "BEL"), people.nationality, cluster=3),
    Measure("achternamen", "achternamen.csv", _listed("achternamen", most=20, herkomst="BEL"), people.family_names,
            cluster=2),
    Measure("voornamen_meisjes", "voornamen.csv",
            _listed("voornamen", most=12, herkomst="BEL", geslacht="FEMALE", vanaf_jaar=people.NEWEST),
            people.first_names),
    Measure("naam_van_vader", "personen.naam_van_vader", _share("personen.naam_van_vader", "vader"),
            people.fathers_name),
    Measure("geboorten", "leven.geboorten_per_duizend", _rate("leven.geboorten_per_duizend", "per jaar"),
            people.born),
    Measure("gehuwd_dit_jaar", "leven.huwelijken_per_duizend",
            _rate("leven.huwelijken_per_duizend", "per jaar", times=2), people.married),
    Measure("gescheiden_dit_jaar", "leven.scheidingen_per_duizend",
            _rate("leven.scheidingen_per_duizend", "per jaar", times=2), people.divorced),
    Measure("verhuisd_dit_jaar", "statistiek.verhuisd", _rate("statistiek.verhuisd", "per jaar"), people.moved),
    Measure("huishoudgrootte", "statistiek.huishoudgrootte", _weights("statistiek.huishoudgrootte"), homes.sizes),
    Measure("huishoudens", "huishoudens.types", _weights("huishoudens.types"), homes.kinds),
    Measure("kinderen", "huishoudens.kinderen", _weights("huishoudens.kinderen"), homes.children),
    Measure("leeftijd_alleenstaand", "huishoudens.leeftijd_alleenstaand",
            _weights("huishoudens.leeftijd_alleenstaand"), homes.ages_alone),
    Measure("eenouder_moeder", "huishoudens.eenouder_moeder", _share("huishoudens.eenouder_moeder", "moeder"),
            homes.mothers),
    Measure("zelfde_geslacht", "huishoudens.zelfde_geslacht", _share("huishoudens.zelfde_geslacht", "koppels"),
            homes.same_sex),
    Measure("gehuwde_koppels", "huishoudens.gehuwd", _share("huishoudens.gehuwd", "koppels"), homes.married),
    Measure("bouwjaren", "statistiek.bouwjaren", _weights("statistiek.bouwjaren"), homes.built, cluster=80),
    Measure("appartementen", "gebouwen.appartementen", _share("gebouwen.appartementen", "gebouwen"), homes.flats),
    Measure("niet_gerealiseerd", "gebouwen.niet_gerealiseerd", _share("gebouwen.niet_gerealiseerd", "gebouwen"),
            homes.unfinished),
    Measure("ondernemingen", "organisaties.ondernemingen_per_duizend",
            _rate("organisaties.ondernemingen_per_duizend", "onderneming"), work.organisations),
    Measure("verenigingen", "organisaties.verenigingen_per_duizend",
            _rate("organisaties.verenigingen_per_duizend", "vereniging"), work.organisations),
    Measure("sectoren", "organisaties.csv", _sectors, work.sectors),
    Measure("medewerkers", "bestuur.medewerkers_per_duizend", _rate("bestuur.medewerkers_per_duizend", "medewerkers"),
            work.employees),
    Measure("dossiers", "dossiertypes.toml", _arrivals, work.arrivals),
    Measure("termijnen", "dossiertypes.toml", _kept, work.deadlines),
)  # fmt: skip
"""Every figure, in the order in which it is shown."""
