from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from proeftuin_infra.kube.skeleton import names
from proeftuin_infra.kube.skeleton.spec import ClusterSpec, Internet, Registry, RoomSpec, RoomSpecError, TownSpec
from support.kube_specs import CLUSTER, FULL, IMAGE, INSTALLATION, PLAIN, SANDBOX


def test_a_namespace_follows_from_the_sandbox_and_leads_back_to_it() -> None:
    """A worker that knows only the id finds the room, and an inventory finds the id."""
    assert "pt-01jd0000000000000000000001" == PLAIN.namespace
    assert SANDBOX == names.sandbox_of(PLAIN.namespace)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"sandbox_id": "sbx-NIET_GOED"}, "sandbox_id"),
        ({"sandbox_id": "sbx-" + "a" * 80}, "sandbox_id"),
        ({"installation": "Test"}, "installation"),
        ({"tenant_id": "met spatie"}, "tenant_id"),
        ({"exposed_ports": ()}, "exposed_ports"),
        ({"exposed_ports": (0,)}, "exposed_ports"),
        ({"expires_at": datetime(2026, 11, 23)}, "expires_at"),  # noqa: DTZ001 - a moment without zone is the point
    ],
)
def test_a_room_that_kubernetes_would_refuse_is_refused_at_once_naming_the_field(wrong, field) -> None:
    with pytest.raises(RoomSpecError, match=f"^{field}:"):
        RoomSpec(**{"sandbox_id": SANDBOX, "installation": INSTALLATION, **wrong})


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"platform_users": ()}, "platform_users"),
        ({"platform_users": ("",)}, "platform_users"),
        ({"image_prefixes": ()}, "image_prefixes"),
        ({"image_prefixes": ("registry.example/", "")}, "image_prefixes"),
        ({"runtime_handler": "runsc"}, "runtime_handler"),
        ({"installation": "a/b"}, "installation"),
    ],
)
def test_rules_that_shut_the_platform_out_or_let_everything_in_are_refused(wrong, field) -> None:
    right = {"installation": INSTALLATION, "platform_users": ("x",), "image_prefixes": ("y/",)}

    with pytest.raises(RoomSpecError, match=f"^{field}:"):
        ClusterSpec(**{**right, **wrong})


@pytest.mark.parametrize("image", ["town:latest", "town@sha256:abc", "@sha256:" + "a" * 64])
def test_a_town_whose_image_is_not_pinned_is_refused(image) -> None:
    """A tag can mean something else tomorrow; evidence names a digest."""
    with pytest.raises(RoomSpecError, match=r"^town\.image:"):
        TownSpec(image=image, control_token="x")  # noqa: S106 - of a test


def test_the_digest_changes_with_what_a_room_is_and_not_with_its_secrets_or_its_end() -> None:
    """Extending a sandbox or changing a password is no reason to think that the room drifted."""
    later = replace(FULL, expires_at=datetime(2027, 1, 1, tzinfo=UTC))
    other_password = replace(FULL, registry=Registry("registry.example", "puller", "another"))
    other_token = replace(FULL, town=replace(FULL.town, control_token="another"))  # noqa: S106 - of a test

    assert {FULL.digest} == {later.digest, other_password.digest, other_token.digest}
    assert FULL.digest != replace(FULL, exposed_ports=(8080,)).digest
    assert FULL.digest != replace(FULL, town=replace(FULL.town, image=IMAGE.replace("a" * 64, "b" * 64))).digest


def test_secrets_are_not_shown_when_a_room_is_printed() -> None:
    """A description lands in logs and tracebacks."""
    assert "not-a-secret" not in repr(FULL)


def test_closed_ranges_are_listed_only_where_they_lie_in_an_allowed_one() -> None:
    """Kubernetes refuses a policy with an exception outside its range."""
    internet = Internet(allowed=("203.0.113.0/24",), excluded=("203.0.113.16/28", "198.51.100.0/24"))

    assert ("203.0.113.16/28",) == internet.exceptions("203.0.113.0/24")


@pytest.mark.parametrize("allowed", ["10.1.0.0/16", "169.254.169.254/32", "fd00::/8", "203.0.113.16/32"])
def test_an_allowed_range_inside_a_closed_one_is_refused(allowed) -> None:
    """A wrong allow-list must not open the cloud's metadata or the cluster itself."""
    with pytest.raises(RoomSpecError, match="which a room never reaches"):
        Internet(allowed=(allowed,), excluded=("203.0.113.0/28", "203.0.113.16/28"))


def test_a_range_that_is_none_is_refused() -> None:
    with pytest.raises(RoomSpecError, match="internet"):
        Internet(allowed=("203.0.113.1/24",))


def test_runtime_classes_that_pods_may_ask_for_include_the_one_they_must_ask_for() -> None:
    cluster = replace(CLUSTER, runtime_classes=("kata",), hard_runtime_class="gvisor")

    assert ("gvisor", "kata") == cluster.allowed_runtime_classes
