"""Attacks on what every container promises, whatever engine holds it.

No module of the platform: its text is put before that of a probe (`programs.compose`), which runs by itself in a
container of the base image. So: the standard library only, and no more of it than needed.
"""

# pathlib takes longer to import than this program runs.
# ruff: noqa: PTH103, PTH108, PTH123
# /tmp here is that of a container that is thrown away.
# ruff: noqa: S108

import ctypes
import errno
import os
import socket
import struct
from collections.abc import Callable
from typing import Any

LIBC = ctypes.CDLL(None, use_errno=True)
NUMBERS = {
    "x86_64": {"keyctl": 250, "bpf": 321, "unshare": 272, "ptrace": 101},
    "aarch64": {"keyctl": 219, "bpf": 280, "unshare": 97, "ptrace": 117},
}
GET_NO_NEW_PRIVS = 39
FILTERED = "2"

Attack = Callable[[], str]


class Refused(Exception):  # noqa: N818 - it is what we hope for
    """The attack did not work; says how."""


def attempt(act: Attack) -> list[Any]:
    """Try one attack; gives whether it worked and what was seen."""
    try:
        return [True, act()]
    except Refused as error:
        return [False, str(error)]
    except OSError as error:
        return [False, errno.errorcode.get(error.errno or 0, type(error).__name__)]


def ask_name(server: str, name: str, *, port: int = 53, seconds: float) -> str:
    """Ask a name server for an address (RFC 1035); an answer is what an attacker wants."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    question = labels + b"\0" + struct.pack(">HH", 1, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.settimeout(seconds)
        one.sendto(struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + question, (server, port))
        answer = one.recv(512)
    if struct.unpack(">H", answer[6:8])[0] == 0:
        raise Refused(f"no address (code {answer[3] & 15})")
    return socket.inet_ntoa(answer[-4:])


def send_datagram(host: str, port: int, text: str, *, seconds: float) -> str:
    """Send a datagram and get it back."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.settimeout(seconds)
        one.sendto(text.encode(), (host, port))
        return f"{host}:{port} answered {len(one.recv(512))} bytes"


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


def write_kernel_setting() -> str:
    """Write a setting of the whole machine: the value that stands there, so that nothing changes."""
    with open("/proc/sys/vm/swappiness", "r+", encoding="ascii") as file:
        value = file.read()
        file.seek(0)
        file.write(value)
    return "written"


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


def open_socket(family: int, protocol: int) -> str:
    """Open a socket by which any packet can be read or forged."""
    socket.socket(family, socket.SOCK_RAW, protocol).close()
    return "opened"


def reach_socket(*paths: str) -> str:
    """Reach a program of the machine by its socket."""
    for path in paths:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
            if one.connect_ex(path) == 0:
                return path
    raise Refused("no socket")
