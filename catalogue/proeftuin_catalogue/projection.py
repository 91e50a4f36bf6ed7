"""From the true rows to the one search row per solution, in the same transaction as the change."""

from __future__ import annotations

import hashlib
from functools import cache, reduce
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Integer, Text, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import Insert, insert

from proeftuin_catalogue import repository
from proeftuin_catalogue.drafts import SolutionDraft
from proeftuin_catalogue.evidence import EvidenceState, judge
from proeftuin_catalogue.models import CHANGES, SearchRow, SolutionRow
from proeftuin_catalogue.search.documents import document_of
from proeftuin_catalogue.semver import SemVer, current
from proeftuin_catalogue.views import MarkView, SolutionSummary, Supplier
from proeftuin_catalogue.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from proeftuin_catalogue.evidence import Evidence, Judgement
    from proeftuin_catalogue.kits import KitShelf
    from proeftuin_catalogue.models import ClaimRow, ReleaseRow
    from proeftuin_kernel.db import Database

RULES = "1"
"""Raise this when a search row would come out differently; every row is then written anew at start-up."""

_BATCH = 500
_NUMBERS = select(CHANGES.next_value()).select_from(func.generate_series(1, bindparam("many", type_=Integer)))
_VECTOR = (("name", "dutch", "A"), ("lead", "dutch", "B"), ("body", "dutch", "C"), ("english", "english", "C"))
"""Words of a document by name, the PostgreSQL configuration that stems them, and their weight."""

_STATES = list(EvidenceState)


class OrganisationDirectory(Protocol):
    """Knows the names of organisations; the assembly hands one in."""

    def names(self, organisation_ids: Collection[str]) -> Mapping[str, str]:
        """Give the names of organisations; those that are not known may be left out."""
        ...


class Projector:
    """Writes search rows.

    Args:
        kits: The kits known here.
        organisations: Gives suppliers their names.
        seed: Decides the lots (see `search.ranking`); keep it the same, or everybody changes place.
    """

    def __init__(self, *, kits: KitShelf, organisations: OrganisationDirectory, seed: str) -> None:
        self._kits = kits
        self._organisations = organisations
        self._seed = seed
        self.fingerprint = hashlib.sha256(f"{RULES} {seed} {kits.fingerprint}".encode()).hexdigest()[:32]

    def names(self, organisation_ids: Collection[str]) -> dict[str, str]:
        """Give the names of organisations; the id where no name is known."""
        found = self._organisations.names(organisation_ids)
        return {one: found.get(one, one) for one in organisation_ids}

    def project(self, session: Session, solution_ids: Collection[str], *, now: datetime) -> None:
        """Write the search rows of these solutions; the caller holds the write lock."""
        session.flush()
        solutions = session.scalars(select(SolutionRow).where(SolutionRow.id.in_(solution_ids))).all()
        releases = repository.releases_of(session, solution_ids)
        chosen = {one.id: current_release(releases[one.id]) for one in solutions}
        release_ids = [release.id for release in chosen.values() if release]
        claims = repository.claims_of(session, release_ids)
        evidence = repository.evidence_of(session, release_ids)
        names = self.names({one.owner for one in solutions})
        rows = []
        for solution in solutions:
            release = chosen[solution.id]
            key = release.id if release else ""
            marks, lapses_at = marks_of(
                release, claims=claims.get(key, []), evidence=evidence.get(key, []), kits=self._kits, now=now
            )
            rows.append(
                self._row(
                    solution,
                    release=release,
                    marks=marks,
                    lapses_at=lapses_at,
                    supplier=names[solution.owner],
                    now=now,
                )
            )
        if rows:
            changes = session.scalars(_NUMBERS, {"many": len(rows)}).all()
            numbered = [{**row, "change": change} for row, change in zip(rows, changes, strict=True)]
            session.connection().execute(_upsert(), numbered)

    def project_stale(self, database: Database) -> int:
        """Write every search row that is missing or was written under other rules; give their number."""
        done = 0
        while True:
            with database.begin() as work:
                repository.lock_for_writing(work.session)
                batch = repository.stale(work.session, projection=self.fingerprint, limit=_BATCH)
                if not batch:
                    return done
                self.project(work.session, batch, now=work.now)
                done += len(batch)

    def _row(
        self,
        solution: SolutionRow,
        *,
        release: ReleaseRow | None,
        marks: tuple[MarkView, ...],
        lapses_at: datetime | None,
        supplier: str,
        now: datetime,
    ) -> dict[str, Any]:
        draft = SolutionDraft.of_content(solution.content, status=solution.status)
        summary = SolutionSummary(
            id=solution.id,
            slug=solution.slug,
            name=draft.name,
            short=draft.short,
            supplier=Supplier(id=solution.owner, name=supplier),
            status=Status(solution.status),
            licence=draft.licence,
            domains=draft.domains,
            hosting=draft.hosting,
            release=release.number if release else None,
            released=release.released if release else None,
            marks=marks,
        )
        document = document_of(
            summary, long=draft.long, kit_titles=[mark.title for mark in marks], seed=self._seed, today=now.date()
        )
        return {
            "solution_id": solution.id,
            "projection": self.fingerprint,
            "document": document.as_json(),
            **{f"words_{name}": getattr(document.words, name) for name, _, _ in _VECTOR},
            "status": solution.status,
            "supplier": solution.owner,
            "licence": draft.licence,
            "domains": list(draft.domains),
            "hosting": list(draft.hosting),
            "marks": list(document.marks),
            "strength": document.strength,
            "lot": document.lot,
            "sort_name": document.sort_name,
            "newest": document.newest,
            "lapses_at": lapses_at,
        }


def current_release(releases: list[ReleaseRow]) -> ReleaseRow | None:
    """Choose the release that a buyer would get (see `semver.current`)."""
    number = current([release.number for release in releases])
    return next((release for release in releases if release.number == number), None)


def newest_first(releases: list[ReleaseRow]) -> list[ReleaseRow]:
    """Order releases: the current one, then the others from high to low."""
    chosen = current_release(releases)
    others = sorted(releases, key=lambda release: SemVer.parse(release.number), reverse=True)
    return ([chosen] if chosen else []) + [release for release in others if release is not chosen]


def marks_of(
    release: ReleaseRow | None,
    *,
    claims: list[ClaimRow],
    evidence: list[Evidence],
    kits: KitShelf,
    now: datetime,
) -> tuple[tuple[MarkView, ...], datetime | None]:
    """Work out the marks of a release, strongest first, and when the first of them changes by time alone."""
    marks: list[MarkView] = []
    changes: list[datetime] = []
    claimed = {claim.kit_id: claim for claim in claims}
    for kit_id in sorted({*claimed, *(one.kit_id for one in evidence)}):
        judgement = judge(
            [one for one in evidence if one.kit_id == kit_id],
            claimed=kit_id in claimed,
            kit=kits.get(kit_id),
            component_digest=release.artefact_digest if release else None,
            now=now,
        )
        if judgement.until:
            changes.append(judgement.until)
        if judgement.state is not EvidenceState.NEVER:
            marks.append(_mark(kit_id, claimed.get(kit_id), judgement, kits=kits))
    marks.sort(key=lambda mark: (_STATES.index(mark.state), mark.kit_id))
    return tuple(marks), min(changes, default=None)


def _mark(kit_id: str, claim: ClaimRow | None, judgement: Judgement, *, kits: KitShelf) -> MarkView:
    run = judgement.evidence
    return MarkView(
        kit_id=kit_id,
        title=kits.title(kit_id),
        state=judgement.state,
        claimed=claim is not None,
        claimed_at=claim.claimed_at if claim else None,
        tested_at=run.finished_at if run else None,
        kit_version=run.kit_version if run else (claim.kit_version if claim else None),
        depth=run.depth if run else {},
        tier=run.tier if run else None,
        run_id=run.run_id if run else None,
        badge_id=run.badge_id if run else None,
        valid_until=run.valid_until if run else None,
        outdated=judgement.outdated,
    )


@cache
def _upsert() -> Insert:
    # The weight is of PostgreSQL's own type "char", for which drivers have no parameter.
    vectors: list[Any] = [
        func.setweight(
            func.to_tsvector(literal_column(f"'{config}'"), bindparam(f"words_{name}", type_=Text)),
            literal_column(f"'{weight}'"),
        )
        for name, config, weight in _VECTOR
    ]
    statement = insert(SearchRow).values(
        {
            **{column.name: bindparam(column.name) for column in SearchRow.__table__.columns},
            "vector": reduce(lambda whole, part: whole.op("||")(part), vectors),
        }
    )
    renewed = {column.name: statement.excluded[column.name] for column in SearchRow.__table__.columns}
    return statement.on_conflict_do_update(index_elements=[SearchRow.solution_id], set_=renewed)
