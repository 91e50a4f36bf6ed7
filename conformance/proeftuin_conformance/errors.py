"""The errors of this package, as a picture.

* ConformanceError                 root; never raised itself
  x UsageError                     bad input by the user: one line, exit code 2
    + UnknownKitError              no kit of that name; carries the nearest name
  x KitError                       the kit itself is malformed: ours or its author's fault
  x TargetError                    the component could not be asked
    + UnreachableError             nothing answers at the address (PT-101, PT-201)
    + TimedOutError                no complete answer in time (PT-102)
    + TlsError                     the TLS handshake failed (PT-103)
    + AnswerTooLargeError          more bytes than the limit (PT-204)
    + RedirectError                a circle, too many hops or another origin (PT-206)
    + BrokenAnswerError            not a complete HTTP answer (PT-208)
  x ReportError                    a document is no report of a version that we can read
  x NotRdfError                    an answer cannot be read as linked data (PT-311)
  x ResetFailedError               the target could not be put back to the seed
  x RunStoppedError                the wall time is over or the run was cancelled (PT-202, PT-203)
"""

from __future__ import annotations

from typing import ClassVar


class ConformanceError(Exception):
    """Root of the errors of this package; never raised itself."""


class UsageError(ConformanceError):
    """The caller asked for something that cannot be done."""


class UnknownKitError(UsageError):
    """No installed kit has this name."""


class KitError(ConformanceError):
    """A kit is malformed: a missing column, an unknown requirement, a check without requirement."""


class TargetError(ConformanceError):
    """The component could not be asked; carries a stable code."""

    code: ClassVar[str] = "PT-208"


class UnreachableError(TargetError):
    """Nothing answers at the address."""

    code: ClassVar[str] = "PT-201"


class TimedOutError(TargetError):
    """No complete answer within the timeout."""

    code: ClassVar[str] = "PT-205"


class TlsError(TargetError):
    """The TLS handshake failed."""

    code: ClassVar[str] = "PT-103"


class AnswerTooLargeError(TargetError):
    """The answer is larger than the limit; reading was stopped."""

    code: ClassVar[str] = "PT-204"


class RedirectError(TargetError):
    """Redirected in a circle, too often, or to another origin."""

    code: ClassVar[str] = "PT-206"


class BrokenAnswerError(TargetError):
    """The connection broke or the bytes are not HTTP."""

    code: ClassVar[str] = "PT-208"


class ReportError(ConformanceError):
    """A document is not a report, or of a schema version that this version cannot read."""


class NotRdfError(ConformanceError):
    """The answer cannot be read as linked data (PT-311)."""


class ResetFailedError(ConformanceError):
    """The target could not be put back to the seed."""


class RunStoppedError(ConformanceError):
    """The run's wall time is over, or somebody cancelled it."""

    def __init__(self, message: str, *, code: str) -> None:
        """Keep the stable code (PT-202 or PT-203) beside the message."""
        super().__init__(message)
        self.code = code
