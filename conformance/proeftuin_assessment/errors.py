"""The errors of the assessment area; `conformance/README.md` explains each code to a person.

* BadInputError
  x ReasonMissingError       400   revoking needs a reason
* NotFoundError
  x KitUnknownError          404   no installed kit has this name
  x KitActorUnknownError     404   the kit knows no such role
  x RunNotFoundError         404   also when it is not yours to see
  x BadgeNotFoundError       404
  x StatusListNotFoundError  404
  x ReportNotReadyError      404   the run has no report (yet)
* ConflictError
  x RunEndedError            409   nothing to cancel any more
  x BadgeRevokedError        409   revoked before
* LimitReachedError
  x RunQuotaError            429   too many runs of one organisation are waiting
"""

from __future__ import annotations

from proeftuin_kernel.errors import BadInputError, ConflictError, LimitReachedError, NotFoundError
from proeftuin_kernel.text import Text


class KitUnknownError(NotFoundError):
    """No installed kit has this name."""

    code = "kit-unknown"
    title = Text(nl="Deze kit bestaat niet", en="There is no such kit")


class KitActorUnknownError(NotFoundError):
    """The kit knows no such role."""

    code = "kit-actor-unknown"
    title = Text(nl="Deze rol bestaat niet", en="There is no such role")


class ReasonMissingError(BadInputError):
    """A badge is only revoked with a reason that a reader can understand."""

    code = "reason-missing"
    title = Text(nl="Geef een reden", en="Give a reason")


class RunNotFoundError(NotFoundError):
    """There is no such run, or it is not for this reader."""

    code = "run-not-found"
    title = Text(nl="Deze toets bestaat niet", en="There is no such run")


class BadgeNotFoundError(NotFoundError):
    """There is no such badge."""

    code = "badge-not-found"
    title = Text(nl="Deze badge bestaat niet", en="There is no such badge")


class StatusListNotFoundError(NotFoundError):
    """There is no such status list."""

    code = "status-list-not-found"
    title = Text(nl="Deze statuslijst bestaat niet", en="There is no such status list")


class ReportNotReadyError(NotFoundError):
    """The run has no report, because it has not ended or ended without one."""

    code = "report-not-ready"
    title = Text(nl="Er is nog geen rapport", en="There is no report yet")


class RunEndedError(ConflictError):
    """The run has ended; there is nothing to cancel."""

    code = "run-ended"
    title = Text(nl="Deze toets is al klaar", en="This run has ended")


class BadgeRevokedError(ConflictError):
    """The badge was revoked before; revoking is for good."""

    code = "badge-already-revoked"
    title = Text(nl="Deze badge is al ingetrokken", en="This badge was revoked already")


class RunQuotaError(LimitReachedError):
    """Too many runs of one organisation are waiting or running."""

    code = "run-quota"
    title = Text(nl="Te veel toetsen tegelijk", en="Too many runs at a time")
