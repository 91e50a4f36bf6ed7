"""The Kubernetes backend: rooms with a town and components, as namespaces of a cluster."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.direct import DirectEngine
from proeftuin_infra.kube.skeleton.manifests import room_manifests
from proeftuin_infra.kube.skeleton.names import namespace_of, sandbox_of
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import FailureError, Observed, Owned, Planned, Step, Survey
from proeftuin_sandbox.backends.failures import town_failure
from proeftuin_sandbox.backends.kubernetes.capabilities import kubernetes_capabilities
from proeftuin_sandbox.backends.kubernetes.components import Components
from proeftuin_sandbox.backends.kubernetes.controls import Controls
from proeftuin_sandbox.backends.kubernetes.desk import Desk, annotation, url
from proeftuin_sandbox.backends.kubernetes.failures import translated
from proeftuin_sandbox.backends.kubernetes.overview import Overview
from proeftuin_sandbox.backends.kubernetes.proof import Prover
from proeftuin_sandbox.backends.kubernetes.rooms import TOWN_DIGEST, TOWN_LOCAL_PORT, Rooms
from proeftuin_sandbox.backends.kubernetes.towns import Towns

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_infra.kube.skeleton.engine import SkeletonEngine
    from proeftuin_infra.rotating_log import LogLine
    from proeftuin_sandbox.backends.base import DeploymentOrder, Failure, SandboxSpec
    from proeftuin_sandbox.backends.images import RoomImages
    from proeftuin_sandbox.backends.kubernetes.options import KubernetesOptions
    from proeftuin_sandbox.backends.promises import Capabilities, Proof

_OWNED_KINDS: Final = ("Deployment", "Pod", "Service", "Secret", "PersistentVolumeClaim")
_AT_ONCE: Final = 6


class KubernetesBackend:
    """Sandboxes as namespaces of a Kubernetes cluster; see `SandboxBackend` for the contract.

    Args:
        root: Folder for what a cluster cannot remember: logs, and what tells our objects from another platform's.
        kubeconfig: How to reach the cluster; None as kubectl finds it.
        options: What the operator chose.
        images: Makes the images of towns and components.
        random_source: Chooses ports.
        engine: Brings skeletons to the cluster; None applies them directly.
    """

    name = "kubernetes"

    def __init__(
        self,
        root: Path,
        *,
        kubeconfig: Path | None,
        options: KubernetesOptions,
        images: RoomImages,
        random_source: random.Random,
        engine: SkeletonEngine | None = None,
    ) -> None:
        self._desk = Desk(root, kubeconfig=kubeconfig, options=options, images=images, random_source=random_source)
        self._rooms = Rooms(self._desk, engine or DirectEngine(self._desk.objects))
        self._towns = Towns(self._desk, self._rooms)
        self._components = Components(self._desk, self._rooms)
        self._controls = Controls(self._desk, self._rooms)
        self._prover = Prover(self._desk, self._rooms, self._controls)
        self._overview = Overview(self._desk, self._rooms, self._towns, self._components)

    def capabilities(self) -> Capabilities:
        """Tell what is enforced here and what is not."""
        options = self._desk.options
        return kubernetes_capabilities(
            options.tier,
            keeps_data=options.storage_class is not None,
            sandboxed=options.runtime_class is not None,
        )

    def plan(self, spec: SandboxSpec) -> tuple[Planned, ...]:
        """Tell what `create` would make; needs no cluster."""
        room = self._rooms.spec(spec.id)
        made = [Planned(one["kind"], one["metadata"]["name"], _detail(one)) for one in room_manifests(room)]
        town = f"{spec.town.profile}, {spec.town.seed}"
        return (*made, Planned("Service", names.TOWN), Planned("Deployment", names.TOWN, town))

    def create(self, spec: SandboxSpec) -> Iterator[Step]:
        """Bring the sandbox to where its town serves; see `SandboxBackend.create`."""
        town = f"{spec.town.profile}, {spec.town.seed}"
        with translated():
            yield Step("town", Text(nl=f"De gemeente maken ({town})", en=f"Making the town ({town})"), 1, 4)
            image = yield from self._desk.images.town(spec.town)
            words = Text(nl="De images naar de cluster brengen", en="Bringing the images to the cluster")
            yield Step("push", words, 2, 4)
            base = self._base()
            reference = self._desk.push("town", image)
            yield Step("room", Text(nl="De kamer bouwen en afsluiten", en="Building and closing off the room"), 3, 4)
            self._rooms.prepare_cluster()
            self._controls.begin(base)
            room = self._rooms.spec(spec.id, town=self._rooms.town(spec.id, image=reference))
            with ThreadPoolExecutor(1, thread_name_prefix="kube-probe") as pool:
                probing = None

                def begin() -> None:
                    nonlocal probing
                    probing = pool.submit(self._prover.begin, spec.id, image=base)

                yield from self._rooms.up(room, when_closed=begin)
            yield Step("serve", Text(nl="De bouwstenen starten", en="Starting the building blocks"), 4, 4)
            self._towns.wait(self._towns.open(spec.id, image))
            if probing is not None:
                probing.result()

    def prove(self, sandbox_id: str) -> Proof:
        """Try from inside what this tier promises to stop; see `SandboxBackend.prove`."""
        with translated():
            self._rooms.prepare_cluster()
            base = self._base()
            self._rooms.wait_until_guarded(self._rooms.spec(sandbox_id), image=base)
            return self._prover.prove(sandbox_id, image=base)

    def deploy(self, order: DeploymentOrder) -> Iterator[Step]:
        """Bring a component to where it answers; see `SandboxBackend.deploy`."""
        with translated():
            yield from self._components.deploy(order)

    def observe(self, sandbox_id: str) -> Observed:
        """Report what exists now."""
        with translated():
            namespace = self._desk.objects.get("Namespace", namespace_of(sandbox_id))
            if namespace is None:
                return Observed(exists=False)
            is_leaving = "deletionTimestamp" in namespace["metadata"]
            is_ready = not is_leaving and self._towns.is_ready(sandbox_id)
            place = self._towns.place(namespace) if is_ready else None
            return Observed(
                exists=True,
                is_serving=is_ready and place is not None,
                town_url=url(annotation(namespace, TOWN_LOCAL_PORT)),
                town_digest=annotation(namespace, TOWN_DIGEST) or None,
                components=() if is_leaving else self._components.views(sandbox_id),
                drift=() if is_leaving else self._rooms.drift(sandbox_id),
            )

    def explain(self, order: DeploymentOrder) -> Failure:
        """Explain why a component is not running."""
        with translated():
            return self._components.explain(order)

    def logs(self, sandbox_id: str, component: str, *, lines: int) -> list[LogLine]:
        """Give the last lines that a component wrote."""
        return self._components.logs(sandbox_id, component, lines=lines)

    def follow_logs(self, sandbox_id: str, component: str, *, lines: int) -> Iterator[LogLine | None]:
        """Give the last lines, then new ones as they come."""
        return self._components.follow_logs(sandbox_id, component, lines=lines)

    def stop(self, sandbox_id: str, component: str) -> None:
        """End a component; its log stays, and its data where there is a volume."""
        with translated():
            self._components.stop(sandbox_id, component)

    def remove(self, sandbox_id: str, component: str) -> None:
        """End a component and take away its objects, data and log."""
        with translated():
            self._components.remove(sandbox_id, component)

    def reset(self, spec: SandboxSpec) -> Iterator[Step]:
        """Bring the town back to its seed; see `SandboxBackend.reset`."""
        with translated():
            yield Step("stop", Text(nl="De componenten stoppen", en="Stopping the components"), 1, 2)
            if not self._towns.is_ready(spec.id):
                raise FailureError(town_failure("town-start-failed", ""))
            components = self._components.names(spec.id)
            with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="kube-reset") as pool:
                list(pool.map(lambda name: self._components.stop(spec.id, name), components))
                yield Step("drop", Text(nl="De gemeente terugzetten", en="Putting the town back"), 2, 2)
                emptying = [pool.submit(self._components.empty, spec.id, name) for name in components]
                self._towns.put_back(spec.id)
                for one in emptying:
                    one.result()

    def live(self, spec: SandboxSpec, *, until: int) -> Iterator[Step]:
        """Have the town live up to a day; see `SandboxBackend.live`."""
        yield from self._towns.live(spec.id, until=until)

    def suspend(self, sandbox_id: str) -> Iterator[Step]:
        """Stop everything that runs; objects and volumes stay."""
        with translated():
            yield Step("components", Text(nl="De componenten stoppen", en="Stopping the components"), 1, 2)
            with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="kube-suspend") as pool:
                list(
                    pool.map(lambda name: self._components.stop(sandbox_id, name), self._components.names(sandbox_id))
                )
            yield Step("town", Text(nl="De bouwstenen stoppen", en="Stopping the building blocks"), 2, 2)
            self._towns.stop(sandbox_id)

    def destroy(self, sandbox_id: str) -> Iterator[Step]:
        """Take everything of a sandbox away; see `SandboxBackend.destroy`."""
        with translated():
            yield Step("listeners", Text(nl="De toegang sluiten", en="Closing the way in"), 1, 3)
            self._components.leave(sandbox_id)
            self._towns.close(sandbox_id)
            yield Step("room", Text(nl="De kamer afbreken", en="Taking the room down"), 2, 3)
            yield from self._rooms.delete(sandbox_id)
            yield Step("logs", Text(nl="De logboeken verwijderen", en="Removing the logs"), 3, 3)
            self._desk.logs.forget(namespace_of(sandbox_id))

    def inventory(self) -> tuple[Owned, ...]:
        """List everything of ours that exists."""
        with translated():
            rooms = {one["metadata"]["name"] for one in self._rooms.namespaces()}
            found = [Owned("Namespace", name, sandbox_of(name)) for name in sorted(rooms)]
            found.extend(self._listed(self._desk.selector()))
            found.extend(Owned("stack", one, one) for one in self._rooms.remembered())
        found.extend(Owned("log", name, sandbox_of(name)) for name in self._desk.logs.namespaces())
        return tuple(found)

    def owned_by(self, sandbox_id: str) -> tuple[Owned, ...]:
        """List everything of one sandbox that exists; see `Surveys.owned_by`."""
        space = namespace_of(sandbox_id)
        with translated():
            there = self._desk.objects.get("Namespace", space)
            found = [Owned("Namespace", space, sandbox_id)] if there is not None else []
            found.extend(self._listed(self._desk.selector(sandbox_id=sandbox_id)))
            found.extend(Owned("stack", one, one) for one in self._rooms.remembered() if one == sandbox_id)
        found.extend(Owned("log", one, sandbox_id) for one in self._desk.logs.namespaces() if one == space)
        return tuple(found)

    def survey(self) -> Survey | None:
        """Tell what exists of every sandbox; see `Surveys.survey`."""
        with translated():
            found = self._overview.survey()
            if found is None:
                return None
            kept = {sandbox_of(one) for one in self._desk.logs.namespaces()} | set(self._rooms.remembered())
            return Survey(found.seen, found.owners | kept)

    def changed(self, *, patience: float) -> Survey | None:
        """Wait for changes; see `Surveys.changed`."""
        with translated():
            return self._overview.changed(patience=patience)

    def forget_cluster(self) -> None:
        """Take the control pods and the admission rules away: the last day of a platform on a cluster."""
        with translated():
            self._controls.remove()
            self._rooms.forget_cluster()

    def close(self) -> None:
        """Let go of connections and listeners; what is on the cluster stays."""
        self._overview.close()
        self._rooms.close()
        self._desk.close()

    def _base(self) -> str:
        return self._desk.push("base", self._desk.images.base())

    def _listed(self, labels: str) -> list[Owned]:
        """List the objects in rooms that carry labels, wherever they are; only what they are called is asked."""

        def ask(kind: str) -> list[Owned]:
            found = self._desk.objects.list(kind, labels=labels, only_metadata=True)
            return [
                Owned(kind, f"{one['metadata']['namespace']}/{one['metadata']['name']}", owner)
                for one in found
                if (owner := one["metadata"]["labels"].get(names.SANDBOX_ID, "")) not in {"", self._rooms.control_id}
            ]

        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="kube-inventory") as pool:
            return [one for listed in pool.map(ask, _OWNED_KINDS) for one in listed]


def _detail(manifest: names.Manifest) -> str:
    if manifest["kind"] == "ResourceQuota":
        hard = manifest["spec"]["hard"]
        return f"cpu {hard['limits.cpu']}, memory {hard['limits.memory']}, pods {hard['pods']}"
    if manifest["kind"] == "Namespace":
        return "Pod Security restricted"
    return ""
