"""Runs a Pulumi program without Pulumi's engine, and tells which objects it registered."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from proeftuin_infra.kube.skeleton.names import Manifest

_SIGNATURE = "4dabf18193072939515e22adb298388d"  # how Pulumi marks special values on the wire
_TYPE_PREFIX = "kubernetes:"
_one_at_a_time = threading.Lock()
"""Pulumi loads the classes of its providers when they are first used, in a way that two threads get wrong."""


@dataclass(frozen=True, slots=True)
class Registered:
    """One resource that a program registered.

    Attributes:
        type: Pulumi's type token.
        name: Its name in the stack.
        manifest: What it was given; secrets are opened.
        dependencies: URNs of what must stand first.
        deleted_with: URN of what it goes with; empty when it is deleted by itself.
        parent: URN of its component.
        provider: Which provider manages it.
        protected: Pulumi refuses to delete it.
    """

    type: str
    name: str
    manifest: Manifest
    dependencies: tuple[str, ...]
    deleted_with: str
    parent: str
    provider: str
    protected: bool


def registered_by(
    program: Callable[[], None], *, project: str = "proeftuin", stack: str = "stack"
) -> list[Registered]:
    """Run a program against a monitor that says yes to everything, and list its resources as they came.

    Works in a thread of its own, whose context is empty: Pulumi keeps what it is doing in context variables, and
    another program may be under way in the caller's. An exception of the program is raised here. When it is done,
    everything is loaded that this program uses, so that Pulumi's own engine may run it beside others.
    """
    found: list[Registered] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(_run(program, found, project=project, stack=stack))
        except BaseException as error:  # noqa: BLE001 - handed over to the caller's thread
            raised.append(error)

    with _one_at_a_time:
        thread = threading.Thread(target=run, name="pulumi-program")
        thread.start()
        thread.join()
    if raised:
        raise raised[0]
    return found


def manifests_of(program: Callable[[], None]) -> list[Manifest]:
    """List the Kubernetes objects that a program registers."""
    return [one.manifest for one in registered_by(program) if one.type.startswith(_TYPE_PREFIX)]


async def _run(program: Callable[[], None], found: list[Registered], *, project: str, stack: str) -> None:
    from pulumi import runtime  # noqa: PLC0415 - slow, and only needed here
    from pulumi.runtime.stack import run_pulumi_func  # noqa: PLC0415 - idem

    monitor = _monitor(found)
    runtime.set_mocks(monitor.mocks, project=project, stack=stack, preview=False, monitor=monitor)
    await run_pulumi_func(program)


def _monitor(found: list[Registered]) -> Any:
    """Make the monitor; its classes are made here because their bases are only known once Pulumi is loaded."""
    from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]  # noqa: PLC0415 - idem
    from pulumi.runtime.mocks import MockMonitor, Mocks  # noqa: PLC0415 - idem
    from pulumi.runtime.proto import resource_pb2  # noqa: PLC0415 - idem

    class Collector(MockMonitor):
        """Writes down what is registered and gives the inputs back as outputs."""

        def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - Pulumi's name
            urn = self.make_urn(request.parent, request.type, request.name)
            if request.custom:
                found.append(
                    Registered(
                        type=request.type,
                        name=request.name,
                        manifest=opened(MessageToDict(request.object)),
                        dependencies=tuple(sorted(request.dependencies)),
                        deleted_with=request.deletedWith,
                        parent=request.parent,
                        provider=request.provider,
                        protected=request.protect,
                    )
                )
            return resource_pb2.RegisterResourceResponse(urn=urn, id=request.name, object=request.object)

    class Nothing(Mocks):
        """Stands where Pulumi wants mocks; the monitor above asks it nothing."""

        def call(self, args: Any) -> Any:
            raise NotImplementedError(f"a program of ours asks nothing, but called {args.token}")

        def new_resource(self, args: Any) -> Any:
            raise NotImplementedError(f"{args.name} was registered past the monitor")

    return Collector(Nothing())


def opened(value: Any) -> Any:
    """Undo Pulumi's wire form of a value: secrets become their values, whole numbers become whole again."""
    if isinstance(value, dict):
        if _SIGNATURE in value:
            return opened(value["value"])
        return {key: opened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [opened(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
