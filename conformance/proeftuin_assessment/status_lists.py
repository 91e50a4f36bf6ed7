"""The lists in which a badge is found to be revoked: opened, given places in, signed, and signed again in time."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from proeftuin_assessment import repository
from proeftuin_assessment.errors import StatusListNotFoundError
from proeftuin_assessment.models import StatusListRow
from proeftuin_conformance.badges import MINIMUM_ENTRIES, StatusList, publish
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from proeftuin_assessment.issuer import Authority
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.unit_of_work import UnitOfWork

KEEP: Final = timedelta(days=7)
"""How long a copy of a status list may be used; a revocation reaches everyone, also offline, within this time."""

RENEW_AFTER: Final = timedelta(days=3)
FULLEST: Final = MINIMUM_ENTRIES // 2
"""Beyond this a new list is opened, so that a free place is found at random in a try or two."""

_NOT_FOUND = Text(nl="Er is geen statuslijst met dit nummer.", en="There is no status list with this number.")


class StatusLists:
    """Keeps the published lists of revoked badges (W3C, Bitstring Status List v1.0).

    Args:
        database: where they are kept.
        authority: who signs them.
        random_index: gives a number below its argument.
    """

    def __init__(self, database: Database, authority: Authority, *, random_index: Callable[[int], int]) -> None:
        self._database = database
        self._authority = authority
        self._random_index = random_index

    def read(self, status_list: str) -> dict[str, Any]:
        """Give a published list; the signed credential, never more than a few days old.

        Raises:
            StatusListNotFoundError: there is none.
        """
        with self._database.read() as session:
            row = repository.status_list_row(session, status_list)
            if row is None:
                raise StatusListNotFoundError(_NOT_FOUND)
            fresh, credential = row.renew_at > self._database.clock.now(), row.credential
        return json.loads(credential if fresh else self._renew(status_list))  # type: ignore[no-any-return]  # ours

    def renew(self) -> int:
        """Sign every list again that is due; give how many."""
        with self._database.read() as session:
            due = repository.stale_status_lists(session, now=self._database.clock.now())
        for status_list in due:
            self._renew(status_list)
        return len(due)

    def with_room(self, work: UnitOfWork) -> StatusListRow:
        """Give a list in which places are free, a new one when there is none."""
        issuer = self._authority.issuer.id
        row = repository.open_status_list(work.session, issuer=issuer, room=FULLEST)
        if row is not None:
            return row
        list_id = new_id("stl")
        row = StatusListRow(
            id=list_id,
            url=self._authority.url(f"/api/v1/status-lists/{list_id}"),
            issuer=issuer,
            created_at=work.now,
            bits=StatusList.empty().bits,
            taken=0,
        )
        self._sign(row, work.now)
        work.session.add(row)
        work.session.flush()
        return row

    def free_index(self, session: Session, row: StatusListRow) -> int:
        """Give a place in a list that no badge has, at random: a place tells nothing about when it was given."""
        while True:  # the list is at most half full, so this ends soon
            index = self._random_index(len(row.bits) * 8)
            if not repository.index_is_taken(session, row.id, index):
                return index

    def revoke(self, work: UnitOfWork, status_list: str, *, index: int) -> None:
        """Say of one place in a list that its badge is revoked, and publish that.

        Raises:
            StatusListNotFoundError: there is no such list.
        """
        row = repository.status_list_row(work.session, status_list, lock=True)
        if row is None:  # the foreign key makes this impossible
            raise StatusListNotFoundError(_NOT_FOUND)
        row.bits = StatusList(row.bits).with_bit(index, on=True).bits
        self._sign(row, work.now)

    def _renew(self, status_list: str) -> str:
        with self._database.begin() as work:
            row = repository.status_list_row(work.session, status_list, lock=True)
            if row is None:
                raise StatusListNotFoundError(_NOT_FOUND)
            if row.renew_at <= work.now:
                self._sign(row, work.now)
            return row.credential

    def _sign(self, row: StatusListRow, now: datetime) -> None:
        credential = publish(
            StatusList(row.bits), url=row.url, issuer=row.issuer, key=self._authority.key, now=now, keep=KEEP
        )
        row.credential = json.dumps(credential)
        row.renew_at = now + RENEW_AFTER
