"""About the platform, and what its error codes mean."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from proeftuin.portal.routes.common import new_router, page
from proeftuin.portal.visit import VisitDep
from proeftuin_conformance.codes import CODES
from proeftuin_kernel.errors import ProeftuinError
from proeftuin_kernel.text import Text

router = new_router()


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRow:
    """One code of the platform."""

    code: str
    status: int
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One code of a report."""

    code: str
    title: Text
    remedy: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesView:
    """Every code that somebody may have to look up."""

    errors: tuple[ErrorRow, ...]
    findings: tuple[FindingRow, ...]


@page(router, "/over")
def about(visit: VisitDep) -> Response:
    """What is this, for whom, and what about my data?"""
    return visit.page("over.html", lambda: {"view": {"name": "proeftuin"}})


@page(router, "/docs/fouten")
def codes(visit: VisitDep) -> Response:
    """What does this error code mean?"""
    return visit.page("fouten.html", lambda: {"view": known_codes()})


def known_codes() -> CodesView:
    """Collect the codes from the code itself, so that the page cannot lag behind."""
    errors = {row.code: row for row in (*_HTTP, *_errors(ProeftuinError))}
    return CodesView(
        errors=tuple(sorted(errors.values(), key=lambda row: (row.status, row.code))),
        findings=tuple(
            FindingRow(code=code.id, title=_as_text(code.meaning), remedy=_as_text(code.remedy))
            for code in CODES.values()
        ),
    )


def _errors(kind: type[ProeftuinError]) -> list[ErrorRow]:
    rows = [ErrorRow(code=kind.code, status=kind.status, title=kind.title)]
    for sub in kind.__subclasses__():
        if not sub.__name__.startswith("_"):
            rows.extend(_errors(sub))
    return rows


def _as_text(words: object) -> Text:
    """Take over a text of the conformance tool, which has its own type because it runs alone."""
    return Text(nl=str(getattr(words, "nl", "")), en=str(getattr(words, "en", "")))


_HTTP = (
    ErrorRow(
        code="method-not-allowed",
        status=405,
        title=Text(nl="Deze methode kan hier niet", en="Method not allowed"),
    ),
)
