"""Cases on their way through the generic process, with their statuses, steps and documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.caseload import YEARS_BACK, deadline
from vlavirgem.casework import MUNICIPALITY
from vlavirgem.generation.applicants import make_requests, products_asked_for
from vlavirgem.generation.case_history import dates_of, instants_of, make_documents, make_statuses, make_steps
from vlavirgem.generation.case_roads import DAY, kinds_of_cases, make_roads
from vlavirgem.generation.handovers import make_handovers, make_handovers_table
from vlavirgem.generation.wijken import Rows, rows_of
from vlavirgem.process import STATUSES
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from vlavirgem.generation.applicants import Applicants
    from vlavirgem.generation.case_roads import Roads
    from vlavirgem.generation.handlers import Handlers
    from vlavirgem.generation.handovers import Handovers
    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Integers

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses of some wijken, in the order of their numbers."""

    rows: Rows
    id: Integers
    text: pl.Series


def make_case_tables(
    profile: Profile,
    *,
    seed: int,
    wijken: Wijken,
    applicants: Applicants,
    places: Places,
    products: pl.DataFrame,
    handlers: Handlers,
) -> dict[str, pl.DataFrame]:
    """Make `dossiers`, `dossierstatussen`, `procedurestappen`, `overdrachten` and `stukken` of some wijken."""
    random = Random(seed, kind="dossier")
    kinds = kinds_of_cases()
    rows = rows_of(np.maximum(1, wijken.inhabitants * profile.number("dossiers.per_duizend") * YEARS_BACK // 1000))
    if wijken.numbers.size and wijken.numbers[0] == 0:
        rows = rows_of(np.where(wijken.numbers == 0, np.maximum(rows.counts, len(kinds.types)), rows.counts))
    ids = wijken.ids(rows)
    kind = random.pick("dossiertype", rows=ids, weights=[t.rate for t in kinds.types])
    # Every kind is there, also in the smallest town.
    kind = np.where((wijken.numbers[rows.owner] == 0) & (rows.position < len(kinds.types)), rows.position, kind)
    kind = np.minimum(kind, len(kinds.types) - 1)
    roads = make_roads(profile, random=random, ids=ids, kind=kind)
    today = (profile.reference_date - _EPOCH).days
    handovers = make_handovers(random, rows=rows, ids=ids, kind=kind, roads=roads, handlers=handlers, today=today)
    cases = _cases(
        random, ids=ids, rows=rows, kind=kind, roads=roads, applicants=applicants, places=places, products=products
    ).with_columns(**_in_hand(handovers, roads=roads, handlers=handlers))
    return {
        "dossiers": cases,
        "dossierstatussen": make_statuses(wijken, rows=rows, ids=ids, roads=roads),
        "procedurestappen": make_steps(wijken, rows=rows, ids=ids, kind=kind, roads=roads),
        "overdrachten": make_handovers_table(handovers, wijken=wijken, rows=rows, ids=ids, handlers=handlers),
        "stukken": make_documents(random, wijken=wijken, rows=rows, ids=ids, kind=kind, roads=roads, cases=cases),
    }


def _cases(
    random: Random,
    *,
    ids: Integers,
    rows: Rows,
    kind: Integers,
    roads: Roads,
    applicants: Applicants,
    places: Places,
    products: pl.DataFrame,
) -> pl.DataFrame:
    kinds = kinds_of_cases()
    opened = roads.moment[:, 0]
    last = roads.last
    status = roads.status[row_numbers(ids.size), last]
    closed = kinds.ends[kind, status]
    asked = make_requests(
        random, ids=ids, rows=rows, kind=kind, opened=opened // DAY, closed=closed, applicants=applicants
    )
    numbers = {number: place for place, number in enumerate(products["productnummer"])}
    product = np.asarray([numbers[number] for number in products_asked_for()])[asked.product]
    who = asked.who
    anywhere = places.rows.first[rows.owner] + random.below("plaats", rows=ids, bound=places.rows.counts[rows.owner])
    where = kinds.where[kind]
    home = np.searchsorted(places.id, applicants.address[who])
    spot = np.where(where == 1, home, anywhere)
    placed = pl.Series(where > 0)
    moment = roads.moment[row_numbers(ids.size), last]
    name = products["naam"].gather(product)
    title = name + " (" + places.text.gather(spot) + ")"
    return pl.DataFrame(
        {
            "id": ids,
            "dossiertype": pl.Series([t.code for t in kinds.types]).gather(kind),
            "product_id": products["id"].gather(product),
            "aanvrager_id": applicants.id[who],
            "behandelaar_id": np.full_like(ids, MUNICIPALITY),
            "adres_id": places.id[spot],
            "status": pl.Series(STATUSES).gather(status),
            "titel": title,
            "informatieclassificatie": kinds.classification.gather(kind),
            "openingsdatum": dates_of(opened),
            "uiterste_datum": dates_of(deadline(opened // DAY, term=roads.term) * DAY),
            "sluitingsdatum": dates_of(moment),
            "statusdatum": dates_of(moment),
            "gesloten": closed,
            "naam": name,
            "geplaatst": placed,
        }
    ).with_columns(
        dossiernummer="VVG-"
        + pl.col("openingsdatum").dt.year().cast(pl.String)
        + "-"
        + pl.col("id").cast(pl.String).str.zfill(6),
        adres_id=pl.when("geplaatst").then("adres_id"),
        titel=pl.when("geplaatst").then("titel").otherwise("naam"),
        sluitingsdatum=pl.when("gesloten").then("sluitingsdatum"),
    )


def _in_hand(handovers: Handovers, *, roads: Roads, handlers: Handlers) -> dict[str, pl.Series]:
    """Say who has each case now, when it last changed, and how often: a status and a hand-over are a change each."""
    last = handovers.last
    moment = roads.moment[row_numbers(roads.last.size), roads.last]
    return {
        "medewerker_id": pl.Series(handlers.id[handovers.handler[last]]),
        "versie": pl.Series(roads.length + handovers.counts - 1),
        "gewijzigd": instants_of(np.maximum(moment, handovers.moment[last])),
    }
