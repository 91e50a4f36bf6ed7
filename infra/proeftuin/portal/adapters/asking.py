"""What a new sandbox would be, as the form shows it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from proeftuin.portal.adapters.isolation import promises
from proeftuin.portal.views.asking import Choice, NewSandbox, Part, PlanView
from proeftuin_kernel.auth import Permission
from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.text import Text
from proeftuin_sandbox.pool_size import USUAL
from proeftuin_sandbox.service import NewSandbox as Order
from proeftuin_sandbox.shapes import MAX_SEED
from vlavirgem.profile import load_profile, profile_names

if TYPE_CHECKING:
    from proeftuin.links import OrganisationNames
    from proeftuin.portal.views.asking import Wish
    from proeftuin_kernel.auth import Principal
    from proeftuin_sandbox.asking import Plan
    from proeftuin_sandbox.service import SandboxService

_HOUR = 60
_DAY = 24 * _HOUR
_USUAL_MINUTES = (_HOUR, 4 * _HOUR, _DAY, 3 * _DAY, 7 * _DAY)


def form_of(service: SandboxService, principal: Principal, *, names: OrganisationNames) -> NewSandbox:
    """Give what the form offers to somebody."""
    allowed = [one for one in principal.organisations if principal.may(Permission.SANDBOX_MANAGE, organisation=one)]
    known = names.names(allowed)
    usual, longest = _minutes(service.policy.lifetime), _minutes(service.policy.max_lifetime)
    offered = sorted({usual, longest, *(one for one in _USUAL_MINUTES if one < longest)})
    return NewSandbox(
        organisations=tuple(Choice(value=one, label=_both(known.get(one, one))) for one in allowed),
        profiles=tuple(_profile(name) for name in profile_names()),
        lifetimes=tuple(Choice(value=str(minutes), label=span_words(minutes)) for minutes in offered),
        default_minutes=usual,
        max_minutes=longest,
        default_seed=USUAL.seed,
        max_seed=MAX_SEED,
        promises=promises(service.capabilities()),
    )


def order_of(wish: Wish) -> Order:
    """Put a wish in the words of the service.

    Raises:
        BadInputError: there is no town of that size.
    """
    if wish.profile not in profile_names():
        words = Text(nl="Kies een grootte uit de lijst.", en="Choose a size from the list.")
        raise BadInputError(words, extra={"errors": [{"pointer": "/profiel", "detail": words.as_dict()}]})
    return Order(
        name=wish.name,
        organisation=wish.organisation,
        profile=wish.profile,
        seed=wish.seed,
        lifetime=timedelta(minutes=wish.minutes),
    )


def plan_view(plan: Plan, *, names: OrganisationNames) -> PlanView:
    """Show what would come of a request."""
    return PlanView(
        outcome=plan.outcome.value,
        organisation=names.names([plan.organisation]).get(plan.organisation, plan.organisation),
        allowed=plan.quota,
        used=plan.used,
        expires=plan.expires_at,
        parts=tuple(Part(kind=part.kind, name=part.name, detail=part.detail) for part in plan.parts),
        position=plan.turn.position if plan.turn else None,
        expected=plan.turn.expected_at if plan.turn else None,
        cordon=plan.cordon,
    )


def span_words(minutes: int) -> Text:
    """Say a span in the largest whole unit: 4 uur, 1 dag, 90 minuten."""
    if minutes % _DAY == 0:
        days = minutes // _DAY
        return Text(nl=f"{days} {'dag' if days == 1 else 'dagen'}", en=f"{days} {'day' if days == 1 else 'days'}")
    if minutes % _HOUR == 0:
        hours = minutes // _HOUR
        return Text(nl=f"{hours} uur", en=f"{hours} {'hour' if hours == 1 else 'hours'}")
    one = minutes == 1
    return Text(nl=f"{minutes} {'minuut' if one else 'minuten'}", en=f"{minutes} {'minute' if one else 'minutes'}")


def _profile(name: str) -> Choice:
    profile = load_profile(name)
    size = f"{profile.inhabitants:,}"  # as the numbers on the pages
    return Choice(
        value=name,
        label=Text(
            nl=f"{profile.title['nl']}, {size.replace(',', '.')} inwoners",
            en=f"{profile.title['en']}, {size} inhabitants",
        ),
    )


def _both(words: str) -> Text:
    return Text(nl=words, en=words)


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
