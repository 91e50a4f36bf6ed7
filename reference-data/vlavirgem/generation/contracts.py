"""Who delivers to the municipality, and the framework contracts under which they do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from vlavirgem.profile import Profile

_CONTRACTS = (
    ("Kantoormateriaal en drukwerk", "leveringen", 60, (("Kantoormateriaal", "boeken"), ("Drukwerk", "drukwerk"))),
    (
        "Onderhoud van software en servers",
        "diensten",
        240,
        (("Software", "software"), ("Servers en werkplekken", "software")),
    ),
    ("Aanleg en onderhoud van groen", "diensten", 180, (("Noord", "tuinaanleg"), ("Zuid", "tuinaanleg"))),
    ("Schrijnwerk in gemeentelijke gebouwen", "werken", 120, (("Binnen", "schrijnwerk"), ("Buiten", "schrijnwerk"))),
    ("Verwarming en sanitair", "werken", 150, (("Onderhoud", "installaties"),)),
    ("Maaltijden en broodjes", "leveringen", 40, (("Vergaderingen", "bakkerij"), ("Opvang", "restaurant"))),
    ("Onderhoud van dienstvoertuigen", "diensten", 90, (("Wagens", "garage"), ("Fietsen", "fietsen"))),
    ("Boekhoudkundig advies", "diensten", 50, (("Advies", "boekhouding"),)),
)
"""Subject, kind, maximum in thousands of euros, and lots: their names and the trade that delivers."""
_VENDORS = 12
_YEARS = 4
"""The longest that a framework contract lasts (law of 17 June 2016, article 43)."""


def make_contract_tables(profile: Profile, *, seed: int, organisations: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Make `leveranciers`, `raamcontracten` and `raamcontract_percelen`.

    Args:
        profile: The profile.
        seed: The town's seed.
        organisations: The organisations of the first wijk.
    """
    today = profile.reference_date
    yesterday = today - timedelta(days=1)
    wanted = [trade for _, _, _, lots in _CONTRACTS for _, trade in lots]
    businesses = _vendors(organisations, trades=wanted)
    vendors = row_numbers(businesses.height) + 1
    contracts = row_numbers(len(_CONTRACTS)) + 1
    random = Random(seed, kind="raamcontract")
    back = random.below("van", rows=contracts, bound=3 * 365)
    since = [today - timedelta(days=int(days) + 1) for days in back]
    lots = [
        (number, place, name, maximum * 1000 // len(names))
        for number, (_, _, maximum, names) in enumerate(_CONTRACTS, start=1)
        for place, (name, _) in enumerate(names, start=1)
    ]
    anyone = random.below("leverancier", rows=row_numbers(len(lots)) + 1, bound=businesses.height).tolist()
    trades = businesses["sector"].to_list()
    chosen = [trades.index(trade) if trade in trades else other for trade, other in zip(wanted, anyone, strict=True)]
    return {
        "leveranciers": pl.DataFrame(
            {
                "id": vendors,
                "organisatie_id": businesses["id"],
                "sinds": businesses["oprichtingsdatum"].dt.offset_by("1mo").clip(upper_bound=yesterday),
            }
        ),
        "raamcontracten": pl.DataFrame(
            {
                "id": contracts,
                "nummer": [f"RC-{day.year}-{number:03}" for number, day in enumerate(since, start=1)],
                "voorwerp": [subject for subject, _, _, _ in _CONTRACTS],
                "soort": [kind for _, kind, _, _ in _CONTRACTS],
                "van": since,
                "tot": [day + timedelta(days=_YEARS * 365) for day in since],
                "maximumbedrag": [maximum * 1000 for _, _, maximum, _ in _CONTRACTS],
            }
        ),
        "raamcontract_percelen": pl.DataFrame(
            {
                "id": np.arange(1, len(lots) + 1),
                "raamcontract_id": [number for number, _, _, _ in lots],
                "volgnummer": [place for _, place, _, _ in lots],
                "naam": [name for _, _, name, _ in lots],
                "leverancier_id": vendors[chosen],
                "maximumbedrag": [maximum for _, _, _, maximum in lots],
            }
        ),
    }


def _vendors(organisations: pl.DataFrame, *, trades: list[str]) -> pl.DataFrame:
    """Choose who delivers: one of each trade that is asked for and that there is, and others to make up the number."""
    businesses = organisations.filter(type="onderneming").select("id", "sector", "oprichtingsdatum").sort("id")
    first_of_trade = pl.col("sector").is_in(trades) & pl.col("sector").is_first_distinct()
    return businesses.sort(first_of_trade, descending=True, maintain_order=True).head(_VENDORS).sort("id")
