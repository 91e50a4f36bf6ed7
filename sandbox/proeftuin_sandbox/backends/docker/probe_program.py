"""Tries from inside what a room promises to stop, and says what worked.

Runs by itself in a container of the base image, so: the standard library only, and no more of it than needed.
The one argument is JSON that says where the targets are and how far to go over each limit. It prints one JSON
object: for each attack whether it worked, and what was seen.
"""

# pathlib takes longer to import than this program runs.
# ruff: noqa: PTH102, PTH103, PTH106, PTH108, PTH110, PTH112, PTH123, PTH208
# /tmp here is that of a container that is thrown away.
# ruff: noqa: S108

import concurrent.futures
import ctypes
import errno
import json
import os
import selectors
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

PATIENCE = 0.7
MIB = 1024 * 1024
LIBC = ctypes.CDLL(None, use_errno=True)
NUMBERS = {
    "x86_64": {"keyctl": 250, "bpf": 321, "unshare": 272},
    "aarch64": {"keyctl": 219, "bpf": 280, "unshare": 97},
}
NEW_NAMESPACES = 0x00020000 | 0x10000000  # CLONE_NEWNS, CLONE_NEWUSER
NEW_MAP = b"\2\0\0\0\4\0\0\0\4\0\0\0\1\0\0\0"  # an array of one element, for bpf(2)
GET_NO_NEW_PRIVS = 39
BLOCK_DEVICE = 0o060600
FILTERED = "2"

Attack = Callable[[], str]
Target = Sequence[Any]


class Refused(Exception):  # noqa: N818 - it is what we hope for
    """The attack did not work; says how."""


def reach(*targets: Target) -> str:
    """Open a TCP connection to any of several, which are tried at the same time."""
    said: set[str] = set()
    until = time.monotonic() + PATIENCE
    with selectors.DefaultSelector() as waiting:
        for host, port in targets:
            one = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
            one.setblocking(False)
            scope = (0, socket.if_nametoindex("eth0")) if host.startswith("fe80") else ()
            code = one.connect_ex((host, port, *scope))
            if code in {0, errno.EINPROGRESS}:
                waiting.register(one, selectors.EVENT_WRITE, f"{host}:{port}")
            else:
                said.add(errno.errorcode.get(code, "?"))
                one.close()
        while waiting.get_map() and (left := until - time.monotonic()) > 0:
            for key, _ in waiting.select(left):
                one = key.fileobj  # type: ignore[assignment]  # all that we registered are sockets
                waiting.unregister(one)
                code = one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                one.close()
                if code == 0:
                    return str(key.data)
                said.add(errno.errorcode.get(code, "?"))
        if waiting.get_map():
            said.add("silence")
    raise Refused(f"{len(targets)} addresses: {', '.join(sorted(said))}")


def reach_name(name: str, port: int) -> str:
    """Open a TCP connection to a name, asked from our own name server."""
    address = ask_name(own_resolver(), name)
    return f"{name} is {reach((address, port))}"


def send_datagram(host: str, port: int, nonce: str) -> str:
    """Send a datagram and get it back."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.settimeout(PATIENCE)
        one.sendto(nonce.encode(), (host, port))
        return f"{host}:{port} answered {len(one.recv(512))} bytes"


def ask_name(server: str, name: str) -> str:
    """Ask a name server for an address (RFC 1035); an answer is what an attacker wants."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    question = labels + b"\0" + struct.pack(">HH", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.settimeout(PATIENCE)
        one.sendto(struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + question, (server, 53))
        answer = one.recv(512)
    if struct.unpack(">H", answer[6:8])[0] == 0:
        raise Refused(f"no address (code {answer[3] & 15})")
    return socket.inet_ntoa(answer[-4:])


def own_resolver() -> str:
    """Find the name server that this container is told to use."""
    with open("/etc/resolv.conf", encoding="ascii") as file:
        return next(line.split()[1] for line in file if line.startswith("nameserver"))


def succeeded(result: int) -> str:
    """Raise what the C library says when a call gave -1."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return "done"


def call(name: str, *arguments: Any) -> str:
    """Make a system call that the standard library does not have."""
    return succeeded(LIBC.syscall(NUMBERS[os.uname().machine][name], *arguments))


def in_child(act: Callable[[], object]) -> str:
    """Do something that would spoil this process in a child; it worked when the child ends well."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except OSError as error:
            os._exit(error.errno or 1)
        except BaseException:  # noqa: BLE001 - a child never goes on as if it were us
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code != 0:
        raise Refused(errno.errorcode.get(code, f"code {code}") if code > 0 else f"signal {-code}")
    return "done"


def mount() -> str:
    """Mount a file system."""
    os.makedirs("/tmp/m", exist_ok=True)
    done = succeeded(LIBC.mount(b"none", b"/tmp/m", b"tmpfs", 0, None))
    LIBC.umount2(b"/tmp/m", 2)
    return done


def make_device() -> str:
    """Make a block device, by which a disk could be read."""
    os.mknod("/tmp/disk", BLOCK_DEVICE, os.makedev(7, 0))
    os.unlink("/tmp/disk")
    return "made"


def write_kernel_setting() -> str:
    """Write a setting of the whole machine: the value that stands there, so that nothing changes."""
    with open("/proc/sys/vm/swappiness", "r+", encoding="ascii") as file:
        value = file.read()
        file.seek(0)
        file.write(value)
    return "written"


def make_control_group() -> str:
    """Make a control group, with which limits could be left."""
    root = "/sys/fs/cgroup/pids" if os.path.isdir("/sys/fs/cgroup/pids") else "/sys/fs/cgroup"
    os.mkdir(f"{root}/probe")
    os.rmdir(f"{root}/probe")
    return "made"


def have_capabilities() -> str:
    """See whether any capability is held or could be had."""
    with open("/proc/self/status", encoding="ascii") as file:
        held = {line.split(":")[0]: int(line.split()[1], 16) for line in file if line.startswith("Cap")}
    if not any(held.values()):
        raise Refused("all sets are empty")
    return ", ".join(sorted(name for name, value in held.items() if value))


def gain_privileges() -> str:
    """See whether a program with the set-user-id bit could gain privileges."""
    if LIBC.prctl(GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1:
        raise Refused("no_new_privs is set")
    return "possible"


def be_unfiltered() -> str:
    """See whether system calls are filtered (seccomp mode 2)."""
    with open("/proc/self/status", encoding="ascii") as file:
        mode = next(line.split()[1] for line in file if line.startswith("Seccomp:"))
    if mode == FILTERED:
        raise Refused("filtered")
    return f"mode {mode}"


def change_system() -> str:
    """Write in the image's own file system."""
    said = set()
    for folder in ("/usr/local/bin", "/etc", "/app", "/"):
        try:
            with open(f"{folder}/probe", "wb"):
                os.unlink(f"{folder}/probe")
        except OSError as error:
            said.add(errno.errorcode.get(error.errno or 0, "?"))
        else:
            return folder
    raise Refused(", ".join(sorted(said)))


def see_others(nonce: str) -> str:
    """Find a process of another container by its arguments, and see whether it can be sent a signal."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                last = json.loads(file.read().rstrip(b"\0").split(b"\0")[-1])
            if (last["nonce"], last["role"]) == (nonce, "host"):
                os.kill(int(pid), 0)
                return f"pid {pid}"
        except (OSError, ValueError, TypeError, KeyError):
            continue
    raise Refused("not there")


def open_many(count: int) -> str:
    """Open many files."""
    opened: list[int] = []
    try:
        while len(opened) < count:
            opened.append(os.open("/dev/null", os.O_RDONLY))
    except OSError as error:
        raise Refused(f"{errno.errorcode[error.errno or 0]} after {len(opened)}") from error
    finally:
        for one in opened:
            os.close(one)
    return f"{count} files"


def start_many(count: int) -> str:
    """Start many processes that do nothing."""
    readable, writable = os.pipe()
    children: list[int] = []
    try:
        while len(children) < count:
            child = os.fork()
            if child == 0:
                os.close(writable)
                os.read(readable, 1)
                os._exit(0)
            children.append(child)
    except OSError as error:
        raise Refused(f"{errno.errorcode[error.errno or 0]} after {len(children)}") from error
    finally:
        os.close(writable)
        os.close(readable)
        for child in children:
            os.waitpid(child, 0)
    return f"{count} processes"


def use_memory(mib: int) -> str:
    """Use more memory than is ours; a child does it, and asks to be the first to be ended."""

    def fill() -> None:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")
        held = bytearray(mib * MIB)
        held[::4096] = b"\1" * len(held[::4096])

    in_child(fill)
    return f"{mib} MiB"


def fill_folder(folder: str, mib: int) -> str:
    """Write more into a folder than fits."""
    os.makedirs(folder, exist_ok=True)
    path, block = f"{folder}/vol", bytes(MIB)
    try:
        with open(path, "wb", buffering=0) as file:
            for _ in range(mib):
                file.write(block)
                file.flush()
            if file.tell() < mib * MIB:
                raise Refused("a short write")
    except OSError as error:
        raise Refused(errno.errorcode[error.errno or 0]) from error
    finally:
        if os.path.exists(path):
            os.unlink(path)
    return f"{mib} MiB"


def have_the_processor() -> str:
    """Read from the kernel to which share of the processors we are bound: version 2 of control groups, or 1."""
    try:
        with open("/sys/fs/cgroup/cpu.max", encoding="ascii") as file:
            quota, period = file.read().split()
    except FileNotFoundError:
        with open("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", encoding="ascii") as file:
            quota = file.read().strip()
        with open("/sys/fs/cgroup/cpu/cpu.cfs_period_us", encoding="ascii") as file:
            period = file.read().strip()
    if quota not in {"max", "-1"}:
        raise Refused(f"{int(quota) / int(period):.2f} processors")
    return "all"


def reach_engine() -> str:
    """Reach the engine by its socket."""
    for path in ("/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
            if one.connect_ex(path) == 0:
                return path
    raise Refused("no socket")


def open_socket(family: int, protocol: int) -> str:
    """Open a socket by which any packet can be read or forged."""
    socket.socket(family, socket.SOCK_RAW, protocol).close()
    return "opened"


def networked(to: dict[str, Any]) -> dict[str, Attack]:
    """Give the attacks that wait for an answer; they run at the same time, once the own room is reached."""
    host, port = to["hostAddresses"], to["hostPort"]
    return {
        "neighbour-tcp": lambda: reach(to["neighbour"]),
        "neighbour-udp": lambda: send_datagram(to["neighbour"][0], to["neighbour"][1], to["nonce"]),
        "neighbour-name": lambda: reach_name(to["neighbourName"], to["neighbour"][1]),
        "host-tcp": lambda: reach(*((address, port) for address in host)),
        "host-udp": lambda: send_datagram(to["gateway"], port, to["nonce"]),
        "way-in": lambda: reach(to["wayIn"]),
        "engine-tcp": lambda: reach(*((address, one) for address in ["127.0.0.1", *host] for one in (2375, 2376))),
        "town-database": lambda: reach(
            *((address, 5432) for address in ("127.0.0.1", ask_name(own_resolver(), to["home"][0])))
        ),
        "metadata": lambda: reach(*((address, 80) for address in to["metadata"])),
        "internet": lambda: reach(*((address, 443) for address in to["internet"])),
        "names-own": lambda: ask_name(own_resolver(), to["name"]),
        "names-direct": lambda: ask_name(to["internet"][0], to["name"]),
    }


def immediate(to: dict[str, Any]) -> dict[str, Attack]:
    """Give the attacks that are answered at once; those that fill something up come last."""
    return {
        "environment": lambda: ",".join(sorted(os.environ)),
        "raw": lambda: open_socket(socket.AF_INET, socket.IPPROTO_ICMP),
        "packet": lambda: open_socket(socket.AF_PACKET, 0),
        "engine-socket": reach_engine,
        "root": lambda: in_child(lambda: os.setresuid(0, 0, 0)),
        "capabilities": have_capabilities,
        "new-privileges": gain_privileges,
        "filter": be_unfiltered,
        "mount": mount,
        "unshare": lambda: in_child(lambda: call("unshare", NEW_NAMESPACES)),
        "keyctl": lambda: call("keyctl", 0, -3, 1),
        "bpf": lambda: call("bpf", 0, ctypes.create_string_buffer(NEW_MAP, 72), 72),
        "device": make_device,
        "chroot": lambda: in_child(lambda: os.chroot("/tmp")),
        "kernel-setting": write_kernel_setting,
        "control-group": make_control_group,
        "system": change_system,
        "others": lambda: see_others(to["nonce"]),
        "tmp": lambda: fill_folder("/tmp", to["mib"]),
        "data": lambda: fill_folder("/data", to["mib"]),
        "cpu": have_the_processor,
        "processes": lambda: start_many(to["processes"]),
        "memory": lambda: use_memory(to["memory"]),
    }


def attempt(act: Attack) -> list[Any]:
    """Try one attack; gives whether it worked and what was seen."""
    try:
        return [True, act()]
    except Refused as error:
        return [False, str(error)]
    except OSError as error:
        return [False, errno.errorcode.get(error.errno or 0, type(error).__name__)]


def reach_home(to: dict[str, Any]) -> str:
    """Reach the town of our own room; it may still be starting.

    Until then nothing is tried over the network: what is not reached by who cannot reach anything proves nothing.
    """
    until = time.monotonic() + to["homeSeconds"]
    while True:
        try:
            return reach_name(*to["home"])
        except (OSError, Refused):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def main() -> None:
    """Try everything and print what worked."""
    to = json.loads(sys.argv[1])
    waiting = networked(to)

    at_home = threading.Event()

    def go_home() -> list[Any]:
        try:
            return attempt(lambda: reach_home(to))
        finally:
            at_home.set()

    def from_home(act: Attack) -> list[Any]:
        at_home.wait()
        return attempt(act)

    # Every thread starts now: one of the other attacks takes all the processes that there may be.
    with concurrent.futures.ThreadPoolExecutor(len(waiting) + 1) as pool:
        begun = {name: pool.submit(from_home, act) for name, act in waiting.items()}
        begun["home"] = pool.submit(go_home)
        found = {name: attempt(act) for name, act in immediate(to).items()}
        found |= {name: one.result() for name, one in begun.items()}
    found["files"] = attempt(lambda: open_many(to["files"]))  # last: the others need files of their own
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
