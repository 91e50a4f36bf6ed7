"""What suppliers do: describe, edit and undo, release, claim, withdraw. They never write evidence."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from proeftuin_catalogue import repository
from proeftuin_catalogue.drafts import SolutionDraft, checked, checked_slug, slug_of
from proeftuin_catalogue.edits import Edit
from proeftuin_catalogue.errors import (
    ClaimNotFoundError,
    NothingToUndoError,
    ReleaseExistsError,
    SlugTakenError,
    SolutionChangedMeanwhileError,
)
from proeftuin_catalogue.manifests import draft_of_manifest
from proeftuin_catalogue.releases import ReleaseDraft, checked_release
from proeftuin_catalogue.vocabulary import Status
from proeftuin_kernel.auth import Permission
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from proeftuin_catalogue.kits import KitShelf
    from proeftuin_catalogue.projection import Projector
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.unit_of_work import UnitOfWork

_EDITABLE = frozenset(each.name for each in fields(SolutionDraft))


class Publishing:
    """The supplier's desk.

    Every method asks for the right `solution:manage` for the organisation that owns the solution, writes
    an audit fact, emits `SolutionChanged`, and renews the search row, all in one transaction.

    Args:
        changed: Called after each commit; lets this process's next answer know of the change.
    """

    def __init__(
        self, database: Database, *, kits: KitShelf, projector: Projector, changed: Callable[[], None]
    ) -> None:
        self._database = database
        self._kits = kits
        self._projector = projector
        self._changed = changed

    def create(self, principal: Principal, organisation: str, draft: SolutionDraft, *, slug: str | None = None) -> str:
        """List a new solution and give its id.

        Args:
            principal: Who.
            organisation: The supplier.
            draft: What the supplier says.
            slug: Short name for addresses; made from the Dutch name when not given.

        Raises:
            SolutionInvalidError: the draft breaks a rule.
            SlugTakenError: the short name that was asked for is in use.
        """
        principal.require(Permission.SOLUTION_MANAGE, organisation=organisation)
        good = checked(draft)
        with self._writing() as work:
            if slug is not None and repository.is_slug_taken(work.session, checked_slug(slug)):
                raise SlugTakenError(
                    Text(
                        nl=f"De korte naam '{slug}' is al in gebruik. Kies een andere.",
                        en=f"The short name '{slug}' is in use. Choose another.",
                    )
                )
            chosen = slug or repository.free_slug(work.session, slug_of(good.name.nl))
            edit = Edit.first(work, principal, organisation, good, slug=chosen)
            self._project(edit)
            return edit.row.id

    def edit(
        self, principal: Principal, key: str, changes: Mapping[str, Any], *, expected_version: int | None = None
    ) -> str:
        """Change what a solution says; fields that are not named stay. Give the solution's id.

        A withdrawn solution comes back by setting its `status`; any other change of it is refused.

        Args:
            principal: Who.
            key: Id or short name.
            changes: Fields of `SolutionDraft` by name.
            expected_version: The version that the person saw; None skips the check.

        Raises:
            SolutionInvalidError: the outcome breaks a rule.
            SolutionChangedMeanwhileError: the solution has another version by now.
            SolutionWithdrawnError: the solution is withdrawn.
        """
        unknown = set(changes) - _EDITABLE
        if unknown:
            raise ValueError(f"not a field of a solution: {sorted(unknown)}")
        with self._editing(principal, key, expected_version=expected_version) as edit:
            row = edit.row
            if "status" not in changes:
                edit.refuse_withdrawn()
            before = SolutionDraft.of_content(row.content, status=row.status)
            good = checked(replace(before, **changes))
            if good != before:
                edit.save("solution.edit", content=good.as_content(), status=good.status)
                edit.keep("solution.edit", fields=sorted(changes), version=row.version)
            return row.id

    def undo(self, principal: Principal, key: str, *, expected_version: int | None = None) -> str:
        """Take back the last change of a solution's text or status; a second undo takes back the undo.

        Raises:
            NothingToUndoError: nothing was changed since the solution was created.
            SolutionChangedMeanwhileError: the solution has another version by now.
        """
        with self._editing(principal, key, expected_version=expected_version) as edit:
            last = repository.history_of(edit.work.session, edit.row.id, limit=2)
            if len(last) < 2:  # noqa: PLR2004 - the last line is what stands, the one before it what stood
                raise NothingToUndoError(
                    Text(
                        nl="Deze oplossing is niet gewijzigd sinds ze is aangemaakt.",
                        en="This solution has not been changed since it was created.",
                    )
                )
            edit.save("solution.undo", content=last[1].content, status=last[1].status)
            edit.keep("solution.undo", undone=last[0].action, version=edit.row.version)
            return edit.row.id

    def withdraw(self, principal: Principal, key: str, *, expected_version: int | None = None) -> str:
        """Take a solution off the lists; it stays at its address, with its evidence. Twice is once."""
        with self._editing(principal, key, expected_version=expected_version) as edit:
            if edit.row.status != Status.WITHDRAWN:
                edit.save("solution.withdraw", content=edit.row.content, status=Status.WITHDRAWN)
                edit.keep("solution.withdraw", version=edit.row.version)
            return edit.row.id

    def release(self, principal: Principal, key: str, draft: ReleaseDraft) -> str:
        """Add a release and give its id; the very same release again changes nothing.

        Raises:
            SolutionInvalidError: the draft breaks a rule.
            ReleaseExistsError: there is a release of this number with other content.
        """
        good = checked_release(draft)
        with self._editing(principal, key) as edit:
            edit.refuse_withdrawn()
            present = {
                row.number: row for row in repository.releases_of(edit.work.session, [edit.row.id])[edit.row.id]
            }
            same = present.get(good.version)
            if same is not None:
                if (same.artefact_digest, same.component_name) != (good.artefact_digest, good.component_name) or (
                    good.released not in {None, same.released}
                ):
                    raise ReleaseExistsError(
                        Text(
                            nl=f"Versie {good.version} bestaat al. Geef een gewijzigde versie een nieuw nummer.",
                            en=f"Release {good.version} already exists. Give a changed release a new number.",
                        )
                    )
                return same.id
            return edit.add_release(good).id

    def claim(self, principal: Principal, key: str, version: str, kit_id: str, *, actor: str | None = None) -> str:
        """Say that a release meets the standard of a kit, and give the claim's id. Twice is once.

        Raises:
            KitUnknownError: no such kit is installed.
            ReleaseNotFoundError: the solution has no such release.
        """
        kit = self._kits.find(kit_id)
        with self._editing(principal, key) as edit:
            edit.refuse_withdrawn()
            release = repository.find_release(edit.work.session, edit.row.id, version)
            return edit.add_claim(release, kit, actor=actor)

    def withdraw_claim(self, principal: Principal, key: str, version: str, kit_id: str) -> None:
        """Take back a claim. Evidence about it stays.

        Raises:
            ClaimNotFoundError: the release carries no such claim.
        """
        with self._editing(principal, key) as edit:
            release = repository.find_release(edit.work.session, edit.row.id, version)
            claim = repository.standing_claim(edit.work.session, release.id, kit_id)
            if claim is None:
                raise ClaimNotFoundError(
                    Text(
                        nl=f"Versie {version} heeft geen verklaring voor '{kit_id}'.",
                        en=f"Release {version} carries no claim for '{kit_id}'.",
                    )
                )
            claim.withdrawn_at = edit.work.now
            edit.keep("claim.withdraw", release=version, kit=kit_id)

    def register_from_component(
        self, principal: Principal, organisation: str, manifest: Mapping[str, Any], component_digest: str
    ) -> str:
        """List what a component.yaml describes: solution, release and claims; give the solution's id.

        A component of the same name of the same supplier is a release of the same solution. The text of a
        solution that is there already is left alone: the supplier may have edited it. A component with the
        same version but other bytes moves the release on to the new bytes, which outdates evidence about
        the old ones. Claims for kits that are not installed here are left out.

        Args:
            principal: Who deployed it.
            organisation: The supplier.
            manifest: component.yaml as plain data, already valid.
            component_digest: `sha256:…` over the component.

        Raises:
            SolutionInvalidError: something in the manifest cannot be listed.
        """
        principal.require(Permission.SOLUTION_MANAGE, organisation=organisation)
        metadata = manifest["metadata"]
        name = str(metadata["name"])
        good = checked(draft_of_manifest(manifest))
        release = checked_release(
            ReleaseDraft(version=str(metadata["version"]), artefact_digest=component_digest, component_name=name)
        )
        with self._writing() as work:
            row = repository.solution_of_component(work.session, owner=organisation, component_name=name)
            if row is None:
                slug = repository.free_slug(work.session, slug_of(name))
                edit = Edit.first(work, principal, organisation, good, slug=slug)
            else:
                edit = Edit(work, row, principal)
            listed = edit.replace_release(release)
            for one in manifest.get("claims") or ():
                kit = self._kits.get(str(one["kit"]))
                if kit is not None:
                    edit.add_claim(listed, kit, actor=one.get("actor"))
            self._project(edit)
            return edit.row.id

    @contextmanager
    def _writing(self) -> Iterator[UnitOfWork]:
        with self._database.begin() as work:
            repository.lock_for_writing(work.session)
            yield work
        self._changed()

    @contextmanager
    def _editing(self, principal: Principal, key: str, *, expected_version: int | None = None) -> Iterator[Edit]:
        with self._writing() as work:
            row = repository.find_solution(work.session, key)
            principal.require(Permission.SOLUTION_MANAGE, organisation=row.owner)
            if expected_version not in {None, row.version}:
                raise SolutionChangedMeanwhileError(
                    Text(
                        nl="Iemand heeft deze oplossing intussen gewijzigd. Lees ze opnieuw en probeer nog eens.",
                        en="Somebody changed this solution in the meantime. Read it again and retry.",
                    ),
                    extra={"version": row.version},
                )
            edit = Edit(work, row, principal)
            yield edit
            self._project(edit)

    def _project(self, edit: Edit) -> None:
        self._projector.project(edit.work.session, [edit.row.id], now=edit.work.now)
