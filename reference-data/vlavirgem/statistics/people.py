"""What is counted of inhabitants: ages, civil status, nationality, names, and what happened in the last year."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.statistics.counting import ages as ages_of
from vlavirgem.statistics.counting import bands, inhabitants, rate, shares

if TYPE_CHECKING:
    from vlavirgem.profile import Profile
    from vlavirgem.statistics.counting import Counts, Tables

_YEAR = timedelta(days=365)
NEWEST = max(row["vanaf_jaar"] for row in dataset("voornamen"))
"""The first year of the youngest generation in the list of first names."""


def ages(part: Tables, profile: Profile) -> Counts:
    """Count inhabitants by age."""
    return bands(ages_of(inhabitants(part), profile=profile), starts=profile.weights("statistiek.leeftijden"))


def civil_status(part: Tables, _profile: Profile) -> Counts:
    """Count inhabitants by civil status."""
    return shares(inhabitants(part)["burgerlijke_staat"])


def nationality(part: Tables, _profile: Profile) -> Counts:
    """Count inhabitants by nationality."""
    return shares(inhabitants(part)["nationaliteit"])


def family_names(part: Tables, _profile: Profile) -> Counts:
    """Count family names of people born in Belgium whose parents are not known, when they are in the list."""
    known = {row["naam"] for row in dataset("achternamen") if row["herkomst"] == "BEL"}
    rows = part["personen"].filter(pl.col("geboorteland") == "BEL", pl.col("ouder1_id").is_null())
    return shares(rows.filter(pl.col("achternaam").is_in(sorted(known)))["achternaam"])


def first_names(part: Tables, _profile: Profile) -> Counts:
    """Count first names of girls of the youngest generation, when they are in the Belgian list."""
    known = {
        row["naam"]
        for row in dataset("voornamen")
        if (row["herkomst"], row["geslacht"], row["vanaf_jaar"]) == ("BEL", "FEMALE", NEWEST)
    }
    rows = part["personen"].filter(
        pl.col("geslacht") == "FEMALE",
        pl.col("geboortedatum").dt.year() >= int(NEWEST),
        pl.col("voornaam").is_in(sorted(known)),
    )
    return shares(rows["voornaam"])


def fathers_name(part: Tables, _profile: Profile) -> Counts:
    """Count children at home with a father and a mother who bear the name of the father alone."""
    people = part["personen"].select("id", "geslacht", "achternaam")
    children = part["personen"].filter(pl.col("rol") == "kind", pl.col("ouder2_id").is_not_null())
    both = children.join(people, left_on="ouder1_id", right_on="id", suffix="_1").join(
        people, left_on="ouder2_id", right_on="id", suffix="_2"
    )
    mixed = both.filter(pl.col("geslacht_1") != pl.col("geslacht_2"))
    father = pl.when(pl.col("geslacht_1") == "MALE").then("achternaam_1").otherwise("achternaam_2")
    return {"vader": (mixed.filter(pl.col("achternaam") == father).height, mixed.height)}


def born(part: Tables, profile: Profile) -> Counts:
    """Count inhabitants who were born in the last year."""
    return _happened(part, profile, kind="geboorte")


def married(part: Tables, profile: Profile) -> Counts:
    """Count inhabitants who married in the last year."""
    return _happened(part, profile, kind="huwelijk")


def divorced(part: Tables, profile: Profile) -> Counts:
    """Count inhabitants who divorced in the last year."""
    return _happened(part, profile, kind="echtscheiding")


def moved(part: Tables, profile: Profile) -> Counts:
    """Count inhabitants who came to live at their present address in the last year, newborns apart."""
    rows = part["verblijven"].filter(
        pl.col("tot").is_null(),
        pl.col("adres_id").is_not_null(),
        pl.col("volgnummer") > 1,
        pl.col("van") >= profile.reference_date - _YEAR,
    )
    return rate("per jaar", rows.height, part=part)


def _happened(part: Tables, profile: Profile, *, kind: str) -> Counts:
    rows = part["persoonsgebeurtenissen"].filter(
        pl.col("type") == kind, pl.col("datum") >= profile.reference_date - _YEAR
    )
    return rate("per jaar", rows.height, part=part)
