"""Cases as OSLO JSON-LD: the context, and the step from a case to its representation.

Class and property addresses are those of OSLO Dossier (recognised standard of 2023-09-25), the OSLO
transactiemodel and OSLO Besluit publicatie on data.vlaanderen.be. The context is our own because the published
ones give links a class as datatype, so that a plain string would not become a link.
"""

from datetime import UTC, date, datetime
from typing import Any

from dossierloket import dossier as kern
from dossierloket import modellen as m
from dossierloket.proces import CODELIJST_FASE, CODELIJST_STATUS, PROCEDURE, PROCES, Stap, StatusCode

_DOSSIER = "https://data.vlaanderen.be/ns/dossier#"
_TRANSACTIE = "https://data.vlaanderen.be/ns/transactie#"
_DATUM = "http://www.w3.org/2001/XMLSchema#date"
_MOMENT = "http://www.w3.org/2001/XMLSchema#dateTime"


def _link(iri: str, **meer: Any) -> dict[str, Any]:
    return {"@id": iri, "@type": "@id", **meer}


def _lijst(iri: str) -> dict[str, Any]:
    return _link(iri, **{"@container": "@set"})


def _code(iri: str, codelijst: str) -> dict[str, Any]:
    """A term whose value is the short name of a concept in `codelijst`."""
    return {"@id": iri, "@type": "@vocab", "@context": {"@vocab": codelijst}}


CONTEXT: dict[str, Any] = {
    "@version": 1.1,
    "Dossier": _DOSSIER + "Dossier",
    "Zaak": "http://dbpedia.org/ontology/Case",
    "Procedurestap": {
        "@id": _DOSSIER + "Procedurestap",
        "@context": {
            "startdatum": {"@id": _DOSSIER + "Procedurestap.startdatum", "@type": _DATUM},
            "einddatum": {"@id": _DOSSIER + "Procedurestap.einddatum", "@type": _DATUM},
        },
    },
    "Stuk": _DOSSIER + "Stuk",
    "Representatie": "http://www.w3.org/ns/dcat#Distribution",
    "Identificator": "http://www.w3.org/ns/adms#Identifier",
    "PubliekeDienstverlening": "http://purl.org/vocab/cpsv#PublicService",
    "Agent": {"@id": "http://purl.org/dc/terms/Agent", "@context": {"naam": "http://xmlns.com/foaf/0.1/name"}},
    "Status": _TRANSACTIE + "Status",
    "Output": "http://data.europa.eu/m8g/Output",
    "Besluit": {
        "@id": "http://data.vlaanderen.be/ns/besluit#Besluit",
        "@context": {
            "beschrijving": "http://data.europa.eu/eli/ontology#description",
            "datum": {"@id": "http://data.europa.eu/eli/ontology#date_document", "@type": _DATUM},
        },
    },
    "items": "@graph",
    "id": None,
    "volgende": None,
    "naam": "http://purl.org/dc/terms/title",
    "datum": {"@id": "http://purl.org/dc/terms/date", "@type": _DATUM},
    "notatie": "http://www.w3.org/2004/02/skos/core#notation",
    "identificator": _lijst("http://www.w3.org/ns/adms#identifier"),
    "informatieclassificatie": _link(_DOSSIER + "informatieclassificatie"),
    "status": _code("http://www.w3.org/ns/adms#status", CODELIJST_STATUS),
    "isNeerslagVan": _link(_DOSSIER + "Dossier.isNeerslagVan"),
    "bestaatUit": _lijst(_DOSSIER + "Dossier.bestaatUit"),
    "openingsdatum": {"@id": _DOSSIER + "openingsdatum", "@type": _DATUM},
    "sluitingsdatum": {"@id": _DOSSIER + "sluitingsdatum", "@type": _DATUM},
    "procedure": "https://dbpedia.org/ontology/procedure",
    "doorloopt": _lijst(_DOSSIER + "doorloopt"),
    "isVoorgesteldDoor": _lijst(_DOSSIER + "isVoorgesteldDoor"),
    "bestandsformaat": _code("http://www.w3.org/ns/dcat#mediaType", "https://www.iana.org/assignments/media-types/"),
    "bestandsgrootte": {
        "@id": "http://www.w3.org/ns/dcat#byteSize",
        "@type": "http://www.w3.org/2001/XMLSchema#decimal",
    },
    "inhoud": "http://www.w3.org/ns/prov#value",
    "dienstverlening": {"@reverse": _TRANSACTIE + "isGedocumenteerdDoor", "@type": "@id"},
    "isInstantieVan": _link(_TRANSACTIE + "isInstantieVan"),
    "wordtGeconsumeerdDoor": _link(_TRANSACTIE + "wordtGeconsumeerdDoor"),
    "heeftStatus": _lijst(_TRANSACTIE + "heeftStatus"),
    "statusVlaamsCode": _code(_TRANSACTIE + "statusVlaamsCode", CODELIJST_STATUS),
    "statusVlaamsFase": _code(_TRANSACTIE + "statusVlaamsFase", CODELIJST_FASE),
    "statusWijzigingsdatum": {"@id": _TRANSACTIE + "statusWijzigingsdatum", "@type": _DATUM},
    "tijdstip": {"@id": "http://www.w3.org/ns/prov#generatedAtTime", "@type": _MOMENT},
    "toelichting": "http://purl.org/dc/terms/description",
    "reden": "http://purl.org/dc/terms/description",
    "produceert": _lijst("http://purl.org/vocab/cpsv#produces"),
    "besluit": {"@reverse": "http://www.w3.org/ns/prov#wasDerivedFrom", "@type": "@id"},
    "citeeropschrift": "http://data.europa.eu/eli/ontology#title_short",
    "uitkomst": _code("http://www.w3.org/ns/adms#status", CODELIJST_STATUS),
    "motivering": "http://data.vlaanderen.be/ns/besluit#motivering",
}


class Vorm:
    """Gives cases their representation.

    Args:
        basis: where the API is, such as `http://127.0.0.1:8080/v1`; every address in an answer starts with it.
    """

    def __init__(self, basis: str) -> None:
        self.basis = basis
        self.context = f"{basis}/context"

    def adres(self, dossier: kern.Dossier) -> str:
        """The address of a case."""
        return f"{self.basis}/dossiers/{dossier.id}"

    def dossier(self, dossier: kern.Dossier) -> m.Dossier:
        """A case with everything in it."""
        adres = self.adres(dossier)
        return m.Dossier(
            iri=adres,
            id=dossier.id,
            identificator=[m.Identificator(notatie=dossier.nummer)],
            naam=dossier.naam,
            informatieclassificatie=dossier.informatieclassificatie,
            status=dossier.plaats.code,
            is_neerslag_van=m.Zaak(
                id=f"{adres}#zaak",
                naam=dossier.naam,
                procedure=PROCEDURE,
                openingsdatum=dossier.geopend,
                sluitingsdatum=dossier.gesloten,
                doorloopt=_stappen(dossier),
            ),
            bestaat_uit=self.stukken(dossier),
            dienstverlening=m.Dienstverlening(
                id=f"{adres}#dienstverlening",
                is_instantie_van=dossier.product.iri,
                wordt_geconsumeerd_door=m.Agent(id=dossier.aanvrager.iri, naam=dossier.aanvrager.naam),
                heeft_status=self.statussen(dossier),
                produceert=[output] if (output := self.levering(dossier)) else [],
            ),
            besluit=self.besluit(dossier),
        )

    def statussen(self, dossier: kern.Dossier) -> list[m.Status]:
        """The history of the statuses, oldest first."""
        return [self.status(status) for status in dossier.statussen]

    def status(self, status: kern.Status) -> m.Status:
        """One status."""
        return m.Status(
            status_vlaams_code=status.code,
            status_vlaams_fase=PROCES[status.code].fase,
            status_wijzigingsdatum=status.tijdstip.date(),
            tijdstip=_utc(status.tijdstip),
            toelichting=status.toelichting,
        )

    def stukken(self, dossier: kern.Dossier) -> list[m.Stuk]:
        """The documents of a case."""
        return [self.stuk(dossier, stuk) for stuk in dossier.stukken]

    def stuk(self, dossier: kern.Dossier, stuk: kern.Stuk) -> m.Stuk:
        """One document; it is classified as its case is."""
        return m.Stuk(
            id=f"{self.adres(dossier)}/stukken/{stuk.id}",
            naam=stuk.naam,
            datum=stuk.datum,
            informatieclassificatie=dossier.informatieclassificatie,
            is_voorgesteld_door=[
                m.Representatie(
                    naam=stuk.naam,
                    bestandsformaat=stuk.bestandsformaat,
                    bestandsgrootte=stuk.bestandsgrootte,
                )
            ],
            inhoud=stuk.inhoud,
        )

    def besluit(self, dossier: kern.Dossier) -> m.Besluit | None:
        """The decision, when there is one."""
        if dossier.besluit is None:
            return None
        besluit = dossier.besluit
        woord = "keurt de aanvraag goed" if besluit.uitkomst is kern.POSITIEF else "weigert de aanvraag"
        return m.Besluit(
            id=f"{self.adres(dossier)}/besluit",
            citeeropschrift=f"Besluit {dossier.nummer}",
            beschrijving=f"Het bestuur {woord} voor {dossier.product.naam}.",
            uitkomst=besluit.uitkomst,
            motivering=besluit.motivering,
            datum=besluit.datum,
        )

    def levering(self, dossier: kern.Dossier) -> m.Output | None:
        """What was delivered, when it was."""
        if dossier.levering is None:
            return None
        return m.Output(
            id=f"{self.adres(dossier)}/levering",
            identificator=[m.Identificator(notatie=f"{dossier.nummer}-L")],
            naam=dossier.levering.naam,
            datum=dossier.levering.datum,
        )

    def intrekking(self, dossier: kern.Dossier) -> m.Intrekking | None:
        """The withdrawal, when the applicant withdrew."""
        laatste = dossier.statussen[-1]
        if laatste.code is not StatusCode.STOPGEZET:
            return None
        return m.Intrekking(
            status_vlaams_code=laatste.code,
            tijdstip=_utc(laatste.tijdstip),
            reden=laatste.toelichting or "",
        )

    def product(self, product: kern.Product) -> m.Product:
        """A product on offer."""
        return m.Product(iri=product.iri, naam=product.naam)


def proces() -> m.Proces:
    """The process that every case here goes through."""
    return m.Proces(
        stappen=list(Stap),
        statussen=[
            m.ProcesStatus(
                code=plaats.code,
                stap=plaats.stap,
                fase=plaats.fase,
                bron=plaats.bron,
                volgende=list(plaats.volgende),
                einde=plaats.einde,
            )
            for plaats in PROCES.values()
        ],
    )


def _stappen(dossier: kern.Dossier) -> list[m.Procedurestap]:
    """The steps that the case went through: a step ends when the next one starts or when the case closes."""
    begin: dict[Stap, date] = {}
    for status in dossier.statussen:
        stap = PROCES[status.code].stap
        if stap is not None:
            begin.setdefault(stap, status.tijdstip.date())
    einden = [*list(begin.values())[1:], dossier.gesloten]
    return [
        m.Procedurestap(naam=stap, startdatum=start, einddatum=einde)
        for (stap, start), einde in zip(begin.items(), einden, strict=True)
    ]


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
