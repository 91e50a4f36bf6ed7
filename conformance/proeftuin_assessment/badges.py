"""Badges on the platform: issued when a run earns one, revoked with a reason, checked by anyone."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

from proeftuin_assessment import repository
from proeftuin_assessment.errors import (
    BadgeNotFoundError,
    BadgeRevokedError,
    ReasonMissingError,
)
from proeftuin_assessment.events import BadgeIssued, BadgeRevoked
from proeftuin_assessment.facts import clean, kit_facts, run_facts
from proeftuin_assessment.models import BadgeRow
from proeftuin_assessment.status_lists import StatusLists
from proeftuin_conformance.badges import (
    BadgeError,
    State,
    StatusPointer,
    TrustedIssuer,
    TrustList,
    Verification,
    issue,
    subject_of,
    verify,
)
from proeftuin_conformance.badges.baking import bake
from proeftuin_conformance.badges.image import badge_svg
from proeftuin_conformance.badges.moments import moment
from proeftuin_kernel.auth import SYSTEM, Permission
from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from proeftuin_assessment.issuer import Authority
    from proeftuin_assessment.views import Badge, Run
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.text import Language
    from proeftuin_kernel.unit_of_work import UnitOfWork

_NOT_FOUND = Text(nl="Er is geen badge met dit nummer.", en="There is no badge with this number.")


class BadgeService:
    """Issues, revokes, publishes and checks badges.

    Args:
        database: where badges are kept.
        authority: who issues, and whom we trust.
        random_index: gives a number below its argument; badges get their place in a list at random.
    """

    def __init__(
        self,
        database: Database,
        authority: Authority,
        *,
        random_index: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        self._database = database
        self.authority = authority
        self._lists = StatusLists(database, authority, random_index=random_index)

    def issue(
        self, work: UnitOfWork, run: Run, report: Mapping[str, Any], *, release_uri: str | None
    ) -> Badge | tuple[Text, ...]:
        """Issue the badge that a run earned, within the caller's transaction.

        Returns:
            The badge, or why there is none.
        """
        badge_id = new_id("bdg")
        row = self._lists.with_room(work)
        index = self._lists.free_index(work.session, row)
        try:
            credential = issue(
                run_facts(run, report, authority=self.authority, release_uri=release_uri),
                kit_facts(run, report, authority=self.authority),
                badge_id=self.authority.url(f"/api/v1/badges/{badge_id}"),
                issuer=self.authority.issuer,
                key=self.authority.key,
                status=StatusPointer(row.url, index),
                now=work.now,
            )
        except BadgeError as error:
            return (Text(nl=error.text.nl, en=error.text.en),)
        row.taken += 1
        badge = BadgeRow(
            id=badge_id,
            run=run.id,
            organisation=run.organisation,
            solution=run.solution,
            release=run.release,
            component=run.component,
            component_version=run.component_version,
            kit=run.kit,
            kit_version=run.kit_version,
            issued_at=work.now,
            valid_until=moment(credential["validUntil"]),
            status_list=row.id,
            status_index=index,
            credential=json.dumps(credential, ensure_ascii=False),
        )
        work.session.add(badge)
        work.session.flush()
        work.audit(SYSTEM, "badge.issue", badge_id, organisation=run.organisation, run=run.id, kit=run.kit)
        work.emit(
            BadgeIssued(
                badge=badge_id,
                run=run.id,
                organisation=run.organisation,
                solution=run.solution,
                release=run.release,
                kit=run.kit,
                kit_version=run.kit_version,
                valid_until=badge.valid_until.isoformat(),
            )
        )
        return repository.badge_view(badge)

    def get(self, principal: Principal, badge: str) -> Badge:
        """Give a badge; badges are public.

        Raises:
            BadgeNotFoundError: there is none.
        """
        principal.require(Permission.CATALOGUE_READ)
        with self._database.read() as session:
            row = repository.badge_row(session, badge)
            if row is None:
                raise BadgeNotFoundError(_NOT_FOUND)
            return repository.badge_view(row)

    def page(
        self,
        principal: Principal,
        *,
        solution: str | None = None,
        release: str | None = None,
        run: str | None = None,
        before: str | None = None,
        limit: int = 20,
    ) -> Sequence[Badge]:
        """List badges, newest first; badges are public."""
        principal.require(Permission.CATALOGUE_READ)
        with self._database.read() as session:
            return repository.badges(session, solution=solution, release=release, run=run, before=before, limit=limit)

    def revoke(self, principal: Principal, badge: str, *, reason: str) -> Badge:
        """Take a badge back, for good. The published list says so at once.

        Args:
            principal: who does it.
            badge: which badge.
            reason: in words for whoever reads the badge's page.

        Raises:
            BadgeNotFoundError: there is none.
            BadgeRevokedError: it was revoked before.
            ReasonMissingError: the reason is empty.
        """
        if not reason.strip():
            raise ReasonMissingError(
                Text(nl="Zeg waarom u de badge intrekt.", en="Say why you revoke the badge."),
            )
        with self._database.begin() as work:
            row = repository.badge_row(work.session, badge, lock=True)
            principal.require(Permission.BADGE_REVOKE, organisation=row.organisation if row else None)
            if row is None:
                raise BadgeNotFoundError(_NOT_FOUND)
            if row.revoked_at is not None:
                raise BadgeRevokedError(
                    Text(nl="Deze badge was al ingetrokken.", en="This badge was revoked already.")
                )
            row.revoked_at, row.revoked_by, row.revoked_reason = work.now, principal.name, reason.strip()
            self._lists.revoke(work, row.status_list, index=row.status_index)
            work.audit(principal, "badge.revoke", badge, organisation=row.organisation, reason=reason.strip())
            work.emit(
                BadgeRevoked(
                    badge=badge,
                    run=row.run,
                    organisation=row.organisation,
                    solution=row.solution,
                    release=row.release,
                    kit=row.kit,
                    reason=reason.strip(),
                    revoked_at=work.now.isoformat(),
                )
            )
            return repository.badge_view(row)

    def status_list(self, principal: Principal, status_list: str) -> dict[str, Any]:
        """Give a published status list; the signed credential, never more than a few days old.

        Raises:
            StatusListNotFoundError: there is none.
        """
        principal.require(Permission.CATALOGUE_READ)
        return self._lists.read(status_list)

    def renew_status_lists(self) -> int:
        """Sign every list again that is due; give how many. A job does this every hour."""
        return self._lists.renew()

    def trust(self) -> TrustList:
        """Give whom we believe: ourselves, also at the addresses we had before, and the others we trust."""
        trusted = self.authority.trust
        own = trusted.issuers[0]
        with self._database.read() as session:
            former = repository.issuers(session)
        for address in former:
            trusted = trusted.plus(TrustedIssuer(id=address, name=own.name, keys=own.keys))
        return trusted

    def verify(self, principal: Principal, badge: str) -> Verification:
        """Check a badge of ours, as anybody could, at this moment.

        Raises:
            BadgeNotFoundError: there is none.
        """
        found = self.get(principal, badge)
        return verify(
            found.credential,
            now=self._database.clock.now(),
            trust=self.trust(),
            status_list=self.status_list(principal, found.status_list),
        )

    def verify_document(self, principal: Principal, document: bytes) -> Verification:
        """Check a badge that somebody shows us; its status is known when it is one of ours.

        Raises:
            BadInputError: the document is not a JSON object; one that no badge can be is answered, not refused.
        """
        principal.require(Permission.CATALOGUE_READ)
        now = self._database.clock.now()
        first = verify(document, now=now, trust=self.trust())
        if first.badge is None:
            if _is_json_object(document):
                return first
            text = first.checks[0].text
            raise BadInputError(Text(nl=text.nl, en=text.en))
        entry = first.badge.get("credentialStatus")
        address = entry.get("statusListCredential") if isinstance(entry, dict) else None
        with self._database.read() as session:
            ours = repository.status_list_at(session, clean(str(address)))
        listed = self.status_list(principal, ours) if ours else None
        return verify(document, now=now, trust=self.trust(), status_list=listed)

    def image(self, principal: Principal, badge: str, *, language: Language = "nl") -> str:
        """Draw a badge as it is today, with its credential and its status list inside.

        Raises:
            BadgeNotFoundError: there is none.
        """
        found = self.get(principal, badge)
        now = self._database.clock.now()
        if found.revoked_at is not None:
            state, day = State.REVOKED, found.revoked_at.date()
        elif now >= found.valid_until:
            state, day = State.EXPIRED, found.valid_until.date()
        else:
            state, day = State.TESTED, found.valid_until.date()
        drawn = badge_svg(
            subject=subject_of(found.credential).in_(language),
            kit=f"{found.kit} {found.kit_version}",
            state=state,
            day=day,
            language=language,
        )
        return bake(drawn, credential=found.credential, status_list=self.status_list(principal, found.status_list))


def _is_json_object(document: bytes) -> bool:
    try:
        return isinstance(json.loads(document), dict)
    except (ValueError, RecursionError):
        return False
