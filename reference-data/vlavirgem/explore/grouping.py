"""What belongs together on a page: who lives with a person or in a building, and everything that points at a thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vlavirgem.explore.links import Back, has_english_title
from vlavirgem.explore.words import column_name, naming
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.explore.links import Links, Row

    View = dict[str, Any]

SHOWN = 8
"""How many things that point here a page shows before it says where the rest is."""
_QUIET = {
    "dossierstatussen",
    "overdrachten",
    "verblijven",
    "procedurestappen",
    "productvoorwaarden",
    "productbewijzen",
    "productstappen",
}
"""Rows that have no page worth going to: they are read where they stand."""
_CALLED = {
    Back("personen", "ouder1_id"): ("Kinderen", "Children"),
    Back("personen", "ouder2_id"): ("Kinderen", "Children"),
    Back("verwijzingen", "besluit_id"): ("Rechtsgronden", "Legal grounds"),
    Back("verwijzingen", "rechtsgrond_id"): ("Besluiten die hiernaar verwijzen", "Decisions that cite this"),
    Back("organisaties", "zaakvoerder_id"): ("Leidt", "Runs"),
    Back("zittingen", "voorzitter_id"): ("Zat voor", "Chaired"),
    Back("zittingen", "secretaris_id"): ("Was secretaris", "Was secretary"),
    Back("mandatarissen", "persoon_id"): ("Mandaten", "Mandates"),
    Back("functionarissen", "persoon_id"): ("Functies", "Offices"),
    Back("medewerkers", "persoon_id"): ("Werk bij de gemeente", "Work at the municipality"),
    Back("dossiers", "aanvrager_id"): ("Eigen dossiers", "Own cases"),
    Back("dossiers", "medewerker_id"): ("Dossiers als laatste behandelaar", "Cases as last handler"),
    Back("overdrachten", "dossier_id"): ("Behandelaars", "Handlers"),
    Back("mandatarissen", "tijdelijk_vervangen_door_id"): ("Verving tijdelijk", "Stood in for"),
    Back("delegaties", "gever_id"): ("Gaf een rol aan een collega", "Gave a role to a colleague"),
    Back("delegaties", "nemer_id"): ("Kreeg een rol van een collega", "Got a role from a colleague"),
    Back("mandatarissen", "opvolger_van_id"): ("Opgevolgd door", "Succeeded by"),
}
"""What a column that points at a thing makes of it, where the name of its table says that less well."""
_LEADS_TO = {"overdrachten": ("medewerkers", "overnemer_id")}
"""Of those, the ones that lead to what their title names: which table, and the column with its number."""
_AT_AN_ADDRESS = {
    "personen": ("Wie er woont", "Who lives here"),
    "organisaties": ("Wat hier gevestigd is", "What is established here"),
    "dossiers": ("Dossiers over deze plaats", "Cases about this place"),
}


def items(
    links: Links, table: str, places: NDArray[np.int64], *, language: str, without: str | None = None
) -> list[View]:
    """List rows by title and what stands below it; on the page that the title names, by what stands below."""
    listed = []
    named_here = without is not None and naming(table).title == (without,)
    for row in links.rows(table, places):
        title = links.title(table, row["id"], language)
        below = links.line_below(table, row, language=language, without=without)
        if named_here and below:
            title, _, below = below.partition(" · ")
        item: View = {"nummer": row["id"], "titel": title, "onder": below}
        if language == "en" and has_english_title(table) and not named_here:
            item["titel_in"] = "en"
        target, column = _LEADS_TO.get(table, (table, "id"))
        if target not in _QUIET:
            item["href"] = f"/{target}/{row[column]}"
        listed.append(item)
    return listed


def together(links: Links, table: str, row: Row, *, language: str) -> list[View]:
    """Name who lives with a person, or what there is in a building."""
    if table == "personen" and row["huishouden_id"] is not None:
        return _household(links, row, language=language)
    if table not in {"gebouwen", "gebouweenheden"}:
        return []
    column = "gebouw_id" if table == "gebouwen" else "gebouweenheid_id"
    ids = links.town["adressen"]["id"]
    homes = [ids[int(place)] for place in links.pointing(Back("adressen", column), row["id"])]
    groups = []
    for kind, words in _AT_AN_ADDRESS.items():
        found = [links.pointing(Back(kind, "adres_id"), home) for home in homes] if kind in links.town.names else []
        places = np.concatenate([np.empty(0, np.int64), *found])
        if not places.size:
            continue
        href = f"/{kind}?adres_id={homes[0]}" if len(homes) == 1 else ""
        listed = items(links, kind, places[: SHOWN if href else None], language=language, without="adres_id")
        groups.append(_group(kind, words[language == "en"], count=places.size, href=href, listed=listed))
    return groups


def _household(links: Links, row: Row, *, language: str) -> list[View]:
    places = links.pointing(Back("personen", "huishouden_id"), row["huishouden_id"])
    listed = [
        item
        for item in items(links, "personen", places[: SHOWN + 1], language=language, without="adres_id")
        if item["nummer"] != row["id"]
    ]
    if not listed:
        return []
    name = ("Woont samen met", "Lives with")[language == "en"]
    href = f"/personen?huishouden_id={row['huishouden_id']}"
    return [_group("personen", name, count=places.size - 1, href=href, listed=listed[:SHOWN])]


def pointing(links: Links, back: Back, number: int, *, language: str) -> View | None:
    """Name what points at a thing from one column; None where nothing does."""
    places = links.pointing(back, number)
    if not places.size:
        return None
    several = (
        sum(
            1
            for other in links.backs[TABLES[back.table].column(back.column).references or ""]
            if other.table == back.table
        )
        > 1
    )
    name = naming(back.table).many(language).capitalize()
    if back in _CALLED:
        name, several = _CALLED[back][language == "en"], False
    listed = items(links, back.table, places[:SHOWN], language=language, without=back.column)
    group = _group(
        back.table,
        f"{name} ({column_name(back.column)(language).lower()})" if several else name,
        count=places.size,
        href=f"/{back.table}?{back.column}={number}",
        listed=listed,
    )
    return {**group, "kolom": back.column}


def _group(table: str, name: str, *, count: int, href: str, listed: list[View]) -> View:
    return {"tabel": table, "kolom": "", "naam": name, "aantal": int(count), "href": href, "dingen": listed}
