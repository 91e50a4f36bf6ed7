"""What happened in people's lives agrees with who they are now."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.vlavirgem_towns import small_profile
from vlavirgem.generation.lives import make_life_tables
from vlavirgem.generation.people import make_persons_table
from vlavirgem.generation.settling import settle
from vlavirgem.generation.wijken import wijken_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vlavirgem import Town

TODAY = small_profile().reference_date


def lives_of(inhabitants: int, *, seed: int) -> dict[str, pl.DataFrame]:
    """Make people, their homes and their lives."""
    profile = small_profile(inhabitants)
    settled = settle(profile, seed=seed, wijken=wijken_of(profile))
    persons = make_persons_table(profile, seed=seed, population=settled.population, address=settled.homes)
    return {**settled.geography.tables, "personen": persons, **make_life_tables(settled, seed=seed)}


@settings(max_examples=4, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**63), inhabitants=st.integers(50, 1200))
def test_lives_agree_with_who_people_are(seed: int, inhabitants: int) -> None:
    """Residences follow each other from birth to the present address; events agree with civil status and ages."""
    tables = lives_of(inhabitants, seed=seed)
    check_residences(tables)
    check_events(tables)


def test_the_lives_of_the_demo_town_agree(hamlet: Town) -> None:
    """The same, on the town that everybody quotes."""
    check_residences(hamlet.tables)
    check_events(hamlet.tables)


def test_people_are_born_where_they_first_lived(hamlet: Town) -> None:
    """Who comes from another Belgian town was born there, and who comes from abroad in another country."""
    persons, stays = hamlet.tables["personen"], hamlet.tables["verblijven"]
    first = persons.join(stays.filter(pl.col("adres_id").is_null(), volgnummer=1), left_on="id", right_on="persoon_id")
    from_a_town, from_abroad = first.filter(land="BEL"), first.filter(pl.col("land") != "BEL")
    assert from_a_town["gemeente"].to_list() == from_a_town["geboorteplaats"].to_list()
    assert from_a_town.height > from_abroad.height > 0
    assert {"onbekend"} == set(from_abroad["geboorteplaats"])


def check_residences(tables: Mapping[str, pl.DataFrame]) -> None:
    """Each history begins at birth, has no gaps, and ends with one open row: where the person is registered."""
    persons, stays = tables["personen"], tables["verblijven"]
    following = stays.with_columns(volgende=pl.col("van").shift(-1).over("persoon_id"))
    last = following.filter(pl.col("volgende").is_null())
    assert persons["id"].to_list() == last["persoon_id"].to_list()
    assert persons["adres_id"].to_list() == last["adres_id"].to_list()
    assert last["tot"].null_count() == last.height == stays["tot"].null_count()
    assert (
        following.filter(pl.col("volgende").is_not_null()).select((pl.col("tot") == pl.col("volgende")).all()).item()
    )
    assert following.filter(pl.col("tot").is_not_null()).select((pl.col("van") < pl.col("tot")).all()).item()
    first = stays.filter(volgnummer=1)
    assert persons["geboortedatum"].to_list() == first["van"].to_list()
    assert stays.select((pl.col("van") < TODAY).all()).item()
    assert stays.select((pl.col("land") == "BEL").eq(pl.col("gemeente").is_not_null()).all()).item()
    # Nobody lives in a house before it stands; but for one of this year, that is finished on the last day.
    built = stays.join(tables["adressen"], left_on="adres_id", right_on="id").join(
        tables["gebouwen"], left_on="gebouw_id", right_on="id", suffix="_gebouw"
    )
    year = pl.col("van").dt.year()
    known = built.filter(pl.col("bouwjaar").is_not_null())
    assert known.select(((year > pl.col("bouwjaar")) | (pl.col("van") == date(2025, 12, 31))).all()).item()


def check_events(tables: Mapping[str, pl.DataFrame]) -> None:
    """In the order of time, and each of those that a civil status asks for."""
    persons, events = tables["personen"], tables["persoonsgebeurtenissen"]
    assert events.select(pl.col("datum").is_sorted().over("persoon_id").all()).item()
    assert events.select((pl.col("datum") < TODAY).all()).item()
    by_kind = {kind: events.filter(type=kind) for kind in events["type"].unique()}
    empty = events.clear()
    assert persons["geboortedatum"].to_list() == by_kind["geboorte"]["datum"].to_list()
    for kind, states in {
        "huwelijk": ("gehuwd", "gescheiden", "weduwstaat"),
        "echtscheiding": ("gescheiden",),
        "weduwschap": ("weduwstaat",),
    }.items():
        having = persons.filter(pl.col("burgerlijke_staat").is_in(states))["id"].to_list()
        assert having == by_kind.get(kind, empty)["persoon_id"].to_list()
    weddings = by_kind.get("huwelijk", empty).join(persons, left_on="persoon_id", right_on="id")
    age = (pl.col("datum") - pl.col("geboortedatum")).dt.total_days() / 365.25
    assert weddings.select((age >= 18).all()).item()
    couples = weddings.filter(pl.col("partner_id").is_not_null())
    couples = couples.select("persoon_id", "partner_id", "datum", "geslacht")
    both = couples.join(couples, left_on="partner_id", right_on="persoon_id", suffix="_2")
    assert both.height == couples.height == persons.filter(burgerlijke_staat="gehuwd").height
    assert both.select((pl.col("datum") == pl.col("datum_2")).all()).item()
    same = both.filter(pl.col("geslacht") == pl.col("geslacht_2"))
    assert same.select((pl.col("datum") >= date(2003, 6, 1)).all()).item()
    moves = tables["verblijven"].filter(pl.col("volgnummer") > 1)
    assert moves["van"].to_list() == by_kind.get("verhuizing", empty)["datum"].to_list()
    assert moves["adres_id"].to_list() == by_kind.get("verhuizing", empty)["adres_id"].to_list()
    became = by_kind.get("naturalisatie", empty).join(persons, left_on="persoon_id", right_on="id")
    assert became.select((pl.col("nationaliteit") == "BEL").all()).item()
    abroad = tables["verblijven"].filter(pl.col("land") != "BEL")
    arrived = became.select("persoon_id", "datum").join(abroad, on="persoon_id")
    assert arrived.select((pl.col("tot") <= pl.col("datum")).all()).item()


def test_grown_up_children_lived_at_their_parents_address(hamlet: Town) -> None:
    """Most of those whose parents live nearby did so for a while, as far as the parents lived there."""
    persons, stays = hamlet.tables["personen"], hamlet.tables["verblijven"]
    families = persons.join(persons, left_on="ouder1_id", right_on="id", suffix="_ouder").filter(
        pl.col("huishouden_id") != pl.col("huishouden_id_ouder")
    )
    stayed = families.join(stays, left_on=["id", "adres_id_ouder"], right_on=["persoon_id", "adres_id"], how="inner")
    assert 0.2 < stayed.height / families.height < 1


def test_nobody_marries_on_sunday_and_most_do_on_saturday(hamlet: Town) -> None:
    """The town hall is closed on Sunday."""
    weddings = hamlet.tables["persoonsgebeurtenissen"].filter(type="huwelijk")["datum"].dt.weekday()
    assert 7 not in weddings.to_list()
    assert 2 * (weddings == 6).sum() > len(weddings)
