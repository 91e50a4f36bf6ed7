"""What an operator chooses of a platform on a cluster: frozen values from which every manifest follows."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.spec import ClusterSpec, Registry, RoomSpecError, Tier

if TYPE_CHECKING:
    from proeftuin_infra.kube.client.pushing import RegistryPlace

_PINNED = re.compile(r".+@sha256:[a-f0-9]{64}")
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SECRET_LENGTH = 32

PORT = 8309
"""Where every pod of the platform listens."""
ROOM_PORTS = (8080, 8081)
"""What the platform reaches in rooms: components and building blocks, and the control endpoint of a town."""


class StackSpecError(RoomSpecError):
    """A platform was described in a way that cannot be right; the message names the option."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A place outside the platform's namespace that its pods may reach.

    Attributes:
        port: TCP port.
        addresses: Address ranges; none: every address, where it is not known beforehand.
    """

    port: int
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dumps:
    """Backups of a database that somebody else runs: dumps on a volume of our own.

    Attributes:
        schedule: Five fields, as of cron.
        keep: How many are kept.
        size: Of the volume.
        storage_class: Of the volume; empty: the cluster's default.
    """

    schedule: str = "17 2 * * *"
    keep: int = 14
    size: str = "10Gi"
    storage_class: str = ""


@dataclass(frozen=True, slots=True)
class ManagedDatabase:
    """A PostgreSQL that somebody else runs.

    Attributes:
        url: With user and password.
        addresses: Where it is; none: anywhere, on the port of its address.
        port: Of its address.
        dumps: Our own backups of it; None leaves them to whoever runs it.
    """

    url: str = field(repr=False)
    port: int = 5432
    addresses: tuple[str, ...] = ()
    dumps: Dumps | None = None


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """Where the operator's PostgreSQL puts its backups and its log.

    Attributes:
        destination: `s3://bucket/folder`.
        access_key: Who may write there.
        secret_key: Idem.
        endpoint: Address of the service; empty: that of AWS.
        schedule: Six fields, seconds first, as CloudNativePG wants them.
        retention: How far back one can go, such as `30d`.
    """

    destination: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    endpoint: str = ""
    schedule: str = "0 17 2 * * *"
    retention: str = "30d"


@dataclass(frozen=True, slots=True)
class OperatorDatabase:
    """A PostgreSQL that the operator CloudNativePG runs in the platform's namespace.

    Attributes:
        instances: One primary and the rest replicas.
        size: Of the volume of each.
        storage_class: Of those volumes; empty: the cluster's default.
        backups: Where they go; None makes none.
        operator_namespace: Where the operator runs.
    """

    instances: int = 2
    size: str = "10Gi"
    storage_class: str = ""
    backups: ObjectStore | None = None
    operator_namespace: str = "cnpg-system"


@dataclass(frozen=True, slots=True)
class Entrance:
    """The way in from outside.

    Attributes:
        class_name: Which ingress controller; empty: the cluster's default.
        namespace: Where its pods are.
        issuer: The cert-manager ClusterIssuer that gives the certificate; empty: the secret is there already.
        secret: The secret with the certificate.
        annotations: Further ones, as the controller reads them.
    """

    class_name: str = ""
    namespace: str = "ingress-nginx"
    issuer: str = ""
    secret: str = "proeftuin-tls"  # noqa: S105 - the name of an object
    annotations: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Scaling:
    """More workers when more jobs wait (KEDA).

    Attributes:
        least: Workers when nothing waits; at least one, which also watches the clock.
        most: Workers at the most.
        namespace: Where KEDA runs.
    """

    least: int = 1
    most: int = 4
    namespace: str = "keda"

    def __post_init__(self) -> None:
        """Refuse a range that is none."""
        if not 1 <= self.least <= self.most:
            raise StackSpecError(f"maxWorkers: {self.least} to {self.most} workers is no range that begins at one")


@dataclass(frozen=True, slots=True)
class SignIn:
    """The OpenID provider of the people who use the platform."""

    issuer: str
    client_id: str = "proeftuin"
    client_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class StackSpec:
    """One platform on a cluster.

    Attributes:
        installation: Its name on the cluster; what it makes carries it, so that two platforms never meet.
        host: Public name of the web pages and the API.
        image: Of the platform, pinned by digest.
        registry: Where images of rooms go, and where nodes pull them.
        database: Where everything is kept.
        secret_key: Signs sessions and links; all replicas share it.
        issuer_key: Private key in PEM that signs badges; idem.
        sign_in: None: a development platform with the built-in test provider.
        stock: Image with images of rooms that were made before, pinned by digest; empty: none.
        image_class: Class of a volume on which all pods keep images (ReadWriteMany); empty: each pod keeps its own.
        image_size: Of that volume.
        namespace: Where all of it stands.
        api_replicas: Pods that answer people.
        workers: Pods that work jobs, where nothing scales them.
        concurrency: Jobs that one worker works at a time.
        scaling: More workers when more jobs wait; None: a fixed number.
        entrance: The way in from outside; None: the service only.
        tier: How strongly rooms are held.
        outlets: What the pods reach outside, besides database and rooms.
        settings: Further settings, as `PROEFTUIN_…` variables.
        pull_policy: Of our own images.
        protected: `pulumi destroy` refuses to take away what holds data.
    """

    installation: str
    host: str
    image: str
    registry: RegistryPlace
    database: ManagedDatabase | OperatorDatabase
    secret_key: str = field(repr=False)
    issuer_key: str = field(repr=False)
    sign_in: SignIn | None = None
    stock: str = ""
    image_class: str = ""
    image_size: str = "50Gi"
    namespace: str = "proeftuin-system"
    api_replicas: int = 2
    workers: int = 1
    concurrency: int = 4
    scaling: Scaling | None = None
    entrance: Entrance | None = None
    tier: Tier = Tier.HARD
    outlets: tuple[Outlet, ...] = (Outlet(443), Outlet(6443))
    settings: tuple[tuple[str, str], ...] = ()
    pull_policy: str = "IfNotPresent"
    protected: bool = True

    def __post_init__(self) -> None:
        """Refuse what Kubernetes or the platform itself would refuse later and less clearly."""
        try:
            _ = self.cluster  # checks what it shares with rooms
        except RoomSpecError as error:
            raise StackSpecError(str(error)) from error
        for option, image in (("image", self.image), ("stockImage", self.stock)):
            if (image or option == "image") and not _PINNED.fullmatch(image):
                raise StackSpecError(f"{option}: {image!r} is not pinned by digest (name@sha256:…)")
        if not _NAME.fullmatch(self.namespace):
            raise StackSpecError(f"namespace: {self.namespace!r} cannot name a namespace")
        if not self.host or "/" in self.host:
            raise StackSpecError(f"host: {self.host!r} is no name of a host")
        if len(self.secret_key) < _SECRET_LENGTH:
            raise StackSpecError(f"secretKey: shorter than {_SECRET_LENGTH} characters")
        if "PRIVATE KEY" not in self.issuer_key:
            raise StackSpecError("issuerKey: no private key in PEM; `proeftuin badge` makes one")
        if self.api_replicas < 1 or self.workers < 1:
            raise StackSpecError("apiReplicas, workers: at least one of each")
        strange = [name for name, _ in self.settings if not name.startswith("PROEFTUIN_")]
        if strange:
            raise StackSpecError(f"settings: {strange[0]} does not begin with PROEFTUIN_")

    @property
    def cluster(self) -> ClusterSpec:
        """What stands on the cluster once for this platform: policies, account, rights."""
        return ClusterSpec(
            installation=self.installation,
            platform_users=(f"system:serviceaccount:{self.namespace}:{names.PLATFORM_ACCOUNT}",),
            image_prefixes=(self.registry.prefix,),
            platform_namespace=self.namespace,
            platform_inside=True,
        )

    @property
    def login(self) -> Registry | None:
        """With what nodes pull the platform's own images; None: without a password."""
        place = self.registry
        return Registry(place.server, place.username, place.password) if place.username else None

    @property
    def public_url(self) -> str:
        """The address that people use."""
        return f"https://{self.host}" if self.entrance is not None else f"http://{self.host}"

    @property
    def digest(self) -> str:
        """Changes when anything that a pod reads at its start changes, so that pods are then replaced."""
        content = json.dumps(asdict(self), sort_keys=True, default=str)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def labels(self, name: str = "proeftuin") -> dict[str, str]:
        """Give the labels of an object of the platform itself.

        They carry no `…/installation`: that label tells what the platform makes, and takes away.
        """
        return {
            names.MANAGED_BY: names.FIELD_MANAGER,
            "app.kubernetes.io/part-of": "proeftuin",
            "app.kubernetes.io/instance": self.installation,
            "app.kubernetes.io/name": name,
        }

    def metadata(self, name: str, *, part: str = "proeftuin", **more: Any) -> dict[str, Any]:
        """Give the metadata of an object in the platform's namespace."""
        return {"name": name, "namespace": self.namespace, "labels": self.labels(part), **more}
