"""What makes a folder of files a data package: a description for catalogues (DCAT-AP 3.0.1) and one for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vlavirgem.dcat import EU, concept, date, in_dutch, language, licence, media_type, standard, texts
from vlavirgem.place import ID_BASE, LICENCE, NAME, SYNTHETIC_STATEMENT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vlavirgem.manifest import About

DCAT_NAME = "dcat.jsonld"
README_NAME = "README.md"
_ROOT = "https://data.vlavirgem.example/"
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "adms": "http://www.w3.org/ns/adms#",
}
_MEDIA_TYPES = {
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
    ".sqlite": "application/vnd.sqlite3",
    ".sql": "application/sql",
    ".geojson": "application/geo+json",
    ".gpkg": "application/geopackage+sqlite3",
    ".jsonld": "application/ld+json",
    ".json": "application/json",
    ".nq": "application/n-quads",
    ".ttl": "text/turtle",
}
_STANDARDS = {
    ".csv": "https://www.rfc-editor.org/rfc/rfc4180",
    ".geojson": "https://www.rfc-editor.org/rfc/rfc7946",
    ".gpkg": "http://www.opengis.net/doc/IS/geopackage/1.4",
    ".jsonld": "https://www.w3.org/TR/json-ld11/",
    ".nq": "https://www.w3.org/TR/n-quads/",
    ".ttl": "https://www.w3.org/TR/turtle/",
}
_LINKED = ("jsonld", "nquads", "turtle")
_PROFILES = (
    "https://data.vlaanderen.be/doc/applicatieprofiel/persoon-basis",
    "https://data.vlaanderen.be/doc/applicatieprofiel/adresregister",
    "https://data.vlaanderen.be/doc/applicatieprofiel/organisatie-basis",
    "https://data.vlaanderen.be/doc/applicatieprofiel/dossier",
)
"""The application profiles of OSLO whose terms linked data is in."""
_SPACE = "POLYGON ((2.2 51.1, 3.4 51.1, 3.4 51.9, 2.2 51.9, 2.2 51.1))"
"""A part of the North Sea in which every VlaVirGem lies."""
_SPACE_OF_REGIONS = "POLYGON ((2.1 51.8, 3.6 51.8, 3.6 56, 2.1 56, 2.1 51.8))"
"""A part of the North Sea in which the municipalities of a region lie."""


def describe(about: About, folder: Path, *, fmt: str, digest: str, files: Mapping[str, str]) -> None:
    """Write both descriptions into a folder.

    Args:
        about: What the town follows from.
        folder: The folder.
        fmt: Format of the files.
        digest: Digest of the town.
        files: `sha256:…` of every other file, by name.
    """
    sizes = {name: (folder / name).stat().st_size for name in files}
    content = catalogue(about, fmt=fmt, digest=digest, files=files, sizes=sizes)
    (folder / DCAT_NAME).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / README_NAME).write_text(_readme(about, fmt=fmt, digest=digest), encoding="utf-8")


def catalogue(
    about: About, *, fmt: str, digest: str, files: Mapping[str, str], sizes: Mapping[str, int]
) -> dict[str, Any]:
    """Describe a folder as a catalogue with one dataset, and a distribution per file.

    Dates are the town's own: there is no clock, so the same town has the same description.

    Args:
        about: What the town follows from.
        fmt: Format of the files.
        digest: Digest of the town.
        files: `sha256:…` of every file, by name.
        sizes: Bytes of every file, by name.
    """
    key = f"{about.profile}-{about.seed}-{about.generator_version}"
    publisher = {"@id": f"{ID_BASE}uitgever/{NAME.lower()}", "@type": "foaf:Agent", "foaf:name": in_dutch(NAME)}
    shared = {
        "dct:publisher": publisher,
        "dct:language": [language("NLD")],
        "dct:issued": date(about.reference_date),
        "dct:modified": date(about.reference_date),
    }
    name = about.municipality
    title = texts(f"{name}, profiel {about.profile}, seed {about.seed}", f"{name}, {about.profile}, {about.seed}")
    dataset = {
        "@id": f"{ID_BASE}dataset/{key}",
        "@type": "dcat:Dataset",
        "dct:title": title,
        "dct:description": texts(
            f"Een verzonnen Vlaamse gemeente om software op te testen. {SYNTHETIC_STATEMENT['nl']}",
            f"A fictional Flemish municipality to test software on. {SYNTHETIC_STATEMENT['en']}",
        ),
        **shared,
        "dct:identifier": digest,
        "dcat:version": about.generator_version,
        "dcat:keyword": [in_dutch("testgegevens"), in_dutch("gemeente"), in_dutch("verzonnen")],
        "dcat:theme": concept(f"{EU}data-theme/GOVE", "Overheid en publieke sector", "Government and public sector"),
        "dct:temporal": {
            "@id": f"{ID_BASE}dataset/{key}#periode",
            "@type": "dct:PeriodOfTime",
            "dcat:endDate": date(about.reference_date),
        },
        "dct:spatial": {
            "@id": f"{ID_BASE}dataset/{key}#gebied",
            "@type": "dct:Location",
            "skos:prefLabel": texts("In de Noordzee, waar niemand woont", "In the North Sea, where nobody lives"),
            "dcat:bbox": {"@value": _SPACE if name == NAME else _SPACE_OF_REGIONS, "@type": "geo:wktLiteral"},
        },
        **({"dct:conformsTo": [standard(iri) for iri in _PROFILES]} if fmt in _LINKED else {}),
        "dcat:distribution": [
            _distribution(name, base=f"{_ROOT}dataset/{key}/{fmt}/", digest=files[name], size=sizes[name])
            for name in files
        ],
    }
    return {
        "@context": _CONTEXT,
        "@id": f"{ID_BASE}catalogus/{key}-{fmt}",
        "@type": "dcat:Catalog",
        "dct:title": title,
        "dct:description": texts("Deze map.", "This folder."),
        **shared,
        "dct:license": licence(),
        "dcat:dataset": dataset,
    }


def _distribution(name: str, *, base: str, digest: str, size: int) -> dict[str, Any]:
    is_compressed = name.endswith(".gz")
    kind = "." + name.removesuffix(".gz").rpartition(".")[2]
    described: dict[str, Any] = {
        "@id": f"{base}{name}",
        "@type": "dcat:Distribution",
        "dct:title": in_dutch(name),
        "dcat:accessURL": {"@id": base},
        "dcat:downloadURL": {"@id": f"{base}{name}"},
        "dct:license": licence(),
        "dcat:byteSize": {"@value": str(size), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@id": f"{base}{name}#checksum",
            "@type": "spdx:Checksum",
            "spdx:algorithm": {
                "@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
                "@type": "spdx:ChecksumAlgorithm",
            },
            "spdx:checksumValue": {"@value": digest.removeprefix("sha256:"), "@type": "xsd:hexBinary"},
        },
    }
    if name_of_type := _MEDIA_TYPES.get(kind):
        described["dcat:mediaType"] = media_type(name_of_type)
    if kind in _STANDARDS:
        described["dct:conformsTo"] = standard(_STANDARDS[kind])
    if is_compressed:
        described["dcat:compressFormat"] = media_type("application/gzip")
    return described


_IN_CSV = {
    "nl": """
Een CSV-bestand volgt RFC 4180: UTF-8, komma's, één kopregel, tekst tussen aanhalingstekens. Waarden staan er zoals ze
zijn: een telefoonnummer begint met `+`, een getal kan met `-` beginnen, en tekst kan met `=` of `@` beginnen. Een
rekenblad neemt zo'n cel soms voor een formule, of laat nullen vooraan weg. Open een bestand dus niet met een
dubbelklik, maar importeer het met elke kolom als tekst.
""",
    "en": """
*A CSV file follows RFC 4180: UTF-8, commas, one header line, text within quotes. Values are as they are: a telephone
number begins with `+`, a number may begin with `-`, and text may begin with `=` or `@`. A spreadsheet may take such a
cell for a formula, or drop leading zeros. So import a file with each column as text, and do not open it by a double
click.*
""",
}
"""Values stay true, also where a spreadsheet would take them for a formula (OWASP, CSV Injection)."""


def _about_cells(fmt: str, language: str) -> str:
    return _IN_CSV[language] if fmt == "csv" else ""


def _readme(about: About, *, fmt: str, digest: str) -> str:
    return f"""# {about.municipality}: {about.profile}, seed {about.seed}

Deze map bevat een **verzonnen** Vlaamse gemeente, als {fmt}. {SYNTHETIC_STATEMENT["nl"]}
U mag er alles mee doen: {LICENCE}.

| bestand | inhoud |
|---|---|
| `town.json` | hoe de gemeente gemaakt is, en de digest van alles |
| `data-dictionary.json` | wat elke tabel en kolom betekent, en waarom een nummer van niemand kan zijn |
| `{DCAT_NAME}` | beschrijving voor een catalogus (DCAT-AP 3.0.1) |

De gemeente is die van {about.reference_date}. `vlavirgem verify` met deze map gaat na of er iets gewijzigd is.
{_about_cells(fmt, "nl")}
*This folder holds a **fictional** Flemish municipality, as {fmt}. {SYNTHETIC_STATEMENT["en"]}
You may do anything with it: {LICENCE}.*

| *file* | *content* |
|---|---|
| `town.json` | *how the municipality was made, and the digest of everything* |
| `data-dictionary.json` | *what each table and column means, and why a number can be nobody's* |
| `{DCAT_NAME}` | *description for a catalogue (DCAT-AP 3.0.1)* |

*The municipality is that of {about.reference_date}. `vlavirgem verify` tells whether anything changed.*
{_about_cells(fmt, "en")}
`{digest}`
"""
