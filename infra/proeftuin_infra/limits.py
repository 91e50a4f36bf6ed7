"""What a process may use, and which part of that the operating system itself enforces."""

from __future__ import annotations

import contextlib
import resource
from dataclasses import dataclass

_MIB = 1024 * 1024
_ADDRESS_SPACE_FACTOR = 4
_ADDRESS_SPACE_EXTRA_MIB = 1024
_PROCESS_BACKSTOP = 1024
_CPU_GRACE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Limits:
    """The ceilings of one component.

    Attributes:
        memory_mib: Resident memory of all its processes together.
        cpu_seconds: Processor time of all its processes together.
        open_files: Open files per process.
        processes: Processes at the same time.
        disk_mib: Size of its data folder, and of any one file.
    """

    memory_mib: int = 512
    cpu_seconds: int = 600
    open_files: int = 256
    processes: int = 64
    disk_mib: int = 256

    def rlimits(self, *, own_processes: int) -> dict[int, tuple[int, int]]:
        """Give the resource limits to set just before the program starts.

        The address space is bounded more loosely than memory: runtimes reserve far more than they
        touch. The sum over all processes is watched by the warden; these are the kernel's backstops.

        Args:
            own_processes: Processes and threads that the user has already; `RLIMIT_NPROC` counts them too.
        """
        memory = (self.memory_mib * _ADDRESS_SPACE_FACTOR + _ADDRESS_SPACE_EXTRA_MIB) * _MIB
        processes = own_processes + self.processes + _PROCESS_BACKSTOP
        return {
            resource.RLIMIT_AS: (memory, memory),
            resource.RLIMIT_CPU: (self.cpu_seconds, self.cpu_seconds + _CPU_GRACE_SECONDS),
            resource.RLIMIT_NOFILE: (self.open_files, self.open_files),
            resource.RLIMIT_NPROC: (processes, processes),
            resource.RLIMIT_FSIZE: (self.disk_mib * _MIB, self.disk_mib * _MIB),
            resource.RLIMIT_CORE: (0, 0),
        }


def apply(rlimits: dict[int, tuple[int, int]]) -> None:
    """Set limits on this very process; a limit that is tighter already stays as it is."""
    for kind, (soft, hard) in rlimits.items():
        _, ceiling = resource.getrlimit(kind)
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)  # noqa: PLW2901 - the tighter of the two
        with contextlib.suppress(PermissionError):  # cannot happen below the ceiling, but never stop a start on it
            resource.setrlimit(kind, (soft, hard))
