"""Looks at this machine and has what it sees judged; each look is bounded in time and changes nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proeftuin.doctor import clusters, containers, machine
from proeftuin_infra.kube.skeleton.automation.settings import oldest_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from proeftuin.doctor.findings import Finding
    from proeftuin_kernel.settings import Settings

BACKENDS = ("local", "docker", "kubernetes")
_PATIENCE_SECONDS = 20
_DOCKER = "unix:///var/run/docker.sock"


def examine(settings: Settings, backends: tuple[str, ...] = BACKENDS) -> list[Finding]:
    """Look at what the platform and these backends need.

    Args:
        settings: Which database, engine and cluster are meant.
        backends: Which backends to look at.
    """
    looks: dict[str, Callable[[Settings], list[Finding]]] = {
        "local": _local,
        "docker": _docker,
        "kubernetes": _kubernetes,
    }
    return [*_platform(settings), *(finding for backend in backends for finding in looks[backend](settings))]


def _platform(settings: Settings) -> list[Finding]:
    return [
        machine.python(sys.version_info[:3]),
        machine.data_folder(settings.data_dir),
        machine.database(settings.database_url, _database_error(settings.database_url)),
        machine.chromium(_chromium()),
    ]


def _local(_settings: Settings) -> list[Finding]:
    from uv import find_uv_bin  # noqa: PLC0415 - only here

    try:
        uv: str | None = str(find_uv_bin())
    except FileNotFoundError:
        uv = None
    return [machine.system(sys.platform, has_proc=Path("/proc/self").exists()), machine.uv(uv)]


def _docker(settings: Settings) -> list[Finding]:
    from proeftuin_infra.docker.engine import DockerError, Engine  # noqa: PLC0415 - other backends do without

    engine = Engine(settings.docker_host or os.environ.get("DOCKER_HOST") or _DOCKER)
    facts, error = None, ""
    try:
        facts = engine.facts()
    except DockerError as refused:
        error = f"{engine.host}: {refused.said}"
    finally:
        engine.close()
    return [*containers.engine(facts, error), _base_image(settings, "docker")]


def _kubernetes(settings: Settings) -> list[Finding]:
    facts, error = _cluster_facts(settings)
    program = shutil.which("pulumi")
    version = None if program is None else (_say(program, "version") or "?")
    plugins = clusters.read_plugins(_say(program, "plugin", "ls", "--json")) if program else []
    place = settings.pulumi_state_url
    oldest = oldest_program(None if place is None else place.get_secret_value())
    return [
        *clusters.cluster(facts, error),
        clusters.registry(settings.kubernetes_registry),
        *clusters.pulumi(version, plugins, engine=settings.kubernetes_engine, oldest=oldest),
        _base_image(settings, "kubernetes"),
    ]


def _cluster_facts(settings: Settings) -> tuple[clusters.ClusterFacts | None, str]:
    from proeftuin_infra.kube.client.connection import Cluster  # noqa: PLC0415 - other backends do without
    from proeftuin_infra.kube.client.errors import KubeError  # noqa: PLC0415 - idem
    from proeftuin_infra.kube.client.rights import missing_rights, who_am_i  # noqa: PLC0415 - idem

    cluster = Cluster(settings.kubeconfig)
    try:
        version = cluster.request("GET", "/version", patience=_PATIENCE_SECONDS)
        return clusters.ClusterFacts(
            address=cluster.address(),
            version=str(version.get("gitVersion", "?")),
            user=who_am_i(cluster),
            missing_rights=missing_rights(cluster),
            daemons=_daemons(cluster),
            nodes=_nodes(cluster),
        ), ""
    except KubeError as error:
        return None, f"{error.code}: {error.said}"
    finally:
        cluster.close()


def _daemons(cluster: Any) -> tuple[str, ...]:
    """Name what runs on the nodes; a cluster whose policy engine is no daemon set may mark its nodes instead."""
    found = _names(cluster, "/apis/apps/v1/daemonsets")
    return (*found, *(_names(cluster, "/apis/cilium.io/v2/ciliumnodes") and ("cilium",)))


def _names(cluster: Any, path: str) -> tuple[str, ...]:
    from proeftuin_infra.kube.client.errors import KubeError  # noqa: PLC0415 - other backends do without

    try:
        items = cluster.request("GET", path, query={"limit": "500"}).get("items") or []
    except KubeError:  # not allowed, or no such kind: then nothing is known
        return ()
    return tuple(item["metadata"]["name"] for item in items)


def _nodes(cluster: Any) -> tuple[str, ...]:
    from proeftuin_infra.kube.client.errors import KubeError  # noqa: PLC0415 - other backends do without

    try:
        items = cluster.request("GET", "/api/v1/nodes", query={"limit": "500"}).get("items") or []
    except KubeError:  # not allowed to look, which does not mean that there are none
        return ("not allowed to look",)
    infos = [item["status"]["nodeInfo"] for item in items]
    return tuple(f"{info['containerRuntimeVersion']}, Linux {info['kernelVersion']}" for info in infos)


def _base_image(settings: Settings, backend: str) -> Finding:
    from proeftuin_infra.oci.base import find_base  # noqa: PLC0415 - other backends do without
    from proeftuin_infra.oci.errors import ImageError  # noqa: PLC0415 - idem
    from proeftuin_infra.oci.store import ImageStore  # noqa: PLC0415 - idem

    place = settings.image_folder
    digest = None
    if place.is_dir():  # opening a store makes its folder
        try:
            digest = find_base(ImageStore(place)).digest
        except ImageError:
            digest = None
    return containers.base_image(digest, backend=backend, has_debootstrap=shutil.which("debootstrap") is not None)


def _database_error(url: str | None) -> str | None:
    if url is None:
        return None
    import psycopg  # noqa: PLC0415 - only where a server is set

    try:
        psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1), connect_timeout=5).close()
    except psycopg.Error as error:
        return str(error).strip().splitlines()[0]
    return None


def _chromium() -> str | None:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found is not None:
            return found
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next((str(path) for path in sorted(own.glob("chromium-*"))), None)


def _say(*command: str) -> str:
    """Ask a program something; nothing when it fails or takes long."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=True,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
