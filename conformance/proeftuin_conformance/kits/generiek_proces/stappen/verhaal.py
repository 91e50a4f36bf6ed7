"""What happened so far in a scenario, and how steps read and judge answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from proeftuin_conformance.checks import Fail, Skip
from proeftuin_conformance.kits.generiek_proces.loket import CREATED, OK, Dossier, Loket

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proeftuin_conformance.checks import CheckContext
    from proeftuin_conformance.exchanges import Exchange

MOST_PAGES = 400
REFUSED = range(400, 500)
REDEN = "De aanvrager ziet ervan af (synthetisch)."


@dataclass
class Verhaal:
    """What happened so far in a scenario.

    Attributes:
        dossier: the case that the scenario is about, as it was read at first.
        antwoorden: the answers to what the scenario did, last one last.
        stukken: how many documents the case should have; None means as many as it had at first.
    """

    loket: Loket
    ctx: CheckContext
    dossier: Dossier | None = None
    ander: Dossier | None = None
    antwoorden: list[Exchange] = field(default_factory=list)
    bladzijden: list[list[dict[str, Any]]] = field(default_factory=list)
    nieuwe: list[Dossier] = field(default_factory=list)
    stukken: int | None = None

    @property
    def over(self) -> Dossier:
        """The case that the scenario is about."""
        if self.dossier is None:
            raise Skip("Het scenario heeft nog geen dossier.", "The scenario has no case yet.")
        return self.dossier

    @property
    def antwoord(self) -> Exchange:
        """The last answer that is judged."""
        return self.antwoorden[-1]


@pytest.fixture
def verhaal(ctx: CheckContext) -> Verhaal:
    """A fresh story for each scenario."""
    return Verhaal(loket=Loket(ctx.http), ctx=ctx)


def eis(waar: bool, verwacht: str, gekregen: str, exchange: Exchange | None = None) -> None:
    """Fail unless it is so."""
    if not waar:
        raise Fail(
            f"Verwacht: {verwacht}. Gekregen: {gekregen}.",
            f"Expected: {verwacht}. Got: {gekregen}.",
            expected=verwacht,
            actual=gekregen,
            exchange=exchange,
        )


def als_json(answer: Exchange) -> dict[str, Any]:
    """The answer as a JSON object; fails when it is something else."""
    try:
        content = answer.json()
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Fail(
            "Het antwoord is geen JSON-object.",
            "The answer is no JSON object.",
            expected="{…}",
            actual=answer.text[:80],
            exchange=answer,
        )
    return content


def opnieuw(verhaal: Verhaal) -> tuple[Exchange, dict[str, Any]]:
    """The case as it is now."""
    answer = verhaal.loket.lees(verhaal.over.url)
    eis(answer.status == OK, "200", f"{answer.status}", answer)
    return answer, als_json(answer)


def als_lijst(waarde: Any) -> Sequence[Any]:
    """JSON-LD lets a list of one be written without brackets."""
    if waarde is None:
        return []
    return waarde if isinstance(waarde, list) else [waarde]


def als_code(waarde: Any) -> str:
    """The short name of a concept, whether it is written short or as an address."""
    waarde = waarde.get("@id") if isinstance(waarde, dict) else waarde
    return str(waarde).rstrip("/").rpartition("/")[2]


def geschiedenis(verhaal: Verhaal) -> list[dict[str, Any]]:
    """The statuses in the case, as they were last read."""
    statussen = als_lijst((verhaal.over.content.get("dienstverlening") or {}).get("heeftStatus"))
    return [status for status in statussen if isinstance(status, dict)]


def adressen(verhaal: Verhaal) -> set[str]:
    """The addresses that the applications gave."""
    for answer in verhaal.antwoorden:
        if answer.status not in {OK, CREATED} or not answer.header("location"):
            raise Skip("De aanvraag gaf geen dossier.", "The application gave no case.", exchange=answer)
    return {answer.header("location") or "" for answer in verhaal.antwoorden}


def ids_in(verhaal: Verhaal) -> list[str]:
    """The ids of all cases on the pages that were read."""
    return [str(item.get("id")) for bladzijde in verhaal.bladzijden for item in bladzijde]


def bladzijden_vanaf(verhaal: Verhaal, begin: str) -> list[list[dict[str, Any]]]:
    """The pages from `begin` on, following `volgende`."""
    bladzijden: list[list[dict[str, Any]]] = []
    volgende: str | None = begin
    while volgende:
        answer = verhaal.loket.lees(volgende)
        eis(answer.status == OK, "200", f"{answer.status}", answer)
        content = als_json(answer)
        bladzijden.append([item for item in als_lijst(content.get("items")) if isinstance(item, dict)])
        volgende = content.get("volgende")
        if len(bladzijden) > MOST_PAGES:
            raise Skip(
                f"De lijst heeft meer dan {MOST_PAGES} bladzijden.", f"The list has more than {MOST_PAGES} pages."
            )
    return bladzijden
