"""What the operator demands of an image before it may run, and how a supplier meets it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proeftuin_infra.oci.inspecting import look_through
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.oci.model import Image
    from proeftuin_infra.oci.store import ImageStore

_MIB = 1024 * 1024
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}\Z")
_USER = re.compile(r"(\d{1,10})(:\d{1,10})?")
_SECRET = re.compile(r"(?i)(password|passwd|secret|token|api_?key|private_?key)")
_FILES = 300_000


@dataclass(frozen=True, slots=True)
class ImagePolicy:
    """What an image must be.

    Attributes:
        size_mib: Largest size of all layers when unpacked.
        platform: Operating system and processor.
        lowest_uid: Users below it are the system's own.
        demand_digest: A reference must name the image by its digest, as a tag can be moved.
    """

    size_mib: int = 1024
    platform: tuple[str, str] = ("linux", "amd64")
    lowest_uid: int = 1000
    demand_digest: bool = True


@dataclass(frozen=True, slots=True)
class ImageFinding:
    """One thing that is not as it should be.

    Attributes:
        code: Stable; `infra/images/README.md` lists them.
        is_fatal: The image may not run.
        cause: What was found.
        remedy: What helps.
    """

    code: str
    is_fatal: bool
    cause: Text
    remedy: Text

    def as_json(self) -> dict[str, Any]:
        """Give the form that is stored and shown."""
        return {
            "code": self.code,
            "fatal": self.is_fatal,
            "cause": self.cause.as_dict(),
            "remedy": self.remedy.as_dict(),
        }


def scan(
    store: ImageStore, image: Image, *, policy: ImagePolicy | None = None, reference: str | None = None
) -> tuple[ImageFinding, ...]:
    """Compare an image with the policy; nothing of it is run.

    Args:
        store: Holds the layers. Those that are not there (an image in a registry) are not looked through.
        image: What to judge.
        policy: What is demanded.
        reference: How a description names it, when it does.

    Returns:
        Findings, those that forbid it first.
    """
    demanded = policy or ImagePolicy()
    found = [
        *_of_reference(reference, demanded),
        *_of_platform(image, demanded),
        *_of_user(image, demanded),
        *_of_size(image, demanded),
        *_of_settings(image),
        *_of_content(store, image),
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_fatal, one.code)))


def reference_has_digest(reference: str) -> bool:
    """Tell whether a reference names exactly one image, for ever."""
    return _DIGEST.search(reference) is not None


def _of_reference(reference: str | None, policy: ImagePolicy) -> Iterator[ImageFinding]:
    if reference is not None and policy.demand_digest and not reference_has_digest(reference):
        yield _fatal(
            "image-no-digest",
            Text(
                nl=f"'{reference}' kan morgen een ander image zijn", en=f"'{reference}' may be another image tomorrow"
            ),
            Text(
                nl="schrijf de digest erbij: naam@sha256:…; 'docker images --digests' toont ze",
                en="add the digest: name@sha256:…; 'docker images --digests' shows it",
            ),
        )


def _of_platform(image: Image, policy: ImagePolicy) -> Iterator[ImageFinding]:
    if image.platform != policy.platform:
        has, wanted = "/".join(image.platform), "/".join(policy.platform)
        yield _fatal(
            "image-platform",
            Text(nl=f"het image is voor {has}, niet voor {wanted}", en=f"the image is for {has}, not for {wanted}"),
            Text(nl=f"bouw het met --platform {wanted}", en=f"build it with --platform {wanted}"),
        )


def _of_user(image: Image, policy: ImagePolicy) -> Iterator[ImageFinding]:
    user = str(image.settings.get("User") or "")
    remedy = Text(nl="zet 'USER 10001:10001' in het Dockerfile", en="put 'USER 10001:10001' in the Dockerfile")
    match = _USER.fullmatch(user)
    if user in ("", "root") or (match and int(match[1]) == 0):
        yield _fatal("image-root", Text(nl="het image draait als root", en="the image runs as root"), remedy)
    elif match is None:
        yield _fatal(
            "image-user-name",
            Text(
                nl=f"de gebruiker '{user[:50]}' is een naam; dat hij geen root is, is zo niet te zien",
                en=f"the user '{user[:50]}' is a name; that it is not root cannot be seen",
            ),
            remedy,
        )
    elif int(match[1]) < policy.lowest_uid:
        yield _fatal(
            "image-system-user",
            Text(nl=f"gebruiker {match[1]} is van het systeem", en=f"user {match[1]} is the system's own"),
            remedy,
        )


def _of_size(image: Image, policy: ImagePolicy) -> Iterator[ImageFinding]:
    size = image.size / _MIB
    if size > policy.size_mib:
        yield _fatal(
            "image-size",
            Text(
                nl=f"het image is {size:.0f} MiB; hoogstens {policy.size_mib} MiB mag",
                en=f"the image is {size:.0f} MiB; at most {policy.size_mib} MiB is allowed",
            ),
            Text(
                nl="begin van een kleiner image, en laat weg wat alleen het bouwen nodig heeft",
                en="start from a smaller image, and leave out what only building needs",
            ),
        )


def _of_settings(image: Image) -> Iterator[ImageFinding]:
    if not image.settings.get("Cmd") and not image.settings.get("Entrypoint"):
        yield _fatal(
            "image-no-command",
            Text(nl="het image zegt niet wat het start", en="the image does not say what it starts"),
            Text(nl="zet CMD in het Dockerfile", en="put CMD in the Dockerfile"),
        )
    named = [line.partition("=")[0] for line in image.settings.get("Env") or [] if line.partition("=")[2]]
    if secrets := [name for name in named if _SECRET.search(name)]:
        listed = ", ".join(secrets[:5])
        yield _warning(
            "image-secret",
            Text(
                nl=f"in het image lijkt een geheim te zitten: {listed}",
                en=f"the image seems to hold a secret: {listed}",
            ),
            Text(
                nl="geef geheimen mee bij het starten, nooit in het image",
                en="hand over secrets at the start, never in the image",
            ),
        )


def _of_content(store: ImageStore, image: Image) -> Iterator[ImageFinding]:
    here = [layer for layer in image.layers if store.has(layer.digest)]
    contents = [look_through(store, one.digest, at_most=one.unpacked_size, files=_FILES) for one in here]
    if names := [name for content in contents for name in content.outside]:
        yield _fatal(
            "image-path",
            Text(
                nl=f"een bestandsnaam wijst naar buiten: {names[0]!r}", en=f"a file name points outside: {names[0]!r}"
            ),
            Text(
                nl="bouw het image opnieuw met een gewone bouwer", en="build the image again with an ordinary builder"
            ),
        )
    if names := [name for content in contents for name in content.set_user_id]:
        listed = ", ".join(names[:5])
        yield _warning(
            "image-set-user-id",
            Text(
                nl=f"programma's met de rechten van hun eigenaar: {listed}; hier werken die rechten niet",
                en=f"programs with the rights of their owner: {listed}; those rights do not work here",
            ),
            Text(nl="haal ze weg: chmod a-s", en="take them away: chmod a-s"),
        )
    if names := [name for content in contents for name in content.devices]:
        yield _warning(
            "image-device",
            Text(nl=f"het image bevat een apparaat: {names[0]}", en=f"the image holds a device: {names[0]}"),
            Text(nl="laat /dev leeg", en="leave /dev empty"),
        )


def _fatal(code: str, cause: Text, remedy: Text) -> ImageFinding:
    return ImageFinding(code, is_fatal=True, cause=cause, remedy=remedy)


def _warning(code: str, cause: Text, remedy: Text) -> ImageFinding:
    return ImageFinding(code, is_fatal=False, cause=cause, remedy=remedy)
