"""The municipality's products and services; the texts ship with this package."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import polars as pl

from vlavirgem.identifiers import phone_numbers
from vlavirgem.place import MAIL_DOMAIN
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from vlavirgem.profile import Profile

_PHONES_FROM = 9_000_000


@cache
def _texts() -> tuple[dict[str, Any], ...]:
    text = (resources.files("vlavirgem") / "datasets" / "producten.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["product"])


def make_products_table(profile: Profile, *, seed: int) -> pl.DataFrame:
    """Make the table `producten`."""
    texts = _texts()
    rows = row_numbers(len(texts))
    random = Random(seed, kind="product")
    made = random.below("creatie", rows=rows, bound=900) + 100
    changed = random.below("gewijzigd", rows=rows, bound=100)
    today = datetime.combine(profile.reference_date, time(9), tzinfo=UTC)
    services = sorted({entry["dienst"] for entry in texts})
    numbers = pl.Series([services.index(entry["dienst"]) for entry in texts])
    mail = [entry["dienst"].replace(" ", ".").replace("ë", "e") for entry in texts]
    plain = (
        "naam", "beschrijving", "type", "themas", "doelgroepen", "voorwaarde", "bewijs", "procedure",
        "kost", "bedrag", "termijn_dagen", "zoektermen", "dienst",
    )  # fmt: skip
    return pl.DataFrame(
        {
            "id": rows + 1,
            "productnummer": [entry["nummer"] for entry in texts],
            **{name: [entry[name] for entry in texts] for name in plain},
            "email": [f"{name}@{MAIL_DOMAIN}" for name in mail],
            "telefoon": phone_numbers(numbers.to_numpy() + _PHONES_FROM),
            "dossiertype": [entry.get("dossiertype") for entry in texts],
            "creatie": [today - timedelta(days=days + 100) for days in made.tolist()],
            "gewijzigd": [today - timedelta(days=days + 1) for days in changed.tolist()],
        }
    )
