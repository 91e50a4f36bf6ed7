"""The engine that has Pulumi bring rooms to a cluster: one stack per room, in a work folder of its own.

The caller holds a lease on the sandbox, so nobody else works on its stack: a lock that is found there is of a process
that died. State may be lost at any time, because every object has a fixed name and is taken over when it exists.
"""

from __future__ import annotations

import contextlib
import queue
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.automation.news import News
from proeftuin_infra.kube.skeleton.engine import MISSING, Change, EngineError, EngineStep, PlannedObject
from proeftuin_infra.kube.skeleton.manifests import in_order
from proeftuin_infra.kube.skeleton.monitor import manifests_of
from proeftuin_infra.kube.skeleton.programs import cluster_program, room_program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.kube.skeleton.automation.command import WatchedCommand
    from proeftuin_infra.kube.skeleton.automation.settings import PulumiSettings
    from proeftuin_infra.kube.skeleton.automation.stack import OneStack
    from proeftuin_infra.kube.skeleton.programs import Program
    from proeftuin_infra.kube.skeleton.spec import ClusterSpec, RoomSpec

_PULSE_SECONDS = 0.3
_CLUSTER_STACK = "cluster"
_ROOMS = "pt-"


class PulumiEngine:
    """Has Pulumi bring rooms and clusters to their description.

    Args:
        settings: How it works on this machine.
    """

    name = "pulumi"

    def __init__(self, settings: PulumiSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._stack_locks: dict[str, threading.Lock] = {}
        self._places = threading.BoundedSemaphore(settings.parallel)
        self._command: WatchedCommand | None = None

    def up(self, spec: RoomSpec) -> Iterator[EngineStep]:
        """Bring a room to its description; see `SkeletonEngine`."""
        yield from self._up(spec.namespace, room_program(spec, kubeconfig=self._kubeconfig()))

    def up_cluster(self, spec: ClusterSpec) -> Iterator[EngineStep]:
        """Bring what stands once per platform to its description; see `SkeletonEngine`."""
        yield from self._up(_CLUSTER_STACK, cluster_program(spec, kubeconfig=self._kubeconfig()))

    def preview(self, spec: RoomSpec) -> tuple[PlannedObject, ...]:
        """Tell what `up` would do; see `SkeletonEngine`. A stack that is not there is not made for it."""
        program = room_program(spec, kubeconfig=self._kubeconfig())
        manifests = in_order(manifests_of(program))
        with self._beside(spec.namespace) as stack:
            found = stack.preview(program, news=News(len(manifests)))
        if found is None:
            return tuple(PlannedObject(one["kind"], one["metadata"]["name"], Change.CREATE) for one in manifests)
        return tuple(found)

    def forget(self, sandbox_id: str) -> None:
        """Drop the stack of a room and its work folder; see `SkeletonEngine`."""
        with self._alone(names.namespace_of(sandbox_id)) as (stack, _):
            stack.remove()

    def remembered(self) -> tuple[str, ...]:
        """List the sandboxes that have a stack or a work folder; see `SkeletonEngine`."""
        with self._beside("any") as stack:
            found = set(stack.all())
        found |= {place.name for place in self._settings.stacks.glob(f"{_ROOMS}*")}
        return tuple(sorted(names.sandbox_of(name) for name in found if name.startswith(_ROOMS)))

    def close(self) -> None:
        """End every command."""
        with self._lock:
            if self._command is not None:
                self._command.cancel_all()

    def _up(self, name: str, program: Program) -> Iterator[EngineStep]:
        total = len(manifests_of(program))
        steps: queue.SimpleQueue[EngineStep | None] = queue.SimpleQueue()
        failed: list[BaseException] = []
        folder = str(self._settings.folder(name))
        command = self._get_command()
        command.allow(folder)

        def work() -> None:
            try:
                with self._alone(name) as (stack, was_cut_off):
                    stack.up(program, news=News(total), tell=steps.put, was_cut_off=was_cut_off)
            except BaseException as error:  # noqa: BLE001 - handed over to whoever pulls the steps
                failed.append(error)
            finally:
                steps.put(None)

        worker = threading.Thread(target=work, name=f"pulumi-{name}")
        worker.start()
        is_over = False
        try:
            yield from _follow(steps, total)
            is_over = True
        finally:
            if not is_over:  # nobody pulls on: the command is ended
                command.cancel(folder)
            worker.join()
        if failed:
            raise failed[0]

    @contextlib.contextmanager
    def _alone(self, name: str) -> Iterator[tuple[OneStack, bool]]:
        """Have a stack alone: one thread of this process, and no process of a platform that died.

        Yields:
            The stack, and whether a command was cut off in it.
        """
        from proeftuin_infra.kube.skeleton.automation.command import end_predecessor  # noqa: PLC0415 - slow
        from proeftuin_infra.kube.skeleton.automation.stack import OneStack  # noqa: PLC0415 - idem

        command = self._get_command()
        with self._lock:
            lock = self._stack_locks.setdefault(name, threading.Lock())
        folder = self._settings.folder(name)
        with lock, self._places:
            self._prepare(folder)
            was_cut_off = end_predecessor(folder, str(folder))
            yield OneStack(folder, settings=self._settings, command=command), was_cut_off

    @contextlib.contextmanager
    def _beside(self, name: str) -> Iterator[OneStack]:
        """Look at a stack on which somebody else may be working, also another process: in a folder that nobody has."""
        from proeftuin_infra.kube.skeleton.automation.stack import OneStack  # noqa: PLC0415 - slow

        command = self._get_command()
        with self._places, tempfile.TemporaryDirectory(prefix="proeftuin-pulumi-") as place:
            folder = Path(place) / name
            self._prepare(folder)
            yield OneStack(folder, settings=self._settings, command=command)

    def _prepare(self, folder: Path) -> None:
        for place in (folder, self._settings.state_folder):
            if place is not None:
                place.mkdir(parents=True, exist_ok=True, mode=0o700)

    def _kubeconfig(self) -> str | None:
        return None if self._settings.kubeconfig is None else str(self._settings.kubeconfig)

    def _get_command(self) -> WatchedCommand:
        from proeftuin_infra.kube.skeleton.automation.command import WatchedCommand  # noqa: PLC0415 - slow

        with self._lock:
            if self._command is None:
                executable = self._settings.find_executable()
                if executable is None:
                    raise EngineError(MISSING, "the program pulumi is not on PATH")
                self._command = WatchedCommand(
                    executable,
                    patience=self._settings.patience,
                    short_patience=self._settings.short_patience,
                    grace=self._settings.grace,
                    oldest=self._settings.oldest_program,
                )
            return self._command


def _follow(steps: queue.SimpleQueue[EngineStep | None], total: int) -> Iterator[EngineStep]:
    """Give steps as they come, and a pulse when nothing comes."""
    number = 0
    while True:
        try:
            step = steps.get(timeout=_PULSE_SECONDS)
        except queue.Empty:
            yield EngineStep("", "", number, total, waiting=True)
            continue
        if step is None:
            return
        number = step.number
        yield step
