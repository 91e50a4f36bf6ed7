"""A town is governed as the law has it, and everything that its bodies write down adds up."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.generation.governance.calendar import two_years_before
from vlavirgem.generation.governance.everything import make_governance_tables
from vlavirgem.generation.governance.functions import Status
from vlavirgem.generation.governance.seats import eligible
from vlavirgem.numbering import STRIDE
from vlavirgem.schema import governance

if TYPE_CHECKING:
    from collections.abc import Mapping

    Tables = Mapping[str, pl.DataFrame]

GOLDEN_DIGEST = "294d5e322526349dfe8d7f4577512cbcd107847b489607004796f2978713b979"
STREETS = [f"Proef{number}{kind}" for number in range(1, 9) for kind in ("straat", "laan", "plein")]
ASSOCIATIONS = [f"Vereniging {number}" for number in range(1, 9)]
TODAY = small_profile().reference_date


def adults(count: int, *, per_household: int = 2) -> pl.DataFrame:
    """Make candidates without a town: of both sexes, born from 1940 to 2005."""
    numbers = range(1, count + 1)
    return pl.DataFrame(
        {
            "id": numbers,
            "geslacht": ["FEMALE" if number * 7 % 11 < 6 else "MALE" for number in numbers],
            "geboortedatum": [date(1940 + number * 29 % 66, number % 12 + 1, number % 28 + 1) for number in numbers],
            "huishouden_id": [number // per_household + 1 for number in numbers],
        },
        schema={"id": pl.Int64, "geslacht": pl.String, "geboortedatum": pl.Date, "huishouden_id": pl.Int64},
    )


@pytest.fixture(scope="module")
def tables() -> Tables:
    """The governance of a place of a thousand people."""
    return make_governance_tables(
        small_profile(1000), seed=1830, candidates=adults(200), streets=STREETS, associations=ASSOCIATIONS
    )


def in_body(tables: Tables, frame: pl.DataFrame) -> pl.DataFrame:
    """Add the letters of the body, by `orgaan_in_tijd_id`."""
    bodies = tables["bestuursorganen"].select(bestuursorgaan_id="id", orgaan="afkorting")
    terms = tables["bestuursorganen_in_tijd"].join(bodies, on="bestuursorgaan_id")
    return frame.join(
        terms.select("orgaan", "binding_start", "binding_einde", "aantal_zetels", orgaan_in_tijd_id="id"),
        on="orgaan_in_tijd_id",
        maintain_order="left",
    )


def test_the_same_town_is_always_governed_the_same(tables: Tables) -> None:
    """By the digest of its rows; who changes what is made copies the new one."""
    written = "".join(tables[table.name].write_ndjson() for table in governance.TABLES)

    assert GOLDEN_DIGEST == hashlib.sha256(written.encode()).hexdigest()


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 2**63),
    inhabitants=st.sampled_from([50, 150, 999, 1000, 6_000, 20_000]),
    candidates=st.integers(0, 160),
    per_household=st.integers(1, 3),
)
def test_whatever_the_town_its_governance_keeps_the_rules(
    seed: int, inhabitants: int, candidates: int, per_household: int
) -> None:
    """Also with hardly anybody to choose from."""
    people = adults(candidates, per_household=per_household)
    made = make_governance_tables(small_profile(inhabitants), seed=seed, candidates=people)

    check_references(made, people=people)
    check_mandates(made, people=people)
    check_meetings(made)
    check_votes(made)
    check_decisions(made)


def check_references(made: Tables, *, people: pl.DataFrame) -> None:
    """Numbers count from 1 without holes, nothing is missing, every reference leads somewhere."""
    for table in governance.TABLES:
        frame = made[table.name]
        assert list(range(1, frame.height + 1)) == frame["id"].to_list(), table.name
        for column in table.columns:
            values = frame[column.name]
            where = f"{table.name}.{column.name}"
            assert column.nullable or values.null_count() == 0, where
            if column.references and column.references != "organisaties":
                known = people["id"] if column.references == "personen" else made[column.references]["id"]
                assert values.drop_nulls().is_in(known.implode()).all(), where


def check_mandates(made: Tables, *, people: pl.DataFrame) -> None:
    """Adults of different households, within the term, no more than the law allows, both sexes in the college."""
    holders = in_body(
        made,
        made["mandatarissen"]
        .join(
            made["mandaten"].select("orgaan_in_tijd_id", "functie_naam", "aantal_houders", mandaat_id="id"),
            on="mandaat_id",
        )
        .join(people.rename({"id": "persoon_id"}), on="persoon_id"),
    )
    assert holders.height == made["mandatarissen"].height
    assert (holders["start"] >= holders["binding_start"]).all()
    assert (holders["einde"] <= holders["binding_einde"]).all()
    assert (holders["start"] < holders["einde"]).all()
    age = holders["start"].dt.year() - holders["geboortedatum"].dt.year()
    assert holders.is_empty() or age.min() >= 18  # type: ignore[operator]  # numbers compare
    at_first = holders.filter(pl.col("start") == pl.col("binding_start"))
    seats = at_first.group_by("mandaat_id").agg(pl.len(), pl.col("aantal_houders").first())
    assert (seats["len"] <= seats["aantal_houders"]).all()
    councillors = at_first.filter(functie_naam="gemeenteraadslid")
    for _, council in councillors.group_by("orgaan_in_tijd_id"):
        assert council["huishouden_id"].is_unique().all()
        assert council["persoon_id"].is_unique().all()
        assert sorted(council["volgorde"]) == list(range(1, council.height + 1))
    check_balance(at_first, people=people)
    groups = made["fracties"].with_columns(
        leden=pl.col("id").replace_strict(
            dict(councillors.group_by("fractie_id").len().iter_rows()), default=0, return_dtype=pl.Int64
        )
    )
    assert groups["zetels"].to_list() == groups["leden"].to_list()
    successors = holders.filter(pl.col("opvolger_van_id").is_not_null())
    before = successors.join(holders, left_on="opvolger_van_id", right_on="id", suffix="_voor")
    assert before.height == successors.height
    assert (before["mandaat_id"] == before["mandaat_id_voor"]).all()
    assert (before["start"] - before["einde_voor"] == timedelta(seconds=1)).all()


def check_balance(holders: pl.DataFrame, *, people: pl.DataFrame) -> None:
    """Where there are enough of both: women and men alternate within each group, and both sit in the college."""
    for (start,), term in holders.group_by("binding_start"):
        first_day = (start + timedelta(days=1)).date()  # type: ignore[operator]  # a moment
        known = eligible(people, day=first_day)["geslacht"].value_counts()["count"]
        council = term.filter(functie_naam="gemeenteraadslid")
        if known.len() < 2 or int(known.min()) <= council.height // 2 + 1:  # type: ignore[call-overload]  # a number
            continue
        for _, group in council.group_by("fractie_id"):
            assert abs(2 * int((group["geslacht"] == "FEMALE").sum()) - group.height) <= 1
        college = term.filter(pl.col("functie_naam").is_in(["burgemeester", "schepen"]))
        assert 2 == college["geslacht"].n_unique()


def check_meetings(made: Tables) -> None:
    """Inside the term and the two years, quorum reached, chaired by a member, and with a chair who is there."""
    meetings = in_body(made, made["zittingen"])
    assert (meetings["start"] >= meetings["binding_start"]).all()
    assert (meetings["einde"] <= meetings["binding_einde"]).all()
    assert (meetings["start"] >= meetings["geplande_start"]).all()
    assert (meetings["einde"] > meetings["start"]).all()
    assert meetings["start"].is_sorted()
    assert meetings["start"].dt.date().is_between(two_years_before(TODAY), TODAY).all()
    presence = made["aanwezigheden"].with_columns(er=pl.col("aanwezigheid") == "aanwezig")
    counted = presence.group_by("zitting_id").agg(pl.len(), pl.col("er").sum())
    assert counted.height == meetings.height
    assert (2 * counted["er"] > counted["len"]).all()
    members = presence.join(made["mandatarissen"], left_on="mandataris_id", right_on="id", maintain_order="left").join(
        made["zittingen"], left_on="zitting_id", right_on="id", suffix="_zitting"
    )
    assert (members["start"] <= members["start_zitting"]).all()
    assert (members["einde"] >= members["einde_zitting"]).all()
    # The chair of a council has a mandate for that beside the seat, so people are compared.
    chairs = made["zittingen"].join(made["mandatarissen"], left_on="voorzitter_id", right_on="id")
    who = dict(chairs.select("id", "persoon_id").iter_rows())
    there = members.filter("er").select("zitting_id", "persoon_id").rows()
    assert set(who.items()) <= set(there)


def check_votes(made: Tables) -> None:
    """Only members who are there vote; counts add up; the majority decides."""
    votes, stances = made["stemmingen"], made["stemgedragingen"]
    voted = stances.join(votes.rename({"id": "stemming_id"}), on="stemming_id").join(
        made["agendapunten"].select("zitting_id", agendapunt_id="id"), on="agendapunt_id"
    )
    presence = made["aanwezigheden"].select("zitting_id", "mandataris_id", "aanwezigheid")
    both = voted.join(presence, on=["zitting_id", "mandataris_id"], how="left")
    assert both["aanwezigheid"].null_count() == 0
    assert (both.filter(pl.col("aanwezigheid") != "aanwezig")["stem"] == "afwezig").all()
    assert not voted["geheim"].any()
    assert votes["agendapunt_id"].is_unique().all()
    counted = stances.group_by("stemming_id").agg(
        *((pl.col("stem") == stem).sum().alias(stem) for stem in ("voor", "tegen", "onthouden", "afwezig")),
        pl.len().alias("leden"),
    )
    known = votes.join(counted, left_on="id", right_on="stemming_id")
    assert known.height == votes.height - int(votes["geheim"].sum())
    for column, stem in (
        ("aantal_voorstanders", "voor"),
        ("aantal_tegenstanders", "tegen"),
        ("aantal_onthouders", "onthouden"),
    ):
        assert known[column].cast(pl.Int64).to_list() == known[stem].cast(pl.Int64).to_list()
    assert (2 * (known["leden"] - known["afwezig"]) > known["leden"]).all()
    accepted = votes["aantal_voorstanders"] > votes["aantal_tegenstanders"]
    assert (accepted == (votes["gevolg"] == "aanvaard")).all()


def check_decisions(made: Tables) -> None:
    """One decision an item, numbered per body and year, with articles and grounds; nothing personal in the open."""
    decisions, items = made["besluiten"], made["agendapunten"]
    assert decisions["agendapunt_id"].to_list() == items["id"].to_list()
    assert decisions["nummer"].is_unique().all()
    assert set(made["artikelen"]["besluit_id"]) == set(decisions["id"])
    assert set(made["verwijzingen"]["besluit_id"]) == set(decisions["id"])
    assert decisions["gepubliceerd"].drop_nulls().is_sorted()
    late = (decisions["publicatiedatum"] - decisions["datum"]).drop_nulls()
    assert late.is_empty() or late.max() <= timedelta(days=10)  # type: ignore[operator]  # durations compare
    assert (decisions["publicatiedatum"].drop_nulls() < TODAY).all()
    known = decisions["inwerkingtreding"].drop_nulls()
    assert known.is_empty() or not (decisions["inwerkingtreding"] < decisions["datum"]).any()
    for frame, columns in ((decisions, ("titel", "beschrijving", "motivering")), (made["artikelen"], ("inhoud",))):
        for column in columns:
            assert not frame[column].drop_nulls().str.contains(r"[{}]").any(), column
    order = items.group_by("zitting_id", maintain_order=True).agg("volgnummer", "openbaar")
    for numbers, public in order.select("volgnummer", "openbaar").iter_rows():
        assert numbers == list(range(1, len(numbers) + 1))
        assert public == sorted(public, reverse=True), "what is closed comes last"
    rejected = made["stemmingen"].filter(gevolg="verworpen")["agendapunt_id"]
    texts = made["artikelen"].filter(pl.col("besluit_id").is_in(rejected.implode()))
    assert set(texts["inhoud"]) <= {"Het voorstel is niet aangenomen."}


def test_the_largest_city_has_no_more_rows_than_belong_to_the_town_hall() -> None:
    """Numbers from 100 001 on are those of wijken."""
    made = make_governance_tables(small_profile(540_000), seed=1, candidates=adults(400))

    assert 55 == made["mandaten"]["aantal_houders"].max()
    assert STRIDE > max(frame.height for frame in made.values())
    check_votes(made)


def test_a_place_with_enough_people_fills_every_seat(tables: Tables) -> None:
    """A thousand inhabitants: nine councillors in both terms; women and men differ by one at most."""
    councillors = in_body(
        tables, tables["mandatarissen"].join(tables["mandaten"], left_on="mandaat_id", right_on="id")
    ).filter(pl.col("functie_naam") == "gemeenteraadslid", pl.col("start") == pl.col("binding_start"))
    people = councillors.join(adults(200), left_on="persoon_id", right_on="id")

    assert [9, 9] == [frame.height for _, frame in people.group_by("orgaan_in_tijd_id")]
    for _, council in people.group_by("orgaan_in_tijd_id"):
        women = int((council["geslacht"] == "FEMALE").sum())
        assert abs(2 * women - council.height) <= 1


def test_both_sexes_sit_in_the_college(tables: Tables) -> None:
    """Decreet over het lokaal bestuur, article 42."""
    names = ["burgemeester", "schepen"]
    college = (
        tables["mandatarissen"]
        .join(tables["mandaten"].filter(pl.col("functie_naam").is_in(names)), left_on="mandaat_id", right_on="id")
        .join(adults(200), left_on="persoon_id", right_on="id")
    )
    for term in ("2019", "2025"):
        ones = college.filter(pl.col("einde").dt.year() == int(term) + 5)
        assert {"MALE", "FEMALE"} == set(ones["geslacht"])
        assert 4 == ones.height


def test_every_alderman_has_a_policy_domain_and_no_domain_two_aldermen(tables: Tables) -> None:
    """Domains are shared out."""
    mandates = tables["mandaten"].filter(functie_naam="schepen")
    for mandate in mandates["id"]:
        domains = tables["mandatarissen"].filter(mandaat_id=mandate)["beleidsdomeinen"]
        assert domains.list.len().min() > 0  # type: ignore[operator]  # numbers compare
        assert domains.explode(empty_as_null=False).is_unique().all()


def test_one_councillor_stops_early_and_the_council_installs_the_successor(tables: Tables) -> None:
    """An edge case on purpose: mandates that end in the middle of a term, in council and welfare council."""
    decisions = tables["besluiten"].filter(pl.col("bekrachtigt_ontslag_id").is_not_null())
    new = tables["mandatarissen"].filter(pl.col("opvolger_van_id").is_not_null())

    assert 2 == decisions.height
    assert sorted(new["id"]) == sorted(decisions["bekrachtigt_aanstelling_id"])
    assert sorted(new["opvolger_van_id"]) == sorted(decisions["bekrachtigt_ontslag_id"])
    assert {"Samenstelling bestuursorganen"} == set(decisions["besluittype_naam"])
    assert 1 == new["persoon_id"].n_unique()


def test_one_councillor_is_prevented_for_a_time_and_somebody_stands_in(tables: Tables) -> None:
    """DLB article 12: meanwhile only who stands in sits and votes, and afterwards the councillor does again."""
    ones = tables["mandatarissen"].with_columns(van=pl.col("start"), tot=pl.col("einde"))
    absent = ones.filter(pl.col("tijdelijk_vervangen_door_id").is_not_null())
    acting = ones.filter(status=str(Status.ACTING))
    both = absent.join(ones, left_on="tijdelijk_vervangen_door_id", right_on="id", suffix="_waarnemer")

    assert 2 == absent.height == acting.height
    assert {str(Status.PREVENTED)} == set(absent["status"])
    assert sorted(acting["id"]) == sorted(absent["tijdelijk_vervangen_door_id"])
    for name in ("mandaat_id", "fractie_id", "van", "tot"):
        assert both[name].to_list() == both[f"{name}_waarnemer"].to_list()
    assert 1 == absent["persoon_id"].n_unique() == acting["persoon_id"].n_unique()
    present = tables["aanwezigheden"].join(tables["zittingen"], left_on="zitting_id", right_on="id")
    assert present.filter(pl.col("mandataris_id").is_in(absent["id"].implode())).is_empty()
    stood_in = present.join(acting, left_on="mandataris_id", right_on="id", suffix="_mandaat")
    assert stood_in.height > 0
    assert stood_in.select(pl.col("start").is_between("van", "tot").all()).item()
    again = present.join(ones, left_on="mandataris_id", right_on="id", suffix="_mandaat").filter(
        pl.col("persoon_id") == absent["persoon_id"][0], pl.col("start") > absent["tot"][0]
    )
    assert again.height > 0
    installed = tables["besluiten"].filter(pl.col("titel").str.starts_with("Verhindering"))
    assert sorted(acting["id"]) == sorted(installed["bekrachtigt_aanstelling_id"])
    assert 2 == installed["bekrachtigt_ontslag_id"].null_count()


def test_titles_say_what_was_decided_in_plain_and_varied_dutch(tables: Tables) -> None:
    """Sentences of twenty-five words at most; no title makes up a tenth of all but the standing first item."""
    decisions = tables["besluiten"]
    for text in [*decisions["motivering"].drop_nulls(), *tables["artikelen"]["inhoud"]]:
        assert max(len(sentence.split()) for sentence in text.split(". ")) <= 25, text
    others = decisions.filter(~pl.col("titel").str.starts_with("Goedkeuring van de notulen"))
    most = others["titel"].value_counts().sort("count").row(-1, named=True)
    assert most["count"] < others.height / 10, most


def test_titles_are_filled_with_the_streets_and_associations_of_the_town(tables: Tables) -> None:
    """Streets get their article."""
    titles = " ".join(tables["besluiten"]["titel"])

    assert "in de Proef1straat" in titles
    assert "op het Proef1plein" in titles
    assert "aan Vereniging 1" in titles


def test_decisions_are_about_streets_of_the_whole_town() -> None:
    """Also of wijken that are not made together with the town hall, whose names it works out."""
    town = Town.generate(profile=small_profile(19_000, dossiers__per_duizend=1), seed=5)
    titles = " ".join(town.tables["besluiten"]["titel"])
    streets = town.tables["straatnamen"].with_columns(wijk=pl.col("id") // STRIDE)
    named = streets.filter(pl.Series([name in titles for name in streets["naam"]]))

    assert 19 == streets["wijk"].n_unique()
    assert 3 <= int(streets.group_by("wijk").len()["len"].min() or 0)
    assert set(range(18)) == set(named["wijk"])
    written = town.tables["besluiten"]["titel"].str.extract(r" in de ([A-Z][^ ]*straat)$").drop_nulls()
    assert written.len() > 20
    assert set(written) <= set(streets["naam"])


def test_no_text_names_a_person(tables: Tables) -> None:
    """What concerns one person is closed and has no motivation."""
    personal = tables["besluiten"].filter(pl.col("titel").str.starts_with("Individueel"))

    assert personal.height > 20
    assert personal["motivering"].null_count() == personal.height
    items = tables["agendapunten"].filter(pl.col("id").is_in(personal["agendapunt_id"].implode()))
    assert not items["openbaar"].any()


def test_who_governs_may_be_elected(hamlet: Town) -> None:
    """Belgians who lived here when their mandate began, work elsewhere, and are not parent and child."""
    tables = hamlet.tables
    held = tables["mandatarissen"].select("persoon_id", pl.col("start").dt.date(), "mandaat_id")
    people = held.join(tables["personen"], left_on="persoon_id", right_on="id")
    assert {"BEL"} == set(people["nationaliteit"])
    elsewhere = tables["verblijven"].filter(pl.col("adres_id").is_null())
    assert (
        held.join(elsewhere, on="persoon_id").filter(pl.col("tot") > pl.col("start") + pl.duration(days=1)).is_empty()
    )
    assert held.join(tables["medewerkers"], on="persoon_id").is_empty()
    for parent in ("ouder1_id", "ouder2_id"):
        both = people.join(held, left_on=[parent, "mandaat_id"], right_on=["persoon_id", "mandaat_id"])
        assert both.is_empty()


def test_an_association_gets_a_grant_once_a_year(hamlet: Town) -> None:
    """And what it may do, it asks once."""
    decisions = hamlet.tables["besluiten"].filter(pl.col("titel").str.contains("werkingssubsidie aan"))
    assert decisions.height > 0
    assert decisions.select("titel", pl.col("datum").dt.year()).is_unique().all()


def test_one_room_holds_one_meeting(hamlet: Town) -> None:
    """The welfare council is over when the council begins."""
    meetings = hamlet.tables["zittingen"].sort("plaats", "start")
    over = pl.col("einde").shift(1).over("plaats") <= pl.col("start")
    assert meetings.filter(~over).is_empty()
