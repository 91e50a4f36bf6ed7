"""Profiles: how large a town is and what its people are like, with the source of every number."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING, Any

from vlavirgem.errors import ProfileError
from vlavirgem.place import VLAVIRGEM, Municipality

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

_BASE = "basis"
SAFE, REALISTIC = "safe", "realistic"
MODES = (SAFE, REALISTIC)
"""Kinds of national numbers. Safe: nobody can have them. Realistic: ordinary serials; somebody may by chance."""
_SMALLEST = 50
"""Below this a town may lack the adults that cases and organisations need."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number or table of weights, and where it comes from."""

    value: Any
    source: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of parameters.

    Attributes:
        name: For instance `gehucht`.
        title: Name for people, by language.
        parameters: By dotted name, for instance `huishoudens.types`.
        identifiers: `safe` or `realistic` national numbers; see `MODES`.
        municipality: Who and where the town is.
    """

    name: str
    title: Mapping[str, str]
    parameters: Mapping[str, Parameter] = field(repr=False)
    identifiers: str = SAFE
    municipality: Municipality = VLAVIRGEM

    @property
    def inhabitants(self) -> int:
        """How many people live here."""
        return int(self.parameters["inwoners"].value)

    @property
    def reference_date(self) -> date:
        """The day that counts as today; nothing in a town depends on a clock."""
        value = self.parameters["referentiedatum"].value
        assert isinstance(value, date)  # noqa: S101 - checked when the profile was read
        return value

    def with_identifiers(self, identifiers: str) -> Profile:
        """Give this profile with another kind of national numbers.

        Raises:
            ProfileError: it is none of `MODES`.
        """
        if identifiers not in MODES:
            raise ProfileError(f"There are no {identifiers!r} identifiers; choose one of: {', '.join(MODES)}.")
        return replace(self, identifiers=identifiers)

    def share(self, name: str) -> float:
        """Give a share between 0 and 1."""
        return float(self.parameters[name].value)

    def number(self, name: str) -> int:
        """Give a whole number."""
        return int(self.parameters[name].value)

    def weights(self, name: str) -> dict[str, int]:
        """Give whole-number weights by label."""
        return dict(self.parameters[name].value)


def profile_names() -> list[str]:
    """List the profiles, smallest town first."""
    names = [file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml")]
    return sorted((n for n in names if n != _BASE), key=lambda name: load_profile(name).inhabitants)


def load_profile(name: str) -> Profile:
    """Read a profile that ships with this package, or that of a municipality of a region: `vlaanderen/99001`.

    Raises:
        ProfileError: there is no such profile, or one of its parameters cannot be.
    """
    from vlavirgem.regions import load_region, region_names  # noqa: PLC0415 - regions are made of profiles

    region, slash, nis_code = name.partition("/")
    if region in region_names():
        if slash:
            return load_region(region).profile(nis_code)
        raise ProfileError(f"{name} is a region; name one of its municipalities, such as {name}/99001.")
    file = _folder() / f"{name}.toml"
    if name == _BASE or not name.isidentifier() or not file.is_file():
        known = ", ".join(
            sorted(
                f.name.removesuffix(".toml")
                for f in _folder().iterdir()
                if f.name.endswith(".toml") and f.name != f"{_BASE}.toml"
            )
        )
        raise ProfileError(
            f"There is no profile {name!r}; choose one of: {known}, or a region: {', '.join(region_names())}."
        )
    base = base_parameters()
    own = tomllib.loads(file.read_text(encoding="utf-8"))
    return build_profile(name, base=base, own=own)


def profile_of(name: str) -> Profile:
    """Give the profile of a town by its name; what all profiles share when it does not ship with this package."""
    try:
        return load_profile(name)
    except ProfileError:
        own = {"inwoners": {"value": 1000, "source": "Doet hier niet ter zake."}}
        return build_profile(name, base=base_parameters(), own=own)


def base_parameters() -> dict[str, Any]:
    """Read what every profile shares, as TOML gives it."""
    return tomllib.loads((_folder() / f"{_BASE}.toml").read_text(encoding="utf-8"))


def build_profile(name: str, *, base: Mapping[str, Any], own: Mapping[str, Any]) -> Profile:
    """Merge a profile over the base and check it.

    Args:
        name: Name of the profile.
        base: Parameters that every profile shares, as read from TOML.
        own: What this profile adds or replaces.

    Raises:
        ProfileError: a parameter has no source, or is out of range.
    """
    parameters = {
        key: Parameter(value=table["value"], source=table["source"])
        for source in (base, own)
        for key, table in _flatten(source, profile=name).items()
    }
    for key, parameter in parameters.items():
        _check(parameter.value, where=f"Profile {name}: {key}")
    for key in ("inwoners", "referentiedatum"):
        if key not in parameters:
            raise ProfileError(f"Profile {name}: {key} is missing.")
    if parameters["inwoners"].value < _SMALLEST:
        raise ProfileError(f"Profile {name}: a town has at least {_SMALLEST} inhabitants.")
    return Profile(name=name, title=own.get("titel", {"nl": name, "en": name}), parameters=parameters)


def _flatten(tree: Mapping[str, Any], *, profile: str, prefix: str = "") -> dict[str, Mapping[str, Any]]:
    flat: dict[str, Mapping[str, Any]] = {}
    for key, node in tree.items():
        if key == "titel" and not prefix:
            continue
        name = prefix + key
        if not isinstance(node, dict):
            raise ProfileError(f"Profile {profile}: {name} needs a `value` and a `source`.")
        if "value" in node:
            if not node.get("source"):
                raise ProfileError(f"Profile {profile}: {name} has no source.")
            flat[name] = node
        else:
            flat |= _flatten(node, profile=profile, prefix=f"{name}.")
    return flat


def _check(value: Any, *, where: str) -> None:
    if isinstance(value, date):
        return
    if isinstance(value, dict):
        weights = list(value.values())
        if not weights or any(not isinstance(w, int) or w < 0 for w in weights) or sum(weights) <= 0:
            raise ProfileError(f"{where} needs whole weights of at least 0 that do not all vanish.")
    elif isinstance(value, float):
        if not 0 <= value <= 1:
            raise ProfileError(f"{where} is a share and must lie between 0 and 1, not {value}.")
    elif not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ProfileError(f"{where} must be a whole number of at least 1, not {value!r}.")


def _folder() -> Traversable:
    return resources.files("vlavirgem") / "profiles"
