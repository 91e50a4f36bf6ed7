"""What each page shows, as plain data: the templates write it as HTML, the JSON twin as it is."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from vlavirgem.explore.grouping import SHOWN, items, pointing, together
from vlavirgem.explore.links import Back, has_english_title, in_english, is_key
from vlavirgem.explore.listing import PAGE
from vlavirgem.explore.words import column_name, naming, written
from vlavirgem.report.figures import reference_date
from vlavirgem.report.wording import Both
from vlavirgem.schema import TABLES, Kind, cases, contact, geography, governance, organisations, people, services

if TYPE_CHECKING:
    from vlavirgem.explore.links import Links, Row
    from vlavirgem.explore.searching import Search

    View = dict[str, Any]


class Timeline(NamedTuple):
    """What happened to a thing, told in order: from which column, when, what, and what stands below."""

    back: Back
    when: str
    what: str
    below: tuple[str, ...]


_TIMELINES = {
    "dossiers": Timeline(Back("dossierstatussen", "dossier_id"), "tijdstip", "status", ("toelichting",)),
    "personen": Timeline(Back("persoonsgebeurtenissen", "persoon_id"), "datum", "type", ("partner_id", "adres_id")),
}
_TOLD_BY_THE_ROW = {
    Back("huishoudens", "gezinshoofd_id"),
    Back("persoonsgebeurtenissen", "partner_id"),
    Back("overdrachten", "overdrager_id"),
    Back("overdrachten", "overnemer_id"),
}
"""What points back at a row that names it already, or is better read elsewhere: hand-overs with their case."""
_TOLD_ELSEWHERE = {
    "producten": {"voorwaarde", "bewijs", "procedure", "kost", "bedrag"},
    "besluiten": {"publicatiedatum", "besluittype"},
}
"""Facts that what points at a row tells one by one, or that another fact tells too."""
_AUTHORS = {"persoon": "personen", "organisatie": "organisaties"}
_TECHNICAL = {
    "id",
    "versie",
    "x",
    "y",
    "x_lambert2008",
    "y_lambert2008",
    "lengtegraad",
    "breedtegraad",
    "positie_methode",
    "positie_specificatie",
    "geometrie_methode",
    "officieel_toegekend",
    "naam_en",
    "beschrijving_en",
    "creatie",
    "gewijzigd",
}


_THEMES = (
    (Both("Plaatsen", "Places"), geography.TABLES),
    (Both("Mensen", "People"), (*people.TABLES, *contact.TABLES)),
    (Both("Organisaties", "Organisations"), organisations.TABLES),
    (Both("Dienstverlening", "Services"), services.TABLES),
    (Both("Dossiers", "Cases"), cases.TABLES),
    (Both("Bestuur", "Governance"), governance.TABLES),
)


def themes(kinds: list[View], *, language: str) -> list[tuple[str, list[View]]]:
    """Group what there is by theme; what has none comes last."""
    theme_of = {table.name: name(language) for name, tables in _THEMES for table in tables}
    names = [*(name(language) for name, _ in _THEMES), ("Meer", "More")[language == "en"]]
    groups = [(name, [one for one in kinds if theme_of.get(one["tabel"], names[-1]) == name]) for name in names]
    return [(name, found) for name, found in groups if found]


def kinds(links: Links, *, language: str) -> list[View]:
    """List what there is in the town."""
    return [
        {
            "tabel": name,
            "naam": naming(name).many(language),
            "aantal": links.town.rows(name),
            "uitleg": TABLES[name].text,
            "href": f"/{name}",
        }
        for name in links.town.names
        if links.town.rows(name)
    ]


def thing(links: Links, table: str, number: int, *, language: str) -> View | None:
    """Show one thing: its facts, where it is, and everything that points at it; None where there is none."""
    row = links.row(table, number)
    if row is None:
        return None
    facts = [fact for column in TABLES[table].columns if (fact := _fact(links, table, column.name, row, language))]
    if table == "personen" and (age := _age(links, row, language)):
        facts.insert(next(i for i, fact in enumerate(facts) if fact["kolom"] == "geboortedatum") + 1, age)
    return {
        "tabel": table,
        "nummer": number,
        "soort": naming(table).one(language),
        "titel": links.title(table, number, language),
        "titel_in": "en" if language == "en" and has_english_title(table) else "nl",
        "feiten": [fact for fact in facts if not _technical(table, fact)],
        "register": [fact for fact in facts if _technical(table, fact)],
        "tijdlijn": _timeline(links, table, number, language=language),
        "verwijzingen": [
            *together(links, table, row, language=language),
            *(
                group
                for back in links.backs.get(table, [])
                if not (table in _TIMELINES and back == _TIMELINES[table].back)
                and back not in _TOLD_BY_THE_ROW
                and (group := pointing(links, back, number, language=language))
            ),
        ],
    }


def _technical(table: str, fact: View) -> bool:
    return fact["kolom"] in _TECHNICAL | _TOLD_ELSEWHERE.get(table, set()) or is_key(fact["tekst"])


def _fact(links: Links, table: str, name: str, row: Row, language: str) -> View | None:
    column = TABLES[table].column(name)
    english = in_english(table, name) if language == "en" else None
    value = row.get(name)
    if name.startswith("wkt_") or value is None or value == []:
        return None
    fact: View = {
        "kolom": name,
        "naam": column_name(name)(language),
        "tekst": links.value(table, name, row[english or name], language=language),
        "waarde": value.isoformat() if isinstance(value, date) else value,
        "uitleg": column.text,
    }
    if name in naming(table).title and column.references is None:
        fact["in_titel"] = True
    if column.references in links.town.names:
        fact["href"] = f"/{column.references}/{value}"
    elif name == "auteur" and (found := re.fullmatch(r"(persoon|organisatie)/(\d+)", str(value))):
        author = _AUTHORS[found[1]]
        fact |= {"href": f"/{author}/{found[2]}", "tekst": links.title(author, int(found[2]), language)}
    if column.guarantee is not None:
        fact["garantie"] = {"soort": column.guarantee.value, "waarom": column.basis}
    if column.kind is Kind.TEXT and english is None:
        fact["taal"] = "nl"
    return fact


def _age(links: Links, row: Row, language: str) -> View | None:
    born = row["geboortedatum"]
    until = row["overlijdensdatum"] or reference_date(links.town)
    years = until.year - born.year - ((until.month, until.day) < (born.month, born.day))
    name = ("Age", "Leeftijd")[language == "nl"]
    text = f"{years} years" if language == "en" else f"{years} jaar"
    return {"kolom": "leeftijd", "naam": name, "tekst": text, "waarde": years, "uitleg": "Op de referentiedatum."}


def _timeline(links: Links, table: str, number: int, *, language: str) -> list[View]:
    told = _TIMELINES.get(table)
    if told is None or told.back.table not in links.town.names:
        return []
    name, rows = told.back.table, links.rows(told.back.table, links.pointing(told.back, number))
    steps = []
    for row in sorted(rows, key=lambda row: (row[told.when], row["id"])):
        below = [
            {"tekst": text, "href": f"/{target}/{row[column]}" if target else None}
            for column in told.below
            if (text := links.value(name, column, row[column], language=language))
            for target in [TABLES[name].column(column).references]
        ]
        when = written(row[told.when], column=told.when, language=language)
        title = links.value(name, told.what, row[told.what], language=language)
        steps.append({"titel": title, "wanneer": when, "tijdstip": row[told.when].isoformat(), "onder": below})
    return steps


def results(search: Search, links: Links, *, asked: str, only: str | None, start: int, language: str) -> View:
    """Show what a search found, some of each kind, or one kind page by page."""
    found = search.find(asked, only=only)
    most = PAGE if only else SHOWN
    groups = [
        {
            "tabel": one.table,
            "naam": naming(one.table).many(language).capitalize(),
            "aantal": int(one.places.size),
            "dingen": items(links, one.table, one.places[start : start + most], language=language),
        }
        for one in found
    ]
    return {
        "vraag": asked,
        "soort": only,
        "vanaf": start,
        "totaal": sum(int(one.places.size) for one in found),
        "groepen": groups,
        "meer": bool(only and found and start + PAGE < found[0].places.size),
    }


def meet(links: Links, *, language: str) -> list[View]:
    """Name some things worth a first visit; which ones follows from the town, so they are always the same."""
    town, wanted = links.town, []
    living = town["personen"].filter(pl.col("overlijdensdatum").is_null())
    if living.height:
        oldest = living.sort("geboortedatum", "id").row(0, named=True)
        wanted.append((("De oudste inwoner", "The oldest inhabitant"), "personen", oldest["id"]))
    if town.rows("huishoudens"):
        biggest = town["huishoudens"].sort(["aantal_leden", "id"], descending=[True, False])["id"][0]
        wanted.append((("Het grootste huishouden", "The largest household"), "huishoudens", biggest))
    built = town["gebouwen"].filter((pl.col("status") == "gerealiseerd") & pl.col("bouwjaar").is_not_null())
    if built.height:
        wanted.append(
            (("Het oudste gebouw", "The oldest building"), "gebouwen", built.sort("bouwjaar", "id")["id"][0])
        )
    if town.rows("dossiers"):
        newest = town["dossiers"].sort("openingsdatum", "id")["id"][-1]
        wanted.append((("Het nieuwste dossier", "The newest case"), "dossiers", newest))
    if town.rows("besluiten"):
        wanted.append((("Het laatste besluit", "The latest decision"), "besluiten", town["besluiten"]["id"][-1]))
    halls = town["organisaties"].filter(pl.col("type") == "gemeente") if town.rows("organisaties") else None
    if halls is not None and halls.height:
        wanted.append((("Het bestuur", "The municipality"), "organisaties", halls["id"][0]))
    return [
        {
            "waarom": words[language == "en"],
            "titel": links.title(table, number, language),
            "onder": " · ".join(text for _, text in links.below_of(table, row, language=language)),
            "href": f"/{table}/{number}",
        }
        for words, table, number in wanted
        if (row := links.row(table, number)) is not None
    ]
