"""What a registry does wrong, or what is wrong with what we ask of it, in words."""

from __future__ import annotations

import httpx

from proeftuin_infra.oci.errors import ImageError
from proeftuin_kernel.text import Text


def judge(answer: httpx.Response, *, host: str) -> None:
    """Say what an answer means that is no success.

    Raises:
        ImageError: `image-unknown`, `registry-refused` or `registry-answer`.
    """
    if answer.is_success:
        return
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise ImageError(
            "image-unknown",
            cause=Text(nl=f"{host} kent dit image niet", en=f"{host} does not know this image"),
            remedy=Text(
                nl="kijk de naam en de digest na, en of het image gepubliceerd is",
                en="check the name and the digest, and whether the image was published",
            ),
        )
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise ImageError(
            "registry-refused",
            cause=Text(nl=f"{host} geeft het platform geen toegang", en=f"{host} gives the platform no access"),
            remedy=Text(
                nl="maak het image openbaar, of geef de beheerder een leessleutel",
                en="make the image public, or give the operator a key to read",
            ),
        )
    raise ImageError(
        "registry-answer",
        cause=Text(nl=f"{host} antwoordt {answer.status_code}", en=f"{host} answers {answer.status_code}"),
        remedy=Text(nl="probeer het later opnieuw", en="try again later"),
        is_transient=answer.is_server_error or answer.status_code == httpx.codes.TOO_MANY_REQUESTS,
    )


def unreachable(host: str, error: Exception) -> ImageError:
    """Say that a registry is away."""
    kind = type(error).__name__
    return ImageError(
        "registry-unreachable",
        cause=Text(nl=f"{host} is niet te bereiken ({kind})", en=f"{host} cannot be reached ({kind})"),
        remedy=Text(nl="kijk het adres na, of probeer het later opnieuw", en="check the address, or try again later"),
        is_transient=True,
    )


def strange(what: str) -> ImageError:
    """Say that a registry does not follow the specification."""
    return ImageError(
        "registry-answer",
        cause=Text(
            nl=f"het register antwoordt iets onverwachts ({what})", en=f"the registry's answer is odd ({what})"
        ),
        remedy=Text(
            nl="gebruik een register dat de OCI Distribution Specification volgt",
            en="use a registry that follows the OCI Distribution Specification",
        ),
    )


def other_platform(platform: tuple[str, str]) -> ImageError:
    """Say that there is no image for this machine."""
    wanted = "/".join(platform)
    return ImageError(
        "image-platform",
        cause=Text(nl=f"er is geen image voor {wanted}", en=f"there is no image for {wanted}"),
        remedy=Text(nl=f"bouw het met --platform {wanted}", en=f"build it with --platform {wanted}"),
    )


def mismatch(claimed: str, found: str) -> ImageError:
    """Say that a registry sends something else than it promised."""
    return ImageError(
        "archive-mismatch",
        cause=Text(
            nl=f"het register stuurt iets anders dan gevraagd ({claimed[:80]} ≠ {found})",
            en=f"the registry sends something else than was asked ({claimed[:80]} ≠ {found})",
        ),
        remedy=Text(nl="publiceer het image opnieuw", en="publish the image again"),
    )
