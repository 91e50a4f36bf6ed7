"""The municipality's products and services, with what each of them consists of, and their web forms."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from vlavirgem.identifiers import phone_numbers
from vlavirgem.place import MAIL_DOMAIN
from vlavirgem.public_services import (
    WEBSITE,
    authorities,
    channels,
    form_texts,
    life_events,
    products,
    regulations,
)
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem.profile import Profile
    from vlavirgem.public_services import Field

    Product = dict[str, Any]

_PHONES_FROM = 9_000_000
_NO_CONDITION = "Er zijn geen voorwaarden."
_NO_EVIDENCE = "U hoeft niets mee te brengen."
_TEXTS = (
    "naam", "naam_en", "beschrijving", "beschrijving_en", "type", "themas", "doelgroepen", "levensgebeurtenissen",
    "your_europe", "voordeel", "termijn_dagen", "zoektermen", "dienst", "dossiertype",
)  # fmt: skip
_LISTS = ("themas", "doelgroepen", "levensgebeurtenissen", "your_europe", "zoektermen", "keuzes")


def make_products_tables(profile: Profile, *, seed: int) -> dict[str, pl.DataFrame]:
    """Make `overheden`, `levensgebeurtenissen`, `producten` with what belongs to them, and their forms.

    The rows of a product stand in the order of its number in every table. All belong to the town hall: their numbers
    count from 1.
    """
    return {**_in_every_town(), "producten": _products(profile, seed=seed)}


@cache
def _in_every_town() -> dict[str, pl.DataFrame]:
    """Make what does not depend on the profile or the seed: all but when a product was described."""
    phones = _phones()
    return {
        "overheden": pl.DataFrame(
            {
                "id": row_numbers(len(authorities())) + 1,
                "code": list(authorities()),
                "naam": [one.name for one in authorities().values()],
                "naam_en": [one.name_en for one in authorities().values()],
                "niveau": [one.level for one in authorities().values()],
            }
        ),
        "levensgebeurtenissen": pl.DataFrame(
            {
                "id": row_numbers(len(life_events())) + 1,
                "code": list(life_events()),
                "naam": [one.name for one in life_events().values()],
                "naam_en": [one.name_en for one in life_events().values()],
            }
        ),
        "productvoorwaarden": _parts([{"omschrijving": text} for text in one["voorwaarden"]] for one in products()),
        "productbewijzen": _parts([{"omschrijving": text} for text in one["bewijzen"]] for one in products()),
        "productstappen": _parts([{"omschrijving": text} for text in one["stappen"]] for one in products()),
        "productkosten": _parts(
            [{"omschrijving": text, "bedrag": amount} for text, amount in one["kosten"]] for one in products()
        ),
        "productkanalen": _parts(_channels_of(one, phone=phones[one["dienst"]]) for one in products()),
        "productregelgeving": _parts(_rules_of(one) for one in products()),
        **_forms(),
    }


def _products(profile: Profile, *, seed: int) -> pl.DataFrame:
    texts = products()
    phones = _phones()
    rows = row_numbers(len(texts))
    random = Random(seed, kind="product")
    today = datetime.combine(profile.reference_date, time(9), tzinfo=UTC)
    changed = random.below("gewijzigd", rows=rows, bound=100) + 1
    made = changed + random.below("creatie", rows=rows, bound=900) + 100
    start = made + random.below("start", rows=rows, bound=1500) + 200
    known = authorities()
    return pl.DataFrame(
        {
            "id": rows + 1,
            "productnummer": [one["nummer"] for one in texts],
            **{name: [one[name] for one in texts] for name in _TEXTS},
            "voorwaarde": [" ".join(one["voorwaarden"]) or _NO_CONDITION for one in texts],
            "bewijs": [" ".join(one["bewijzen"]) or _NO_EVIDENCE for one in texts],
            "procedure": [" ".join(one["stappen"]) for one in texts],
            "kost": [" ".join(text for text, _ in one["kosten"]) for one in texts],
            "bedrag": [one["kosten"][0][1] for one in texts],
            "bevoegde_overheid": [one["bevoegd"] for one in texts],
            "bevoegd_niveau": [known[one["bevoegd"]].level for one in texts],
            "uitvoerende_overheid": [one["uitvoerder"] for one in texts],
            "uitvoerend_niveau": [known[one["uitvoerder"]].level for one in texts],
            "regelgeving": ["; ".join(regulations()[code].name for code in one["regelgeving"]) for one in texts],
            "website": [_page(one) for one in texts],
            "email": [f"{_mailbox(one['dienst'])}@{MAIL_DOMAIN}" for one in texts],
            "telefoon": [phones[one["dienst"]] for one in texts],
            "start": [_midnight(today, days=-days) for days in start.tolist()],
            "einde": [one["looptijd_dagen"] and _midnight(today, days=one["looptijd_dagen"]) for one in texts],
            "creatie": [today - timedelta(days=days) for days in made.tolist()],
            "gewijzigd": [today - timedelta(days=days) for days in changed.tolist()],
        },
        schema_overrides={
            **{name: pl.List(pl.String) for name in _TEXTS if name in _LISTS},
            **dict.fromkeys(("dossiertype", "voordeel"), pl.String),
            **dict.fromkeys(("start", "einde", "creatie", "gewijzigd"), pl.Datetime("us", "UTC")),
        },
    )


def _midnight(today: datetime, *, days: int) -> datetime:
    return (today + timedelta(days=days)).replace(hour=0)


def _page(product: Product) -> str:
    return f"{WEBSITE}/producten/{product['nummer'].lower()}"


def _mailbox(service: str) -> str:
    return service.replace(" ", ".").replace("ë", "e")


def _phones() -> dict[str, str]:
    """Give each service of the municipality its number."""
    services = sorted({one["dienst"] for one in products()})
    numbers = phone_numbers(np.arange(len(services), dtype=np.int64) + _PHONES_FROM)
    return dict(zip(services, numbers.to_list(), strict=True))


def _parts(parts: Iterator[list[dict[str, Any]]], *, owner: str = "product_id") -> pl.DataFrame:
    """Put the parts of all owners under each other, each with its place."""
    columns: dict[str, list[Any]] = {owner: [], "volgnummer": []}
    for number, its_parts in enumerate(parts, start=1):
        for place, part in enumerate(its_parts, start=1):
            columns[owner].append(number)
            columns["volgnummer"].append(place)
            for name, value in part.items():
                columns.setdefault(name, []).append(value)
    columns["id"] = list(range(1, len(columns[owner]) + 1))
    lists = {name: pl.List(pl.String) for name in columns if name in _LISTS}
    return pl.DataFrame(columns, schema_overrides=lists)


def _channels_of(product: Product, *, phone: str) -> list[dict[str, Any]]:
    words = {"dienst": product["dienst"], "nummer": product["nummer"].lower(), "telefoon": phone}
    chosen = [channels()[code] for code in product["kanalen"]]
    return [
        {
            "kanaal": channel.code,
            "naam": channel.name,
            "omschrijving": channel.text.format(**words),
            "adres": channel.address.format(**words),
            "openingsuren": channel.hours,
        }
        for channel in chosen
    ]


def _rules_of(product: Product) -> list[dict[str, Any]]:
    rules = [regulations()[code] for code in product["regelgeving"]]
    return [{"naam": rule.name, "adres": rule.page} for rule in rules if rule.page]


def _forms() -> dict[str, pl.DataFrame]:
    """Make `formulieren` and `formuliervelden`: a form for each product that starts a case."""
    texts = form_texts()
    starting = [(number, one) for number, one in enumerate(products(), start=1) if one["dossiertype"]]
    return {
        "formulieren": pl.DataFrame(
            {
                "id": row_numbers(len(starting)) + 1,
                "product_id": [number for number, _ in starting],
                "titel": [f"Aanvraag: {one['naam']}" for _, one in starting],
                "inleiding": [texts.introduction] * len(starting),
            }
        ),
        "formuliervelden": _parts(
            (
                [_field(texts.fields[name]) for name in (*texts.before, *one["velden"], *texts.after)]
                for _, one in starting
            ),
            owner="formulier_id",
        ),
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "naam": field.name,
        "label": field.label,
        "soort": field.kind,
        "verplicht": field.required,
        "patroon": field.pattern,
        "hulp": field.help,
        "keuzes": list(field.choices),
        "minimum": field.least,
        "maximum": field.most,
    }
