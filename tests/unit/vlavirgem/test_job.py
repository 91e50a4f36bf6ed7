"""The manifests of a town made by many pods are what Kubernetes knows, and their commands are what the CLI takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import kubernetes.client
import pytest
import yaml
from typer.testing import CliRunner

from support.vlavirgem_towns import small_profile
from vlavirgem import cli, making
from vlavirgem.errors import VlavirgemError
from vlavirgem.folder import verify_folder
from vlavirgem.job import job_manifests

if TYPE_CHECKING:
    from pathlib import Path


def manifests(partitions: int = 3) -> list[dict[str, Any]]:
    text = job_manifests(
        profile="gehucht", seed=7, partitions=partitions, image="town:1", claim="towns", name="hamlet"
    )
    return list(yaml.safe_load_all(text))


def unknown_fields(content: Any, kind: str, path: str = "") -> list[str]:
    """Give the fields that the API type does not have, at any depth."""
    if listed := re.fullmatch(r"list\[(.+)\]", kind):
        return [
            fault
            for place, item in enumerate(content)
            for fault in unknown_fields(item, listed[1], f"{path}[{place}]")
        ]
    model = getattr(kubernetes.client, kind, None)
    if model is None:
        return []  # a plain value, or a map of them
    kinds = {model.attribute_map[name]: found for name, found in model.openapi_types.items()}
    return [
        fault
        for name, value in content.items()
        for fault in (unknown_fields(value, kinds[name], f"{path}.{name}") if name in kinds else [f"{path}.{name}"])
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "Dorp"},
        {"name": "dorp-"},
        {"name": "d" * 58},
        {"claim": ""},
        {"claim": "mijn schijf"},
        {"claim": "c" * 254},
        {"image": ""},
        {"image": "town 1"},
        {"partitions": 0},
        {"partitions": 10_001},
    ],
    ids=str,
)
def test_what_kubernetes_would_refuse_is_refused_here(wrong: dict[str, Any]) -> None:
    """The longest name that goes has room for `-join`, and for an index in a host name of 63 (RFC 1123)."""
    right: dict[str, Any] = {"name": "d" * 57, "claim": "towns.2", "image": "town:1", "partitions": 10_000}
    assert job_manifests(profile="gehucht", seed=7, **right)

    with pytest.raises(VlavirgemError):
        job_manifests(profile="gehucht", seed=7, **right | wrong)


def test_every_field_is_one_that_kubernetes_has() -> None:
    """A field that is mistyped would be dropped without a word."""
    for job in manifests():
        assert [] == unknown_fields(job, "V1Job")
    assert [".spec.completionmode"] == unknown_fields({"spec": {"completionmode": "x"}}, "V1Job")


def test_the_pods_may_do_nothing_else() -> None:
    """They run where only restricted pods may: no root, no privileges, no token."""
    for job in manifests():
        pod = job["spec"]["template"]["spec"]
        assert pod["automountServiceAccountToken"] is False
        assert {"type": "RuntimeDefault"} == pod["securityContext"]["seccompProfile"]
        (container,) = pod["containers"]
        assert container["securityContext"]["runAsNonRoot"] is True
        assert {"drop": ["ALL"]} == container["securityContext"]["capabilities"]


def test_what_the_pods_run_makes_the_town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every index once, one of them twice as after a lost node, and then the join."""
    monkeypatch.setattr("vlavirgem.profile.load_profile", lambda _name: small_profile(17_000))
    make, join = manifests()
    assert (3, "Indexed") == (make["spec"]["completions"], make["spec"]["completionMode"])

    for index in (2, 0, 1, 1):
        run(make, tmp_path, index=index)
    run(join, tmp_path)

    assert [] == verify_folder(tmp_path / "hamlet")
    making.generate_folder(small_profile(17_000), seed=7, folder=tmp_path / "alone")
    assert (tmp_path / "alone" / "town.json").read_bytes() == (tmp_path / "hamlet" / "town.json").read_bytes()


def run(job: dict[str, Any], folder: Path, *, index: int = 0) -> None:
    """Do what a pod of the job does, with the volume at `folder`."""
    (container,) = job["spec"]["template"]["spec"]["containers"]
    arguments = [
        argument.replace("$(JOB_COMPLETION_INDEX)", str(index)).replace("/data/", f"{folder}/")
        for argument in container["args"]
    ]
    result = CliRunner().invoke(cli.app, arguments)
    assert 0 == result.exit_code, result.output


def test_a_job_makes_a_region_too() -> None:
    """The same pods: `generate` with a partition, and one that joins; another kind of numbers is refused at once."""
    arguments = ["job", "--image", "town:1", "--claim", "towns", "--profile", "vlaanderen", "--partitions", "32"]

    make, join = yaml.safe_load_all(CliRunner().invoke(cli.app, arguments).stdout)
    refused = CliRunner().invoke(cli.app, [*arguments, "--identifiers", "echt"])

    assert (32, "Indexed") == (make["spec"]["completions"], make["spec"]["completionMode"])
    (container,) = make["spec"]["template"]["spec"]["containers"]
    assert ["--profile", "vlaanderen"] == container["args"][2:4]
    assert "$(JOB_COMPLETION_INDEX)+1/32" == container["args"][-1]
    assert 34 == len(join["spec"]["template"]["spec"]["containers"][0]["args"])
    assert "safe, realistic" in str(refused.exception)


@pytest.mark.parametrize("partitions", [0, -1, 10_001])
def test_a_number_of_partitions_that_no_job_has_is_refused(partitions: int) -> None:
    """Before anything is printed."""
    with pytest.raises(VlavirgemError, match="1 to 10000 partitions"):
        manifests(partitions)


def test_the_command_prints_manifests_that_can_be_applied() -> None:
    """And an unknown profile is told at once, not by a pod."""
    arguments = ["job", "--image", "town:1", "--claim", "towns", "--partitions", "2"]

    printed = CliRunner().invoke(cli.app, arguments)
    refused = CliRunner().invoke(cli.app, [*arguments, "--profile", "dorpje"])

    assert ["Job", "Job"] == [one["kind"] for one in yaml.safe_load_all(printed.stdout)]
    assert "dorpje" in str(refused.exception)
