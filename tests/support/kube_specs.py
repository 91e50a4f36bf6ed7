"""Rooms and clusters to test with."""

from __future__ import annotations

from datetime import UTC, datetime

from proeftuin_infra.kube.skeleton.spec import ClusterSpec, Internet, Registry, RoomSpec, Tier, TownSpec

INSTALLATION = "testbank1"
SANDBOX = "sbx-01jd0000000000000000000001"
IMAGE = "registry.example/proeftuin/town@sha256:" + "a" * 64

TOWN = TownSpec(image=IMAGE, control_token="not-a-secret", environment=(("PROEFTUIN_SANDBOX", SANDBOX),))  # noqa: S106 - of a test
PLAIN = RoomSpec(sandbox_id=SANDBOX, installation=INSTALLATION)
FULL = RoomSpec(
    sandbox_id=SANDBOX,
    installation=INSTALLATION,
    tenant_id="org-01jd0000000000000000000002",
    tier=Tier.HARD,
    expires_at=datetime(2026, 11, 23, 12, 30, tzinfo=UTC),
    exposed_ports=(8080, 9000),
    internet=Internet(excluded=("203.0.113.0/28",)),
    registry=Registry(server="registry.example", username="puller", password="not-a-secret"),  # noqa: S106 - of a test
    town=TownSpec(image=IMAGE, control_token="not-a-secret", storage_class="", pull_policy="Always"),  # noqa: S106 - of a test
    runtime_class="gvisor",
    user_namespaces=True,
)
CLUSTER = ClusterSpec(
    installation=INSTALLATION,
    platform_users=("kubernetes-admin",),
    image_prefixes=("registry.example/proeftuin/", "docker.io/proeftuin/"),
)
HARD_CLUSTER = ClusterSpec(
    installation=INSTALLATION,
    platform_users=("system:serviceaccount:proeftuin-system:proeftuin",),
    image_prefixes=("registry.example/proeftuin/",),
    hard_runtime_class="gvisor",
    hard_user_namespaces=True,
    always_pull=True,
    runtime_handler="runsc",
    platform_inside=True,
)
