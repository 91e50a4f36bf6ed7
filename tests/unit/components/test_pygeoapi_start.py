"""What the start script of the pygeoapi bundle does before pygeoapi takes over."""

from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING, Any

import pytest

from support.components import COMPONENTS
from support.conformance_servers import Request, Response, serving, url_of

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.fixture(scope="module")
def start() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pygeoapi_start", COMPONENTS / "pygeoapi" / "start.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def feature(number: int, coordinates: Any, kind: str = "Point") -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"https://data.example/id/adres/{number}",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": {"huisnummer": str(number)},
    }


@pytest.mark.parametrize("where", ["body", "header"])
def test_all_pages_are_fetched_whether_the_next_link_is_in_body_or_header(start: ModuleType, where: str) -> None:
    def town(request: Request) -> Response:
        assert "application/geo+json" == request.headers["accept"]
        last = "cursor" in request.query
        page: dict[str, Any] = {"features": [feature(2 if last else 1, [2.6, 51.3])]}
        if last or where == "header":
            link = {} if last else {"Link": '</adressen?cursor=1>; rel="next"'}
            return Response.json(page, **link)
        return Response.json({**page, "links": [{"rel": "next", "href": "/adressen?cursor=1"}]})

    with serving(town) as server:
        found = list(start.features(f"{url_of(server)}/adressen"))

    assert ["1", "2"] == [item["properties"]["huisnummer"] for item in found]


def test_ids_become_short_and_the_address_stays_as_a_property(start: ModuleType) -> None:
    [item] = start.as_collection(iter([feature(7, [2.6, 51.3])]))["features"]

    assert ("7", "https://data.example/id/adres/7") == (item["id"], item["properties"]["uri"])


def test_the_extent_holds_points_and_polygons(start: ModuleType) -> None:
    ring = [[[2.0, 51.0], [2.5, 51.0], [2.5, 51.5], [2.0, 51.0]]]
    collection = {"features": [feature(1, [2.7, 50.9]), feature(2, ring, "Polygon")]}

    assert [2.0, 50.9, 2.7, 51.5] == start.extent(collection)


def test_the_configuration_serves_each_collection_under_the_major_version(start: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "adressen.geojson"
    path.write_text(json.dumps(start.as_collection(iter([feature(1, [2.6, 51.3])]))), encoding="utf-8")
    base = "http://127.0.0.1:5000"
    settings = start.configuration(host="127.0.0.1", port=5000, base_url=base, data={"adressen": path})

    assert "v{api_major}" == settings["server"]["api_rules"]["url_prefix"]
    assert str(path) == settings["resources"]["adressen"]["providers"][0]["data"]


def test_without_a_town_it_says_what_is_needed(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PROEFTUIN_TOWN_URL", raising=False)

    assert 2 == start.main()
    assert "PROEFTUIN_TOWN_URL and PROEFTUIN_DATA_DIR are needed" in capsys.readouterr().err


def test_a_town_that_does_not_answer_ends_the_start(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(lambda _: Response.json({}, status=503)) as server:
        monkeypatch.setenv("PROEFTUIN_TOWN_URL", url_of(server))
        monkeypatch.setenv("PROEFTUIN_DATA_DIR", str(tmp_path))

        assert 1 == start.main()

    assert "the town gave no adressen" in capsys.readouterr().err
