"""What goes over the wire: the bodies that the API takes and gives, with the Dutch text of its documentation.

The answers are JSON-LD: the keys are explained by the context in `jsonld`.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from dossierloket.loket import BEPERKT
from dossierloket.proces import Bron, Fase, Stap, StatusCode

PATROON_IRI = r"^https?://[!#-;=?-\[\]_a-z~]+$"
"""An absolute web address: printable ASCII without the characters that RFC 3986 leaves out."""

GEVULD = "[^ \\t\\r\\n]"
"""At least one character that is no blank."""

Iri = Annotated[str, Field(pattern=PATROON_IRI, max_length=400, examples=["https://voorbeeld.example/id/1"])]
Naam = Annotated[str, Field(min_length=1, max_length=200, pattern=GEVULD)]
Tekst = Annotated[str, Field(min_length=1, max_length=2000, pattern=GEVULD)]
Inhoud = Annotated[str, Field(max_length=10_000, description="De tekst van het stuk.")]
Mediatype = Annotated[
    str,
    Field(pattern=r"^[a-z]+/[a-z0-9][a-z0-9.+-]*$", max_length=100, examples=["application/pdf"]),
]


class _In(BaseModel):
    """A body that clients send: unknown members are refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class _Uit(BaseModel):
    """A part of an answer: JSON-LD keywords are members too."""

    model_config = ConfigDict(populate_by_name=True)


class Document(_Uit):
    """What can be an answer of its own: JSON-LD, explained by its context."""

    context: str | SkipJsonSchema[None] = Field(None, alias="@context")


class AgentIn(_In):
    """Wie de aanvraag doet."""

    naam: Naam = Field(examples=["Voornaam Voorbeeld"])
    identificator: Iri | None = Field(None, description="IRI van de persoon of organisatie in het register.")


class StukIn(_In):
    """Een stuk dat bij het dossier hoort."""

    naam: Naam = Field(examples=["Inplantingsplan"])
    bestandsformaat: Mediatype = Field("text/plain", description="Mediatype van het bestand.")
    inhoud: Inhoud | None = None


class AanvraagIn(_In):
    """Een aanvraag voor een product uit de productencatalogus."""

    naam: Naam = Field(description="Waarover de aanvraag gaat.", examples=["Uittreksel uit het bevolkingsregister"])
    product: Iri = Field(description="IRI van een product uit `/producten`.")
    aanvrager: AgentIn
    informatieclassificatie: Iri = Field(BEPERKT, description="IRI van een concept: wie mag het dossier zien?")
    stukken: list[StukIn] = Field(default=[], max_length=20)


class StatusIn(_In):
    """De volgende status van een dossier in behandeling."""

    status: Literal["InVerwerking", "KlaarVoorBeslissing"]
    toelichting: Tekst | None = None


class BesluitIn(_In):
    """Een besluit, positief of negatief, met zijn motivering."""

    uitkomst: Literal["Goedgekeurd", "Geweigerd"]
    motivering: Tekst


class LeveringIn(_In):
    """Wat de aanvrager krijgt."""

    naam: Naam = Field(examples=["Uittreksel, verzonden per post"])


class IntrekkingIn(_In):
    """Waarom de aanvrager de aanvraag intrekt."""

    reden: Tekst


class Agent(_Uit):
    """De aanvrager (`dct:Agent`)."""

    id: str | SkipJsonSchema[None] = Field(None, alias="@id")
    type: Literal["Agent"] = Field("Agent", alias="@type")
    naam: str


class Identificator(_Uit):
    """Een nummer waarmee mensen het dossier aanduiden (`adms:Identifier`)."""

    type: Literal["Identificator"] = Field("Identificator", alias="@type")
    notatie: str = Field(examples=["DL-2026-000001"])


class Representatie(_Uit):
    """De vorm waarin een stuk bestaat (`dcat:Distribution`)."""

    type: Literal["Representatie"] = Field("Representatie", alias="@type")
    naam: str
    bestandsformaat: str
    bestandsgrootte: int = Field(description="Grootte in bytes.")


class Stuk(Document):
    """Een stuk (`dossier:Stuk`)."""

    id: str = Field(alias="@id")
    type: Literal["Stuk"] = Field("Stuk", alias="@type")
    naam: str
    datum: date
    informatieclassificatie: str
    is_voorgesteld_door: list[Representatie] = Field(alias="isVoorgesteldDoor")
    inhoud: str | SkipJsonSchema[None] = None


class Procedurestap(_Uit):
    """Een stap van het generieke proces die de zaak doorloopt (`dossier:Procedurestap`)."""

    type: Literal["Procedurestap"] = Field("Procedurestap", alias="@type")
    naam: Stap
    startdatum: date
    einddatum: date | SkipJsonSchema[None] = None


class Zaak(_Uit):
    """De zaak waarvan het dossier de neerslag is (`dbo:Case`)."""

    id: str = Field(alias="@id")
    type: Literal["Zaak"] = Field("Zaak", alias="@type")
    naam: str
    procedure: str = Field(description="De naam van het proces.")
    openingsdatum: date
    sluitingsdatum: date | SkipJsonSchema[None] = None
    doorloopt: list[Procedurestap]


class Status(Document):
    """Een status die het dossier had of heeft (`transactie:Status`)."""

    type: Literal["Status"] = Field("Status", alias="@type")
    status_vlaams_code: StatusCode = Field(alias="statusVlaamsCode")
    status_vlaams_fase: Fase = Field(alias="statusVlaamsFase")
    status_wijzigingsdatum: date = Field(alias="statusWijzigingsdatum")
    tijdstip: datetime
    toelichting: str | SkipJsonSchema[None] = None


class Output(Document):
    """Wat de dienstverlening oplevert (`m8g:Output`)."""

    id: str = Field(alias="@id")
    type: Literal["Output"] = Field("Output", alias="@type")
    identificator: list[Identificator]
    naam: str
    datum: date


class Dienstverlening(_Uit):
    """De publieke dienstverlening aan de aanvrager (`cpsv:PublicService`, OSLO transactiemodel)."""

    id: str = Field(alias="@id")
    type: Literal["PubliekeDienstverlening"] = Field("PubliekeDienstverlening", alias="@type")
    is_instantie_van: str = Field(alias="isInstantieVan", description="IRI van het product.")
    wordt_geconsumeerd_door: Agent = Field(alias="wordtGeconsumeerdDoor")
    heeft_status: list[Status] = Field(alias="heeftStatus", description="Alle statussen, de oudste eerst.")
    produceert: list[Output] = []


class Besluit(Document):
    """Het besluit over de aanvraag (`besluit:Besluit`)."""

    id: str = Field(alias="@id")
    type: Literal["Besluit"] = Field("Besluit", alias="@type")
    citeeropschrift: str
    beschrijving: str
    uitkomst: StatusCode
    motivering: str
    datum: date


class Intrekking(Document):
    """Het einde van een aanvraag op vraag van de aanvrager (`transactie:Status`)."""

    type: Literal["Status"] = Field("Status", alias="@type")
    status_vlaams_code: StatusCode = Field(alias="statusVlaamsCode")
    tijdstip: datetime
    reden: str


class Dossier(Document):
    """Een dossier (`dossier:Dossier`)."""

    iri: str = Field(alias="@id")
    type: Literal["Dossier"] = Field("Dossier", alias="@type")
    id: str = Field(description="Het laatste deel van het adres van het dossier.")
    identificator: list[Identificator]
    naam: str
    informatieclassificatie: str
    status: StatusCode = Field(description="De huidige status.")
    is_neerslag_van: Zaak = Field(alias="isNeerslagVan")
    bestaat_uit: list[Stuk] = Field(alias="bestaatUit")
    dienstverlening: Dienstverlening
    besluit: Besluit | SkipJsonSchema[None] = None


class DossierLijst(Document):
    """Een bladzijde van de lijst van dossiers, de oudste eerst."""

    items: list[Dossier]
    volgende: str | SkipJsonSchema[None] = Field(
        None, description="Adres van de volgende bladzijde; ontbreekt op de laatste."
    )


class StatusLijst(Document):
    """De geschiedenis van de statussen, de oudste eerst."""

    items: list[Status]


class StukLijst(Document):
    """De stukken van een dossier, in de volgorde waarin ze binnenkwamen."""

    items: list[Stuk]


class Product(_Uit):
    """Een product waarvoor men een aanvraag kan doen (`cpsv:PublicService`)."""

    iri: str = Field(alias="@id")
    type: Literal["PubliekeDienstverlening"] = Field("PubliekeDienstverlening", alias="@type")
    naam: str


class ProductLijst(Document):
    """De producten waarvoor men bij dit loket een aanvraag kan doen."""

    items: list[Product]


class ProcesStatus(_Uit):
    """Een status en zijn plaats in het proces."""

    code: StatusCode
    stap: Stap | SkipJsonSchema[None] = Field(
        None, description="Ontbreekt bij een status die in elke stap kan volgen."
    )
    fase: Fase
    bron: Bron = Field(description="De resource waarmee een dossier deze status krijgt.")
    volgende: list[StatusCode]
    einde: bool = Field(description="Of een dossier met deze status afgesloten is.")


class Proces(_Uit):
    """Het generieke proces: zijn stappen en zijn statussen, in volgorde."""

    stappen: list[Stap]
    statussen: list[ProcesStatus]


class Fout(BaseModel):
    """Eén ongeldige waarde in een vraag."""

    plaats: str = Field(description="Waar de waarde staat, bijvoorbeeld `body/aanvrager/naam`.")
    melding: str


class Probleem(BaseModel):
    """Probleemdetails volgens RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    fouten: list[Fout] | SkipJsonSchema[None] = Field(
        None, description="Alle ongeldige waarden samen, bij status 400."
    )
