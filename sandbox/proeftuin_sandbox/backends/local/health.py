"""Wait until a program answers, and say what is wrong while it does not."""

from __future__ import annotations

import contextlib
import http.client
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import PULSE, Failure, FailureError, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proeftuin_infra.process_status import ProcessStatus

_POLL_SECONDS = 0.05
_ANSWER_SECONDS = 5.0
_FIRST_WORD_AFTER_SECONDS = 5.0
_OK, _BAD = 200, 400
_PULSE_SECONDS = 0.5
_SILENCE = Text(nl="", en="")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a program should answer, and with which path."""

    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int | None = None
    trouble: str = ""


def wait_until_healthy(
    address: Address,
    *,
    timeout: float,
    status: Callable[[], ProcessStatus | None],
    gone: Callable[[], FailureError],
) -> Iterator[Step]:
    """Wait until the health check is answered with 2xx or 3xx.

    Args:
        address: What to ask.
        timeout: Seconds.
        status: Gives the process's status.
        gone: Explains why the process is not there any more.

    Raises:
        FailureError: it ended, or did not answer well in time.
    """
    began = pulsed = time.monotonic()
    told = False
    answer = _Answer()
    while time.monotonic() - began < timeout:
        now = status()
        if now is None or not now.alive:
            raise gone()
        if _is_listened_to(address):
            answer = _ask(address, patience=min(_ANSWER_SECONDS, max(0.1, timeout - (time.monotonic() - began))))
            if answer.status is not None and _OK <= answer.status < _BAD:
                if not _is_ours(now, address.port):
                    raise FailureError(_port_taken(address.port))
                return
        if not told and time.monotonic() - began > _FIRST_WORD_AFTER_SECONDS:
            told = True
            failure = _diagnose(address, now, answer, timeout=timeout)
            yield Step(
                "waiting",
                Text(
                    nl=f"Nog geen goed antwoord. {failure.cause.nl} {failure.remedy.nl}",
                    en=f"No good answer yet. {failure.cause.en} {failure.remedy.en}",
                ),
            )
        if time.monotonic() - pulsed > _PULSE_SECONDS:
            pulsed = time.monotonic()
            yield Step(PULSE, _SILENCE)
        time.sleep(_POLL_SECONDS)
    now = status()
    if now is None or not now.alive:
        raise gone()
    raise FailureError(_diagnose(address, now, answer, timeout=timeout))


def _ask(address: Address, *, patience: float) -> _Answer:
    connection = http.client.HTTPConnection(address.host, address.port, timeout=patience)
    try:
        connection.request("GET", address.path, headers={"Accept": "*/*", "User-Agent": "proeftuin-health"})
        return _Answer(status=connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return _Answer(trouble=type(error).__name__)
    finally:
        connection.close()


def _is_listened_to(address: Address) -> bool:
    with contextlib.suppress(OSError), contextlib.closing(_connect(address)):
        return True
    return False


def _connect(address: Address) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(address.host, address.port, timeout=1)
    connection.connect()
    return connection


def _listening_ports(status: ProcessStatus) -> set[int]:
    """Give the ports on which a program or its family listens."""
    ports: set[int] = set()
    if status.warden is None:
        return ports
    with contextlib.suppress(psutil.Error):
        for process in psutil.Process(status.warden.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                ports |= {
                    connection.laddr.port
                    for connection in process.net_connections(kind="tcp")
                    if connection.status == psutil.CONN_LISTEN
                }
    return ports


def _is_ours(status: ProcessStatus, port: int) -> bool:
    """Whether the program itself answers there, and not somebody who took the port first."""
    ports = _listening_ports(status)
    return port in ports or not ports  # nothing visible: the system does not show it to this user


def _diagnose(address: Address, status: ProcessStatus, answer: _Answer, *, timeout: float) -> Failure:
    if answer.status is not None:
        return Failure(
            "health-refused",
            Text(
                nl=f"GET {address.path} antwoordt met {answer.status}.",
                en=f"GET {address.path} answers {answer.status}.",
            ),
            Text(
                nl="Laat health.path in component.yaml naar een pad wijzen dat 200 geeft zodra het component werkt.",
                en="Have health.path in component.yaml point to a path that gives 200 once the component works.",
            ),
        )
    if answer.trouble:
        return Failure(
            "health-no-answer",
            Text(
                nl=f"Poort {address.port} is open, maar GET {address.path} krijgt geen antwoord ({answer.trouble}).",
                en=f"Port {address.port} is open, but GET {address.path} gets no answer ({answer.trouble}).",
            ),
            Text(
                nl="Controleer of het component HTTP spreekt en niet vastloopt bij het eerste verzoek.",
                en="Check that the component speaks HTTP and does not hang on its first request.",
            ),
        )
    others = sorted(_listening_ports(status) - {address.port})
    if others:
        return Failure(
            "wrong-port",
            Text(
                nl=f"Het component luistert op poort {others[0]}, niet op {address.port}.",
                en=f"The component listens on port {others[0]}, not on {address.port}.",
            ),
            Text(
                nl="Lees HOST en PORT uit de omgeving en luister daar.",
                en="Read HOST and PORT from the environment and listen there.",
            ),
        )
    return Failure(
        "port-not-open",
        Text(
            nl=f"Het component draait, maar opende zijn poort niet binnen {timeout:.0f} seconden.",
            en=f"The component runs, but did not open its port within {timeout:.0f} seconds.",
        ),
        Text(
            nl="Luister op HOST en PORT uit de omgeving; start het traag, verhoog dan health.timeoutSeconds.",
            en="Listen on HOST and PORT from the environment; if it starts slowly, raise health.timeoutSeconds.",
        ),
    )


def _port_taken(port: int) -> Failure:
    return Failure(
        "port-taken",
        Text(nl=f"Een ander programma nam poort {port} in.", en=f"Another program took port {port}."),
        Text(nl="Het platform probeert een andere poort.", en="The platform tries another port."),
        is_transient=True,
    )
