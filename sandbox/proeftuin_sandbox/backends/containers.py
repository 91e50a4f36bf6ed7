"""What a town and a component in a container are told, whatever engine runs it."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Final

from proeftuin_sandbox.backends.base import FailureError
from proeftuin_sandbox.backends.failures import town_failure

if TYPE_CHECKING:
    from proeftuin_sandbox.backends.base import DeploymentOrder

COMPONENT_PORT: Final = 8080
TOWN_PORT: Final = 8080
CONTROL_PORT: Final = 8081
"""Where a town's process is told to begin at its seed again; `vlavirgem.room` answers there."""
_RESET_SECONDS: Final = 60.0
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
    connection = http.client.HTTPConnection(host, port, timeout=_RESET_SECONDS)
    try:
        connection.request("POST", "/terugzetten", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        said = answer.read(500).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        raise FailureError(town_failure("town-load-failed", type(error).__name__)) from error
    finally:
        connection.close()
    if answer.status not in _OK:
        raise FailureError(town_failure("town-load-failed", f"{answer.status} {said}"))
