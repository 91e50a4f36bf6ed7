"""Keys as they are made, kept, named and trusted."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from proeftuin_conformance.badges import (
    BadgeKeyError,
    PublicKey,
    SigningKey,
    TrustedIssuer,
    TrustedKey,
    TrustList,
    TrustListError,
    read_key,
    write_key,
)
from proeftuin_conformance.badges.keys import public_key_of
from proeftuin_conformance.badges.trust import issuer_from_document
from support.badges import ISSUER, KEY, NOW, OTHER_KEY, TRUST

if TYPE_CHECKING:
    from pathlib import Path

BAD_KEY = json.dumps(
    {
        "format": "proeftuin-trust-list/v1",
        "issuers": [{"id": "a", "name": "b", "keys": [{"publicKeyMultibase": "z1"}]}],
    }
)


def test_a_key_file_is_for_its_owner_only_and_reads_back(tmp_path: Path) -> None:
    file = tmp_path / "sleutel.pem"

    write_key(file, KEY)

    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert KEY == read_key(file)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "sleutel.pem"
    write_key(file, KEY)

    with pytest.raises(BadgeKeyError, match="never overwritten"):
        write_key(file, OTHER_KEY)
    assert KEY == read_key(file)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o777])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "sleutel.pem"
    write_key(file, KEY)
    file.chmod(mode)

    with pytest.raises(BadgeKeyError, match="readable by others"):
        read_key(file)


def test_a_file_that_holds_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sleutel.pem"
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for content in (other, b"", b"geen sleutel"):
        file.write_bytes(content)
        file.chmod(0o600)
        with pytest.raises(BadgeKeyError):
            read_key(file)


def test_a_missing_key_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(BadgeKeyError, match="cannot be read"):
        read_key(tmp_path / "weg.pem")
    with pytest.raises(BadgeKeyError, match="cannot be written"):
        write_key(tmp_path / "weg" / "sleutel.pem", KEY)


def test_a_secret_is_not_shown_by_accident() -> None:
    assert KEY.seed.hex() not in repr(KEY)
    assert repr(KEY.seed) not in repr(KEY)


@pytest.mark.parametrize(
    "text",
    ["", "z", "z6Mk", KEY.public.multikey + " ", KEY.public.multikey + "\n", "Z" + KEY.public.multikey[1:], "zzzzz0"],
)
def test_only_a_well_written_ed25519_multikey_is_a_key(text: str) -> None:
    with pytest.raises(BadgeKeyError):
        PublicKey(text)


def test_a_verification_method_carries_its_key_and_its_owner() -> None:
    key = KEY.public

    assert key == public_key_of(key.did_url, issuer=ISSUER.id)
    assert key == public_key_of(key.url_under(ISSUER.id), issuer=ISSUER.id)


@pytest.mark.parametrize(
    "method",
    [
        KEY.public.did,
        f"{KEY.public.did}#{OTHER_KEY.public.multikey}",
        KEY.public.url_under("https://ander.example/issuer"),
        ISSUER.id,
        f"{ISSUER.id}#sleutel-1",
    ],
)
def test_a_verification_method_of_another_party_is_refused(method: str) -> None:
    with pytest.raises(BadgeKeyError):
        public_key_of(method, issuer=ISSUER.id)


def test_a_trust_list_reads_back_what_it_publishes() -> None:
    issuer = TrustedIssuer(
        id=ISSUER.id,
        name=ISSUER.name,
        keys=(TrustedKey(key=KEY.public, retired=NOW), TrustedKey(key=OTHER_KEY.public, revoked=True)),
    )
    trust = TrustList((issuer,))

    assert trust == TrustList.from_json(json.dumps(trust.to_dict()))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "proeftuin-trust-list/v2", "issuers": []}',
        '{"format": "proeftuin-trust-list/v1", "issuers": [], "extra": 1}',
        '{"format": "proeftuin-trust-list/v1", "issuers": [{"id": "a", "name": "b", "keys": [{"revoked": true}]}]}',
        BAD_KEY,
        '{"format": "proeftuin-trust-list/v1", "issuers": [], "issuers": []}',
    ],
)
def test_a_malformed_trust_list_is_refused_whole(text: str) -> None:
    """Half a trust list is not a trust list."""
    with pytest.raises(TrustListError):
        TrustList.from_json(text)


def test_an_issuer_added_twice_keeps_what_was_said_of_its_keys() -> None:
    """Adding a key again must not undo that it was revoked."""
    revoked = TrustedIssuer(id=ISSUER.id, name="a", keys=(TrustedKey(key=KEY.public, revoked=True),))
    again = TrustedIssuer(id=ISSUER.id, name="b", keys=(TrustedKey(key=KEY.public), TrustedKey(key=OTHER_KEY.public)))

    merged = TrustList().plus(revoked).plus(again).find(ISSUER.id)

    assert merged is not None
    assert [True, False] == [key.revoked for key in merged.keys]


def test_an_issuers_own_document_names_its_keys() -> None:
    document = ISSUER.document((KEY.public,))

    assert TRUST.issuers[0] == issuer_from_document(json.dumps(document), address=ISSUER.id)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "https://ander.example"},
        {"assertionMethod": []},
        {"verificationMethod": []},
        {"verificationMethod": "x"},
        {"verificationMethod": [{"type": "Multikey"}]},
    ],
)
def test_a_document_that_does_not_speak_for_the_address_gives_no_keys(change: dict[str, object]) -> None:
    document = ISSUER.document((KEY.public,)) | change

    with pytest.raises(TrustListError):
        issuer_from_document(json.dumps(document), address=ISSUER.id)


def test_a_seed_of_another_length_is_no_key() -> None:
    with pytest.raises(BadgeKeyError):
        SigningKey(b"kort")
