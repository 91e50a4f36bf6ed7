"""What the other suites take for granted of the test cluster, with a policy engine and without."""

from __future__ import annotations

import json
import re
import subprocess
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from support.cluster_objects import default_deny, only_three_replicas, pod, service
from support.registry import push
from testcluster.archives import static_image
from testcluster.building import POD
from testcluster.layout import OUTSIDE, Network
from testcluster.node import import_image

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.cluster import Kubectl
    from testcluster.machine import Machine

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def web(kubectl: Kubectl, namespace: str) -> str:
    """A pod that answers, behind the service `web`; the tests look from inside it too."""
    kubectl("apply", f"--namespace={namespace}", "--filename=-", given=[
        pod("server", "serve", ":8080"), service("web", of="server"),
    ])  # fmt: skip
    kubectl("wait", "--for=condition=Ready", "pod/server", f"--namespace={namespace}", "--timeout=60s")
    eventually(lambda: reached(kubectl, namespace, "web:80"))  # the service follows the pod within a second or two
    return namespace


def eventually(happened: Callable[[], object], *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"did not happen within {seconds:.0f} s"
        time.sleep(0.2)


def inside(kubectl: Kubectl, namespace: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the pod's program once more in the pod."""
    return kubectl.run("exec", f"--namespace={namespace}", "server", "--", "/program", *arguments)


def reached(kubectl: Kubectl, namespace: str, *addresses: str) -> set[str]:
    """Those of the addresses that take a connection from the pod within two seconds."""
    return set(inside(kubectl, namespace, "reach", *addresses).stdout.split())


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def test_the_node_is_ready_and_says_which_version_it_is(kubectl: Kubectl) -> None:
    """Clients parse the version, so it must be stamped."""
    status = kubectl.json("get", "node", "proeftuin")["status"]

    assert "True" == next(each["status"] for each in status["conditions"] if each["type"] == "Ready")
    assert re.fullmatch(r"v1\.34\.\d+", status["nodeInfo"]["kubeletVersion"])
    assert re.fullmatch(r"v1\.34\.\d+", kubectl.json("version")["serverVersion"]["gitVersion"])


def test_a_pod_reaches_a_service_by_its_short_and_its_full_name(kubectl: Kubectl, web: str) -> None:
    """DNS answers and the service's address leads to the pod, also from the very pod that serves."""
    names = {"web:80", f"web.{web}.svc.cluster.local:80", "kubernetes.default:443"}

    assert names == reached(kubectl, web, *names)


def test_dns_knows_no_name_outside_the_cluster(kubectl: Kubectl, web: str) -> None:
    """There is no way out, so a test that passes here does not lean on the internet."""
    assert 0 == inside(kubectl, web, "resolve", "kube-dns.kube-system.svc.cluster.local").returncode
    assert 1 == inside(kubectl, web, "resolve", "www.vlaanderen.be").returncode


def test_the_world_outside_answers_a_pod_that_no_policy_holds(kubectl: Kubectl, web: str) -> None:
    """Attacks on metadata services, private ranges and the internet need a target that lives."""
    addresses = {f"{address}:{port}" for address in OUTSIDE for port in (80, 443)}

    assert addresses == reached(kubectl, web, *addresses)


def test_a_pod_reaches_the_node_and_the_machine_when_no_policy_holds_it(
    kubectl: Kubectl, web: str, machine: Machine
) -> None:
    """The positive control of attacks on API server, kubelet and registry; etcd listens to the node only."""
    node = machine.layout.node
    open_ports = {f"{node}:6443", f"{node}:10250", f"{node}:5000"}

    assert open_ports == reached(kubectl, web, *open_ports, f"{node}:2379")


def test_network_policies_hold_with_the_policy_engine_and_mean_nothing_without(
    kubectl: Kubectl, web: str, machine: Machine
) -> None:
    """The whole point of two clusters. What is refused was reached just before and is reached again just after."""
    policies_hold = machine.layout.network is Network.CILIUM
    targets = {"web:80", f"{machine.layout.node}:10250", f"{OUTSIDE[0]}:443", f"{OUTSIDE[1]}:80"}
    address = kubectl.json("get", "pod", "server", f"--namespace={web}")["status"]["podIP"]
    assert targets == reached(kubectl, web, *targets)
    assert answers(f"http://{address}:8080/")

    kubectl("apply", f"--namespace={web}", "--filename=-", given=default_deny())
    time.sleep(1)
    under_policy = reached(kubectl, web, *targets)
    to_the_pod = answers(f"http://{address}:8080/")
    kubectl("delete", f"--namespace={web}", "networkpolicy", "default-deny")
    time.sleep(1)

    assert (set() if policies_hold else targets) == under_policy
    assert to_the_pod is not policies_hold
    assert targets == reached(kubectl, web, *targets)
    assert answers(f"http://{address}:8080/")


def test_pod_security_refuses_a_root_pod(kubectl: Kubectl, namespace: str) -> None:
    """The namespace enforces `restricted`."""
    refused = kubectl.run(
        "create", f"--namespace={namespace}", "--filename=-", given=pod("root", "pause", runAsUser=0)
    )

    assert 1 == refused.returncode
    assert "violates PodSecurity" in refused.stderr


def test_an_admission_policy_refuses_what_it_names_and_nothing_else(kubectl: Kubectl, namespace: str) -> None:
    """ValidatingAdmissionPolicy in its final version."""
    kubectl("label", "namespace", namespace, "proeftuin-test=replicas")
    kubectl("apply", "--filename=-", given=only_three_replicas())
    create = (
        "create",
        "deployment",
        "many",
        "--image=localhost/pod:1",
        f"--namespace={namespace}",
        "--dry-run=server",
    )
    try:  # a policy holds a moment after it was made
        eventually(lambda: "three is enough" in kubectl.run(*create, "--replicas=4").stderr)

        assert 0 == kubectl.run(*create, "--replicas=3").returncode
    finally:
        kubectl("delete", "--filename=-", given=only_three_replicas())


def test_a_service_account_token_says_who_it_is(kubectl: Kubectl, namespace: str) -> None:
    """What a pod would show the API server."""
    token = kubectl("create", "token", "default", f"--namespace={namespace}").strip()

    # The administrator's certificate would win from a token, so the token goes without kubeconfig.
    server = kubectl.json("config", "view")["clusters"][0]["cluster"]["server"]
    answer = httpx.post(
        f"{server}/apis/authentication.k8s.io/v1/selfsubjectreviews",
        headers={"Authorization": f"Bearer {token}"},
        json={"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"},
        verify=False,  # noqa: S501 - who the server is, is not what is asked here
    )

    assert f"system:serviceaccount:{namespace}:default" == answer.json()["status"]["userInfo"]["username"]


def test_logs_can_be_read(kubectl: Kubectl, web: str) -> None:
    """From the first line on."""
    assert kubectl("logs", "server", f"--namespace={web}").startswith("listening on :8080")


def test_a_port_of_a_pod_can_be_forwarded(kubectl: Kubectl, web: str) -> None:
    """The way along which the platform reaches components."""
    command = kubectl.command("port-forward", f"--namespace={web}", "pod/server", ":8080")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as forward:
        try:
            assert forward.stdout
            port = re.search(r"127\.0\.0\.1:(\d+)", forward.stdout.readline())
            assert port
            assert "proeftuin server\n" == httpx.get(f"http://127.0.0.1:{port[1]}/", timeout=10).text
        finally:
            forward.terminate()


def test_the_kubelet_bounds_processes_and_filters_system_calls(kubectl: Kubectl) -> None:
    """A fork bomb stays within its pod, and no pod runs without a seccomp profile."""
    settings = kubectl.json("get", "--raw=/api/v1/nodes/proeftuin/proxy/configz")["kubeletconfig"]

    assert 256 == settings["podPidsLimit"]
    assert settings["seccompDefault"] is True


def test_a_watch_from_the_beginning_goes_on(kubectl: Kubectl, namespace: str) -> None:
    """What watches from version 0, as kwok does, sees what is there and is not broken off."""
    seen = kubectl("get", "--raw=/api/v1/namespaces?watch=true&resourceVersion=0&timeoutSeconds=2").splitlines()
    told = [(event["type"], event["object"]["metadata"].get("name")) for event in map(json.loads, seen)]

    assert ("ADDED", namespace) in told
    assert "ERROR" not in {kind for kind, _ in told}


@pytest.mark.parametrize("address", ["10250/pods", "6443/api"])
def test_a_stranger_is_refused(machine: Machine, address: str) -> None:
    """Neither the kubelet nor the API server knows anonymous users."""
    answer = httpx.get(f"https://{machine.layout.node}:{address}", verify=False)  # noqa: S501 - a stranger has no CA

    assert httpx.codes.UNAUTHORIZED == answer.status_code


@pytest.fixture
def archive(machine: Machine) -> bytes:
    return static_image("localhost/loaded:1", machine.store.program(POD, "pod"))


def test_a_loaded_archive_runs(kubectl: Kubectl, namespace: str, machine: Machine, archive: bytes) -> None:
    """No registry is needed to run an image."""
    import_image(machine.layout.containerd, archive)

    runs(kubectl, namespace, pod("loaded", "serve", ":8080", image="localhost/loaded:1"))


def test_an_image_comes_from_the_registry_by_its_digest(
    kubectl: Kubectl, namespace: str, machine: Machine, archive: bytes
) -> None:
    """Pushed over plain HTTP, pulled by the kubelet."""
    digest = push(f"http://{machine.layout.registry}", "test/pulled", archive)

    pulled = pod("pulled", "serve", ":8080", image=f"{machine.layout.registry}/test/pulled@{digest}")
    pulled["spec"]["containers"][0]["imagePullPolicy"] = "Always"
    runs(kubectl, namespace, pulled)


def runs(kubectl: Kubectl, namespace: str, what: dict[str, object]) -> None:
    kubectl("create", f"--namespace={namespace}", "--filename=-", given=what)
    name = what["metadata"]["name"]
    kubectl("wait", "--for=condition=Ready", f"pod/{name}", f"--namespace={namespace}", "--timeout=60s")


def test_the_use_of_processor_and_memory_can_be_asked(kubectl: Kubectl, web: str) -> None:
    """Through the API server, without a metrics server; the kubelet needs up to twenty seconds to know a new pod."""

    def memory() -> int:
        pods = kubectl.json("get", "--raw=/api/v1/nodes/proeftuin/proxy/stats/summary")["pods"]
        ours = [each for each in pods if each["podRef"] == each["podRef"] | {"name": "server", "namespace": web}]
        return sum(each.get("memory", {}).get("workingSetBytes", 0) for each in ours)

    eventually(memory, seconds=40)

    assert 100_000 < memory() < 64 * 1024 * 1024
