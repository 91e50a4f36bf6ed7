"""What the catalogue of services refers to: authorities, life events, channels, regulations and forms.

The texts ship with this package; nothing here imports a data frame library, so that services start fast.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

WEBSITE = "https://www.vlavirgem.example"
"""`.example` is reserved by RFC 2606."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Who is competent for a service or delivers it; `level` is a code of IPDC's UitvoerendBestuursniveau."""

    code: str
    name: str
    name_en: str
    level: str


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """Something in a life that makes somebody need services. There is no official Flemish list; this one is ours."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach a service; its texts hold `{dienst}`, `{nummer}` and `{telefoon}`."""

    code: str
    name: str
    text: str
    address: str
    hours: str | None


@dataclass(frozen=True, slots=True)
class Regulation:
    """A law, decree or rule; only rules of the municipality itself have a page."""

    code: str
    name: str
    page: str | None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a web form.

    Attributes:
        name: Its name in what is sent.
        label: What people read beside it.
        kind: tekst, langeTekst, email, telefoon, getal, bedrag, datum, jaNee, keuze, meerkeuze or bestand.
        required: Whether it must be filled in.
        pattern: What a text must look like (ECMA 262).
        help: A hint.
        choices: What one can choose from.
        least: The smallest number.
        most: The largest number.
    """

    name: str
    label: str
    kind: str
    required: bool
    pattern: str | None
    help: str | None
    choices: tuple[str, ...]
    least: float | None
    most: float | None


@dataclass(frozen=True, slots=True)
class FormTexts:
    """The fields that forms are made of, and how each form begins and ends."""

    introduction: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    fields: dict[str, Field]


@cache
def authorities() -> dict[str, Authority]:
    """Read the authorities, by code."""
    return {
        entry["code"]: Authority(entry["code"], entry["naam"], entry["naam_en"], entry["niveau"])
        for entry in _read("dienstverlening")["overheid"]
    }


@cache
def life_events() -> dict[str, LifeEvent]:
    """Read the life events, by code."""
    return {
        entry["code"]: LifeEvent(entry["code"], entry["naam"], entry["naam_en"])
        for entry in _read("dienstverlening")["levensgebeurtenis"]
    }


@cache
def channels() -> dict[str, Channel]:
    """Read the channels, by code."""
    return {
        entry["code"]: Channel(
            entry["code"], entry["naam"], entry["omschrijving"], entry["adres"], entry.get("openingsuren")
        )
        for entry in _read("dienstverlening")["kanaal"]
    }


@cache
def regulations() -> dict[str, Regulation]:
    """Read the regulations, by code."""
    found = {}
    for entry in _read("dienstverlening")["regelgeving"]:
        path = entry.get("pad")
        page = f"{WEBSITE}/reglementen/{path}" if path else None
        found[entry["code"]] = Regulation(entry["code"], entry["naam"], page)
    return found


@cache
def form_texts() -> FormTexts:
    """Read what forms are made of."""
    texts = _read("formulieren")
    fields = {
        name: Field(
            name=name,
            label=entry["label"],
            kind=entry["soort"],
            required=entry.get("verplicht", True),
            pattern=entry.get("patroon"),
            help=entry.get("hulp"),
            choices=tuple(entry.get("keuzes", ())),
            least=entry.get("minimum"),
            most=entry.get("maximum"),
        )
        for name, entry in texts["veld"].items()
    }
    return FormTexts(texts["inleiding"], tuple(texts["vooraan"]), tuple(texts["achteraan"]), fields)


@cache
def products() -> tuple[dict[str, Any], ...]:
    """Read the products of every theme in the order of their numbers; a theme says what holds for most of its own."""
    folder = resources.files("vlavirgem") / "datasets" / "producten"
    found = []
    for file in folder.iterdir():
        if file.name.endswith(".toml"):
            theme = tomllib.loads(file.read_text(encoding="utf-8"))
            found += [{**_USUAL, **theme["standaard"], **product} for product in theme["product"]]
    return tuple(sorted(found, key=lambda product: str(product["nummer"])))


_USUAL: dict[str, Any] = {
    "doelgroepen": ["Burger"],
    "bevoegd": "gemeente",
    "uitvoerder": "gemeente",
    "voorwaarden": [],
    "bewijzen": [],
    "kosten": [["Gratis.", 0.0]],
    "voordeel": None,
    "levensgebeurtenissen": [],
    "your_europe": [],
    "regelgeving": [],
    "velden": [],
    "dossiertype": None,
    "looptijd_dagen": None,
}
"""What holds for a product where neither it nor its theme says otherwise."""


def _read(name: str) -> dict[str, Any]:
    text = (resources.files("vlavirgem") / "datasets" / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
