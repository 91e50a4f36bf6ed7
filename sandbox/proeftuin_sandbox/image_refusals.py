"""The words with which uploaded images are refused; each says what to do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proeftuin_kernel.errors import LimitReachedError
from proeftuin_kernel.text import Text
from proeftuin_sandbox.errors import (
    ImageInUseError,
    ImageNotAcceptedError,
    ImageNotFoundError,
    ImageNotUploadedError,
    ImageQuotaError,
    ImagesNotPossibleError,
    ImageStoreFullError,
    ImageTooLargeError,
    UploadDamagedError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proeftuin_sandbox.image_rows import ImageUser

_NAMED = 5


def not_possible() -> ImagesNotPossibleError:
    """The backend runs no images."""
    return ImagesNotPossibleError(
        Text(
            nl="Dit platform draait geen container-images. Gebruik run.python of run.command.",
            en="This platform runs no container images. Use run.python or run.command.",
        )
    )


def too_large(mib: int) -> ImageTooLargeError:
    """The archive is too large."""
    return ImageTooLargeError(
        Text(
            nl=f"Een image is hoogstens {mib} MiB. Begin van een kleiner image, en laat weg wat alleen het bouwen "
            "nodig heeft.",
            en=f"An image is at most {mib} MiB. Start from a smaller image, and leave out what only building needs.",
        )
    )


def quota(*, used: int, allowed: int) -> ImageQuotaError:
    """The organisation has no room left; in MiB."""
    return ImageQuotaError(
        Text(
            nl=f"De images van uw organisatie nemen {used} van {allowed} MiB in. Verwijder er een met "
            "'proeftuin image remove'.",
            en=f"The images of your organisation take {used} of {allowed} MiB. Remove one with "
            "'proeftuin image remove'.",
        )
    )


def too_many_at_once(allowed: int) -> LimitReachedError:
    """Other uploads of the organisation are under way."""
    return LimitReachedError(
        Text(
            nl=f"Uw organisatie stuurt al {allowed} images tegelijk. Wacht tot er een klaar is.",
            en=f"Your organisation is sending {allowed} images at the same time already. Wait until one is done.",
        ),
        retry_after=30,
    )


def store_full() -> ImageStoreFullError:
    """The disk is full."""
    return ImageStoreFullError(
        Text(
            nl="Op de schijf van het platform is nu geen plaats. Vraag de beheerder om ruimte, en probeer opnieuw.",
            en="The disk of the platform has no room now. Ask the operator for space, and try again.",
        ),
        log_message="no room for an uploaded image",
    )


def not_accepted(findings: Sequence[dict[str, Any]]) -> ImageNotAcceptedError:
    """The policy forbids it; `findings` as they are stored, worst first."""
    fatal = [one for one in findings if one["fatal"]]
    said = {
        language: " ".join(f"{one['cause'][language]} [{one['code']}]: {one['remedy'][language]}." for one in fatal)
        for language in ("nl", "en")
    }
    return ImageNotAcceptedError(Text(nl=said["nl"], en=said["en"]), extra={"findings": list(findings)})


def not_uploaded(digest: str) -> ImageNotUploadedError:
    """A description names an image that is not there."""
    return ImageNotUploadedError(
        Text(
            nl=f"Uw organisatie heeft geen image {digest} geüpload. Doe dat met 'proeftuin image push', en schrijf "
            "de digest die het geeft bij run.image.uploaded.",
            en=f"Your organisation uploaded no image {digest}. Do so with 'proeftuin image push', and write the "
            "digest that it gives at run.image.uploaded.",
        )
    )


def damaged() -> UploadDamagedError:
    """The digest is not that of what was sent."""
    return UploadDamagedError(
        Text(
            nl="Wat aankwam, heeft een andere digest dan de header Content-Digest zegt. Niets is bewaard; stuur het "
            "opnieuw.",
            en="What arrived has another digest than the Content-Digest header says. Nothing is kept; send it again.",
        )
    )


def broken_off() -> UploadDamagedError:
    """The connection went away, or nothing came for too long."""
    return UploadDamagedError(
        Text(
            nl="Het versturen is afgebroken. Er is niets bewaard; stuur het opnieuw.",
            en="Sending was broken off. Nothing is kept; send it again.",
        )
    )


def digest_unreadable() -> UploadDamagedError:
    """The header says no digest that we can check."""
    return UploadDamagedError(
        Text(
            nl="De header Content-Digest is niet te lezen; schrijf sha-256=:…: met 32 bytes in base64 (RFC 9530).",
            en="The Content-Digest header cannot be read; write sha-256=:…: with 32 bytes in base64 (RFC 9530).",
        )
    )


def not_found() -> ImageNotFoundError:
    """There is none of this digest."""
    return ImageNotFoundError(
        Text(
            nl="Uw organisatie heeft geen image met deze digest.", en="Your organisation has no image of this digest."
        )
    )


def in_use(users: Sequence[ImageUser]) -> ImageInUseError:
    """Components need it."""
    named = ", ".join(f"{one.component} ({one.sandbox})" for one in users[:_NAMED])
    if len(users) > _NAMED:
        named += ", …"
    return ImageInUseError(
        Text(
            nl=f"Dit image is nodig voor: {named}. Verwijder eerst die proeftuin, of rol de component uit met een "
            "ander image.",
            en=f"This image is needed by: {named}. Remove that sandbox first, or deploy the component with another "
            "image.",
        )
    )
