"""Attacks are really tried: blocked where a policy engine works, and told as not enforced where none does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from proeftuin.schema import migrate
from proeftuin_infra.kube.skeleton.spec import Tier
from proeftuin_kernel.clock import SystemClock
from proeftuin_kernel.db import Database
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.jobs import JobQueue
from proeftuin_sandbox.backends.base import SandboxSpec, TownSpec
from proeftuin_sandbox.backends.kubernetes import ProbeTarget
from proeftuin_sandbox.backends.kubernetes.capabilities import BY_NETWORK
from proeftuin_sandbox.backends.promises import Level
from proeftuin_sandbox.errors import SandboxNotReadyError
from proeftuin_sandbox.states import SandboxState
from support.sandbox_world import STARTUP, SandboxWorld
from testcluster.layout import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from proeftuin_sandbox.backends.base import DeploymentOrder
    from proeftuin_sandbox.backends.kubernetes import KubernetesBackend
    from proeftuin_sandbox.backends.promises import Finding, Proof
    from support.kubernetes_worlds import Site

pytestmark = [pytest.mark.cluster, pytest.mark.slow]
TOWN = TownSpec("gehucht", 1830)
TARGETS = tuple(ProbeTarget("egress", address, 80, must_live=True) for address in OUTSIDE)
SNOOP = """
import http.server, json, os, socket, urllib.request
def reach(host, port):
    try:
        socket.create_connection((host, port), 2).close()
    except OSError as error:
        return type(error).__name__
    return "reached"
seen = {f"{host}:{port}": reach(host, port) for host, port in json.loads(os.environ["DOELEN"])}
seen["token"] = os.path.exists("/var/run/secrets/kubernetes.io")
seen["town"] = urllib.request.urlopen(os.environ["PROEFTUIN_TOWN_URL"] + "/gezondheid", timeout=5).status
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(seen).encode()
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args): pass
http.server.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler).serve_forever()
"""


def proof_of(backend: KubernetesBackend) -> Proof:
    spec = SandboxSpec(new_id("sbx"), TOWN)
    list(backend.create(spec))
    return backend.prove(spec.id)


@pytest.fixture(scope="module")
def proof(cluster_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proof]:
    """What was seen on the cluster with a policy engine."""
    with cluster_site.platform(tmp_path_factory.mktemp("proof"), targets=TARGETS) as backend:
        yield proof_of(backend)


@pytest.fixture(scope="module")
def open_proof(policyless_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proof]:
    """What was seen on a cluster that ignores policies."""
    with policyless_site.platform(tmp_path_factory.mktemp("open")) as backend:
        yield proof_of(backend)


def of(proof: Proof, control: str) -> list[Finding]:
    return [finding for finding in proof.findings if finding.control == control]


def test_with_a_policy_engine_every_promise_is_seen_to_hold(proof: Proof) -> None:
    """The proof as a whole, and nothing in it that was not tried."""
    broken = [finding for finding in proof.findings if finding.promised and not (finding.held and finding.detected)]

    assert [] == broken
    assert proof.holds


@pytest.mark.parametrize(
    "attack",
    [
        "N1-neighbour-pod",
        "N1-from-neighbour",
        "N2-neighbour-service",
        "N3-metadata-169.254.169.254",
        "N3-metadata-168.63.129.16",
        "N3-metadata-100.100.100.200",
        "N4-api-service",
        "N10-cluster-names",
        "N11-race",
        "N13-neighbour-udp",
        *(f"N6-egress-{address}-80" for address in OUTSIDE),
    ],
)
def test_a_network_attack_works_without_a_wall_and_not_behind_it(attack: str, proof: Proof) -> None:
    """Both halves are seen: the control pod reaches a target that lives, the room does not."""
    (finding,) = [finding for finding in proof.findings if finding.attack == attack]

    assert (True, True, True) == (finding.detected, finding.held, finding.promised), finding.detail


def test_the_node_is_out_of_reach_where_it_listens(proof: Proof) -> None:
    """The kubelet answers the control pod; other ports of the node may be closed for everybody."""
    kubelet = [finding for finding in of(proof, "node") if finding.attack.endswith("-10250")]

    assert kubelet
    assert all(finding.held and finding.detected for finding in kubelet)


@pytest.mark.parametrize(
    "attack",
    [
        "P1-privileged",
        "P1-host-path",
        "P1-host-pid",
        "P1-host-network",
        "P1-unconfined",
        "P2-user-namespace-root",
        "P3-token",
        "P3-projected-token",
        "P3-other-account",
        "P4-inline-csi",
        "P4-chosen-volume",
        "P5-node",
        "P5-toleration",
        "P5-priority",
        "P6-node-port",
        "P6-load-balancer",
        "P6-external-name",
        "P6-external-address",
        "P7-registry",
        "P7-tag",
        "P8-other-sandbox",
        "T1-finalizer",
        "Q-cpu",
        "Q-memory",
    ],
)
def test_a_bad_object_is_refused_by_the_rule_that_is_meant_for_it(attack: str, proof: Proof) -> None:
    """A good one is accepted in the same room, so the refusal is the badness's."""
    (finding,) = [finding for finding in of(proof, "admission") if finding.attack == attack]

    assert (True, True) == (finding.detected, finding.held), finding.detail


@pytest.mark.parametrize(
    "control", ["rights", "api-token", "packets", "privileges", "system-calls", "files", "processes"]
)
def test_a_pod_has_no_rights_privileges_or_way_out(control: str, proof: Proof) -> None:
    """Nothing of the machine, and nothing of Kubernetes."""
    assert of(proof, control)
    assert all(finding.held for finding in of(proof, control))


def test_a_cluster_that_ignores_policies_is_found_out(open_proof: Proof) -> None:
    """Its network promises are broken, one by one and by name; what the kernel keeps, it keeps."""
    broken = {finding.control for finding in open_proof.findings if finding.promised and not finding.held}

    assert not open_proof.holds
    assert {"rooms", "cluster-api", "node", "metadata", "names", "policy-race"} <= broken
    assert set() == broken - BY_NETWORK


def test_on_the_lower_tier_what_is_not_enforced_is_told_and_not_promised(
    policyless_site: Site, tmp_path: Path
) -> None:
    """The operator chose it: the sandbox may be used, and its label says what it is."""
    with policyless_site.platform(tmp_path, tier=Tier.STANDARD) as backend:
        proof = proof_of(backend)
        capabilities = backend.capabilities()
    levels = {control.id: control.level for control in capabilities.controls}

    assert proof.holds
    assert not any(finding.held for finding in of(proof, "rooms"))
    assert "kubernetes-standard" == capabilities.tier
    assert {Level.ADVISORY} == {levels[control] for control in BY_NETWORK}


def test_a_sandbox_whose_walls_are_not_seen_is_quarantined_with_their_names(
    policyless_site: Site, new_database: Callable[[str | None], str], tmp_path: Path
) -> None:
    """Nobody gets to use it, and the operator reads which promises the cluster does not keep."""
    url = new_database(None)
    migrate(url)
    with policyless_site.platform(tmp_path / "platform") as backend:
        database = Database(url, clock=SystemClock(), jobs=JobQueue(url), pool_size=2)
        world = SandboxWorld.on(database, backend, tmp_path)
        made = world.ready()
        with pytest.raises(SandboxNotReadyError):
            world.service.components.deploy(STARTUP, made.id, "klok", world.bundle())
        database.close()

    assert (SandboxState.QUARANTINED, "isolation-not-proved") == (made.state, made.cause["code"])
    assert "Other sandboxes" in made.cause["cause"]["en"]
    assert "Andere proeftuinen" in made.cause["cause"]["nl"]


def test_a_wall_that_somebody_takes_away_is_missed_and_put_back(
    backend: KubernetesBackend, sandbox: SandboxSpec
) -> None:
    """Gone, changed, or opened by a policy that is not ours."""
    objects = backend._desk.objects
    namespace = f"pt-{sandbox.id.removeprefix('sbx-')}"
    assert () == backend.observe(sandbox.id).drift
    objects.delete("NetworkPolicy", "00-default-deny", namespace)
    objects.patch("ResourceQuota", "proeftuin", namespace, {"spec": {"hard": {"pods": "999"}}})
    everything = {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{}]}
    objects.create(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "alles-mag", "namespace": namespace},
            "spec": everything,
        }
    )
    assert (
        "NetworkPolicy 00-default-deny",
        "NetworkPolicy alles-mag",
        "ResourceQuota proeftuin",
    ) == backend.observe(sandbox.id).drift
    list(backend.create(sandbox))

    assert () == backend.observe(sandbox.id).drift


def test_a_component_reaches_its_town_and_nobody_else(
    backend: KubernetesBackend, order: Callable[..., DeploymentOrder], kubeconfig: Path
) -> None:
    """What the probe saw holds for a stranger's program too."""
    text = kubeconfig.read_text()
    node = text.partition("server: https://")[2].partition(":")[0] or "10.200.0.1"
    goals = [[node, 6443], [node, 10250], [node, 5000], ["10.96.0.1", 443], *([one, 80] for one in OUTSIDE)]
    program = SNOOP.replace('os.environ["DOELEN"]', repr(json.dumps(goals)))
    wanted = order("neus", program=program, timeout=60)
    list(backend.deploy(wanted))
    seen = httpx.get(backend.observe(wanted.sandbox_id).component("neus").base_url, timeout=10).json()

    assert (False, 200) == (seen.pop("token"), seen.pop("town"))
    assert len(goals) == len(seen)
    assert "reached" not in seen.values()
