"""The isolation proof of the Docker backend: the same program in a room, and outside every wall.

Inside, with all that confines a component, every attack must be stopped. Outside, on the network of the
platform's side and in a neighbouring room, without walls, the very same attacks must be seen to work on the
same live targets.
"""

from __future__ import annotations

import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from proeftuin_infra.docker.engine import DockerError
from proeftuin_infra.docker.specs import USER, Bounds, ContainerSpec
from proeftuin_sandbox.backends.base import FailureError
from proeftuin_sandbox.backends.containers import TOWN_PORT
from proeftuin_sandbox.backends.docker.names import DEAD_END, Kind
from proeftuin_sandbox.backends.failures import no_proof
from proeftuin_sandbox.backends.programs import compose
from proeftuin_sandbox.backends.promises import Finding, Proof

if TYPE_CHECKING:
    from proeftuin_infra.docker.networks import Network
    from proeftuin_sandbox.backends.docker.desk import Desk
    from proeftuin_sandbox.backends.docker.names import RoomNames

# Small, so that going over them is quick.
BOUNDS: Final = Bounds(memory_mib=64, processes=40, cpus=1.0, open_files=64, cpu_seconds=20)
_DATA_MIB: Final = 4
_OVER: Final = {"files": 80, "processes": 64, "memory": 96, "mib": 6}
_PATIENCE_SECONDS: Final = 90
_POLL_SECONDS, _LOOK_SECONDS = 0.03, 0.5
_METADATA: Final = ("169.254.169.254", "100.100.100.200", "168.63.129.16")
_INTERNET: Final = ("1.1.1.1", "8.8.8.8", "9.9.9.9")
_NEIGHBOUR_ALIAS: Final = "buur"

_GIVEN: Final = frozenset({"PROEFTUIN_SANDBOX", "HOME", "TMPDIR", "LANG"})
"""Variables that the probe is given, as a component is."""

_BY_IMAGE: Final = frozenset({"PATH", "HOSTNAME", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "LC_CTYPE"})

CONTROL_OF: Final = {
    "neighbour-tcp": "rooms",
    "neighbour-udp": "rooms",
    "neighbour-name": "rooms",
    "host-tcp": "host",
    "host-udp": "host",
    "way-in": "platform",
    "engine-tcp": "engine",
    "engine-socket": "engine",
    "town-database": "town-database",
    "metadata": "metadata",
    "internet": "egress",
    "names-own": "names",
    "names-direct": "names",
    "raw": "packets",
    "packet": "packets",
    "root": "privileges",
    "capabilities": "privileges",
    "new-privileges": "privileges",
    "filter": "system-calls",
    "mount": "system-calls",
    "unshare": "system-calls",
    "keyctl": "system-calls",
    "bpf": "system-calls",
    "chroot": "system-calls",
    "device": "devices",
    "kernel-setting": "kernel-settings",
    "control-group": "kernel-settings",
    "system": "files",
    "others": "neighbours",
    "files": "open-files",
    "tmp": "disk",
    "data": "disk",
    "cpu": "cpu",
    "processes": "processes",
    "memory": "memory",
}
"""Which control should stop each attack of the probe program."""

_OVER_NETWORK: Final = frozenset(
    {"rooms", "host", "platform", "engine", "metadata", "egress", "names", "town-database"}
)


@dataclass(frozen=True, slots=True)
class _Cast:
    """Names of everything that one proof makes."""

    names: RoomNames

    @property
    def network(self) -> str:
        """A neighbouring room."""
        return f"{self.names.prefix}-proof"

    @property
    def host(self) -> str:
        """A program that listens on all addresses of the engine's machine."""
        return f"{self.names.prefix}-proof-host"

    @property
    def neighbour(self) -> str:
        """A program in the neighbouring room."""
        return f"{self.names.prefix}-proof-neighbour"

    @property
    def inside(self) -> str:
        """The probe in the room; its data volume has this name too."""
        return f"{self.names.prefix}-proof-inside"

    @property
    def outside(self) -> str:
        """The probe without walls."""
        return f"{self.names.prefix}-proof-outside"

    def containers(self) -> tuple[str, ...]:
        """All of them."""
        return self.host, self.neighbour, self.inside, self.outside


Seen = tuple[dict[str, Any], dict[str, Any]]
"""What the probe found inside, and outside."""


def prove(desk: Desk, names: RoomNames, *, inside: ContainerSpec | None = None, town_seconds: float = 0.0) -> Proof:
    """Run the probe inside and outside, and compare.

    Args:
        desk: The engine.
        names: Of the sandbox.
        inside: Instead of the probe as a component would run, for tests of the proof itself: its command is filled in.
        town_seconds: How long the probe waits for the town.

    Raises:
        FailureError: the probe gave no answer.
        DockerError: the engine refuses.
    """
    return judge(gather(desk, names, inside=inside, town_seconds=town_seconds))


def gather(desk: Desk, names: RoomNames, *, inside: ContainerSpec | None = None, town_seconds: float = 0.0) -> Seen:
    """Run the probe inside and outside; see `prove`. Leaves nothing behind."""
    cast = _Cast(names)
    clean(desk, names)
    try:
        return _run(desk, names, cast, inside=inside, town_seconds=town_seconds)
    except (ValueError, KeyError) as error:
        raise FailureError(no_proof(str(error))) from error
    finally:
        clean(desk, names)


def probe_spec(desk: Desk, names: RoomNames) -> ContainerSpec:
    """Give the probe as a component would run: the same walls, small limits."""
    cast = _Cast(names)
    return ContainerSpec(
        name=cast.inside,
        image=desk.base(),
        network=names.room,
        bounds=BOUNDS,
        environment={
            "PROEFTUIN_SANDBOX": names.sandbox_id,
            "HOME": "/data/home",
            "TMPDIR": "/tmp",  # noqa: S108 - inside the container
            "LANG": "C.UTF-8",
        },
        labels=names.labels(Kind.PROOF),
        tmpfs={"/tmp": _DATA_MIB},  # noqa: S108 - idem
        volumes={"/data": cast.inside},
        dns=DEAD_END,
    )


def _run(desk: Desk, names: RoomNames, cast: _Cast, *, inside: ContainerSpec | None, town_seconds: float) -> Seen:
    nonce = secrets.token_hex(8)
    with ThreadPoolExecutor(4) as pool:
        listening = pool.submit(_start_target, desk, _host(desk, names, cast, nonce))
        data = pool.submit(
            desk.volumes.ensure_bounded, cast.inside, labels=names.labels(Kind.PROOF), mib=_DATA_MIB, owner=USER
        )
        room = desk.networks.ensure(cast.network, labels=names.labels(Kind.PROOF), walled=True)
        neighbour = _start_target(desk, _neighbour(desk, names, cast, room, nonce))
        host = listening.result()
        data.result()
        to = _targets(desk, names, host=host, neighbour=neighbour, nonce=nonce) | {"homeSeconds": town_seconds}
        spec = inside or probe_spec(desk, names)
        answers = [
            pool.submit(_answer, desk, replace(spec, command=_probe(to))),
            pool.submit(_answer, desk, _stage(_outside(desk, names, cast), {**to, "role": "outside"}, *_probe(to))),
        ]
        return answers[0].result(), answers[1].result()


def _targets(
    desk: Desk, names: RoomNames, *, host: dict[str, Any], neighbour: dict[str, Any], nonce: str
) -> dict[str, Any]:
    way_in = desk.networks.find(names.way_in)
    gate = desk.containers.inspect(names.gate(names.town))
    if way_in is None or gate is None:
        raise DockerError("not-found", "the way in is not there")
    return {
        "nonce": nonce,
        "neighbour": [neighbour["addresses"][0], neighbour["port"]],
        "neighbourName": _NEIGHBOUR_ALIAS,
        "hostAddresses": [way_in.gateway, *(one for one in host["addresses"] if one != way_in.gateway)][:32],
        "hostPort": host["port"],
        "gateway": way_in.gateway,
        "wayIn": [(gate.addresses or {})[names.way_in], TOWN_PORT],
        "home": [names.alias(names.town), TOWN_PORT],
        "metadata": _METADATA,
        "internet": _INTERNET,
        "name": f"{nonce}.proeftuin.example",
        **_OVER,
    }


def _host(desk: Desk, names: RoomNames, cast: _Cast, nonce: str) -> ContainerSpec:
    spec = ContainerSpec(
        name=cast.host, image=desk.base(), network="host", bounds=BOUNDS, labels=names.labels(Kind.PROOF)
    )
    return _stage(spec, {"role": "host", "nonce": nonce, "port": 0, "seconds": 2 * _PATIENCE_SECONDS})


def _neighbour(desk: Desk, names: RoomNames, cast: _Cast, room: Network, nonce: str) -> ContainerSpec:
    spec = ContainerSpec(
        name=cast.neighbour,
        image=desk.base(),
        network=room.name,
        bounds=BOUNDS,
        aliases=(_NEIGHBOUR_ALIAS,),
        labels=names.labels(Kind.PROOF),
        dns=DEAD_END,
    )
    return _stage(spec, {"role": "neighbour", "nonce": nonce, "port": TOWN_PORT, "seconds": 2 * _PATIENCE_SECONDS})


def _outside(desk: Desk, names: RoomNames, cast: _Cast) -> ContainerSpec:
    return ContainerSpec(
        name=cast.outside,
        image=desk.base(),
        network=names.way_in,
        also_on=(cast.network, names.room),
        bounds=BOUNDS,
        labels=names.labels(Kind.PROOF),
        dns=_INTERNET[0],  # which it plays itself
        confined=False,
    )


def _stage(spec: ContainerSpec, role: dict[str, Any], *then: str) -> ContainerSpec:
    """Have a container play a role; the one outside runs another program after that."""
    return replace(spec, command=(*_program("stage_program.py"), json.dumps(role), *then))


def _probe(to: dict[str, Any]) -> tuple[str, ...]:
    return (*_program("probe_program.py"), json.dumps(to))


def _program(name: str) -> tuple[str, ...]:
    return ("python3", "-I", "-S", "-c", compose("proeftuin_sandbox.backends.docker", name))


def _start_target(desk: Desk, spec: ContainerSpec) -> dict[str, Any]:
    """Start a target and wait until it says where it listens."""
    desk.containers.run(spec)
    deadline, looked = time.monotonic() + _PATIENCE_SECONDS, time.monotonic()
    while time.monotonic() < deadline:
        said = [line.text for line in desk.logs.tail(spec.name, lines=5) if line.stream == "out"]
        if said:
            told: dict[str, Any] = json.loads(said[0])
            return told
        if time.monotonic() - looked > _LOOK_SECONDS:
            state, looked = desk.containers.inspect(spec.name), time.monotonic()
            if state is None or not state.is_running:
                break
        time.sleep(_POLL_SECONDS)
    raise FailureError(no_proof(f"{spec.name}: {_last_words(desk, spec.name)}"))


def _answer(desk: Desk, spec: ContainerSpec) -> dict[str, Any]:
    """Run a probe to its end and give what it found."""
    desk.containers.run(spec)
    desk.containers.wait(spec.name, timeout=_PATIENCE_SECONDS)
    said = [line.text for line in desk.logs.tail(spec.name, lines=20) if line.stream == "out"]
    if not said:
        raise FailureError(no_proof(f"{spec.name}: {_last_words(desk, spec.name)}"))
    found: dict[str, Any] = json.loads(said[-1])
    return found


def _last_words(desk: Desk, name: str) -> str:
    return next((line.text for line in reversed(desk.logs.tail(name, lines=5)) if line.text.strip()), "")


def judge(seen: Seen) -> Proof:
    """Compare; over the network a failure only counts when the probe can reach the town of its own room."""
    found, control = seen
    can_connect = bool(found["home"][0])
    mine = set(found["environment"][1].split(","))
    findings = [
        Finding(
            "environment",
            held=not mine - _GIVEN - _BY_IMAGE,
            detected="PROEFTUIN_CANARY" in control["environment"][1].split(","),
            detail=f"inside: {found['environment'][1]}",
            attack="environment",
        )
    ]
    for attack, by in CONTROL_OF.items():
        worked, seen = found[attack]
        worked_outside, seen_outside = control[attack]
        findings.append(
            Finding(
                by,
                held=not worked,
                detected=bool(worked_outside) and (can_connect or by not in _OVER_NETWORK),
                detail=f"inside: {seen}; outside: {seen_outside}",
                attack=attack,
            )
        )
    return Proof(tuple(findings))


def clean(desk: Desk, names: RoomNames) -> None:
    """Take away everything of a proof, also of one that was cut short."""
    cast = _Cast(names)
    there = {state.name for state in desk.containers.having(**names.having(Kind.PROOF))}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(desk.containers.remove, there & set(cast.containers())))
    desk.volumes.remove(cast.inside)
    for network in desk.networks.having(**names.having(Kind.PROOF)):
        desk.networks.remove(network.id)
