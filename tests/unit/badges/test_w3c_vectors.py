"""The official vectors of "Data Integrity EdDSA Cryptosuites v1.0": canonical documents, hashes and signatures."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from openbadgeslib.ob3 import ldp

from proeftuin_conformance.badges.jsontext import canonical
from proeftuin_conformance.badges.keys import PublicKey, SigningKey, from_base58btc
from proeftuin_conformance.badges.proofs import add_jcs_proof, add_rdfc_proof, holds, jcs_hash, unsecured

if TYPE_CHECKING:
    from pathlib import Path

CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
SCHEMA = "https://schema.org/"
CITIZEN = "https://w3id.org/citizenship#"
# The two contexts that the vectors name and no package ships, reduced to what the canonical documents show of them.
CONTEXTS: dict[str, dict[str, Any]] = {
    "https://www.w3.org/ns/credentials/examples/v2": {
        "@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}
    },
    "https://w3id.org/citizenship/v4rc1": {
        "@context": {
            "EmploymentAuthorizationDocumentCredential": CITIZEN + "EmploymentAuthorizationDocumentCredential",
            "EmploymentAuthorizationDocument": CITIZEN + "EmploymentAuthorizationDocument",
            "EmployablePerson": CITIZEN + "EmployablePerson",
            "Person": SCHEMA + "Person",
            **{name: SCHEMA + name for name in ("additionalName", "familyName", "gender", "givenName", "identifier")},
            **{name: CITIZEN + name for name in ("birthCountry", "lprCategory", "lprNumber")},
            "employmentAuthorizationDocument": {"@id": CITIZEN + "employmentAuthorizationDocument", "@type": "@id"},
            "image": {"@id": SCHEMA + "image", "@type": "@id"},
            "birthDate": {"@id": SCHEMA + "birthDate", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
            "residentSince": {
                "@id": CITIZEN + "residentSince",
                "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
            },
        }
    },
}


@pytest.fixture(scope="module")
def vectors(standards_data: Path) -> Path:
    return standards_data / "vc-di-eddsa"


@pytest.fixture(scope="module")
def key(vectors: Path) -> SigningKey:
    pair = json.loads((vectors / "keyPair.json").read_text("utf-8"))
    secret = from_base58btc(pair["privateKeyMultibase"])
    assert b"\x80\x26" == secret[:2]  # the multicodec of an Ed25519 private key
    made = SigningKey(secret[2:])
    assert pair["publicKeyMultibase"] == made.public.multikey
    return made


def read(folder: Path, name: str) -> Any:
    text = (folder / name).read_text("utf-8")
    return json.loads(text) if name.endswith(".json") else text.strip()


def test_the_json_suite_gives_the_official_canonical_document_and_hashes(vectors: Path) -> None:
    folder = vectors / "eddsa-jcs-2022"
    document, options = read(vectors, "unsigned.json"), read(folder, "proofConfigJCS.json")

    assert read(folder, "canonDocJCS.txt") == canonical(unsecured(document)).decode()
    assert read(folder, "proofCanonJCS.txt") == canonical(options).decode()
    assert read(folder, "docHashJCS.txt") == hashlib.sha256(canonical(document)).hexdigest()
    assert read(folder, "proofHashJCS.txt") == hashlib.sha256(canonical(options)).hexdigest()
    assert read(folder, "combinedHashJCS.txt") == jcs_hash(document, options).hex()


def test_the_json_suite_gives_the_official_signature_and_verifies_it(vectors: Path, key: SigningKey) -> None:
    folder = vectors / "eddsa-jcs-2022"
    document, signed = read(vectors, "unsigned.json"), read(folder, "signedJCS.json")

    proof = add_jcs_proof(document, key=key, method=key.public.did_url, created=CREATED)

    assert signed["proof"] == proof
    assert read(folder, "sigBTC58JCS.txt") == proof["proofValue"]
    assert read(folder, "sigHexJCS.txt") == from_base58btc(proof["proofValue"]).hex()
    assert holds(signed, signed["proof"], key=key.public)


@pytest.mark.parametrize(("place", "source"), [(".", "unsigned.json"), ("employ", "employmentAuth.json")])
def test_the_rdf_suite_gives_the_official_canonical_document_and_hashes(
    vectors: Path, place: str, source: str
) -> None:
    """The library's inner stages, so that an upgrade which still round-trips with itself cannot drift."""
    folder = vectors / "eddsa-rdfc-2022" / place
    document, options = read(vectors, source), read(folder, "proofConfigDataInt.json")
    loader = ldp.document_loader(CONTEXTS)

    canonical_document, canonical_options = ldp._canonize(document, loader), ldp._canonize(options, loader)

    assert read(folder, "canonDocDataInt.txt") == canonical_document.strip()
    assert read(folder, "proofCanonDataInt.txt") == canonical_options.strip()
    assert read(folder, "docHashDataInt.txt") == hashlib.sha256(canonical_document.encode()).hexdigest()
    assert read(folder, "proofHashDataInt.txt") == hashlib.sha256(canonical_options.encode()).hexdigest()
    assert read(folder, "combinedHashDataInt.txt") == ldp._hash_data(document, options, loader).hex()


@pytest.mark.parametrize(("place", "source"), [(".", "unsigned.json"), ("employ", "employmentAuth.json")])
def test_the_rdf_suite_gives_the_official_signature_and_verifies_it(
    vectors: Path, key: SigningKey, place: str, source: str
) -> None:
    folder = vectors / "eddsa-rdfc-2022" / place
    document, signed = read(vectors, source), read(folder, "signedDataInt.json")

    proof = add_rdfc_proof(document, key=key, method=key.public.did_url, created=CREATED, contexts=CONTEXTS)

    assert signed["proof"] == proof
    assert read(folder, "sigBTC58DataInt.txt") == proof["proofValue"]
    assert read(folder, "sigHexDataInt.txt") == from_base58btc(proof["proofValue"]).hex()
    assert holds(signed, signed["proof"], key=key.public, contexts=CONTEXTS)


def test_each_proof_of_the_official_proof_set_holds_with_its_own_key_only(vectors: Path) -> None:
    """A proof set is several proofs over the same document; no proof covers another."""
    signed = read(vectors / "proof-set-chain", "signedProofSet2.json")
    proofs = signed["proof"]
    keys = [PublicKey(proof["verificationMethod"].partition("#")[2]) for proof in proofs]

    answers = [[holds(signed, proof, key=key, contexts=CONTEXTS) for key in keys] for proof in proofs]

    assert len(proofs) > 1
    assert [[row == column for column in range(len(keys))] for row in range(len(proofs))] == answers


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022/signedJCS.json", "eddsa-rdfc-2022/signedDataInt.json"])
def test_a_changed_official_document_does_not_verify(vectors: Path, key: SigningKey, suite: str) -> None:
    signed = read(vectors, suite)
    signed["credentialSubject"]["alumniOf"] = "The School of Exemples"

    assert not holds(signed, signed["proof"], key=key.public, contexts=CONTEXTS)
