"""Organisations, who works for the administrations, and what is bought."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.generation.work_mail import work_mail_addresses
from vlavirgem.identifiers import establishment_numbers

GROWN_UP, RETIRED = 20, 67


def test_the_administrations_have_the_first_numbers(hamlet: Town) -> None:
    """Cases and decisions refer to the municipality as 1, and to the OCMW and police zone as 2 and 3."""
    first = hamlet.tables["organisaties"].filter(pl.col("id") < 100)
    assert ["gemeente", "ocmw", "politiezone"] == first["type"].to_list()


def test_who_has_a_building_of_its_own_is_in_it(hamlet: Town) -> None:
    """Each administration in one of its own, a school in the school; nobody lives there, but by reference."""
    units = hamlet.tables["gebouweenheden"].select("bestemming", gebouweenheid_id="id")
    addresses = hamlet.tables["adressen"].join(units, on="gebouweenheid_id").select("bestemming", adres_id="id")
    seats = hamlet.tables["organisaties"].join(addresses, on="adres_id")
    administrations = seats.filter(bestemming="bestuur")
    assert ["gemeente", "ocmw", "politiezone"] == administrations.sort("id")["type"].to_list()
    assert administrations["adres_id"].is_unique().all()
    living = hamlet.tables["huishoudens"].join(administrations.select("adres_id", soort="type"), on="adres_id")
    assert ["ocmw"] == living["soort"].to_list()
    assert {"school"} == set(seats.filter(bestemming="onderwijs")["type"])


def test_each_organisation_has_an_establishment_at_its_seat(hamlet: Town) -> None:
    """Numbers pass the check of the KBO: 97 minus the first eight digits mod 97."""
    organisations, places = hamlet.tables["organisaties"], hamlet.tables["vestigingen"]
    seats = places.filter("is_zetel")
    assert organisations["id"].to_list() == seats["organisatie_id"].to_list()
    assert organisations["adres_id"].to_list() == seats["adres_id"].to_list()
    assert places.height > seats.height
    for number in places["vestigingsnummer"]:
        assert number.startswith("8")
        assert 97 - int(number[:8]) % 97 == int(number[8:])
    assert places["vestigingsnummer"].is_unique().all()


def test_the_largest_towns_have_numbers_for_all_establishments() -> None:
    """Ten million, more than a town of eight thousand wijken needs."""
    assert ["8999999993"] == establishment_numbers(pl.Series([9_999_999]).to_numpy()).to_list()


def test_employees_work_and_have_rights_in_time(hamlet: Town) -> None:
    """A right lasts as long as the job; who lives here has the same name in both registers, and is grown up."""
    staff, rights = hamlet.tables["medewerkers"], hamlet.tables["toegangsrechten"]
    assert staff["functie"].n_unique() == 10
    assert staff.select((pl.col("van") < pl.col("tot")).all()).item()
    both = rights.join(staff, left_on="medewerker_id", right_on="id", suffix="_werk")
    assert both["van"].to_list() == both["van_werk"].to_list()
    assert both["tot"].to_list() == both["tot_werk"].to_list()
    assert set(staff["id"]) == set(rights["medewerker_id"])
    residents = staff.join(hamlet.tables["personen"], left_on="persoon_id", right_on="id", suffix="_persoon")
    assert residents.height > 0
    assert residents["achternaam"].to_list() == residents["achternaam_persoon"].to_list()
    assert residents["persoon_id"].is_unique().all()
    age = (pl.col("van") - pl.col("geboortedatum")).dt.total_days() / 365.25
    assert residents.select((age >= 18).all()).item()


def test_mail_addresses_at_work_are_names_that_nobody_else_has() -> None:
    """At the domain of the municipality, which cannot exist; a letter that is not plain becomes the plain one."""
    town = Town.generate("dorp").tables["medewerkers"]
    first = pl.Series(["Łucja", "An", "An", "An"])
    last = pl.Series(["Van den Çelik", "Maes", "Maes", "Maes"])
    found = work_mail_addresses(first, last, wijk=pl.Series([0, 0, 0, 4]), domain="dorp.example")

    names = [address.removesuffix("@dorp.example") for address in found]

    assert ["lucja.van-den-celik", "an.maes", "an.maes-2", "an.maes5"] == names
    assert town["email"].is_unique().all()
    assert town["email"].str.contains(r"^[a-z-]+\.[a-z-]+\d*(-\d+)?@vlavirgem\.example$").all()


def test_framework_contracts_last_four_years_and_their_lots_add_up(hamlet: Town) -> None:
    """Law of 17 June 2016, article 43; the lots of a contract are not worth more than the whole."""
    contracts, lots = hamlet.tables["raamcontracten"], hamlet.tables["raamcontract_percelen"]
    assert contracts.select(((pl.col("tot") - pl.col("van")).dt.total_days() <= 4 * 365 + 1).all()).item()
    worth = lots.group_by("raamcontract_id").agg(pl.col("maximumbedrag").sum()).sort("raamcontract_id")
    assert worth["maximumbedrag"].to_list() == contracts["maximumbedrag"].to_list()
    assert lots["leverancier_id"].is_in(hamlet.tables["leveranciers"]["id"].implode()).all()


@settings(max_examples=5)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_who_runs_a_business_has_the_age_for_it_and_began_it_as_an_adult(seed: int) -> None:
    """Only the company that a councillor leads on purpose may be older than its leader."""
    tables = Town.generate(profile=small_profile(), seed=seed).tables
    today = small_profile().reference_date
    alone = tables["organisaties"].filter(rechtsvorm="Eenmanszaak")
    run = alone.join(tables["personen"], left_on="zaakvoerder_id", right_on="id").with_columns(
        toen=(pl.col("oprichtingsdatum") - pl.col("geboortedatum")).dt.total_days() / 365.25,
        nu=(today - pl.col("geboortedatum")).dt.total_days() / 365.25,
    )
    assert run.filter((pl.col("toen") < GROWN_UP - 0.1) | (pl.col("nu") > RETIRED)).is_empty()


def test_nobody_works_in_a_building_that_is_not_there_yet(hamlet: Town) -> None:
    """Nor at the home of somebody who does not live there yet."""
    tables = hamlet.tables
    places = (
        tables["vestigingen"]
        .join(tables["organisaties"].select("type", "zaakvoerder_id", organisatie_id="id"), on="organisatie_id")
        .filter(pl.col("type").is_in(["school", "vereniging", "onderneming"]))
        .join(tables["adressen"].select("gebouw_id", adres_id="id"), on="adres_id")
        .join(tables["gebouwen"].select("bouwjaar", gebouw_id="id"), on="gebouw_id")
    )
    assert places.height > 0
    assert places.filter(pl.col("begindatum").dt.year() <= pl.col("bouwjaar")).is_empty()
    homes = tables["verblijven"].filter(pl.col("tot").is_null()).select("adres_id", "van", zaakvoerder_id="persoon_id")
    at_home = places.join(homes, on=["zaakvoerder_id", "adres_id"])
    assert at_home.height > 0
    assert at_home.filter(pl.col("begindatum") < pl.col("van")).is_empty()


@pytest.mark.parametrize("kind", ["onderneming", "vereniging"])
def test_organisations_of_one_trade_have_other_names(hamlet: Town, kind: str) -> None:
    """Two bakeries in one wijk are not both called The Swallow."""
    names = hamlet.tables["organisaties"].filter(type=kind)["naam"]
    assert names.n_unique() == len(names)


def test_there_are_more_hairdressers_than_pharmacies() -> None:
    """Weights say how common a trade is: a pharmacy per thousand people would be ten times what there is."""
    weights = {row["tekst"]: int(row["gewicht"]) for row in dataset("organisaties") if row["gewicht"]}
    assert weights["Kapsalon"] > 3 * weights["Apotheek"]
    assert weights["Voetbalclub"] > weights["Fanfare"]


def test_a_lot_is_delivered_by_whoever_has_that_trade(hamlet: Town) -> None:
    """Software comes from a software house when there is one in the neighbourhood."""
    tables = hamlet.tables
    businesses = tables["organisaties"].filter(type="onderneming")
    lots = (
        tables["raamcontract_percelen"]
        .join(tables["leveranciers"].select("organisatie_id", leverancier_id="id"), on="leverancier_id")
        .join(businesses.select("sector", organisatie_id="id"), on="organisatie_id")
    )
    for lot, trade in (("Software", "software"), ("Wagens", "garage"), ("Noord", "tuinaanleg")):
        if trade in businesses["sector"].to_list():
            assert [trade] == lots.filter(naam=lot)["sector"].to_list()


def test_schools_of_neighbouring_wijken_have_other_names() -> None:
    """Also next to the first wijk, where the administrations have the first numbers."""
    schools = Town.generate(profile="dorp", seed=1830).tables["organisaties"].filter(type="school")
    assert schools["naam"].n_unique() == schools.height > 1
