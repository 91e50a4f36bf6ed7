"""Secrets that open doors: how they are made, written, and compared."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import NamedTuple

_TOKEN = re.compile(r"pt_([0-9a-hjkmnp-tv-z]{26})_([A-Za-z0-9_-]{43})")


class TokenText(NamedTuple):
    """An API token as its user sends it, taken apart."""

    id: str
    secret: str


def new_secret() -> str:
    """Make 256 random bits, as 43 characters that need no quoting anywhere."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Give the form in which a secret is stored.

    Plain SHA-256 is enough: 256 random bits cannot be guessed, so a slow hash would protect nothing.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, stored: str) -> bool:
    """Compare a secret with its stored form, in the same time whatever the answer."""
    return hmac.compare_digest(digest(secret), stored)


def write_token(token_id: str, secret: str) -> str:
    """Write a token as `pt_<id>_<secret>`; the prefix lets secret scanners find a leaked one."""
    return f"pt_{token_id.removeprefix('tok-')}_{secret}"


def read_token(text: str) -> TokenText | None:
    """Take an API token apart; None when it is not written as one."""
    found = _TOKEN.fullmatch(text)
    return TokenText(id=f"tok-{found[1]}", secret=found[2]) if found else None
