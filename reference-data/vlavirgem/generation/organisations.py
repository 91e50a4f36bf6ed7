"""The municipality itself, its OCMW, schools, associations and businesses."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.identifiers import enterprise_numbers, phone_numbers
from vlavirgem.place import MAIL_DOMAIN, NAME, OVO_CODE
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Integers

_PUBLIC = (
    ("gemeente", f"Gemeente {NAME}", "Gemeente", "lokaal bestuur", OVO_CODE),
    ("ocmw", f"OCMW {NAME}", "OCMW", "welzijn", "OVO999310"),
)
_EPOCH = date(1970, 1, 1)
_OWN_PREMISES = 0.6
_COMPANY_FORMS = np.asarray(["Besloten vennootschap", "Eenmanszaak", "Coöperatieve vennootschap"], dtype=object)


def organisation_count(profile: Profile) -> int:
    """Say how many organisations a town has."""
    return len(_PUBLIC) + sum(_counts(profile))


def premises_count(profile: Profile) -> int:
    """Say how many addresses organisations need beside the homes."""
    return organisation_count(profile)


def _counts(profile: Profile) -> tuple[int, int, int]:
    people = profile.inhabitants
    schools = max(1, people // profile.number("organisaties.inwoners_per_school"))
    associations = max(1, people * profile.number("organisaties.verenigingen_per_duizend") // 1000)
    businesses = max(1, people * profile.number("organisaties.ondernemingen_per_duizend") // 1000)
    return schools, associations, businesses


def make_organisations_table(profile: Profile, *, seed: int, premises: Integers, homes: Integers) -> pl.DataFrame:
    """Make the table `organisaties`.

    Args:
        profile: The profile.
        seed: Seed of the town.
        premises: Address numbers that are free, at least `premises_count`.
        homes: Address numbers of homes, where small businesses and associations have their seat.
    """
    random = Random(seed, kind="organisatie")
    count = organisation_count(profile)
    rows = row_numbers(count)
    own_premises = random.chance("eigen", rows=rows, share=_OWN_PREMISES) | (rows < len(_PUBLIC))
    at_home = homes[random.below("thuis", rows=rows, bound=int(homes.size))]
    founded_before = random.below("oprichting", rows=rows, bound=50 * 365)
    today = (profile.reference_date - _EPOCH).days
    described = _descriptions(profile, random=random)
    slug = (
        described["naam"]
        .str.to_lowercase()
        .str.normalize("NFKD")
        .str.replace_all(r"[^a-z0-9 ]", "")
        .str.replace_all(" ", "-", literal=True)
    )
    first_hand = pl.Series([True] * count).to_frame("x").select(slug.is_first_distinct()).to_series()
    host = (
        slug
        + pl.select(
            pl.when(first_hand).then(pl.lit("")).otherwise(pl.lit("-") + pl.Series(rows + 1).cast(pl.String))
        ).to_series()
    )
    return described.with_columns(
        id=pl.Series(rows + 1),
        ondernemingsnummer=enterprise_numbers(rows),
        oprichtingsdatum=pl.Series(today - 1 - founded_before).cast(pl.Int32).cast(pl.Date),
        adres_id=pl.Series(np.where(own_premises, premises[:count], at_home)),
        email="info@" + host + f".{MAIL_DOMAIN}",
        telefoon=phone_numbers(rows + 1),
        website="https://" + host + f".{MAIL_DOMAIN}",
    )


def _descriptions(profile: Profile, *, random: Random) -> pl.DataFrame:
    schools, associations, businesses = _counts(profile)
    names = [row["tekst"] for row in dataset("organisaties") if row["deel"] == "naam"]
    records: list[dict[str, str | None]] = [
        {"type": kind, "naam": name, "rechtsvorm": form, "sector": sector, "ovo_code": ovo}
        for kind, name, form, sector, ovo in _PUBLIC
    ]
    wanted = [("school", schools), ("vereniging", associations), ("onderneming", businesses)]
    for kind, count in wanted:
        rows = row_numbers(count) + len(records)
        kinds = [row for row in dataset("organisaties") if row["deel"] == kind] or [
            {"tekst": "Basisschool", "sector": "onderwijs"}
        ]
        chosen_kind = random.below("soort", rows=rows, bound=len(kinds))
        chosen_name = random.below("naam", rows=rows, bound=len(names))
        form = _COMPANY_FORMS[random.pick("rechtsvorm", rows=rows, weights=[55, 42, 3])]
        records += [
            {
                "type": kind,
                "naam": f"{kinds[k]['tekst']} {names[n]}",
                "rechtsvorm": form[i] if kind == "onderneming" else "Vereniging zonder winstoogmerk",
                "sector": kinds[k]["sector"],
                "ovo_code": None,
            }
            for i, (k, n) in enumerate(zip(chosen_kind.tolist(), chosen_name.tolist(), strict=True))
        ]
    return pl.DataFrame(records, schema_overrides={"ovo_code": pl.String, "rechtsvorm": pl.String})
