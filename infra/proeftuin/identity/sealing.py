"""What the browser keeps for us between two requests, sealed so that it can neither be read nor changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

if TYPE_CHECKING:
    from datetime import timedelta

    from proeftuin_kernel.clock import Clock


class Seal:
    """Seals small JSON objects with a key that comes from the platform's secret (JWE, AES-256-GCM).

    Args:
        secret: The platform's secret.
        purpose: What the seal is for; a text sealed for one purpose cannot be used for another.
        clock: Tells when a sealed text is too old.
    """

    def __init__(self, secret: str, *, purpose: str, clock: Clock) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())
        self._key = OctKey.import_key(key)
        self._clock = clock

    def close(self, content: dict[str, Any], *, lifetime: timedelta) -> str:
        """Seal an object for a while."""
        until = (self._clock.now() + lifetime).timestamp()
        text = json.dumps({**content, "until": until})
        return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, text, self._key)

    def open(self, sealed: str) -> dict[str, Any] | None:
        """Open a sealed object; None when it is not ours, was changed, or is too old."""
        try:
            plain = jwe.decrypt_compact(sealed, self._key).plaintext
            content: dict[str, Any] = json.loads(plain or b"{}")
        except (JoseError, ValueError):
            return None
        return content if content.get("until", 0) > self._clock.now().timestamp() else None
