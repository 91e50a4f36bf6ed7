"""From words of configuration to a platform: what is wrong is told before anything is applied."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from proeftuin_infra.kube.stack.options import OPTIONS
from proeftuin_infra.kube.stack.reading import read_stack
from proeftuin_infra.kube.stack.spec import ManagedDatabase, Outlet, StackSpecError
from support.stack_specs import NEEDED, PLAIN, stack

PROJECT = Path(__file__).parents[3] / "infra" / "stack"


@pytest.mark.parametrize("name", sorted(NEEDED.keys() - {"databaseUrl"}))
def test_what_must_be_given_is_asked_for_by_name(name) -> None:
    with pytest.raises(StackSpecError) as refused:
        read_stack({key: word for key, word in NEEDED.items() if key != name}.get)

    assert f"{name}: must be given" == str(refused.value)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("installation", "Te Lang!"),
        ("host", "https://proeftuin.example/"),
        ("image", "registry.example/proeftuin/platform:latest"),
        ("stockImage", "registry.example/proeftuin/stock:latest"),
        ("namespace", "Proeftuin"),
        ("registry", "registry.example"),
        ("secretKey", "not-a-secret"),
        ("issuerKey", "not-a-secret"),
        ("database", "sqlite"),
        ("databaseUrl", "not-a-secret"),
        ("databaseUrl", "postgresql://not-a-secret:word@host:70000/x"),
        ("backupSchedule", "@daily"),
        ("backupKeep", "many"),
        ("backup", "yes"),
        ("apiReplicas", "0"),
        ("apiServerPorts", "443,https"),
        ("tier", "soft"),
        ("settings", "PROEFTUIN_X=1"),
        ("settings", '{"HOME": "elsewhere"}'),
        ("ingressAnnotations", "[1]"),
    ],
)
def test_a_word_that_cannot_be_right_is_refused_by_name_and_a_secret_is_not_told(name, word) -> None:
    with pytest.raises(StackSpecError) as refused:
        stack(**{name: word})

    assert name in str(refused.value)
    assert "not-a-secret" not in str(refused.value)


def test_fewer_workers_than_the_least_is_no_range() -> None:
    with pytest.raises(StackSpecError, match="maxWorkers"):
        stack(workers="3", maxWorkers="2")


def test_an_operator_without_a_place_for_its_backups_must_say_that_it_makes_none() -> None:
    """A platform that silently makes no backups is found out on the worst day."""
    with pytest.raises(StackSpecError, match="backupDestination"):
        stack(database="operator")

    assert stack(database="operator", backup="false").database.backups is None


def test_the_ports_of_configured_addresses_are_opened_and_no_others() -> None:
    spec = stack(registry="http://10.0.0.1:5000/proeftuin", oidcIssuer="https://sign-in.example:8443/x")

    assert {443, 6443, 5000, 8443} == {outlet.port for outlet in spec.outlets}
    assert isinstance(spec.database, ManagedDatabase)
    assert 5433 == spec.database.port


def test_a_port_that_is_open_to_the_api_server_only_is_not_opened_twice() -> None:
    spec = stack(apiServerAddresses="198.51.100.10/32")

    assert (Outlet(443, ("198.51.100.10/32",)), Outlet(6443, ("198.51.100.10/32",)), Outlet(443)) == spec.outlets
    assert PLAIN.outlets == (Outlet(443), Outlet(6443))


def test_the_project_asks_for_every_option_with_its_meaning_default_and_secrecy() -> None:
    asked = yaml.safe_load((PROJECT / "Pulumi.yaml").read_text())["template"]["config"]
    known = {
        f"proeftuin:{option.name}": {
            "description": option.meaning,
            **({} if option.default is None else {"default": option.default}),
            **({"secret": True} if option.is_secret else {}),
        }
        for option in OPTIONS
    }

    assert known == asked


def test_the_readme_lists_every_option_with_its_default_and_meaning() -> None:
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in (PROJECT / "README.md").read_text().splitlines()
        if line.startswith("| `")
    ]
    known = [
        [
            f"`{option.name}`",
            "**demanded**" if option.default is None else f"`{option.default}`" if option.default else "",
            option.meaning + (" *(secret)*" if option.is_secret else ""),
        ]
        for option in OPTIONS
    ]

    assert known == rows
