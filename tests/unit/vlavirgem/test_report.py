"""The report: pictures that are the same every time and say what the tables say."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlavirgem.errors import ExistsError, TownFolderError
from vlavirgem.report import charts, figures, png, svg, write_report
from vlavirgem.report.codes import said
from vlavirgem.report.ground import Ground
from vlavirgem.report.pictures import pictures_of, style
from vlavirgem.report.shapes import Box, Origin, Shapes
from vlavirgem.report.tables import TownTables
from vlavirgem.report.townmap import View, draw
from vlavirgem.report.wording import grouped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vlavirgem import Town


SEXES = ("MALE", "FEMALE")


@pytest.fixture(scope="module")
def folder(small_town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small town on disk."""
    place = tmp_path_factory.mktemp("verslag") / "stad"
    small_town.write(place)
    return place


@pytest.fixture(scope="module")
def tables(folder: Path) -> TownTables:
    """The same town, opened to look at."""
    return TownTables.open(folder)


@pytest.fixture(scope="module", autouse=True)
def _small_pngs() -> Iterator[None]:
    """Pixels take time, and here nobody looks at them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(png, "WIDTH", 320)
        yield


@pytest.fixture(scope="module")
def report(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its report."""
    place = tmp_path_factory.mktemp("verslag") / "rapport"
    write_report(folder, place)
    return place


@pytest.mark.parametrize(("value", "text"), [(3, "3"), (0.5, "0.5"), (-0.001, "0"), (1.005, "1"), (12.30, "12.3")])
def test_numbers_are_as_short_as_they_can_be(value: float, text: str) -> None:
    assert text == svg.number(value)


@given(st.text(st.characters(exclude_categories=["C"])))
def test_any_text_comes_back_from_an_element(text: str) -> None:
    """What stands in data can never become markup."""
    read = ET.fromstring(svg.element("text", aria_label=text) if not text else svg.text(text, aria_label=text))  # noqa: S314 - our own
    assert text == (read.text or "")
    assert " ".join(text.split()) == " ".join(read.attrib["aria-label"].split())


@given(st.floats(0.1, 1e7))
def test_an_axis_reaches_its_highest_value_in_a_few_round_steps(highest: float) -> None:
    step, top = charts.scale_to(highest)
    assert highest <= top <= highest + step
    assert top % step == 0
    assert top // step <= 6


@given(st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 9999)), min_size=3, max_size=9))
def test_the_steps_of_an_outline_lead_along_all_corners(corners: list[tuple[int, int]]) -> None:
    """Relative steps, added up, are the corners that were read."""
    ring = [*corners, corners[0]]
    wkt = ", ".join(f"{x / 10:.2f} {-y / 10:.2f}" for x, y in ring)
    frame = pl.DataFrame({"id": [1], "wkt_lambert72": [f"POLYGON (({wkt}))"]})
    drawn = Shapes.read(frame, origin=Origin(0.0, 0.0), closed=True).outlines([0])
    numbers = [int(one) for one in re.findall(r"-?\d+", drawn)]
    x, y = numbers[0], numbers[1]
    walked = [(x, y)]
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
        x, y = x + dx, y + dy
        walked.append((x, y))
    assert corners == walked


def test_a_window_shows_what_touches_it_and_nothing_else() -> None:
    frame = pl.DataFrame({"id": [1, 2], "wkt_lambert72": ["LINESTRING (0 0, 10 0)", "LINESTRING (50 50, 60 50)"]})
    shapes = Shapes.read(frame, origin=Origin(0.0, 0.0), closed=False)
    assert [True, False] == shapes.within(Box(-10, -10, 50, 50)).tolist()
    assert [False, True] == shapes.within(Box(600, -600, 50, 200)).tolist()


def test_the_same_town_gives_the_same_bytes(folder: Path, report: Path, tmp_path: Path) -> None:
    again = tmp_path / "nog eens"
    names = write_report(folder, again)
    assert names == sorted(path.name for path in report.iterdir())
    assert all((again / name).read_bytes() == (report / name).read_bytes() for name in names)


def test_every_picture_is_well_formed_and_says_what_it_shows(report: Path) -> None:
    for path in report.glob("*.svg"):
        root = ET.fromstring(path.read_bytes())  # noqa: S314 - our own
        assert ("img", True) == (root.attrib["role"], bool(root.attrib["aria-label"])), path.name


def test_the_page_needs_nothing_but_itself(report: Path) -> None:
    """No address in it is fetched; what is written stays readable in ten years."""
    page = (report / "index.html").read_text(encoding="utf-8")
    assert [] == re.findall(r'(?:src|href)="(?!#)[^"]*"', page)
    assert "@import" not in page
    assert "url(" not in page


def test_beside_each_picture_stands_a_table_with_as_many_columns_as_headers(tables: TownTables) -> None:
    for picture in pictures_of(Ground(tables)):
        assert picture.rows, picture.name
        assert {len(picture.headers)} == {len(row) for row in picture.rows}, picture.name


def test_the_pyramid_counts_everybody_who_lives(tables: TownTables) -> None:
    living = tables["personen"].filter(pl.col("overlijdensdatum").is_null())
    assert living.height == sum(men + women for _, men, women in figures.ages(tables))


def test_the_pyramid_counts_who_has_yet_to_have_a_birthday_as_a_year_younger(tables: TownTables) -> None:
    today = date.fromisoformat(tables.manifest.reference_date)
    living = tables["personen"].filter(pl.col("overlijdensdatum").is_null())
    expected = Counter(
        (min((today.year - born.year - ((today.month, today.day) < (born.month, born.day))) // 5 * 5, 100), sex)
        for born, sex in living.select("geboortedatum", "geslacht").iter_rows()
    )
    found = {
        (first, sex): count for first, *both in figures.ages(tables) for sex, count in zip(SEXES, both, strict=True)
    }
    assert expected == {key: count for key, count in found.items() if count}


def test_open_cases_are_those_without_a_closing_day(tables: TownTables) -> None:
    day, by_status = figures.open_cases(tables)[-1]
    assert date.fromisoformat(tables.manifest.reference_date) == day
    cases = tables["dossiers"].filter(
        (pl.col("openingsdatum") < day) & (pl.col("sluitingsdatum").is_null() | (pl.col("sluitingsdatum") >= day))
    )
    assert cases.height == sum(by_status.values())


def test_a_map_draws_every_standing_building_once(tables: TownTables) -> None:
    ground = Ground(tables)
    drawn = draw(ground, View(ground.box, link=lambda kind, number: f"/{kind}/{number}"))
    standing = tables["gebouwen"].filter(pl.col("status") != "gehistoreerd")["id"].to_list()
    assert standing == sorted(int(one) for one in re.findall(r'href="/gebouwen/(\d+)"', drawn))


def test_every_class_in_a_picture_has_a_style(report: Path) -> None:
    known = set(re.findall(r"\.((?:c|k)-[\w-]+)", style())) | {"c-figuur"}
    used = {
        one
        for path in report.glob("*.svg")
        for names in re.findall(r'class="([^"]+)"', path.read_text(encoding="utf-8"))
        for one in names.split()
    }
    assert set() == used - known


def test_pages_about_a_town_wear_the_colours_of_the_platform() -> None:
    """The town stands alone, so its tokens are a copy; whoever changes one changes both."""
    ours = (resources.files("vlavirgem.report") / "face.css").read_text(encoding="utf-8")
    theirs = (resources.files("proeftuin.portal") / "static" / "tokens.css").read_text(encoding="utf-8")
    token = re.compile(r"--([\w-]+):\s*([^;]+);")
    known = [(name, " ".join(value.split())) for name, value in token.findall(theirs)]
    assert [] == [one for one in token.findall(ours) if (one[0], " ".join(one[1].split())) not in known]


@pytest.mark.parametrize(
    ("code", "nl", "en"),
    [
        ("BEL", "België", "Belgium"),
        ("ietsAnders", "iets anders", "iets anders"),
        ("Kerkstraat 3", *["Kerkstraat 3"] * 2),
    ],
)
def test_codes_are_said_as_people_say_them(code: str, nl: str, en: str) -> None:
    assert (nl, en) == said(code)


def test_thousands_are_grouped_as_each_language_does() -> None:
    assert ("12.345", "12,345") == (grouped(12345), grouped(12345, language="en"))


def test_a_report_does_not_replace_anything(folder: Path, report: Path) -> None:
    with pytest.raises(ExistsError):
        write_report(folder, report)


def test_a_folder_without_a_town_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TownFolderError, match="no town"):
        write_report(tmp_path, tmp_path / "rapport")
    assert [] == list(tmp_path.iterdir())


def test_a_town_in_csv_gives_the_same_pictures(small_town: Town, report: Path, tmp_path: Path) -> None:
    small_town.write(tmp_path / "csv", fmt="csv")
    write_report(tmp_path / "csv", tmp_path / "rapport")
    names = [path.name for path in report.glob("*.svg")]
    assert all((tmp_path / "rapport" / name).read_bytes() == (report / name).read_bytes() for name in names)


def test_each_picture_is_a_png_too_in_both_languages(report: Path) -> None:
    """As wide as asked for, by the header of the PNG (chunk IHDR); higher than the drawing, for its title."""
    assert {path.stem for path in report.glob("*.svg")} <= {path.stem for path in report.glob("*.png")}
    for path in report.glob("*.svg"):
        content = path.with_suffix(".png").read_bytes()
        assert (b"\x89PNG\r\n\x1a\n", b"IHDR") == (content[:8], content[12:16]), path.name
        width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
        box = [float(one) for one in re.findall(r'viewBox="([^"]+)"', path.read_text(encoding="utf-8"))[0].split()]
        assert png.WIDTH == width
        assert height > width * box[3] / box[2], path.name
        assert path.with_suffix("").with_suffix(".en.png").exists()


def test_every_key_of_a_legend_has_a_colour(tables: TownTables) -> None:
    colours = png.backgrounds(style())
    keys = {key for picture in pictures_of(Ground(tables)) for key, _ in picture.legend}
    assert keys
    assert keys <= set(colours)
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colours[key]) for key in keys)


def test_without_a_font_there_are_no_pngs_rather_than_ones_without_words(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(png, "has_letters", lambda: False)
    names = write_report(folder, tmp_path / "rapport")
    assert [] == [name for name in names if name.endswith(".png")]
    assert "index.html" in names


def test_a_style_is_worked_out_for_who_knows_less_css() -> None:
    """Light colours stand for their names; lines told in pixels are as wide as pixels are in the drawing."""
    css = (
        "/* kleuren */ :root { --a: #123456; } @media (prefers-color-scheme: dark) { :root { --a: #fff; } }"
        ".k-weg path { stroke: var(--a); stroke-width: 2; vector-effect: non-scaling-stroke; stroke-dasharray: 3 1; }"
        ".k-naam text { stroke-width: 3; vector-effect: non-scaling-stroke; } a:hover { fill: var(--a); }"
        ".k-rand { stroke-width: 3; }"
    )
    written = png.plain(css, pixel=20, scale=4)
    assert "stroke: #123456; stroke-width: 10.00;" in written
    assert "stroke-dasharray: 15.00 5.00" in written
    assert ".k-naam text { stroke-width: 60.00;" in written
    assert ".k-rand { stroke-width: 3; }" in written
    assert [] == re.findall(r"var\(|@media|hover|/\*|#fff", written)


def test_every_colour_of_the_real_style_is_found() -> None:
    assert [] == re.findall(r"var\(|: none;? ?vector", png.plain(style(), pixel=10, scale=2))


def test_the_page_says_its_day_in_words(report: Path) -> None:
    page = (report / "index.html").read_text(encoding="utf-8")
    assert "Zoals de gemeente was op 1 januari 2026." in page
    assert "As the town was on 1 January 2026." in page
