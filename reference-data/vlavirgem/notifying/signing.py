"""Signatures of messages, as Standard Webhooks has them.

Source: the Standard Webhooks specification, 1.0.0: *Signature scheme* and *Webhook headers*.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_PREFIX = "whsec_"
_BYTES = 32


def new_secret(random: bytes) -> str:
    """Write 32 random bytes as a secret."""
    if len(random) != _BYTES:
        raise ValueError("A secret is made of 32 bytes.")
    return _PREFIX + base64.b64encode(random).decode()


def sign(body: bytes, *, secret: str, message_id: str, now: datetime) -> dict[str, str]:
    """Give the headers that identify and sign a message.

    Args:
        body: What is sent.
        secret: As `new_secret` wrote it.
        message_id: The same at every attempt.
        now: When it is sent; receivers refuse what is old.
    """
    timestamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
