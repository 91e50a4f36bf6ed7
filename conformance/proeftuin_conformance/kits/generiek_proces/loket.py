"""Drives a component through the generic process, as a client would: nothing here judges.

What is only a means to an end raises `Skip` when it does not work, so that one defect does not fail the
requirements of others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from proeftuin_conformance.checks import Skip

if TYPE_CHECKING:
    from proeftuin_conformance.client import RecordingClient
    from proeftuin_conformance.exchanges import Exchange

CREATED = 201
OK = 200
MOTIVERING = "De aanvraag voldoet aan het reglement (synthetisch)."
_LONGEST_ROUTE = 7  # statuses; the process has no more


@dataclass(slots=True)
class Dossier:
    """A case that the kit made: its address, its last known content and entity tag, the statuses it got."""

    url: str
    content: dict[str, Any]
    etag: str | None
    gekregen: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        """The present status, as the component says."""
        return str(self.content.get("status"))

    @property
    def id(self) -> str:
        """The last part of the address."""
        return self.url.rstrip("/").rpartition("/")[2]


@dataclass(slots=True)
class Loket:
    """The component, seen through the operations of the contract."""

    http: RecordingClient
    _proces: dict[str, dict[str, Any]] | None = None
    _product: str | None = None

    # ---- what the component says of itself ----

    def proces(self) -> dict[str, dict[str, Any]]:
        """The statuses of the process by code."""
        if self._proces is None:
            content = self._read("/v1/proces")
            try:
                self._proces = {status["code"]: status for status in content["statussen"]}
            except (KeyError, TypeError) as error:
                raise Skip(
                    "Het proces op /v1/proces is niet te lezen.", "The process at /v1/proces cannot be read."
                ) from error
        return self._proces

    def product(self) -> str:
        """The address of a product on offer."""
        if self._product is None:
            content = self._read("/v1/producten")
            try:
                self._product = content["items"][0]["@id"]
            except (KeyError, TypeError, IndexError) as error:
                raise Skip("Er is geen product op /v1/producten.", "There is no product at /v1/producten.") from error
        return self._product

    def statussen(self, *, bron: str) -> list[str]:
        """The codes of the statuses that are reached through one resource."""
        return [code for code, status in self.proces().items() if status.get("bron") == bron]

    def is_einde(self, code: str) -> bool:
        """Whether a case with this status is closed, by the process that the component published."""
        return bool(self.proces().get(code, {}).get("einde"))

    # ---- acts, answered with the exchange ----

    def aanvraag(self, *, product: str | None = None, **anders: Any) -> dict[str, Any]:
        """The body of an application."""
        return {
            "naam": "Aanvraag van de conformiteitskit",
            "product": product or self.product(),
            "aanvrager": {"naam": "Test Testpersoon"},
            **anders,
        }

    def dien_in(self, aanvraag: dict[str, Any] | None = None, *, sleutel: str | None = None) -> Exchange:
        """Intake."""
        headers = {"Idempotency-Key": sleutel} if sleutel else {}
        return self.http.post("/v1/dossiers", json=aanvraag or self.aanvraag(), headers=headers)

    def zet(self, dossier: Dossier, status: str, *, if_match: str | None = None) -> Exchange:
        """Set the next status."""
        headers = {"If-Match": if_match} if if_match else {}
        return self.http.post(f"{dossier.url}/statussen", json={"status": status}, headers=headers)

    def beslis(self, dossier: Dossier, uitkomst: str, *, motivering: str | None = MOTIVERING) -> Exchange:
        """Decide; without grounds when `motivering` is None."""
        body = {"uitkomst": uitkomst} | ({} if motivering is None else {"motivering": motivering})
        return self.http.request("PUT", f"{dossier.url}/besluit", json=body)

    def lever(self, dossier: Dossier) -> Exchange:
        """Deliver."""
        return self.http.request("PUT", f"{dossier.url}/levering", json={"naam": "Document (synthetisch)"})

    def trek_in(self, dossier: Dossier, *, reden: str) -> Exchange:
        """Withdraw."""
        return self.http.request("PUT", f"{dossier.url}/intrekking", json={"reden": reden})

    def voeg_toe(self, dossier: Dossier, *, naam: str) -> Exchange:
        """Add a document."""
        body = {"naam": naam, "bestandsformaat": "text/plain", "inhoud": "Tekst (synthetisch)."}
        return self.http.post(f"{dossier.url}/stukken", json=body)

    def lees(self, url: str) -> Exchange:
        """Read anything."""
        return self.http.get(url)

    # ---- means to an end: they work, or the requirement cannot be verified ----

    def nieuw(self) -> Dossier:
        """A new case."""
        answer = self.dien_in()
        url = answer.header("location")
        if answer.status != CREATED or not url:
            raise _skip("een nieuw dossier", "a new case", answer)
        dossier = Dossier(url=url, content={}, etag=None)
        self.ververs(dossier)
        dossier.gekregen.append(dossier.status)
        return dossier

    def ververs(self, dossier: Dossier) -> Dossier:
        """Read a case again."""
        answer = self.lees(dossier.url)
        if answer.status != OK:
            raise _skip("een dossier dat te lezen is", "a case that can be read", answer)
        try:
            dossier.content = answer.json()
        except ValueError:
            raise _skip("een dossier dat te lezen is", "a case that can be read", answer) from None
        dossier.etag = answer.header("etag")
        return dossier

    def klaar_voor_beslissing(self) -> Dossier:
        """A case on which can be decided."""
        dossier = self.nieuw()
        for status in self._route(dossier.status):
            answer = self.zet(dossier, status)
            if answer.status != CREATED:
                raise _skip(f"een dossier met de status {status}", f"a case with status {status}", answer)
            dossier.gekregen.append(status)
        return self.ververs(dossier)

    def beslist(self, uitkomst: str) -> Dossier:
        """A case with a decision."""
        dossier = self.klaar_voor_beslissing()
        answer = self.beslis(dossier, uitkomst)
        if answer.status not in {OK, CREATED}:
            raise _skip(f"een dossier met het besluit {uitkomst}", f"a case with decision {uitkomst}", answer)
        dossier.gekregen.append(uitkomst)
        return self.ververs(dossier)

    def geleverd(self) -> Dossier:
        """A case that went through the whole process, with a document in it."""
        dossier = self.beslist("Goedgekeurd")
        self.voeg_toe(dossier, naam="Bijlage")
        answer = self.lever(dossier)
        if answer.status not in {OK, CREATED}:
            raise _skip("een geleverd dossier", "a case that was delivered", answer)
        self.ververs(dossier)
        dossier.gekregen.append(dossier.status)
        return dossier

    def ingetrokken(self) -> Dossier:
        """A case that the applicant withdrew."""
        dossier = self.nieuw()
        answer = self.trek_in(dossier, reden="De aanvrager ziet ervan af.")
        if answer.status not in {OK, CREATED}:
            raise _skip("een ingetrokken dossier", "a case that was withdrawn", answer)
        return self.ververs(dossier)

    def _route(self, start: str) -> list[str]:
        """The statuses to set, from `start` to where a decision can be made: the shortest way."""
        besluiten = set(self.statussen(bron="besluit"))
        routes = [[start]]
        for _ in range(_LONGEST_ROUTE):
            for route in routes:
                if besluiten & set(self.proces().get(route[-1], {}).get("volgende", ())):
                    return route[1:]
            routes = [
                [*route, volgende]
                for route in routes
                for volgende in self.proces().get(route[-1], {}).get("volgende", ())
                if volgende in self.statussen(bron="statussen")
            ]
        raise Skip(
            f"Het proces op /v1/proces leidt niet van {start} naar een besluit.",
            f"The process at /v1/proces does not lead from {start} to a decision.",
        )

    def _read(self, path: str) -> Any:
        answer = self.lees(path)
        try:
            if answer.status == OK:
                return answer.json()
        except ValueError:
            pass
        raise _skip(f"een antwoord op {path}", f"an answer at {path}", answer)


def _skip(nl: str, en: str, exchange: Exchange) -> Skip:
    return Skip(
        f"Dit kon niet nagegaan worden: er is {nl} voor nodig.",
        f"This could not be verified: it needs {en}.",
        actual=f"{exchange.method} {exchange.url} → {exchange.status}",
        exchange=exchange,
    )
