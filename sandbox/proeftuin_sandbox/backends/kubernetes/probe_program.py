"""The probe of the isolation proof: tries what a stranger's program would try, and prints what it could do.

Runs by itself in a container of the base image, after the text of `kernel_attacks`, so: the standard library only. One
argument, a JSON object:
`{"role": "room", "race": […], "network": […], "own": true}` tries and ends; `{"role": "control", "port": N}` stays,
listens as a target (TCP and UDP), and tries on request (`POST /`), for the positive controls.
"""

# pathlib takes longer to import than most of this program runs.
# ruff: noqa: PTH123, PTH208

import concurrent.futures
import functools
import http.server
import json
import os
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from proeftuin_sandbox.backends.kernel_attacks import (
    Attack,
    Refused,
    ask_name,
    attempt,
    be_unfiltered,
    call,
    change_system,
    gain_privileges,
    have_capabilities,
    have_the_processor,
    in_child,
    mount,
    open_socket,
    reach_socket,
    send_datagram,
    write_kernel_setting,
)

PATIENCE = 1.5
ANYWHERE = "0.0.0.0"  # noqa: S104 - in a pod of its own
RACE_SECONDS = 10.0
ENOUGH = 3
CLONE_NEWUSER = 0x10000000
RUNTIMES = ("/run/containerd/containerd.sock", "/var/run/docker.sock", "/run/crio/crio.sock")


def tcp(host: str, port: int, **_: Any) -> str:
    """Connect."""
    with socket.create_connection((host, port), PATIENCE):
        return f"{host}:{port} answers"


def by_name(host: str, port: int, **_: Any) -> str:
    """Connect to a name, found by the name server of this container."""
    return tcp(host, port)


def udp(host: str, port: int, **_: Any) -> str:
    """Send a datagram and wait for it to come back."""
    return send_datagram(host, port, "proeftuin", seconds=PATIENCE)


def dns(host: str, port: int, name: str, **_: Any) -> str:
    """Ask a name server for a name."""
    return ask_name(host, name, port=port, seconds=PATIENCE)


NETWORK: dict[str, Callable[..., str]] = {"tcp": tcp, "udp": udp, "dns": dns, "name": by_name}


def try_network(attacks: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Try every address at the same time: most that is refused is refused by silence."""
    with concurrent.futures.ThreadPoolExecutor(max(1, min(64, len(attacks)))) as pool:
        found = {one["id"]: pool.submit(attempt, functools.partial(NETWORK[one["kind"]], **one)) for one in attacks}
        return {name: result.result() for name, result in found.items()}


def race(targets: list[dict[str, Any]]) -> dict[str, Any]:
    """Try from the first moment on, until nothing got through three times in a row; tell how long it was open.

    Kubernetes does not say when a policy holds for a new pod, so this is the only way to know.
    """
    began = time.monotonic()
    opened: float | None = None
    closed = tries = 0
    while time.monotonic() - began < RACE_SECONDS and closed < ENOUGH:
        tries += 1
        worked = False
        for one in targets:
            try:
                with socket.create_connection((one["host"], one["port"]), 0.4):
                    worked = True
            except OSError:
                continue
        if worked:
            opened, closed = time.monotonic() - began, 0
            time.sleep(0.05)
        else:
            closed += 1
    return {"tries": tries, "closed": closed >= ENOUGH, "lastOpen": opened, "seconds": time.monotonic() - began}


def read_token() -> str:
    """Read a token of the Kubernetes API."""
    for root in ("/var/run/secrets", "/run/secrets"):
        for folder, _, files in os.walk(root):
            if files:
                return f"{folder}/{files[0]}"
    raise Refused("no file")


def open_disk() -> str:
    """Open a device of the machine."""
    names = sorted(set(os.listdir("/dev")) & {"mem", "kmsg", "sda", "vda", "nvme0n1", "fuse", "kvm", "xvda"})
    for name in names:
        with open(f"/dev/{name}", "rb"):
            return name
    raise Refused("none is there")


def see_others() -> str:
    """See or trace a process of another container."""
    mine = {os.getpid(), os.getppid(), 1}
    others = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) not in mine]
    if not others:
        raise Refused("none is there")
    return f"{len(others)} processes"


def start_many(count: int) -> str:
    """Start many threads; each counts as a process."""
    stop = threading.Event()
    threading.stack_size(64 * 1024)
    started = 0
    try:
        for _ in range(count):
            threading.Thread(target=stop.wait, daemon=True).start()
            started += 1
    except RuntimeError as error:
        raise Refused(f"no more after {started}") from error
    finally:
        stop.set()
    return f"{count} at a time"


def share_of_memory() -> str:
    """Read from the kernel to how much memory we are bound."""
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            with open(path) as file:
                limit = file.read().strip()
        except FileNotFoundError:
            continue
        if limit != "max" and int(limit) < 1 << 40:
            raise Refused(f"{int(limit) >> 20} MiB")
    return "no bound"


OWN: dict[str, Attack] = {
    "token": read_token,
    "raw-socket": lambda: open_socket(socket.AF_INET, socket.IPPROTO_ICMP),
    "packet-socket": lambda: open_socket(socket.AF_PACKET, 0),
    "root": lambda: in_child(lambda: os.setresuid(0, 0, 0)),
    "capabilities": have_capabilities,
    "new-privileges": gain_privileges,
    "system-calls": be_unfiltered,
    "mount": mount,
    "user-namespace": lambda: in_child(lambda: call("unshare", CLONE_NEWUSER)),
    "keyring": lambda: call("keyctl", 0, -3, 1),
    "trace": lambda: call("ptrace", 16, os.getppid() or 1, 0, 0),
    "kernel-setting": write_kernel_setting,
    "system-files": change_system,
    "devices": open_disk,
    "others": see_others,
    "runtime-socket": lambda: reach_socket(*RUNTIMES),
    "cpu": have_the_processor,
    "memory": share_of_memory,
    "processes": lambda: start_many(2000),
}
"""What is tried against the kernel, by the name of the attack."""


def facts() -> dict[str, Any]:
    """Tell in what kind of room we are."""
    with open("/proc/self/uid_map") as file:
        users = " ".join(file.read().split())
    with open("/proc/version") as file:
        version = file.read().strip()
    return {"users": users, "version": version[:120], "machine": os.uname().machine, "uid": os.getuid()}


def probe(to: dict[str, Any]) -> None:
    """Try everything and print what worked."""
    began = time.monotonic()
    found: dict[str, Any] = {"race": race(to["race"]), "environment": sorted(os.environ), "facts": facts()}
    found["network"] = try_network(to["network"])
    found["own"] = {name: attempt(act) for name, act in OWN.items()}
    found["seconds"] = time.monotonic() - began
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


class Echo(socketserver.BaseRequestHandler):
    """Sends a datagram back."""

    def handle(self) -> None:
        """Answer with what came."""
        data, carrier = self.request
        carrier.sendto(data, self.client_address)


class Control(http.server.BaseHTTPRequestHandler):
    """Tries on request, where nothing stops it."""

    def do_GET(self) -> None:
        """Be alive."""
        self.answer({"alive": True})

    def do_POST(self) -> None:
        """Try what the request lists."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(try_network(asked))

    def answer(self, value: Any) -> None:
        """Send JSON."""
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def control(to: dict[str, Any]) -> None:
    """Listen as a target, and try on request."""
    echo = socketserver.ThreadingUDPServer((ANYWHERE, to["port"]), Echo)
    threading.Thread(target=echo.serve_forever, daemon=True).start()
    http.server.ThreadingHTTPServer((ANYWHERE, to["port"]), Control).serve_forever()


def main() -> None:
    """Play the role that the argument gives."""
    to = json.loads(sys.argv[1])
    if to["role"] == "control":
        control(to)
    else:
        probe(to)
        os._exit(0)


if __name__ == "__main__":
    main()
