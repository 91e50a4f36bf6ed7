"""Names of images in registries: `registry.example:5000/team/name:tag@sha256:…`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from proeftuin_infra.oci.errors import ImageError
from proeftuin_kernel.text import Text

_REFERENCE = re.compile(
    r"(?P<registry>[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+(?::[0-9]{1,5})?|[a-zA-Z0-9-]+:[0-9]{1,5}|localhost)"
    r"/(?P<repository>[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A name taken apart.

    Attributes:
        registry: Host, with its port when it has one.
        repository: Path in the registry.
        tag: A name that can be moved to another image.
        digest: What names one image for ever.
    """

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.registry}/{self.repository}{tag}{digest}"


def parse_reference(text: str) -> Reference:
    """Take a name apart; one without a registry is refused, as we have no default one.

    Raises:
        ImageError: `image-reference`.
    """
    match = _REFERENCE.fullmatch(text)
    if match is None:
        raise ImageError(
            "image-reference",
            cause=Text(
                nl=f"'{text[:200]}' is geen naam van een image in een register",
                en=f"'{text[:200]}' is no name of an image in a registry",
            ),
            remedy=Text(nl="schrijf register.example/naam@sha256:…", en="write registry.example/name@sha256:…"),
        )
    return Reference(match["registry"], match["repository"], match["tag"], match["digest"])
