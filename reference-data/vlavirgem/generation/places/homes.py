"""Building units and their addresses, those that are gone too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.columns import dates
from vlavirgem.generation.places.moments import moments, versions
from vlavirgem.generation.places.numbering import ids_after
from vlavirgem.generation.places.stock import PLANNED, PURPOSES
from vlavirgem.generation.places.texts import box_numbers, chosen, house_numbers, only
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.generation.places.coordinates import Sheet
    from vlavirgem.generation.places.dwellings import Dwellings
    from vlavirgem.generation.places.past import Past
    from vlavirgem.generation.places.stock import Stock
    from vlavirgem.generation.wijken import Rows, Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Integers

    Decimals = NDArray[np.float64]

_UNIT_STATUS = ("gepland", "gepland", "gerealiseerd", "gehistoreerd")
"""By a building's status: a unit in a building that is being built is still planned."""


@dataclass(frozen=True, slots=True)
class Homes:
    """The tables of units and addresses.

    Attributes:
        units: Table `gebouweenheden`.
        addresses: Table `adressen`.
    """

    units: pl.DataFrame
    addresses: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Spots:
    """What addresses need of the building in which they are, one row per building, gone ones last.

    Attributes:
        street: Index of the street.
        x: Lambert 72 of a point inside, metres.
        y: The same.
    """

    street: Integers
    x: Decimals
    y: Decimals


def homes_of(
    profile: Profile,
    *,
    seed: int,
    wijken: Wijken,
    dwellings: Dwellings,
    stock: Stock,
    past: Past,
    spots: Spots,
    street_ids: Integers,
    street_names: pl.Series,
    sheet: Sheet,
) -> Homes:
    """Give every home, and whatever else can have an address, a unit and an address."""
    of, rows, ids = dwellings.units, dwellings.rows, dwellings.id
    first = ids[of.first]
    gone_ids = ids_after(wijken, rows.counts, past.gone_rows)
    renamed_ids = ids_after(wijken, rows.counts + past.gone_rows.counts, past.renamed_rows)
    number, letter = dwellings.doors(seed=seed)
    status = stock.status[of.owner]
    units = _units(profile, seed=seed, stock=stock, past=past, of=of, ids=np.concatenate([ids, gone_ids]), first=first)
    building = np.concatenate([of.owner, stock.id.size + np.arange(past.gone.size), past.renamed])
    here = np.concatenate([of.owner, past.gone, past.renamed])
    kept, gone = ids.size, past.gone.size
    x, y, street = spots.x[building], spots.y[building], spots.street[building]
    owner = stock.rows.owner[here]
    longitude, latitude = sheet.wgs84(x, y, of=owner)
    east, north = sheet.lambert2008(x, y, of=owner)
    is_flat = np.concatenate([stock.is_flat[of.owner], np.zeros(gone + past.renamed.size, dtype=bool)])
    # What is past has letters that nothing has now: C and B, or E and D where the building itself has a letter.
    suffix = np.concatenate([letter[of.owner], 3 + 2 * letter[past.gone], 2 + 2 * letter[past.renamed]])
    planned = np.concatenate([status == PLANNED, np.zeros(gone + past.renamed.size, dtype=bool)])
    ended = np.concatenate([past.gone_day, past.renamed_day])
    all_ids = np.concatenate([ids, gone_ids, renamed_ids])
    moment = versions(
        Random(seed, kind="adres"), rows=ids, today=profile.reference_date, since=_finished(stock)[of.owner]
    )
    unit = np.concatenate([np.where(is_flat[:kept], of.position, -1), np.full(ended.size, -1)])
    box, box_in_line = box_numbers(unit)
    over = np.arange(all_ids.size) >= kept
    addresses = pl.DataFrame(
        {
            "id": all_ids,
            "straatnaam_id": street_ids[street],
            "gebouw_id": np.concatenate([stock.id, past.gone_id])[building],
            "gebouweenheid_id": np.concatenate([ids, gone_ids, first[past.renamed]]),
            "huisnummer": house_numbers(number[here], suffix),
            "busnummer": box,
            "in_regel": box_in_line,
            "postcode": pl.repeat(profile.municipality.post_code, all_ids.size, eager=True),
            "naam": street_names[street],
            "status": chosen(("inGebruik", "voorgesteld", "gehistoreerd"), np.where(over, 2, planned)),
            "officieel_toegekend": ~planned,
            "positie_methode": pl.repeat("afgeleidVanObject", all_ids.size, eager=True),
            "positie_specificatie": chosen(("gebouw", "gebouweenheid"), is_flat.astype(np.int64)),
            "x": x,
            "y": y,
            "x_lambert2008": east,
            "y_lambert2008": north,
            "lengtegraad": longitude,
            "breedtegraad": latitude,
            "einde": only(dates(np.concatenate([np.zeros(kept, dtype=np.int64), ended])), over),
            "vervangen_door": only(pl.Series(first[here]), over),
            "versie": pl.concat([moment, moments(ended, 12 * 60)]),
        }
    )
    town = f", {profile.municipality.post_code} {profile.municipality.name}"
    line = pl.concat_str("naam", pl.lit(" "), "huisnummer", "in_regel", pl.lit(town))
    return Homes(
        units=units, addresses=addresses.with_columns(volledig_adres=line).drop("naam", "in_regel").sort("id")
    )


def _units(
    profile: Profile, *, seed: int, stock: Stock, past: Past, of: Rows, ids: Integers, first: Integers
) -> pl.DataFrame:
    kept = of.size
    over = np.arange(ids.size) >= kept
    moment = versions(
        Random(seed, kind="gebouweenheid"), rows=ids[:kept], today=profile.reference_date,
        since=_finished(stock)[of.owner],
    )  # fmt: skip
    return pl.DataFrame(
        {
            "id": ids,
            "gebouw_id": np.concatenate([stock.id[of.owner], past.gone_id]),
            "status": chosen(_UNIT_STATUS, np.concatenate([stock.status[of.owner], np.full(past.gone.size, 3)])),
            "functie": pl.repeat("nietGekend", ids.size, eager=True),
            "bestemming": chosen(
                PURPOSES, np.concatenate([stock.purpose[of.owner], np.zeros(past.gone.size, dtype=np.int64)])
            ),
            "einde": only(dates(np.concatenate([np.zeros(kept, dtype=np.int64), past.gone_day])), over),
            "vervangen_door": only(pl.Series(np.concatenate([ids[:kept], first[past.gone]])), over),
            "versie": pl.concat([moment, moments(past.gone_day, 12 * 60)]),
        }
    ).sort("id")


def _finished(stock: Stock) -> Integers:
    """Give the last day of the year in which each building was finished, about, as days since 1970."""
    return (stock.year - 1969) * 365 + (stock.year - 1969) // 4
