"""What can go wrong with a badge before there is an answer to give.

A badge that is forged, expired or revoked is *not* an error: that is an answer, and `verify` gives it. Errors
are for what cannot be read, reached or done.

* BadgeError
  x UnreadableError       not JSON, not an SVG, too large, a key given twice
  x BadgeKeyError         a key is malformed, or its file is missing or readable by others
  x TrustListError        a trust list is malformed
  x FetchError            an address did not answer, or may not be asked
  x StatusListError       a status list cannot be built or decoded
  x BadgeWithheldError    the results do not earn a badge
"""

from __future__ import annotations

from typing import ClassVar

from proeftuin_conformance.errors import ConformanceError
from proeftuin_conformance.texts import Text


class BadgeError(ConformanceError):
    """Root of the badge errors; never raised itself.

    Attributes:
        code: stable and documented, for machines and for the help desk.
        text: the message, in Dutch and in English.
    """

    code: ClassVar[str] = "badge-error"

    def __init__(self, *, nl: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(nl=nl, en=en)


class UnreadableError(BadgeError):
    """The document is not something a badge can be read from."""

    code = "badge-unreadable"


class BadgeKeyError(BadgeError):
    """A key or key file cannot be used."""

    code = "badge-key-unusable"


class TrustListError(BadgeError):
    """The list of trusted issuers cannot be read."""

    code = "badge-trust-list-unreadable"


class FetchError(BadgeError):
    """An address did not answer properly, or is one we refuse to ask."""

    code = "badge-fetch-failed"


class StatusListError(BadgeError):
    """A status list is malformed, or an index lies outside it."""

    code = "badge-status-list-unusable"


class BadgeWithheldError(BadgeError):
    """The results do not earn a badge; the message lists every reason."""

    code = "badge-withheld"
