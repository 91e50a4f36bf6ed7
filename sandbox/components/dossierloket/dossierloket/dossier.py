"""A case as an immutable value, and the acts that lead from one value to the next.

Every act returns a new `Dossier` with the next version number, or raises and changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from dossierloket.fouten import AfgeslotenError, OvergangError
from dossierloket.proces import PROCES, Bron, Plaats, StatusCode

POSITIEF = StatusCode.GOEDGEKEURD


@dataclass(frozen=True)
class Agent:
    """Who applies: a name, and the address in the town's register when it is known."""

    naam: str
    iri: str | None = None


@dataclass(frozen=True)
class Product:
    """A product of the IPDC catalogue that one can apply for."""

    iri: str
    naam: str


@dataclass(frozen=True)
class Status:
    """A status that the case had, since when, and why."""

    code: StatusCode
    tijdstip: datetime
    toelichting: str | None = None


@dataclass(frozen=True)
class Stuk:
    """A document of the case; `inhoud` is its text when it was sent along."""

    id: str
    naam: str
    datum: date
    bestandsformaat: str
    inhoud: str | None = None

    @property
    def bestandsgrootte(self) -> int:
        """Size of the content in bytes."""
        return len((self.inhoud or "").encode())


@dataclass(frozen=True)
class Besluit:
    """The decision on the application, with the grounds for it."""

    uitkomst: StatusCode
    motivering: str
    datum: date


@dataclass(frozen=True)
class Levering:
    """What the applicant got, and when."""

    naam: str
    datum: date


@dataclass(frozen=True)
class Dossier:
    """One case, from application to delivery.

    Attributes:
        id: part of the address of the case; says nothing about the applicant.
        nummer: the number that people use, such as `DL-2026-000001`.
        informatieclassificatie: IRI of a concept that says who may see the case.
        statussen: the history, oldest first, never empty.
        versie: grows with every act; the entity tag.
    """

    id: str
    nummer: str
    naam: str
    product: Product
    aanvrager: Agent
    informatieclassificatie: str
    statussen: tuple[Status, ...]
    stukken: tuple[Stuk, ...] = ()
    besluit: Besluit | None = None
    levering: Levering | None = None
    versie: int = 1

    @property
    def plaats(self) -> Plaats:
        """Where in the process the case is now."""
        return PROCES[self.statussen[-1].code]

    @property
    def geopend(self) -> date:
        """The day on which the application came in."""
        return self.statussen[0].tijdstip.date()

    @property
    def gesloten(self) -> date | None:
        """The day on which the case was closed, if it was."""
        return self.statussen[-1].tijdstip.date() if self.plaats.einde else None

    def verder(self, code: StatusCode, *, bron: Bron, nu: datetime, toelichting: str | None = None) -> "Dossier":
        """Move to the next status.

        Args:
            code: the status wanted.
            bron: the kind of act that asks for it; a decision is not made by setting a status.
            nu: the moment of the act; never before the last status.
            toelichting: why, for the history.

        Raises:
            AfgeslotenError: the case is closed.
            OvergangError: this status cannot follow the present one, or not through this act.
        """
        self.controleer_open()
        if code not in self.plaats.volgende:
            mogelijk = ", ".join(self.plaats.volgende)
            raise OvergangError(f"Na de status {self.plaats.code} kan {code} niet volgen. Mogelijk zijn: {mogelijk}.")
        if PROCES[code].bron is not bron:
            raise OvergangError(f"De status {code} bereikt u via de resource '{PROCES[code].bron}'.")
        status = Status(code, max(nu, self.statussen[-1].tijdstip), toelichting)
        return replace(self, statussen=(*self.statussen, status), versie=self.versie + 1)

    def beslis(self, uitkomst: StatusCode, motivering: str, *, nu: datetime) -> "Dossier":
        """Decide on the application; raises as `verder` does."""
        verder = self.verder(uitkomst, bron=Bron.BESLUIT, nu=nu)
        return replace(verder, besluit=Besluit(uitkomst, motivering, verder.statussen[-1].tijdstip.date()))

    def lever(self, naam: str, *, nu: datetime) -> "Dossier":
        """Deliver the result; raises as `verder` does, so only after a positive decision."""
        verder = self.verder(StatusCode.UITGEVOERD, bron=Bron.LEVERING, nu=nu)
        return replace(verder, levering=Levering(naam, verder.statussen[-1].tijdstip.date()))

    def trek_in(self, reden: str, *, nu: datetime) -> "Dossier":
        """Withdraw the application, at the wish of the applicant; raises as `verder` does."""
        return self.verder(StatusCode.STOPGEZET, bron=Bron.INTREKKING, nu=nu, toelichting=reden)

    def met_stuk(self, stuk: Stuk) -> "Dossier":
        """Add a document.

        Raises:
            AfgeslotenError: the case is closed.
        """
        self.controleer_open()
        return replace(self, stukken=(*self.stukken, stuk), versie=self.versie + 1)

    def controleer_open(self) -> None:
        """Refuse a change to a closed case.

        Raises:
            AfgeslotenError: the case is closed.
        """
        if self.plaats.einde:
            raise AfgeslotenError(f"Dossier {self.nummer} is afgesloten met de status {self.plaats.code}.")
