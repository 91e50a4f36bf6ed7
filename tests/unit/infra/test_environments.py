"""Virtual environments by content: made once, whole or not at all, and nothing of the platform in them."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.environments import EnvironmentCache, InstallError, installer_environment
from proeftuin_infra.processes import ProcessHost

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[EnvironmentCache]:
    host = ProcessHost()
    yield EnvironmentCache(tmp_path / "environments", host=host, environment=os.environ)
    host.close()


def test_the_installer_gets_the_way_to_the_index_and_no_secrets_of_the_platform() -> None:
    """What reaches the machine's index reaches uv; what signs our sessions does not."""
    chosen = installer_environment(
        {
            "PIP_INDEX_URL": "https://index.example/simple",
            "UV_EXTRA_INDEX_URL": "https://b.example",
            "HTTPS_PROXY": "http://p.example",
            "SSL_CERT_FILE": "/a",
            "HOME": "/h",
            "PROEFTUIN_SECRET_KEY": "geheim",
            "AWS_SECRET_ACCESS_KEY": "geheim",
        }
    )

    assert "https://index.example/simple" == chosen["UV_DEFAULT_INDEX"]
    assert {"UV_EXTRA_INDEX_URL", "HTTPS_PROXY", "SSL_CERT_FILE", "HOME"} <= chosen.keys()
    assert "geheim" not in chosen.values()


def test_the_same_requirements_in_another_order_are_the_same_environment(cache: EnvironmentCache) -> None:
    """Two components that need the same share the work."""
    assert cache.place(["idna==3.10", "h11 == 0.16.0"]) == cache.place(["h11==0.16.0", "idna==3.10"])
    assert cache.place(["idna==3.10"]) != cache.place(["idna==3.9"])


def test_an_environment_is_made_once_and_works_where_it_stands(cache: EnvironmentCache) -> None:
    """It is built elsewhere and moved; its programs run all the same."""
    list(cache.build([]))
    place = cache.place([])
    made = place.stat().st_ino
    list(cache.build([]))
    shown = subprocess.run(
        [place / "bin" / "python", "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=True
    )

    assert made == place.stat().st_ino
    assert str(place) == shown.stdout.strip()


def test_what_a_killed_build_left_is_removed_by_the_next(cache: EnvironmentCache, tmp_path: Path) -> None:
    """Half an environment is never used."""
    place = cache.place([])
    left = place.with_name(f".{place.name}.dead")
    (left / "bin").mkdir(parents=True)
    list(cache.build([]))

    assert not left.exists()
    assert (place / "bin" / "python").exists()


def test_two_builders_of_the_same_environment_make_it_once(cache: EnvironmentCache) -> None:
    """The second waits and finds it."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: list(cache.build([])), range(2)))

    assert [cache.place([]).name] == [
        entry.name for entry in cache.place([]).parent.iterdir() if not entry.name.endswith(".lock")
    ]


def test_what_cannot_be_installed_is_told_and_leaves_nothing(cache: EnvironmentCache) -> None:
    """The reason has a code, and no address of an index is in its words."""
    with pytest.raises(InstallError) as caught:
        list(cache.build(["proeftuin-bestaat-nergens-xyz==9.9.9"]))

    assert caught.value.code in {"requirement-unknown", "index-unreachable"}
    assert "://" not in " ".join(caught.value.said)
    assert not cache.place(["proeftuin-bestaat-nergens-xyz==9.9.9"]).exists()


def test_what_the_installer_says_names_no_address_and_no_folder(tmp_path: Path) -> None:
    """People follow it on a page; where things stand on this machine is nobody's business."""
    said = ["Using Python 3.11 environment at: /srv/x/.fresh", "+ loket==1.0 (from 'file:///x')", "in `/a b`, n/a"]

    class Host:
        def run(self, _folder: Path, _spec: object, *, timeout: float) -> Iterator[str]:
            assert timeout > 0
            yield from said

        def observe(self, _folder: Path) -> object:
            return SimpleNamespace(ended=SimpleNamespace(exit_code=0))

    cache = EnvironmentCache(tmp_path, host=Host(), environment={})  # type: ignore[arg-type]  # says what we want
    told = list(cache.build([]))

    assert ["Using Python 3.11 environment at: …", "+ loket==1.0 (from '…", "in … b`, n/a"] == told
