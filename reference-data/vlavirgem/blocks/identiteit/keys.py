"""The keys with which the provider signs: made when first needed, kept in the town's database, never in its files."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from joserfc.jwk import KeySet, RSAKey

from vlavirgem.store.applications import read_keys, rotate_keys

if TYPE_CHECKING:
    from vlavirgem.blocks.identiteit.requests import Visit

ALGORITHM = "RS256"
_BITS = 2048
_KEPT = timedelta(hours=1)
"""So long the key before stays known: an ID token lives shorter."""


def signing_key(visit: Visit) -> RSAKey:
    """Give the key that signs now."""
    return RSAKey.import_key(_known(visit)[0])


def key_set(visit: Visit) -> KeySet:
    """Give all keys by which something of ours can be checked."""
    return KeySet([RSAKey.import_key(one) for one in _known(visit)])


def public_keys(visit: Visit) -> dict[str, Any]:
    """Give the public keys (RFC 7517)."""
    return {"keys": [RSAKey.import_key(one).as_dict(private=False) for one in _known(visit)]}


def rotate(visit: Visit) -> None:
    """Sign with a new key from now on."""
    rotate_keys(visit.connection, now=visit.now, keep=_KEPT, make=_make)


def _known(visit: Visit) -> list[dict[str, Any]]:
    return read_keys(visit.connection, now=visit.now, make=_make)


def _make() -> dict[str, Any]:
    key = RSAKey.generate_key(_BITS, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    return dict(key.as_dict(private=True))
