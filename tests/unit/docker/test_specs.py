"""What a container is made from: the walls stand in every request."""

from __future__ import annotations

from dataclasses import replace

from proeftuin_infra.docker.specs import Bounds, ContainerSpec

BOUNDS = Bounds(memory_mib=128, processes=20, cpus=0.5, open_files=64, cpu_seconds=10)
SPEC = ContainerSpec(name="a", image="sha256:1", network="room", bounds=BOUNDS)


def test_every_wall_stands_in_the_request_of_an_ordinary_container() -> None:
    """References/sandbox.md 5.4: none of these may ever be forgotten."""
    body = SPEC.creation()
    host = body["HostConfig"]

    assert "10001:10001" == body["User"]
    assert (True, ["ALL"], False) == (host["ReadonlyRootfs"], host["CapDrop"], host["Privileged"])
    assert ["no-new-privileges:true"] == host["SecurityOpt"], "and nothing that would unset seccomp or AppArmor"
    assert 128 * 1024 * 1024 == host["Memory"] == host["MemorySwap"], "no swap"
    assert (20, 500_000_000, "private") == (host["PidsLimit"], host["NanoCpus"], host["IpcMode"])
    assert {"nofile": (64, 64), "core": (0, 0), "cpu": (10, 15)} == {
        one["Name"]: (one["Soft"], one["Hard"]) for one in host["Ulimits"]
    }
    assert {"max-size": "2m", "max-file": "2"} == host["LogConfig"]["Config"]
    assert {"Test": ["NONE"]} == body["Healthcheck"], "an image's own check would run without end"
    assert {"PidMode", "CapAdd", "Devices"}.isdisjoint(host)


def test_nothing_of_the_machine_is_mounted() -> None:
    """Only named volumes: a path of the machine would begin with a slash."""
    body = replace(SPEC, volumes={"/data": "pt-x-data"}).creation()

    assert ["pt-x-data:/data:rw"] == body["HostConfig"]["Binds"]


def test_ports_are_published_on_loopback_only() -> None:
    """Nobody else on the machine's networks reaches a sandbox."""
    body = replace(SPEC, publish={8080: 21000}).creation()

    assert {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": "21000"}]} == body["HostConfig"]["PortBindings"]


def test_memory_file_systems_have_a_size() -> None:
    """Otherwise half of the machine's memory is theirs."""
    body = replace(SPEC, tmpfs={"/scratch": 16}).creation()

    assert {"/scratch": "size=16m,mode=1777,nosuid,nodev,exec"} == body["HostConfig"]["Tmpfs"]


def test_a_change_anywhere_gives_another_digest() -> None:
    """A container of another specification is replaced, one of the same is left alone."""
    changes = [{"image": "sha256:2"}, {"network": "other"}, {"environment": {"A": "b"}}, {"tmpfs": {"/scratch": 1}}]

    assert SPEC.digest == replace(SPEC).digest
    assert len(changes) + 1 == len({SPEC.digest, *(replace(SPEC, **change).digest for change in changes)})


def test_the_environment_is_not_shown_with_the_specification() -> None:
    """It may hold a token, and specifications end up in error messages."""
    assert "geheim" not in repr(replace(SPEC, environment={"A": "geheim"}))
