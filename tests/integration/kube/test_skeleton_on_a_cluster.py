"""The skeleton on a real cluster: everything is accepted, and everything bad is refused by what should refuse it."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.kube.client import errors
from proeftuin_infra.kube.client.errors import KubeError
from proeftuin_infra.kube.client.objects import KINDS
from proeftuin_infra.kube.client.rights import NEEDED, may_account
from proeftuin_infra.kube.skeleton import network
from proeftuin_infra.kube.skeleton import room as manifests
from proeftuin_infra.kube.skeleton.attempts import attempts, good_pod, refused_by
from proeftuin_infra.kube.skeleton.direct import DirectEngine
from proeftuin_infra.kube.skeleton.engine import TIMEOUT, Change, EngineError
from proeftuin_infra.kube.skeleton.manifests import cluster_manifests, room_manifests
from proeftuin_infra.kube.skeleton.names import INSTALLATION, address_of
from proeftuin_infra.kube.skeleton.spec import Internet, Registry
from support.kube_specs import IMAGE, TOWN

if TYPE_CHECKING:
    from kube.conftest import Site

    from proeftuin_infra.kube.skeleton.names import Manifest
    from proeftuin_infra.kube.skeleton.spec import RoomSpec

pytestmark = pytest.mark.cluster
STRANGER = {"Impersonate-User": "vreemdeling", "Impersonate-Group": "system:masters"}
"""Somebody whom the cluster's rights allow everything: what stops him is the admission policy and nothing else."""


def path_of(manifest: Manifest, *, one: bool = True) -> str:
    metadata = manifest["metadata"]
    return KINDS[manifest["kind"]].path(metadata.get("namespace", ""), metadata["name"] if one else "")


def as_stranger(site: Site, method: str, path: str, **more) -> str:
    """Try something as somebody else and give the refusal; an empty text when it was allowed."""
    headers = {**STRANGER, **more.pop("headers", {})}
    try:
        site.objects.cluster.request(method, path, headers=headers, query={"dryRun": "All"}, **more)
    except KubeError as error:
        return error.said
    return ""


def attempted(site: Site, spec: RoomSpec) -> dict[str, str]:
    """Try everything that must be refused, and tell what was not refused by the control that should."""
    wrong = {}
    for attempt in attempts(spec, site.cluster, image=IMAGE):
        try:
            site.objects.create(attempt.manifest, dry_run=True)
        except KubeError as error:
            if not refused_by(error.said, attempt.refused_by):
                wrong[attempt.id] = f"wanted {attempt.refused_by}, but: {error.said}"
        else:
            wrong[attempt.id] = f"wanted {attempt.refused_by}, but it was allowed"
    return wrong


@pytest.fixture(scope="module")
def guarded(site: Site, room: RoomSpec) -> RoomSpec:
    """The room, once the API server has taken up the policies (a moment after they were stored)."""
    deadline = time.monotonic() + 30
    while (wrong := attempted(site, room)) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert {} == wrong
    return room


def test_the_good_pod_is_accepted(site: Site, guarded: RoomSpec) -> None:
    """The positive control: a cluster that refused everything would look safe."""
    accepted = site.objects.create(good_pod(guarded, image=IMAGE), dry_run=True)

    assert "workload" == accepted["spec"]["serviceAccountName"]
    assert -100 == accepted["spec"]["priority"]


def test_everything_bad_is_refused_by_the_control_that_should_refuse_it(site: Site, guarded: RoomSpec) -> None:
    """P1 to P8 of the isolation test list, each differing from the good pod in one thing."""
    assert {} == attempted(site, guarded)


def test_the_hard_tier_refuses_the_same_and_more(site: Site, guarded: RoomSpec, hard_room: RoomSpec) -> None:
    """A pod of a room of that tier has a user namespace of its own; one of the standard tier need not."""
    plain = good_pod(hard_room, image=IMAGE)
    del plain["spec"]["hostUsers"]
    with pytest.raises(KubeError) as refused:
        site.objects.create(plain, dry_run=True)

    assert "user-namespace" == refused.value.rule
    assert {} == attempted(site, hard_room)
    assert site.objects.create(good_pod(hard_room, image=IMAGE), dry_run=True)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"securityContext": {"runAsNonRoot": False, "runAsUser": 0}, "hostUsers": False}, "non-root"),
        ({"resourceClaims": [{"name": "gpu", "resourceClaimName": "gpu"}]}, "devices"),
        ({"runtimeClassName": "elsewhere"}, "runtime-class"),
    ],
    ids=["non-root", "devices", "runtime-class"],
)
def test_our_own_rules_hold_where_pod_security_says_nothing(
    site: Site, guarded: RoomSpec, bare_room: RoomSpec, change, rule: str
) -> None:
    """From v1.35 on Pod Security skips its checks of root for pods with a user namespace; ours stay."""
    runtime = {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "elsewhere"}}
    site.objects.apply({**runtime, "handler": "runc"})
    pod = good_pod(bare_room, image=IMAGE)
    try:
        assert site.objects.create(pod, dry_run=True)
        with pytest.raises(KubeError) as refused:
            site.objects.create({**pod, "spec": {**pod["spec"], **change}}, dry_run=True)
    finally:
        site.objects.delete("RuntimeClass", "elsewhere")

    assert rule == refused.value.rule


def test_the_api_server_finds_no_fault_in_the_rules(site: Site, guarded: RoomSpec) -> None:
    """It checks each expression against the kinds that it is for; a typing error is told here only."""
    faults = {
        manifest["metadata"]["name"]: seen["status"].get("typeChecking")
        for manifest in cluster_manifests(site.cluster)
        if manifest["kind"] == "ValidatingAdmissionPolicy"
        and (seen := site.objects.get(manifest["kind"], manifest["metadata"]["name"]))["status"]["typeChecking"]
    }

    assert {} == faults


def test_a_room_is_brought_up_twice_and_nothing_changes(site: Site, room: RoomSpec) -> None:
    """A worker that died after its work is done again."""
    before = {one.name: one.change for one in site.engine.preview(room)}
    steps = list(site.engine.up(room))

    assert {Change.SAME} == set(before.values())
    assert len(room_manifests(room)) == len([step for step in steps if not step.waiting])


def test_a_plan_tells_drift_and_bringing_up_repairs_it(site: Site, room: RoomSpec) -> None:
    """Somebody with rights on the cluster widened a quota by hand."""
    quota = manifests.resource_quota(room)["metadata"]["name"]
    site.objects.patch("ResourceQuota", quota, room.namespace, {"spec": {"hard": {"pods": "999"}}})

    drifted = [one for one in site.engine.preview(room) if one.change is not Change.SAME]
    list(site.engine.up(room))

    assert [("ResourceQuota", quota, Change.UPDATE)] == [(one.kind, one.name, one.change) for one in drifted]
    assert {Change.SAME} == {one.change for one in site.engine.preview(room)}


def test_a_plan_of_a_room_that_is_not_there_makes_everything_and_nothing_is_made(site: Site) -> None:
    spec = site.room()

    assert {Change.CREATE} == {one.change for one in site.engine.preview(spec)}
    assert None is site.objects.get("Namespace", spec.namespace)


@pytest.mark.parametrize("what", ["resource_quota", "limit_range", "default_account", "workload_account"])
def test_nobody_else_changes_or_removes_what_guards_a_room(site: Site, guarded: RoomSpec, what: str) -> None:
    """C1 of the isolation test list, as somebody whom the cluster's rights allow everything."""
    manifest = getattr(manifests, what)(guarded)
    path = path_of(manifest)
    change = {"metadata": {"annotations": {"a": "b"}}}

    assert "proeftuin/guard-objects" in as_stranger(site, "DELETE", path)
    assert "proeftuin/guard-objects" in as_stranger(
        site, "PATCH", path, body=change, content_type="application/merge-patch+json"
    )


def test_nobody_else_opens_the_network_of_a_room(site: Site, guarded: RoomSpec) -> None:
    """Policies add up: one more that allows everything would undo them all."""
    policy = {**network.default_deny(guarded), "spec": {"podSelector": {}, "egress": [{}], "policyTypes": ["Egress"]}}
    policy["metadata"] = {"name": "99-open", "namespace": guarded.namespace}

    assert "proeftuin/guard-objects" in as_stranger(site, "DELETE", path_of(network.default_deny(guarded)))
    assert "proeftuin/guard-objects" in as_stranger(site, "POST", path_of(policy, one=False), body=policy)


@pytest.mark.parametrize(
    "labels",
    [
        {"pod-security.kubernetes.io/enforce": "privileged"},
        {"pod-security.kubernetes.io/enforce": None},
        {INSTALLATION: None},
        {INSTALLATION: "another"},
        {"proeftuin.vlaanderen/isolation-tier": None},
    ],
    ids=str,
)
def test_nobody_else_takes_the_marks_off_a_room(site: Site, guarded: RoomSpec, labels) -> None:
    """Also not the marks by which the policies know the room: that would be the way around all of them."""
    said = as_stranger(
        site,
        "PATCH",
        KINDS["Namespace"].path(name=guarded.namespace),
        body={"metadata": {"labels": labels}},
        content_type="application/merge-patch+json",
    )

    assert "proeftuin/room" in said


def test_somebody_else_may_still_write_a_note_on_a_room(site: Site, guarded: RoomSpec) -> None:
    """The rule holds marks, not the whole object: tools of the cluster write annotations of their own."""
    said = as_stranger(
        site,
        "PATCH",
        KINDS["Namespace"].path(name=guarded.namespace),
        body={"metadata": {"annotations": {"example.org/note": "x"}}},
        content_type="application/merge-patch+json",
    )

    assert "" == said


def test_nobody_else_removes_a_room(site: Site, guarded: RoomSpec) -> None:
    assert "proeftuin/room" in as_stranger(site, "DELETE", KINDS["Namespace"].path(name=guarded.namespace))


def test_nobody_else_sets_a_mark_of_the_platform_on_anything(site: Site, guarded: RoomSpec) -> None:
    """P8: a label could make a pod exposed, or give it the internet."""
    pod = good_pod(guarded, image=IMAGE)
    plain = {**pod, "metadata": {"name": "x", "namespace": guarded.namespace}}
    marked = {**pod, "metadata": {**plain["metadata"], "labels": {"proeftuin.vlaanderen/internet": "true"}}}

    assert "" == as_stranger(site, "POST", path_of(plain, one=False), body=plain)
    assert "proeftuin/reserved-keys" in as_stranger(site, "POST", path_of(marked, one=False), body=marked)


@pytest.mark.parametrize(
    ("door", "rule"), [("exec", "no-exec"), ("attach", "no-exec"), ("portforward", "platform-only")]
)
def test_nobody_else_comes_into_a_container(site: Site, guarded: RoomSpec, door: str, rule: str) -> None:
    """Asked of a pod that exists: the API server looks for it before it asks the policy."""
    path = KINDS["Pod"].path(guarded.namespace, "doel")
    pod = good_pod(guarded, image=IMAGE)
    site.objects.apply({**pod, "metadata": {**pod["metadata"], "name": "doel"}})
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Protocol": "v5.channel.k8s.io"}
    with pytest.raises(KubeError) as refused:
        site.objects.cluster.request(
            "GET",
            f"{path}/{door}",
            query={"command": "true", "stdout": "true", "ports": "80"},
            headers={
                **STRANGER,
                **upgrade,
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
            },
        )

    assert f"proeftuin/{rule}" in refused.value.said


def test_the_platform_itself_runs_no_program_in_a_container(site: Site, guarded: RoomSpec) -> None:
    """Whoever takes over the platform does not get into the rooms by exec."""
    pod = good_pod(guarded, image=IMAGE)
    site.objects.apply({**pod, "metadata": {**pod["metadata"], "name": "doel"}})
    with pytest.raises(KubeError) as refused:
        site.objects.cluster.request(
            "POST", KINDS["Pod"].path(guarded.namespace, "doel") + "/exec", query={"command": "true", "stdout": "true"}
        )

    assert "proeftuin/no-exec" in refused.value.said


def test_a_room_with_everything_is_accepted(site: Site) -> None:
    """Internet, password, town, volume: whatever the API server checks of them, it agrees with."""
    spec = site.room(
        internet=Internet(excluded=("203.0.113.0/28",)),
        registry=Registry("registry.example", "puller", "not-a-secret"),
        town=replace(TOWN, storage_class="", pull_policy="Always", replicas=0),
    )
    try:
        list(site.engine.up(spec))
        changes = {one.change for one in site.engine.preview(spec)}
    finally:
        site.remove(spec)

    assert {Change.SAME} == changes


def test_a_town_that_cannot_start_ends_the_waiting_in_time(site: Site) -> None:
    """Its registry is not there; the engine says so by its patience, the backend earlier by looking at the pod."""
    image = IMAGE.replace("registry.example", "127.0.0.1:1")  # refuses at once: nobody waits for a name server
    spec = site.room(town=replace(TOWN, image=image, pull_policy="Always"))
    try:
        with pytest.raises(EngineError, match="Deployment town did not become ready") as late:
            list(DirectEngine(site.objects, patience=3).up(spec))
    finally:
        site.remove(spec)

    assert TIMEOUT == late.value.code
    assert late.value.is_transient


def test_a_room_comes_back_while_its_namespace_of_before_is_still_going(site: Site) -> None:
    """The same sandbox, made again at once after its destruction was begun."""
    spec = site.room()
    list(site.engine.up(spec))
    site.objects.delete("Namespace", spec.namespace)

    list(site.engine.up(spec))
    phase = site.objects.get("Namespace", spec.namespace)["status"]["phase"]
    site.remove(spec)

    assert "Active" == phase


def test_a_pod_that_leaves_its_room_bigger_than_its_quota_is_refused(site: Site, room: RoomSpec) -> None:
    """The quota counts as soon as `up` ends, because `up` waits for that."""
    pod = good_pod(room, image=IMAGE)
    site.objects.patch("ResourceQuota", "proeftuin", room.namespace, {"spec": {"hard": {"count/pods": "0"}}})
    deadline = time.monotonic() + 10
    code = ""
    while code != errors.QUOTA and time.monotonic() < deadline:
        try:
            site.objects.create({**pod, "metadata": {**pod["metadata"], "name": "te-veel"}}, dry_run=True)
        except KubeError as error:
            code = error.code
        time.sleep(0.1)
    list(site.engine.up(room))

    assert errors.QUOTA == code


def test_a_platform_inside_the_cluster_gets_the_rights_that_it_needs_and_no_way_to_more(site: Site) -> None:
    """What takes over the platform's pod gets neither the admission policies nor other rights."""
    inside = replace(
        site.cluster,
        installation=f"{site.cluster.installation}in",
        platform_namespace=f"test-{site.cluster.installation}",
        platform_inside=True,
    )
    account = {"namespace": inside.platform_namespace, "account": "proeftuin"}
    may = partial(may_account, site.objects.cluster, **account)
    try:
        list(site.engine.up_cluster(inside))
        lacking = [
            f"{verb} {resource}"
            for group, resource, verbs in NEEDED
            for verb in verbs
            if not may(group=group, resource=resource, verb=verb)
        ]
        too_much = [
            f"{verb} {resource}"
            for group, resource in (
                ("rbac.authorization.k8s.io", "clusterroles"),
                ("rbac.authorization.k8s.io", "rolebindings"),
                ("admissionregistration.k8s.io", "validatingadmissionpolicies"),
                ("", "nodes"),
                ("", "pods/exec"),
            )
            for verb in ("create", "patch", "delete")
            if may(group=group, resource=resource, verb=verb)
        ]
    finally:
        for manifest in reversed(cluster_manifests(inside)):
            if manifest["kind"] != "PriorityClass":
                kind, namespace, name = address_of(manifest)
                site.objects.delete(kind, name, namespace)

    assert [] == lacking
    assert [] == too_much
