"""Vector tiles of a town: what the map that moves shows at each zoom."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.explore.figures import FINEST, Flat
from vlavirgem.explore.mvt import EXTENT, Column, Geometry
from vlavirgem.report.shapes import corners_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.report.ground import Ground

COARSEST = 8
FINEST_TILE = FINEST
STREETS, LAND, ALL_ROADS, ALL_LAND, BUILDINGS, NUMBERS = 10, 11, 12, 13, 14, 15
"""From which zoom each is drawn."""
_WIJK_NAMES = 9, 15
_SIGNS = ("kerk", "gemeentehuis", "school")
_SCHOOL = "school"
_OWNERS = ("gemeente", "ocmw", "politiezone", _SCHOOL)
"""Organisations that are in the public buildings."""
_BUILT = ("bebouwd", "bouwgrond")
_PURPOSES = {"bedrijf": "bedrijven", "onderwijs": "school", "eredienst": "kerk", "bestuur": "gemeentehuis"}
_KEPT = 1024
"""Tiles that are kept when they were made: a few tens of megabytes."""


class Tiles:
    """Makes tiles of a town."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.tile = lru_cache(maxsize=_KEPT)(self._tile)

    def _tile(self, z: int, x: int, y: int) -> bytes:
        """Write a tile; one on which nothing is, is empty.

        Args:
            z: Zoom, from `COARSEST` to `FINEST_TILE`.
            x: Tiles from the west.
            y: Tiles from the north.
        """
        at = z, x, y
        parts = [self._wijken.tile("wijken", at)]
        if z >= LAND:
            parts.append(self._parcels.tile("grond", at, only=None if z >= ALL_LAND else self._open_land))
        roads = None if z >= ALL_ROADS else self._long_roads if z >= STREETS else self._main_roads
        parts.append(self._roads.tile("wegen", at, only=roads))
        if z >= ALL_LAND:
            parts.append(self._street_names.tile("straatnamen", at))
        if z >= BUILDINGS:
            parts.append(self._buildings.tile("gebouwen", at))
        if z >= NUMBERS:
            parts.append(self._numbers.tile("nummers", at))
        if z >= ALL_ROADS:
            parts.append(self._signs.tile("tekens", at))
        first, last = _WIJK_NAMES
        if first <= z <= last:
            parts.append(self._wijk_names.tile("wijknamen", at))
        return b"".join(parts)

    def warm(self) -> None:
        """Read the ground, so that the first who looks does not wait."""
        self.tile(FINEST_TILE, 0, 0)
        self.tile(_WIJK_NAMES[0], 0, 0)

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of the town in degrees."""
        left, top, right, bottom = self._wijken.boxes
        if not left.size:
            return 0.0, 0.0, 0.0, 0.0
        size = EXTENT << FINEST
        west, east = ((edge / size - 0.5) * 360 for edge in (int(left.min()), int(right.max())))
        north, south = (
            float(np.degrees(2 * np.arctan(np.exp(np.pi * (1 - 2 * edge / size))) - np.pi / 2))
            for edge in (int(top.min()), int(bottom.max()))
        )
        return west, south, east, north

    @cached_property
    def _wijken(self) -> Flat:
        frame = self._ground.tables["wijken"]
        return Flat.read(frame, Geometry.POLYGON, columns={"naam": _column(frame["naam"])})

    @cached_property
    def _wijk_names(self) -> Flat:
        frame = self._ground.tables["wijken"]
        starts, longitude, latitude = corners_of(frame["wkt_wgs84"])
        return _points(
            frame["id"].to_numpy(), _means(longitude, starts), _means(latitude, starts), naam=_column(frame["naam"])
        )

    @cached_property
    def _parcels(self) -> Flat:
        frame = self._ground.tables["percelen"]
        return Flat.read(frame, Geometry.POLYGON, columns={"soort": _column(frame["grondgebruik"])})

    @cached_property
    def _open_land(self) -> NDArray[np.bool_]:
        return ~self._ground.tables["percelen"]["grondgebruik"].is_in(_BUILT).to_numpy()

    @cached_property
    def _roads(self) -> Flat:
        frame = self._ground.tables["wegsegmenten"]
        columns = {
            "soort": _column(pl.Series(self._ground.road_class)),
            "straat": _whole(frame["straatnaam_id"]),
        }
        return Flat.read(frame, Geometry.LINE, columns=columns)

    @cached_property
    def _long_roads(self) -> NDArray[np.bool_]:
        """From far away: streets, and roads that lead somewhere; no tracks."""
        kind, named = self._ground.road_class, self._ground.tables["wegsegmenten"]["straatnaam_id"].is_not_null()
        seen: NDArray[np.bool_] = (kind != "pad") & ((kind != "3") | named.to_numpy())
        return seen

    @cached_property
    def _main_roads(self) -> NDArray[np.bool_]:
        main: NDArray[np.bool_] = self._ground.road_class == "1"
        return main

    @cached_property
    def _street_names(self) -> Flat:
        """Lines along which names are written: pieces of a street that follow each other are one."""
        streets = self._ground.tables["straatnamen"].select("id", "naam")
        frame = (
            self._ground.tables["wegsegmenten"]
            .filter(pl.col("straatnaam_id").is_not_null())
            .join(streets, left_on="straatnaam_id", right_on="id", maintain_order="left")
            .sort("straatnaam_id", maintain_order=True)
        )
        starts, longitude, latitude = corners_of(frame["wkt_wgs84"])
        if not frame.height:
            return _points(frame["id"].to_numpy(), longitude, latitude, naam=_column(frame["naam"]))
        street, first, last = frame["straatnaam_id"].to_numpy(), starts[:-1], starts[1:] - 1
        follows = np.zeros(frame.height, dtype=np.bool_)
        follows[1:] = (street[1:] == street[:-1]) & (longitude[first[1:]] == longitude[last[:-1]])
        follows[1:] &= latitude[first[1:]] == latitude[last[:-1]]
        kept = np.ones(longitude.size, dtype=np.bool_)
        kept[first[follows]] = False  # the corner that two pieces share
        begins: NDArray[np.int64] = np.cumsum(kept) - kept
        return Flat.make(
            Geometry.LINE,
            ids=street[~follows],
            starts=np.concatenate([begins[first[~follows]], [int(kept.sum())]]),
            place=(longitude[kept], latitude[kept]),
            columns={"naam": _column(frame["naam"].filter(pl.Series(~follows)))},
        )

    @cached_property
    def _standing(self) -> pl.DataFrame:
        units = (
            self._ground.tables["gebouweenheden"]
            .filter(pl.col("status") != "gehistoreerd")
            .group_by(pl.col("gebouw_id").alias("id"))
            .agg(pl.len().alias("eenheden"), pl.col("bestemming").first())
        )
        kind = (
            pl.when(pl.col("status").is_in(["gepland", "inAanbouw"]))
            .then(pl.lit("gepland"))
            .when(pl.col("bestemming").is_in(list(_PURPOSES)))
            .then(pl.col("bestemming").replace(_PURPOSES))
            .when(pl.col("eenheden") > 1)
            .then(pl.lit("flat"))
            .otherwise(pl.lit("huis"))
        )
        return (
            self._ground.tables["gebouwen"]
            .filter(pl.col("status") != "gehistoreerd")
            .join(units, on="id", how="left", maintain_order="left")
            .with_columns(soort=kind)
        )

    @cached_property
    def _buildings(self) -> Flat:
        frame = self._standing
        columns = {
            "soort": _column(frame["soort"]),
            "lagen": _whole(frame["bouwlagen"]),
        }
        return Flat.read(frame, Geometry.POLYGON, columns=columns)

    @cached_property
    def _numbers(self) -> Flat:
        """House numbers where the addresses are: a building that lies on two tiles has its number once."""
        frame = (
            self._ground.tables["adressen"]
            .filter(pl.col("status") == "inGebruik")
            .group_by(pl.col("gebouw_id").alias("id"), maintain_order=True)
            .agg(pl.col("huisnummer", "lengtegraad", "breedtegraad").first())
        )
        return _points(
            frame["id"].to_numpy(),
            frame["lengtegraad"].to_numpy(),
            frame["breedtegraad"].to_numpy(),
            nummer=_column(frame["huisnummer"]),
        )

    @cached_property
    def _signs(self) -> Flat:
        """Public buildings: what they are, whose they are, and of schools the name."""
        addresses = self._ground.tables["adressen"].select("gebouw_id", adres_id="id")
        owners = (
            self._ground.tables["organisaties"]
            .filter(pl.col("type").is_in(_OWNERS))
            .sort("id")
            .join(addresses, on="adres_id")
            .group_by(pl.col("gebouw_id").alias("id"), maintain_order=True)
            .agg(pl.col("type", "naam").first())
        )
        frame = self._standing.filter(pl.col("soort").is_in(_SIGNS)).join(
            owners, on="id", how="left", maintain_order="left"
        )
        starts, longitude, latitude = corners_of(frame["wkt_wgs84"])
        return _points(
            frame["id"].to_numpy(),
            _means(longitude, starts),
            _means(latitude, starts),
            soort=_column(frame["soort"]),
            wie=_column(frame["type"]),
            naam=_column(frame["naam"].set(frame["type"].fill_null("") != _SCHOOL, None)),
        )


def _points(
    ids: NDArray[np.int64], longitude: NDArray[np.float64], latitude: NDArray[np.float64], **columns: Column
) -> Flat:
    starts = np.arange(ids.size + 1, dtype=np.int64)
    return Flat.make(Geometry.POINT, ids=ids, starts=starts, place=(longitude, latitude), columns=columns)


def _means(values: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give the mean of the corners of each figure, the closing one left out."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    last = np.maximum(starts[1:] - 1, 0)
    means: NDArray[np.float64] = (sums[last] - sums[starts[:-1]]) / np.maximum(np.diff(starts) - 1, 1)
    return means


def _column(values: pl.Series) -> Column:
    """Make a column of texts; an empty cell gives no property."""
    different = values.drop_nulls().unique().sort()
    codes = pl.DataFrame({"v": values}).join(
        pl.DataFrame({"v": different}).with_row_index("code"), on="v", how="left", maintain_order="left"
    )["code"]
    return Column(different.to_list(), codes.cast(pl.Int64).fill_null(-1).to_numpy())


def _whole(values: pl.Series) -> Column:
    return _column(values.cast(pl.Int64))
