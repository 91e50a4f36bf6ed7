"""What a container is made from: everything that confines it stands here, once."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from proeftuin_infra.docker.labels import SPEC

USER: Final = 10001
"""Everything in a sandbox runs as this user and group, whatever its image says."""

STOP_SECONDS: Final = 5
_NANO: Final = 1_000_000_000
_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a container may use.

    Attributes:
        memory_mib: Of all its processes, with what it keeps in memory file systems; there is no swap.
        processes: Processes and threads.
        cpus: Share of processors.
        cpu_seconds: Processor time of each process; None: as long as it lasts.
        open_files: Of each process.
        log_mib: Of each of its two log files.
    """

    memory_mib: int
    processes: int
    cpus: float
    open_files: int
    cpu_seconds: int | None = None
    log_mib: int = 2


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """A container to run.

    Attributes:
        name: Unique on the engine.
        image: Digest of the image's configuration.
        network: Name of its network, or `host`, or `container:NAME` for that of another one.
        bounds: Its ceilings.
        command: Instead of what the image says; None keeps that.
        also_on: Other networks that it is on.
        aliases: Names by which others on its network find it.
        tmpfs: Writable places in memory, by path, in MiB.
        volumes: Names of volumes, by path.
        publish: Ports of this machine's loopback address, by the container's port.
        dns: Where names are asked that are not of a container; None keeps the engine's habit.
        confined: False only for the platform's own control of a proof, which must be able to do everything.
        restart: Started again when it ends by itself or the machine restarts; for the platform's own.
    """

    name: str
    image: str
    network: str
    bounds: Bounds
    command: tuple[str, ...] | None = None
    cwd: str | None = None
    environment: dict[str, str] = field(default_factory=dict, repr=False)
    labels: dict[str, str] = field(default_factory=dict)
    also_on: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    tmpfs: dict[str, int] = field(default_factory=dict)
    volumes: dict[str, str] = field(default_factory=dict)
    publish: dict[int, int] = field(default_factory=dict)
    dns: str | None = None
    confined: bool = True
    restart: bool = False

    @property
    def digest(self) -> str:
        """Tell two specifications apart; says nothing of the values of the environment."""
        return "sha256:" + hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def creation(self) -> dict[str, Any]:
        """Give the body of the request that creates it, in the words of the Engine's API (`ContainerCreate`)."""
        body: dict[str, Any] = {
            "Image": self.image,
            "Env": [f"{name}={value}" for name, value in self.environment.items()],
            "Labels": {**self.labels, SPEC: self.digest},
            "User": f"{USER}:{USER}" if self.confined else "0:0",
            "ExposedPorts": {f"{port}/tcp": {} for port in self.publish},
            "Healthcheck": {"Test": ["NONE"]},
            "StopSignal": "SIGTERM",
            "StopTimeout": STOP_SECONDS,
            "HostConfig": {
                "NetworkMode": self.network,
                "PortBindings": {
                    f"{port}/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(host)}]
                    for port, host in self.publish.items()
                },
                "Tmpfs": {path: f"size={mib}m,mode=1777,nosuid,nodev,exec" for path, mib in self.tmpfs.items()},
                "Binds": [f"{name}:{path}:rw" for path, name in self.volumes.items()],
                "LogConfig": {
                    "Type": "json-file",
                    "Config": {"max-size": f"{self.bounds.log_mib}m", "max-file": "2"},
                },
                "RestartPolicy": {"Name": "unless-stopped" if self.restart else "no"},
                "Init": True,
                **(self._confinement() if self.confined else _WITHOUT),
            },
        }
        if self.command:  # then the image's own entry point is left out too
            body["Entrypoint"], body["Cmd"] = list(self.command[:1]), list(self.command[1:])
        if self.cwd:
            body["WorkingDir"] = self.cwd
        if self.network != "host" and not self.network.startswith("container:"):
            body["NetworkingConfig"] = {"EndpointsConfig": {self.network: {"Aliases": list(self.aliases)}}}
            if self.dns:
                body["HostConfig"] |= {"Dns": [self.dns], "DnsOptions": ["timeout:1", "attempts:1"]}
        return body

    def _confinement(self) -> dict[str, Any]:
        bounds = self.bounds
        limits = [_ulimit("nofile", bounds.open_files), _ulimit("core", 0)]
        if bounds.cpu_seconds is not None:
            limits.append(_ulimit("cpu", bounds.cpu_seconds, grace=STOP_SECONDS))
        return {
            "ReadonlyRootfs": True,
            "CapDrop": ["ALL"],
            "Privileged": False,
            "SecurityOpt": ["no-new-privileges:true"],  # seccomp and AppArmor: the engine's default profiles
            "IpcMode": "private",
            "PidsLimit": bounds.processes,
            "Memory": bounds.memory_mib * _MIB,
            "MemorySwap": bounds.memory_mib * _MIB,  # equal to the memory: no swap
            "NanoCpus": int(bounds.cpus * _NANO),
            "Ulimits": limits,
        }


def _ulimit(name: str, value: int, *, grace: int = 0) -> dict[str, Any]:
    return {"Name": name, "Soft": value, "Hard": value + grace}


# Not `Privileged`: that asks for every capability and device that there is, and an engine that is itself in a
# container cannot give those. What an attacker would like best is enough.
_WITHOUT: Final[dict[str, Any]] = {
    "PidMode": "host",
    "CapAdd": [
        "SYS_ADMIN", "SYS_PTRACE", "SYS_CHROOT", "NET_ADMIN", "NET_RAW", "MKNOD", "SETUID", "SETGID", "DAC_OVERRIDE",
        "NET_BIND_SERVICE", "KILL",
    ],
    "SecurityOpt": ["seccomp=unconfined", "apparmor=unconfined"],
    "MaskedPaths": [],
    "ReadonlyPaths": [],
}  # fmt: skip
