"""What the town publishes as open data, in words: a dataset for each register that is open, its decisions, and counts.

Nothing of one person is open. Of the people of the town there are counts alone, by wijk, and small ones are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from vlavirgem.linked.opened import OPENED, Opened

_PROFILE = "https://data.vlaanderen.be/doc/applicatieprofiel/"
GEOSPATIAL = "http://data.europa.eu/bna/c_ac64a52d"
COMPANIES = "http://data.europa.eu/bna/c_a9135398"
HIGH_VALUE = {
    GEOSPATIAL: ("Geospatiale gegevens", "Geospatial"),
    COMPANIES: ("Bedrijven en eigendom van bedrijven", "Companies and company ownership"),
}
"""Categories of Implementing Regulation (EU) 2023/138."""
SMALLEST = 5
"""A count below this could point at somebody: it is not told."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset.

    Attributes:
        name: Last part of its identifier.
        title: Its name, in Dutch and English.
        text: What it holds, in Dutch and English.
        keywords: Words to find it by, in Dutch.
        theme: Code in the list of themes of the Publications Office.
        opened: The register, where it is one.
        block: The building block that serves it.
        collection: Its collection there, if it has one.
        streams: Event streams of that block that are about it, with their names.
        standards: Profiles that its linked data follows.
        high_value: Its category, where Implementing Regulation (EU) 2023/138 names such data.
        is_on_map: Whether it lies on the map.
        withheld: What is left out because it is about a person, in Dutch and English.
    """

    name: str
    title: tuple[str, str]
    text: tuple[str, str]
    keywords: tuple[str, ...]
    theme: str
    opened: Opened | None = None
    block: str = "basisregisters"
    collection: str = ""
    streams: tuple[tuple[str, str], ...] = ()
    standards: tuple[str, ...] = ()
    high_value: str = ""
    is_on_map: bool = False
    withheld: tuple[str, str] = ("", "")


THEMES = {
    "ECON": ("Economie en financiën", "Economy and finance"),
    "GOVE": ("Overheid en publieke sector", "Government and public sector"),
    "REGI": ("Regio's en steden", "Regions and cities"),
    "SOCI": ("Bevolking en samenleving", "Population and society"),
    "TRAN": ("Vervoer", "Transport"),
}
_OPENED = {opened.name: opened for opened in OPENED}
_PLACES = (f"{_PROFILE}adresregister",)
_ORGANISATIONS = (f"{_PROFILE}organisatie-basis",)

ADDRESSES = Dataset(
    "adressen",
    ("Adressen", "Addresses"),
    (
        "Alle adressen van de gemeente, met hun plaats op de kaart, hun status en wat er in hun plaats kwam.",
        "All addresses of the town, with their place on the map, their status and what replaced them.",
    ),
    ("adres", "huisnummer", "adressenregister"),
    "REGI",
    opened=_OPENED["adressen"],
    collection="adressen",
    standards=_PLACES,
    high_value=GEOSPATIAL,
    is_on_map=True,
)
STREETS = Dataset(
    "straatnamen",
    ("Straatnamen", "Street names"),
    ("Alle straatnamen van de gemeente, per wijk.", "All street names of the town, by wijk."),
    ("straat", "straatnaam", "adressenregister"),
    "REGI",
    opened=_OPENED["straatnamen"],
    collection="straatnamen",
    standards=_PLACES,
)
BUILDINGS = Dataset(
    "gebouwen",
    ("Gebouwen", "Buildings"),
    (
        "Alle gebouwen met hun grondvlak, bouwjaar en status, ook die er niet meer staan.",
        "All buildings with their footprint, year and status, also those that are gone.",
    ),
    ("gebouw", "grondvlak", "gebouwenregister"),
    "REGI",
    opened=_OPENED["gebouwen"],
    collection="gebouwen",
    standards=(f"{_PROFILE}gebouwenregister",),
    high_value=GEOSPATIAL,
    is_on_map=True,
)
BUILDING_UNITS = Dataset(
    "gebouweenheden",
    ("Gebouweenheden", "Building units"),
    (
        "Woningen en andere delen van gebouwen die een eigen adres kunnen hebben.",
        "Dwellings and other parts of buildings that can have an address of their own.",
    ),
    ("gebouweenheid", "woning", "gebouwenregister"),
    "REGI",
    opened=_OPENED["gebouweenheden"],
    collection="gebouweenheden",
    standards=(f"{_PROFILE}gebouwenregister",),
    high_value=GEOSPATIAL,
)
PARCELS = Dataset(
    "percelen",
    ("Percelen", "Parcels"),
    (
        "Alle percelen met hun grens, oppervlakte en grondgebruik.",
        "All parcels with their border, area and land use.",
    ),
    ("perceel", "kadaster", "grondgebruik"),
    "REGI",
    opened=_OPENED["percelen"],
    collection="percelen",
    standards=(f"{_PROFILE}perceel",),
    high_value=GEOSPATIAL,
    is_on_map=True,
)
ROADS = Dataset(
    "wegsegmenten",
    ("Wegsegmenten", "Road segments"),
    (
        "Stukken weg van kruispunt tot kruispunt, met hun middellijn en categorie.",
        "Pieces of road from crossing to crossing, with their centre line and category.",
    ),
    ("weg", "wegenregister", "mobiliteit"),
    "TRAN",
    opened=_OPENED["wegsegmenten"],
    collection="wegsegmenten",
    is_on_map=True,
)
BOROUGHS = Dataset(
    "wijken",
    ("Wijken", "Wijken"),
    (
        "De wijken van de gemeente met hun grens en oppervlakte.",
        "The wijken (neighbourhoods) of the town with their border and area.",
    ),
    ("wijk", "statistische sector"),
    "REGI",
    opened=_OPENED["wijken"],
    collection="wijken",
    high_value=GEOSPATIAL,
    is_on_map=True,
)
ORGANISATIONS = Dataset(
    "organisaties",
    ("Organisaties", "Organisations"),
    (
        "Besturen, scholen, verenigingen en ondernemingen met hun zetel, activiteit en contactgegevens.",
        "Public bodies, schools, associations and businesses with seat, activity and contact details.",
    ),
    ("onderneming", "vereniging", "KBO"),
    "ECON",
    opened=_OPENED["organisaties"],
    collection="organisaties",
    standards=_ORGANISATIONS,
    high_value=COMPANIES,
    withheld=("Wie een zaak leidt, staat er niet in.", "Who leads a business is left out."),
)
ESTABLISHMENTS = Dataset(
    "vestigingen",
    ("Vestigingen", "Establishments"),
    ("Waar organisaties werken, met hun adres.", "Where organisations work, with their address."),
    ("vestiging", "onderneming", "KBO"),
    "ECON",
    opened=_OPENED["vestigingen"],
    collection="vestigingen",
    standards=_ORGANISATIONS,
    high_value=COMPANIES,
)
PRODUCTS = Dataset(
    "producten",
    ("Producten en diensten", "Products and services"),
    (
        "Wat de gemeente, haar OCMW en haar politie aanbieden, met voorwaarden, kosten en kanalen.",
        "What the town, its social services and its police offer, with conditions, costs and channels.",
    ),
    ("dienstverlening", "IPDC", "LPDC"),
    "GOVE",
    opened=_OPENED["producten"],
    block="ipdc",
    collection="producten",
    standards=("https://semiceu.github.io/CPSV-AP/releases/3.2.0",),
)
DECISIONS = Dataset(
    "besluiten",
    ("Besluiten", "Decisions"),
    (
        "Gepubliceerde besluiten van de bestuursorganen, en de notulen waarin ze staan.",
        "Published decisions of the administrative bodies, and the minutes that hold them.",
    ),
    ("besluit", "notulen", "gelinkt notuleren"),
    "GOVE",
    block="besluiten",
    collection="besluiten",
    streams=(("ldes", "Besluiten als stroom"), ("publicaties", "Publicaties als stroom")),
    standards=(f"{_PROFILE}besluit-publicatie",),
)
INHABITANTS = Dataset(
    "inwonersaantallen",
    ("Aantal inwoners per wijk", "Number of inhabitants by wijk"),
    (
        f"Hoeveel mensen er in elke wijk wonen, per geslacht en per tien jaar. Onder de {SMALLEST} staat er niets.",
        f"How many people live in each wijk, by sex and ten years of age. Counts below {SMALLEST} are left out.",
    ),
    ("inwoners", "bevolking", "statistiek"),
    "SOCI",
    block="opendata",
    withheld=("Over wie er woont, staat er niets in.", "Nothing is told of who lives there."),
)
DATASETS: tuple[Dataset, ...] = (
    ADDRESSES,
    STREETS,
    BUILDINGS,
    BUILDING_UNITS,
    PARCELS,
    ROADS,
    BOROUGHS,
    ORGANISATIONS,
    ESTABLISHMENTS,
    PRODUCTS,
    DECISIONS,
    INHABITANTS,
)
