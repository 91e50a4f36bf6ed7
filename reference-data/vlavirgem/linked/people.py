"""How households and persons become linked data, in OSLO's terms.

Source: the application profile Persoon Basis on data.vlaanderen.be.
"""

from __future__ import annotations

from vlavirgem.linked.lives import LIVES
from vlavirgem.linked.mapping import (
    DUTCH,
    Children,
    Code,
    Entity,
    Fixed,
    Link,
    Node,
    Property,
    Text,
    Texts,
    Type,
    Value,
)
from vlavirgem.linked.organisations import ORGANISATION, ORGANISATIONS
from vlavirgem.linked.places import (
    ADDRESS_OF,
    CONTACT_POINT,
    EU_AUTHORITY,
    IDENTIFIER,
    STREET_OF,
    address_view,
)
from vlavirgem.place import NIS_CODE

HOUSEHOLD = Entity(
    "huishouden",
    "huishoudens",
    (Type("Gezin", "persoon:Gezin"),),
    (
        Property("type", "dct:type", Code("{type}", "concept/huishoudtype/")),
        Property("aantalLeden", "vvg:aantalLeden", Value("aantal_leden", "xsd:integer")),
        Property("gezinshoofd", "persoon:gezinshoofd", Link("persoon/{gezinshoofd_id}")),
        Property("gezinsleden", "persoon:gezinslid", Children("persoon", "huishouden_id")),
        Property("gezinsadres", "persoon:gezinsadres", address_view("adres")),
    ),
    joins=(ADDRESS_OF, STREET_OF),
)
PERSON = Entity(
    "persoon",
    "personen",
    (
        Type("Persoon", "person:Person"),
        Type("GeregistreerdPersoon", "persoon:GeregistreerdPersoon"),
        Type("Inwoner", "persoon:Inwoner"),
    ),
    (
        Property("naam", "foaf:name", Text("{voornaam} {achternaam}")),
        Property("gebruikteVoornaam", "persoon:gebruikteVoornaam", Value("voornaam")),
        Property("voornamen", "foaf:givenName", Texts("voornamen", "xsd:string")),
        Property("achternaam", "foaf:familyName", Value("achternaam")),
        Property("volledigeNaam", "persoon:volledigeNaam", Text("{voornaam} {achternaam}")),
        Property("geslacht", "persoon:geslacht", Code("{geslacht}", f"{EU_AUTHORITY}human-sex/")),
        Property(
            "registratie",
            "persoon:registratie",
            Node(
                "rijksregisternummer",
                (IDENTIFIER,),
                (
                    Property("identificator", "skos:notation", Value("insz")),
                    Property("toegekendDoor", "adms:schemaAgency", Fixed("Rijksregister (verzonnen nummer)")),
                ),
            ),
        ),
        Property(
            "heeftGeboorte",
            "persoon:heeftGeboorte",
            Node(
                "geboorte",
                (Type("Geboorte", "persoon:Geboorte"),),
                (
                    Property("datum", "persoon:datum", Value("geboortedatum", "xsd:date")),
                    Property(
                        "plaats",
                        "persoon:plaats",
                        Node(
                            "geboorteplaats",
                            (Type("Plaats", "dct:Location"),),
                            (Property("plaatsnaam", "rdfs:label", Value("geboorteplaats", DUTCH)),),
                        ),
                    ),
                    Property("geboorteland", "persoon:land", Code("{geboorteland}", f"{EU_AUTHORITY}country/")),
                ),
            ),
        ),
        Property(
            "heeftOverlijden",
            "persoon:heeftOverlijden",
            Node(
                "overlijden",
                (Type("Overlijden", "persoon:Overlijden"),),
                (Property("datum", "persoon:datum", Value("overlijdensdatum", "xsd:date")),),
                when="overlijdensdatum",
            ),
        ),
        Property(
            "heeftNationaliteit",
            "persoon:heeftNationaliteit",
            Node(
                "nationaliteit",
                (Type("Nationaliteit", "persoon:Nationaliteit"),),
                (
                    Property(
                        "nationaliteit", "persoon:nationaliteit", Code("{nationaliteit}", f"{EU_AUTHORITY}country/")
                    ),
                ),
            ),
        ),
        Property(
            "heeftBurgerlijkeStaat",
            "persoon:heeftBurgerlijkeStaat",
            Node(
                "burgerlijke-staat",
                (Type("BurgerlijkeStaat", "persoon:BurgerlijkeStaat"),),
                (Property("type", "persoon:type", Code("{burgerlijke_staat}", "concept/burgerlijkestaat/")),),
            ),
        ),
        Property("thuistaal", "schema:knowsLanguage", Code("{thuistaal}", f"{EU_AUTHORITY}language/")),
        Property("isLidVan", "persoon:isLidVan", Link("huishouden/{huishouden_id}")),
        Property("rolInGezin", "vvg:rolInGezin", Code("{rol}", "concept/gezinsrol/")),
        Property("ouder1", "schema:parent", Link("persoon/{ouder1_id}")),
        Property("ouder2", "schema:parent", Link("persoon/{ouder2_id}")),
        Property(
            "heeftInwonerschap",
            "persoon:heeftInwonerschap",
            Node(
                "inwonerschap",
                (Type("Inwonerschap", "persoon:Inwonerschap"),),
                (
                    Property(
                        "jurisdictie",
                        "persoon:Inwonerschap.binnenJurisdictie",
                        Link(f"administratieve-eenheid/{NIS_CODE}"),
                    ),
                    Property(
                        "heeftVerblijfplaats",
                        "persoon:heeftVerblijfplaats",
                        Node(
                            "domicilie",
                            (
                                Type("Domicilie", "persoon:Domicilie"),
                                Type("Verblijfplaats", "persoon:Verblijfplaats"),
                            ),
                            (Property("verblijfsadres", "persoon:verblijfsadres", address_view("adres")),),
                        ),
                    ),
                ),
                when="adres_id",
            ),
        ),
        Property(
            "contactinfo",
            "schema:contactPoint",
            Node(
                "contact",
                (CONTACT_POINT, Type("ContactPoint", "https://schema.org/ContactPoint")),
                (
                    Property("email", "schema:email", Value("email")),
                    Property("telefoon", "schema:telephone", Value("telefoon")),
                ),
                when="telefoon",
            ),
        ),
    ),
    joins=(ADDRESS_OF, STREET_OF),
)
PEOPLE: tuple[Entity, ...] = (HOUSEHOLD, PERSON, *LIVES, *ORGANISATIONS)
__all__ = ["HOUSEHOLD", "ORGANISATION", "PEOPLE", "PERSON"]
