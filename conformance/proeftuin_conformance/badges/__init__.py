"""Badges: signed, revocable statements that a release passed a kit, and the means to check one anywhere.

A badge is an Open Badges 3.0 credential on W3C Verifiable Credentials 2.0, with Data Integrity proofs
`eddsa-rdfc-2022` and `eddsa-jcs-2022` side by side and one Bitstring Status List entry.

What we use and why (decided by reading and running the packages):

* **openbadgeslib 4.6.3** (LGPL-3.0) signs and verifies `eddsa-rdfc-2022` itself since 4.x (with its `ldp`
  extra; older notes call it JWT-only), reproduces the W3C vectors, never fetches a context, bounds the work a
  hostile document can cause, and ships the VC 2.0 and OB 3.0.3 contexts. We use its two building blocks
  `add_data_integrity_proof` and `verify_data_integrity_proof` and its contexts, as an unchanged dependency.
* It has no `eddsa-jcs-2022`, signs status lists as JWT only, reads the wall clock, and accepts a credential
  in which any other proof is broken. So the JSON suite (RFC 8785 by `rfc8785`), status lists with embedded
  proofs, the trust list and the verification are ours; it is the independent second verifier in our tests.

Why a badge needs both proofs: RDF canonicalisation drops what the contexts do not define, so a value could be
added or hidden without breaking `eddsa-rdfc-2022`. `eddsa-jcs-2022` covers the JSON itself, to the last key.
A credential with the RDF proof alone may be a fine Open Badge, but it is not one of ours and is refused.
"""

from proeftuin_conformance.badges.award import RequirementResult, reasons_to_withhold
from proeftuin_conformance.badges.checks import Answer, Check
from proeftuin_conformance.badges.credential import VALIDITY, Issuer, KitFacts, RunFacts, issue, subject_of
from proeftuin_conformance.badges.errors import (
    BadgeError,
    BadgeKeyError,
    BadgeWithheldError,
    FetchError,
    StatusListError,
    TrustListError,
    UnreadableError,
)
from proeftuin_conformance.badges.keys import PublicKey, SigningKey, read_key, write_key
from proeftuin_conformance.badges.statuslist import MINIMUM_ENTRIES, StatusList, StatusPointer, publish
from proeftuin_conformance.badges.trust import TrustedIssuer, TrustedKey, TrustList
from proeftuin_conformance.badges.verification import State, Verification, verify

__all__ = [
    "MINIMUM_ENTRIES",
    "VALIDITY",
    "Answer",
    "BadgeError",
    "BadgeKeyError",
    "BadgeWithheldError",
    "Check",
    "FetchError",
    "Issuer",
    "KitFacts",
    "PublicKey",
    "RequirementResult",
    "RunFacts",
    "SigningKey",
    "State",
    "StatusList",
    "StatusListError",
    "StatusPointer",
    "TrustList",
    "TrustListError",
    "TrustedIssuer",
    "TrustedKey",
    "UnreadableError",
    "Verification",
    "issue",
    "publish",
    "read_key",
    "reasons_to_withhold",
    "subject_of",
    "verify",
    "write_key",
]
