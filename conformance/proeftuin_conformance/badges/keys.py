"""Ed25519 keys: made, kept, and written the ways a credential names them.

A public key is written as a W3C *Multikey* (Controlled Identifiers 1.0, section 2.2.2): base58btc of the
bytes 0xed 0x01 and the 32-byte key, which always starts with `z6Mk`. Two names are built on it, and both
carry the key itself so that a verifier needs no network to check a signature:

* `did:key:z6Mk…#z6Mk…` (the did:key method), and
* `<issuer address>#z6Mk…`, an ordinary web address whose document lists the same key.

A name that carries its key proves nothing about *whose* key it is; the trust list does that.
"""

from __future__ import annotations

import os
import stat
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from proeftuin_conformance.badges.errors import BadgeKeyError

if TYPE_CHECKING:
    from pathlib import Path

ED25519_PREFIX: Final = b"\xed\x01"
KEY_BYTES: Final = 32


def base58btc(data: bytes) -> str:
    """Write bytes as multibase base58btc, `z` first."""
    return "z" + base58.b58encode(data).decode("ascii")


def from_base58btc(text: str) -> bytes:
    """Read multibase base58btc, accepting only the one way each value can be written.

    Raises:
        BadgeKeyError: not base58btc, or written another way than `base58btc` would.
    """
    try:
        data = base58.b58decode(text[1:]) if text.startswith("z") else None
    except ValueError:
        data = None
    # The library strips white space before it decodes; writing back shows whether anything was stripped.
    if data is None or base58btc(data) != text:
        raise BadgeKeyError(nl=f"{text!r} is geen multibase base58btc", en=f"{text!r} is not multibase base58btc")
    return data


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 public key, known by its Multikey."""

    multikey: str

    def __post_init__(self) -> None:
        self.raw()

    def raw(self) -> bytes:
        """Give the 32 bytes of the key.

        Raises:
            BadgeKeyError: the Multikey is not one of Ed25519.
        """
        data = from_base58btc(self.multikey)
        if not data.startswith(ED25519_PREFIX) or len(data) != len(ED25519_PREFIX) + KEY_BYTES:
            raise BadgeKeyError(
                nl=f"{self.multikey!r} is geen Ed25519-sleutel",
                en=f"{self.multikey!r} is not an Ed25519 key",
            )
        return data[len(ED25519_PREFIX) :]

    @property
    def did(self) -> str:
        """The key as a decentralised identifier."""
        return f"did:key:{self.multikey}"

    @property
    def did_url(self) -> str:
        """The verification method inside that identifier's document."""
        return f"{self.did}#{self.multikey}"

    def url_under(self, issuer: str) -> str:
        """The verification method inside the document that `issuer` answers with."""
        return f"{issuer}#{self.multikey}"

    def pem(self) -> bytes:
        """Give the key as SubjectPublicKeyInfo in PEM."""
        return Ed25519PublicKey.from_public_bytes(self.raw()).public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Tell whether `signature` over `data` was made with this key (RFC 8032)."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw()).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 private key. Its text form never shows the secret."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_BYTES:
            raise BadgeKeyError(nl="een Ed25519-sleutel telt 32 bytes", en="an Ed25519 key has 32 bytes")

    @property
    def public(self) -> PublicKey:
        """The public half."""
        raw = self._private().public_key().public_bytes_raw()
        return PublicKey(base58btc(ED25519_PREFIX + raw))

    def sign(self, data: bytes) -> bytes:
        """Sign `data`; the same data always gives the same 64 bytes (RFC 8032)."""
        return self._private().sign(data)

    def pem(self) -> bytes:
        """Give the key as unencrypted PKCS #8 in PEM."""
        return self._private().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def write_key(path: Path, key: SigningKey) -> None:
    """Store a private key in a new file that only its owner can read (mode 0600).

    The file appears whole or not at all, so that another process that starts at the same moment never reads half
    a key.

    Raises:
        BadgeKeyError: the file exists already (a key is never overwritten) or cannot be written.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as draft:  # made with mode 0600
            draft.write(key.pem())
            draft.flush()
            os.fsync(draft.fileno())
            os.link(draft.name, path)
    except FileExistsError as error:
        raise BadgeKeyError(
            nl=f"{path} bestaat al; een sleutel wordt nooit overschreven",
            en=f"{path} exists already; a key is never overwritten",
        ) from error
    except OSError as error:
        raise BadgeKeyError(
            nl=f"{path} kan niet worden geschreven: {error.strerror}",
            en=f"{path} cannot be written: {error.strerror}",
        ) from error


def read_key(path: Path) -> SigningKey:
    """Read a private key that `write_key` stored.

    Raises:
        BadgeKeyError: missing, not an Ed25519 key, or readable by others than its owner.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        content = path.read_bytes()
    except OSError as error:
        raise BadgeKeyError(
            nl=f"{path} kan niet worden gelezen: {error.strerror}",
            en=f"{path} cannot be read: {error.strerror}",
        ) from error
    if os.name == "posix" and mode & 0o077:
        raise BadgeKeyError(
            nl=f"{path} is leesbaar voor anderen (rechten {mode:o}); zet de rechten op 600",
            en=f"{path} is readable by others (mode {mode:o}); set its mode to 600",
        )
    return key_from_pem(content, source=str(path))


def key_from_pem(content: bytes, *, source: str) -> SigningKey:
    """Read a private key as `SigningKey.pem` writes it.

    Args:
        content: In PEM.
        source: Where it came from, for the message.

    Raises:
        BadgeKeyError: not an Ed25519 key.
    """
    try:
        private = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as error:
        raise BadgeKeyError(nl=f"{source} bevat geen sleutel", en=f"{source} holds no key") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise BadgeKeyError(nl=f"{source} bevat geen Ed25519-sleutel", en=f"{source} holds no Ed25519 key")
    return SigningKey(private.private_bytes_raw())


def public_key_of(method: str, *, issuer: str) -> PublicKey:
    """Read the key that a verification method carries in its name.

    Args:
        method: the `verificationMethod` of a proof.
        issuer: the issuer of the document the proof is in.

    Raises:
        BadgeKeyError: the method has neither of the two forms this module describes.
    """
    controller, _, fragment = method.partition("#")
    if controller in {issuer, f"did:key:{fragment}"}:
        return PublicKey(fragment)
    raise BadgeKeyError(
        nl=f"de sleutel {method!r} hoort niet bij de uitgever {issuer!r}",
        en=f"the key {method!r} does not belong to the issuer {issuer!r}",
    )
