"""The example bundles are complete, valid and claim what is tested elsewhere."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest
from dossierloket.app import bouw
from dossierloket.instellingen import Instellingen
from dossierloket_gebrekkig.gebreken import EigenFoutvorm, SlordigLoket, ZonderMotivering

from proeftuin_catalogue.vocabulary import Domain
from proeftuin_conformance import Options, Target, collect, find_kit, run
from proeftuin_sandbox.manifest import read_manifest
from support.asgi_servers import serving_asgi
from support.components import COMPONENTS

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("dossierloket", "dossierloket-gebrekkig", "pygeoapi")


def assemble(name: str, into: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(COMPONENTS / "bundle.py"), name, str(into)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", NAMES)
def test_each_bundle_has_a_valid_component_yaml_of_its_own_name(name: str, tmp_path: Path) -> None:
    assert 0 == assemble(name, tmp_path / "bundle").returncode
    manifest, *_ = read_manifest(tmp_path / "bundle")

    assert name == manifest.name
    assert manifest.domains
    assert set(manifest.domains) <= {domain.value for domain in Domain}


def test_an_overlay_holds_both_packages_and_its_own_component_yaml(tmp_path: Path) -> None:
    assemble("dossierloket-gebrekkig", tmp_path)

    assert {"dossierloket", "dossierloket_gebrekkig"} == {path.name for path in tmp_path.iterdir() if path.is_dir()}
    assert "name: dossierloket-gebrekkig" in (tmp_path / "component.yaml").read_text(encoding="utf-8")
    assert not (tmp_path / "overlay.txt").exists()


@pytest.mark.parametrize("arguments", [("bestaat-niet", "x"), ("dossierloket",)])
def test_wrong_use_of_the_bundler_is_one_clear_message_and_exit_code_2(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    command = [sys.executable, str(COMPONENTS / "bundle.py"), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    assert 2 == result.returncode
    assert result.stderr
    assert "Traceback" not in result.stderr


def test_the_defective_desk_fails_what_its_readme_says() -> None:
    """Three defects, four requirements in two kits; nothing else."""
    with serving_asgi(
        lambda url: EigenFoutvorm(
            ZonderMotivering(bouw(Instellingen.uit({"PROEFTUIN_BASE_URL": url}), soort=SlordigLoket))
        )
    ) as url:
        target = Target(base_url=url, openapi_url="/v1/openapi.json")
        failed = {
            kit: collect(run(find_kit(kit), target, Options(mode="quick"))).failed_requirements
            for kit in ("generiek-proces", "api-regels")
        }
        still_fine = httpx.get(f"{url}/").status_code

    assert {"gp-10", "gp-13", "gp-21"} == failed["generiek-proces"]
    assert {"/core/error-handling/problem-details"} == failed["api-regels"]
    assert 200 == still_fine


def test_the_correct_desk_keeps_every_api_rule_it_claims() -> None:
    with serving_asgi(lambda url: bouw(Instellingen.uit({"PROEFTUIN_BASE_URL": url}))) as url:
        report = collect(run(find_kit("api-regels"), Target(base_url=url, openapi_url="/v1/openapi.json"), Options()))

    assert [] == [finding.to_dict() for finding in report.findings]
    assert report.badge_ready
