"""Starts pygeoapi on the town's addresses and buildings.

It fetches both as GeoJSON, writes data and configuration into the component's own folder, lets pygeoapi write its
OpenAPI document, and then becomes the web server. Nothing of pygeoapi itself is changed.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urljoin

import requests
import yaml

COLLECTIONS = {
    "adressen": {"nl": "Adressen", "en": "Addresses"},
    "gebouwen": {"nl": "Gebouwen", "en": "Buildings"},
}
"""Collections of the base registers that are served, with their titles."""

SECONDS = 30
"""How long one page of the town may take."""


def features(address: str) -> Iterator[dict[str, Any]]:
    """All features of a paged collection.

    Args:
        address: the first page; `next` links, in the body or in the Link header, lead to the others.

    Raises:
        requests.RequestException: the town does not answer as it should.
    """
    next_page: str | None = address
    while next_page:
        answer = requests.get(next_page, headers={"Accept": "application/geo+json"}, timeout=SECONDS)
        answer.raise_for_status()
        page = answer.json()
        yield from page["features"]
        in_body = [link["href"] for link in page.get("links", []) if link.get("rel") == "next"]
        link = next(iter(in_body), answer.links.get("next", {}).get("url"))
        next_page = urljoin(next_page, link) if link else None


def as_collection(found: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """A feature collection with short ids: the last part of an address, which stays in the property `uri`."""
    collection = []
    for feature in found:
        uri = str(feature.get("id") or feature["properties"]["id"])
        properties = {"uri": uri, **feature["properties"]}
        collection.append({**feature, "id": uri.rstrip("/").rsplit("/", 1)[-1], "properties": properties})
    return {"type": "FeatureCollection", "features": collection}


def extent(collection: dict[str, Any]) -> list[float]:
    """West, south, east and north of all coordinates, in degrees."""
    points = [point for feature in collection["features"] for point in _points(feature["geometry"])]
    longitudes, latitudes = zip(*points, strict=True)
    return [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]


def _points(geometry: dict[str, Any] | None) -> Iterator[tuple[float, float]]:
    def walk(coordinates: list[Any]) -> Iterator[tuple[float, float]]:
        if coordinates and isinstance(coordinates[0], int | float):
            yield coordinates[0], coordinates[1]
        else:
            for part in coordinates:
                yield from walk(part)

    yield from walk(geometry["coordinates"] if geometry else [])


def configuration(*, host: str, port: int, base_url: str, data: dict[str, Path]) -> dict[str, Any]:
    """What pygeoapi should serve; `api_rules` are its own settings for the Dutch API design rules."""
    provider = {"email": "geo@gemeente.example", "url": "https://gemeente.example"}
    return {
        "server": {
            "bind": {"host": host, "port": port},
            "url": base_url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["nl-BE", "en-US"],
            "limits": {"default_items": 20, "max_items": 500},
            "map": {"url": "about:blank#{z}/{x}/{y}", "attribution": ""},
            "api_rules": {
                "api_version": "1.0.0",
                "strict_slashes": True,
                "url_prefix": "v{api_major}",
                "version_header": "API-Version",
            },
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": {"nl": "Adressen en gebouwen", "en": "Addresses and buildings"},
                "description": {
                    "nl": "Adressen en gebouwen van een verzonnen gemeente.",
                    "en": "Addresses and buildings of an invented municipality.",
                },
                "keywords": {"nl": ["adressen", "gebouwen"], "en": ["addresses", "buildings"]},
                "keywords_type": "theme",
                "terms_of_service": "https://gemeente.example/voorwaarden",
                "url": base_url,
            },
            "license": {"name": "CC0 1.0", "url": "https://creativecommons.org/publicdomain/zero/1.0/"},
            "provider": {"name": "De gemeente", "url": provider["url"]},
            "contact": {"name": "Dienst geo-informatie", "position": "Beheerder", **provider},
        },
        "resources": {name: _resource(name, path) for name, path in data.items()},
    }


def _resource(name: str, path: Path) -> dict[str, Any]:
    bbox = extent(json.loads(path.read_text(encoding="utf-8")))
    return {
        "type": "collection",
        "title": COLLECTIONS[name],
        "description": COLLECTIONS[name],
        "keywords": {"nl": [name], "en": [name]},
        "extents": {"spatial": {"bbox": bbox, "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
        "links": [],
        "providers": [{"type": "feature", "name": "GeoJSON", "data": str(path), "id_field": "id"}],
    }


def main() -> int:
    """Prepare, then become the web server; 1 when the town does not answer, 2 without a town."""
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "5000"))
    base_url = os.environ.get("PROEFTUIN_BASE_URL", f"http://{host}:{port}").rstrip("/")
    town, folder = os.environ.get("PROEFTUIN_TOWN_URL", "").rstrip("/"), os.environ.get("PROEFTUIN_DATA_DIR", "")
    if not town or not folder:
        sys.stderr.write("pygeoapi: PROEFTUIN_TOWN_URL and PROEFTUIN_DATA_DIR are needed\n")
        return 2
    data = {}
    for name in COLLECTIONS:
        data[name] = Path(folder) / f"{name}.geojson"
        try:
            collection = as_collection(features(f"{town}/basisregisters/v1/{name}?limiet=1000"))
        except requests.RequestException as error:
            sys.stderr.write(f"pygeoapi: the town gave no {name}: {error}\n")
            return 1
        data[name].write_text(json.dumps(collection), encoding="utf-8")
    return serve(configuration(host=host, port=port, base_url=base_url, data=data), folder=Path(folder))


def serve(settings: dict[str, Any], *, folder: Path) -> NoReturn:
    """Write the configuration, let pygeoapi write its OpenAPI document, and become the web server."""
    config, openapi = folder / "config.yml", folder / "openapi.json"
    config.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    environment = {**os.environ, "PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}
    generate = ["openapi", "generate", str(config), "--format", "json", "--output-file", str(openapi)]
    subprocess.run([sys.executable, "-c", "from pygeoapi import cli; cli()", *generate], env=environment, check=True)
    bind = settings["server"]["bind"]
    waitress = ["-m", "waitress", f"--host={bind['host']}", f"--port={bind['port']}", "pygeoapi.flask_app:APP"]
    os.execve(sys.executable, [sys.executable, *waitress], environment)  # noqa: S606 - this process becomes the server


if __name__ == "__main__":
    raise SystemExit(main())
