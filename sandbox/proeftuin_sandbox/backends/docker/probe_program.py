"""Tries from inside what a room promises to stop, and says what worked.

Runs by itself in a container of the base image, after the text of `kernel_attacks`, so: the standard library only, and
no more of it than needed.
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
import sys
import threading
import time
from collections.abc import Sequence
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

PATIENCE = 0.7
MIB = 1024 * 1024
NEW_NAMESPACES = 0x00020000 | 0x10000000  # CLONE_NEWNS, CLONE_NEWUSER
NEW_MAP = b"\2\0\0\0\4\0\0\0\4\0\0\0\1\0\0\0"  # an array of one element, for bpf(2)
BLOCK_DEVICE = 0o060600
ENGINES = ("/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock")

Target = Sequence[Any]


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
    address = ask_name(own_resolver(), name, seconds=PATIENCE)
    return f"{name} is {reach((address, port))}"


def own_resolver() -> str:
    """Find the name server that this container is told to use."""
    with open("/etc/resolv.conf", encoding="ascii") as file:
        return next(line.split()[1] for line in file if line.startswith("nameserver"))


def make_device() -> str:
    """Make a block device, by which a disk could be read."""
    os.mknod("/tmp/disk", BLOCK_DEVICE, os.makedev(7, 0))
    os.unlink("/tmp/disk")
    return "made"


def make_control_group() -> str:
    """Make a control group, with which limits could be left."""
    root = "/sys/fs/cgroup/pids" if os.path.isdir("/sys/fs/cgroup/pids") else "/sys/fs/cgroup"
    os.mkdir(f"{root}/probe")
    os.rmdir(f"{root}/probe")
    return "made"


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


def networked(to: dict[str, Any]) -> dict[str, Attack]:
    """Give the attacks that wait for an answer; they run at the same time, once the own room is reached."""
    host, port = to["hostAddresses"], to["hostPort"]
    return {
        "neighbour-tcp": lambda: reach(to["neighbour"]),
        "neighbour-udp": lambda: send_datagram(to["neighbour"][0], to["neighbour"][1], to["nonce"], seconds=PATIENCE),
        "neighbour-name": lambda: reach_name(to["neighbourName"], to["neighbour"][1]),
        "host-tcp": lambda: reach(*((address, port) for address in host)),
        "host-udp": lambda: send_datagram(to["gateway"], port, to["nonce"], seconds=PATIENCE),
        "way-in": lambda: reach(to["wayIn"]),
        "engine-tcp": lambda: reach(*((address, one) for address in ["127.0.0.1", *host] for one in (2375, 2376))),
        "town-database": lambda: reach(
            *((address, 5432) for address in ("127.0.0.1", ask_name(own_resolver(), to["home"][0], seconds=PATIENCE)))
        ),
        "metadata": lambda: reach(*((address, 80) for address in to["metadata"])),
        "internet": lambda: reach(*((address, 443) for address in to["internet"])),
        "names-own": lambda: ask_name(own_resolver(), to["name"], seconds=PATIENCE),
        "names-direct": lambda: ask_name(to["internet"][0], to["name"], seconds=PATIENCE),
    }


def immediate(to: dict[str, Any]) -> dict[str, Attack]:
    """Give the attacks that are answered at once; those that fill something up come last."""
    return {
        "environment": lambda: ",".join(sorted(os.environ)),
        "raw": lambda: open_socket(socket.AF_INET, socket.IPPROTO_ICMP),
        "packet": lambda: open_socket(socket.AF_PACKET, 0),
        "engine-socket": lambda: reach_socket(*ENGINES),
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
