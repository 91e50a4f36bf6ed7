"""Two clusters share nothing, and nobody else's process is taken for a node."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import os
import socket
import ssl
import tarfile
import threading
from typing import TYPE_CHECKING

import pytest

from testcluster import programs
from testcluster.archives import static_image
from testcluster.building import Store
from testcluster.cli import main
from testcluster.errors import ClusterError
from testcluster.layout import Layout, Network
from testcluster.machine import Machine
from testcluster.pki import Authority

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(Layout.of(Network.BRIDGE, tmp_path), Store(tmp_path / "built"))
    machine.layout.root.mkdir()
    return machine


def test_two_clusters_share_no_folder_address_or_name(tmp_path: Path) -> None:
    """So they run side by side."""
    usual = [Layout.of(network, tmp_path) for network in Network]
    layouts = [*usual, *(Layout.of(Network.CILIUM, tmp_path, number=number) for number in range(2, 91))]

    for name in ("root", "prefix", "pods", "services", "link", "cgroup", "kubeconfig", "registry", "dns"):
        assert len(layouts) == len({getattr(layout, name) for layout in layouts})


@pytest.mark.parametrize("network", list(Network))
def test_names_fit_the_kernel(network: Network, tmp_path: Path) -> None:
    """The name of a link has at most 15 characters."""
    assert len(Layout.of(network, tmp_path, number=90).link) <= 15


def test_a_recycled_process_id_is_not_taken_for_the_node(machine: Machine) -> None:
    """Only the process that started at the recorded moment is ours to stop."""
    machine.layout.record.write_text(json.dumps({"pid": os.getpid(), "started": 1}))

    assert not machine.runs()


@pytest.mark.parametrize("record", [None, "", "{", json.dumps({"pid": 2**22 + 1, "started": 1})])
def test_no_or_a_broken_record_means_that_nothing_runs(machine: Machine, record: str | None) -> None:
    """A start that was cut off leaves one."""
    if record is not None:
        machine.layout.record.write_text(record)

    assert not machine.runs()


def test_every_missing_debian_package_is_named_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Who reads the line can install them all."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "PLUGINS", str(tmp_path))

    with pytest.raises(ClusterError) as refused:
        programs.check_machine(Network.CILIUM)

    assert (
        "missing Debian packages: bpftool clang-16 conntrack containerd containernetworking-plugins docker-registry "
        "etcd-server iproute2 ipset iptables runc util-linux"
    ) == str(refused.value)


def test_equal_programs_give_equal_images(tmp_path: Path) -> None:
    """The image is an ordinary docker archive, the same every time."""
    program = tmp_path / "program"
    program.write_bytes(b"\x7fELF")

    archive = static_image("localhost/x:1", program)

    assert archive == static_image("localhost/x:1", program)
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        (described,) = json.loads(files.extractfile("manifest.json").read())
        assert ["localhost/x:1"] == described["RepoTags"]
        with tarfile.open(fileobj=files.extractfile(described["Layers"][0])) as layer:
            assert ["program"] == layer.getnames()
            assert 0o755 == layer.getmember("program").mode


def test_what_the_authority_issues_is_trusted_by_who_trusts_the_authority(tmp_path: Path) -> None:
    """A server and a client of one authority accept each other, checked by OpenSSL itself."""
    authority = Authority(now=NOW)
    (tmp_path / "ca.crt").write_bytes(authority.certificate)
    authority.issue("server", hosts=("127.0.0.1",)).write(tmp_path / "server")
    authority.issue("somebody", groups=("some:group",)).write(tmp_path / "client")
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=tmp_path / "ca.crt")
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_cert_chain(tmp_path / "server.crt", tmp_path / "server.key")
    client = ssl.create_default_context(cafile=tmp_path / "ca.crt")
    client.load_cert_chain(tmp_path / "client.crt", tmp_path / "client.key")

    subject: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            connection, _ = listener.accept()
            with server.wrap_socket(connection, server_side=True) as secure:
                subject.append(secure.getpeercert()["subject"])
                secure.sendall(b"welcome")

        thread = threading.Thread(target=accept)
        thread.start()
        with (
            socket.create_connection(listener.getsockname()) as connection,
            client.wrap_socket(connection, server_hostname="127.0.0.1") as secure,
        ):
            assert b"welcome" == secure.recv(10)
        thread.join(10)

    assert [((("organizationName", "some:group"),), (("commonName", "somebody"),))] == subject


def test_a_kubeconfig_needs_no_other_file() -> None:
    """It may be copied to where a test or a platform wants it."""
    authority = Authority(now=NOW)
    credential = authority.issue("somebody")

    content = json.loads(authority.kubeconfig("https://10.0.0.1:6443", credential))

    user = content["users"][0]["user"]
    assert credential.key == base64.b64decode(user["client-key-data"])
    assert credential.certificate == base64.b64decode(user["client-certificate-data"])


@pytest.mark.parametrize("arguments", [[], ["up", "calico"], ["build", "etcd"], ["load-image"]])
def test_a_wrong_command_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert 2 == ended.value.code
    assert "usage: cluster" in capsys.readouterr().err


def test_loading_an_image_without_a_cluster_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["load-image", "x.tar", f"--folder={tmp_path}"])

    assert 1 == ended.value.code
    assert "cluster: no cluster runs\n" == capsys.readouterr().err
