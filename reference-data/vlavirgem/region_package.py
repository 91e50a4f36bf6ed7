"""What makes a region's folder a data package: a description for catalogues (DCAT-AP 3.0.1) and one for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from vlavirgem.data_package import DCAT_NAME, README_NAME, catalogue
from vlavirgem.dcat import texts
from vlavirgem.manifest import FILE_NAME, MUNICIPALITIES, About
from vlavirgem.place import ID_BASE, LICENCE, SYNTHETIC_STATEMENT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vlavirgem.region_folder import Entry, RegionAbout


def describe_region(about: RegionAbout, folder: Path, *, digest: str, municipalities: Mapping[str, Entry]) -> None:
    """Write both descriptions into a folder.

    Args:
        about: What the region follows from.
        folder: The folder, with all municipalities in it.
        digest: Digest of the region.
        municipalities: What the manifest says of each, by NIS code.
    """
    sizes = {code: (folder / MUNICIPALITIES / code / FILE_NAME).stat().st_size for code in municipalities}
    content = region_catalogue(about, municipalities=municipalities, sizes=sizes)
    (folder / DCAT_NAME).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / README_NAME).write_text(_readme(about, digest=digest, municipalities=municipalities), encoding="utf-8")


def region_catalogue(
    about: RegionAbout, *, municipalities: Mapping[str, Entry], sizes: Mapping[str, int]
) -> dict[str, Any]:
    """Describe a region as a catalogue with a dataset per municipality.

    A dataset has the IRI that it has in the municipality's own description, where every file is listed; here its
    manifest stands for them.

    Args:
        about: What the region follows from.
        municipalities: What the manifest says of each, by NIS code.
        sizes: Bytes of each `town.json`, by NIS code.
    """
    towns = [
        catalogue(
            About(
                profile=f"{about.region}/{code}",
                seed=one.seed,
                generator_version=about.generator_version,
                reference_date=about.reference_date,
                identifiers=about.identifiers,
                municipality=one.name,
            ),
            fmt=about.fmt,
            digest=one.digest,
            files={FILE_NAME: one.manifest},
            sizes={FILE_NAME: sizes[code]},
        )
        for code, one in municipalities.items()
    ]
    title = f"{about.region}, seed {about.seed}"
    return {
        **towns[0],
        "@id": f"{ID_BASE}catalogus/{about.region}-{about.seed}-{about.generator_version}-{about.fmt}",
        "dct:title": texts(title, title),
        "dct:description": texts(
            f"{len(towns)} verzonnen Vlaamse gemeenten.", f"{len(towns)} fictional Flemish municipalities."
        ),
        "dcat:dataset": [town["dcat:dataset"] for town in towns],
    }


def _readme(about: RegionAbout, *, digest: str, municipalities: Mapping[str, Entry]) -> str:
    people = sum(one.inhabitants for one in municipalities.values())
    rows = "\n".join(f"| {code} | {one.name} | {one.inhabitants} |" for code, one in municipalities.items())
    return f"""# {about.region}, seed {about.seed}

Deze map bevat {len(municipalities)} van de {about.of} **verzonnen** gemeenten van {about.region}, als {about.fmt}, \
met {people} inwoners. {SYNTHETIC_STATEMENT["nl"]}
U mag er alles mee doen: {LICENCE}.

| bestand | inhoud |
|---|---|
| `region.json` | hoe ze gemaakt zijn, en de digest van alles |
| `gemeenten/99001` | een gemeente zoals elke andere, met `town.json` en haar eigen beschrijving |
| `{DCAT_NAME}` | beschrijving voor een catalogus (DCAT-AP 3.0.1) |

Elk nummer van een rij is van één gemeente: u kunt de tabellen van alle gemeenten onder elkaar zetten. `vlavirgem
verify` met deze map gaat na of er iets gewijzigd is; met `gemeenten/99001` doet u wat u met elke gemeente kunt.

*This folder holds {len(municipalities)} of the {about.of} **fictional** municipalities of {about.region}, as \
{about.fmt}. {SYNTHETIC_STATEMENT["en"]} You may do anything with it: {LICENCE}. No two municipalities share the number
of a row. `vlavirgem verify` tells whether anything changed.*

| NIS-code | gemeente | inwoners |
|---|---|---|
{rows}

`{digest}`
"""
