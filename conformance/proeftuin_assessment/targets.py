"""What may be judged: plain facts about a running component, given by who knows them.

The facts end up in a signed badge, so they never come from the person who asks for the run: the assembly
looks them up where the component was deployed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFacts:
    """A component that runs, and everything that a report or a badge says of its surroundings.

    Attributes:
        organisation: on whose behalf it runs.
        component: its name, a DNS label; with `component_version` and `component_digest` as deployed.
        revision: grows with every upload, also of the same content; not with a restart or a reset.
        title: what people call it, for example `Dossierloket` and `Case desk`.
        base_url: where it answers.
        town_digest: of the municipality it was given.
        tier: how well its sandbox is isolated.
        deployment: id of the deployment.
        sandbox: id of the sandbox; what `Targets.reset` is called with.
        solution: id in the catalogue, when it is listed.
        release: id of the release in the catalogue.
        release_uri: the release's own address; a badge is about this. Without it the badge is about the
            component itself.
        openapi_url: absolute, or relative to `base_url`.
        health_url: absolute, or relative to `base_url`.
        town_url: root of the building blocks that the component was given.
        pages: pages to look at, relative to `base_url`.
        claims: kit → role in it, as the supplier claims.
    """

    organisation: str
    component: str
    component_version: str
    component_digest: str
    title: Text
    base_url: str
    town_digest: str
    tier: str
    revision: int = 0
    deployment: str | None = None
    sandbox: str | None = None
    solution: str | None = None
    release: str | None = None
    release_uri: str | None = None
    openapi_url: str | None = None
    health_url: str | None = None
    town_url: str | None = None
    pages: tuple[str, ...] = ()
    claims: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """What a deployment holds now, whether or not it runs.

    Attributes:
        digest: as `TargetFacts.component_digest`.
        revision: as `TargetFacts.revision`.
        is_running: that very revision runs now.
        is_at_seed: its municipality did not live since it was last put back to its seed.
    """

    digest: str
    revision: int
    is_running: bool
    is_at_seed: bool = True


class Targets(Protocol):
    """Knows what runs where. The assembly implements it on top of the sandboxes.

    Every method may be called at any time and more than once.
    """

    def find(self, principal: Principal, deployment: str) -> TargetFacts:
        """Give the facts of a running deployment.

        Raises:
            NotFoundError: there is none, or the principal may not know of it.
            ConflictError: it does not run now.
        """
        ...

    def deployed(self, deployment: str) -> Deployed:
        """Tell what a deployment holds now.

        Raises:
            NotFoundError: there is none any more.
        """
        ...

    def bring_up(self, deployment: str, *, from_seed: bool) -> TargetFacts:
        """Have a deployment run that should, also after a crash of the platform, and give its facts of now.

        A municipality that has lived is put back to its seed: the digest that a verdict names is of the seed.

        Args:
            deployment: which one.
            from_seed: also put its sandbox back to the seed; else the data stays.

        Raises:
            ConflictError: it does not run yet; ask again.
            ProeftuinError: it will not run again by itself; asking again is no use.
        """
        ...

    def reset(self, sandbox: str) -> None:
        """Put a sandbox back to its seed and return when its components answer again.

        Raises:
            ProeftuinError: it could not be done; the run then stops and blames the set-up.
        """
        ...
