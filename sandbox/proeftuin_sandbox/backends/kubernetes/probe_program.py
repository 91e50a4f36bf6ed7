"""The probe of the isolation proof: tries what a stranger's program would try, and prints what it could do.

Runs by itself in a container of the base image, so: the standard library only. One argument, a JSON object:
`{"role": "room", "race": […], "network": […], "own": true}` tries and ends; `{"role": "control", "port": N}` stays,
listens as a target (TCP and UDP), and tries on request (`POST /`), for the positive controls.
"""

# pathlib takes longer to import than most of this program runs.
# ruff: noqa: PTH108, PTH123, PTH208

import concurrent.futures
import ctypes
import errno
import functools
import http.server
import json
import os
import socket
import socketserver
import struct
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

PATIENCE = 1.5
ANYWHERE = "0.0.0.0"  # noqa: S104 - in a pod of its own
RACE_SECONDS = 10.0
ENOUGH = 3
LIBC = ctypes.CDLL(None, use_errno=True)
NUMBERS = {
    "x86_64": {"keyctl": 250, "unshare": 272, "ptrace": 101},
    "aarch64": {"keyctl": 219, "unshare": 97, "ptrace": 117},
}
CLONE_NEWUSER = 0x10000000
FILTERED = "2"


class Refused(Exception):  # noqa: N818 - it is what we hope for
    """It did not work, in a way that is no error of the operating system."""


def tcp(host: str, port: int, **_: Any) -> str:
    """Connect."""
    with socket.create_connection((host, port), PATIENCE):
        return f"{host}:{port} answers"


def udp(host: str, port: int, **_: Any) -> str:
    """Send a datagram and wait for it to come back."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.settimeout(PATIENCE)
        one.sendto(b"proeftuin", (host, port))
        one.recv(64)
        return f"{host}:{port} answers"


def dns(host: str, port: int, name: str, **_: Any) -> str:
    """Ask a name server for a name (RFC 1035)."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.settimeout(PATIENCE)
        one.sendto(
            struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", 1, 1), (host, port)
        )
        answer = one.recv(512)
    if struct.unpack(">H", answer[6:8])[0] == 0:
        raise Refused(f"no address (code {answer[3] & 15})")
    return f"{host} knows {name}"


def by_name(host: str, port: int, **_: Any) -> str:
    """Connect to a name, found by the name server of this container."""
    return tcp(host, port)


NETWORK: dict[str, Callable[..., str]] = {"tcp": tcp, "udp": udp, "dns": dns, "name": by_name}


def attempt(act: Callable[[], str]) -> list[Any]:
    """Try one thing; gives whether it worked and what was seen."""
    try:
        return [True, str(act())]
    except Refused as error:
        return [False, str(error)]
    except OSError as error:
        known = errno.errorcode.get(error.errno or 0)
        return [False, known or type(error).__name__]


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


def call(name: str, *arguments: int) -> str:
    """Make a system call that has no function in the standard library."""
    ctypes.set_errno(0)
    if LIBC.syscall(NUMBERS[os.uname().machine][name], *arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return name


def mount() -> str:
    """Mount a file system."""
    if LIBC.mount(b"none", b"/tmp", b"tmpfs", 0, None) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return "mounted"


def write_kernel_setting() -> str:
    """Write a setting of the whole machine; what stands there is put back, so that nothing changes."""
    with open("/proc/sys/vm/swappiness", "r+") as file:
        value = file.read()
        file.seek(0)
        file.write(value)
    return "written"


def become_root() -> str:
    """Become root, or be it."""
    child = os.fork()
    if child == 0:
        try:
            os.setresuid(0, 0, 0)
        except OSError as error:
            os._exit(error.errno or 255)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        raise OSError(status, os.strerror(status))
    return "root"


def unshare() -> str:
    """Make a user namespace, in which we are root."""
    child = os.fork()
    if child == 0:
        try:
            call("unshare", CLONE_NEWUSER)
        except OSError as error:
            os._exit(error.errno or 255)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        raise OSError(status, os.strerror(status))
    return "made"


def status_of(field: str) -> str:
    """Read a line of the kernel's view of this process."""
    with open("/proc/self/status") as file:
        return next(line.split()[1] for line in file if line.startswith(f"{field}:"))


def have_capabilities() -> str:
    """See whether any capability is held or could be had."""
    held = [name for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb") if int(status_of(name), 16)]
    if not held:
        raise Refused("all sets are empty")
    return ", ".join(held)


def gain_privileges() -> str:
    """See whether a program with the set-user-id bit could gain privileges."""
    if status_of("NoNewPrivs") == "1":
        raise Refused("no_new_privs is set")
    return "possible"


def without_filter() -> str:
    """See whether system calls are filtered (seccomp mode 2)."""
    if status_of("Seccomp") == FILTERED:
        raise Refused("filtered")
    return f"mode {status_of('Seccomp')}"


def change_system() -> str:
    """Write in the image's own file system."""
    said = ""
    for folder in ("/usr/local/bin", "/etc", "/"):
        try:
            with open(f"{folder}/probe", "w") as file:
                file.write("x")
            os.unlink(f"{folder}/probe")
        except OSError as error:
            said = errno.errorcode.get(error.errno or 0, str(error))
            continue
        return folder
    raise Refused(said)


def read_token() -> str:
    """Read a token of the Kubernetes API."""
    for root in ("/var/run/secrets", "/run/secrets"):
        for folder, _, files in os.walk(root):
            if files:
                return f"{folder}/{files[0]}"
    raise Refused("no file")


def raw_socket() -> str:
    """Open a socket with which any packet can be made."""
    socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP).close()
    return "opened"


def packet_socket() -> str:
    """Open a socket by which all traffic of the network card can be read and forged."""
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()
    return "opened"


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


def speak_to_runtime() -> str:
    """Reach the container runtime of the node by its socket."""
    for path in ("/run/containerd/containerd.sock", "/var/run/docker.sock", "/run/crio/crio.sock"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
            try:
                one.connect(path)
            except OSError:
                continue
            return path
    raise Refused("no socket")


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


def share_of_processor() -> str:
    """Read from the kernel to which share of a processor we are bound."""
    try:
        with open("/sys/fs/cgroup/cpu.max") as file:
            quota, period = file.read().split()
    except FileNotFoundError:
        with open("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") as file:
            quota = file.read().strip()
        with open("/sys/fs/cgroup/cpu/cpu.cfs_period_us") as file:
            period = file.read().strip()
    if quota in {"max", "-1"}:
        return "no bound"
    raise Refused(f"{int(quota) / int(period):.2f} of a processor")


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


OWN: dict[str, Callable[[], str]] = {
    "token": read_token,
    "raw-socket": raw_socket,
    "packet-socket": packet_socket,
    "root": become_root,
    "capabilities": have_capabilities,
    "new-privileges": gain_privileges,
    "system-calls": without_filter,
    "mount": mount,
    "user-namespace": unshare,
    "keyring": lambda: call("keyctl", 0, -3, 1),
    "trace": lambda: call("ptrace", 16, os.getppid() or 1, 0, 0),
    "kernel-setting": write_kernel_setting,
    "system-files": change_system,
    "devices": open_disk,
    "others": see_others,
    "runtime-socket": speak_to_runtime,
    "cpu": share_of_processor,
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
