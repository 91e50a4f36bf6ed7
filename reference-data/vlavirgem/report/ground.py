"""What is on the map of a town, ready to be drawn: wijken, parcels, roads, buildings, house numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.report.shapes import PER_METRE, Box, Origin, Shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.report.tables import TownTables

PUBLIC = ("kerk", "gemeentehuis", "school", "bedrijven")
"""Uses of land whose buildings are drawn in a colour of their own."""


@dataclass(frozen=True)
class Ground:
    """The ground of a town.

    Attributes:
        tables: The town.
    """

    tables: TownTables

    @cached_property
    def origin(self) -> Origin:
        """The north-west corner of all wijken."""
        corners = self.tables["wijken"]["wkt_lambert72"].str.extract_all(r"-?\d+(?:\.\d+)?").explode().cast(pl.Float64)
        flat = corners.drop_nulls().to_numpy()
        return Origin(float(flat[0::2].min()), float(flat[1::2].max())) if flat.size else Origin(0.0, 0.0)

    @cached_property
    def wijken(self) -> Shapes:
        """Borders of wijken."""
        return Shapes.read(self.tables["wijken"], origin=self.origin, closed=True)

    @cached_property
    def parcels(self) -> Shapes:
        """Borders of parcels."""
        return Shapes.read(self.tables["percelen"], origin=self.origin, closed=True)

    @cached_property
    def uses(self) -> NDArray[np.str_]:
        """What each parcel is used for."""
        return self.tables["percelen"]["grondgebruik"].to_numpy().astype(str)

    @cached_property
    def roads(self) -> Shapes:
        """Middle lines of roads."""
        return Shapes.read(self.tables["wegsegmenten"], origin=self.origin, closed=False)

    @cached_property
    def road_class(self) -> NDArray[np.str_]:
        """For each road `1` to `3`, or `pad` for a track."""
        frame = self.tables["wegsegmenten"].select(
            pl.when(pl.col("morfologie") == "aardeweg")
            .then(pl.lit("pad"))
            .otherwise(pl.col("wegcategorie").str.slice(-1))
            .alias("soort")
        )
        return frame["soort"].to_numpy().astype(str)

    @cached_property
    def road_names(self) -> list[str | None]:
        """The street name of each road, if it has one."""
        streets = self.tables["straatnamen"].select("id", "naam")
        return (
            self.tables["wegsegmenten"]
            .select("straatnaam_id")
            .join(streets, left_on="straatnaam_id", right_on="id", how="left", maintain_order="left")["naam"]
            .to_list()
        )

    @cached_property
    def _standing(self) -> pl.DataFrame:
        parcels = self.tables["percelen"].select("id", "grondgebruik")
        return (
            self.tables["gebouwen"]
            .filter(pl.col("status") != "gehistoreerd")
            .join(parcels, left_on="perceel_id", right_on="id", how="left", maintain_order="left")
        )

    @cached_property
    def buildings(self) -> Shapes:
        """Footprints of buildings that stand or are planned."""
        return Shapes.read(self._standing, origin=self.origin, closed=True)

    @cached_property
    def building_class(self) -> NDArray[np.str_]:
        """How each building is drawn: `huis`, `gepland`, or one of `PUBLIC`."""
        kind = (
            pl.when(pl.col("status").is_in(["gepland", "inAanbouw"]))
            .then(pl.lit("gepland"))
            .when(pl.col("grondgebruik").is_in(list(PUBLIC)))
            .then(pl.col("grondgebruik"))
            .otherwise(pl.lit("huis"))
        )
        return self._standing.select(kind.alias("soort"))["soort"].to_numpy().astype(str)

    @cached_property
    def house_numbers(self) -> pl.DataFrame:
        """One row per building with an address in use: `id`, `huisnummer`, `naam` of the whole address."""
        return (
            self.tables["adressen"]
            .filter(pl.col("status") == "inGebruik")
            .group_by(pl.col("gebouw_id").alias("id"), maintain_order=True)
            .agg(
                pl.col("huisnummer").first(),
                pl.col("volledig_adres").first().str.extract(r"^([^,]*?)(?: bus [^,]*)?,").alias("naam"),
            )
        )

    @cached_property
    def addresses(self) -> dict[int, tuple[str, str]]:
        """House number and street with number, by building."""
        frame = self.house_numbers
        return dict(
            zip(
                frame["id"].to_list(),
                zip(frame["huisnummer"].to_list(), frame["naam"].to_list(), strict=True),
                strict=True,
            )
        )

    @cached_property
    def box(self) -> Box:
        """The window that holds the whole town, with a margin."""
        left, top, right, bottom = self.wijken.boxes
        if not left.size:
            return Box(0, 0, 1000, 1000)
        low, high = int(left.min()), int(top.min())
        return Box(low, high, int(right.max()) - low, int(bottom.max()) - high).widened(30 * PER_METRE)

    @cached_property
    def centre(self) -> tuple[int, int]:
        """The town hall, or the middle of the first wijk."""
        halls = np.flatnonzero(self.uses == "gemeentehuis")
        if halls.size:
            return self.parcels.middle(int(halls[0]))
        return self.wijken.middle(0) if self.wijken.ids.size else (0, 0)
