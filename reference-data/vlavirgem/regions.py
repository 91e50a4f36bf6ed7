"""Regions: many municipalities that are made together, such as a Flanders of 285, and what keeps them apart.

A municipality of a region is a town like any other, with a name, codes, a seed and a place at sea of its own. Its
numbers differ from those of every other one: rows and base-register objects by `numbering.TOWN`, national, enterprise,
establishment and phone numbers by the numbers of its wijken, which the region hands out from `_FIRST_WIJK` on, after
those of VlaVirGem itself.
"""

from __future__ import annotations

import hashlib
import math
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from vlavirgem.errors import CapacityError, ProfileError
from vlavirgem.numbering import INHABITANTS, wijken_count
from vlavirgem.place import Municipality, domain_of
from vlavirgem.profile import SAFE, Profile, base_parameters, build_profile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from importlib.resources.abc import Traversable

_FIRST_WIJK = 1_000
_WIJKEN = 7_984
"""All wijken for which there are national numbers that nobody can have; VlaVirGem may take the first thousand."""
_MOST = 285
_FIRST_NIS, _FIRST_POST_CODE, _FIRST_OVO = 99_001, 5_701, 990_003
_LEAST_REST = 50
"""A last wijk holds all that are left, so less than this would make it larger than its numbers."""
_WEST, _EAST, _SOUTH = 10_500.0, 89_500.0, 295_000.0
"""Lambert 72 in metres: where municipalities lie, row above row. From 2° to 3.6° east it is sea up to 56° north."""
_BLOCK, _MARGIN = 340.0, 2_600.0


@dataclass(frozen=True, slots=True)
class SizeClass:
    """How many municipalities have at least so many inhabitants, and fewer than the class above, and who says so."""

    least: int
    municipalities: int
    source: str


@dataclass(frozen=True, slots=True)
class Region:
    """Municipalities that are made together.

    Attributes:
        name: For instance `vlaanderen`.
        title: Name for people, by language.
        classes: Size classes, largest first.
        municipalities: Who they are, in the order in which they are made.
        inhabitants: How many people live in each.
        identifiers: `safe` or `realistic` national numbers.
    """

    name: str
    title: Mapping[str, str]
    classes: tuple[SizeClass, ...]
    municipalities: tuple[Municipality, ...]
    inhabitants: tuple[int, ...]
    identifiers: str = SAFE
    base: Mapping[str, Any] = field(default_factory=base_parameters, repr=False, compare=False)

    @property
    def people(self) -> int:
        """How many people live in all of them."""
        return sum(self.inhabitants)

    def profile(self, nis_code: str) -> Profile:
        """Give the profile of one municipality.

        Raises:
            ProfileError: there is none with this code.
        """
        for municipality, people in zip(self.municipalities, self.inhabitants, strict=True):
            if municipality.nis_code == nis_code:
                own = {
                    "titel": {"nl": municipality.name, "en": municipality.name},
                    "inwoners": {"value": people, "source": f"Verzonnen; zie de grootteklassen van {self.name}."},
                }
                profile = build_profile(f"{self.name}/{nis_code}", base=self.base, own=own)
                return replace(profile, municipality=municipality).with_identifiers(self.identifiers)
        raise ProfileError(f"There is no municipality {nis_code!r} in {self.name}; `vlavirgem profiles` lists them.")

    def profiles(self, only: Iterable[str] = ()) -> list[Profile]:
        """Give the profiles of all municipalities, or of some by their codes, in the order of the region.

        Raises:
            ProfileError: there is none with one of these codes.
        """
        wanted = set(only) or {one.nis_code for one in self.municipalities}
        known = [one.nis_code for one in self.municipalities if one.nis_code in wanted]
        return [self.profile(code) for code in [*known, *sorted(wanted - set(known))]]

    def with_identifiers(self, identifiers: str) -> Region:
        """Give this region with another kind of national numbers; its profiles refuse a kind that is none."""
        return replace(self, identifiers=identifiers)


def seed_of(profile: Profile, *, seed: int) -> int:
    """Derive the seed of one municipality from that of its region: below 2**48, so that JSON holds it everywhere."""
    return int.from_bytes(hashlib.blake2b(f"{seed}/{profile.name}".encode(), digest_size=6).digest(), "big")


def region_names() -> list[str]:
    """List the regions that ship with this package."""
    return sorted(file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml"))


@cache
def load_region(name: str) -> Region:
    """Read a region that ships with this package.

    Raises:
        ProfileError: there is none of this name.
    """
    if name not in region_names():
        raise ProfileError(f"There is no region {name!r}; choose one of: {', '.join(region_names())}.")
    return build_region(name, content=tomllib.loads((_folder() / f"{name}.toml").read_text(encoding="utf-8")))


def build_region(name: str, *, content: Mapping[str, Any]) -> Region:
    """Give every municipality its codes, numbers and place, and check that the sizes are those of the classes.

    Args:
        name: Name of the region.
        content: As read from TOML: `titel`, `klassen`, `inwoners` and `gemeenten`.

    Raises:
        ProfileError: the sizes do not follow the classes or do not add up, or two municipalities share a name.
        CapacityError: there are more municipalities or people than numbers that are nobody's.
    """
    towns = [(str(town), int(people)) for town, people in content["gemeenten"]["value"]]
    classes = tuple(SizeClass(one["vanaf"], one["gemeenten"], one["source"]) for one in content["klassen"])
    sizes = [people for _, people in towns]
    _check(name, sizes=sizes, classes=classes, people=content["inwoners"]["value"])
    domains = [domain_of(town) for town, _ in towns]
    if len(set(domains)) < len(domains):
        raise ProfileError(f"Region {name}: two municipalities have the same name.")
    wijken = [wijken_count(people) for people in sizes]
    first = list(accumulate(wijken, initial=_FIRST_WIJK))
    if len(towns) > _MOST or first[-1] > _WIJKEN:
        raise CapacityError(f"Region {name} needs more numbers than can be given safely; make it smaller.")
    municipalities = tuple(
        Municipality(
            name=town,
            nis_code=str(_FIRST_NIS + place),
            post_code=str(_FIRST_POST_CODE + place),
            ovo_code=_FIRST_OVO + 3 * place,
            domain=domains[place],
            centre=centre,
            number=place + 1,
            first_wijk=first[place],
            wijken=_WIJKEN,
        )
        for place, ((town, _), centre) in enumerate(zip(towns, _centres(wijken), strict=True))
    )
    return Region(
        name=name, title=content["titel"], classes=classes, municipalities=municipalities, inhabitants=tuple(sizes)
    )


def _check(name: str, *, sizes: Sequence[int], classes: Sequence[SizeClass], people: int) -> None:
    edges = [math.inf, *(one.least for one in classes)]
    found = [sum(low <= size < high for size in sizes) for high, low in pairwise(edges)]
    if [one.municipalities for one in classes] != found or len(sizes) != sum(found):
        raise ProfileError(f"Region {name}: its municipalities do not follow its size classes; counted: {found}.")
    if sum(sizes) != people:
        raise ProfileError(f"Region {name}: its municipalities have {sum(sizes)} inhabitants, not {people}.")
    if any(0 < size % INHABITANTS < _LEAST_REST for size in sizes if size > INHABITANTS):
        raise ProfileError(f"Region {name}: a last wijk has at least {_LEAST_REST} inhabitants.")


def _centres(wijken: Sequence[int]) -> list[tuple[float, float]]:
    """Lay municipalities beside each other, row after row from south to north, each in a square that holds it."""
    centres = []
    west, south, height = _WEST, _SOUTH, 0.0
    for count in wijken:
        side = 2 * _radius(count)
        if west + side > _EAST:
            west, south, height = _WEST, south + height, 0.0
        centres.append((west + side / 2, south + side / 2))
        west, height = west + side, max(height, side)
    return centres


def _radius(wijken: int) -> float:
    """Give a round number of metres within which a municipality of so many wijken lies around its centre."""
    blocks = 36 + 9 * max(wijken - 9, 0)
    return float(math.isqrt(round(blocks * _BLOCK * _BLOCK / 3)) + round(_MARGIN))


def _folder() -> Traversable:
    return resources.files("vlavirgem") / "regions"
