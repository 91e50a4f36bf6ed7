"""The doctor's judgements, from what was seen to what helps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from proeftuin.cli import app
from proeftuin.doctor import clusters, containers, machine, printing
from proeftuin.doctor.clusters import ClusterFacts
from proeftuin.doctor.findings import EVERYWHERE, Finding, Level, Subject, is_fit
from proeftuin.doctor.looking import BACKENDS, examine
from proeftuin_infra.kube.skeleton.automation.settings import oldest_program
from proeftuin_kernel.settings import read_settings
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from pathlib import Path

ENGINE = {
    "ServerVersion": "20.10.24+dfsg1",
    "MemoryLimit": True,
    "PidsLimit": True,
    "CpuCfsQuota": True,
    "CgroupVersion": "2",
    "Runtimes": {"runc": {}},
}
FACTS = ClusterFacts(
    address="https://api.example:6443",
    version="v1.34.4",
    user="proeftuin-admin",
    missing_rights=(),
    daemons=("cilium", "kube-proxy"),
    nodes=("containerd://2.1.0, Linux 6.12",),
)


def levels(findings: list[Finding]) -> dict[str, Level]:
    return {finding.id: finding.level for finding in findings}


def facts(**changed: object) -> ClusterFacts:
    return ClusterFacts(**{**{name: getattr(FACTS, name) for name in ClusterFacts.__slots__}, **changed})


@pytest.mark.parametrize(("version", "level"), [((3, 11, 7), Level.OK), ((3, 10, 2), Level.MISSING)])
def test_a_python_that_is_too_old_is_told(version, level) -> None:
    assert level is machine.python(version).level


def test_a_folder_that_is_not_there_yet_is_judged_by_where_it_would_be_and_not_made(tmp_path: Path) -> None:
    """Looking changes nothing."""
    folder = tmp_path / "nieuw" / "map"

    assert Level.OK is machine.data_folder(folder).level
    assert not folder.parent.exists()


def test_a_folder_inside_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "bestand").touch()

    assert Level.MISSING is machine.data_folder(tmp_path / "bestand" / "map").level


@pytest.mark.parametrize(
    ("url", "error", "level"),
    [
        (None, None, Level.OK),
        ("postgresql://x", None, Level.OK),
        ("postgresql://x", "connection refused", Level.MISSING),
    ],
)
def test_a_database_of_its_own_need_not_be_reached(url, error, level) -> None:
    assert level is machine.database(url, error).level


def test_a_browser_is_advice_because_only_one_check_needs_it() -> None:
    assert (Level.ADVICE, Level.OK) == (machine.chromium(None).level, machine.chromium("/usr/bin/chromium").level)


def test_the_local_backend_needs_linux() -> None:
    assert Level.OK is machine.system("linux", has_proc=True).level
    assert Level.MISSING is machine.system("darwin", has_proc=False).level


def test_an_engine_with_all_traits_is_fit() -> None:
    assert {
        "docker-engine": Level.OK,
        "docker-limits": Level.OK,
        "docker-network": Level.OK,
        "docker-gvisor": Level.ADVICE,
    } == levels(containers.engine(ENGINE, ""))


@pytest.mark.parametrize(
    ("version", "words"), [("20.10.24", "inhibit_ipv4"), ("28.1.0", "gateway_mode_ipv4=isolated")]
)
def test_how_a_network_is_closed_depends_on_the_engine(version, words) -> None:
    """Before 28 the engine accepts `gateway_mode_ipv4` and ignores it."""
    network = next(one for one in containers.engine({**ENGINE, "ServerVersion": version}, "") if "network" in one.id)

    assert network.seen.startswith(words)


def test_an_engine_that_keeps_no_limit_on_processes_is_not_fit() -> None:
    """A fork bomb would take the machine."""
    findings = containers.engine({**ENGINE, "PidsLimit": False}, "")

    assert Level.MISSING is levels(findings)["docker-limits"]
    assert "pids" in next(one for one in findings if one.id == "docker-limits").seen


@pytest.mark.parametrize(("told", "error"), [(None, "no socket"), ({**ENGINE, "ServerVersion": "19.03.1"}, "")])
def test_an_engine_that_is_not_there_or_too_old_is_one_finding(told, error) -> None:
    """Its traits are not worth telling then."""
    assert [Level.MISSING] == [finding.level for finding in containers.engine(told, error)]


def test_how_to_get_the_base_image_depends_on_what_the_machine_has() -> None:
    with_it = containers.base_image(None, backend="docker", has_debootstrap=True)
    without = containers.base_image(None, backend="docker", has_debootstrap=False)

    assert "apt-get install debootstrap" not in with_it.remedy.en
    assert "apt-get install debootstrap" in without.remedy.en
    assert Level.OK is containers.base_image("sha256:1", backend="docker", has_debootstrap=False).level


@pytest.mark.parametrize(
    ("text", "expected"), [("20.10.24+dfsg1", (20, 10, 24)), ("v1.34.4", (1, 34, 4)), ("onzin", ())]
)
def test_the_numbers_of_a_version_are_read(text, expected) -> None:
    assert expected == containers.numbers(text)


def test_a_cluster_with_everything_is_fit() -> None:
    assert {Level.OK} == set(levels(clusters.cluster(FACTS, "")).values())


def test_a_cluster_that_does_not_answer_is_told_with_its_own_words() -> None:
    [finding] = clusters.cluster(None, "cluster-unreachable: connection refused")

    assert Level.MISSING is finding.level
    assert "connection refused" in finding.seen


@pytest.mark.parametrize(
    ("version", "level"),
    [("v1.29.3", Level.MISSING), ("v1.31.0", Level.ADVICE), ("v1.34.4", Level.OK), ("v1.36.0-gke.1", Level.OK)],
)
def test_what_an_older_cluster_cannot_do_is_told(version, level) -> None:
    """Admission policies stand since 1.30; Pod Security at 1.34 also refuses probes to other machines."""
    assert level is levels(clusters.cluster(facts(version=version), ""))["kubernetes-cluster"]


def test_rights_that_lack_are_named_and_not_all_of_them() -> None:
    missing = tuple(f"create thing-{number}" for number in range(9))
    rights = next(one for one in clusters.cluster(facts(missing_rights=missing), "") if one.id == "kubernetes-rights")

    assert Level.MISSING is rights.level
    assert "create thing-0" in rights.seen
    assert "(+3)" in rights.seen


@pytest.mark.parametrize(
    ("daemons", "seen"),
    [(("cilium",), "Cilium"), (("calico-node", "kube-proxy"), "Calico"), (("kindnet",), "kindnet")],
)
def test_a_policy_engine_is_known_by_its_name(daemons, seen) -> None:
    assert seen == clusters.policy_engine(daemons).seen


def test_a_policy_engine_that_we_do_not_know_is_advice_because_the_proof_decides() -> None:
    """A name is no evidence: neither that policies are kept, nor that they are not."""
    assert Level.ADVICE is clusters.policy_engine(("kube-proxy",)).level


def test_a_cluster_without_nodes_is_told_and_one_at_which_we_may_not_look_is_not() -> None:
    assert Level.MISSING is levels(clusters.cluster(facts(nodes=()), ""))["kubernetes-nodes"]
    assert Level.OK is levels(clusters.cluster(facts(nodes=("not allowed to look",)), ""))["kubernetes-nodes"]


@pytest.mark.parametrize(
    ("version", "engine", "level"),
    [
        (None, "auto", Level.ADVICE),
        (None, "direct", Level.ADVICE),
        (None, "pulumi", Level.MISSING),
        ("v3.100.0", "pulumi", Level.MISSING),
        ("v4.0.0", "pulumi", Level.MISSING),
        ("v3.272.0", "pulumi", Level.OK),
    ],
)
def test_pulumi_is_needed_only_where_the_setting_asks_for_it(version, engine, level) -> None:
    assert level is clusters.pulumi(version, [], engine=engine)[0].level


def test_an_older_pulumi_will_do_until_its_state_is_to_be_in_a_database() -> None:
    """What is too old is told with the version that is needed."""
    needed = oldest_program("postgres://db.example/state")

    assert Level.OK is clusters.pulumi("v3.160.0", [], engine="pulumi", oldest=oldest_program("s3://bucket"))[0].level
    refused = clusters.pulumi("v3.160.0", [], engine="pulumi", oldest=needed)[0]
    assert Level.MISSING is refused.level
    assert refused.remedy is not None
    assert "3.177" in refused.remedy.en


def test_the_plugin_of_pulumi_is_looked_for_where_pulumi_is() -> None:
    plugins = clusters.read_plugins('[{"name": "kubernetes", "kind": "resource", "version": "4.34.2"}]')

    assert "4.34.2" == clusters.pulumi("v3.272.0", plugins, engine="pulumi")[1].seen
    assert Level.ADVICE is clusters.pulumi("v3.272.0", [], engine="pulumi")[1].level


@pytest.mark.parametrize("text", ["", "error: no", "{}", "[1]"])
def test_a_list_of_plugins_that_is_none_is_empty(text) -> None:
    assert [] == clusters.read_plugins(text)


def test_a_registry_is_needed() -> None:
    assert (Level.MISSING, Level.OK) == (
        clusters.registry(None).level,
        clusters.registry("https://registry.example").level,
    )


def test_a_machine_is_fit_when_nothing_lacks_for_this_backend_and_the_platform() -> None:
    """What another backend lacks does not matter."""
    nothing = Text("niets", "nothing")
    docker = Subject("x", "docker", nothing).missing("", nothing)
    everywhere = Subject("y", EVERYWHERE, nothing).missing("", nothing)
    advice = Subject("z", "local", nothing).advice("", nothing)

    assert is_fit([docker, advice], "local")
    assert not is_fit([docker], "docker")
    assert not is_fit([everywhere], "local")


@pytest.mark.parametrize(("language", "words"), [("nl", "Maak het één keer"), ("en", "Make it once")])
def test_the_report_says_what_helps_in_the_readers_language(language, words) -> None:
    finding = containers.base_image(None, backend="docker", has_debootstrap=True)
    report = printing.as_text([finding], "docker", language)

    assert words in report
    assert "✗" in report.splitlines()[1]


def test_the_report_for_programs_has_both_languages_and_the_verdict() -> None:
    finding = containers.base_image(None, backend="docker", has_debootstrap=True)
    report = json.loads(printing.as_json([finding], "docker"))

    assert ("docker", False) == (report["backend"], report["fit"])
    assert {"nl", "en"} == set(report["findings"][0]["remedy"])


def test_looking_at_a_bare_machine_finds_something_for_every_backend_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No engine, no cluster, no Pulumi, no image: each is a finding, none is an exception."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nergens.sock")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "nergens"))
    settings = read_settings(data_dir=tmp_path / "gegevens", kubeconfig=tmp_path / "nergens")

    findings = examine(settings)

    assert {EVERYWHERE, *BACKENDS} == {finding.backend for finding in findings}
    assert {
        "docker-engine",
        "docker-base-image",
        "kubernetes-cluster",
        "kubernetes-registry",
        "kubernetes-base-image",
    } == {finding.id for finding in findings if finding.level is Level.MISSING}
    assert all(finding.remedy for finding in findings if finding.level is not Level.OK)
    assert [] == list(tmp_path.iterdir())


def test_every_subject_has_an_id_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nergens.sock")
    ids = [one.id for one in examine(read_settings(data_dir=tmp_path, kubeconfig=tmp_path / "nergens"))]

    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize(("backend", "code"), [("local", 0), ("docker", 1)])
def test_the_exit_code_says_whether_the_machine_is_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: str, code: int
) -> None:
    monkeypatch.setenv("PROEFTUIN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PROEFTUIN_DOCKER_HOST", f"unix://{tmp_path}/nergens.sock")
    done = CliRunner().invoke(app, ["doctor", "--backend", backend, "--json"])

    assert code == done.exit_code
    assert (0 == code) is json.loads(done.output)["fit"]


def test_looking_at_the_local_backend_loads_no_library_of_the_others(tmp_path: Path) -> None:
    """They are slow, and may be broken on a machine that the doctor is asked about."""
    code = (
        "import sys; from pathlib import Path; from proeftuin.doctor.looking import examine;"
        "from proeftuin_kernel.settings import read_settings;"
        f"examine(read_settings(data_dir=Path({str(tmp_path)!r})), ('local',));"
        "print([name for name in ('pulumi', 'kubernetes', 'docker') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)

    assert "[]" == done.stdout.strip()
