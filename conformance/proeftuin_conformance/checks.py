"""Check functions: what a kit's author writes.

A check is a function `(ctx) -> None`. It says what it verified with `ctx.applied(…)`, reports what is
wrong with `ctx.fail(…)` (goes on) or `raise Fail(…)` (stops), and raises `Skip` or `Omit` where it could
not verify or need not. A check that returns without having applied anything is never a pass.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from proeftuin_conformance.errors import KitError
from proeftuin_conformance.texts import Text

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from proeftuin_conformance.client import RecordingClient
    from proeftuin_conformance.exchanges import Exchange
    from proeftuin_conformance.openapi import OpenApi
    from proeftuin_conformance.target import Target


MISSING: Final = "ontbreekt / missing"
"""What came, when nothing came: a reader should not have to know what `None` is."""


def shown(value: object) -> str:
    """Write down what came, for a finding."""
    return MISSING if value is None else str(value)


def shown_header(name: str, value: str | None) -> str:
    """Write down a header that came, or that it did not."""
    return f"{name}: {value}" if value is not None else f"de header {name} ontbreekt / the header {name} is missing"


class Verdict(Exception):  # noqa: N818 - a result, not an error: Fail, Skip and Omit read as verdicts
    """Root of what a check may raise; never raised itself."""

    def __init__(
        self,
        nl: str,
        en: str,
        *,
        expected: str | None = None,
        actual: str | None = None,
        exchange: Exchange | None = None,
        requirement: str | None = None,
        code: str | None = None,
    ) -> None:
        """Say it in Dutch and in English; add what was expected, what came, and the exchange that shows it.

        `requirement` narrows the verdict to one of the requirements that the check verifies. Without
        `exchange` the check's last exchange is shown.
        """
        super().__init__(en)
        self.text = Text(nl=nl, en=en)
        self.expected = expected
        self.actual = actual
        self.exchange = exchange
        self.requirement = requirement
        self.code = code


class Fail(Verdict):
    """The component does something else than the requirement asks."""


class Skip(Verdict):
    """Could not be verified here: a precondition is missing. Prevents a pass."""


class Omit(Verdict):
    """Need not be verified: the requirement does not apply to this component."""


@dataclass(slots=True, kw_only=True)
class CheckContext:
    """What a check may use.

    Attributes:
        http: client for the component; every exchange is recorded.
        town: client for the town's building blocks; None when no town was given.
        target: the component under test.
        seed: the run's seed.
        random: random numbers of this check alone, from the seed.
        mode: `quick` or `full`.
        shared: notes that the checks of one phase keep for each other, such as what was fetched already.
    """

    target: Target
    http: RecordingClient
    town: RecordingClient | None
    seed: int
    random: random.Random
    mode: str = "full"
    document: OpenApi | None = None
    shared: dict[str, Any] = field(default_factory=dict)
    applications: list[tuple[str, str | None]] = field(default_factory=list)
    failures: list[Fail] = field(default_factory=list)

    @property
    def openapi(self) -> OpenApi:
        """The component's OpenAPI document.

        Raises:
            Skip: there is none that can be used.
        """
        if self.document is None:
            raise Skip(
                "Er is geen bruikbaar OpenAPI-document.",
                "There is no usable OpenAPI document.",
                code="PT-304",
            )
        return self.document

    def applied(self, what: str, *, requirement: str | None = None) -> None:
        """Note one thing that was really verified, such as `GET /dossiers`; no note, no pass."""
        self.applications.append((what, requirement))

    def fail(self, nl: str, en: str, **details: Any) -> None:
        """Report a failure and go on; takes the same details as `Fail`."""
        self.failures.append(Fail(nl, en, **details))

    def require_town(self) -> RecordingClient:
        """The client for the town.

        Raises:
            Skip: the run was started without a town.
        """
        if self.town is None:
            raise Skip(
                "Er is geen adres van de testgemeente opgegeven (--town-url).",
                "No address of the test municipality was given (--town-url).",
            )
        return self.town


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check function with the requirements it verifies."""

    name: str
    verifies: tuple[str, ...]
    function: Callable[[CheckContext], None]


def check(*, verifies: Iterable[str]) -> Callable[[Callable[[CheckContext], None]], Check]:
    """Declare that a function verifies these requirements; the name becomes a `Check`."""
    ids = tuple(verifies)

    def declare(function: Callable[[CheckContext], None]) -> Check:
        if not ids:
            raise KitError(f"check {function.__name__} names no requirement")
        return Check(name=function.__name__, verifies=ids, function=function)

    return declare


def checks_in(module: ModuleType) -> tuple[Check, ...]:
    """The checks of a module, in the order in which they were written."""
    return tuple(value for value in vars(module).values() if isinstance(value, Check))
