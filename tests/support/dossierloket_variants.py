"""The example component `dossierloket`, correct and with one flaw each.

A flaw is made around the correct component: a desk that does one thing otherwise, or a wrapper that changes
requests or answers on their way. The component itself knows nothing of flaws.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dossierloket.app import maak_app
from dossierloket.dossier import Dossier, Product, Status, Stuk
from dossierloket.loket import Loket
from dossierloket.opslag import Bladzijde, Opslag
from dossierloket.proces import StatusCode
from dossierloket.zaaigoed import EIGEN_PERSONEN, EIGEN_PRODUCTEN, zaai

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Json = Any


# ---- desks that do one thing otherwise ----


class NeemtAllesAan(Loket):
    def neem_in(self, aanvraag: Any, *, sleutel: str | None = None) -> Dossier:
        """Offers whatever is asked."""
        alles = {**self.producten, aanvraag.product: Product(aanvraag.product, "Onbekend product")}
        return Loket(self.opslag, alles, self.klok, self.nieuw_id).neem_in(aanvraag, sleutel=sleutel)


class VergeetSleutels(Loket):
    def neem_in(self, aanvraag: Any, **_: Any) -> Dossier:
        """Ignores the Idempotency-Key."""
        return super().neem_in(aanvraag)


class SpringtOverStatussen(Loket):
    def zet_status(self, dossier_id: str, code: StatusCode, **anders: Any) -> Dossier:
        """Takes any status, in any order."""

        def spring(dossier: Dossier) -> Dossier:
            dossier.controleer_open()
            status = Status(code, self.klok(), anders.get("toelichting"))
            return replace(dossier, statussen=(*dossier.statussen, status), versie=dossier.versie + 1)

        return self._wijzig(dossier_id, spring, versies=anders.get("versies"))


class LevertZonderBesluit(Loket):
    def lever(self, dossier_id: str, *, naam: str, versies: Any = None) -> Dossier:
        """Decides for itself when nobody decided."""
        if self.haal(dossier_id).plaats.code is StatusCode.KLAAR_VOOR_BESLISSING:
            self.beslis(dossier_id, StatusCode.GOEDGEKEURD, motivering="-", versies=versies)
        return super().lever(dossier_id, naam=naam)


class WijzigtNaSluiting(Loket):
    def voeg_stuk_toe(self, dossier_id: str, stuk: Any, *, versies: Any = None) -> Dossier:
        """Adds documents to closed cases too."""

        def voeg_toe(dossier: Dossier) -> Dossier:
            nieuw: Stuk = self._stuk(stuk, self.klok())
            return replace(dossier, stukken=(*dossier.stukken, nieuw), versie=dossier.versie + 1)

        return self._wijzig(dossier_id, voeg_toe, versies=versies)


class NegeertVersies(Loket):
    def _wijzig(self, dossier_id: str, daad: Any, **_: Any) -> Dossier:
        """The last one wins."""
        return super()._wijzig(dossier_id, daad, versies=None)


class FiltertNiet(Loket):
    def lijst(self, **gevraagd: Any) -> Bladzijde:
        """Always gives all cases."""
        return super().lijst(**{**gevraagd, "status": None})


class SlaatErEenOver(Loket):
    def lijst(self, *, status: StatusCode | None = None, na: int = 0, limiet: int = 20) -> Bladzijde:
        """Each next page starts one case too late."""
        bladzijde = super().lijst(status=status, na=na, limiet=limiet)
        return bladzijde if bladzijde.volgende is None else replace(bladzijde, volgende=bladzijde.volgende + 1)


# ---- wrappers that change answers or requests on their way ----


class Antwoorden:
    """Changes the JSON of each answer; `verander` gets method, path, status, headers and content."""

    def __init__(self, app: ASGIApp, verander: Callable[[Antwoord], None]) -> None:
        self.app = app
        self.verander = verander

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begin: dict[str, Any] = {}
        inhoud = bytearray()

        async def onthoud(bericht: Message) -> None:
            if bericht["type"] == "http.response.start":
                begin.update(bericht)
                return
            inhoud.extend(bericht.get("body", b""))
            if not bericht.get("more_body"):
                await self._verstuur(scope, begin, bytes(inhoud), send)

        await self.app(scope, receive, onthoud)

    async def _verstuur(self, scope: Scope, begin: dict[str, Any], inhoud: bytes, send: Send) -> None:
        koppen = {naam.decode().lower(): waarde.decode() for naam, waarde in begin["headers"]}
        if "json" in koppen.get("content-type", ""):
            antwoord = Antwoord(scope["method"], scope["path"], begin["status"], koppen, json.loads(inhoud))
            self.verander(antwoord)
            begin["status"], inhoud = antwoord.status, json.dumps(antwoord.json).encode()
            koppen["content-length"] = str(len(inhoud))
            begin["headers"] = [(naam.encode(), waarde.encode()) for naam, waarde in koppen.items()]
        await send({**begin, "type": "http.response.start"})
        await send({"type": "http.response.body", "body": inhoud})


class Antwoord:
    """One answer on its way."""

    def __init__(self, method: str, path: str, status: int, headers: dict[str, str], content: Json) -> None:
        self.methode = method
        self.pad = path
        self.status = status
        self.koppen = headers
        self.json = content

    @property
    def dossiers(self) -> list[dict[str, Any]]:
        """The cases in this answer."""
        if not isinstance(self.json, dict):
            return []
        gevonden = [self.json, *(self.json["items"] if isinstance(self.json.get("items"), list) else [])]
        return [ding for ding in gevonden if ding.get("@type") == "Dossier"]


class Vragen:
    """Changes the JSON body of requests to one path."""

    def __init__(self, app: ASGIApp, pad: str, verander: Callable[[dict[str, Any]], None]) -> None:
        self.app = app
        self.pad = re.compile(pad)
        self.verander = verander

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in {"POST", "PUT"} or not self.pad.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        inhoud = bytearray()
        while True:
            bericht = await receive()
            inhoud.extend(bericht.get("body", b""))
            if not bericht.get("more_body"):
                break
        try:
            gelezen = json.loads(inhoud)
        except ValueError:
            gelezen = None
        if isinstance(gelezen, dict):
            self.verander(gelezen)
            inhoud = bytearray(json.dumps(gelezen).encode())
        koppen = [paar for paar in scope["headers"] if paar[0] != b"content-length"]
        scope = {**scope, "headers": [*koppen, (b"content-length", str(len(inhoud)).encode())]}
        berichten = [{"type": "http.request", "body": bytes(inhoud), "more_body": False}]

        async def opnieuw() -> Message:
            return berichten.pop() if berichten else await receive()

        await self.app(scope, opnieuw, send)


def _in_dossiers(verander: Callable[[dict[str, Any]], object]) -> Callable[[Antwoord], None]:
    def doe(antwoord: Antwoord) -> None:
        for dossier in antwoord.dossiers:
            verander(dossier)

    return doe


def _zonder_location(antwoord: Antwoord) -> None:
    if (antwoord.methode, antwoord.pad) == ("POST", "/v1/dossiers"):
        antwoord.koppen.pop("location", None)


def _vijf_stappen(antwoord: Antwoord) -> None:
    if (antwoord.methode, antwoord.pad) == ("GET", "/v1/proces"):
        antwoord.json["stappen"].insert(1, "controleren")


def _eigen_fasen(dossier: dict[str, Any]) -> None:
    for status in dossier["dienstverlening"]["heeftStatus"]:
        status["statusVlaamsFase"] = "Onderzoek"


def _alleen_laatste_status(dossier: dict[str, Any]) -> None:
    dossier["dienstverlening"]["heeftStatus"] = dossier["dienstverlening"]["heeftStatus"][-1:]


def _uitkomst_beslist(antwoord: Antwoord) -> None:
    if antwoord.pad.endswith("/besluit") and "uitkomst" in antwoord.json:
        antwoord.json["uitkomst"] = "Beslist"


def _output_zonder_referentie(dossier: dict[str, Any]) -> None:
    for output in dossier["dienstverlening"].get("produceert", []):
        del output["identificator"]


def _zonder_reden(antwoord: Antwoord) -> None:
    if antwoord.pad.endswith("/intrekking") and "reden" in antwoord.json:
        antwoord.json["reden"] = ""


def _onbekend_is_400(antwoord: Antwoord) -> None:
    if antwoord.status == 404:
        antwoord.status = antwoord.json["status"] = 400


def _eigen_foutvorm(antwoord: Antwoord) -> None:
    if antwoord.status >= 400:
        antwoord.koppen["content-type"] = "application/json"
        antwoord.json = {"error": antwoord.json["title"]}


def _kale_lijst(antwoord: Antwoord) -> None:
    if antwoord.methode == "GET" and antwoord.pad.endswith("/stukken") and antwoord.status == 200:
        antwoord.json = antwoord.json["items"]


def _verzin_aanvrager(aanvraag: dict[str, Any]) -> None:
    aanvraag.setdefault("aanvrager", {"naam": "Onbekend"})


def _verzin_motivering(besluit: dict[str, Any]) -> None:
    besluit.setdefault("motivering", "-")


EXPECTED = {
    "location_ontbreekt": "gp-01",
    "identificator_ontbreekt": "gp-02",
    "openingsdatum_ontbreekt": "gp-03",
    "informatieclassificatie_ontbreekt": "gp-04",
    "elk_product_mag": "gp-05",
    "sleutel_vergeten": "gp-06",
    "aanvraag_zonder_aanvrager_mag": "gp-07",
    "vijf_stappen": "gp-08",
    "eigen_fasen": "gp-09",
    "elke_volgorde_mag": "gp-10",
    "geschiedenis_onvolledig": "gp-11",
    "stappen_ontbreken": "gp-12",
    "besluit_zonder_motivering_mag": "gp-13",
    "uitkomst_onduidelijk": "gp-14",
    "leveren_zonder_besluit_mag": "gp-15",
    "output_zonder_referentie": "gp-16",
    "reden_van_intrekking_verloren": "gp-17",
    "wijzigen_na_sluiting_mag": "gp-18",
    "stukken_niet_in_dossier": "gp-19",
    "onbekend_is_400": "gp-20",
    "eigen_foutvorm": "gp-21",
    "filter_doet_niets": "gp-22",
    "bladzijde_slaat_dossier_over": "gp-23",
    "oude_versie_mag": "gp-24",
    "context_ontbreekt": "gp-25",
    "stukken_als_kale_lijst": "gp-26",
}
"""Flaw → the one requirement that must fail."""

_LOKETTEN: dict[str, type[Loket]] = {
    "elk_product_mag": NeemtAllesAan,
    "sleutel_vergeten": VergeetSleutels,
    "elke_volgorde_mag": SpringtOverStatussen,
    "leveren_zonder_besluit_mag": LevertZonderBesluit,
    "wijzigen_na_sluiting_mag": WijzigtNaSluiting,
    "filter_doet_niets": FiltertNiet,
    "bladzijde_slaat_dossier_over": SlaatErEenOver,
    "oude_versie_mag": NegeertVersies,
}
_ANTWOORDEN: dict[str, Callable[[Antwoord], None]] = {
    "location_ontbreekt": _zonder_location,
    "identificator_ontbreekt": _in_dossiers(lambda d: d.pop("identificator")),
    "openingsdatum_ontbreekt": _in_dossiers(lambda d: d["isNeerslagVan"].pop("openingsdatum")),
    "informatieclassificatie_ontbreekt": _in_dossiers(lambda d: d.pop("informatieclassificatie")),
    "vijf_stappen": _vijf_stappen,
    "eigen_fasen": _in_dossiers(_eigen_fasen),
    "geschiedenis_onvolledig": _in_dossiers(_alleen_laatste_status),
    "stappen_ontbreken": _in_dossiers(lambda d: d["isNeerslagVan"].pop("doorloopt")),
    "uitkomst_onduidelijk": _uitkomst_beslist,
    "output_zonder_referentie": _in_dossiers(_output_zonder_referentie),
    "reden_van_intrekking_verloren": _zonder_reden,
    "stukken_niet_in_dossier": _in_dossiers(lambda d: d.pop("bestaatUit")),
    "onbekend_is_400": _onbekend_is_400,
    "eigen_foutvorm": _eigen_foutvorm,
    "context_ontbreekt": _in_dossiers(lambda d: d.pop("@context", None)),
    "stukken_als_kale_lijst": _kale_lijst,
}
_VRAGEN: dict[str, tuple[str, Callable[[dict[str, Any]], None]]] = {
    "aanvraag_zonder_aanvrager_mag": ("/v1/dossiers", _verzin_aanvrager),
    "besluit_zonder_motivering_mag": ("/v1/dossiers/[^/]+/besluit", _verzin_motivering),
}


def variant(flaw: str | None, base_url: str) -> ASGIApp:
    """The component with this flaw; the correct one for `None`."""
    kind = _LOKETTEN.get(flaw or "", Loket)
    loket = kind(Opslag(), {product.iri: product for product in EIGEN_PRODUCTEN})
    zaai(loket, EIGEN_PERSONEN)
    app: ASGIApp = maak_app(loket, basis_url=base_url)
    if flaw in _ANTWOORDEN:
        app = Antwoorden(app, _ANTWOORDEN[flaw])
    if flaw in _VRAGEN:
        app = Vragen(app, *_VRAGEN[flaw])
    return app
