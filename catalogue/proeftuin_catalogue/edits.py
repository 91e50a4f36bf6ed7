"""One change of a solution by its supplier: what it writes, and what it leaves in the audit log and as an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from proeftuin_catalogue import repository
from proeftuin_catalogue.errors import SolutionWithdrawnError
from proeftuin_catalogue.events import SolutionChanged
from proeftuin_catalogue.models import ClaimRow, ReleaseRow, SolutionRow
from proeftuin_catalogue.vocabulary import Status
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from proeftuin_catalogue.drafts import SolutionDraft
    from proeftuin_catalogue.kits import KnownKit
    from proeftuin_catalogue.releases import ReleaseDraft
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Edit:
    """A solution in the hands of somebody who may change it, inside one unit of work."""

    work: UnitOfWork
    row: SolutionRow
    principal: Principal

    def keep(self, action: str, **details: Any) -> None:
        """Note what happened: in the audit log and as an event."""
        self.work.audit(self.principal, action, self.row.id, organisation=self.row.owner, **details)
        self.work.emit(SolutionChanged(solution_id=self.row.id, organisation=self.row.owner, change=action))

    def save(self, action: str, *, content: dict[str, Any], status: str) -> None:
        """Write the supplier's text as a new version with its line of history."""
        row = self.row
        row.content, row.status = content, status
        row.version += 1
        row.changed_at = self.work.now
        repository.remember(
            self.work.session,
            row,
            at=self.work.now,
            actor_name=self.principal.name,
            action=action,
        )

    @classmethod
    def first(
        cls, work: UnitOfWork, principal: Principal, organisation: str, draft: SolutionDraft, *, slug: str
    ) -> Edit:
        """Make a new solution."""
        row = SolutionRow(
            id=new_id("sol"),
            slug=slug,
            owner=organisation,
            status=draft.status,
            content=draft.as_content(),
            version=1,
            created_at=work.now,
            changed_at=work.now,
        )
        work.session.add(row)
        work.session.flush()
        repository.remember(work.session, row, at=work.now, actor_name=principal.name, action="solution.create")
        edit = cls(work, row, principal)
        edit.keep("solution.create", slug=slug)
        return edit

    def add_release(self, draft: ReleaseDraft) -> ReleaseRow:
        """Add a release, with the evidence that was there before it."""
        row = ReleaseRow(
            id=new_id("rel"),
            solution_id=self.row.id,
            number=draft.version,
            released=draft.released or self.work.now.astimezone(UTC).date(),
            artefact_digest=draft.artefact_digest,
            component_name=draft.component_name,
            created_at=self.work.now,
        )
        self.work.session.add(row)
        self.work.session.flush()
        repository.adopt_evidence(self.work.session, row, owner=self.row.owner)
        self.keep("release.add", release=draft.version)
        return row

    def replace_release(self, draft: ReleaseDraft) -> ReleaseRow:
        """Add a release, or move the one of the same number on to other bytes."""
        for row in repository.releases_of(self.work.session, [self.row.id])[self.row.id]:
            if row.number == draft.version:
                if row.artefact_digest != draft.artefact_digest:
                    row.artefact_digest = draft.artefact_digest
                    self.keep("release.replace", release=draft.version)
                    self.work.session.flush()
                    repository.adopt_evidence(self.work.session, row, owner=self.row.owner)
                return row
        return self.add_release(draft)

    def add_claim(self, release: ReleaseRow, kit: KnownKit, *, actor: str | None) -> str:
        """Claim that a release meets the standard of a kit, and give the claim's id. Twice is once."""
        standing = repository.standing_claim(self.work.session, release.id, kit.id)
        if standing is not None:
            return standing.id
        claim = ClaimRow(
            id=new_id("clm"),
            release_id=release.id,
            kit_id=kit.id,
            kit_version=kit.version,
            actor=actor,
            claimed_at=self.work.now,
            claimed_by=self.row.owner,
        )
        self.work.session.add(claim)
        self.work.session.flush()
        self.keep("claim.make", release=release.number, kit=kit.id)
        return claim.id

    def refuse_withdrawn(self) -> None:
        """Let nobody change what is off the lists.

        Raises:
            SolutionWithdrawnError: it is.
        """
        if self.row.status == Status.WITHDRAWN:
            raise SolutionWithdrawnError(
                Text(
                    nl="Deze oplossing is ingetrokken. Maak dat eerst ongedaan, of zet de status weer op 'active'.",
                    en="This solution is withdrawn. Undo that first, or set its status to 'active' again.",
                )
            )
