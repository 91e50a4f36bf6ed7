"""Gegeven: what must be there before. When it cannot be made, the scenario could not be verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers

from proeftuin_conformance.checks import Skip
from proeftuin_conformance.kits.generiek_proces.loket import CREATED
from proeftuin_conformance.kits.generiek_proces.stappen.verhaal import als_json, als_lijst

if TYPE_CHECKING:
    from proeftuin_conformance.kits.generiek_proces.stappen.verhaal import Verhaal


@given("een nieuw dossier")
def een_nieuw_dossier(verhaal: Verhaal) -> None:
    """Intake, as a means to an end."""
    verhaal.dossier = verhaal.loket.nieuw()


@given("een dossier dat klaar is voor beslissing")
def klaar_voor_beslissing(verhaal: Verhaal) -> None:
    """Intake and treatment."""
    verhaal.dossier = verhaal.loket.klaar_voor_beslissing()


@given(parsers.parse('een dossier met het besluit "{uitkomst}"'))
def met_besluit(verhaal: Verhaal, uitkomst: str) -> None:
    """Intake, treatment and decision."""
    verhaal.dossier = verhaal.loket.beslist(uitkomst)


@given(parsers.re(r"een (?P<hoe>geleverd|geweigerd|ingetrokken) dossier"))
def een_afgesloten_dossier(verhaal: Verhaal, hoe: str) -> None:
    """A case at one of its ends."""
    loket = verhaal.loket
    match hoe:
        case "geleverd":
            verhaal.dossier = loket.geleverd()
        case "geweigerd":
            verhaal.dossier = loket.beslist("Geweigerd")
        case _:
            verhaal.dossier = loket.ingetrokken()


@given("iemand anders heeft het dossier intussen gewijzigd")
def intussen_gewijzigd(verhaal: Verhaal) -> None:
    """A change that the scenario's client has not read; its entity tag is now old."""
    answer = verhaal.loket.voeg_toe(verhaal.over, naam="Stuk van iemand anders")
    if answer.status != CREATED:
        raise Skip(
            "Er kon geen stuk toegevoegd worden om het dossier te wijzigen.",
            "No document could be added to change the case.",
            exchange=answer,
        )
    nu = als_json(verhaal.loket.lees(verhaal.over.url))
    verhaal.stukken = len(als_lijst(nu.get("bestaatUit")))


@given("nog een dossier met een andere status")
def nog_een_dossier(verhaal: Verhaal) -> None:
    """A case with another status than the first."""
    verhaal.ander = verhaal.loket.ingetrokken()
    if verhaal.ander.status == verhaal.over.status:
        raise Skip("Beide dossiers hebben dezelfde status.", "Both cases have the same status.")


@given(parsers.parse("{aantal:d} nieuwe dossiers"))
def nieuwe_dossiers(verhaal: Verhaal, aantal: int) -> None:
    """More than one page of cases."""
    verhaal.nieuwe = [verhaal.loket.nieuw() for _ in range(aantal)]
