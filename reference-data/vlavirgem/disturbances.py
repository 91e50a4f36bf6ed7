"""What may go wrong on purpose, so that a supplier can test how a component bears it; never unless asked for.

One way to write it everywhere, a dictionary of RFC 9651: `vertraging=500;kans=20, onbeschikbaar=2`. Whether a
disturbance with a chance happens follows from a seed and the number of the request, so that a test can be repeated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vlavirgem.errors import VlavirgemError

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADER = "VlaVirGem-Storing"
DELAY, UNAVAILABLE, STALE, CUT, DROPPED, DOUBLED = KINDS = (
    "vertraging",
    "onbeschikbaar",
    "verouderd",
    "verbroken",
    "verloren",
    "verdubbeld",
)
NOTHING = "geen"
"""In a header: let this request be, whatever the setting of the town says."""
ALWAYS = 100
_HIGHEST_NUMBER = 10**12


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of a kind of disturbance there can be.

    Attributes:
        text: What the number is, in Dutch.
        usual: Unless it is said.
        least: At least.
        most: At most.
    """

    text: str
    usual: int
    least: int
    most: int


AMOUNTS = {
    DELAY: Amount("milliseconden wachten voor het antwoord", 1000, 1, 30_000),
    UNAVAILABLE: Amount("seconden in `Retry-After` bij het antwoord 503", 1, 1, 3600),
    STALE: Amount("laatste wijzigingen die het antwoord nog niet kent", 1, 1, 1000),
    CUT: Amount("bytes van het antwoord voor de verbinding breekt", 0, 0, 1_000_000),
}
"""The kinds that have an amount; a notification is lost or comes twice, without more."""


class DisturbanceError(VlavirgemError):
    """What is asked for is no disturbance."""


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One kind of thing that goes wrong.

    Attributes:
        kind: One of `KINDS`.
        amount: How much, in the unit of `AMOUNTS`; 0 when the kind has none.
        chance: In how many of a hundred cases.
        path: Only at addresses that begin so; everywhere when empty.
    """

    kind: str
    amount: int = 0
    chance: int = ALWAYS
    path: str = ""

    def __str__(self) -> str:
        return f"{self.kind}={self.amount}" if self.kind in AMOUNTS else self.kind


@dataclass(frozen=True, slots=True)
class Plan:
    """All that may go wrong.

    Attributes:
        disturbances: What.
        seed: Decides, with the number of a request, which of those with a chance happen.
        number: The number of the request, if whoever asks gives it.
    """

    disturbances: tuple[Disturbance, ...] = field(default=())
    seed: int = 1
    number: int | None = None

    @property
    def needs_number(self) -> bool:
        """Whether the requests must be counted to know what happens."""
        return self.number is None and any(one.chance < ALWAYS for one in self.disturbances)

    def at(self, number: int, *, path: str, kinds: Iterable[str]) -> tuple[Disturbance, ...]:
        """Give what happens to a request: to the one with this number, at this address, of these kinds."""
        from vlavirgem.living.chance import Chance  # noqa: PLC0415 - keeps serving fast

        drawn = Chance(self.seed, kind="storing")
        return tuple(
            one
            for place, one in enumerate(self.disturbances)
            if one.kind in kinds
            and path.startswith(one.path)
            and drawn.below(f"{one.kind}-{place}", row=number, bound=ALWAYS) < one.chance
        )


_PART = re.compile(r"\s*(?P<kind>[a-z]+)(?:=(?P<amount>\d{1,9}))?(?P<rest>(?:\s*;\s*[a-z]+=[^;,\s]+)*)\s*")


def read_plan(text: str) -> Plan:
    """Read a header or an option.

    Raises:
        DisturbanceError: it is none.
    """
    if text.strip() == NOTHING:
        return Plan()
    disturbances = []
    everywhere = {"seed": 1, "nummer": None}
    for part in text.split(","):
        found = _PART.fullmatch(part)
        if found is None:
            raise DisturbanceError(
                f"{part.strip()[:50]!r} is no disturbance; write for instance vertraging=500;kans=20."
            )
        chance, path = ALWAYS, ""
        for pair in found["rest"].split(";")[1:]:
            name, _, value = (piece.strip() for piece in pair.partition("="))
            if name == "pad":
                path = "/" + value.lstrip("/")
            elif name == "kans":
                chance = _within(value, name=name, least=1, most=ALWAYS)
            elif name in everywhere:
                everywhere[name] = _within(value, name=name, least=0, most=_HIGHEST_NUMBER)
            else:
                raise DisturbanceError(f"{name!r} is none of kans, pad, seed and nummer.")
        disturbances.append(checked(found["kind"], amount=found["amount"], chance=chance, path=path))
    return Plan(tuple(disturbances), seed=everywhere["seed"] or 0, number=everywhere["nummer"])


def checked(kind: str, *, amount: int | str | None, chance: int, path: str) -> Disturbance:
    """Make a disturbance of what somebody asks for.

    Raises:
        DisturbanceError: there is no such thing.
    """
    if kind not in KINDS:
        raise DisturbanceError(f"{kind[:50]!r} is none of {', '.join(KINDS)}.")
    limits = AMOUNTS.get(kind)
    if limits is None:
        if amount is not None:
            raise DisturbanceError(f"{kind} has no amount.")
        return Disturbance(kind, chance=chance, path=path)
    number = limits.usual if amount is None else _within(str(amount), name=kind, least=limits.least, most=limits.most)
    return Disturbance(kind, number, chance=chance, path=path)


def _within(text: str, *, name: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
        raise DisturbanceError(f"{name} is a whole number from {least} to {most}, not {text[:50]!r}.")
    return int(text)
