"""Which inhabitants can be elected, and since when.

Decreet over het lokaal bestuur, article 10, and Lokaal en Provinciaal Kiesdecreet, article 58: Belgians who are in the
population register of the municipality, and who do not work for it, its OCMW or its police zone. Citizens of other
countries of the Union can sit in the council but not be mayor; here only Belgians do either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.generation.governance.seats import ELIGIBLE_SINCE
from vlavirgem.numbering import STRIDE

if TYPE_CHECKING:
    from collections.abc import Mapping

_BELGIUM = "BEL"


def candidates_of(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Give the inhabitants of the first wijk who can be elected some day, with `kiesbaar_vanaf`: the day.

    Args:
        tables: `personen`, `verblijven`, `persoonsgebeurtenissen` and `medewerkers`.
    """
    people = tables["personen"].filter(
        pl.col("id") <= STRIDE, pl.col("overlijdensdatum").is_null(), pl.col("nationaliteit") == _BELGIUM
    )
    staff = tables["medewerkers"].select(id="persoon_id").drop_nulls()
    elsewhere = tables["verblijven"].filter(pl.col("adres_id").is_null()).group_by(id="persoon_id")
    became = tables["persoonsgebeurtenissen"].filter(type="naturalisatie").group_by(id="persoon_id")
    free = people.join(staff, on="id", how="anti")
    return (
        free.join(_relatives(free), on="id", how="anti")
        .join(elsewhere.agg(hier=pl.col("tot").max()), on="id", how="left")
        .join(became.agg(belg=pl.col("datum").max()), on="id", how="left")
        .with_columns(pl.max_horizontal("geboortedatum", "hier", "belg").alias(ELIGIBLE_SINCE))
        .drop("hier", "belg")
        .sort("id")
    )


def _relatives(people: pl.DataFrame) -> pl.DataFrame:
    """Give who leaves the place to a parent, child or sibling: close relatives may not sit together (DLB, article 10).

    Of a parent and a child it is sometimes the one and sometimes the other.
    """
    parents = pl.concat(
        people.select(pl.col(column).alias("ouder"), kind="id") for column in ("ouder1_id", "ouder2_id")
    ).drop_nulls()
    here = parents.filter(pl.col("ouder").is_in(people["id"].implode()))
    yields = pl.when(pl.col("kind") % 2 == 0).then("kind").otherwise("ouder")
    siblings = people.filter(pl.col("ouder1_id").is_not_null() & ~pl.col("ouder1_id").is_first_distinct())
    return pl.concat([here.select(id=yields), siblings.select("id")])
