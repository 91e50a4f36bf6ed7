"""The report as one page that holds everything it shows."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader

from vlavirgem.place import SYNTHETIC_STATEMENT
from vlavirgem.report.figures import reference_date
from vlavirgem.report.pictures import style
from vlavirgem.report.wording import Both, grouped, written_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlavirgem.report.pictures import Picture
    from vlavirgem.report.tables import TownTables

_SCRIPT = """
(() => {
  const root = document.documentElement, button = document.getElementById("taal");
  const show = language => {
    root.lang = language;
    button.textContent = language === "nl" ? "English" : "Nederlands";
    button.lang = language === "nl" ? "en" : "nl";
  };
  button.hidden = false;
  button.addEventListener("click", () => show(button.lang));
  if (location.hash === "#en" || !navigator.languages.some(one => one.startsWith("nl"))) show("en");
})();
"""
_COUNTED = (
    ("personen", Both("inwoners", "inhabitants")),
    ("huishoudens", Both("huishoudens", "households")),
    ("adressen", Both("adressen", "addresses")),
    ("gebouwen", Both("gebouwen", "buildings")),
    ("organisaties", Both("organisaties", "organisations")),
    ("producten", Both("producten", "services")),
    ("dossiers", Both("dossiers", "cases")),
    ("besluiten", Both("besluiten", "decisions")),
)


def report_page(town: TownTables, pictures: Sequence[Picture]) -> str:
    """Write the page."""
    environment = Environment(
        loader=PackageLoader("vlavirgem.report", "."), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    folder = resources.files("vlavirgem.report")
    css = [folder.joinpath(name).read_text(encoding="utf-8") for name in ("face.css", "report.css")]
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    manifest, today = town.manifest, reference_date(town)
    return environment.get_template("report.html").render(
        name=manifest.municipality,
        inhabitants=grouped(town.rows("personen")),
        script=_SCRIPT,
        script_hash=f"sha256-{digest}",
        style="".join(css) + style(),
        statement=Both(SYNTHETIC_STATEMENT["nl"], SYNTHETIC_STATEMENT["en"]),
        heading=Both(f"{manifest.municipality} in beeld", f"{manifest.municipality} in pictures"),
        subtitle=Both(
            f"Zoals de gemeente was op {written_day(today, language='nl')}.",
            f"As the town was on {written_day(today, language='en')}.",
        ),
        counts=[
            (word, Both(grouped(count), grouped(count, language="en")))
            for name, word in _COUNTED
            if (count := town.rows(name))
        ],
        pictures=[_shown(picture) for picture in pictures],
        table_word=Both("Dezelfde cijfers in een tabel", "The same figures in a table"),
        source_word=Both("Waaruit dit gemaakt is", "What this was made from"),
        profile=manifest.profile,
        seed=manifest.seed,
        version=manifest.generator_version,
        digest=manifest.digest,
    )


def _shown(picture: Picture) -> dict[str, Any]:
    return {
        "name": picture.name,
        "is_map": picture.name in {"kaart", "centrum", "straten"},
        "title": picture.title,
        "text": picture.text,
        "svg": _own_ids(picture.svg("nl", None), picture.name),
        "svg_en": picture.svg("en", None) if picture.words else None,
        "legend": picture.legend,
        "headers": picture.headers,
        "rows": picture.rows,
    }


def _own_ids(drawing: str, name: str) -> str:
    """Keep the ids of one picture apart from those of another on the page."""
    return drawing.replace('id="s', f'id="{name}-s').replace('href="#s', f'href="#{name}-s')
