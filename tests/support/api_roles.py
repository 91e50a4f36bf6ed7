"""What each role sends to the API: credentials, and ids behind which there is something."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.api_world import COMPONENT, KIT, OTHER_KIT, RELEASE, ApiWorld

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEPLOYED, STOPPED = "nieuw", "weg"
KEPT = {"use_after_free": "^/api/v1/(sandboxes|solutions|tokens)"}
"""What is taken away there can still be read, on purpose: its record is what remains."""
_SPARE = 4
"""How many there are of what an operation takes away, so that it succeeds more than once."""


@dataclass(frozen=True)
class Role:
    """One kind of user of the API.

    Attributes:
        person: The test person whose token is used; None for a visitor.
        organisation: Short name of the organisation on whose things the requests are.
        lists: Whether the organisation may list solutions in the catalogue.
        covers: Of which paths (a regular expression) every form of every request is tried; empty for none. What a
            form gets does not depend on who asks, as long as they may ask: one user is enough, and another for what
            that one may not.
    """

    name: str
    person: str | None
    organisation: str
    lists: bool = False
    covers: str = ""


_FOR_OPERATORS = "^/api/v1/(operator/|organisations$|badges/[^/]*/revocation$)"
ROLES = (
    Role("visitor", None, "startup-voorbeeld"),
    Role("startup", "test-startup", "startup-voorbeeld", lists=True, covers="."),
    Role("vendor", "test-leverancier", "leverancier-voorbeeld", lists=True),
    Role("municipality", "test-gemeente", "vlavirgem"),
    Role("researcher", "test-onderzoeker", "onderzoeksgroep-voorbeeld"),
    Role("operator", "test-beheerder", "proeftuin", lists=True, covers=_FOR_OPERATORS),
)


@dataclass(frozen=True)
class Script:
    """What one run of the engine gets.

    Attributes:
        covers: As of the role.
        parameters: Values by the name of a path, query or header parameter.
        operations: The same for single operations: what these take away is used by no other.
        examples: Examples of the properties of request bodies, by schema and property.
        not_for: Checks that do not hold for some paths (a regular expression).
    """

    role: str
    covers: str
    headers: Mapping[str, str]
    parameters: Mapping[str, list[Any]]
    operations: Mapping[str, Mapping[str, list[Any]]]
    examples: Mapping[str, Mapping[str, Any]]
    not_for: Mapping[str, str] = field(default_factory=lambda: KEPT)


def script_of(world: ApiWorld, role: Role) -> Script:
    """Set the stage for a role."""
    organisation = world.organisation(role.organisation)
    owner = role.person or "test-startup"
    headers = {}
    if role.person is not None:
        headers["Authorization"] = f"Bearer {world.token_with_all_rights(role.person, organisation)}"

    def several(make: Callable[[], str]) -> list[str]:
        return [make() for _ in range(_SPARE)]

    run = world.finished_run(organisation)
    badge, status_list = world.badge(run)
    sandbox = world.sandbox(organisation)
    deployment = world.deployment(sandbox)
    world.deployment(sandbox, STOPPED)

    def solution() -> str:
        if role.lists:
            return world.solution(owner, organisation)
        return world.solution("test-startup", world.organisation("startup-voorbeeld"))

    def revocable() -> str:
        return world.badge(world.finished_run(organisation))[0]

    claim = "/api/v1/solutions/{key}/releases/{version}/claims/{kit}"
    rooms = "/api/v1/sandboxes"
    return Script(
        role=role.name,
        covers=role.covers,
        headers=headers,
        parameters={
            "path.organisation_id": [organisation],
            "query.organisation": [organisation],
            "path.member_id": [world.member(organisation)],
            "path.token_id": [world.token(owner, organisation)[0]],
            "path.run_id": [run],
            "query.run": [run],
            "path.badge_id": [badge],
            "path.list_id": [status_list],
            "path.key": [solution()],
            "path.version": [RELEASE],
            "path.kit": [KIT],
            "path.sandbox_id": [sandbox],
            "path.name": [COMPONENT],
            "query.deployment": [deployment],
            "path.digest": [world.image(organisation)],
        },
        operations={
            "DELETE /api/v1/images/{digest}": {"path.digest": several(lambda: world.image(organisation))},
            "DELETE /api/v1/organisations/{organisation_id}/members/{member_id}": {
                "path.member_id": several(lambda: world.member(organisation))
            },
            "DELETE /api/v1/tokens/{token_id}": {
                "path.token_id": several(lambda: world.token(owner, organisation)[0])
            },
            "POST /api/v1/runs/{run_id}/cancellation": {
                "path.run_id": several(lambda: world.queued_run(organisation))
            },
            "POST /api/v1/badges/{badge_id}/revocation": {"path.badge_id": several(revocable)},
            "DELETE /api/v1/solutions/{key}": {"path.key": several(solution)},
            f"DELETE {claim}": {"path.key": several(solution)},
            f"PUT {claim}": {"path.kit": [OTHER_KIT, KIT]},
            f"DELETE {rooms}/{{sandbox_id}}": {"path.sandbox_id": several(lambda: world.sandbox(organisation))},
            f"DELETE {rooms}/{{sandbox_id}}/previews/{{preview_id}}": {
                "path.preview_id": several(lambda: world.preview(sandbox))
            },
            f"PUT {rooms}/{{sandbox_id}}/components/{{name}}": {"path.name": [DEPLOYED]},
            f"DELETE {rooms}/{{sandbox_id}}/components/{{name}}": {"path.name": [STOPPED]},
        },
        examples={
            "TokenIn": {"organisation": organisation},
            "SolutionIn": {"organisation": organisation},
            "SandboxIn": {"organisation": organisation},
            "RunIn": {"deployment": deployment, "kit": KIT, "actor": None},
            "ExtensionIn": {"minutes": 1},
            "ReleaseIn": {"version": "2.0.0"},
        },
    )
