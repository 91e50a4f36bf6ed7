"""The pictures of a town: each drawn, with a title, a sentence and a table that say the same."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from vlavirgem.process import STATUSES
from vlavirgem.report import charts, figures
from vlavirgem.report.codes import said
from vlavirgem.report.maps import AGES, LEGEND, map_of_centre, map_of_streets, map_of_town
from vlavirgem.report.wording import Both, grouped, same

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vlavirgem.report.ground import Ground
    from vlavirgem.report.tables import TownTables

MOST = 14
"""Lines in a figure or table of what may be many."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture.

    Attributes:
        name: Name of its file.
        title: Its title.
        text: What one sees, in a sentence.
        svg: Draws it in a language, with CSS for when it stands alone.
        headers: Names of the columns of its table.
        rows: The table.
        legend: What its colours mean: class and text.
        words: Whether words stand in it, so that each language has a file.
    """

    name: str
    title: Both
    text: Both
    svg: Callable[[str, str | None], str]
    headers: tuple[Both, ...]
    rows: Sequence[Sequence[Both | int]]
    legend: Sequence[tuple[str, Both]] = ()
    words: bool = False


def style() -> str:
    """Give the CSS of all pictures."""
    folder = resources.files("vlavirgem.report")
    return "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in ("map.css", "charts.css"))


def pictures_of(ground: Ground) -> list[Picture]:
    """Make every picture of a town."""
    town = ground.tables
    return [
        *_maps(ground),
        _pyramid(town),
        _households(town),
        _decades(town),
        _streets(ground),
        _open_cases(town),
        _flow(town),
        _sectors(town),
        _origin(town),
    ]


def _maps(ground: Ground) -> list[Picture]:
    town = ground.tables
    uses = figures.counted(town, "percelen", column="grondgebruik", most=MOST)
    rows = [(said(use), count) for use, count in uses]
    area = round(float(town["wijken"]["oppervlakte"].sum()) / 1e4)
    text = Both(
        f"{grouped(area)} hectare, wijken: {grouped(town.rows('wijken'))}, straten: "
        f"{grouped(town.rows('straatnamen'))}, percelen: {grouped(town.rows('percelen'))}, gebouwen: "
        f"{grouped(town.rows('gebouwen'))}. Het noorden is boven.",
        f"{grouped(area, language='en')} hectares, neighbourhoods: {town.rows('wijken')}, streets: "
        f"{grouped(town.rows('straatnamen'), language='en')}, parcels: "
        f"{grouped(town.rows('percelen'), language='en')}, buildings: "
        f"{grouped(town.rows('gebouwen'), language='en')}. North is up.",
    )
    headers = (Both("Gebruik van de grond", "Use of the land"), Both("Percelen", "Parcels"))
    title = Both("Kaart van de gemeente", "Map of the town")
    maps = [
        Picture("kaart", title, text, lambda lang, css: map_of_town(ground, title(lang), css), headers, rows, LEGEND)
    ]
    if ground.box.width > 4 * 8000:
        near = Both("Kaart van het centrum", "Map of the centre")
        text = Both("De straten rond het gemeentehuis.", "The streets around the town hall.")
        streets = [(same(str(name)),) for name in town["straatnamen"]["naam"].head(MOST).to_list()]
        header = (Both("Straten van de eerste wijk", "Streets of the first neighbourhood"),)
        maps.append(
            Picture("centrum", near, text, lambda lang, css: map_of_centre(ground, near(lang), css), header, streets)
        )
    return maps


def _pyramid(town: TownTables) -> Picture:
    bands = figures.ages(town)
    title = Both("Inwoners naar leeftijd", "Inhabitants by age")
    men, women = sum(row[1] for row in bands), sum(row[2] for row in bands)
    text = Both(
        f"{grouped(men)} mannen (links) en {grouped(women)} vrouwen (rechts), per vijf jaar.",
        f"{grouped(men, language='en')} men (left) and {grouped(women, language='en')} women (right), by five years.",
    )
    rows = [(same(f"{first}–{first + 4}" if first < figures.OLDEST else f"{first}+"), m, w) for first, m, w in bands]
    headers = (Both("Leeftijd", "Age"), Both("Mannen", "Men"), Both("Vrouwen", "Women"))
    legend = (("c-1", Both("mannen", "men")), ("c-2", Both("vrouwen", "women")))
    return Picture(
        "leeftijden",
        title,
        text,
        lambda lang, css: charts.pyramid(bands, label=title(lang), style=css),
        headers,
        rows,
        legend,
    )


def _households(town: TownTables) -> Picture:
    sizes = figures.household_sizes(town)
    items = [(f"{size}+" if size == figures.BIGGEST_HOUSEHOLD else str(size), count) for size, count in sizes]
    total = sum(count for _, count in sizes) or 1
    title = Both("Huishoudens naar grootte", "Households by size")
    share = round(100 * sizes[0][1] / total)
    text = Both(
        f"{grouped(total)} huishoudens; {share} op de 100 tellen één persoon.",
        f"{grouped(total, language='en')} households; {share} in 100 are one person.",
    )
    headers = (Both("Personen", "Persons"), Both("Huishoudens", "Households"))
    return _columns("huishoudens", title, text, headers, items)


def _decades(town: TownTables) -> Picture:
    items = [
        (str(year) if year > figures.FIRST_DECADE else f"≤ {year + 9}", count) for year, count in figures.decades(town)
    ]
    title = Both("Gebouwen naar bouwjaar", "Buildings by year")
    text = Both("Gebouwen die er staan, per tien jaar.", "Standing buildings, by ten years.")
    headers = (Both("Vanaf", "From"), Both("Gebouwen", "Buildings"))
    return _columns("bouwjaren", title, text, headers, items)


def _columns(
    name: str, title: Both, text: Both, headers: tuple[Both, Both], items: Sequence[tuple[str, int]]
) -> Picture:
    """Draw counts that have an order, and list them beside it."""
    return Picture(
        name,
        title,
        text,
        lambda lang, css: charts.columns(items, label=title(lang), style=css),
        headers,
        [(same(label), count) for label, count in items],
    )


def _streets(ground: Ground) -> Picture:
    streets = figures.streets_by_age(ground.tables)
    title = Both("Hoe oud de straten zijn", "How old the streets are")
    text = Both(
        "Elke straat heeft de kleur van het jaar waarin de helft van haar gebouwen er stond. In de tabel: de oudste.",
        "Each street has the colour of the year by which half of its buildings stood. The table has the oldest.",
    )
    rows = [(same(row["naam"]), row["gebouwen"], same(str(row["bouwjaar"]))) for row in streets.head(MOST).to_dicts()]
    headers = (Both("Straat", "Street"), Both("Gebouwen", "Buildings"), Both("De helft stond er in", "Half stood by"))
    return Picture(
        "straten",
        title,
        text,
        lambda lang, css: map_of_streets(ground, streets, title(lang), css),
        headers,
        rows,
        AGES,
    )


def _open_cases(town: TownTables) -> Picture:
    counted = figures.open_cases(town)
    present = [status for status in STATUSES if any(by.get(status) for _, by in counted)]
    series = [[by.get(status, 0) for _, by in counted] for status in present]
    moments = [f"{day.month}/{day.year}" for day, _ in counted]
    title = Both("Lopende dossiers naar status", "Open cases by status")
    text = Both(
        "Dossiers die op de eerste dag van elke maand liepen, naar de status die ze toen hadden.",
        "Cases that were open on the first day of each month, by the status they had then.",
    )
    headers = (Both("Maand", "Month"), *(said(status) for status in present))
    rows: list[tuple[Both | int, ...]] = [
        (same(moment), *(by.get(status, 0) for status in present))
        for moment, (_, by) in zip(moments, counted, strict=True)
    ]
    legend = [(f"c-{number}", said(status)) for number, status in enumerate(present, start=1)]
    return Picture(
        "dossiers",
        title,
        text,
        lambda lang, css: charts.areas(moments, series, label=title(lang), style=css),
        headers,
        rows,
        legend,
    )


def _flow(town: TownTables) -> Picture:
    flow = figures.flow(town)
    moments = [f"{month.month}/{month.year}" for month, _, _ in flow]
    series = {"opened": [row[1] for row in flow], "closed": [row[2] for row in flow]}
    title = Both("Dossiers die komen en gaan", "Cases that come and go")
    days = figures.throughput(town)
    took = Both("Er is nog geen dossier gesloten.", "No case was closed yet.")
    if days:
        took = Both(
            f"De helft van de dossiers is klaar binnen {days[1]} dagen, negen op tien binnen {days[2]} dagen.",
            f"Half of the cases are done within {days[1]} days, nine in ten within {days[2]} days.",
        )
    headers = (Both("Maand", "Month"), Both("Geopend", "Opened"), Both("Gesloten", "Closed"))
    rows = [(same(moment), row[1], row[2]) for moment, row in zip(moments, flow, strict=True)]
    legend = (
        ("c-1", Both("geopend (volle lijn)", "opened (solid)")),
        ("c-2", Both("gesloten (streepjes)", "closed (dashed)")),
    )
    return Picture(
        "doorloop",
        title,
        took,
        lambda lang, css: charts.lines(moments, series, label=title(lang), style=css),
        headers,
        rows,
        legend,
    )


def _sectors(town: TownTables) -> Picture:
    items = figures.counted(town, "organisaties", column="sector", most=MOST)
    title = Both("Organisaties naar wat ze doen", "Organisations by what they do")
    text = Both(
        f"{grouped(town.rows('organisaties'))} besturen, scholen, verenigingen en ondernemingen; de {len(items)} "
        "grootste sectoren.",
        f"{grouped(town.rows('organisaties'), language='en')} public bodies, schools, associations and businesses; "
        f"the {len(items)} largest sectors.",
    )
    return _barred("sectoren", title, text, [(same(name), count) for name, count in items], "Organisaties")


def _origin(town: TownTables) -> Picture:
    born = [(said(code), count) for code, count in figures.counted(town, "personen", column="geboorteland", most=MOST)]
    total = sum(count for _, count in born) or 1
    belgian = sum(count for name, count in born if name.nl == "België")
    title = Both("Waar inwoners geboren zijn", "Where inhabitants were born")
    share = round(100 * belgian / total)
    text = Both(
        f"{share} op de 100 inwoners zijn in België geboren; de figuur toont de anderen.",
        f"{share} in 100 inhabitants were born in Belgium; the figure shows the others.",
    )
    others = [(name, count) for name, count in born if name.nl != "België"]
    return _barred("herkomst", title, text, others, "Inwoners")


def _barred(name: str, title: Both, text: Both, items: Sequence[tuple[Both, int]], what: str) -> Picture:
    english = {"Organisaties": "Organisations", "Inwoners": "Inhabitants"}[what]
    return Picture(
        name,
        title,
        text,
        lambda lang, css: charts.bars([(word(lang), count) for word, count in items], label=title(lang), style=css),
        (Both("Wat", "What"), Both(what, english)),
        list(items),
        words=True,
    )
