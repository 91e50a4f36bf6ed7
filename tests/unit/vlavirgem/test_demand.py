"""Products are asked for as often as is said, by people whom they suit on the day on which the case opens."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from datetime import date
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlavirgem import Town
from vlavirgem.demand import BELGIAN, EITHER, EVERYBODY, FOREIGN, NEVER, Asker, Terms, demands, instead, misfits
from vlavirgem.living import live
from vlavirgem.living.events import SUBMITTED
from vlavirgem.process import case_types
from vlavirgem.profile import Parameter, load_profile
from vlavirgem.public_services import products

if TYPE_CHECKING:
    from vlavirgem.randomness import Integers

DAYS = st.integers(-30_000, 30_000) | st.just(NEVER)
TERMS = st.builds(
    Terms,
    st.sampled_from([EITHER, FOREIGN, BELGIAN]),
    st.integers(0, 30_000),
    st.sampled_from([0, 365, 6_570]),
    st.integers(0, 90),
    st.integers(0, 1),
)
ASKED = {demand.product: demand.terms for offered in demands().values() for demand in offered}


@pytest.fixture(scope="module")
def village() -> Town:
    """A village: large enough to have everybody, small enough to be made at once."""
    return Town.generate(profile="dorp", seed=1830)


@pytest.fixture(scope="module")
def cases(village: Town) -> pl.DataFrame:
    """Its cases, with their product and the applicant's present home and youngest child."""
    persons = village.tables["personen"]
    became = village.tables["persoonsgebeurtenissen"].filter(type="naturalisatie")
    weddings = village.tables["persoonsgebeurtenissen"].filter(type="huwelijk")
    wed = weddings.group_by(id="persoon_id").agg(getrouwd=pl.col("datum").max())
    children = persons.filter(rol="kind").group_by("huishouden_id").agg(jongste=pl.col("geboortedatum").max())
    homes = village.tables["verblijven"].filter(pl.col("tot").is_null())
    asking = (
        persons.join(homes.select(id="persoon_id", van="van"), on="id")
        .join(became.select(id="persoon_id", geworden="datum"), on="id", how="left")
        .join(wed, on="id", how="left")
        .join(children, on="huishouden_id", how="left")
        .select(
            "burgerlijke_staat",
            "getrouwd",
            "nationaliteit",
            "geboortedatum",
            "van",
            "geworden",
            "jongste",
            "rol",
            aanvrager_id="id",
        )
    )
    return (
        village.tables["dossiers"]
        .join(village.tables["producten"].select("productnummer", product_id="id"), on="product_id")
        .join(asking, on="aanvrager_id")
    )


def test_every_product_that_starts_a_case_is_asked_for() -> None:
    """Under its own kind, and of each kind a thousand are shared out."""
    starting = Counter((one["dossiertype"], one["nummer"]) for one in products() if one["dossiertype"])

    assert starting == Counter((kind, one.product) for kind, offered in demands().items() for one in offered)
    assert dict.fromkeys(case_types(), 1000) == {k: sum(one.weight for one in of) for k, of in demands().items()}
    assert [EVERYBODY] * len(case_types()) == [instead(kind).terms for kind in case_types()]


@given(terms=TERMS, days=st.tuples(DAYS, DAYS, DAYS, DAYS, DAYS), opened=st.integers(15_000, 30_000))
def test_one_rule_holds_for_one_person_and_for_a_column(
    terms: Terms[int], days: tuple[int, int, int, int, int], opened: int
) -> None:
    """So the generator and a town's life let the same people ask."""
    asker = Asker(*days)
    found = misfits(column(terms), Asker(*(np.asarray([day]) for day in days)), opened=np.asarray([opened]))

    assert [misfits(terms, asker, opened=opened)] == found.tolist()
    assert (asker.since <= opened) == (misfits(EVERYBODY, asker, opened=opened) == (asker.born > opened) * 1)


def column(terms: Terms[int]) -> Terms[Integers]:
    """Make a column of one row."""
    return Terms(**{one.name: np.asarray([getattr(terms, one.name)]) for one in fields(Terms)})


def test_an_applicant_lives_there_when_the_case_opens(cases: pl.DataFrame) -> None:
    """Nobody asks the municipality for anything before moving in."""
    assert 0 == cases.filter(pl.col("openingsdatum") < pl.col("van")).height


def test_products_go_to_whom_they_suit(cases: pl.DataFrame) -> None:
    """Nationality, age, marriage and children as on the day on which the case opened."""
    wrong = []
    for row in cases.iter_rows(named=True):
        terms, opened = ASKED[row["productnummer"]], row["openingsdatum"]
        since = row["geworden"] or (row["geboortedatum"] if row["nationaliteit"] == "BEL" else date.max)
        is_wrong = (
            (terms.nationality == BELGIAN and since > opened)
            or (terms.nationality == FOREIGN and since <= opened)
            or (opened - row["geboortedatum"]).days < terms.age
            or (terms.single and row["burgerlijke_staat"] == "gehuwd" and row["getrouwd"] <= opened)
            or (terms.child and (row["jongste"] is None or not 0 <= (opened - row["jongste"]).days < terms.child))
        )
        if is_wrong:
            wrong.append((row["dossiernummer"], row["productnummer"]))
    assert [] == wrong


def test_who_reports_a_change_of_address_has_just_moved(cases: pl.DataFrame) -> None:
    """Within two months, where anybody of the wijk has."""
    stayed = cases.filter(productnummer="VVG0001").select((pl.col("openingsdatum") - pl.col("van")).dt.total_days())

    assert 0.95 * stayed.height < (stayed.to_series() <= ASKED["VVG0001"].moved).sum()


@pytest.mark.parametrize("kind", case_types())
def test_products_are_asked_for_as_often_as_is_said(cases: pl.DataFrame, kind: str) -> None:
    """To five standard deviations, and some go to another product for want of anybody whom the first suits."""
    mine = cases.filter(dossiertype=kind)
    found = Counter(mine["productnummer"].to_list())
    for one in demands()[kind]:
        wanted = mine.height * one.weight / 1000
        assert abs(found[one.product] - wanted) <= 2 + 5 * sqrt(wanted) + 0.02 * mine.height, one.product


def test_life_lets_the_same_people_ask(hamlet: Town) -> None:
    """Cases that come in later suit the nationality of who asks too."""
    code = dict(hamlet.tables["producten"].select("id", "productnummer").iter_rows())
    land = dict(hamlet.tables["personen"].select("id", "nationaliteit").iter_rows())
    profile = load_profile("gehucht")
    busy = replace(profile, parameters={**profile.parameters, "dossiers.per_duizend": Parameter(4000, "test")})
    asked = 0
    for event in live(hamlet, days=90, profile=busy):
        changes = event.happening.changes
        land |= {row["id"]: row["nationaliteit"] for row in changes.added.get("personen", ())}
        if event.happening.kind == SUBMITTED:
            [row] = changes.added["dossiers"]
            nationality = ASKED[code[row["product_id"]]].nationality
            assert nationality in {EITHER, BELGIAN if land[row["aanvrager_id"]] == "BEL" else FOREIGN}
            asked += 1
    assert 50 < asked
