"""Identifiers: sortable by time, impossible to guess, valid as a DNS label."""

from __future__ import annotations

import re
import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32, lower case: no i, l, o, u
_DNS_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_IDENTIFIER = re.compile(r"[a-z]{2,4}-[0-9a-hjkmnp-tv-z]{26}")


def new_id(prefix: str) -> str:
    """Make a fresh identifier such as `sbx-01jd…`.

    The first 48 bits are milliseconds since 1970, the other 82 are random, so that identifiers
    sort by age and cannot be guessed (the layout of a ULID, in lower case).

    Args:
        prefix: Two to four lower-case letters that tell the kind: `org`, `sbx`, `run`, …
    """
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    digits = []
    for _ in range(26):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return f"{prefix}-{''.join(reversed(digits))}"


def is_id(text: str, prefix: str) -> bool:
    """Tell whether a text has the form of an identifier of this kind."""
    return bool(_IDENTIFIER.fullmatch(text)) and text.startswith(f"{prefix}-")


def is_dns_label(text: str) -> bool:
    """Tell whether a text can name a Kubernetes object (RFC 1123 label)."""
    return bool(_DNS_LABEL.fullmatch(text))
