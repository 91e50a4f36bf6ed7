"""How people want to be reached agrees with their age, and consents keep their dates in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from vlavirgem import Town


def test_everybody_from_sixteen_has_a_preference(hamlet: Town) -> None:
    """One each; who is not digital is reached by letter and has no eBox, and that is mostly older people."""
    persons, wishes = hamlet.tables["personen"], hamlet.tables["contactvoorkeuren"]
    both = wishes.join(persons, left_on="persoon_id", right_on="id", suffix="_persoon")
    age = (pl.lit(hamlet.reference_date) - pl.col("geboortedatum")).dt.total_days() / 365.25
    assert persons.filter(age >= 16).height == wishes.height
    assert wishes["persoon_id"].is_unique().all()
    assert wishes.select((pl.col("digitaal") == (pl.col("kanaal") != "Passief")).all()).item()
    assert wishes.filter(~pl.col("digitaal"), pl.col("ebox")).is_empty()
    assert both["taal"].to_list() == both["thuistaal"].to_list()
    young, old = (both.filter(condition)["digitaal"].mean() for condition in (age < 50, age >= 75))
    assert young > 0.85  # type: ignore[operator]  # a number
    assert old < 0.6  # type: ignore[operator]  # idem


def test_consents_keep_their_dates_in_order(hamlet: Town) -> None:
    """Given before it ends, withdrawn only once given, and then refused; once per purpose."""
    consents = hamlet.tables["toestemmingen"]
    today = hamlet.reference_date
    assert consents.select((pl.col("gegeven_op") < today).all()).item()
    assert consents.select((pl.col("gegeven_op") < pl.col("vervalt_op")).all()).item()
    withdrawn = consents.filter(pl.col("ingetrokken_op").is_not_null())
    assert withdrawn.height > 0
    assert withdrawn.select((pl.col("ingetrokken_op") > pl.col("gegeven_op")).all()).item()
    assert withdrawn.select((pl.col("ingetrokken_op") <= today).all()).item()
    assert {"geweigerd"} == set(withdrawn["status"])
    assert consents.select("persoon_id", "verwerkingsactiviteit_id").is_unique().all()
