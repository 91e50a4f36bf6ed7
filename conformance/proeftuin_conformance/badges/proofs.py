"""Data Integrity proofs over a document: `eddsa-rdfc-2022` and `eddsa-jcs-2022`, always both.

The two suites protect different things. `eddsa-rdfc-2022` signs the RDF data set that the JSON stands for and
is the one that Open Badges certification accepts; what the JSON-LD contexts do not define is dropped before
hashing, so it is silent about it. `eddsa-jcs-2022` signs the JSON itself, every key and value of it. Our
documents carry a proof *set* (Data Integrity 1.0, section 2.1.1) and count as signed only when both hold.

Source of the algorithms: W3C "Data Integrity EdDSA Cryptosuites v1.0", sections 3.2 and 3.3. The RDF side,
with its guard against documents made to be slow to canonicalise and its contexts that are never fetched, is
openbadgeslib's; the JSON side is here.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3 import add_data_integrity_proof, verify_data_integrity_proof

from proeftuin_conformance.badges.errors import BadgeKeyError, UnreadableError
from proeftuin_conformance.badges.jsontext import canonical
from proeftuin_conformance.badges.keys import base58btc, from_base58btc
from proeftuin_conformance.badges.moments import stamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from proeftuin_conformance.badges.keys import PublicKey, SigningKey

PURPOSE: Final = "assertionMethod"
SIGNATURE_BYTES: Final = 64


class Suite(StrEnum):
    """The two ways to sign, by their registered names."""

    RDFC = "eddsa-rdfc-2022"
    JCS = "eddsa-jcs-2022"


def unsecured(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give the document without its proofs: what is signed."""
    return {key: value for key, value in document.items() if key != "proof"}


def jcs_hash(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """Hash for `eddsa-jcs-2022`: SHA-256 of the proof options, then SHA-256 of the document (64 bytes).

    Args:
        document: the document; its own proofs are left out.
        options: the proof without its `proofValue`, with the document's `@context`.
    """
    return b"".join(hashlib.sha256(canonical(part)).digest() for part in (options, unsecured(document)))


def sign(document: Mapping[str, Any], *, key: SigningKey, issuer: str, created: datetime) -> dict[str, Any]:
    """Give `document` with a proof set of both suites.

    The RDF proof names the key by the issuer's address (Open Badges only asks verifiers to follow web
    addresses), the JSON proof names it as a `did:key` (which needs no network). It is the same key.

    Args:
        document: JSON-LD without a proof, under contexts that openbadgeslib ships.
        key: signs both proofs.
        issuer: the id of the issuer, a web address.
        created: the moment of signing.

    Raises:
        UnreadableError: the document cannot be canonicalised.
    """
    rdfc = add_rdfc_proof(document, key=key, method=key.public.url_under(issuer), created=created)
    jcs = add_jcs_proof(document, key=key, method=key.public.did_url, created=created)
    return {**document, "proof": [rdfc, jcs]}


def add_jcs_proof(document: Mapping[str, Any], *, key: SigningKey, method: str, created: datetime) -> dict[str, Any]:
    """Make an `eddsa-jcs-2022` proof (section 3.3.1)."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": Suite.JCS.value,
        "created": stamp(created),
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
        "@context": document["@context"],
    }
    return {**options, "proofValue": base58btc(key.sign(jcs_hash(document, options)))}


def add_rdfc_proof(
    document: Mapping[str, Any],
    *,
    key: SigningKey,
    method: str,
    created: datetime,
    contexts: Mapping[str, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Make an `eddsa-rdfc-2022` proof (section 3.2.1); `contexts` adds to those that are bundled."""
    try:
        secured = add_data_integrity_proof(
            unsecured(document), key.pem(), method, created=created, extra_contexts=contexts
        )
    except LibOpenBadgesException as error:
        raise UnreadableError(
            nl=f"het document kan niet als RDF worden ondertekend: {error}",
            en=f"the document cannot be signed as RDF: {error}",
        ) from error
    proof: dict[str, Any] = secured["proof"]
    return proof


def holds(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    *,
    key: PublicKey,
    contexts: Mapping[str, dict[str, Any]] | None = None,
) -> bool:
    """Tell whether one proof of `document` was made with `key` and nothing changed since.

    Args:
        document: the document; other proofs in it are ignored.
        proof: the proof to check, of either suite.
        key: the key it should have been made with.
        contexts: JSON-LD contexts beside the bundled ones.
    """
    if proof.get("proofPurpose") != PURPOSE or proof.get("type") != "DataIntegrityProof":
        return False
    match proof.get("cryptosuite"):
        case Suite.JCS.value:
            return _jcs_holds(document, proof, key=key)
        case Suite.RDFC.value:
            return _rdfc_holds(document, proof, key=key, contexts=contexts)
        case _:
            return False


def _jcs_holds(document: Mapping[str, Any], proof: Mapping[str, Any], *, key: PublicKey) -> bool:
    # Section 3.3.2 lets the document's contexts go on after the proof's. We never add any, so they are equal.
    if proof.get("@context") != document.get("@context"):
        return False
    signature = _signature(proof)
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    try:
        return signature is not None and key.verifies(signature, jcs_hash(document, options))
    except UnreadableError:
        return False


def _rdfc_holds(
    document: Mapping[str, Any],
    proof: Mapping[str, Any],
    *,
    key: PublicKey,
    contexts: Mapping[str, dict[str, Any]] | None,
) -> bool:
    if _signature(proof) is None:
        return False
    try:
        verify_data_integrity_proof({**unsecured(document), "proof": dict(proof)}, key.pem(), extra_contexts=contexts)
    except LibOpenBadgesException:
        return False
    return True


def _signature(proof: Mapping[str, Any]) -> bytes | None:
    value = proof.get("proofValue")
    try:
        signature = from_base58btc(value) if isinstance(value, str) else b""
    except BadgeKeyError:
        return None
    return signature if len(signature) == SIGNATURE_BYTES else None
