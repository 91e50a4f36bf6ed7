"""What is counted of households and of the buildings that they live in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.statistics.counting import ages, bands, inhabitants, shares

if TYPE_CHECKING:
    from vlavirgem.profile import Profile
    from vlavirgem.statistics.counting import Counts, Tables

_ALONE, _LONE_PARENT = "alleenstaand", "eenouder"
_COUPLES = ("koppel", "koppelMetKinderen")


def sizes(part: Tables, profile: Profile) -> Counts:
    """Count households by members."""
    return bands(part["huishoudens"]["aantal_leden"], starts=profile.weights("statistiek.huishoudgrootte"))


def kinds(part: Tables, _profile: Profile) -> Counts:
    """Count households by kind."""
    return shares(part["huishoudens"]["type"])


def children(part: Tables, profile: Profile) -> Counts:
    """Count households with children by how many there are."""
    of_each = inhabitants(part).filter(pl.col("rol") == "kind").group_by("huishouden_id").len()
    return bands(of_each["len"], starts=profile.weights("huishoudens.kinderen"))


def ages_alone(part: Tables, profile: Profile) -> Counts:
    """Count who lives alone by age."""
    alone = _heads(part, kinds=(_ALONE,))
    return bands(ages(alone, profile=profile), starts=profile.weights("huishoudens.leeftijd_alleenstaand"))


def mothers(part: Tables, _profile: Profile) -> Counts:
    """Count lone parents who are mothers."""
    heads = _heads(part, kinds=(_LONE_PARENT,))
    return {"moeder": (heads.filter(geslacht="FEMALE").height, heads.height)}


def same_sex(part: Tables, _profile: Profile) -> Counts:
    """Count couples of two women or two men."""
    sexes = _couples(part).group_by("huishouden_id").agg(pl.col("geslacht").n_unique())
    return {"koppels": (sexes.filter(geslacht=1).height, sexes.height)}


def married(part: Tables, _profile: Profile) -> Counts:
    """Count couples that are married."""
    both = _couples(part)
    return {"koppels": (both.filter(burgerlijke_staat="gehuwd").height // 2, both.height // 2)}


def built(part: Tables, profile: Profile) -> Counts:
    """Count buildings that stand by the year in which they were built."""
    standing = part["gebouwen"].filter(pl.col("status") == "gerealiseerd")
    return bands(standing["bouwjaar"].drop_nulls(), starts=profile.weights("statistiek.bouwjaren"))


def flats(part: Tables, _profile: Profile) -> Counts:
    """Count buildings with more than one unit."""
    units = part["gebouweenheden"].filter(pl.col("status") != "gehistoreerd").group_by("gebouw_id").len()
    return {"gebouwen": (units.filter(pl.col("len") > 1).height, units.height)}


def unfinished(part: Tables, _profile: Profile) -> Counts:
    """Count buildings that are planned or being built."""
    buildings = part["gebouwen"].filter(pl.col("status") != "gehistoreerd")
    return {"gebouwen": (buildings.filter(pl.col("status") != "gerealiseerd").height, buildings.height)}


def _heads(part: Tables, *, kinds: tuple[str, ...]) -> pl.DataFrame:
    homes = part["huishoudens"].filter(pl.col("type").is_in(kinds))
    return part["personen"].join(homes, left_on="id", right_on="gezinshoofd_id", how="semi")


def _couples(part: Tables) -> pl.DataFrame:
    homes = part["huishoudens"].filter(pl.col("type").is_in(_COUPLES))
    both = inhabitants(part).filter(pl.col("rol").is_in(["gezinshoofd", "partner"]))
    return both.join(homes, left_on="huishouden_id", right_on="id", how="semi")
