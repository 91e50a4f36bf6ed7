"""What a room and a cluster need: frozen values from which every manifest follows."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from proeftuin_infra.kube.skeleton import names

if TYPE_CHECKING:
    from datetime import datetime

_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
_NAMESPACE = re.compile(r"pt-[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?")
_PINNED = re.compile(r".+@sha256:[a-f0-9]{64}")
_HIGHEST_PORT = 65535

NEVER_REACHED = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "192.0.0.0/24",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "168.63.129.16/32",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
    "64:ff9b::/96",
)
"""Addresses that are nobody's on the internet: private, shared, link-local (cloud metadata), loopback, multicast."""


class RoomSpecError(ValueError):
    """A room or cluster was described in a way that cannot be right; the message names the field."""


class Tier(StrEnum):
    """How strongly the pods of a room are held."""

    STANDARD = "standard"
    HARD = "hard"
    """Also a sandboxed runtime, a user namespace, or both, as the cluster has them."""


@dataclass(frozen=True, slots=True)
class Quota:
    """The most that a room may use, in Kubernetes quantities; memory is requested as it is limited."""

    requests_cpu: str = "2"
    limits_cpu: str = "4"
    memory: str = "4Gi"
    requests_ephemeral_storage: str = "4Gi"
    limits_ephemeral_storage: str = "8Gi"
    storage: str = "10Gi"
    claims: int = 4
    pods: int = 15
    pods_ever: int = 60
    services: int = 10
    secrets: int = 30
    config_maps: int = 30
    deployments: int = 10
    replica_sets: int = 40
    stateful_sets: int = 5
    jobs: int = 30
    cron_jobs: int = 2
    container_cpu: str = "2"
    container_memory: str = "2Gi"
    container_ephemeral_storage: str = "4Gi"
    claim_storage: str = "5Gi"


@dataclass(frozen=True, slots=True)
class Internet:
    """What pods that ask for it may reach outside the cluster.

    Attributes:
        allowed: Address ranges.
        ports: TCP ports.
        excluded: Ranges of this cluster that stay closed besides `NEVER_REACHED`: API server, nodes, pods, services.
    """

    allowed: tuple[str, ...] = ("0.0.0.0/0", "::/0")
    ports: tuple[int, ...] = (443,)
    excluded: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse ranges that are none, and an allowed range that lies in what must stay closed."""
        for text in (*self.allowed, *self.excluded):
            _network(text)
        closed = [_network(text) for text in (*NEVER_REACHED, *self.excluded)]
        for text in self.allowed:
            inside = [str(wider) for wider in closed if _is_within(_network(text), wider)]
            if inside:
                raise RoomSpecError(f"internet: {text} lies in {inside[0]}, which a room never reaches")

    def exceptions(self, allowed: str) -> tuple[str, ...]:
        """List the closed ranges that lie in an allowed one; Kubernetes accepts no others as exceptions."""
        outer = _network(allowed)
        return tuple(text for text in (*NEVER_REACHED, *self.excluded) if _is_within(_network(text), outer))


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry from which the room's images are pulled with a password."""

    server: str
    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TownSpec:
    """The reference municipality in a room: one pod that holds its data and serves its building blocks.

    Attributes:
        image: Pinned by digest; carries the prepared data of one town.
        control_token: What the platform shows at the control port; pods of the room never get it.
        environment: Further variables, in order.
        token_variable: Name of the variable by which the town gets the token.
        command: Replaces the image's own entry point when not empty.
        port: The building blocks listen here.
        control_port: The control endpoint listens here; not part of the service.
        health_path: Answers 200 when the town serves.
        memory: Requested and limited.
        data_size: Room for its database.
        storage_class: Keep the data on a volume of this class (empty: the cluster's default) through restarts
            and suspension; None keeps it in the pod, where it begins at the seed with every new pod.
        pull_policy: `Always` where images are private and nodes are shared.
        replicas: 0 suspends it.
    """

    image: str
    control_token: str = field(repr=False)
    environment: tuple[tuple[str, str], ...] = ()
    token_variable: str = "CONTROL_TOKEN"  # noqa: S105 - the name of a variable
    command: tuple[str, ...] = ()
    port: int = 8080
    control_port: int = 8081
    health_path: str = "/gezondheid"
    requests_cpu: str = "100m"
    limits_cpu: str = "2"
    memory: str = "512Mi"
    ephemeral_storage: str = "2Gi"
    data_size: str = "1Gi"
    storage_class: str | None = None
    pull_policy: str = "IfNotPresent"
    replicas: int = 1

    def __post_init__(self) -> None:
        """Refuse an image that is not pinned: its content could change under a running sandbox."""
        if not _PINNED.fullmatch(self.image):
            raise RoomSpecError(f"town.image: {self.image} is not pinned by digest (name@sha256:…)")


@dataclass(frozen=True, slots=True)
class RoomSpec:
    """One room.

    Attributes:
        sandbox_id: Names follow from it.
        installation: Which platform this is; two on one cluster never touch each other's.
        tenant_id: Whose sandbox; empty while a room waits in the pool.
        tier: How strongly its pods are held.
        expires_at: Written on the namespace for whoever finds it without its platform.
        quota: The most it may use.
        platform_namespace: Where pods of the platform live.
        platform_clients: Their `app.kubernetes.io/name`s that may reach exposed pods; none: the platform is outside,
            and comes by the API server, which no policy stops.
        exposed_ports: On these ports.
        control_port: And the town on this one.
        cluster_dns: Pods may resolve names; without it they know only environment variables and addresses.
        internet: What pods that ask for it may reach; None: nothing.
        registry: Where its images are pulled with a password.
        town: The municipality in it.
        runtime_class: Which sandboxed runtime its pods ask for.
        user_namespaces: Its pods get a user namespace of their own.
    """

    sandbox_id: str
    installation: str
    tenant_id: str = ""
    tier: Tier = Tier.STANDARD
    expires_at: datetime | None = None
    quota: Quota = Quota()
    platform_namespace: str = "proeftuin-system"
    platform_clients: tuple[str, ...] = names.PLATFORM_PODS
    exposed_ports: tuple[int, ...] = (8080,)
    control_port: int = 8081
    cluster_dns: bool = True
    internet: Internet | None = None
    registry: Registry | None = None
    town: TownSpec | None = None
    runtime_class: str | None = None
    user_namespaces: bool = False

    def __post_init__(self) -> None:
        """Refuse what Kubernetes would refuse later and less clearly."""
        if not _NAMESPACE.fullmatch(self.namespace):
            raise RoomSpecError(f"sandbox_id: {self.sandbox_id} does not make a namespace")
        _check_installation(self.installation)
        if self.tenant_id and not _LABEL_VALUE.fullmatch(self.tenant_id):
            raise RoomSpecError(f"tenant_id: {self.tenant_id} cannot be a label")
        if not self.exposed_ports or not all(0 < port <= _HIGHEST_PORT for port in self.exposed_ports):
            raise RoomSpecError(f"exposed_ports: {self.exposed_ports} are not ports")
        if self.expires_at is not None and self.expires_at.tzinfo is None:
            raise RoomSpecError("expires_at: a moment without a time zone")

    @property
    def namespace(self) -> str:
        """The namespace that is the room."""
        return names.namespace_of(self.sandbox_id)

    @property
    def digest(self) -> str:
        """Tell two rooms' descriptions apart; says nothing of secrets, nor of when the room expires."""
        content = asdict(self)
        del content["expires_at"]
        for part, secret in (("registry", "password"), ("town", "control_token")):
            if content[part] is not None:
                del content[part][secret]
        return "sha256:" + hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def labels(self, kind: str = "room") -> dict[str, str]:
        """Give the labels of an object in this room."""
        return names.room_labels(self.sandbox_id, installation=self.installation, kind=kind)


@dataclass(frozen=True, slots=True)
class ClusterSpec:
    """What stands on a cluster once per platform.

    Attributes:
        installation: Which platform.
        platform_users: User names by which the API server knows the platform; only they touch what guards a room.
        image_prefixes: Every image of a room begins with one of these, such as `registry.example/proeftuin/`.
        platform_namespace: Where pods of the platform live.
        runtime_classes: Sandboxed runtimes that pods may ask for.
        hard_runtime_class: The one that pods of the tier `hard` must ask for; None: the cluster has none.
        hard_user_namespaces: Pods of the tier `hard` must have a user namespace of their own.
        always_pull: Pods must pull always, so that a private image on a shared node serves only its owner.
        runtime_handler: Register `hard_runtime_class` with this handler of the nodes' container runtime.
        platform_inside: The platform itself runs here: its namespace, account, rights and request priority too.
    """

    installation: str
    platform_users: tuple[str, ...]
    image_prefixes: tuple[str, ...]
    platform_namespace: str = "proeftuin-system"
    runtime_classes: tuple[str, ...] = ()
    hard_runtime_class: str | None = None
    hard_user_namespaces: bool = False
    always_pull: bool = False
    runtime_handler: str | None = None
    platform_inside: bool = False

    def __post_init__(self) -> None:
        """Refuse rules that would lock the platform itself out, or let everything in."""
        _check_installation(self.installation)
        if not self.platform_users or not all(self.platform_users):
            raise RoomSpecError("platform_users: at least one name, or the platform shuts itself out")
        if not self.image_prefixes or not all(self.image_prefixes):
            raise RoomSpecError("image_prefixes: at least one, and none empty: an empty one allows every image")
        if self.runtime_handler is not None and self.hard_runtime_class is None:
            raise RoomSpecError("runtime_handler: name the runtime class too (hard_runtime_class)")

    @property
    def allowed_runtime_classes(self) -> tuple[str, ...]:
        """The runtime classes that a pod may ask for; empty: it must ask for none."""
        extra = () if self.hard_runtime_class is None else (self.hard_runtime_class,)
        return tuple(sorted({*self.runtime_classes, *extra}))

    def labels(self) -> dict[str, str]:
        """Give the labels of an object that stands once per platform."""
        return names.cluster_labels(self.installation)


def _check_installation(text: str) -> None:
    if not re.fullmatch(r"[a-z0-9]{4,20}", text):
        raise RoomSpecError(f"installation: {text!r} is not 4 to 20 lower-case letters and digits")


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        raise RoomSpecError(f"internet: {error}") from error


def _is_within(
    inner: ipaddress.IPv4Network | ipaddress.IPv6Network, outer: ipaddress.IPv4Network | ipaddress.IPv6Network
) -> bool:
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]  # versions are equal
