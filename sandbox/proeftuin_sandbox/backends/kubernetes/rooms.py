"""The rooms of a platform on a cluster: their description, how they come about, and how they go."""

from __future__ import annotations

import base64
import secrets
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from proeftuin_infra.kube.client import errors, trouble
from proeftuin_infra.kube.client.deleting import delete_namespace
from proeftuin_infra.kube.client.errors import KubeError
from proeftuin_infra.kube.client.rights import missing_rights, who_am_i
from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.attempts import good_pod
from proeftuin_infra.kube.skeleton.manifests import cluster_manifests, room_manifests
from proeftuin_infra.kube.skeleton.names import namespace_of
from proeftuin_infra.kube.skeleton.spec import ClusterSpec, Registry, RoomSpec, Tier
from proeftuin_infra.kube.skeleton.spec import TownSpec as TownPod
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import LULL, PULSE, FailureError, Step
from proeftuin_sandbox.backends.containers import CONTROL_PORT, TOWN_PORT
from proeftuin_sandbox.backends.failures import town_failure
from proeftuin_sandbox.backends.kubernetes.failures import failure_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proeftuin_infra.kube.skeleton.engine import SkeletonEngine
    from proeftuin_sandbox.backends.kubernetes.desk import Desk

TOWN_DIGEST: Final = f"{names.DOMAIN}/town-digest"
TOWN_LOCAL_PORT: Final = f"{names.DOMAIN}/town-port"
_TOKEN: Final = "PROEFTUIN_CONTROL_TOKEN"  # noqa: S105 - the name of a variable
_TOWN_MEMORY: Final = "512Mi"
_GOING_SECONDS: Final = 60.0
_GUARDED_SECONDS: Final = 15.0
GUARDS: Final = ("NetworkPolicy", "ResourceQuota", "LimitRange")
_SHARED: Final = frozenset({"PriorityClass", "RuntimeClass"})
_SILENCE: Final = Text(nl="", en="")


class Rooms:
    """Makes rooms and takes them away.

    Args:
        desk: The cluster.
        engine: Brings skeletons to it.
    """

    def __init__(self, desk: Desk, engine: SkeletonEngine) -> None:
        self._desk = desk
        self._engine = engine
        self._lock = threading.Lock()
        self._cluster: ClusterSpec | None = None

    def cluster(self) -> ClusterSpec:
        """Describe what stands on the cluster once.

        Raises:
            KubeError: the cluster does not answer.
        """
        options = self._desk.options
        return ClusterSpec(
            installation=self._desk.installation,
            platform_users=(who_am_i(self._desk.cluster),),
            image_prefixes=(options.registry.prefix,),
            platform_namespace=options.platform_namespace,
            runtime_classes=(options.runtime_class,) if options.runtime_class else (),
            hard_runtime_class=options.runtime_class if options.tier is Tier.HARD else None,
            hard_user_namespaces=options.user_namespaces and options.tier is Tier.HARD,
        )

    def spec(self, sandbox_id: str, *, town: TownPod | None = None) -> RoomSpec:
        """Describe a room."""
        options = self._desk.options
        place = options.registry
        login = Registry(place.server, place.username, place.password) if place.username else None
        return RoomSpec(
            sandbox_id=sandbox_id,
            installation=self._desk.installation,
            tier=options.tier,
            platform_namespace=options.platform_namespace,
            platform_clients=names.PLATFORM_PODS if options.inside else (),
            exposed_ports=(TOWN_PORT,),
            control_port=CONTROL_PORT,
            cluster_dns=False,
            registry=login,
            town=town,
            runtime_class=options.runtime_class,
            user_namespaces=options.user_namespaces,
        )

    def town(self, sandbox_id: str, *, image: str) -> TownPod:
        """Describe the town of a room; its token stays what it was.

        Raises:
            KubeError: the cluster does not answer.
        """
        return TownPod(
            image=image,
            control_token=self.token(sandbox_id) or secrets.token_urlsafe(32),
            environment=(
                ("HOME", "/data"),
                ("LANG", "C.UTF-8"),
                ("PROEFTUIN_DATA_DIR", "/data"),
                ("PROEFTUIN_SANDBOX", sandbox_id),
                ("TMPDIR", "/tmp"),  # noqa: S108 - in its pod
            ),
            token_variable=_TOKEN,
            memory=_TOWN_MEMORY,
            requests_cpu="50m",
            storage_class=self._desk.options.storage_class,
        )

    def token(self, sandbox_id: str) -> str:
        """Read the token of a town's control endpoint; empty when there is none.

        Raises:
            KubeError: the cluster does not answer.
        """
        secret = self._desk.objects.get("Secret", names.TOWN_SECRET, namespace_of(sandbox_id))
        return base64.b64decode(((secret or {}).get("data") or {}).get("token", "")).decode()

    def prepare_cluster(self) -> ClusterSpec:
        """Have what stands on the cluster once; looks once in the life of this process.

        Raises:
            FailureError: rights are missing.
            KubeError: the cluster does not answer, or refuses.
        """
        with self._lock:
            if self._cluster is not None:
                return self._cluster
            spec = self.cluster()
            missing = missing_rights(self._desk.cluster)
            if missing:
                raise FailureError(failure_of(KubeError(errors.FORBIDDEN, ", ".join(missing))))
            try:
                for _ in self._engine.up_cluster(spec):
                    """Applied one by one."""
            except KubeError as error:
                if error.code != errors.FORBIDDEN or not self._is_prepared(spec):
                    raise
            self._cluster = spec
            return spec

    def up(self, spec: RoomSpec, *, when_closed: Callable[[], None]) -> Iterator[Step]:
        """Bring a room to where its town is ready.

        Args:
            spec: The room.
            when_closed: Called once, when all that closes the room is applied and before anything runs in it.

        Raises:
            FailureError: its town does not come up, and why.
            KubeError: the cluster refuses.
        """
        for policy in self._strange_policies(spec):
            self._desk.objects.delete("NetworkPolicy", policy, spec.namespace)
        is_closed = False
        for step in self._engine.up(spec):
            if not is_closed and (step.kind in {"Deployment", "PersistentVolumeClaim"} or step.waiting):
                is_closed = self._is_closed(spec)
                if is_closed:
                    when_closed()
            if step.waiting or step.is_pulse:
                self._check_town(spec)
            if step.is_pulse:
                yield Step(LULL if step.idle else PULSE, _SILENCE)
            elif step.waiting:
                words = Text(nl="Wachten tot de bouwstenen antwoorden", en="Waiting until the building blocks answer")
                yield Step("waiting", words)
        if not is_closed:
            when_closed()

    def drift(self, sandbox_id: str) -> tuple[str, ...]:
        """Name what closes and bounds a room and is not as it should be: gone, changed, or a policy that is not ours.

        Raises:
            KubeError: the cluster does not answer.
        """
        spec = self.spec(sandbox_id)
        found = []
        for kind in GUARDS:
            wanted = {one["metadata"]["name"]: one for one in room_manifests(spec) if one["kind"] == kind}
            there = {one["metadata"]["name"]: one for one in self._desk.objects.list(kind, spec.namespace)}
            found += [f"{kind} {name}" for name in wanted if there.get(name, {}).get("spec") != wanted[name]["spec"]]
            found += [f"{kind} {name}" for name in there.keys() - wanted.keys()]
        return tuple(sorted(found))

    def wait_until_guarded(self, spec: RoomSpec, *, image: str) -> None:
        """Wait until the admission rules hold: the API server needs a moment to see new ones.

        Raises:
            KubeError: the cluster does not answer.
        """
        bad = good_pod(spec, image=image)
        bad["spec"]["priorityClassName"] = ""
        deadline = time.monotonic() + _GUARDED_SECONDS
        while time.monotonic() < deadline:
            try:
                self._desk.objects.create(bad, dry_run=True)
            except KubeError as error:
                if error.code == errors.ADMISSION:
                    return
                if error.code not in {errors.NOT_FOUND, errors.FORBIDDEN}:
                    raise
            time.sleep(0.1)

    def namespaces(self) -> list[dict[str, Any]]:
        """List the namespaces of this platform, that of the control pods left out.

        Raises:
            KubeError: the cluster does not answer.
        """
        found = self._desk.objects.list("Namespace", labels=self._desk.selector())
        return [one for one in found if one["metadata"]["labels"].get(names.SANDBOX_ID) != self.control_id]

    @property
    def control_id(self) -> str:
        """As which sandbox the control pods' namespace is known."""
        return f"sbx-control-{self._desk.installation}"

    def delete(self, sandbox_id: str) -> Iterator[Step]:
        """Take a room away, working from what exists.

        Raises:
            NamespaceStuckError: it does not go.
            KubeError: the cluster refuses.
        """
        for held in delete_namespace(self._desk.objects, namespace_of(sandbox_id), patience=_GOING_SECONDS):
            if held:
                words = Text(nl=f"Nog aanwezig: {held[0].said}", en=f"Still there: {held[0].said}")
                yield Step("deleting", words)
            else:
                yield Step(PULSE, _SILENCE)
        self._engine.forget(sandbox_id)

    def forget_cluster(self) -> None:
        """Take away what stands on the cluster once for this platform; classes that others may use stay.

        Raises:
            KubeError: the cluster refuses.
        """
        with self._lock:
            for manifest in reversed(cluster_manifests(self.cluster())):
                if manifest["kind"] not in _SHARED:
                    self._desk.objects.delete(manifest["kind"], manifest["metadata"]["name"])
            self._cluster = None

    def remembered(self) -> tuple[str, ...]:
        """List the sandboxes of which the engine keeps something."""
        return self._engine.remembered()

    def close(self) -> None:
        """Let go of the engine."""
        self._engine.close()

    def _strange_policies(self, spec: RoomSpec) -> list[str]:
        """List policies that are not ours: policies add up, so each one can only open something."""
        wanted = {one["metadata"]["name"] for one in room_manifests(spec) if one["kind"] == "NetworkPolicy"}
        found = self._desk.objects.list("NetworkPolicy", spec.namespace)
        return [name for one in found if (name := one["metadata"]["name"]) not in wanted]

    def _is_prepared(self, spec: ClusterSpec) -> bool:
        wanted = cluster_manifests(spec)
        return all(self._desk.objects.get(one["kind"], one["metadata"]["name"]) is not None for one in wanted)

    def _is_closed(self, spec: RoomSpec) -> bool:
        found = self._desk.objects.list("NetworkPolicy", spec.namespace)
        account = self._desk.objects.get("ServiceAccount", names.WORKLOAD_ACCOUNT, spec.namespace)
        return account is not None and any(one["metadata"]["name"] == "00-default-deny" for one in found)

    def _check_town(self, spec: RoomSpec) -> None:
        found = trouble.of_pods(self._desk.pods(spec.namespace, kind="town"))
        if found is None:
            deployment = self._desk.objects.get("Deployment", names.TOWN, spec.namespace)
            found = trouble.of_deployment(deployment) if deployment is not None else None
        if found is not None:
            raise FailureError(town_failure("town-start-failed", f"{found.code}: {found.said[:300]}"))
