"""What is applied when proeftuin itself is installed on a cluster. The whole of it is agreed upon in `golden`."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import jsonschema
import pytest

from proeftuin_infra.kube.skeleton import names, network
from proeftuin_infra.kube.skeleton.spec import RoomSpec
from proeftuin_infra.kube.stack import configuration
from proeftuin_infra.kube.stack import network as openings
from proeftuin_infra.kube.stack.manifests import stack_manifests
from proeftuin_infra.kube.stack.spec import PORT
from proeftuin_kernel.settings import Settings
from support.stack_schemas import SPECS, VERSIONS
from support.stack_specs import EVERYTHING, FULL, NEEDED, PLAIN, stack

BOTH = pytest.mark.parametrize("spec", [PLAIN, FULL], ids=["plain", "everything"])


def of_kind(spec, kind: str) -> dict[str, dict]:
    return {one["metadata"]["name"]: one for one in stack_manifests(spec) if one["kind"] == kind}


def pods(spec) -> list[dict]:
    jobs = [one["spec"]["jobTemplate"]["spec"]["template"] for one in of_kind(spec, "CronJob").values()]
    return [one["spec"]["template"] for one in of_kind(spec, "Deployment").values()] + jobs


@BOTH
def test_no_pod_of_the_platform_can_write_its_root_or_become_anybody_else(spec) -> None:
    """The namespace is `restricted`; what it does not demand, a read-only root, we demand ourselves."""
    for pod in pods(spec):
        assert {"runAsNonRoot": True, "runAsUser": 10001}.items() <= pod["spec"]["securityContext"].items()
        for container in [*pod["spec"]["containers"], *pod["spec"].get("initContainers", [])]:
            assert container["securityContext"]["readOnlyRootFilesystem"]
            assert ["ALL"] == container["securityContext"]["capabilities"]["drop"]


@BOTH
def test_only_the_pods_that_make_rooms_have_a_token_of_the_api_server(spec) -> None:
    tokens = {
        pod["metadata"]["labels"]["app.kubernetes.io/name"]: pod["spec"]["automountServiceAccountToken"]
        for pod in pods(spec)
    }

    assert {name: name in names.PLATFORM_PODS for name in tokens} == tokens


@BOTH
def test_secrets_stand_in_secrets_and_nowhere_else(spec) -> None:
    """A config map, an argument or an annotation is read by everybody who may look at the namespace."""
    words = [word for name, word in {**NEEDED, **EVERYTHING}.items() if "not-a-secret" in word]
    for manifest in stack_manifests(spec):
        if manifest["kind"] != "Secret":
            assert [] == [word for word in words if word in json.dumps(manifest)]


def test_a_description_shows_no_secret_when_it_is_printed() -> None:
    assert "not-a-secret" not in repr(FULL) + repr(PLAIN)


@BOTH
def test_every_variable_of_a_pod_is_a_setting_of_the_platform(spec) -> None:
    """A variable that nobody reads is a setting that somebody believes to have made."""
    known = {f"PROEFTUIN_{name.upper()}" for name in Settings.model_fields} | {"HOME", "TMPDIR"}
    given = {*configuration.settings(spec)["data"], *configuration.secrets(spec)["data"]}
    own = {variable["name"] for pod in pods(spec) for variable in pod["spec"]["containers"][0].get("env", [])}

    assert set() == (given | own) - known


@BOTH
def test_the_settings_of_a_pod_are_accepted_by_the_platform(spec, monkeypatch) -> None:
    """A platform that refuses its settings is a crash loop on the cluster; here it is a test."""
    held = {name: base64.b64decode(value).decode() for name, value in configuration.secrets(spec)["data"].items()}
    chosen = {"PROEFTUIN_DATABASE_URL": "postgresql://somewhere/proeftuin", **configuration.settings(spec)["data"]}
    for name, value in {**chosen, **held}.items():
        monkeypatch.setenv(name, value)
    settings = Settings()

    assert (spec.installation, "inside", "database") == (
        settings.installation,
        settings.kubernetes_reach,
        settings.bundles,
    )
    assert spec.public_url == settings.public_url


@BOTH
def test_pods_are_replaced_when_what_they_read_changes(spec) -> None:
    """Kubernetes itself leaves pods alone when a secret changes."""
    mark = f"{names.DOMAIN}/configuration"
    before, after = (
        pods(each)[0]["metadata"]["annotations"][mark] for each in (spec, replace(spec, secret_key="x" * 40))
    )

    assert before != after


@BOTH
def test_everything_in_the_namespace_is_closed_first(spec) -> None:
    closed = openings.network_policies(spec)[0]["spec"]

    assert {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]} == closed


@BOTH
def test_only_the_ingress_controller_gets_in_and_only_to_the_api(spec) -> None:
    doors = {
        name: one["spec"]
        for name, one in of_kind(spec, "NetworkPolicy").items()
        if "ingress" in one["spec"] and name != "60-database"
    }

    assert ["20-from-entrance"] == list(doors)
    assert {"matchLabels": {"app.kubernetes.io/name": "proeftuin-api"}} == doors["20-from-entrance"]["podSelector"]
    assert [{"protocol": "TCP", "port": PORT}] == doors["20-from-entrance"]["ingress"][0]["ports"]


def test_without_an_ingress_nobody_gets_in_from_outside_the_namespace() -> None:
    spec = stack(ingress="false")

    assert {} == of_kind(spec, "Ingress")
    assert [] == [name for name, one in of_kind(spec, "NetworkPolicy").items() if "ingress" in one["spec"]]


def test_rooms_let_in_the_very_pods_and_ports_that_the_platform_may_leave_by() -> None:
    """Two policies must meet, one on each side; a name that differs on one side is a platform that reaches nothing."""
    way_out = of_kind(PLAIN, "NetworkPolicy")["30-to-rooms"]["spec"]
    room = RoomSpec(
        "sbx-1", PLAIN.installation, platform_namespace=PLAIN.namespace, platform_clients=names.PLATFORM_PODS
    )
    ways_in = [one for one in network.network_policies(room) if "from-platform" in one["metadata"]["name"]]
    leaving = {pod["metadata"]["labels"]["app.kubernetes.io/name"] for pod in pods(PLAIN)}
    [chosen] = way_out["podSelector"]["matchExpressions"]

    assert {"matchLabels": {names.INSTALLATION: PLAIN.installation}} == way_out["egress"][0]["to"][0][
        "namespaceSelector"
    ]
    assert set(names.PLATFORM_PODS) == set(chosen["values"]) == leaving - {"proeftuin-backup"}
    assert {port["port"] for one in ways_in for port in one["spec"]["ingress"][0]["ports"]} == {
        port["port"] for port in way_out["egress"][0]["ports"]
    }
    for one in ways_in:
        [client] = one["spec"]["ingress"][0]["from"]
        assert {names.NAMESPACE_NAME: PLAIN.namespace} == client["namespaceSelector"]["matchLabels"]
        assert list(names.PLATFORM_PODS) == client["podSelector"]["matchExpressions"][0]["values"]


def test_what_keda_scales_has_no_number_of_replicas_of_ours() -> None:
    """Each of our updates would put the number back."""
    assert "replicas" not in of_kind(FULL, "Deployment")["proeftuin-worker"]["spec"]
    assert 1 == of_kind(PLAIN, "Deployment")["proeftuin-worker"]["spec"]["replicas"]


@pytest.mark.parametrize("kind", sorted(SPECS))
def test_what_operators_read_has_only_fields_that_they_know(kind) -> None:
    """Their definitions are not on the test cluster: these are the fields of their documentation."""
    found = list(of_kind(FULL, kind).values())

    assert 1 == len(found)
    assert VERSIONS[kind] == found[0]["apiVersion"]
    jsonschema.validate(found[0]["spec"], SPECS[kind])


@BOTH
def test_everything_that_is_named_is_there(spec) -> None:
    """A secret, volume, account or service of another name is a pod that never starts."""
    made = {(one["kind"], one["metadata"]["name"]) for one in stack_manifests(spec)}
    made.add(("Secret", "proeftuin-database-app"))  # CloudNativePG makes it
    made.add(("Secret", "proeftuin-tls"))  # cert-manager makes it, or the operator of the cluster
    text = [json.loads(json.dumps(one)) for one in stack_manifests(spec)]
    assert set() == {one for manifest in text for one in references(manifest)} - made


def references(value: object) -> set[tuple[str, str]]:
    kinds = {
        "secretKeyRef": "Secret",
        "secretRef": "Secret",
        "configMapRef": "ConfigMap",
        "authenticationRef": "TriggerAuthentication",
        "imagePullSecrets": "Secret",
        "secretTargetRef": "Secret",
        "scaleTargetRef": "Deployment",
        "service": "Service",
        "cluster": "Cluster",
        "accessKeyId": "Secret",
        "secretAccessKey": "Secret",
    }
    found: set[tuple[str, str]] = set()
    if isinstance(value, list):
        return found.union(*(references(item) for item in value))
    if not isinstance(value, dict):
        return found
    for key, item in value.items():
        for one in item if isinstance(item, list) else [item]:
            if key in kinds and isinstance(one, dict) and "name" in one:
                found.add((kinds[key], one["name"]))
        found |= {("Secret", item)} if key == "secretName" else set()
        found |= {("PersistentVolumeClaim", item)} if key == "claimName" else set()
        found |= {("ObjectStore", item)} if key == "barmanObjectName" else set()
        found |= references(item)
    return found
