"""The example component: what the kit does not look at - time, store, town, page, limits."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import httpx
import pytest
from dossierloket.app import bouw, maak_app
from dossierloket.dossier import Agent
from dossierloket.fouten import AfgeslotenError, OvergangError, SleutelHergebruiktError, VersieError
from dossierloket.instellingen import Instellingen
from dossierloket.loket import Aanvraag, Loket, NieuwStuk
from dossierloket.opslag import Opslag
from dossierloket.proces import PROCES, Bron, Stap, StatusCode
from dossierloket.stad import VanDeStad, lees_stad
from dossierloket.zaaigoed import EIGEN_PRODUCTEN

from support.asgi_servers import serving_asgi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NU = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
AANVRAAG = Aanvraag(product=EIGEN_PRODUCTEN[0].iri, aanvrager=Agent("Ada Testpersoon"), naam="Uittreksel")


def maak_loket(bestand: Path | None = None) -> Loket:
    ids = iter(f"id-{nummer}" for nummer in range(1000))
    producten = {product.iri: product for product in EIGEN_PRODUCTEN}
    return Loket(Opslag(bestand), producten, klok=lambda: NU, nieuw_id=lambda: next(ids))


@contextmanager
def een_stad(antwoorden: dict[str, tuple[int, str]]) -> Iterator[str]:
    """A town that answers these paths, and 404 to everything else."""

    class Stad(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, inhoud = antwoorden.get(self.path, (404, "{}"))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(inhoud.encode())

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Stad) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


# ---- the process ----


def test_every_status_can_be_reached_and_every_step_has_one() -> None:
    bereikt, te_doen = set(), [StatusCode.INGEDIEND]
    while te_doen:
        code = te_doen.pop()
        bereikt.add(code)
        te_doen += [volgende for volgende in PROCES[code].volgende if volgende not in bereikt]

    assert set(StatusCode) == bereikt == set(PROCES)
    assert set(Stap) == {plaats.stap for plaats in PROCES.values() if plaats.stap}


def test_an_act_that_is_refused_changes_nothing() -> None:
    loket = maak_loket()
    dossier = loket.neem_in(AANVRAAG)

    with pytest.raises(OvergangError, match="Na de status Ingediend kan KlaarVoorBeslissing niet volgen"):
        loket.zet_status(dossier.id, StatusCode.KLAAR_VOOR_BESLISSING)

    assert dossier == loket.haal(dossier.id)


def test_a_decision_is_not_made_by_setting_a_status() -> None:
    dossier = maak_loket().neem_in(AANVRAAG).verder(StatusCode.IN_VERWERKING, bron=Bron.STATUSSEN, nu=NU)
    klaar = dossier.verder(StatusCode.KLAAR_VOOR_BESLISSING, bron=Bron.STATUSSEN, nu=NU)

    with pytest.raises(OvergangError, match="resource 'besluit'"):
        klaar.verder(StatusCode.GOEDGEKEURD, bron=Bron.STATUSSEN, nu=NU)


def test_time_never_runs_back_even_when_the_clock_does() -> None:
    dossier = maak_loket().neem_in(AANVRAAG)
    later = dossier.verder(StatusCode.IN_VERWERKING, bron=Bron.STATUSSEN, nu=NU - timedelta(hours=1))

    assert [NU, NU] == [status.tijdstip for status in later.statussen]


def test_a_closed_case_takes_no_document() -> None:
    loket = maak_loket()
    dossier = loket.trek_in(loket.neem_in(AANVRAAG).id, reden="Verhuisd")

    with pytest.raises(AfgeslotenError, match="DL-2026-000001 is afgesloten"):
        loket.voeg_stuk_toe(dossier.id, NieuwStuk("Te laat", "text/plain"))


def test_a_key_of_another_application_is_refused() -> None:
    loket = maak_loket()
    eerste = loket.neem_in(AANVRAAG, sleutel="s")

    assert eerste == loket.neem_in(AANVRAAG, sleutel="s")
    with pytest.raises(SleutelHergebruiktError):
        loket.neem_in(replace(AANVRAAG, naam="Iets anders"), sleutel="s")


def test_an_old_version_is_refused_and_the_present_one_accepted() -> None:
    loket = maak_loket()
    dossier = loket.neem_in(AANVRAAG)
    loket.zet_status(dossier.id, StatusCode.IN_VERWERKING, versies={"1"})

    with pytest.raises(VersieError, match="nu versie 2"):
        loket.trek_in(dossier.id, reden="Verhuisd", versies={"1"})


# ---- the store ----


def test_cases_and_keys_survive_a_restart(tmp_path: Path) -> None:
    bestand = tmp_path / "dossiers.sqlite3"
    loket = maak_loket(bestand)
    met_stuk = replace(AANVRAAG, stukken=(NieuwStuk("Plan", "text/plain", "tekst"),))
    dossier = loket.neem_in(met_stuk, sleutel="s")
    loket.zet_status(dossier.id, StatusCode.IN_VERWERKING)
    loket.zet_status(dossier.id, StatusCode.KLAAR_VOOR_BESLISSING)
    loket.beslis(dossier.id, StatusCode.GOEDGEKEURD, motivering="In orde")
    geleverd = loket.lever(dossier.id, naam="Per post")
    loket.opslag.sluit()

    opnieuw = maak_loket(bestand)

    assert geleverd == opnieuw.haal(dossier.id)
    assert dossier.id == opnieuw.neem_in(met_stuk, sleutel="s").id


def test_two_acts_at_once_do_not_lose_each_other() -> None:
    """Twenty threads add a document to the same case: all twenty are in it."""
    loket = maak_loket()
    dossier = loket.neem_in(AANVRAAG)
    stukken = [NieuwStuk(f"Stuk {nummer}", "text/plain") for nummer in range(20)]
    draden = [threading.Thread(target=loket.voeg_stuk_toe, args=(dossier.id, stuk)) for stuk in stukken]
    for draad in draden:
        draad.start()
    for draad in draden:
        draad.join()

    assert {stuk.naam for stuk in stukken} == {stuk.naam for stuk in loket.haal(dossier.id).stukken}


def test_numbers_go_on_where_they_were() -> None:
    loket = maak_loket()

    assert ["DL-2026-000001", "DL-2026-000002"] == [loket.neem_in(AANVRAAG).nummer for _ in range(2)]


# ---- the town ----


def test_products_and_persons_come_from_the_town() -> None:
    personen = '{"items": [{"@id": "https://x.example/p", "naam": "Test Persoon"}]}'
    producten = '{"items": [{"@id": "https://x.example/1", "naam": {"nl": "Een", "en": "One"}}], "volgende": "/meer"}'
    with een_stad(
        {
            "/ipdc/v1/producten": (200, producten),
            "/meer": (200, '{"items": [{"@id": "https://x.example/2", "naam": "Twee"}]}'),
            "/basisregisters/v1/personen": (200, personen),
        }
    ) as url:
        gelezen = lees_stad(url)

    assert ["Een", "Twee"] == [product.naam for product in gelezen.producten]
    assert (Agent("Test Persoon", "https://x.example/p"),) == gelezen.personen


@pytest.mark.parametrize(
    "antwoord", [(500, "{}"), (200, "geen json"), (200, "[]"), (200, '{"items": 3}'), (200, '{"items": ["x"]}')]
)
def test_a_town_that_answers_nonsense_is_no_reason_not_to_open(antwoord: tuple[int, str]) -> None:
    with een_stad({"/ipdc/v1/producten": antwoord, "/basisregisters/v1/personen": antwoord}) as url:
        assert VanDeStad() == lees_stad(url)


def test_a_town_that_is_not_there_is_no_reason_not_to_open() -> None:
    with een_stad({}) as url:
        weg = url
    omgeving = {"PROEFTUIN_TOWN_URL": weg, "PORT": "8080"}

    with serving_asgi(lambda _: bouw(Instellingen.uit(omgeving))) as url:
        producten = httpx.get(f"{url}/v1/producten").json()["items"]

    assert [product.iri for product in EIGEN_PRODUCTEN] == [product["@id"] for product in producten]


def test_a_port_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="geen-getal"):
        Instellingen.uit({"PORT": "geen-getal"})


# ---- over HTTP ----


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving_asgi(lambda url: maak_app(maak_loket(), basis_url=url)) as address:
        yield address


def test_all_invalid_values_are_named_together(url: str) -> None:
    answer = httpx.post(f"{url}/v1/dossiers", json={"naam": " ", "product": "geen iri", "extra": 1})

    assert 400 == answer.status_code
    assert {"body/naam", "body/product", "body/aanvrager", "body/extra"} == {
        fout["plaats"] for fout in answer.json()["fouten"]
    }


def test_a_body_over_a_megabyte_is_refused_also_without_its_length(url: str) -> None:
    def stroom() -> Iterator[bytes]:
        yield from (b"x" * 100_000 for _ in range(11))

    answer = httpx.post(f"{url}/v1/dossiers", content=stroom())

    assert (413, "application/problem+json") == (answer.status_code, answer.headers["content-type"])


def test_a_wrong_method_names_all_right_ones(url: str) -> None:
    answer = httpx.delete(f"{url}/v1/dossiers")

    assert (405, "GET, POST") == (answer.status_code, answer.headers["allow"])


def test_a_client_that_asks_for_json_ld_gets_it_by_name(url: str) -> None:
    answer = httpx.get(f"{url}/v1/dossiers", headers={"Accept": "application/ld+json"})

    assert ("application/ld+json", "Accept") == (answer.headers["content-type"], answer.headers["vary"])


def test_health_tells_whether_the_store_answers() -> None:
    loket = maak_loket()
    with serving_asgi(lambda url: maak_app(loket, basis_url=url)) as url:
        gezond = httpx.get(f"{url}/gezondheid")
        loket.opslag.sluit()
        ongezond = httpx.get(f"{url}/gezondheid")

    assert (200, 503) == (gezond.status_code, ongezond.status_code)


def test_an_official_leads_a_case_through_the_process_with_forms_alone(url: str) -> None:
    """The page works without JavaScript, in both languages."""
    with httpx.Client(base_url=url, follow_redirects=True) as client:
        velden = {"product": EIGEN_PRODUCTEN[0].iri, "naam": "Bram <Voorbeeld>"}
        bladzijde = client.post("/aanvragen?taal=en", data=velden)
        adres = bladzijde.url.path
        assert "Bram &lt;Voorbeeld&gt;" in bladzijde.text
        for daad, inhoud in (
            ("status", {"status": "InVerwerking"}),
            ("status", {"status": "KlaarVoorBeslissing"}),
            ("besluit", {"uitkomst": "Goedgekeurd", "motivering": "In orde"}),
            ("levering", {"naam": "Per post"}),
        ):
            bladzijde = client.post(f"{adres}/{daad}?taal=en", data=inhoud)
            assert 200 == bladzijde.status_code

    assert "This case is closed." in bladzijde.text
    assert '<html lang="en">' in bladzijde.text


def test_a_form_that_cannot_be_done_says_so_and_keeps_the_case(url: str) -> None:
    with httpx.Client(base_url=url, follow_redirects=True) as client:
        velden = {"product": EIGEN_PRODUCTEN[0].iri, "naam": "Ada Testpersoon"}
        adres = client.post("/aanvragen", data=velden).url.path
        te_vroeg = client.post(f"{adres}/levering", data={"naam": "Per post"})
        leeg = client.post(f"{adres}/intrekking", data={"reden": " "})
        onbekend = client.post("/dossiers/bestaat-niet/status", data={"status": "InVerwerking"})

    assert (409, 400, 404) == (te_vroeg.status_code, leeg.status_code, onbekend.status_code)
    assert 'role="alert"' in te_vroeg.text
    assert "Vul alle velden in" in leeg.text
