"""Edge cases on purpose: what a tester looks for, and where it is in a town.

Each town from a thousand inhabitants on has one of each, in its first wijk or at its town hall. The table
`randgevallen` says which rows they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.casework import END_OF_SERVICE
from vlavirgem.generation.organisations import ALONE
from vlavirgem.process import STOPPED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    Tables = Mapping[str, pl.DataFrame]

FIRST_WIJK = 100_000
"""Numbers up to this one are those of the first wijk."""


@dataclass(frozen=True, slots=True)
class EdgeCase:
    """One kind of edge case.

    Attributes:
        code: Its stable identifier.
        dutch: What it is, in Dutch.
        english: The same in English.
        entity: What kind of thing it is, as in its URI.
        table: The table of that.
        find: Gives the rows that are such a case, out of the first wijk and the town hall; persons have a column
            `leeftijd`, and delegations one that says whether they run, `loopt`.
    """

    code: str
    dutch: str
    english: str
    entity: str
    table: str
    find: Callable[[Tables], pl.DataFrame]


def find_edge_cases(tables: Tables, *, today: date) -> pl.DataFrame:
    """Make the table `randgevallen`: the first row of each kind; none of a kind that is not there."""
    near = {name: frame.filter(pl.col("id") <= FIRST_WIJK) for name, frame in tables.items()}
    near["personen"] = near["personen"].with_columns(leeftijd=_age(today))
    near["delegaties"] = near["delegaties"].with_columns(loopt=(pl.col("van") <= today) & (pl.col("tot") > today))
    found = []
    for case in CASES:
        rows = case.find(near)["id"]
        if len(rows):
            found.append((case.code, case.dutch, case.english, case.table, case.entity, rows.min()))
    columns = ["code", "omschrijving", "omschrijving_en", "tabel", "entiteit", "rij_id"]
    types = [*[pl.String] * 5, pl.Int64]
    frame = pl.DataFrame(found, schema=dict(zip(columns, types, strict=True)), orient="row")
    return frame.with_row_index("id", offset=1)


def run_by_a_councillor(tables: Tables) -> pl.DataFrame:
    """Give `organisaties` in which the first vendor that is a company is led by an inhabitant with a mandate."""
    organisations = tables["organisaties"]
    if not (tables["mandatarissen"].height and tables["leveranciers"].height):
        return organisations
    vendors = organisations.filter(pl.col("id").is_in(tables["leveranciers"]["organisatie_id"].implode()))
    # A company is taken over; who has a business alone began it.
    vendor = vendors.sort(pl.col("rechtsvorm") == ALONE, maintain_order=True)["id"][0]
    councillor = tables["mandatarissen"]["persoon_id"][-1]
    is_vendor = pl.col("id") == vendor
    return organisations.with_columns(
        zaakvoerder_id=pl.when(is_vendor).then(pl.lit(councillor, dtype=pl.Int64)).otherwise("zaakvoerder_id")
    )


def _age(today: date) -> pl.Expr:
    born = pl.col("geboortedatum").dt
    later = (born.month() > today.month) | ((born.month() == today.month) & (born.day() > today.day))
    return today.year - born.year() - later.cast(pl.Int32)


def _people(*conditions: pl.Expr) -> Callable[[Tables], pl.DataFrame]:
    return lambda tables: tables["personen"].filter(*conditions)


def _aged(years: int, *conditions: pl.Expr) -> Callable[[Tables], pl.DataFrame]:
    return _people(pl.col("leeftijd") == years, *conditions)


def _no_fixed_address(tables: Tables) -> pl.DataFrame:
    stays = tables["verblijven"].filter(pl.col("tot").is_null(), soort="referentieadres")
    return tables["personen"].join(stays, left_on="id", right_on="persoon_id", how="semi")


def _namesakes(tables: Tables) -> pl.DataFrame:
    together = pl.len().over("huishouden_id", "voornaam", "achternaam") > 1
    return tables["personen"].filter(together)


def _twins(tables: Tables) -> pl.DataFrame:
    return tables["personen"].filter(
        pl.col("ouder1_id").is_not_null(), pl.len().over("ouder1_id", "geboortedatum") > 1
    )


def _same_sex_couple(tables: Tables) -> pl.DataFrame:
    couples = tables["personen"].filter(pl.col("rol").is_in(["gezinshoofd", "partner"]))
    same = couples.filter(pl.len().over("huishouden_id", "geslacht") > 1)
    return tables["huishoudens"].join(same, left_on="id", right_on="huishouden_id", how="semi")


def _grandparent(tables: Tables) -> pl.DataFrame:
    persons = tables["personen"]
    parents = persons.join(persons, left_on="id", right_on="ouder1_id", how="semi")
    return persons.join(parents, left_on="id", right_on="ouder1_id", how="semi")


def _became_belgian(tables: Tables) -> pl.DataFrame:
    events = tables["persoonsgebeurtenissen"].filter(type="naturalisatie")
    return tables["personen"].join(events, left_on="id", right_on="persoon_id", how="semi")


def _double_name(tables: Tables) -> pl.DataFrame:
    """A double name is that of both parents, one after the other."""
    persons = tables["personen"]
    children = persons.join(persons, left_on="ouder1_id", right_on="id", suffix="_1").join(
        persons, left_on="ouder2_id", right_on="id", suffix="_2"
    )
    ends = pl.concat_str(pl.lit(" "), "achternaam_1"), pl.concat_str(pl.lit(" "), "achternaam_2")
    name = pl.col("achternaam")
    return children.filter(name.str.ends_with(ends[0]) | name.str.ends_with(ends[1]))


def _large_family(tables: Tables) -> pl.DataFrame:
    largest = tables["huishoudens"]["aantal_leden"].max()
    return tables["huishoudens"].filter(aantal_leden=largest)


def _box(tables: Tables) -> pl.DataFrame:
    return tables["adressen"].filter(busnummer="0101")


def _renumbered(tables: Tables) -> pl.DataFrame:
    addresses = tables["adressen"]
    return addresses.filter(pl.col("vervangen_door").is_in(addresses["id"].implode()))


def _stopped(tables: Tables) -> pl.DataFrame:
    return tables["dossiers"].filter(status=STOPPED)


def _ended_early(tables: Tables) -> pl.DataFrame:
    mandataries = tables["mandatarissen"]
    return mandataries.filter(pl.col("id").is_in(mandataries["opvolger_van_id"].drop_nulls().implode()))


def _stood_in_for(tables: Tables) -> pl.DataFrame:
    return tables["mandatarissen"].filter(pl.col("tijdelijk_vervangen_door_id").is_not_null())


def _councillor_and_vendor(tables: Tables) -> pl.DataFrame:
    run = tables["organisaties"].join(tables["leveranciers"], left_on="id", right_on="organisatie_id", how="semi")
    leaders = tables["personen"].join(run, left_on="id", right_on="zaakvoerder_id", how="semi")
    return leaders.join(tables["mandatarissen"], left_on="id", right_on="persoon_id", how="semi")


def _second_establishment(tables: Tables) -> pl.DataFrame:
    return tables["vestigingen"].filter(~pl.col("is_zetel"))


def _left_service(tables: Tables) -> pl.DataFrame:
    return tables["toegangsrechten"].filter(pl.col("tot").is_not_null())


def _withdrawn_delegation(tables: Tables) -> pl.DataFrame:
    return tables["delegaties"].filter(pl.col("tot") < pl.col("voorzien_tot"))


def _running_delegation(tables: Tables) -> pl.DataFrame:
    return tables["delegaties"].filter("loopt")


def _handed_over(times: int, *reasons: str) -> Callable[[Tables], pl.DataFrame]:
    """Find cases that were handed over so often, the first handler apart, and for these reasons among others."""

    def find(tables: Tables) -> pl.DataFrame:
        given = tables["overdrachten"].filter(pl.col("overdrager_id").is_not_null())
        counted = given.group_by("dossier_id").agg(pl.len().alias("keren"), "reden")
        wanted = [pl.col("reden").list.contains(reason) for reason in reasons]
        found = counted.filter(pl.col("keren") >= times, *wanted)
        return tables["dossiers"].join(found, left_on="id", right_on="dossier_id", how="semi")

    return find


_NAME, _STATE = pl.col("achternaam"), pl.col("burgerlijke_staat")
CASES = (
    EdgeCase("persoon-zonder-vaste-woonplaats",
             "Persoon zonder vaste woonplaats, met een referentieadres bij het OCMW",
             "Person without a fixed address, with a reference address at the OCMW", "persoon", "personen",
             _no_fixed_address),
    EdgeCase("naamgenoten-in-een-huishouden", "Ouder en kind met dezelfde voornaam en achternaam in één huishouden",
             "Parent and child with the same first and family name in one household", "persoon", "personen",
             _namesakes),
    EdgeCase("persoon-van-104", "Inwoner van 104 jaar", "Inhabitant aged 104", "persoon", "personen", _aged(104)),
    EdgeCase("gezinshoofd-van-18", "Gezinshoofd dat net 18 is: jonger kan niet",
             "Head of a household who has just turned 18: a minor is refused", "persoon", "personen",
             _aged(18, pl.col("rol") == "gezinshoofd")),
    EdgeCase("tweeling", "Tweeling: twee kinderen van dezelfde dag", "Twins: two children of the same day", "persoon",
             "personen", _twins),
    EdgeCase("koppel-zelfde-geslacht", "Koppel van hetzelfde geslacht", "Same-sex couple", "huishouden", "huishoudens",
             _same_sex_couple),
    EdgeCase("weduwnaar", "Weduwnaar", "Widower", "persoon", "personen",
             _people(_STATE == "weduwstaat", pl.col("geslacht") == "MALE")),
    EdgeCase("naam-met-tussenvoegsel", "Achternaam die met Van of De begint",
             "Family name that begins with a particle, Van or De", "persoon", "personen",
             _people(_NAME.str.contains("^(Van|De|Van den|Van der|Van de) "))),
    EdgeCase("naam-met-diakritische-tekens", "Naam met letters die geen ASCII zijn",
             "Name with letters that are not ASCII", "persoon", "personen",
             _people(pl.concat_str("voornaam", "achternaam").str.contains(r"[^ -~]"))),
    EdgeCase("dubbele-achternaam", "Kind met een dubbele achternaam", "Child with a double family name", "persoon",
             "personen", _double_name),
    EdgeCase("belg-geworden", "Inwoner die Belg werd", "Inhabitant who became a Belgian", "persoon", "personen",
             _became_belgian),
    EdgeCase("drie-generaties", "Grootouder van wie kinderen en kleinkinderen hier wonen",
             "Grandparent whose children and grandchildren live here", "persoon", "personen", _grandparent),
    EdgeCase("grootste-gezin", "Grootste huishouden", "Largest household", "huishouden", "huishoudens", _large_family),
    EdgeCase("busnummer-0101", "Adres met busnummer 0101", "Address with box number 0101", "adres", "adressen", _box),
    EdgeCase("adres-hernummerd", "Adres dat door een ander vervangen is", "Address that was replaced by another",
             "adres", "adressen", _renumbered),
    EdgeCase("dossier-stopgezet", "Dossier dat ingetrokken en stopgezet is", "Case that was withdrawn and stopped",
             "dossier", "dossiers", _stopped),
    EdgeCase("dossier-driemaal-overgedragen", "Dossier dat drie keer van behandelaar veranderde",
             "Case that changed hands three times", "dossier", "dossiers", _handed_over(3)),
    EdgeCase("dossier-van-wie-vertrok", "Dossier dat een collega overnam omdat de behandelaar uit dienst ging",
             "Case that a colleague took over because its handler left service", "dossier", "dossiers",
             _handed_over(1, END_OF_SERVICE)),
    EdgeCase("mandaat-vroegtijdig-beeindigd", "Mandaat dat vroegtijdig ophield, met een opvolger",
             "Mandate that ended early, with a successor", "mandataris", "mandatarissen", _ended_early),
    EdgeCase("mandataris-tijdelijk-vervangen", "Mandataris die enkele maanden verhinderd was en vervangen werd",
             "Mandatary who was prevented for some months and was replaced", "mandataris", "mandatarissen",
             _stood_in_for),
    EdgeCase("mandataris-en-leverancier", "Inwoner met een mandaat die ook een leverancier leidt",
             "Inhabitant with a mandate who also leads a vendor", "persoon", "personen", _councillor_and_vendor),
    EdgeCase("tweede-vestiging", "Vestiging die niet aan de zetel is", "Establishment that is not at the seat",
             "vestiging", "vestigingen", _second_establishment),
    EdgeCase("vroegere-toegang", "Toegangsrecht dat ophield", "Access right that has ended", "toegangsrecht",
             "toegangsrechten", _left_service),
    EdgeCase("delegatie-vroeger-beeindigd", "Delegatie die vroeger ophield dan afgesproken",
             "Delegation that ended earlier than agreed", "delegatie", "delegaties", _withdrawn_delegation),
    EdgeCase("delegatie-die-loopt", "Delegatie die loopt: wie de rol zo kreeg, kan ze niet verder geven",
             "Delegation that is running: who got the role so cannot give it on", "delegatie", "delegaties",
             _running_delegation),
)  # fmt: skip
"""Every kind, in the order in which they are listed."""
