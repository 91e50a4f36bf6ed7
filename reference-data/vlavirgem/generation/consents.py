"""How people want to be reached, and what they let the municipality do with their data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.columns import dates
from vlavirgem.generation.wijken import rows_of
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.generation.population import Population

_OF_AGE = 16
"""From then on people consent themselves (GDPR article 8; in Belgium 13 for online services)."""
_DIGITAL_FROM = np.asarray([0, 50, 65, 75], dtype=np.int64)
_DIGITAL_SHARE = np.asarray([93, 86, 68, 36], dtype=np.int64)
"""Of a hundred people from these ages on: ours, in the order of what Statbel's ICT survey of households shows."""
_CHANNELS = ("Email", "Sms", "Passief")
_PASSIVE = len(_CHANNELS) - 1
_ACTIVITIES = (
    ("nieuwsbrief", "Nieuwsbrief van de gemeente", "Mogen wij u de nieuwsbrief sturen?", 45),
    ("wegenwerken", "Berichten over werken in uw buurt", "Mogen wij u melden dat er werken in uw buurt zijn?", 35),
    ("noodberichten", "Berichten bij noodsituaties", "Mogen wij uw nummer gebruiken bij een noodsituatie?", 40),
    ("dossierberichten", "Berichten over uw dossiers", "Mogen wij u melden hoe het met uw dossiers staat?", 60),
)
"""Code, label, question, and how many in a hundred are asked."""
_YEARS = 5 * 365
_REFUSED, _WITHDRAWN = 0.15, 0.08


def make_activities_table() -> pl.DataFrame:
    """Make the table `verwerkingsactiviteiten`."""
    rows = [(number, code, label, question) for number, (code, label, question, _) in enumerate(_ACTIVITIES, start=1)]
    frame = pl.DataFrame(rows, schema=["id", "code", "label", "toestemmingsvraag"], orient="row")
    # OSLO's code lists: 3977 is consent (GDPR article 6.1a), 8916 ordinary processing.
    return frame.with_columns(verwerkingsgrond=pl.lit("3977"), type=pl.lit("8916"), organisatie_id=pl.lit(1))


def make_consent_tables(population: Population, *, seed: int, languages: pl.Series) -> dict[str, pl.DataFrame]:
    """Make `contactvoorkeuren` and `toestemmingen`.

    Args:
        population: The people.
        seed: The town's seed.
        languages: The language of each household.
    """
    random = Random(seed, kind="contact")
    members, today = population.members, population.today
    who = np.flatnonzero(population.age >= _OF_AGE)
    ids = members.id[who]
    band = np.searchsorted(_DIGITAL_FROM, population.age[who], side="right") - 1
    digital = random.below("digitaal", rows=ids, bound=100) < _DIGITAL_SHARE[band]
    channel = np.where(digital, random.pick("kanaal", rows=ids, weights=[78, 22]), _PASSIVE)
    since = today - 1 - random.below("sinds", rows=ids, bound=_YEARS)
    preferences = pl.DataFrame(
        {
            "id": ids,
            "persoon_id": ids,
            "kanaal": pl.Series(_CHANNELS).gather(channel),
            "taal": languages.gather(members.household[who]),
            "digitaal": digital,
            "ebox": digital & random.chance("ebox", rows=ids, share=0.55),
            "sinds": dates(since),
        }
    )
    asked = np.stack([random.below(code, rows=ids, bound=100) < share for code, _, _, share in _ACTIVITIES], axis=1)
    person, activity = np.nonzero(asked)
    rows = ids[person] * len(_ACTIVITIES) + activity
    given = np.maximum(since[person], today - 1 - random.below("gegeven", rows=rows, bound=_YEARS))
    refused = random.chance("geweigerd", rows=rows, share=_REFUSED)
    withdrawn = ~refused & random.chance("ingetrokken", rows=rows, share=_WITHDRAWN) & (given < today - 1)
    ends = given + 1 + random.below("einde", rows=rows, bound=np.maximum(today - 1 - given, 1))
    counts = np.zeros(members.id.size, dtype=np.int64)
    counts[who] = asked.sum(axis=1)
    consents = pl.DataFrame(
        {
            "id": population.wijken.ids(rows_of(population.per_wijk(counts))),
            "persoon_id": ids[person],
            "verwerkingsactiviteit_id": activity + 1,
            "status": pl.Series(["toegelaten", "geweigerd"]).gather((refused | withdrawn).astype(np.int64)),
            "kanaal": pl.Series(_CHANNELS).gather(channel[person]),
            "gegeven_op": dates(given),
            "vervalt_op": dates(given + _YEARS).set(pl.Series(refused), None),
            "ingetrokken_op": dates(ends).set(pl.Series(~withdrawn), None),
        }
    )
    return {"contactvoorkeuren": preferences, "toestemmingen": consents}
