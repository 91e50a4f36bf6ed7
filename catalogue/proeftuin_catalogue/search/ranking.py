"""The order of results: fair, explainable, and not for sale.

First how well the words fit, in three bands; within a band the strength of the evidence; then a lot: a
seeded hash of the solution's id, so that nobody wins by the alphabet. Claims never count.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from proeftuin_catalogue.evidence import EvidenceState
from proeftuin_catalogue.search.base import Sort
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proeftuin_catalogue.search.base import Hit

BANDS = (2 / 3, 1 / 3)
"""A hit is in band 0 from two thirds of the best score on, in band 1 from one third on, else in band 2."""

_MOST = 255

_FIT = (
    Text(nl="Past goed bij uw zoekwoorden.", en="Fits your words well."),
    Text(nl="Past redelijk bij uw zoekwoorden.", en="Fits your words fairly."),
    Text(nl="Past een beetje bij uw zoekwoorden.", en="Fits your words a little."),
)

ORDER: dict[Sort, Text] = {
    Sort.RELEVANCE: Text(
        nl=(
            "Eerst wat het best bij uw zoekwoorden past, dan wat het sterkst bewezen is, "
            "en bij gelijke stand een vaste loting. Niemand kan een plaats kopen."
        ),
        en=(
            "First what fits your words best, then what is proved best, "
            "and a fixed lot where that is equal. Nobody can buy a place."
        ),
    ),
    Sort.NAME: Text(nl="Op naam.", en="By name."),
    Sort.NEWEST: Text(
        nl="De nieuwste versie eerst, bij gelijke datum een vaste loting.",
        en="The newest release first, a fixed lot where dates are equal.",
    ),
}


def strength_of(states: Iterable[EvidenceState]) -> int:
    """Weigh the evidence of a solution: tested standards count first, then those that expired.

    Claims and failures count for nothing, so that saying more does not move anybody up.
    """
    found = list(states)
    tested = min(found.count(EvidenceState.TESTED), _MOST)
    expired = min(found.count(EvidenceState.EXPIRED), _MOST)
    return tested * (_MOST + 1) + expired


def lot_of(solution_id: str, *, seed: str) -> int:
    """Draw the lot of a solution: 63 bits of a keyed hash, the same for as long as the seed is."""
    digest = hashlib.blake2b(solution_id.encode(), key=seed.encode()[:64], digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def explain(hit: Hit, *, sort: Sort) -> Text:
    """Say in words why a hit stands where it stands."""
    if sort is Sort.NAME:
        return Text(nl="Staat hier op naam.", en="Stands here by name.")
    if sort is Sort.NEWEST:
        return Text(nl="Staat hier op datum van de versie.", en="Stands here by date of the release.")
    tested, expired = divmod(hit.strength, _MOST + 1)
    if tested:
        proof = Text(nl=f"Getest voor {_standards(tested, 'nl')}.", en=f"Tested for {_standards(tested, 'en')}.")
    elif expired:
        proof = Text(
            nl=f"Bewijs verlopen voor {_standards(expired, 'nl')}.",
            en=f"Evidence expired for {_standards(expired, 'en')}.",
        )
    else:
        proof = Text(nl="Geen geldig bewijs.", en="No valid evidence.")
    lot = Text(nl="Bij gelijke stand: loting.", en="Where equal: by lot.")
    parts = [proof, lot] if hit.band is None else [_FIT[hit.band], proof, lot]
    return Text(nl=" ".join(part.nl for part in parts), en=" ".join(part.en for part in parts))


def _standards(number: int, language: str) -> str:
    if language == "nl":
        return f"{number} standaard" if number == 1 else f"{number} standaarden"
    return f"{number} standard" if number == 1 else f"{number} standards"
