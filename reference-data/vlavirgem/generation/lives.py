"""What is known of the inhabitants beside who they are: where they lived, what happened, and what they want."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.generation.consents import make_consent_tables
from vlavirgem.generation.languages import home_languages
from vlavirgem.generation.life_events import make_life_events_table
from vlavirgem.generation.on_purpose import at_reference_address
from vlavirgem.generation.residences import make_residences, make_residences_table

if TYPE_CHECKING:
    import polars as pl

    from vlavirgem.generation.settling import Settlement


def make_life_tables(settled: Settlement, *, seed: int) -> dict[str, pl.DataFrame]:
    """Make `verblijven`, `persoonsgebeurtenissen`, `contactvoorkeuren` and `toestemmingen`."""
    population, homes = settled.population, settled.homes
    residences = make_residences(population, seed=seed, built=settled.built(homes))
    reference = at_reference_address(homes, premises=settled.premises, public=settled.organisations.public)
    return {
        **make_consent_tables(population, seed=seed, languages=home_languages(population, seed=seed)),
        "verblijven": make_residences_table(
            population, seed=seed, residences=residences, address=homes, reference=reference
        ),
        "persoonsgebeurtenissen": make_life_events_table(population, seed=seed, residences=residences, address=homes),
    }
