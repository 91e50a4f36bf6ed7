"""What the backend `docker` needs: an engine with certain traits, and an image to build on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from proeftuin.doctor.findings import Finding, Subject
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_ENGINE = Text("Docker Engine", "Docker Engine")
_OLDEST = (20, 10)
_ISOLATED_GATEWAY = (28, 0)
_LIMITS = {"MemoryLimit": "memory", "PidsLimit": "pids", "CpuCfsQuota": "cpu"}


def engine(facts: Mapping[str, Any] | None, error: str) -> list[Finding]:
    """Judge a Docker engine.

    Args:
        facts: What it says of itself (`docker info`); None when it does not answer.
        error: Why not.
    """
    subject = Subject("docker-engine", "docker", _ENGINE)
    if facts is None:
        return [
            subject.missing(
                error,
                Text(
                    "Installeer en start Docker Engine (apt-get install docker.io), geef deze gebruiker toegang "
                    "tot de socket, of noem een andere met PROEFTUIN_DOCKER_HOST.",
                    "Install and start Docker Engine (apt-get install docker.io), give this user access to its "
                    "socket, or name another with PROEFTUIN_DOCKER_HOST.",
                ),
            )
        ]
    version = str(facts.get("ServerVersion", "?"))
    if numbers(version) < _OLDEST:
        newer = Text("Installeer Docker Engine 20.10 of nieuwer.", "Install Docker Engine 20.10 or later.")
        return [subject.missing(version, newer)]
    return [subject.ok(version), _limits(facts), _network(version), _runtime(facts)]


def base_image(digest: str | None, *, backend: str, has_debootstrap: bool) -> Finding:
    """Judge whether images can be made.

    Args:
        digest: Of the base image in the cache; None when there is none.
        backend: Which needs it.
        has_debootstrap: Whether it can be made here.
    """
    subject = Subject(f"{backend}-base-image", backend, Text("Image proeftuin/base", "Image proeftuin/base"))
    if digest is not None:
        return subject.ok(digest)
    if has_debootstrap:
        remedy = Text(
            "Maak het één keer, als root: infra/images/make-base.", "Make it once, as root: infra/images/make-base."
        )
    else:
        remedy = Text(
            "Maak het één keer, als root: apt-get install debootstrap, daarna infra/images/make-base. Of neem de map "
            "van PROEFTUIN_IMAGE_CACHE over van een machine die het al heeft.",
            "Make it once, as root: apt-get install debootstrap, then infra/images/make-base. Or copy the folder of "
            "PROEFTUIN_IMAGE_CACHE from a machine that has it.",
        )
    return subject.missing("proeftuin/base", remedy)


def numbers(version: str) -> tuple[int, ...]:
    """Read the numbers at the beginning of a version: `20.10.24+dfsg1` gives 20, 10, 24."""
    found = re.match(r"v?(\d+(?:\.\d+)*)", version)
    return tuple(int(part) for part in found.group(1).split(".")) if found else ()


def _limits(facts: Mapping[str, Any]) -> Finding:
    subject = Subject("docker-limits", "docker", Text("Grenzen per container", "Limits per container"))
    absent = [word for key, word in _LIMITS.items() if not facts.get(key)]
    if not absent:
        return subject.ok(f"cgroup v{facts.get('CgroupVersion', '?')}")
    return subject.missing(
        f"not enforced: {', '.join(absent)}",
        Text(
            "De kernel of de engine houdt deze grenzen niet. Start met cgroups v2, of zet de controllers aan.",
            "The kernel or the engine does not keep these limits. Boot with cgroups v2, or enable the controllers.",
        ),
    )


def _network(version: str) -> Finding:
    subject = Subject("docker-network", "docker", Text("Netwerk zonder gateway", "Network without gateway"))
    if numbers(version) >= _ISOLATED_GATEWAY:
        return subject.ok("gateway_mode_ipv4=isolated")
    return subject.ok("inhibit_ipv4 (gateway_mode_ipv4 is ignored before 28.0)")


def _runtime(facts: Mapping[str, Any]) -> Finding:
    subject = Subject("docker-gvisor", "docker", Text("Afgeschermde runtime", "Sandboxed runtime"))
    if "runsc" in (facts.get("Runtimes") or {}):
        return subject.ok("runsc")
    return subject.advice(
        ", ".join(sorted(facts.get("Runtimes") or {})) or "-",
        Text(
            "Met gVisor (runsc) deelt een component de kernel van de machine niet: https://gvisor.dev.",
            "With gVisor (runsc) a component does not share the machine's kernel: https://gvisor.dev.",
        ),
    )
