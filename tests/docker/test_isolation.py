"""Every attack is really tried and stopped, and is seen to work when its wall is taken away."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from proeftuin_infra.docker.specs import ContainerSpec
from proeftuin_kernel.ids import new_id
from proeftuin_sandbox.backends.base import SandboxSpec
from proeftuin_sandbox.backends.docker.names import Kind
from proeftuin_sandbox.backends.docker.proof import BOUNDS, CONTROL_OF, probe_spec, prove
from support.sandbox_bundles import SERVER

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

pytestmark = [pytest.mark.docker, pytest.mark.slow]

# Answers /?host=…&port=… with whether a connection can be made from inside, and /?name=… with an address.
SPY = SERVER.replace(
    "        body = json",
    """        import socket, urllib.parse
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        if asked:
            try:
                if "name" in asked:
                    said = socket.gethostbyname(asked["name"])
                else:
                    socket.create_connection((asked["host"], int(asked["port"])), timeout=1.5).close()
                    said = "connected"
            except OSError as error:
                said = type(error).__name__
            self.send_response(200)
            self.end_headers()
            self.wfile.write(said.encode())
            return
        body = json""",
)


@dataclass(frozen=True, slots=True)
class Breach(ContainerSpec):
    """A container of which somebody forgot a part of the walls."""

    leave_out: tuple[str, ...] = ()
    add: str = "{}"

    def creation(self) -> dict[str, Any]:
        """Give the request with holes in it."""
        body = super(Breach, self).creation()
        for name in self.leave_out:
            body["HostConfig"].pop(name, None)
        if "User" in self.leave_out:
            body["User"] = "0:0"
        body["HostConfig"] |= json.loads(self.add)
        return body


def breach(spec: ContainerSpec, **holes: Any) -> Breach:
    parts = {name: getattr(spec, name) for name in ContainerSpec.__dataclass_fields__}
    return Breach(**{**parts, **holes})


def open_network(spec: ContainerSpec, prefix: str) -> ContainerSpec:
    return replace(spec, network=f"{prefix}-in", also_on=(f"{prefix}-proof", f"{prefix}-room"), dns=None)


def no_limits(spec: ContainerSpec, _: str) -> ContainerSpec:
    wide = replace(BOUNDS, memory_mib=512, processes=500, open_files=1000)
    places = dict.fromkeys(("/tmp", "/data"), "size=64m,mode=1777")  # noqa: S108 - in the container
    return breach(
        replace(spec, bounds=wide, tmpfs={}, volumes={}), leave_out=("NanoCpus",), add=json.dumps({"Tmpfs": places})
    )


def no_privilege_walls(spec: ContainerSpec, _: str) -> ContainerSpec:
    capabilities = ["SYS_ADMIN", "SYS_CHROOT", "NET_RAW", "MKNOD", "SETUID", "DAC_OVERRIDE"]
    more = {"CapAdd": capabilities, "SecurityOpt": ["seccomp=unconfined", "apparmor=unconfined"], "ReadonlyPaths": []}
    return breach(spec, leave_out=("CapDrop", "User", "ReadonlyRootfs"), add=json.dumps(more))


def no_process_wall(spec: ContainerSpec, _: str) -> ContainerSpec:
    more = {"PidMode": "host", "CapAdd": ["KILL", "SYS_PTRACE"]}
    return breach(spec, leave_out=("User",), add=json.dumps(more))


@pytest.mark.timeout(300)
def test_every_attack_is_stopped_and_the_same_attack_is_seen_to_work_outside(room) -> None:
    """A sandbox becomes ready on this; a probe that cannot see proves nothing."""
    proof = room.backend.prove(room.spec.id)

    assert [] == [one for one in proof.findings if not one.held or not one.detected]
    assert {*CONTROL_OF, "environment"} == {one.attack for one in proof.findings}
    assert [] == [thing.name for thing in room.backend.inventory() if "proof" in thing.name], "nothing is left of it"


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("hole", "expected"),
    [
        (open_network, {"rooms", "host", "platform"}),
        (no_limits, {"memory", "processes", "open-files", "disk", "cpu"}),
        (no_privilege_walls, {"privileges", "system-calls", "packets", "files", "devices", "kernel-settings"}),
        (no_process_wall, {"neighbours"}),
    ],
)
def test_a_wall_that_is_taken_away_is_noticed(
    room, hole: Callable[[ContainerSpec, str], ContainerSpec], expected: set[str]
) -> None:
    """The proof is not a form: forget a wall anywhere, and the sandbox does not become ready."""
    spec = hole(probe_spec(room.desk, room.names), room.names.prefix)
    proof = prove(room.desk, room.names, inside=spec)
    fallen = {one.control for one in proof.findings if not one.held}

    assert not proof.holds
    assert expected <= fallen


@pytest.mark.timeout(300)
def test_two_rooms_do_not_see_each_other_nor_the_machine(room, ask: httpx.Client) -> None:
    """From a real component: its own town answers, and nothing else in the world does."""
    spy = room.deploy("spion", program=SPY)
    other = SandboxSpec(new_id("sbx"), room.spec.town)
    try:
        list(room.backend.create(other))
        theirs = room.backend._names(other.id)
        containers = room.desk.containers
        town = containers.inspect(theirs.town)
        gate = containers.inspect(theirs.gate(theirs.town))
        own_gate = containers.inspect(room.names.gate(room.names.town))
        way_in = room.desk.networks.find(room.names.way_in)
        targets = {
            "town of another room": (town.addresses[theirs.room], 8080),
            "gate of another room": (gate.addresses[theirs.way_in], 8080),
            "own gate, from its other side": (own_gate.addresses[room.names.way_in], 8080),
            "own gate, in the room": (own_gate.addresses[room.names.room], 8080),
            "control of the town's gate": (own_gate.addresses[room.names.room], 8081),
            "machine": (way_in.gateway, own_gate.ports[8080]),
            "gateway of the room": (room.desk.networks.find(room.names.room).gateway, 80),
        }
        seen = {what: ask.get(spy, params={"host": host, "port": port}).text for what, (host, port) in targets.items()}
        home = ask.get(spy, params={"host": "town", "port": 8080}).text
        names = [
            ask.get(spy, params={"name": name}).text
            for name in (theirs.town, "example.org", theirs.alias(theirs.town))
        ]

        assert "connected" == home, "the spy can connect"
        assert {} == {what: said for what, said in seen.items() if said == "connected"}
        assert ["gaierror"] * 3 == names
    finally:
        list(room.backend.destroy(other.id))


@pytest.mark.timeout(120)
def test_the_control_port_of_the_town_obeys_nobody_in_the_room(room, ask: httpx.Client) -> None:
    """A component can reach it, as it is in the same room, and cannot reset the town."""
    program = SERVER.replace(
        "        body = json",
        """        if self.path == "/zet-terug":
            import urllib.request, urllib.error
            try:
                asked = urllib.request.Request("http://town:8081/terugzetten", method="POST")
                urllib.request.urlopen(asked, timeout=5)
                said = b"done"
            except urllib.error.HTTPError as error:
                said = str(error.code).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(said)
            return
        body = json""",
    )

    assert "401" == ask.get(f"{room.deploy('dief', program=program)}/zet-terug").text


@pytest.mark.timeout(120)
def test_the_environment_holds_the_documented_variables_and_the_images_own(room, ask: httpx.Client) -> None:
    """No token of the platform, no address of the engine."""
    found = ask.get(room.deploy("klok")).json()["env"]

    assert {
        "HOST", "PORT", "PROEFTUIN_BASE_URL", "PROEFTUIN_TOWN_URL", "PROEFTUIN_SANDBOX", "PROEFTUIN_COMPONENT",
        "PROEFTUIN_DATA_DIR", "HOME", "TMPDIR", "LANG", "PATH", "GROET", "HOSTNAME", "PYTHONPATH",
        "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED",
    } == set(found)  # fmt: skip


@pytest.mark.timeout(180)
def test_a_room_whose_walls_were_taken_away_is_emptied_and_walled_again(room) -> None:
    """Somebody with access to the engine put another network in its place: seen as drift, and put right."""
    spec = SandboxSpec(new_id("sbx"), room.spec.town)
    names = room.backend._names(spec.id)
    try:
        list(room.backend.create(spec))
        room.backend.prove(spec.id)  # it began with the room, and is in it until it is heard
        whole = room.backend.observe(spec.id)
        for container in (names.town, names.gate(names.town)):
            room.desk.containers.remove(container)
        room.desk.networks.remove(names.room)
        room.desk.networks.ensure(names.room, labels=names.labels(Kind.ROOM), walled=False)
        seen = room.backend.observe(spec.id)
        list(room.backend.create(spec))
        again = room.backend.observe(spec.id)

        assert ((), (names.room,), ()) == (whole.drift, seen.drift, again.drift)
        assert again.is_serving
        assert room.desk.networks.find(names.room).is_walled
    finally:
        list(room.backend.destroy(spec.id))
