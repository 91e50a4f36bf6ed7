"""The desk of the operator on the service of the sandboxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin.portal.adapters.sandboxes import sandbox_row
from proeftuin.portal.views.asking import Choice
from proeftuin.portal.views.operator import (
    SORTS,
    ActView,
    CordonView,
    OperatorView,
    PoolView,
    StateCount,
    Waiter,
)
from proeftuin.portal.views.sandboxes import STATES, state_word
from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.text import Text
from proeftuin_kernel.web.paging import decode_cursor, encode_cursor
from proeftuin_sandbox.listing import Order, Question
from proeftuin_sandbox.states import SandboxState

if TYPE_CHECKING:
    from proeftuin.links import OrganisationNames
    from proeftuin.portal.views.operator import Filter
    from proeftuin_kernel.auth import Principal
    from proeftuin_sandbox.operating import Overview
    from proeftuin_sandbox.service import SandboxService
    from proeftuin_sandbox.views import SandboxView

_PAGE = 50
_VALUES = {
    Order.CREATED: lambda found: found.created_at.isoformat(),
    Order.EXPIRES: lambda found: found.expires_at.isoformat(),
    Order.NAME: lambda found: found.name,
    Order.STATE: lambda found: found.state.value,
    Order.ORGANISATION: lambda found: found.organisation,
}


class Operator:
    """What the operator sees and does; the service decides who is one."""

    def __init__(self, service: SandboxService, *, names: OrganisationNames) -> None:
        self._service = service
        self._operating = service.operating
        self._names = names

    def overview(self, principal: Principal, chosen: Filter) -> OperatorView:
        """All sandboxes together, and one page of the list."""
        overview = self._operating.overview(principal)
        question = _question(chosen)
        try:
            found = self._operating.all(principal, question, limit=_PAGE + 1)
        except ValueError:
            raise _not_a_place() from None
        shown = found[:_PAGE]
        organisations = self._operating.organisations(principal)
        names = self._names.names(
            {*organisations, *(one.organisation for one in shown), *(one.organisation for one in overview.queue)}
        )
        queued = self._service.page(principal, state=SandboxState.QUEUED, limit=max(1, len(overview.queue)))
        waiting = {one.id: one.name for one in queued}
        return OperatorView(
            capacity=overview.capacity,
            taken=overview.placed,
            states=_counts(overview.states),
            queue=tuple(
                Waiter(
                    sandbox=one.sandbox_id,
                    name=waiting.get(one.sandbox_id, one.sandbox_id),
                    organisation=names.get(one.organisation, one.organisation),
                    position=one.turn.position,
                    since=one.since,
                    expected=one.turn.expected_at,
                )
                for one in overview.queue
            ),
            cordon=_cordon(overview),
            pool=PoolView(
                maximum=overview.pool.maximum,
                ready=overview.pool.ready,
                making=overview.pool.making,
                hits=overview.pool.hits,
                misses=overview.pool.misses,
            ),
            acts=tuple(
                ActView(act=one.act.value, count=one.count, p50=one.p50, p95=one.p95) for one in overview.spreads
            ),
            repairs=overview.repairs,
            organisations=tuple(
                sorted(
                    (Choice(value=one, label=_both(names.get(one, one))) for one in organisations),
                    key=lambda choice: choice.label.nl.casefold(),
                )
            ),
            rows=tuple(sandbox_row(one, names) for one in shown),
            chosen=chosen,
            next=_cursor(question, shown[-1]) if len(found) > _PAGE else None,
        )

    def cordon(self, principal: Principal, reason: Text) -> None:
        """Let no new sandboxes in, and say why."""
        self._operating.cordon(principal, reason)

    def uncordon(self, principal: Principal) -> None:
        """Let new sandboxes in again."""
        self._operating.uncordon(principal)


def _question(chosen: Filter) -> Question:
    order = Order(SORTS[chosen.sort.removeprefix("-")])
    key = decode_cursor(chosen.cursor, size=2)
    return Question(
        state=SandboxState(chosen.state) if chosen.state else None,
        organisation=chosen.organisation or None,
        order=order,
        descending=chosen.sort.startswith("-"),
        after=(str(key[0]).replace("\0", ""), str(key[1]).replace("\0", "")) if key is not None else None,
    )


def _cursor(question: Question, last: SandboxView) -> str:
    return encode_cursor(_VALUES[question.order](last), last.id)


def _counts(states: dict[str, int]) -> tuple[StateCount, ...]:
    return tuple(
        StateCount(state=state.value, words=state_word(state.value, STATES), count=states[state.value])
        for state in SandboxState
        if states.get(state.value)
    )


def _cordon(overview: Overview) -> CordonView | None:
    found = overview.cordon
    return CordonView(since=found.since, by=found.by, reason=found.reason) if found is not None else None


def _both(words: str) -> Text:
    return Text(nl=words, en=words)


def _not_a_place() -> BadInputError:
    return BadInputError(
        Text(
            nl="De cursor is ongeldig. Begin opnieuw bij de eerste bladzijde.",
            en="The cursor is not valid. Start again at the first page.",
        )
    )
