"""How bodies and mandates become linked data, in the terms of OSLO Mandatendatabank as LBLOD uses them.

Sources: the application profile Mandatendatabank on data.vlaanderen.be and LBLOD's documentation for vendors. Where
those two write a property differently, both are given. Meetings and decisions are in `linked/decisions.py`.
"""

from __future__ import annotations

from vlavirgem.linked.mapping import (
    DUTCH,
    Children,
    Code,
    Codes,
    Entity,
    Fixed,
    Join,
    Link,
    Node,
    Property,
    Text,
    Type,
    Value,
)
from vlavirgem.place import NAME

LBLOD = "http://data.vlaanderen.be/id/concept/"
DOMAIN_SCHEME = "concept/beleidsdomein/"
BODY = Type("Bestuursorgaan", "besluit:Bestuursorgaan")
BODY_FOR_A_TERM = Type("BestuursorgaanInTijd", "besluit:Bestuursorgaan")

UNIT = Entity(
    "bestuur",
    "bestuurseenheden",
    (Type("Bestuurseenheid", "besluit:Bestuurseenheid"),),
    (
        Property("naam", "skos:prefLabel", Value("naam")),
        Property(
            "classificatie", "org:classification", Code("{classificatie}", f"{LBLOD}BestuurseenheidClassificatieCode/")
        ),
        Property(
            "werkingsgebied",
            "besluit:werkingsgebied",
            Node(
                "werkingsgebied",
                (Type("Gebied", "prov:Location"),),
                (
                    Property("naamVanGebied", "rdfs:label", Fixed(NAME)),
                    Property("niveau", "ext:werkingsgebiedNiveau", Fixed("Gemeente")),
                ),
            ),
        ),
        Property("organisatie", "dct:relation", Link("organisatie/{organisatie_id}")),
        Property("publiekeOrganisatie", "rdfs:seeAlso", Link("bestuurseenheid/{soort}")),
    ),
)
_CLASSIFICATION = Property(
    "classificatie", "org:classification", Code("{classificatie}", f"{LBLOD}BestuursorgaanClassificatieCode/")
)
_GOVERNS = Property("bestuurt", "besluit:bestuurt", Link("bestuur/{bestuurseenheid_id}"))

ADMINISTRATIVE_BODY = Entity(
    "bestuursorgaan",
    "bestuursorganen",
    (BODY,),
    (
        Property("naam", "skos:prefLabel", Value("naam")),
        Property("afkorting", "skos:altLabel", Value("afkorting")),
        _CLASSIFICATION,
        _GOVERNS,
        Property("perioden", "vvg:heeftTijdspecialisatie", Children("bestuursorgaan-in-tijd", "bestuursorgaan_id")),
    ),
)
BODY_IN_TERM = Entity(
    "bestuursorgaan-in-tijd",
    "bestuursorganen_in_tijd",
    (BODY_FOR_A_TERM,),
    (
        Property("naam", "skos:prefLabel", Value("naam")),
        _CLASSIFICATION,
        _GOVERNS,
        Property(
            "isTijdspecialisatieVan", "generiek:isTijdspecialisatieVan", Link("bestuursorgaan/{bestuursorgaan_id}")
        ),
        Property("tijdspecialisatieVan", "mandaat:isTijdspecialisatieVan", Link("bestuursorgaan/{bestuursorgaan_id}")),
        Property("bindingStart", "mandaat:bindingStart", Value("binding_start", "xsd:dateTime")),
        Property("bindingEinde", "mandaat:bindingEinde", Value("binding_einde", "xsd:dateTime")),
        Property("aantalZetels", "vvg:aantalZetels", Value("aantal_zetels", "xsd:integer")),
        Property("bevat", "org:hasPost", Children("mandaat", "orgaan_in_tijd_id")),
        Property("fracties", "org:hasMember", Children("fractie", "orgaan_in_tijd_id")),
    ),
    joins=(
        Join(
            "bestuursorganen",
            "bestuursorgaan_id",
            (("classificatie", "classificatie"), ("bestuurseenheid_id", "bestuurseenheid_id")),
        ),
    ),
)
GROUP = Entity(
    "fractie",
    "fracties",
    (Type("Fractie", "mandaat:Fractie"), Type("Organisatie", "org:Organization")),
    (
        Property("voorkeursnaam", "skos:prefLabel", Value("naam", DUTCH)),
        Property("naam", "regorg:legalName", Value("naam")),
        Property("isLidVan", "org:memberOf", Link("bestuursorgaan-in-tijd/{orgaan_in_tijd_id}")),
        Property("fractietype", "ext:isFractietype", Code("{fractietype}", f"{LBLOD}Fractietype/")),
        Property("stemmen", "vvg:aantalStemmen", Value("stemmen", "xsd:integer")),
        Property("zetels", "vvg:aantalZetels", Value("zetels", "xsd:integer")),
        Property("inMeerderheid", "vvg:inMeerderheid", Value("in_meerderheid", "xsd:boolean")),
    ),
)
MANDATE = Entity(
    "mandaat",
    "mandaten",
    (Type("Mandaat", "mandaat:Mandaat"), Type("Post", "org:Post")),
    (
        Property("bestuursfunctie", "org:role", Code("{functie}", f"{LBLOD}BestuursfunctieCode/")),
        Property("functie", "vvg:functie", Value("functie_naam", DUTCH)),
        Property("aantalHouders", "mandaat:aantalHouders", Value("aantal_houders", "xsd:integer")),
        Property("mandatarissen", "org:heldBy", Children("mandataris", "mandaat_id")),
    ),
)
FUNCTION = Entity(
    "bestuursfunctie",
    "mandaten",
    (Type("Functie", "org:Role"),),
    (Property("naam", "skos:prefLabel", Value("functie_naam", DUTCH)),),
    path=f"{LBLOD}BestuursfunctieCode/{{functie}}",
)
MANDATARY = Entity(
    "mandataris",
    "mandatarissen",
    (Type("Mandataris", "mandaat:Mandataris"), Type("Agent", "dct:Agent")),
    (
        Property("bekleedt", "org:holds", Link("mandaat/{mandaat_id}")),
        Property("functie", "vvg:functie", Value("functie_naam", DUTCH)),
        Property("isBestuurlijkeAliasVan", "mandaat:isBestuurlijkeAliasVan", Link("persoon/{persoon_id}")),
        Property("start", "mandaat:start", Value("start", "xsd:dateTime")),
        Property("einde", "mandaat:einde", Value("einde", "xsd:dateTime")),
        Property("status", "mandaat:status", Code("{status}", f"{LBLOD}MandatarisStatusCode/")),
        Property("volgorde", "sh:order", Value("volgorde", "xsd:integer")),
        Property("rangorde", "mandaat:rangorde", Value("rangorde", DUTCH)),
        Property("beleidsdomeinen", "mandaat:beleidsdomein", Codes("beleidsdomeinen", DOMAIN_SCHEME)),
        Property(
            "lidmaatschap",
            "org:hasMembership",
            Node(
                "lidmaatschap",
                (Type("Lidmaatschap", "org:Membership"),),
                (
                    # LBLOD spells it with an s; the vocabulary itself with a z.
                    Property("fractie", "org:organisation", Link("fractie/{fractie_id}")),
                    Property("organisatie", "org:organization", Link("fractie/{fractie_id}")),
                    Property("lid", "org:member", Link("mandataris/{id}")),
                    Property("rol", "org:role", Code("{functie}", f"{LBLOD}BestuursfunctieCode/")),
                    Property(
                        "lidVanTot",
                        "org:memberDuring",
                        Node(
                            "lidmaatschap-periode",
                            (Type("Periode", "m8g:PeriodOfTime"),),
                            (
                                Property("begin", "generiek:begin", Value("start", "xsd:dateTime")),
                                Property("eindeVanPeriode", "generiek:einde", Value("einde", "xsd:dateTime")),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        Property("volgtOp", "vvg:volgtOp", Link("mandataris/{opvolger_van_id}")),
        Property(
            "isTijdelijkVervangenDoor",
            "mandaat:isTijdelijkVervangenDoor",
            Link("mandataris/{tijdelijk_vervangen_door_id}"),
        ),
    ),
    joins=(Join("mandaten", "mandaat_id", (("functie", "functie"), ("functie_naam", "functie_naam"))),),
)
OFFICER = Entity(
    "functionaris",
    "functionarissen",
    (Type("Functionaris", "lblodlg:Functionaris"),),
    (
        Property(
            "bekleedt",
            "org:holds",
            Node(
                "functie",
                (Type("Bestuursfunctie", "lblodlg:Bestuursfunctie"),),
                (
                    Property("bestuursfunctie", "org:role", Code("{functie}", f"{LBLOD}BestuursfunctieCode/")),
                    Property("functieVan", "org:postIn", Link("bestuursorgaan/{bestuursorgaan_id}")),
                ),
            ),
        ),
        Property("functie", "vvg:functie", Value("functie_naam", DUTCH)),
        Property("isBestuurlijkeAliasVan", "mandaat:isBestuurlijkeAliasVan", Link("persoon/{persoon_id}")),
        Property("start", "mandaat:start", Value("start", "xsd:dateTime")),
        Property("status", "mandaat:status", Code("{status}", f"{LBLOD}functionarisStatusCode/")),
        Property("naam", "rdfs:label", Text("{functie_naam} van VlaVirGem", DUTCH)),
    ),
)
MANDATE_ENTITIES: tuple[Entity, ...] = (
    UNIT,
    ADMINISTRATIVE_BODY,
    BODY_IN_TERM,
    GROUP,
    MANDATE,
    FUNCTION,
    MANDATARY,
    OFFICER,
)
