"""What is counted of organisations, employees and cases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.caseload import YEARS_BACK
from vlavirgem.process import case_types
from vlavirgem.statistics.counting import inhabitants, rate, shares

if TYPE_CHECKING:
    from vlavirgem.profile import Profile
    from vlavirgem.statistics.counting import Counts, Tables

_DECIDED = ("Goedgekeurd", "Beslist", "Geweigerd")
_SETTLED = timedelta(days=365)
"""Cases that came in longer ago have been decided, the slow ones too."""


def organisations(part: Tables, _profile: Profile) -> Counts:
    """Count organisations by kind, out of all inhabitants."""
    people = inhabitants(part).height
    return {kind: (some, people) for kind, (some, _) in shares(part["organisaties"]["type"]).items()}


def sectors(part: Tables, _profile: Profile) -> Counts:
    """Count businesses by sector."""
    return shares(part["organisaties"].filter(type="onderneming")["sector"])


def employees(part: Tables, _profile: Profile) -> Counts:
    """Count employees of the municipality."""
    return rate("medewerkers", part["medewerkers"].height, part=part)


def arrivals(part: Tables, _profile: Profile) -> Counts:
    """Count cases that came in by kind, per year, out of all inhabitants."""
    people = inhabitants(part).height * YEARS_BACK
    return {kind: (some, people) for kind, (some, _) in shares(part["dossiers"]["dossiertype"]).items()}


def deadlines(part: Tables, profile: Profile) -> Counts:
    """Count decisions that came on time, by kind, of the cases that came in a year ago or before."""
    decided = part["dossierstatussen"].filter(pl.col("status").is_in(_DECIDED))
    cases = part["dossiers"].filter(pl.col("openingsdatum") < profile.reference_date - _SETTLED)
    both = cases.join(decided, left_on="id", right_on="dossier_id", suffix="_besluit")
    counted = both.group_by("dossiertype").agg(
        (pl.col("tijdstip").dt.date() <= pl.col("uiterste_datum")).sum().alias("tijdig"), pl.len().alias("alle")
    )
    found = {kind: (int(kept), int(of)) for kind, kept, of in counted.iter_rows()}
    return {kind: found.get(kind, (0, 0)) for kind in case_types()}
