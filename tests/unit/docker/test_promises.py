"""What the Docker backend promises, what its proof tries, and how it says that an engine is not there."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from proeftuin_infra.docker.engine import DockerError, Engine
from proeftuin_sandbox.backends.base import FailureError, SandboxSpec, TownSpec
from proeftuin_sandbox.backends.docker import DockerBackend
from proeftuin_sandbox.backends.docker.capabilities import docker_capabilities
from proeftuin_sandbox.backends.docker.names import Kind, RoomNames
from proeftuin_sandbox.backends.docker.proof import CONTROL_OF
from proeftuin_sandbox.backends.promises import Level

CHANCE = random.Random(1)  # noqa: S311 - chooses ports
# Tried by a test of its own rather than in every sandbox: it takes longer than a proof may.
TRIED_BY_TESTS = {"log-size": "tests/docker/test_limits.py"}


def test_every_promise_is_tried() -> None:
    """`enforced` without an attempt is a hope."""
    promised = {one.id for one in docker_capabilities().controls if one.level is Level.ENFORCED}

    assert promised == {*CONTROL_OF.values(), *TRIED_BY_TESTS, "environment"}
    for path in TRIED_BY_TESTS.values():
        assert (Path(__file__).parents[3] / path).is_file()


def test_an_engine_that_is_not_there_gives_a_cause_and_a_remedy(tmp_path: Path) -> None:
    """Not a stack of transport errors."""
    backend = DockerBackend(tmp_path, host=f"unix://{tmp_path}/geen.sock", images=_NoImages(), random_source=CHANCE)
    with pytest.raises(FailureError) as caught:
        backend.observe("sbx-een")

    assert ("engine-unreachable", True) == (caught.value.failure.code, caught.value.failure.is_transient)
    assert "PROEFTUIN_DOCKER_HOST" in caught.value.failure.remedy.nl
    backend.close()


def test_an_address_that_is_none_is_told_too() -> None:
    """A typing error of the operator is not a crash."""
    with pytest.raises(DockerError) as caught:
        Engine("gopher://x").facts()

    assert "engine-unreachable" == caught.value.code


def test_a_plan_needs_no_engine(tmp_path: Path) -> None:
    """A dry run is free."""
    backend = DockerBackend(tmp_path, host=f"unix://{tmp_path}/geen.sock", images=_NoImages(), random_source=CHANCE)
    planned = backend.plan(SandboxSpec("sbx-een", TownSpec("gehucht", 1)))

    assert {"network", "volume", "container"} == {one.kind for one in planned}
    backend.close()


@pytest.mark.parametrize("name", ["", "SBX-a", "sbx-", "sbx-a/../b", "sbx-a b"])
def test_what_cannot_name_a_sandbox_is_refused(name: str) -> None:
    """Names go into addresses of the engine."""
    with pytest.raises(ValueError, match="cannot name a sandbox"):
        RoomNames("i", name)


def test_names_of_two_sandboxes_and_of_their_parts_differ() -> None:
    """A component may be called what it likes, even `town`."""
    one, other = RoomNames("i", "sbx-een"), RoomNames("i", "sbx-twee")
    names = [one.room, one.way_in, one.town, one.component("town"), one.component("klok"), one.gate(one.town)]

    assert len(names) == len({*names})
    assert {*names}.isdisjoint({other.room, other.town, other.component("klok")})
    assert one.labels(Kind.COMPONENT, "klok") != other.labels(Kind.COMPONENT, "klok")


class _NoImages:
    """Images that nobody asks for."""

    def base(self) -> None:
        raise AssertionError

    def town(self, _: object) -> None:
        raise AssertionError

    def component(self, _: object) -> None:
        raise AssertionError

    def close(self) -> None:
        pass
