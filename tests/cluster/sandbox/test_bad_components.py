"""Components that misbehave on a cluster: each gets a cause with a stable code, soon, and leaves nothing running."""

from __future__ import annotations

import struct
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from proeftuin_infra.oci.archives import write_archive
from proeftuin_infra.oci.composing import ImageSettings
from proeftuin_infra.oci.store import ImageStore
from proeftuin_sandbox.backends.base import DeploymentOrder, FailureError
from proeftuin_sandbox.bundles import pack
from proeftuin_sandbox.errors import ComponentYamlError
from proeftuin_sandbox.manifest import read_manifest
from support.oci_images import tiny_image
from support.sandbox_bundles import SERVER, component

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from proeftuin_sandbox.backends.base import Failure, SandboxSpec
    from proeftuin_sandbox.backends.kubernetes import KubernetesBackend

pytestmark = [pytest.mark.cluster, pytest.mark.slow]
LISTEN = "import os, socket, time; s = socket.create_server((os.environ['HOST'], int(os.environ['PORT'])));"
ANSWER_500 = (
    LISTEN
    + """
while True:
    c = s.accept()[0]; c.recv(999); c.sendall(b'HTTP/1.0 500 X\\r\\n\\r\\n'); c.close()
"""
)
FILL = """
import os, time
with open(os.environ["PROEFTUIN_DATA_DIR"] + "/vol", "wb") as file:
    for _ in range(64):
        file.write(bytes(1024 * 1024)); file.flush()
time.sleep(600)
"""
# The head of a program for 64-bit ARM (e_machine 183), by the ELF specification; nothing follows it.
ELF_FOR_ARM = struct.pack(
    "<4s12BHHIQQQIHHHHHH", b"\x7fELF", 2, 1, 1, *[0] * 9, 2, 183, 1, 0, 64, 0, 0, 64, 56, 0, 0, 0, 0
)
FORK_BOMB = """
import os, sys, time
try:
    while True:
        if os.fork() == 0:
            time.sleep(60); os._exit(0)
except OSError as error:
    sys.exit(str(error))
"""
MANY = """
import os, socket, threading, time, urllib.parse
town = urllib.parse.urlsplit(os.environ["PROEFTUIN_TOWN_URL"])
held = []
def open_many():
    while len(held) < 3000:
        try:
            held.append(socket.create_connection((town.hostname, town.port), 2))
        except OSError:
            time.sleep(0.05)
threading.Thread(target=open_many, daemon=True).start()
"""
_FORGOTTEN_SECONDS = 10  # the kubelet takes a pod away a moment after its last program ended


def refused(backend: KubernetesBackend, order: DeploymentOrder) -> tuple[Failure, float]:
    """Deploy what cannot run; gives why, and how long that took to be told."""
    began = time.monotonic()
    with pytest.raises(FailureError) as caught:
        list(backend.deploy(order))
    return caught.value.failure, time.monotonic() - began


def is_left(backend: KubernetesBackend, order: DeploymentOrder) -> bool:
    """Tell whether something of it runs, or is not forgotten soon after."""
    name = order.manifest.name
    view = backend.observe(order.sandbox_id).component(name)
    if view is not None and view.is_running:
        return True
    deadline = time.monotonic() + _FORGOTTEN_SECONDS
    while any(f"c-{name}-" in thing.name for thing in backend.inventory() if thing.kind == "Pod"):
        if time.monotonic() > deadline:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"program": "import sys; sys.exit('kapot')"}, "component-exited"),
        ({"program": "pass"}, "component-exited"),
        ({"program": "import os; os.abort()"}, "component-signalled"),
        ({"program": "import time; time.sleep(60)", "timeout": 3}, "port-not-open"),
        ({"program": LISTEN + "time.sleep(60)", "timeout": 12}, "health-no-answer"),
        ({"program": ANSWER_500, "timeout": 3}, "health-refused"),
        ({"program": "x = bytearray(200 * 1024 * 1024)\nimport time; time.sleep(60)", "memory": 64}, "memory-limit"),
        ({"program": FORK_BOMB, "timeout": 30}, "process-limit"),
        ({"program": FILL, "timeout": 60}, "disk-limit"),
        ({"program": "pass", "run": "  command: [./bestaat-niet]"}, "program-not-found"),
        ({"run": "  command: [./server.py]"}, "program-not-executable"),
    ],
)
def test_what_goes_wrong_is_named_with_a_remedy_and_nothing_is_left(
    options: dict, code: str, backend: KubernetesBackend, order: Callable[..., DeploymentOrder]
) -> None:
    """The supplier learns the cause in two languages, as soon as the cluster shows it."""
    wanted = order(**options)
    failure, _ = refused(backend, wanted)

    assert code == failure.code, failure.cause.en
    assert all((failure.cause.nl, failure.cause.en, failure.remedy.nl, failure.remedy.en))
    assert not is_left(backend, wanted)
    backend.remove(wanted.sandbox_id, wanted.manifest.name)


def test_the_last_words_of_a_program_are_quoted(
    backend: KubernetesBackend, order: Callable[..., DeploymentOrder]
) -> None:
    """Also when its pod is long gone."""
    # The runtime reads two pipes: what is written to both at once may be told in either order.
    wanted = order(
        program="import time; print('begin', flush=True); time.sleep(0.5); raise SystemExit('de databank ontbreekt')"
    )
    failure, _ = refused(backend, wanted)

    assert "de databank ontbreekt" in failure.remedy.nl
    assert "begin" in [line.text for line in backend.logs(wanted.sandbox_id, "slecht", lines=20)]


def test_an_image_that_is_not_there_is_explained_within_seconds(
    backend: KubernetesBackend, order: Callable[..., DeploymentOrder], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the cluster says when an image was taken away after the platform had looked at it."""
    desk = backend._desk
    monkeypatch.setattr(desk, "push", lambda *_: desk.options.registry.reference("nergens", "sha256:" + "a" * 64))
    wanted = order(timeout=30)
    failure, seconds = refused(backend, wanted)

    assert "image-unknown" == failure.code, failure.cause.en
    assert seconds < 20
    assert not is_left(backend, wanted)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (ImageSettings(command=("/bin/hallo",), user="0:0"), "image-root"),
        (ImageSettings(command=("/bin/hallo",), user="www-data"), "image-user-name"),
        (ImageSettings(command=("/bin/hallo",), architecture="arm64"), "image-platform"),
    ],
)
def test_a_suppliers_image_that_may_not_run_never_gets_to_the_cluster(
    settings: ImageSettings, code: str, backend: KubernetesBackend, sandbox: SandboxSpec, tmp_path: Path
) -> None:
    """Root, a user without a number, another processor: refused before anything is pushed."""
    store = ImageStore(tmp_path / "store")
    folder = component(tmp_path / "eigen", name="eigen", run="  image: {archive: image.tar}")
    image = tiny_image(store, tmp_path / "image", settings=settings)
    write_archive(store, image, folder / "image.tar", names=("eigen:1",))
    with (tmp_path / "eigen.tar.gz").open("wb") as target:
        digest = pack(folder, target)
    failure, seconds = refused(
        backend, DeploymentOrder(sandbox.id, read_manifest(folder)[0], tmp_path / "eigen.tar.gz", digest, revision=1)
    )

    assert code == failure.code, failure.cause.en
    assert seconds < 10
    assert backend.observe(sandbox.id).component("eigen") is None


def test_a_program_for_another_processor_is_explained(
    backend: KubernetesBackend, sandbox: SandboxSpec, tmp_path: Path
) -> None:
    """The kernel refuses to execute it; the container says so in its log only."""
    folder = component(tmp_path / "arm", name="arm", run="  command: [./start]")
    (folder / "start").write_bytes(ELF_FOR_ARM)
    (folder / "start").chmod(0o755)
    with (tmp_path / "arm.tar.gz").open("wb") as target:
        digest = pack(folder, target)
    wanted = DeploymentOrder(sandbox.id, read_manifest(folder)[0], tmp_path / "arm.tar.gz", digest, revision=1)
    failure, _ = refused(backend, wanted)

    assert "program-not-executable" == failure.code, failure.cause.en
    assert "processor" in failure.remedy.en
    backend.remove(sandbox.id, "arm")


@pytest.mark.parametrize("wish", ["hostPath: /", "privileged: true", "hostNetwork: true", "volumes: [/var/run]"])
def test_a_manifest_cannot_ask_for_the_machine(wish: str, tmp_path: Path) -> None:
    """component.yaml has no words for it; the cluster would refuse it too, as the isolation proof shows."""
    folder = component(tmp_path / "vraagt")
    text = (folder / "component.yaml").read_text()
    (folder / "component.yaml").write_text(f"{text}{wish}\n")
    with pytest.raises(ComponentYamlError):
        read_manifest(folder)


def test_more_than_the_sandbox_may_have_is_refused_in_words(
    backend: KubernetesBackend, order: Callable[..., DeploymentOrder]
) -> None:
    """The quota is the room's; who asks too much hears so at once."""
    first = order("groot", memory=2048)
    second = order("groter", memory=2048)
    list(backend.deploy(first))
    failure, seconds = refused(backend, second)
    backend.remove(first.sandbox_id, "groot")

    assert "quota-exceeded" == failure.code
    assert "resources" in failure.remedy.nl
    assert seconds < 15


def test_a_component_with_thousands_of_connections_harms_nobody_else(
    backend: KubernetesBackend, order: Callable[..., DeploymentOrder], sandbox: SandboxSpec
) -> None:
    """Its own town may suffer; the platform and other sandboxes do not."""
    wanted = order("gulzig", program=MANY + SERVER, timeout=30)
    list(backend.deploy(wanted))
    time.sleep(5)
    began = time.monotonic()
    seen = backend.observe(sandbox.id)

    assert time.monotonic() - began < 5
    assert seen.component("gulzig").is_running
    assert 200 == httpx.get(f"{seen.component('gulzig').base_url}/gezondheid", timeout=10).status_code
    backend.remove(sandbox.id, "gulzig")
    deadline = time.monotonic() + 30
    while httpx.get(f"{seen.town_url}/gezondheid", timeout=10).status_code != 200:
        assert time.monotonic() < deadline


def test_a_failed_new_revision_leaves_the_old_one_running(
    backend: KubernetesBackend, order: Callable[..., DeploymentOrder], sandbox: SandboxSpec
) -> None:
    """A rolling update that does not come up is rolled back."""
    good = order("dienst")
    list(backend.deploy(good))
    bad = order("dienst", program="raise SystemExit('nieuw en stuk')")
    failure, _ = refused(backend, bad)
    view = backend.observe(sandbox.id).component("dienst")
    answer = httpx.get(f"{view.base_url}/gezondheid", timeout=10)
    backend.remove(sandbox.id, "dienst")

    assert "component-exited" == failure.code
    assert (True, good.revision, good.digest) == (view.is_running, view.revision, view.digest)
    assert 200 == answer.status_code
