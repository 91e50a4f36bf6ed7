"""The errors of the platform, each with a stable code and words for a person.

* ProeftuinError                     never raised itself
  x BadInputError            400     the request cannot be understood or breaks a rule
  x UnauthenticatedError     401     nobody is signed in, or the token is not valid
  x ForbiddenError           403     signed in, but not allowed
  x NotFoundError            404
  x ConflictError            409     the thing is in a state that does not allow this
  x GoneError                410     it was there and is destroyed
  x PreconditionFailedError  412     somebody else changed it first
  x TooLargeError            413
  x LimitReachedError        429     quota or rate; `retry_after` seconds when known
  x UnavailableError         503     something we depend on does not answer; try again

Areas subclass these and give each subclass a `code` of its own. Codes are documented in
`infra/README.md`; a test compares that table with the code. Codes are never reused.
"""

from __future__ import annotations

from typing import Any, ClassVar

from proeftuin_kernel.text import Text


class ProeftuinError(Exception):
    """Root of our errors; never raised itself.

    Args:
        detail: What happened and what to do, in both languages. Shown to the user.
        log_message: What the operator should know beside it. Never shown.
        extra: Members added to the problem document (RFC 9457 extension members).
    """

    code: ClassVar[str] = "proeftuin"
    status: ClassVar[int] = 500
    title: ClassVar[Text] = Text(nl="Er ging iets mis", en="Something went wrong")

    def __init__(self, detail: Text, *, log_message: str = "", extra: dict[str, Any] | None = None) -> None:
        super().__init__(detail.en)
        self.detail = detail
        self.log_message = log_message
        self.extra = extra or {}


class BadInputError(ProeftuinError):
    """The request cannot be understood or breaks a rule.

    `extra["errors"]` lists each fault as `{"pointer": "/…", "detail": {"nl": …, "en": …}}`.
    """

    code = "bad-input"
    status = 400
    title = Text(nl="Ongeldige invoer", en="Invalid input")


class UnauthenticatedError(ProeftuinError):
    """Nobody is signed in, or the token is not valid any more."""

    code = "unauthenticated"
    status = 401
    title = Text(nl="Niet aangemeld", en="Not signed in")


class ForbiddenError(ProeftuinError):
    """The person is known and may not do this."""

    code = "forbidden"
    status = 403
    title = Text(nl="Geen toegang", en="Not allowed")


class NotFoundError(ProeftuinError):
    """There is no such thing, or the person may not know that there is."""

    code = "not-found"
    status = 404
    title = Text(nl="Niet gevonden", en="Not found")


class ConflictError(ProeftuinError):
    """The thing is in a state that does not allow this, or the name is taken."""

    code = "conflict"
    status = 409
    title = Text(nl="Kan nu niet", en="Conflict")


class GoneError(ProeftuinError):
    """It was there and is destroyed."""

    code = "gone"
    status = 410
    title = Text(nl="Bestaat niet meer", en="Gone")


class PreconditionFailedError(ProeftuinError):
    """Somebody else changed the thing first; read it again and retry."""

    code = "precondition-failed"
    status = 412
    title = Text(nl="Ondertussen gewijzigd", en="Changed in the meantime")


class TooLargeError(ProeftuinError):
    """The upload is larger than allowed."""

    code = "too-large"
    status = 413
    title = Text(nl="Te groot", en="Too large")


class LimitReachedError(ProeftuinError):
    """A quota or a rate limit is reached.

    Args:
        detail: As in `ProeftuinError`.
        retry_after: Seconds after which a retry makes sense; None when waiting does not help.
    """

    code = "limit-reached"
    status = 429
    title = Text(nl="Limiet bereikt", en="Limit reached")

    def __init__(self, detail: Text, *, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class UnavailableError(ProeftuinError):
    """Something we depend on does not answer now; nothing is lost, try again."""

    code = "unavailable"
    status = 503
    title = Text(nl="Even niet beschikbaar", en="Temporarily unavailable")
