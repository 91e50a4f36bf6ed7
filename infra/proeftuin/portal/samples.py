"""Made-up values for the style guide `/stijl`; no other page uses them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from proeftuin.portal.views.asking import Choice
from proeftuin.portal.views.catalogue import SolutionRow
from proeftuin.portal.views.evidence import Evidence, Mark
from proeftuin.portal.views.forms import Faults
from proeftuin.portal.views.progress import Progress, Step
from proeftuin.portal.views.runs import BLAMES, OUTCOMES, Finding, Request, Response
from proeftuin.portal.views.sandboxes import STATES, LogLine
from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """One value for every component and state."""

    evidence: tuple[Evidence, ...]
    houses: tuple[SolutionRow, ...]
    outcomes: tuple[str, ...]
    states: Mapping[str, Text]
    progress: Mapping[str, Progress]
    finding: Finding
    log: tuple[LogLine, ...]
    choices: tuple[Choice, ...]
    fault: BadInputError
    faults: Faults
    colours: tuple[str, ...]


def everything(now: datetime) -> Samples:
    """Make the samples around a moment."""
    required = Text(nl="Vul dit in.", en="Fill this in.")
    return Samples(
        evidence=evidence(now),
        houses=_houses(now),
        outcomes=tuple(OUTCOMES),
        states=STATES,
        progress=_progress(now),
        finding=_finding(),
        log=(
            LogLine(text="luistert op 127.0.0.1:41234", at=now),
            LogLine(text="Traceback: voorbeeld van een fout", at=now, stream="stderr"),
        ),
        choices=(
            Choice(value="gehucht", label=Text(nl="Gehucht, 1 000 inwoners", en="Hamlet, 1 000 inhabitants")),
            Choice(value="dorp", label=Text(nl="Dorp, 10 000 inwoners", en="Village, 10 000 inhabitants")),
        ),
        fault=BadInputError(Text(nl="Verbeter wat hieronder staat.", en="Correct what is said below.")),
        faults=Faults(naam=required),
        colours=(
            *("ground", "surface", "line", "edge", "muted", "ink", "accent", "accent-strong", "accent-tint"),
            *("claimed", "claimed-tint", "tested", "tested-tint", "failed", "failed-tint", "expired", "expired-tint"),
            *("wall-1", "wall-2", "wall-3", "lit", "focus"),
        ),
    )


def evidence(now: datetime) -> tuple[Evidence, ...]:
    """One piece of evidence for each mark."""
    title = Text(nl="Voorbeeldstandaard", en="Example standard")
    return tuple(
        Evidence(
            mark=mark,
            kit="voorbeeld",
            title=title,
            version=None if mark is Mark.CLAIMED else "1.0.0",
            at=None if mark is Mark.CLAIMED else now - timedelta(days=400 if mark is Mark.EXPIRED else 9),
            until={Mark.TESTED: now + timedelta(days=356), Mark.EXPIRED: now - timedelta(days=35)}.get(mark),
            depth=None if mark is Mark.CLAIMED else Text(nl="20 eisen", en="20 requirements"),
            tier=None if mark is Mark.CLAIMED else "local",
        )
        for mark in Mark
    )


def _houses(now: datetime) -> tuple[SolutionRow, ...]:
    tested, failed, expired, claimed = evidence(now)
    shapes = {
        "voorbeeld-a": (tested, tested, claimed),
        "voorbeeld-b": (tested, failed),
        "voorbeeld-c": (failed,),
        "voorbeeld-d": (expired, claimed),
        "voorbeeld-e": (claimed, claimed, claimed, claimed),
        "voorbeeld-f": (),
        "voorbeeld-g": (tested, failed, expired, claimed, tested),
    }
    return tuple(
        SolutionRow(
            slug=slug,
            name=Text(nl=slug.capitalize(), en=slug.capitalize()),
            summary=Text("", ""),
            supplier="",
            street="",
            evidence=marks,
        )
        for slug, marks in shapes.items()
    )


def _progress(now: datetime) -> dict[str, Progress]:
    first = Step(message=Text(nl="Ruimte gemaakt", en="Room made"), at=now - timedelta(seconds=2))
    second = Step(message=Text(nl="Gemeente wordt gekopieerd", en="Municipality is being copied"), at=now)
    third = Text(nl="bouwstenen starten", en="start building blocks")
    broken = Step(message=Text(nl="De kopie is mislukt", en="The copy failed"), at=now)
    return {
        "waiting": Progress(),
        "busy": Progress(steps=(first, second), step=2, of=4, next=third, usual_seconds=3),
        "unknown": Progress(steps=(first,)),
        "done": Progress(steps=(first, second), step=4, of=4, finished=True),
        "failed": Progress(steps=(first, broken), step=2, of=4, finished=True, failed=True),
    }


def _finding() -> Finding:
    return Finding(
        id="voorbeeld",
        requirement="/core/voorbeeld",
        title=Text(nl="Elk dossier heeft een status", en="Every case has a status"),
        clause_url="https://example.org/standaard#status",
        level="MUST",
        outcome="fail",
        blame=next(iter(BLAMES)),
        code="PT-301",
        text=Text(nl="Het antwoord heeft geen status.", en="The answer has no status."),
        remedy=Text(nl="Voeg ‘status’ toe aan elk dossier.", en="Add ‘status’ to every case."),
        expected='"status": "intake"',
        actual='{"id": 1}',
        request=Request(
            method="GET", url="http://127.0.0.1:41234/dossiers/1", headers=(("Accept", "application/json"),)
        ),
        response=Response(
            status=200, headers=(("Content-Type", "application/json"),), body='{"id": 1}', elapsed_ms=12.3
        ),
        curl="curl -sS -H 'Accept: application/json' http://127.0.0.1:41234/dossiers/1",
        times=3,
    )
