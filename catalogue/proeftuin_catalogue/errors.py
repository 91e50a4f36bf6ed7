"""The errors of the catalogue; `catalogue/README.md` explains each code."""

from __future__ import annotations

from proeftuin_kernel.errors import BadInputError, ConflictError, NotFoundError, PreconditionFailedError
from proeftuin_kernel.text import Text


class SolutionInvalidError(BadInputError):
    """A solution, release or claim breaks a rule; `errors` points at each fault."""

    code = "solution-invalid"
    title = Text(nl="De oplossing klopt niet", en="The solution is not valid")


class SolutionNotFoundError(NotFoundError):
    """There is no solution of that id or short name."""

    code = "solution-not-found"
    title = Text(nl="Oplossing niet gevonden", en="Solution not found")


class ReleaseNotFoundError(NotFoundError):
    """The solution has no such release."""

    code = "release-not-found"
    title = Text(nl="Versie niet gevonden", en="Release not found")


class ClaimNotFoundError(NotFoundError):
    """The release carries no such claim."""

    code = "claim-not-found"
    title = Text(nl="Verklaring niet gevonden", en="Claim not found")


class KitUnknownError(NotFoundError):
    """No conformance kit of that name is installed here."""

    code = "kit-not-listed"
    title = Text(nl="Onbekende toetskit", en="Unknown kit")


class SlugTakenError(ConflictError):
    """Another solution already has this short name."""

    code = "solution-slug-taken"
    title = Text(nl="Korte naam bestaat al", en="Short name is taken")


class ReleaseExistsError(ConflictError):
    """The solution already has this release, with other content."""

    code = "release-exists"
    title = Text(nl="Versie bestaat al", en="Release already exists")


class NothingToUndoError(ConflictError):
    """The solution has had no change since it was created."""

    code = "nothing-to-undo"
    title = Text(nl="Niets om ongedaan te maken", en="Nothing to undo")


class SolutionWithdrawnError(ConflictError):
    """A withdrawn solution takes no new releases or claims."""

    code = "solution-withdrawn"
    title = Text(nl="Oplossing is ingetrokken", en="Solution is withdrawn")


class SolutionChangedMeanwhileError(PreconditionFailedError):
    """Somebody else changed the solution first; read it again and retry."""

    code = "solution-changed-meanwhile"
    title = Text(nl="Ondertussen gewijzigd", en="Changed in the meantime")
