"""The formats in which a register can be taken away whole."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """One of them.

    Attributes:
        name: Last part of the address of a download.
        title: How people call it.
        media_type: Its media type (IANA).
        file_type: Code in the list of file types of the Publications Office.
        standard: What it follows.
        suffix: What the name of a file ends in.
        on_map: Whether it is for what lies on the map only.
    """

    name: str
    title: str
    media_type: str
    file_type: str
    standard: str
    suffix: str
    on_map: bool = False


FORMATS: tuple[Format, ...] = (
    Format("csv", "CSV", "text/csv", "CSV", "https://www.rfc-editor.org/rfc/rfc4180", ".csv"),
    Format(
        "parquet",
        "Parquet",
        "application/vnd.apache.parquet",
        "PARQUET",
        "https://parquet.apache.org/docs/file-format/",
        ".parquet",
    ),
    Format(
        "geojson",
        "GeoJSON",
        "application/geo+json",
        "GEOJSON",
        "https://www.rfc-editor.org/rfc/rfc7946",
        ".geojson",
        on_map=True,
    ),
    Format(
        "geopackage",
        "GeoPackage",
        "application/geopackage+sqlite3",
        "GPKG",
        "http://www.opengis.net/doc/IS/geopackage/1.4",
        ".gpkg",
        on_map=True,
    ),
    Format("jsonld", "JSON-LD", "application/ld+json", "JSON_LD", "https://www.w3.org/TR/json-ld11/", ".jsonld"),
    Format("nquads", "N-Quads", "application/n-quads", "RDF_N_QUADS", "https://www.w3.org/TR/n-quads/", ".nq"),
    Format("turtle", "Turtle", "text/turtle", "RDF_TURTLE", "https://www.w3.org/TR/turtle/", ".ttl"),
)
BY_NAME = {one.name: one for one in FORMATS}
