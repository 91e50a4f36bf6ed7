"""Reading and writing the catalogue's rows; no rules in here."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select, text, update

from proeftuin_catalogue.errors import ReleaseNotFoundError, SolutionNotFoundError
from proeftuin_catalogue.evidence import Evidence
from proeftuin_catalogue.models import BadgeRow, ClaimRow, EvidenceRow, HistoryRow, ReleaseRow, SearchRow, SolutionRow
from proeftuin_kernel.ids import is_id
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

_WRITE_LOCK = 0x70726F65_63617400
"""Key of the advisory lock that every writing transaction of the catalogue takes first.

Changes are numbered while it is held, so that they become visible in the order of their numbers and a
process that follows the numbers misses none. Suppliers write seldom; readers never wait.
"""


def lock_for_writing(session: Session) -> None:
    """Wait for our turn to write; the end of the transaction gives the turn away."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITE_LOCK})


def find_solution(session: Session, key: str) -> SolutionRow:
    """Find a solution by id or short name.

    Raises:
        SolutionNotFoundError: there is none.
    """
    column = SolutionRow.id if is_id(key, "sol") else SolutionRow.slug
    row = session.scalar(select(SolutionRow).where(column == key))
    if row is None:
        raise SolutionNotFoundError(
            Text(
                nl="Deze oplossing staat niet in de catalogus. Zoek ze op naam.",
                en="This solution is not in the catalogue. Search for its name.",
            )
        )
    return row


def find_release(session: Session, solution_id: str, number: str) -> ReleaseRow:
    """Find a release of a solution.

    Raises:
        ReleaseNotFoundError: there is none.
    """
    row = session.scalar(select(ReleaseRow).where(ReleaseRow.solution_id == solution_id, ReleaseRow.number == number))
    if row is None:
        raise ReleaseNotFoundError(
            Text(
                nl=f"Versie {number} van deze oplossing bestaat niet.",
                en=f"Release {number} of this solution does not exist.",
            )
        )
    return row


def standing_claim(session: Session, release_id: str, kit_id: str) -> ClaimRow | None:
    """Find the claim of a release for a kit that is not withdrawn."""
    return session.scalar(
        select(ClaimRow).where(
            ClaimRow.release_id == release_id, ClaimRow.kit_id == kit_id, ClaimRow.withdrawn_at.is_(None)
        )
    )


def is_slug_taken(session: Session, slug: str) -> bool:
    """Tell whether a short name is in use."""
    return session.scalar(select(SolutionRow.id).where(SolutionRow.slug == slug)) is not None


def free_slug(session: Session, wish: str) -> str:
    """Give the wish, or the first of wish-2, wish-3, … that nobody has."""
    taken = set(
        session.scalars(
            select(SolutionRow.slug).where(or_(SolutionRow.slug == wish, SolutionRow.slug.startswith(f"{wish}-")))
        )
    )
    slug, number = wish, 1
    while slug in taken:
        number += 1
        slug = f"{wish}-{number}"
    return slug


def solution_of_component(session: Session, *, owner: str, component_name: str) -> SolutionRow | None:
    """Find the solution whose releases come from a component of this name."""
    return session.scalar(
        select(SolutionRow)
        .join(ReleaseRow, ReleaseRow.solution_id == SolutionRow.id)
        .where(SolutionRow.owner == owner, ReleaseRow.component_name == component_name)
        .order_by(SolutionRow.created_at)
        .limit(1)
    )


def slugs_of_release(session: Session, *, component_name: str, version: str) -> tuple[str, ...]:
    """Name the solutions with a release from a component of this name and version, the oldest first."""
    found = session.scalars(
        select(SolutionRow.slug)
        .join(ReleaseRow, ReleaseRow.solution_id == SolutionRow.id)
        .where(ReleaseRow.component_name == component_name, ReleaseRow.number == version)
        .order_by(SolutionRow.created_at)
    )
    return tuple(found)


def releases_of(session: Session, solution_ids: Collection[str]) -> dict[str, list[ReleaseRow]]:
    """Give the releases of solutions, by solution."""
    found: dict[str, list[ReleaseRow]] = defaultdict(list)
    for row in session.scalars(select(ReleaseRow).where(ReleaseRow.solution_id.in_(solution_ids))):
        found[row.solution_id].append(row)
    return found


def claims_of(session: Session, release_ids: Collection[str]) -> dict[str, list[ClaimRow]]:
    """Give the claims that stand, by release."""
    found: dict[str, list[ClaimRow]] = defaultdict(list)
    rows = session.scalars(
        select(ClaimRow)
        .where(ClaimRow.release_id.in_(release_ids), ClaimRow.withdrawn_at.is_(None))
        .order_by(ClaimRow.kit_id)
    )
    for row in rows:
        found[row.release_id].append(row)
    return found


def badge_row(session: Session, badge_id: str) -> BadgeRow:
    """Give what is known of a badge: a new row when that is nothing yet."""
    row = session.get(BadgeRow, badge_id)
    if row is None:
        row = BadgeRow(id=badge_id)
        session.add(row)
    return row


def evidence_of(session: Session, release_ids: Collection[str]) -> dict[str, list[Evidence]]:
    """Give the runs on releases with the newest badge of each, by release, newest run first."""
    found: dict[str, list[Evidence]] = defaultdict(list)
    rows = session.execute(
        select(EvidenceRow, BadgeRow)
        .outerjoin(BadgeRow, and_(BadgeRow.run_id == EvidenceRow.run_id, BadgeRow.kit_id == EvidenceRow.kit_id))
        .where(EvidenceRow.release_id.in_(release_ids))
        .order_by(EvidenceRow.finished_at.desc(), EvidenceRow.id, BadgeRow.issued_at.desc(), BadgeRow.id)
    )
    seen: set[str] = set()
    for row, badge in rows:
        if row.id not in seen and row.release_id is not None:
            seen.add(row.id)
            found[row.release_id].append(_evidence(row, badge))
    return found


def _evidence(row: EvidenceRow, badge: BadgeRow | None) -> Evidence:
    return Evidence(
        run_id=row.run_id,
        kit_id=row.kit_id,
        kit_version=row.kit_version,
        kit_digest=row.kit_digest,
        verdict=row.verdict,
        finished_at=row.finished_at,
        depth=row.depth,
        tier=row.tier,
        component_digest=row.component_digest,
        town_digest=row.town_digest,
        valid_until=badge.valid_until if badge and badge.valid_until else row.valid_until,
        badge_id=badge.id if badge else None,
        revoked_at=badge.revoked_at if badge else None,
        revoked_reason=badge.revoked_reason if badge else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """What ties a run to a release: whose component, which one, which version, which bytes."""

    organisation: str
    name: str
    version: str
    digest: str


def release_of(session: Session, component: Component) -> ReleaseRow | None:
    """Find the release that a component is; by name and version first, else by its very bytes."""
    of_owner = select(ReleaseRow).join(SolutionRow).where(SolutionRow.owner == component.organisation)
    named = of_owner.where(ReleaseRow.component_name == component.name, ReleaseRow.number == component.version)
    same = of_owner.where(ReleaseRow.artefact_digest == component.digest)
    return session.scalar(named.limit(1)) or session.scalar(same.order_by(ReleaseRow.id).limit(1))


def adopt_evidence(session: Session, release: ReleaseRow, *, owner: str) -> None:
    """Tie runs that came before their release to it."""
    is_it = and_(EvidenceRow.component_name == release.component_name, EvidenceRow.component_version == release.number)
    session.execute(
        update(EvidenceRow)
        .where(
            EvidenceRow.release_id.is_(None),
            EvidenceRow.organisation == owner,
            or_(is_it, EvidenceRow.component_digest == release.artefact_digest),
        )
        .values(release_id=release.id)
    )


def solution_of_run(session: Session, run_id: str, kit_id: str) -> SolutionRow | None:
    """Find the solution that a run is about, if it is known."""
    return session.scalar(
        select(SolutionRow)
        .join(ReleaseRow, ReleaseRow.solution_id == SolutionRow.id)
        .join(EvidenceRow, EvidenceRow.release_id == ReleaseRow.id)
        .where(EvidenceRow.run_id == run_id, EvidenceRow.kit_id == kit_id)
    )


def remember(session: Session, row: SolutionRow, *, at: datetime, actor_name: str, action: str) -> None:
    """Keep what a solution says now as one line of its history."""
    session.add(
        HistoryRow(
            solution_id=row.id,
            version=row.version,
            at=at,
            actor_name=actor_name,
            action=action,
            status=row.status,
            content=row.content,
        )
    )


def history_of(session: Session, solution_id: str, *, limit: int) -> list[HistoryRow]:
    """Give the last changes of a solution, newest first."""
    return list(
        session.scalars(
            select(HistoryRow)
            .where(HistoryRow.solution_id == solution_id)
            .order_by(HistoryRow.version.desc())
            .limit(limit)
        )
    )


def lapsed(session: Session, *, now: datetime) -> list[str]:
    """Give the solutions of which a mark changed by the passing of time."""
    return list(session.scalars(select(SearchRow.solution_id).where(SearchRow.lapses_at <= now)))


def stale(session: Session, *, projection: str, limit: int) -> list[str]:
    """Give solutions whose search row is missing or written under other rules."""
    return list(
        session.scalars(
            select(SolutionRow.id)
            .outerjoin(SearchRow, SearchRow.solution_id == SolutionRow.id)
            .where(or_(SearchRow.solution_id.is_(None), SearchRow.projection != projection))
            .order_by(SolutionRow.id)
            .limit(limit)
        )
    )


def last_change(session: Session) -> int:
    """Give the number of the newest change, 0 when there is none."""
    return session.scalar(select(func.max(SearchRow.change))) or 0


def solutions_of_kits(session: Session, kit_ids: Iterable[str], *, limit: int) -> list[SearchRow]:
    """Give the search rows of solutions with a mark for one of these kits; withdrawn ones left out."""
    states = ("getest", "verlopen", "gefaald", "verklaard")
    wanted = [f"{kit}|{state}" for kit in kit_ids for state in states]
    return list(
        session.scalars(
            select(SearchRow)
            .where(SearchRow.marks.overlap(wanted), SearchRow.status != "withdrawn")
            .order_by(SearchRow.strength.desc(), SearchRow.lot)
            .limit(limit)
        )
    )
