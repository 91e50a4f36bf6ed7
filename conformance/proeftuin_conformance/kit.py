"""What a kit is: declarative metadata beside a folder of data.

A kit is a package `…/kits/<name>/` with `kit.py` (exports `KIT`), `requirements.csv` and, per engine it
uses, `checks.py`, `openapi.yaml`, `features/*.feature` with `steps.py`, or `shapes/*.ttl`.
"""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from proeftuin_conformance.errors import KitError, UnknownKitError
from proeftuin_conformance.requirements import Requirement, load_requirements

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from proeftuin_conformance.checks import CheckContext
    from proeftuin_conformance.texts import Text

GROUP = "proeftuin.kits"
BUILT_IN = {
    "api-regels": "proeftuin_conformance.kits.api_regels.kit",
    "generiek-proces": "proeftuin_conformance.kits.generiek_proces.kit",
}
Mode = Literal["quick", "full"]
_EXPECTED_STATUSES = {
    "positive_data_acceptance": ("2xx", "3xx", "401", "403", "404", "409", "429"),
    "negative_data_rejection": ("400", "401", "403", "404", "405", "406", "409", "415", "422", "428", "429"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """The standard version that a kit tests."""

    id: str
    version: str
    url: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpPlan:
    """Run the `@check` functions of a module (default: the kit's own `checks`)."""

    module: str = "checks"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemathesisPlan:
    """Generate requests from an OpenAPI document and judge every answer.

    Attributes:
        checks: schemathesis check → ids of the requirements it verifies. Checks not named are off.
        schema: `kit` uses the kit's `openapi.yaml`, `component` the component's own document.
        max_examples: fuzzing examples per operation, per mode.
        max_steps: calls per stateful sequence; 0 leaves the stateful phase out.
        reach: `every` means that a requirement passes only if every operation it applies to answered
            2xx at least once; `some` asks for one operation.
        parameters: called before the phase; gives known-good parameter values (learnt from the component
            or the town), so that operations are reached. A list is drawn from often: `{"path.id": ["a"]}`;
            a single value is always used: `{"path.id": "a"}`. A name `example.x` fills the text `{x}` in
            the examples of the kit's document: `{"example.product": "…"}`.
        expected_statuses: what a check accepts, where schemathesis is too mild: by default it takes a 5xx
            for an answer to wrong data.
    """

    checks: Mapping[str, tuple[str, ...]]
    schema: Literal["kit", "component"] = "kit"
    max_examples: Mapping[Mode, int] = field(default_factory=lambda: {"quick": 0, "full": 20})
    max_steps: int = 0
    reach: Literal["every", "some"] = "every"
    parameters: Callable[[CheckContext], Mapping[str, object]] | None = None
    expected_statuses: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(_EXPECTED_STATUSES))


@dataclass(frozen=True, slots=True, kw_only=True)
class BddPlan:
    """Run Dutch Gherkin scenarios; each carries the tag of the requirement it verifies."""

    features: str = "features"
    steps: str = "steps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One validation: fetch resources, read them as RDF, validate them against a shapes file.

    Attributes:
        id: name of this validation in reports.
        shapes: the Turtle file, relative to the kit's folder.
        verifies: requirements that fail when any shape is violated (unless `by_shape` says otherwise).
        by_shape: IRI of a node or property shape → the one requirement it verifies.
        resources: paths below the base URL to fetch, or a function that finds them.
        accept: value of the Accept header.
        contexts: JSON-LD context address → file in the kit. Other contexts are only fetched from the
            target's own origin.
    """

    id: str
    shapes: str
    verifies: tuple[str, ...]
    resources: tuple[str, ...] | Callable[[CheckContext], tuple[str, ...]]
    by_shape: Mapping[str, str] = field(default_factory=dict)
    accept: str = "application/ld+json"
    contexts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShaclPlan:
    """Validate what the component publishes as linked data."""

    shapes: tuple[Shape, ...]


Plan = HttpPlan | SchemathesisPlan | BddPlan | ShaclPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A part of a run: one engine, after an optional reset to the seed."""

    id: str
    title: Text
    plan: Plan
    reset_before: bool = False
    modes: tuple[Mode, ...] = ("quick", "full")

    @property
    def engine(self) -> str:
        """Name of the engine that runs this phase, as used in `tested_by`."""
        match self.plan:
            case HttpPlan():
                return "http"
            case SchemathesisPlan():
                return "schemathesis"
            case BddPlan():
                return "bdd"
            case ShaclPlan():
                return "shacl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """The versioned suite that tests one standard version.

    Attributes:
        package: dotted name of the package that holds the kit's files.
        actors: actor → what it is called; the actor column of `requirements.csv` uses these.
        needs_openapi: pre-flight asks for the component's own OpenAPI document.
        openapi_requirements: requirements that fail when that document is missing or invalid.
        needs_town: pre-flight asks for a town address.
    """

    id: str
    version: str
    title: Text
    summary: Text
    standard: Standard
    package: str
    phases: tuple[Phase, ...]
    actors: Mapping[str, Text] = field(default_factory=dict)
    needs_openapi: bool = True
    openapi_requirements: tuple[str, ...] = ()
    needs_town: bool = False

    @property
    def folder(self) -> Path:
        """Where the kit's files are."""
        file = import_module(self.package).__file__
        if file is None:
            raise KitError(f"kit {self.id}: package {self.package} has no folder")
        return Path(file).parent

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """All requirements, in the order of the standard."""
        return _requirements(self.folder / "requirements.csv")

    @property
    def digest(self) -> str:
        """SHA-256 over names and content of all files of the kit: the same kit, the same digest."""
        state = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                state.update(f"{path.relative_to(self.folder).as_posix()}\0{content}\n".encode())
        return f"sha256:{state.hexdigest()}"

    def requirement(self, requirement_id: str) -> Requirement:
        """Look up one requirement.

        Raises:
            KitError: the kit has no such requirement.
        """
        for requirement in self.requirements:
            if requirement.id == requirement_id:
                return requirement
        raise KitError(f"kit {self.id} has no requirement {requirement_id!r}")


@cache
def _requirements(path: Path) -> tuple[Requirement, ...]:
    return load_requirements(path)


def load_kits() -> dict[str, Kit]:
    """All installed kits by id: entry points of the group `proeftuin.kits`, and the built-in ones.

    The built-in ones need no installed metadata, so that a source checkout works as well.

    Raises:
        KitError: an entry point does not give a Kit, or its name differs from the kit's id.
    """
    kits: dict[str, Kit] = {}
    for name, module in BUILT_IN.items():
        try:
            kits[name] = import_module(module).KIT
        except ModuleNotFoundError as error:
            if not module.startswith(error.name or "?"):  # a dependency of the kit is missing: say so
                raise
    for point in entry_points(group=GROUP):
        if point.name in kits or point.module in BUILT_IN.values():
            continue
        kit = point.load()
        if not isinstance(kit, Kit) or kit.id != point.name:
            raise KitError(f"entry point {point.name!r} of group {GROUP} does not give a kit of that id")
        kits[point.name] = kit
    return dict(sorted(kits.items()))


def find_kit(kit_id: str) -> Kit:
    """The kit of this id.

    Raises:
        UnknownKitError: there is none; the message names the nearest.
    """
    kits = load_kits()
    if kit_id in kits:
        return kits[kit_id]
    near = difflib.get_close_matches(kit_id, kits, n=1, cutoff=0.4)
    hint = f"bedoelt u {near[0]!r}? / did you mean {near[0]!r}?" if near else ", ".join(kits)
    raise UnknownKitError(f"onbekende kit / unknown kit {kit_id!r}: {hint}")
