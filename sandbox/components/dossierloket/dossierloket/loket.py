"""The desk itself: what one can ask of it. It knows no HTTP and no JSON-LD.

Clock and ids are handed in, so that tests own them.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from dossierloket.dossier import Agent, Dossier, Product, Status, Stuk
from dossierloket.fouten import OnbekendError, ProductNietAangebodenError, SleutelHergebruiktError, VersieError
from dossierloket.opslag import Bladzijde, Opslag
from dossierloket.proces import Bron, StatusCode

BEPERKT = "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"
"""The default information classification: a case is for the applicant and the officials who treat it."""


Versies = Collection[str] | None
"""The versions of a case that a client is willing to change; `None` for any version."""


@dataclass(frozen=True)
class NieuwStuk:
    """A document that is handed in."""

    naam: str
    bestandsformaat: str
    inhoud: str | None = None


@dataclass(frozen=True)
class Aanvraag:
    """An application for a product."""

    product: str
    aanvrager: Agent
    naam: str
    informatieclassificatie: str = BEPERKT
    stukken: tuple[NieuwStuk, ...] = ()

    @property
    def vingerafdruk(self) -> str:
        """Equal for equal applications."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Loket:
    """The case desk.

    Attributes:
        opslag: where the cases are kept.
        producten: the products on offer, by IRI.
        klok: gives the present moment, in UTC.
        nieuw_id: gives an id that was never used before.
    """

    opslag: Opslag
    producten: Mapping[str, Product]
    klok: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    nieuw_id: Callable[[], str] = field(default=lambda: str(uuid.uuid4()))

    def neem_in(self, aanvraag: Aanvraag, *, sleutel: str | None = None) -> Dossier:
        """Open a case for an application (intake).

        Args:
            aanvraag: the application.
            sleutel: an Idempotency-Key; the same key with the same application gives the same case.

        Raises:
            ProductNietAangebodenError: the product is not on offer.
            SleutelHergebruiktError: the key belongs to another application.
        """
        with self.opslag.transactie():
            eerder = self.opslag.vind_sleutel(sleutel) if sleutel else None
            if eerder:
                return self._herhaling(aanvraag, *eerder)
            product = self.producten.get(aanvraag.product)
            if product is None:
                raise ProductNietAangebodenError(
                    f"Het product <{aanvraag.product}> staat niet in de productencatalogus van dit loket."
                )
            nu = self.klok()
            dossier = Dossier(
                id=self.nieuw_id(),
                nummer=f"DL-{nu.year}-{self.opslag.volgend_nummer():06}",
                naam=aanvraag.naam,
                product=product,
                aanvrager=aanvraag.aanvrager,
                informatieclassificatie=aanvraag.informatieclassificatie,
                statussen=(Status(StatusCode.INGEDIEND, nu),),
                stukken=tuple(self._stuk(stuk, nu) for stuk in aanvraag.stukken),
            )
            self.opslag.bewaar(dossier)
            if sleutel:
                self.opslag.onthoud_sleutel(sleutel, vingerafdruk=aanvraag.vingerafdruk, dossier_id=dossier.id)
        return dossier

    def haal(self, dossier_id: str) -> Dossier:
        """The case with this id.

        Raises:
            OnbekendError: there is none.
        """
        dossier = self.opslag.haal(dossier_id)
        if dossier is None:
            raise OnbekendError(f"Er is geen dossier met id '{dossier_id}'.")
        return dossier

    def lijst(self, *, status: StatusCode | None = None, na: int = 0, limiet: int = 20) -> Bladzijde:
        """One page of cases, oldest first, possibly only those with a certain status."""
        return self.opslag.lijst(status=status, na=na, limiet=limiet)

    def zet_status(
        self, dossier_id: str, code: StatusCode, *, toelichting: str | None = None, versies: Versies = None
    ) -> Dossier:
        """Take the case one step further in its treatment; raises as `_wijzig` and `Dossier.verder`."""
        return self._wijzig(
            dossier_id,
            lambda d: d.verder(code, bron=Bron.STATUSSEN, nu=self.klok(), toelichting=toelichting),
            versies=versies,
        )

    def beslis(self, dossier_id: str, uitkomst: StatusCode, *, motivering: str, versies: Versies = None) -> Dossier:
        """Decide on the application; raises as `_wijzig` and `Dossier.beslis`."""
        return self._wijzig(dossier_id, lambda d: d.beslis(uitkomst, motivering, nu=self.klok()), versies=versies)

    def lever(self, dossier_id: str, *, naam: str, versies: Versies = None) -> Dossier:
        """Deliver the result; raises as `_wijzig` and `Dossier.lever`."""
        return self._wijzig(dossier_id, lambda d: d.lever(naam, nu=self.klok()), versies=versies)

    def trek_in(self, dossier_id: str, *, reden: str, versies: Versies = None) -> Dossier:
        """Withdraw the application; raises as `_wijzig` and `Dossier.trek_in`."""
        return self._wijzig(dossier_id, lambda d: d.trek_in(reden, nu=self.klok()), versies=versies)

    def voeg_stuk_toe(self, dossier_id: str, stuk: NieuwStuk, *, versies: Versies = None) -> Dossier:
        """Add a document; it is the last one of the case that is returned. Raises as `_wijzig`."""
        return self._wijzig(dossier_id, lambda d: d.met_stuk(self._stuk(stuk, self.klok())), versies=versies)

    def _wijzig(self, dossier_id: str, daad: Callable[[Dossier], Dossier], *, versies: Versies) -> Dossier:
        """Do one act on a case, on the version that the client saw.

        Raises:
            OnbekendError: there is no such case.
            VersieError: `versies` is given and the present version is not among them.
        """
        with self.opslag.transactie():
            dossier = self.haal(dossier_id)
            if versies is not None and str(dossier.versie) not in versies:
                raise VersieError(
                    f"Dossier {dossier.nummer} heeft nu versie {dossier.versie}."
                    " Lees het opnieuw en probeer dan nog eens."
                )
            dossier = daad(dossier)
            self.opslag.bewaar(dossier)
        return dossier

    def _herhaling(self, aanvraag: Aanvraag, vingerafdruk: str, dossier_id: str) -> Dossier:
        if vingerafdruk != aanvraag.vingerafdruk:
            raise SleutelHergebruiktError("Deze Idempotency-Key hoort bij een andere aanvraag.")
        return self.haal(dossier_id)

    def _stuk(self, stuk: NieuwStuk, nu: datetime) -> Stuk:
        return Stuk(self.nieuw_id(), stuk.naam, nu.date(), stuk.bestandsformaat, stuk.inhoud)
