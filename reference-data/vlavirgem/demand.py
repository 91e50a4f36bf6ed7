"""What people ask for: how often each product that starts a case is asked for, and whom it suits.

The list is `datasets/aanvragen.toml`. One rule says who may ask, for one person and for a column of them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from vlavirgem.randomness import Integers

Days = TypeVar("Days", int, "Integers")

EITHER, FOREIGN, BELGIAN = range(3)
NEVER = 1 << 30
"""A day that does not come; later than every other."""
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Terms(Generic[Days]):
    """Who can ask for a product; 0 where all can.

    Attributes:
        nationality: `EITHER`, `FOREIGN` or `BELGIAN`.
        age: So many days old at least.
        child: The youngest child of the household is younger than so many days.
        moved: Lives at their address for at most so many days.
        single: 1 where nobody can who is married.
        until: Younger than so many days.
        business: Runs a business that is younger than so many days.
    """

    nationality: Days
    age: Days
    child: Days
    moved: Days
    single: Days
    until: Days
    business: Days


@dataclass(frozen=True, slots=True)
class Asker(Generic[Days]):
    """Who asks; days are since 1970, `NEVER` for what is not so.

    Attributes:
        since: From when they live where they do.
        born: When they were born.
        belgian: From when they are Belgian.
        youngest: When the youngest child of their own was born.
        married: Since when they are married.
        business: When the business began that they run.
    """

    since: Days
    born: Days
    belgian: Days
    youngest: Days
    married: Days
    business: Days


@dataclass(frozen=True, slots=True)
class Demand:
    """How often a product is asked for, among a thousand cases of its kind, and by whom.

    Attributes:
        product: Its number.
        weight: So many in a thousand.
        terms: Who can.
        leaves: Whether who asks leaves the town when the case is done.
    """

    product: str
    weight: int
    terms: Terms[int]
    leaves: bool = False


EVERYBODY = Terms(EITHER, 0, 0, 0, 0, 0, 0)


@cache
def demands() -> dict[str, tuple[Demand, ...]]:
    """Read what is asked for, by kind of case, in the order of the products' numbers."""
    text = (resources.files("vlavirgem") / "datasets" / "aanvragen.toml").read_text(encoding="utf-8")
    return {
        kind: tuple(
            Demand(
                product,
                entry["gewicht"],
                Terms(
                    {None: EITHER, False: FOREIGN, True: BELGIAN}[entry.get("belg")],
                    entry.get("vanaf", 0) * (_YEAR + 1),
                    entry.get("kind_tot", 0) * _YEAR,
                    entry.get("verhuisd", 0),
                    int(entry.get("gehuwd", True) is False),
                    entry.get("tot", 0) * _YEAR,
                    entry.get("zaak_tot", NEVER if entry.get("zaak") else 0),
                ),
                leaves=entry.get("vertrekt", False),
            )
            for product, entry in sorted(products.items())
        )
        for kind, products in tomllib.loads(text).items()
    }


@cache
def departures() -> frozenset[str]:
    """Give the products by which people say that they leave the town."""
    return frozenset(one.product for offered in demands().values() for one in offered if one.leaves)


def instead(kind: str) -> Demand:
    """Give what a case is about when what was drawn suits nobody: the commonest product that any adult can ask for.

    It comes after a move too when nobody moved of late, so that a kind of case is as common in the smallest town.
    """
    for_anybody = [one for one in demands()[kind] if not one.leaves and replace(one.terms, moved=0) == EVERYBODY]
    return replace(max(for_anybody, key=lambda one: one.weight), terms=EVERYBODY)


def misfits(terms: Terms[Days], asker: Asker[Days], *, opened: Days) -> Days:
    """Count the reasons why somebody cannot ask for a product on a day: 0 when they can.

    Args:
        terms: Who can.
        asker: Who asks.
        opened: The day on which the case opens, since 1970.
    """
    is_belgian = (asker.belgian <= opened) * 1
    away = (asker.since > opened) * 1
    stayed = (terms.moved > 0) * (opened - asker.since > terms.moved)
    young = (opened - asker.born < terms.age) * 1
    childless = (terms.child > 0) * ((asker.youngest > opened) | (opened - asker.youngest >= terms.child))
    other = (terms.nationality == BELGIAN) * (1 - is_belgian) + (terms.nationality == FOREIGN) * is_belgian
    taken = terms.single * (asker.married <= opened)
    old = (terms.until > 0) * (opened - asker.born >= terms.until)
    idle = (terms.business > 0) * ((asker.business > opened) | (opened - asker.business >= terms.business))
    reasons: Days = away + stayed + young + childless + other + taken + old + idle
    return reasons
