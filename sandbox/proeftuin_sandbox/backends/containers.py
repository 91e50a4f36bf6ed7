"""What a town and a component in a container are told, whatever engine runs it."""

from __future__ import annotations

import http.client
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from proeftuin_sandbox.backends.base import FailureError
from proeftuin_sandbox.backends.failures import TOWN_CANNOT_LIVE, town_failure

if TYPE_CHECKING:
    from proeftuin_sandbox.backends.base import DeploymentOrder

COMPONENT_PORT: Final = 8080
TOWN_PORT: Final = 8080
CONTROL_PORT: Final = 8081
"""Where a town's process is told to begin at its seed again; `vlavirgem.room` answers there."""
_RESET_SECONDS: Final = 60.0
_LIVE_SECONDS: Final = 300.0
_LONGEST_ANSWER: Final = 10_000
_OK: Final = range(200, 300)


def environment_of(order: DeploymentOrder, *, base_url: str, town: str) -> dict[str, str]:
    """Give the environment of a component, whole, but for the PATH that its image sets.

    Args:
        order: What runs.
        base_url: How the platform reaches it.
        town: The name of the town inside the room.
    """
    return {
        **order.manifest.environment,
        "HOST": "0.0.0.0",  # noqa: S104 - inside a network of its own
        "PORT": str(COMPONENT_PORT),
        "PROEFTUIN_BASE_URL": base_url,
        "PROEFTUIN_TOWN_URL": f"http://{town}:{TOWN_PORT}",
        "PROEFTUIN_SANDBOX": order.sandbox_id,
        "PROEFTUIN_COMPONENT": order.manifest.name,
        "PROEFTUIN_DATA_DIR": "/data",
        "HOME": "/data/home",
        "TMPDIR": "/tmp",  # noqa: S108 - inside the container
        "LANG": "C.UTF-8",
    }


def put_back(host: str, port: int, *, token: str) -> None:
    """Have a town begin at its seed again, by its control endpoint.

    Raises:
        FailureError: it refuses or does not answer.
    """
    _tell((host, port), "/terugzetten", {}, token=token, seconds=_RESET_SECONDS, code="town-load-failed")


def live(host: str, port: int, *, token: str, until: int) -> int:
    """Have a town live up to a day, by its control endpoint, and give the day that it is there.

    Raises:
        FailureError: it refuses or does not answer.
    """
    said = _tell((host, port), "/leven", {"dag": until}, token=token, seconds=_LIVE_SECONDS, code="town-live-failed")
    return int(said["dag"])


def _tell(
    place: tuple[str, int], path: str, content: dict[str, Any], *, token: str, seconds: float, code: str
) -> dict[str, Any]:
    connection = http.client.HTTPConnection(*place, timeout=seconds)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        connection.request("POST", path, body=json.dumps(content), headers=headers)
        answer = connection.getresponse()
        said = answer.read(_LONGEST_ANSWER).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        raise FailureError(town_failure(code, type(error).__name__)) from error
    finally:
        connection.close()
    if answer.status == HTTPStatus.NOT_FOUND:  # it does not know this order
        raise FailureError(TOWN_CANNOT_LIVE)
    if answer.status not in _OK:
        raise FailureError(town_failure(code, f"{answer.status} {said[:500]}"))
    try:
        told: dict[str, Any] = json.loads(said)
    except ValueError as error:
        raise FailureError(town_failure(code, said[:500])) from error
    return told
