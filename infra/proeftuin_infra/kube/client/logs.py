"""Keeps what containers wrote, so that it outlives them: the cluster forgets a log together with its pod.

One watch over all pods of this platform starts one reader per pod. What they read goes to files of bounded size, in
the form of `rotating_log`, so that `tail` and `follow` of that module read them back. One process at a time keeps;
others on the same folder only read. Kubernetes does not tell output from errors, so every line is `out`.
"""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import threading
import time
from typing import IO, TYPE_CHECKING

from proeftuin_infra.kube.client.errors import KubeError
from proeftuin_infra.kube.client.pods import read_pod
from proeftuin_infra.rotating_log import LINE_LIMIT, LogLine, tail

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from proeftuin_infra.kube.client.objects import Objects
    from proeftuin_infra.kube.client.pods import PodState
    from proeftuin_infra.kube.skeleton.names import Manifest

LOG = "output.log"
_LIMIT = 2 * 1024 * 1024
_WATCH_SECONDS = 60
_PAUSE_SECONDS = 0.5
_SILENCE_SECONDS = 3600.0
_STAMP = len("2026-11-21T12:00:00")


class LogKeeper:
    """Keeps the logs of labelled pods.

    Args:
        objects: The cluster.
        folder: For the files: `folder/<namespace>/<owner>/output.log`.
        selector: Which pods, as a label selector.
        owner_label: The label that names to which log a pod writes.
    """

    def __init__(self, objects: Objects, folder: Path, *, selector: str, owner_label: str) -> None:
        self._objects = objects
        self._folder = folder
        self._selector = selector
        self._owner_label = owner_label
        self._lock = threading.Lock()
        self._logs: dict[Path, _KeptLog] = {}
        self._readers: dict[str, threading.Thread] = {}
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None
        self._ownership: IO[bytes] | None = None

    def path(self, namespace: str, owner: str) -> Path:
        """Give the file of a log, whether it is there or not."""
        return self._folder / namespace / owner / LOG

    def start(self) -> None:
        """Begin to keep, when no other process does; may be called often."""
        with self._lock:
            if self._watcher is not None or self._stopping.is_set() or not self._own():
                return
            self._watcher = threading.Thread(target=self._watch, name="kube-logs", daemon=True)
            self._watcher.start()

    def catch_up(self, namespace: str, owner: str) -> None:
        """Fetch what pods wrote until now; what cannot be had is left for later."""
        if self._ownership is None:
            return
        with contextlib.suppress(KubeError):
            labels = f"{self._selector},{self._owner_label}={owner}"
            for pod in self._objects.list("Pod", namespace, labels=labels):
                state = read_pod(pod)
                if state.restarts:
                    self._read(pod, previous=True)
                if state.is_running or state.exits:
                    self._read(pod)

    def note(self, namespace: str, owner: str, text: str) -> None:
        """Write a line of our own."""
        now = time.time()
        stamp = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now))}.{int(now % 1 * 1e9):09d}Z"
        self._log(namespace, owner).write("", [f"{stamp} {text}".encode()], stream="sys")

    def tail(self, namespace: str, owner: str, *, lines: int) -> list[LogLine]:
        """Give the last lines, oldest first."""
        return tail(self.path(namespace, owner), lines=lines)

    def forget(self, namespace: str, owner: str = "") -> None:
        """Take away a log, or all of a namespace."""
        folder = self._folder / namespace / owner if owner else self._folder / namespace
        with self._lock:
            for path in [path for path in self._logs if path.is_relative_to(folder)]:
                self._logs.pop(path).close()
        shutil.rmtree(folder, ignore_errors=True)

    def namespaces(self) -> list[str]:
        """List the namespaces of which a log is kept."""
        return (
            sorted(entry.name for entry in self._folder.iterdir() if entry.is_dir()) if self._folder.is_dir() else []
        )

    def close(self) -> None:
        """Stop keeping; the files stay."""
        self._stopping.set()
        with self._lock:
            for log in self._logs.values():
                log.close()
            self._logs.clear()
            if self._ownership is not None:
                self._ownership.close()
                self._ownership = None

    def _own(self) -> bool:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (self._folder / "keeper.lock").open("wb")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._ownership = file
        return True

    def _watch(self) -> None:
        labels = f"{self._selector},{self._owner_label}"
        while not self._stopping.is_set():
            try:
                for pod in self._objects.watch("Pod", "", labels=labels, seconds=_WATCH_SECONDS):
                    if self._stopping.is_set():
                        return
                    self._follow(pod)
            except KubeError:
                self._stopping.wait(_PAUSE_SECONDS)

    def _follow(self, pod: Manifest) -> None:
        state = read_pod(pod)
        if not state.is_running and not state.exits:
            return
        with self._lock:
            reader = self._readers.get(state.uid)
            if reader is not None and reader.is_alive():
                return
            self._readers = {uid: thread for uid, thread in self._readers.items() if thread.is_alive()}
            reader = threading.Thread(target=self._stay, args=(pod,), name=f"kube-log-{state.name}", daemon=True)
            self._readers[state.uid] = reader
        reader.start()

    def _stay(self, pod: Manifest) -> None:
        """Read a pod's log for as long as its container writes, and once more whenever it was started again."""
        while not self._stopping.is_set():
            try:
                state = self._state(pod)
                if state is None:
                    return
                if state.restarts:
                    self._read(pod, previous=True)
                self._read(pod, follow=state.is_running)
                state = self._state(pod)
            except KubeError as error:
                if not error.is_transient:
                    return
                self._stopping.wait(_PAUSE_SECONDS)
                continue
            if state is None or state.is_leaving or not state.is_running:
                return
            self._stopping.wait(_PAUSE_SECONDS)

    def _state(self, pod: Manifest) -> PodState | None:
        metadata = pod["metadata"]
        found = self._objects.get("Pod", metadata["name"], metadata["namespace"])
        return read_pod(found) if found is not None and found["metadata"]["uid"] == metadata["uid"] else None

    def _read(self, pod: Manifest, *, follow: bool = False, previous: bool = False) -> None:
        metadata = pod["metadata"]
        log = self._log(metadata["namespace"], metadata["labels"][self._owner_label])
        path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/log"
        query = {
            "timestamps": "true",
            **({"follow": "true"} if follow else {}),
            **({"previous": "true"} if previous else {}),
        }
        since = log.reached(metadata["uid"])
        if since:
            query["sinceTime"] = f"{since[:_STAMP]}Z"
        elif not previous:
            query["limitBytes"] = str(4 * _LIMIT) if not follow else ""
        query = {key: value for key, value in query.items() if value}
        with contextlib.suppress(KubeError) if previous else contextlib.nullcontext():
            for line in self._objects.cluster.lines(path, query=query, silence=_SILENCE_SECONDS):
                log.write(metadata["uid"], [line])
                if self._stopping.is_set():
                    return

    def _log(self, namespace: str, owner: str) -> _KeptLog:
        path = self.path(namespace, owner)
        with self._lock:
            if path not in self._logs:
                self._logs[path] = _KeptLog(path)
            return self._logs[path]


class _KeptLog:
    """One log; takes lines with the moment at which they were written, each once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        self._size = 0
        self._reached: dict[str, str] = {}
        last = tail(path, lines=1)
        self._before = last[-1].at if last else ""

    def reached(self, pod: str) -> str:
        """Give the moment of the last line that is known of a pod; empty when none is."""
        return self._reached.get(pod, self._before)

    def write(self, pod: str, lines: Iterable[bytes], *, stream: str = "out") -> None:
        """Add the lines of a pod that are not known yet."""
        with self._lock:
            for line in lines:
                at, _, text = line.partition(b" ")
                stamp = at.decode(errors="replace")
                if stream == "out":
                    if stamp <= self.reached(pod) or not stamp[:4].isdigit():
                        continue
                    self._reached[pod] = stamp
                self._append(b"%s %s %s\n" % (at, stream.encode(), text[:LINE_LIMIT].rstrip(b"\r")))

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _append(self, piece: bytes) -> None:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = self._path.open("ab", buffering=0)
            self._size = self._file.tell()
        if self._size + len(piece) > _LIMIT:
            self._file.close()
            self._path.replace(self._path.with_name(f"{LOG}.1"))
            self._file = self._path.open("ab", buffering=0)
            self._size = 0
        self._file.write(piece)
        self._size += len(piece)
