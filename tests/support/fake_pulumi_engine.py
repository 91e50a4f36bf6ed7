# ruff: noqa: N802, ARG002 - the names and arguments are those of the protocol
"""The part of the fake `pulumi` that runs an inline program over the real protocols; see `fake_pulumi`."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
import time
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import empty_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    events_pb2,
    events_pb2_grpc,
    language_pb2,
    language_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
)

from proeftuin_infra.kube.client.connection import Cluster
from proeftuin_infra.kube.client.objects import Objects
from proeftuin_infra.kube.skeleton.direct import DirectEngine
from proeftuin_infra.kube.skeleton.monitor import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_pulumi import Stacks


@contextmanager
def cluster(home: Path) -> Iterator[dict[str, Any]]:
    """Have the cluster alone, as several of these programs run at the same time; what is changed in it is written."""
    file = home / "cluster.json"
    with (home / "cluster.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = file.read_text()
        standing = json.loads(before)
        yield standing
        after = json.dumps(standing)
        if after != before:
            file.write_text(after)


class Events:
    """Sends events where `--event-log` says."""

    def __init__(self, address: str | None) -> None:
        self._queue: SimpleQueue[dict | None] = SimpleQueue()
        self._thread = None
        if address is not None:
            stub = events_pb2_grpc.EventsStub(grpc.insecure_channel(address.removeprefix("tcp://")))
            self._thread = Thread(target=lambda: stub.StreamEvents(self._requests()))
            self._thread.start()

    def send(self, **event: Any) -> None:
        self._queue.put({"sequence": 1, "timestamp": 1, **event})

    def close(self) -> None:
        self._queue.put({"sequence": 2, "timestamp": 2, "cancelEvent": {}})
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join()

    def _requests(self) -> Iterator[events_pb2.EventRequest]:
        while (event := self._queue.get()) is not None:
            yield events_pb2.EventRequest(event=json.dumps(event))


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Makes what is registered in a cluster that is a file, and writes it down in the stack's state."""

    def __init__(self, stacks: Stacks, events: Events, *, dry: bool) -> None:
        self.stacks, self.events, self.dry = stacks, events, dry
        self.failed = False
        self.lock = Lock()
        self.count = 0

    def GetDeploymentInfo(self, request: Any, context: Any) -> Any:
        return MockMonitor(None).GetDeploymentInfo(request)

    def SupportsFeature(self, request: Any, context: Any) -> Any:
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id != "outputValues")

    def RegisterResource(self, request: Any, context: Any) -> Any:
        kind = request.type
        parent = request.parent.split("::")[2] + "$" if request.parent else ""
        urn = f"urn:pulumi:{self.stacks.name}::project::{parent}{kind}::{request.name}"
        if kind.startswith("kubernetes:"):
            with self.lock:
                self._make(kind, urn, request)
            if self.failed:
                context.abort(grpc.StatusCode.UNKNOWN, "resource registration failed")
        return resource_pb2.RegisterResourceResponse(urn=urn, id=request.name, object=request.object)

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def SignalAndWaitForShutdown(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def _make(self, kind: str, urn: str, request: Any) -> None:
        state = self.stacks._load()
        wanted = MessageToDict(request.object)
        with cluster(self.stacks.home) as standing:
            op = "same" if request.name in state["resources"] and request.name in standing else "create"
            changes = op == "create" or standing[request.name] != wanted
        metadata = {"op": op, "urn": urn, "type": kind, "provider": request.provider}
        self.events.send(resourcePreEvent={"metadata": metadata})
        if self.dry:
            return
        self.count += 1
        at = self.stacks.control.get("at", "")
        if at.startswith(f"{request.name}:refuse:"):
            said = at.split(":", 2)[2]
            self.events.send(diagnosticEvent={"message": f"<{{%reset%}}>{said}", "severity": "error", "color": "raw"})
            self.failed = True
            return
        state["pending"].append(request.name)
        self.stacks._save(state)
        with cluster(self.stacks.home) as standing:
            standing[request.name] = wanted
        if changes or "--refresh" in self.stacks.arguments:  # else Pulumi trusts its state
            self._make_for_real(wanted)
        if at == f"{request.name}:die":  # between making it and writing it down: the worst moment
            os.kill(os.getpid(), signal.SIGKILL)
        if at == f"{request.name}:hang":
            (self.stacks.home / "hangs").touch()
            time.sleep(600)
        state["pending"].remove(request.name)
        state["resources"] = sorted({*state["resources"], request.name})
        self.stacks._save(state)

    def _make_for_real(self, wanted: dict[str, Any]) -> None:
        """Apply an object to the cluster of which `control.json` names the kubeconfig, and wait until it is so."""
        kubeconfig = self.stacks.control.get("kubeconfig")
        if kubeconfig is not None:
            connection = Cluster(Path(kubeconfig))
            list(DirectEngine(Objects(connection), room=lambda _: [opened(wanted)]).up(None))
            connection.close()


class Engine(engine_pb2_grpc.EngineServicer):
    """Takes the program's log."""

    def Log(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def GetRootResource(self, request: Any, context: Any) -> Any:
        return engine_pb2.GetRootResourceResponse()

    def SetRootResource(self, request: Any, context: Any) -> Any:
        return engine_pb2.SetRootResourceResponse()


def run_program(stacks: Stacks) -> int:
    """Have the language host of the caller run its program against our monitor."""
    events = Events(stacks._option("--event-log"))
    dry = stacks.arguments[0] == "preview"
    monitor = Monitor(stacks, events, dry=dry)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(Engine(), server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    host = language_pb2_grpc.LanguageRuntimeStub(grpc.insecure_channel(stacks._option("--client")))
    request = language_pb2.RunRequest(
        project="project", stack=stacks.name, monitor_address=address, args=[address], parallel=4, dryRun=dry
    )
    try:
        failed = host.Run(request).error
    except grpc.RpcError as error:  # the program ended badly because something that it registered was refused
        failed = str(error.code())
    events.send(summaryEvent={"resourceChanges": {"create": monitor.count}, "durationSeconds": 0})
    events.close()
    server.stop(0)
    if failed or monitor.failed:
        print("error: update failed", file=sys.stderr)  # noqa: T201 - what a program does
        return 255
    return 0
