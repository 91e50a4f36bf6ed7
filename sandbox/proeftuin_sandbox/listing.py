"""All sandboxes in one list for the operator: sorted, filtered, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, select, tuple_

from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.states import SandboxState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import InstrumentedAttribute, Session


class Order(StrEnum):
    """By what a list is sorted; of the same value, by id."""

    CREATED = "created"
    EXPIRES = "expires"
    NAME = "name"
    STATE = "state"
    ORGANISATION = "organisation"


_COLUMNS: dict[Order, InstrumentedAttribute[Any]] = {
    Order.CREATED: SandboxRow.created_at,
    Order.EXPIRES: SandboxRow.expires_at,
    Order.NAME: SandboxRow.name,
    Order.STATE: SandboxRow.state,
    Order.ORGANISATION: SandboxRow.organisation,
}
_MOMENTS = frozenset({Order.CREATED, Order.EXPIRES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which sandboxes to list, and how.

    Attributes:
        state: Only in this state; None for all that are not destroyed.
        organisation: Only of this one.
        order: By what.
        descending: Last first.
        after: Value and id of the last one on the page before.
    """

    state: SandboxState | None = None
    organisation: str | None = None
    order: Order = Order.CREATED
    descending: bool = True
    after: tuple[str, str] | None = None


def rows_of(session: Session, question: Question, *, limit: int) -> Sequence[SandboxRow]:
    """Read one page of people's sandboxes; those of the pool are not people's.

    Raises:
        ValueError: `after` is no place in a list of this order.
    """
    column = _COLUMNS[question.order]
    asked = select(SandboxRow).where(~SandboxRow.pooled).limit(limit)
    if question.state is None:
        asked = asked.where(SandboxRow.state != SandboxState.DESTROYED)
    else:
        asked = asked.where(SandboxRow.state == question.state)
    if question.organisation is not None:
        asked = asked.where(SandboxRow.organisation == question.organisation)
    if question.after is not None:
        asked = asked.where(_beyond(question, column, question.after))
    if question.descending:
        return session.scalars(asked.order_by(column.desc(), SandboxRow.id.desc())).all()
    return session.scalars(asked.order_by(column, SandboxRow.id)).all()


def organisations_of(session: Session) -> list[str]:
    """List the organisations that have a sandbox."""
    return list(
        session.scalars(
            select(SandboxRow.organisation)
            .where(~SandboxRow.pooled, SandboxRow.state != SandboxState.DESTROYED)
            .distinct()
            .order_by(SandboxRow.organisation)
        )
    )


def _beyond(question: Question, column: InstrumentedAttribute[Any], after: tuple[str, str]) -> ColumnElement[bool]:
    value: Any = datetime.fromisoformat(after[0]) if question.order in _MOMENTS else after[0]
    here = tuple_(column, SandboxRow.id)
    return here < (value, after[1]) if question.descending else here > (value, after[1])
