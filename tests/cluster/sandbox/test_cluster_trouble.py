"""The API server goes away and comes back; the platform says so, keeps its hands off, and goes on."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest
import yaml

from proeftuin_kernel.ids import new_id
from proeftuin_sandbox.backends.base import FailureError, SandboxSpec, TownSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from proeftuin_sandbox.backends.base import DeploymentOrder
    from proeftuin_sandbox.backends.kubernetes import KubernetesBackend
    from support.kubernetes_worlds import Site

pytestmark = [pytest.mark.cluster, pytest.mark.slow]


class Wire:
    """A wire between the platform and its API server, which can be cut."""

    def __init__(self, host: str, port: int) -> None:
        self._goal = (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.is_cut = False
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break all connections and take no new ones."""
        self.is_cut = True
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def mend(self) -> None:
        """Carry again."""
        self.is_cut = False

    def close(self) -> None:
        """End it."""
        self.cut()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if self.is_cut:
                client.close()
                continue
            server = socket.create_connection(self._goal)
            self._open += [client, server]
            for source, target in ((client, server), (server, client)):
                threading.Thread(target=_pump, args=(source, target), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for one in (source, target):
        with suppress(OSError):
            one.close()


@contextmanager
def through(wire_to: Path, folder: Path) -> Iterator[tuple[Wire, Path]]:
    """Write a kubeconfig that leads through a wire."""
    config = yaml.safe_load(wire_to.read_text())
    cluster = config["clusters"][0]["cluster"]
    goal = urlsplit(cluster["server"])
    wire = Wire(goal.hostname, goal.port)
    cluster["server"] = f"https://127.0.0.1:{wire.port}"
    cluster["tls-server-name"] = goal.hostname
    path = folder / "kubeconfig"
    path.write_text(yaml.safe_dump(config))
    try:
        yield wire, path
    finally:
        wire.close()


@pytest.fixture(scope="module")
def wired(cluster_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Wire, KubernetesBackend]]:
    """A platform whose wire to the cluster can be cut."""
    folder = tmp_path_factory.mktemp("wire")
    with (
        through(cluster_site.kubeconfig, folder) as (wire, path),
        cluster_site.platform(folder / "platform", kubeconfig=path) as backend,
    ):
        yield wire, backend
        wire.mend()


@pytest.fixture(scope="module")
def backend(wired: tuple[Wire, KubernetesBackend]) -> KubernetesBackend:
    return wired[1]


@pytest.fixture(scope="module")
def sandbox(backend: KubernetesBackend) -> SandboxSpec:
    spec = SandboxSpec(new_id("sbx"), TownSpec("gehucht", 1830))
    list(backend.create(spec))
    return spec


def test_an_api_server_that_goes_away_is_named_and_what_runs_is_there_again_when_it_comes_back(
    wired: tuple[Wire, KubernetesBackend], sandbox: SandboxSpec, order: Callable[..., DeploymentOrder]
) -> None:
    """Nothing is concluded from silence: the sandbox is not destroyed, the component not started anew."""
    wire, backend = wired
    wanted = order("klok")
    list(backend.deploy(wanted))
    before = backend.observe(sandbox.id)
    assert 200 == httpx.get(f"{before.component('klok').base_url}/", timeout=10).status_code
    wire.cut()
    began = time.monotonic()
    codes = []
    for act in (
        lambda: backend.observe(sandbox.id),
        backend.inventory,
        lambda: list(backend.deploy(wanted)),
        lambda: list(backend.destroy(sandbox.id)),
    ):
        with pytest.raises(FailureError) as caught:
            act()
        codes.append((caught.value.failure.code, caught.value.failure.is_transient))
    assert [("cluster-unreachable", True)] * 4 == codes
    assert time.monotonic() - began < 30
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"{before.component('klok').base_url}/", timeout=10)
    wire.mend()
    list(backend.create(sandbox))
    after = backend.observe(sandbox.id)

    assert (before.town_url, before.town_digest) == (after.town_url, after.town_digest)
    assert before.component("klok").base_url == after.component("klok").base_url
    # The kubelet tells the moment a little later than the component answers; until then it is the pod's.
    first, now = (seen.component("klok").status.started_at for seen in (before, after))
    assert now == pytest.approx(first, abs=3)
    assert 200 == httpx.get(f"{after.component('klok').base_url}/", timeout=10).status_code


def test_a_platform_without_rights_says_which_it_needs(cluster_site: Site, tmp_path: Path) -> None:
    """An account that may do nothing: the operator reads what to give."""
    config = yaml.safe_load(cluster_site.kubeconfig.read_text())
    config["users"][0]["user"]["as"] = "iemand-zonder-rechten"
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(config))
    backend = cluster_site.backend(tmp_path / "platform", kubeconfig=path)
    cluster = backend._desk.cluster
    send = cluster._send

    def as_nobody(method: str, where: str, **more):
        headers = {**more.pop("headers"), "Impersonate-User": "iemand-zonder-rechten"}
        return send(method, where, headers=headers, **more)

    cluster._send = as_nobody  # type: ignore[method-assign]
    with pytest.raises(FailureError) as caught:
        list(backend.create(SandboxSpec(new_id("sbx"), TownSpec("gehucht", 1830))))
    backend.close()

    assert "cluster-forbidden" == caught.value.failure.code
    assert "create namespaces" in caught.value.failure.cause.en


def test_a_platform_that_restarts_finds_its_ports_again(cluster_site: Site, tmp_path: Path) -> None:
    """Addresses that were given out stay true."""
    spec = SandboxSpec(new_id("sbx"), TownSpec("gehucht", 1830))
    first = cluster_site.backend(tmp_path)
    list(first.create(spec))
    before = first.observe(spec.id)
    first.close()
    with cluster_site.platform(tmp_path) as second:
        after = second.observe(spec.id)
        answer = httpx.get(f"{after.town_url}/gezondheid", timeout=10)

    assert (True, before.town_url) == (after.is_serving, after.town_url)
    assert 200 == answer.status_code
