"""The cases that the phases for data and contract look at: one for each stage of the process."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from proeftuin_conformance.checks import Skip
from proeftuin_conformance.kits.generiek_proces.loket import CREATED, Loket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proeftuin_conformance.checks import CheckContext


def dossiers(ctx: CheckContext) -> tuple[str, ...]:
    """The addresses of a new case, a refused one and a delivered one, as far as they can be made.

    Raises:
        Skip: not even a new case can be made.
    """
    loket = Loket(ctx.http)
    found = [loket.nieuw().url]
    for stage in ("geweigerd", "geleverd"):
        with contextlib.suppress(Skip):  # what cannot be made is left out; its shape then has no focus nodes
            made = loket.geleverd() if stage == "geleverd" else loket.beslist("Geweigerd")
            found.append(made.url)
    return tuple(found)


def parameters(ctx: CheckContext) -> Mapping[str, object]:
    """Ids of cases in the stage that each operation of `openapi.yaml` needs, by parameter name.

    Raises:
        Skip: one of them could not be made.
    """
    loket = Loket(ctx.http)
    nieuw = loket.nieuw()
    met_stuk = loket.nieuw()
    toegevoegd = loket.voeg_toe(met_stuk, naam="Bijlage")
    if toegevoegd.status != CREATED:
        raise Skip("Er kon geen stuk toegevoegd worden.", "No document could be added.", exchange=toegevoegd)
    stuk = (toegevoegd.header("location") or "").rstrip("/").rpartition("/")[2]
    volgende = [
        status
        for status in loket.proces().get(nieuw.status, {}).get("volgende", ())
        if status in loket.statussen(bron="statussen")
    ]
    return {
        "path.dossierId": met_stuk.id,
        "path.stukId": stuk,
        "path.nieuwDossierId": nieuw.id,
        "path.klaarDossierId": loket.klaar_voor_beslissing().id,
        "path.goedgekeurdDossierId": loket.beslist("Goedgekeurd").id,
        "path.openDossierId": loket.nieuw().id,
        "example.product": loket.product(),
        "example.volgende": volgende[0] if volgende else "-",
    }
