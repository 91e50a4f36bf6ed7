"""How cases become linked data: OSLO Dossier, and OSLO's transaction model for statuses.

OSLO Dossier knows no status; statuses come from the transaction model. Nor does it know who of the staff has a case
in hand: hand-overs are activities of PROV-O with words of our own. Property addresses are those of
the recognised standard of 2023-09-25.
"""

from __future__ import annotations

from vlavirgem.linked.mapping import Children, Code, Entity, Link, Node, Property, Type, Value

STATUS_SCHEME = "https://data.vlaanderen.be/id/conceptscheme/StatusVlaamseCode/"
PHASE_SCHEME = "https://data.vlaanderen.be/id/conceptscheme/StatusVlaamseFase/"
CLASSIFICATION = Property(
    "informatieclassificatie",
    "dossier:informatieclassificatie",
    Code("{informatieclassificatie}", "concept/informatieclassificatie/"),
)

CASE_STATUS = Entity(
    "dossierstatus",
    "dossierstatussen",
    (Type("Status", "transactie:Status"),),
    (
        Property("code", "transactie:statusVlaamsCode", Code("{status}", STATUS_SCHEME)),
        Property("fase", "transactie:statusVlaamsFase", Code("{fase}", PHASE_SCHEME)),
        Property("tijdstip", "prov:atTime", Value("tijdstip", "xsd:dateTime")),
        Property("volgnummer", "sh:order", Value("volgnummer", "xsd:integer")),
        Property("toelichting", "dct:description", Value("toelichting")),
    ),
)
CASE_STEP = Entity(
    "procedurestap",
    "procedurestappen",
    (Type("Procedurestap", "dossier:Procedurestap"),),
    (
        Property("stap", "dct:type", Code("{stap}", "concept/stap/")),
        Property("naam", "dct:title", Value("stap")),
        Property("startdatum", "dossier:Procedurestap.startdatum", Value("startdatum", "xsd:date")),
        Property("einddatum", "dossier:Procedurestap.einddatum", Value("einddatum", "xsd:date")),
    ),
)
HANDOVER = Entity(
    "overdracht",
    "overdrachten",
    (Type("Overdracht", "vvg:Overdracht"), Type("Activiteit", "prov:Activity")),
    (
        Property("dossier", "vvg:dossier", Link("dossier/{dossier_id}")),
        Property("volgnummer", "sh:order", Value("volgnummer", "xsd:integer")),
        Property("tijdstip", "prov:atTime", Value("tijdstip", "xsd:dateTime")),
        Property("overdrager", "vvg:overdrager", Link("medewerker/{overdrager_id}")),
        Property("overnemer", "vvg:overnemer", Link("medewerker/{overnemer_id}")),
        Property("reden", "dct:type", Code("{reden}", "concept/overdrachtsreden/")),
        Property("toelichting", "dct:description", Value("toelichting")),
    ),
)
DOCUMENT = Entity(
    "stuk",
    "stukken",
    (Type("Stuk", "dossier:Stuk"),),
    (
        Property("naam", "dct:title", Value("titel")),
        Property("creatiedatum", "dct:created", Value("creatiedatum", "xsd:date")),
        Property("auteur", "dossier:auteur", Link("{auteur}")),
        CLASSIFICATION,
        Property(
            "isVoorgesteldDoor",
            "dossier:isVoorgesteldDoor",
            Node(
                "bestand",
                (Type("Representatie", "dcat:Distribution"),),
                (
                    Property(
                        "bestandsformaat",
                        "dcat:mediaType",
                        Code("{mediatype}", "https://www.iana.org/assignments/media-types/"),
                    ),
                    Property("bestandsgrootte", "dcat:byteSize", Value("bytes", "xsd:integer")),
                ),
            ),
        ),
    ),
)
CASE = Entity(
    "dossier",
    "dossiers",
    (Type("Dossier", "dossier:Dossier"),),
    (
        Property("naam", "dct:title", Value("titel")),
        Property("dossiernummer", "dct:identifier", Value("dossiernummer")),
        Property("dossiertype", "dct:type", Code("{dossiertype}", "concept/dossiertype/")),
        Property("status", "adms:status", Code("{status}", STATUS_SCHEME)),
        CLASSIFICATION,
        Property("aanvrager", "vvg:aanvrager", Link("persoon/{aanvrager_id}")),
        Property("behandelaar", "vvg:behandelaar", Link("organisatie/{behandelaar_id}")),
        Property("medewerker", "vvg:medewerker", Link("medewerker/{medewerker_id}")),
        Property("uitersteDatum", "vvg:uitersteDatum", Value("uiterste_datum", "xsd:date")),
        Property("plaats", "dct:spatial", Link("adres/{adres_id}")),
        Property(
            "isNeerslagVan",
            "dossier:Dossier.isNeerslagVan",
            Node(
                "zaak",
                (Type("Zaak", "dbo:Case"),),
                (
                    Property("naam", "dct:title", Value("titel")),
                    Property("openingsdatum", "dossier:openingsdatum", Value("openingsdatum", "xsd:date")),
                    Property("sluitingsdatum", "dossier:sluitingsdatum", Value("sluitingsdatum", "xsd:date")),
                    Property("behandelt", "dossier:behandelt", Link("product/{product_id}")),
                    Property("doorloopt", "dossier:doorloopt", Children("procedurestap", "dossier_id", embedded=True)),
                ),
            ),
        ),
        Property("bestaatUit", "dossier:Dossier.bestaatUit", Children("stuk", "dossier_id", embedded=True)),
        Property("statussen", "transactie:heeftStatus", Children("dossierstatus", "dossier_id", embedded=True)),
        Property("overdrachten", "vvg:heeftOverdracht", Children("overdracht", "dossier_id", embedded=True)),
        Property("laatstGewijzigd", "dct:modified", Value("gewijzigd", "xsd:dateTime")),
    ),
)
CASE_ENTITIES: tuple[Entity, ...] = (CASE, CASE_STATUS, CASE_STEP, HANDOVER, DOCUMENT)
