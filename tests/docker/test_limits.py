"""Components that misbehave harm themselves only, and are explained."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from proeftuin_infra.oci import ImageSettings, compose, layer_from_folder, stream_archive
from proeftuin_infra.oci.base import find_base
from proeftuin_infra.oci.layers import FolderLayer
from proeftuin_infra.oci.model import Image, canonical, manifest_bytes
from support.sandbox_bundles import SERVER

if TYPE_CHECKING:
    from proeftuin_infra.oci import ImageStore

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(180)]

AFTER_START = 'print("klaar", flush=True)\n'


def doing(what: str) -> str:
    """Write a server that first does something in the background and then serves."""
    indented = "".join(f"    {line}\n" for line in what.strip().splitlines())
    start = "import threading\nthreading.Thread(target=misdragen, daemon=True).start()\n"
    return SERVER.replace(AFTER_START, f"def misdragen():\n{indented}{start}{AFTER_START}")


def logged(room, name: str, words: str) -> str:
    """Wait until a component says something."""
    deadline = time.monotonic() + 60
    while True:
        for line in room.backend.logs(room.spec.id, name, lines=200):
            if words in line.text:
                return line.text
        assert time.monotonic() < deadline, room.backend.logs(room.spec.id, name, lines=50)
        time.sleep(0.1)


def ended(room, name: str) -> None:
    deadline = time.monotonic() + 60
    while room.backend.observe(room.spec.id).component(name).is_running:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_memory_hog_is_ended_and_told_so(room) -> None:
    """256 MiB may be had with its data and scratch space; a gigabyte may not."""
    failure = room.fails("veelvraat", program="held = bytearray(1 << 30)\nheld[::4096] = b'1' * len(held[::4096])")

    assert "memory-limit" == failure.code
    assert "256 MiB" in failure.cause.nl
    assert "memoryMiB" in failure.remedy.nl


def test_a_fork_bomb_stays_in_its_container_and_others_answer(room, ask: httpx.Client) -> None:
    """Processes and threads together are counted."""
    program = doing(
        """
import os
count = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(600)
            os._exit(0)
        count += 1
except OSError as error:
    print("geforkt", count, type(error).__name__, flush=True)
"""
    ).replace("import http.server", "import time, http.server")
    bomb = room.deploy("bom", program=program, processes=8)
    other = room.deploy("klok")
    said = logged(room, "bom", "geforkt").split()

    assert 100 < int(said[1]) < 8 + 128
    assert "BlockingIOError" == said[2]
    assert 200 == ask.get(other).status_code
    assert bomb != other
    room.backend.remove(room.spec.id, "bom")


def test_a_full_disk_is_its_own_disk(room, ask: httpx.Client) -> None:
    """Of 8 MiB, with 64 MiB of scratch space; nothing else can be written."""
    program = doing(
        """
for folder in ("/data", "/tmp", "/app", "/dev/shm"):
    written = 0
    try:
        with open(folder + "/vol", "wb", buffering=0) as file:
            while written < 300:
                file.write(bytes(1 << 20))
                written += 1
    except OSError as error:
        pass
    print("geschreven", folder, written, flush=True)
    try:
        os.unlink(folder + "/vol")
    except OSError:
        pass
print("vol", flush=True)
"""
    )
    address = room.deploy("schrijver", program=program)
    logged(room, "schrijver", "vol")
    lines = room.backend.logs(room.spec.id, "schrijver", lines=50)
    written = dict(line.text.split()[1:] for line in lines if line.text.startswith("geschreven"))

    assert int(written["/data"]) <= 8
    assert int(written["/tmp"]) <= 64  # noqa: S108 - in the container
    assert 0 == int(written["/app"])
    assert int(written["/dev/shm"]) <= 64  # noqa: S108 - idem
    assert 200 == ask.get(address).status_code


def test_a_flood_of_log_lines_costs_the_oldest_lines_and_never_the_disk(room) -> None:
    """Two files of 2 MiB."""
    program = doing("for number in range(300_000):\n    print('regel', number, 'x' * 60)\nprint('uit', flush=True)")
    room.deploy("kletser", program=program)
    logged(room, "kletser", "uit")
    told = room.desk.engine.client.inspect_container(room.names.component("kletser"))
    log = Path(told["LogPath"])
    size = sum(file.stat().st_size for file in log.parent.glob(f"{log.name}*"))

    assert 1 << 20 < size < 5 << 20
    assert 100 == len(room.backend.logs(room.spec.id, "kletser", lines=100))
    room.backend.remove(room.spec.id, "kletser")


def test_thousands_of_connections_to_one_component_leave_another_reachable(room, ask: httpx.Client) -> None:
    """Every program has a gate of its own, and a gate has a ceiling."""
    flooded, other = room.deploy("druk"), room.deploy("klok")
    host, _, port = flooded.removeprefix("http://").partition(":")
    opened = []
    try:
        for _ in range(1500):
            one = socket.create_connection((host, int(port)), timeout=10)
            opened.append(one)
        answer = ask.get(other).status_code
    finally:
        for one in opened:
            one.close()

    assert 200 == answer
    deadline = time.monotonic() + 60
    while True:
        try:
            status = ask.get(flooded, timeout=5).status_code
        except httpx.TransportError:
            assert time.monotonic() < deadline, "it answers again when the flood is over"
            time.sleep(0.2)
        else:
            break
    assert 200 == status


@pytest.mark.parametrize(
    ("program", "code", "words"),
    [
        ("import time; time.sleep(600)", "port-not-open", "PORT"),
        (SERVER.replace('int(os.environ["PORT"])', "9000"), "wrong-port", "9000"),
        (SERVER.replace('os.environ["HOST"]', '"127.0.0.1"'), "own-address-only", "0.0.0.0"),  # noqa: S104 - words
        (SERVER.replace("send_response(200)", "send_response(503)"), "health-refused", "503"),
        ("import socket, time, os\ns = socket.create_server(('', 8080))\ntime.sleep(600)", "health-no-answer", "8080"),
    ],
)
def test_a_component_that_never_gets_ready_is_told_what_it_does_instead(
    room, program: str, code: str, words: str
) -> None:
    """Not `timeout`, but what to change; and nothing of it keeps running."""
    failure = room.fails("traag", program=program, timeout=2)

    assert code == failure.code
    assert words in failure.cause.nl + failure.remedy.nl
    assert not room.backend.observe(room.spec.id).component("traag").is_running


@pytest.mark.parametrize(
    ("run", "code"),
    [
        ("  command: [./bestaat-niet]", "program-not-found"),
        ("  command: [bestaatniet]", "program-not-found"),
        ("  command: [./server.py]", "program-not-executable"),
    ],
)
def test_a_program_that_cannot_be_started_is_named(room, run: str, code: str) -> None:
    """The fault is in component.yaml, and says so."""
    assert code == room.fails("stuk", run=run).code


def test_a_component_that_ignores_sigterm_is_ended_all_the_same(room) -> None:
    """Five seconds, and then it is over."""
    room.deploy("koppig", program="import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVER)
    began = time.monotonic()
    room.backend.stop(room.spec.id, "koppig")

    assert 4 < time.monotonic() - began < 30
    assert not room.backend.observe(room.spec.id).component("koppig").is_running


def test_data_outlives_a_new_revision_and_a_stop_but_not_a_removal(room, ask: httpx.Client) -> None:
    """It is in memory, and its gate holds it."""
    address = room.deploy("teller")
    ask.get(f"{address}/telt")
    room.backend.stop(room.spec.id, "teller")
    again = room.deploy("teller")
    kept = ask.get(f"{again}/telt").json()["count"]
    room.backend.remove(room.spec.id, "teller")
    fresh = ask.get(room.deploy("teller")).json()["count"]

    assert address == again, "its address too"
    assert (2, 0) == (kept, fresh)


def test_an_image_goes_with_the_last_component_that_runs_it(room) -> None:
    """The disk of an engine does not fill with what was once deployed."""
    room.deploy("kort")
    image = room.desk.containers.inspect(room.names.component("kort")).image
    room.backend.remove(room.spec.id, "kort")
    gone = room.desk.engine_images.find(image)
    room.deploy("kort")

    assert gone is None
    assert image == room.desk.containers.inspect(room.names.component("kort")).image, "made once, loaded again"


def test_an_image_for_another_machine_is_refused_in_words(room, image_store: ImageStore, tmp_path: Path) -> None:
    """Before anything of it is loaded."""
    archive = _image(image_store, tmp_path, architecture="arm64")
    failure = room.fails("arm", run="  image: {archive: image.tar}", files={"image.tar": archive})

    assert "image-platform" == failure.code
    assert "arm64" in failure.cause.nl


def test_an_image_that_wants_to_be_root_is_refused_in_words(room, image_store: ImageStore, tmp_path: Path) -> None:
    """And would not be root if it were not refused."""
    archive = _image(image_store, tmp_path, config={"User": "root"})
    failure = room.fails("wortel", run="  image: {archive: image.tar}", files={"image.tar": archive})

    assert "image-root" == failure.code
    assert "USER" in failure.remedy.nl


def test_an_image_that_does_not_exist_is_refused_in_words(room) -> None:
    """The file is named."""
    failure = room.fails("leeg", run="  image: {archive: weg.tar}")

    assert "image-absent" == failure.code
    assert "weg.tar" in failure.cause.nl


def test_an_image_of_a_supplier_runs_behind_the_same_walls(
    room, image_store: ImageStore, tmp_path: Path, ask: httpx.Client
) -> None:
    """Whatever it says of itself: its places to write are in memory, its own health check never runs."""
    archive = _image(image_store, tmp_path, whole=True, config={"Volumes": {"/var/klok": {}}})
    address = room.deploy("eigen", run="  image: {archive: image.tar}", files={"image.tar": archive})
    told = room.desk.engine.client.inspect_container(room.names.component("eigen"))

    assert 200 == ask.get(address).status_code
    assert "10001:10001" == told["Config"]["User"]
    assert "/var/klok" in told["HostConfig"]["Tmpfs"]
    assert ["/data"] == [mount["Destination"] for mount in told["Mounts"]]


def _image(store: ImageStore, folder: Path, *, whole: bool = False, **changes: Any) -> bytes:
    """Make an archive as a supplier would with `docker save`.

    Args:
        store: Holds the base image.
        folder: To work in.
        whole: On the base image, so that it can run.
        changes: Members of the configuration and, in `config`, of how it runs.
    """
    code = folder / "code"
    code.mkdir()
    (code / "server.py").write_text(SERVER)
    layer = layer_from_folder(store, FolderLayer(code, "srv"))
    base = find_base(store) if whole else None
    made = compose(store, base, layer, settings=ImageSettings(command=("python", "/srv/server.py")))
    content = json.loads(made.config)
    content["config"] |= changes.pop("config", {})
    config = canonical(content | changes)
    image = Image(manifest_bytes(config, made.layers), config, made.layers)
    store.add(image.config)
    store.add(image.manifest)
    return b"".join(stream_archive(store, image))
