"""The issuer of a platform: one key, made once, kept private."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from proeftuin_assessment.issuer import KEY_FILE, TRUST_FILE, Authority, load_authority
from proeftuin_conformance.badges import BadgeKeyError, TrustListError
from support.badges import ISSUER, KEY, TRUST

if TYPE_CHECKING:
    from pathlib import Path


def load(folder: Path) -> Authority:
    return load_authority(folder, base_url="https://proeftuin.example", name="Proeftuin")


def test_the_key_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "issuer"

    first, again = load(folder), load(folder)

    assert first.key == again.key
    assert (0o700, 0o600) == (
        stat.S_IMODE(folder.stat().st_mode),
        stat.S_IMODE((folder / KEY_FILE).stat().st_mode),
    )
    assert [KEY_FILE] == [path.name for path in folder.iterdir()]


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    """A replica that signs with another key would sign badges that nobody believes."""
    with ThreadPoolExecutor(8) as pool:
        keys = {authority.key.seed for authority in pool.map(load, [tmp_path / "issuer"] * 8)}

    assert 1 == len(keys)


def test_the_platform_trusts_itself_and_whom_it_is_told_to(tmp_path: Path) -> None:
    (tmp_path / TRUST_FILE).write_text(json.dumps(TRUST.to_dict()))

    authority = load(tmp_path)

    assert [authority.issuer.id, ISSUER.id][:1] == [one.id for one in authority.trust.issuers][:1]
    found = authority.trust.find(ISSUER.id)
    assert found is not None
    assert found.key(KEY.public.multikey)


def test_a_damaged_key_or_trust_list_stops_the_start(tmp_path: Path) -> None:
    """Signing with a fresh key instead would make every earlier badge invalid, silently."""
    load(tmp_path)
    (tmp_path / TRUST_FILE).write_text("{}")
    with pytest.raises(TrustListError):
        load(tmp_path)
    (tmp_path / KEY_FILE).write_text("kapot")
    with pytest.raises(BadgeKeyError):
        load(tmp_path)


def test_the_issuers_document_names_its_address_and_key(tmp_path: Path) -> None:
    authority = load(tmp_path)

    assert "https://proeftuin.example/api/v1/issuer" == authority.document["id"]
    assert [authority.key.public.multikey] == [
        method["publicKeyMultibase"] for method in authority.document["verificationMethod"]
    ]


def test_a_key_that_is_given_is_used_and_none_is_kept(tmp_path: Path) -> None:
    """Replicas have no folder in common, and must sign with the same key."""
    pem = KEY.pem().decode()
    authority = load_authority(tmp_path / "issuer", base_url="https://proeftuin.example", name="Proeftuin", pem=pem)

    assert KEY == authority.key
    assert [] == list((tmp_path / "issuer").iterdir())


def test_a_given_key_that_is_none_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(BadgeKeyError) as refused:
        load_authority(tmp_path / "issuer", base_url="https://proeftuin.example", name="Proeftuin", pem="geheim")

    assert "PROEFTUIN_ISSUER_KEY" in str(refused.value)
    assert "geheim" not in str(refused.value)
