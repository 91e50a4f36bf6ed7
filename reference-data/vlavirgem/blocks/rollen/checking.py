"""May somebody do something on a day? The answer, and why: what allows it, or what comes closest and fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vlavirgem.blocks.rollen.documents import source_of
from vlavirgem.place import ID_BASE
from vlavirgem.report.wording import Both
from vlavirgem.store.authority import DELEGATION, MANDATE, OFFICE, RIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vlavirgem.acts import Act
    from vlavirgem.store.authority import Authority


_CALLED = {RIGHT: "rol", MANDATE: "mandaat", OFFICE: "functie", DELEGATION: "delegatie"}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is allowed or not.

    Attributes:
        code: For programs.
        text: For people.
        source: Identifier of what shows it.
    """

    code: str
    text: Both
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer.

    Attributes:
        allowed: Whether it may be done.
        grounds: What allows it.
        reasons: Why; one at least.
    """

    allowed: bool
    grounds: tuple[Authority, ...]
    reasons: tuple[Reason, ...]


def check(act: Act, authorities: Sequence[Authority], *, day: date, domain: str | None = None) -> Verdict:
    """Decide whether somebody may do something.

    Args:
        act: What.
        authorities: All that this person was or is entitled to.
        day: When.
        domain: In which policy domain, for acts that are only allowed within some; without one it is about any.
    """
    fitting = [one for one in authorities if one.ground in act.grounds]
    if not fitting:
        return Verdict(allowed=False, grounds=(), reasons=(_never(act),))
    on_time = [one for one in fitting if one.counts_on(day)]
    allowing = [one for one in on_time if not (act.per_domain and domain) or domain in one.domains]
    if allowing:
        return Verdict(allowed=True, grounds=tuple(allowing), reasons=tuple(_counts(one) for one in allowing))
    if on_time:
        return Verdict(
            allowed=False, grounds=(), reasons=tuple(_other_domain(one, domain=str(domain)) for one in on_time)
        )
    return Verdict(allowed=False, grounds=(), reasons=tuple(_at_another_time(one, day=day) for one in fitting))


def _never(act: Act) -> Reason:
    needed = " of ".join(act.grounds)
    return Reason(
        "geen-bevoegdheid",
        Both(
            f"Dit vraagt de rol of functie {needed}; die had deze persoon nooit.",
            f"This takes the role or function {needed.replace(' of ', ' or ')}, which this person never had.",
        ),
    )


def _counts(one: Authority) -> Reason:
    until = Both("", "") if one.ends is None else Both(f", tot {one.ends}", f", until {one.ends}")
    giver = Both("", "")
    if one.giver is not None:
        whose = f"medewerker/{one.giver}"
        giver = Both(f", gekregen van {whose},", f", got from {whose},")
    return Reason(
        _code(one, "geldt"),
        Both(
            f"{one.name}{giver.nl} sinds {one.begins}{until.nl}.",
            f"{one.name}{giver.en} since {one.begins}{until.en}.",
        ),
        source_of(one),
    )


def _other_domain(one: Authority, *, domain: str) -> Reason:
    mine = ", ".join(one.domains) or "–"
    return Reason(
        "ander-beleidsdomein",
        Both(
            f"{one.name} is bevoegd voor {mine}, niet voor {domain}.",
            f"{one.name} is competent for {mine}, not for {domain}.",
        ),
        source_of(one),
    )


def _at_another_time(one: Authority, *, day: date) -> Reason:
    if day < one.begins:
        text = Both(f"{one.name} begint pas op {one.begins}.", f"{one.name} only begins on {one.begins}.")
        return Reason(_code(one, "nog-niet-begonnen"), text, source_of(one))
    nl, en = f"{one.name} eindigde op {one.ends}.", f"{one.name} ended on {one.ends}."
    if one.successor is not None:
        who = f"{ID_BASE}{MANDATE}/{one.successor}"
        nl, en = f"{nl} Opvolger: {who}.", f"{en} Successor: {who}."
    return Reason(_code(one, "afgelopen"), Both(nl, en), source_of(one))


def _code(one: Authority, what: str) -> str:
    return f"{_CALLED[one.kind]}-{what}"
