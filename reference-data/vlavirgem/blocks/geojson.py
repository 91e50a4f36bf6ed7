"""GeoJSON (RFC 7946) of things with a place: WGS 84, longitude first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_COORDINATE = re.compile(r"(-?[\d.]+) (-?[\d.]+)")


def point(longitude: float, latitude: float) -> dict[str, Any]:
    """Make a point."""
    return {"type": "Point", "coordinates": [longitude, latitude]}


def polygon(wkt: str) -> dict[str, Any]:
    """Make a polygon of well-known text with one ring."""
    ring = [[float(x), float(y)] for x, y in _COORDINATE.findall(wkt)]
    return {"type": "Polygon", "coordinates": [ring]}


def line(wkt: str) -> dict[str, Any]:
    """Make a line of well-known text."""
    return {"type": "LineString", "coordinates": [[float(x), float(y)] for x, y in _COORDINATE.findall(wkt)]}


def feature(number: int, *, geometry: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    """Make a feature."""
    return {"type": "Feature", "id": number, "geometry": geometry, "properties": properties}


FEATURE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "GeoJsonFeature",
    "properties": {
        "type": {"const": "Feature"},
        "id": {"type": "integer"},
        "geometry": {
            "type": "object",
            "properties": {"type": {"type": "string"}, "coordinates": {"type": "array"}},
            "required": ["type", "coordinates"],
        },
        "properties": {"type": "object"},
    },
    "required": ["type", "geometry", "properties"],
}
COLLECTION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "GeoJsonFeatureCollection",
    "properties": {
        "type": {"const": "FeatureCollection"},
        "numberMatched": {"type": "integer"},
        "numberReturned": {"type": "integer"},
        "features": {"type": "array", "items": FEATURE_SCHEMA},
        "links": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["type", "features"],
}
