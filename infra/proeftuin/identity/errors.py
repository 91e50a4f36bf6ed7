"""The errors of the identity part; `infra/README.md` has the table of codes."""

from __future__ import annotations

from proeftuin_kernel.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    UnauthenticatedError,
    UnavailableError,
)
from proeftuin_kernel.text import Text


class OrganisationNotFoundError(NotFoundError):
    """There is no such organisation."""

    code = "organisation-not-found"
    title = Text(nl="Organisatie niet gevonden", en="Organisation not found")


class MemberNotFoundError(NotFoundError):
    """The organisation has no such member."""

    code = "member-not-found"
    title = Text(nl="Lid niet gevonden", en="Member not found")


class TokenNotFoundError(NotFoundError):
    """There is no such token, or it is somebody else's."""

    code = "token-not-found"
    title = Text(nl="Token niet gevonden", en="Token not found")


class SlugTakenError(ConflictError):
    """Another organisation has this short name."""

    code = "organisation-exists"
    title = Text(nl="Korte naam is bezet", en="Short name is taken")


class MemberExistsError(ConflictError):
    """The person is a member of the organisation already."""

    code = "member-exists"
    title = Text(nl="Al lid", en="Already a member")


class LastAdminError(ConflictError):
    """An organisation keeps at least one administrator."""

    code = "last-admin"
    title = Text(nl="Laatste beheerder", en="Last administrator")


class AdminOnlyError(ForbiddenError):
    """Only an administrator of the organisation may do this."""

    code = "admin-only"
    title = Text(nl="Alleen voor beheerders", en="Administrators only")


class OperatorOnlyError(ForbiddenError):
    """Only the operator of the platform may do this."""

    code = "operator-only"
    title = Text(nl="Alleen voor de platformbeheerder", en="Platform operator only")


class NoTokenByTokenError(ForbiddenError):
    """A token cannot make tokens, so that a leaked one ends when it is revoked."""

    code = "token-makes-no-token"
    title = Text(nl="Token maakt geen token", en="A token makes no token")


class ScopeNotAllowedError(ForbiddenError):
    """A token was asked for a right that its maker does not have for the organisation."""

    code = "scope-not-allowed"
    title = Text(nl="Recht dat u niet hebt", en="A right that you do not have")


class KboNumberError(BadInputError):
    """The enterprise number has the wrong form or check digits."""

    code = "kbo-invalid"
    title = Text(nl="Ondernemingsnummer klopt niet", en="Enterprise number is not valid")


class TokenInvalidError(UnauthenticatedError):
    """The API token is unknown, expired, revoked, or its maker left the organisation."""

    code = "token-invalid"
    title = Text(nl="Token is niet geldig", en="Token is not valid")


class SessionExpiredError(UnauthenticatedError):
    """The session of the cookie ended; sign in again."""

    code = "session-expired"
    title = Text(nl="Uw sessie is afgelopen", en="Your session ended")


class CrossSiteError(ForbiddenError):
    """A change was asked with a session cookie from another website."""

    code = "cross-site"
    title = Text(nl="Verzoek van een andere website", en="Request from another website")


class SignInFailedError(BadInputError):
    """The answer of the identity provider does not belong to a sign-in of this browser, or is not valid."""

    code = "sign-in-failed"
    title = Text(nl="Aanmelden is mislukt", en="Signing in failed")


class SignInRefusedError(ForbiddenError):
    """The identity provider did not let the person in, or the person changed their mind."""

    code = "sign-in-refused"
    title = Text(nl="Aanmelden is geweigerd of afgebroken", en="Signing in was refused or cancelled")


class IdentityProviderUnavailableError(UnavailableError):
    """The identity provider does not answer, or answers nonsense."""

    code = "identity-provider-unavailable"
    title = Text(nl="De aanmelddienst antwoordt niet", en="The sign-in service does not answer")


class SyntheticProviderRefusedError(RuntimeError):
    """The built-in test identity provider was asked for outside development; nobody may run it there."""
