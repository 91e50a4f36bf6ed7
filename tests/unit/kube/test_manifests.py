from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest
import yaml

from proeftuin_infra.kube.skeleton import names, network, room, town
from proeftuin_infra.kube.skeleton.admission import admission_policies, denied_rule
from proeftuin_infra.kube.skeleton.attempts import attempts, good_pod, refused_by
from proeftuin_infra.kube.skeleton.manifests import cluster_manifests, room_manifests
from support.kube_golden import FOLDER, RENDERED, as_yaml
from support.kube_specs import CLUSTER, FULL, HARD_CLUSTER, IMAGE, PLAIN, TOWN


def rules(spec) -> dict[str, str]:
    return {
        denied_rule(validation["message"]): validation["expression"]
        for policy in admission_policies(spec)
        if policy["kind"] == "ValidatingAdmissionPolicy"
        for validation in policy["spec"]["validations"]
    }


@pytest.mark.parametrize("name", sorted(RENDERED))
def test_manifests_are_those_that_were_agreed_upon(name) -> None:
    """A change of what holds strangers' code is seen in review; `python tests/support/kube_golden.py` writes them."""
    assert (FOLDER / f"{name}.yaml").read_text() == as_yaml(RENDERED[name])


def test_every_agreed_file_is_still_rendered() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(RENDERED)


@pytest.mark.parametrize("name", sorted(RENDERED))
def test_a_manifest_survives_its_way_through_json(name) -> None:
    """Both engines send JSON: nothing may depend on what JSON cannot say."""
    assert list(RENDERED[name]) == json.loads(json.dumps(list(RENDERED[name])))


@pytest.mark.parametrize("name", sorted(RENDERED))
def test_no_two_manifests_are_the_same_object(name) -> None:
    addresses = [names.address_of(manifest) for manifest in RENDERED[name]]

    assert sorted(set(addresses)) == sorted(addresses)


def test_everything_of_a_room_is_in_its_namespace_and_carries_its_labels() -> None:
    """Inventory and destruction go by namespace and label; what lacks them would stay behind."""
    for manifest in room_manifests(FULL):
        labels = manifest["metadata"]["labels"]
        assert (FULL.sandbox_id, FULL.installation) == (labels[names.SANDBOX_ID], labels[names.INSTALLATION])
        if manifest["kind"] != "Namespace":
            assert FULL.namespace == manifest["metadata"]["namespace"]


def test_what_holds_a_room_stands_before_what_runs_in_it() -> None:
    """Between a pod's start and its policies nothing would be closed."""
    kinds = [manifest["kind"] for manifest in room_manifests(FULL)]

    assert "Namespace" == kinds[0]
    assert "Deployment" == kinds[-1]
    assert kinds.index("NetworkPolicy") > kinds.index("ResourceQuota") > kinds.index("ServiceAccount")
    assert len(kinds) - 1 - kinds[::-1].index("NetworkPolicy") < kinds.index("PersistentVolumeClaim")


def test_the_first_policy_closes_and_no_selector_means_every_namespace() -> None:
    """An empty namespaceSelector would open the room to all others."""
    policies = network.network_policies(FULL)
    selectors = [
        peer["namespaceSelector"]
        for policy in policies
        for rule in (*policy["spec"].get("ingress", ()), *policy["spec"].get("egress", ()))
        for peer in (*rule.get("from", ()), *rule.get("to", ()))
        if "namespaceSelector" in peer
    ]

    assert {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]} == policies[0]["spec"]
    assert 3 == len(selectors)
    assert all(selector["matchLabels"] for selector in selectors)


def test_a_room_reaches_no_internet_unless_asked() -> None:
    assert ["00-default-deny", "10-same-namespace", "20-dns", "30-from-platform", "31-control-from-platform"] == [
        policy["metadata"]["name"] for policy in network.network_policies(PLAIN)
    ]


def test_the_internet_leaves_out_metadata_and_the_ranges_of_the_cluster() -> None:
    block = network.network_policies(FULL)[-1]["spec"]["egress"][0]["to"][0]["ipBlock"]

    assert "0.0.0.0/0" == block["cidr"]
    assert {"169.254.0.0/16", "10.0.0.0/8", "168.63.129.16/32", "203.0.113.0/28"} <= set(block["except"])


def test_a_room_without_name_server_has_no_way_to_it() -> None:
    """A tier may close DNS, by which data can leave and other rooms' names can be found."""
    policies = network.network_policies(replace(PLAIN, cluster_dns=False))

    assert "20-dns" not in [policy["metadata"]["name"] for policy in policies]


def test_there_are_no_more_policies_than_the_quota_lets_in() -> None:
    quota = int(room.resource_quota(FULL)["spec"]["hard"]["count/networkpolicies.networking.k8s.io"])

    assert len(network.network_policies(FULL)) <= quota


def test_memory_is_requested_as_it_is_limited() -> None:
    """Otherwise one room's burst is another's eviction."""
    hard = room.resource_quota(PLAIN)["spec"]["hard"]
    container = room.limit_range(PLAIN)["spec"]["limits"][0]

    assert hard["requests.memory"] == hard["limits.memory"]
    assert container["default"]["memory"] == container["defaultRequest"]["memory"]


def test_the_password_of_the_registry_is_written_as_kubernetes_reads_it() -> None:
    secret = room.pull_secret(FULL, FULL.registry)
    login = json.loads(base64.b64decode(secret["data"][".dockerconfigjson"]))["auths"]["registry.example"]

    assert ("puller", "not-a-secret") == (login["username"], login["password"])
    assert "puller:not-a-secret" == base64.b64decode(login["auth"]).decode()


def test_the_control_port_of_the_town_is_not_part_of_its_service() -> None:
    """Components of strangers see `town:8080` and no more."""
    ports = town.service(PLAIN)["spec"]["ports"]

    assert [8080] == [port["port"] for port in ports]


def test_a_town_keeps_its_data_on_a_volume_only_where_one_is_asked() -> None:
    without = [manifest["kind"] for manifest in town.town_workload(PLAIN, TOWN)]
    data = town.deployment(PLAIN, TOWN)["spec"]["template"]["spec"]["volumes"][0]

    assert ["Secret", "Service", "Deployment"] == without
    assert {"name": "data", "emptyDir": {"sizeLimit": "1Gi"}} == data


def test_the_token_of_the_town_is_in_no_other_object_than_its_secret() -> None:
    texts = [yaml.safe_dump(manifest) for manifest in room_manifests(FULL) if manifest["kind"] != "Secret"]

    assert not any("not-a-secret" in text for text in texts)


def test_policies_bind_to_the_rooms_of_their_own_platform_alone() -> None:
    """Two platforms on one cluster never refuse each other's work."""
    for manifest in admission_policies(CLUSTER):
        if manifest["kind"] == "ValidatingAdmissionPolicyBinding":
            [selector] = manifest["spec"]["matchResources"].values()
            assert {names.INSTALLATION: CLUSTER.installation} == selector["matchLabels"]
            assert ["Deny", "Audit"] == manifest["spec"]["validationActions"]


def test_every_policy_refuses_when_it_cannot_decide() -> None:
    policies = [one for one in admission_policies(CLUSTER) if one["kind"] == "ValidatingAdmissionPolicy"]

    assert 7 == len(policies)
    assert {"Fail"} == {policy["spec"]["failurePolicy"] for policy in policies}


def test_every_rule_has_its_own_id_and_the_message_carries_it() -> None:
    """A program explains a denial in Dutch and English by that id."""
    count = sum(
        len(policy["spec"]["validations"])
        for policy in admission_policies(HARD_CLUSTER)
        if policy["kind"] == "ValidatingAdmissionPolicy"
    )

    assert count == len(rules(HARD_CLUSTER))
    assert None not in rules(HARD_CLUSTER)


def test_rules_of_the_hard_tier_stand_only_where_the_cluster_can_keep_them() -> None:
    only = set(rules(HARD_CLUSTER)) - set(rules(CLUSTER))

    assert {"hard-runtime", "user-namespace", "image-pull"} == only


def test_an_image_prefix_means_itself_and_not_a_pattern() -> None:
    """A dot in a host's name would otherwise match every character."""
    expression = rules(replace(CLUSTER, image_prefixes=("registry.example/",)))["image"]

    assert r"registry\\.example/" in expression


def test_a_denial_of_somebody_else_is_not_ours() -> None:
    assert None is denied_rule('pods "x" is forbidden: violates PodSecurity "restricted:v1.34": privileged')


@pytest.mark.parametrize(("spec", "cluster"), [(PLAIN, CLUSTER), (FULL, HARD_CLUSTER)], ids=["standard", "hard"])
def test_every_attempt_differs_from_the_good_pod_and_names_a_control_that_stands(spec, cluster) -> None:
    """An attempt equal to the positive control would prove nothing."""
    tried = attempts(spec, cluster, image=IMAGE)
    pods = [attempt for attempt in tried if attempt.manifest["kind"] == "Pod"]
    known = {*rules(cluster), "pod-security", "limits"}

    assert len(tried) == len({attempt.id for attempt in tried})
    assert not [attempt.id for attempt in pods if attempt.manifest == good_pod(spec, image=IMAGE)]
    assert set() == {attempt.refused_by for attempt in tried} - known


@pytest.mark.parametrize(("spec", "cluster"), [(PLAIN, CLUSTER), (FULL, HARD_CLUSTER)], ids=["standard", "hard"])
def test_every_rule_of_the_pods_is_tried(spec, cluster) -> None:
    """A rule that nothing tries could be gone without anybody noticing."""
    pods = next(one for one in admission_policies(cluster) if one["metadata"]["name"].endswith("-pods"))
    ids = {denied_rule(validation["message"]) for validation in pods["spec"]["validations"]}

    untried = ids - {attempt.refused_by for attempt in attempts(spec, cluster, image=IMAGE)}

    assert {"devices", "runtime-class", "non-root"} >= untried  # these three have tests of their own on a cluster


def test_a_refusal_is_told_from_another_by_its_words() -> None:
    message = "ValidatingAdmissionPolicy 'x' with binding 'x' denied request: proeftuin/image: every image…"

    assert refused_by(message, "image")
    assert not refused_by(message, "image-pull")
    assert not refused_by(message, "pod-security")


def test_the_platform_in_a_cluster_may_not_change_the_rules_that_hold_rooms() -> None:
    """Whoever takes over the platform's pod must not take over the admission policies."""
    role = next(one for one in cluster_manifests(HARD_CLUSTER) if one["kind"] == "ClusterRole")
    verbs = {
        verb
        for rule in role["rules"]
        if {"admissionregistration.k8s.io", "rbac.authorization.k8s.io"} & set(rule["apiGroups"])
        for verb in rule["verbs"]
    }

    assert {"get", "list", "watch"} == verbs
    assert not [rule for rule in role["rules"] if "*" in (*rule["verbs"], *rule["resources"], *rule["apiGroups"])]


def test_the_platform_may_list_and_watch_every_kind_that_it_deletes() -> None:
    """Without that, waiting for a deletion never ends."""
    role = next(one for one in cluster_manifests(HARD_CLUSTER) if one["kind"] == "ClusterRole")

    for rule in role["rules"]:
        if "delete" in rule["verbs"]:
            assert {"get", "list", "watch"} <= set(rule["verbs"])
