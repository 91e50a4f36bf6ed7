"""From a component's own description (component.yaml, as plain data) to the text of a solution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proeftuin_catalogue.drafts import LONG_LENGTH, NAME_LENGTH, SHORT_LENGTH, SolutionDraft
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


def draft_of_manifest(manifest: Mapping[str, Any]) -> SolutionDraft:
    """Say of a solution what its component.yaml says; too long texts are cut, nothing is made up."""
    metadata = manifest["metadata"]
    title = _both(metadata.get("title"), default=str(metadata["name"]))
    description = _both(metadata.get("description"), default=title.nl)
    endpoint = (manifest.get("run") or {}).get("endpoint")
    return SolutionDraft(
        name=Text(nl=title.nl[:NAME_LENGTH], en=title.en[:NAME_LENGTH]),
        short=Text(nl=_first_line(description.nl), en=_first_line(description.en)),
        long=Text(nl=description.nl[:LONG_LENGTH], en=description.en[:LONG_LENGTH]),
        licence=str(metadata.get("licence") or "proprietary"),
        domains=tuple(metadata.get("domains") or ()),
        hosting=("saas",) if endpoint else ("on-premises",),
        website=(metadata.get("supplier") or {}).get("url"),
    )


def _both(value: Any, *, default: str) -> Text:
    if isinstance(value, str):
        return Text(nl=value, en=value)
    given = value or {}
    dutch = given.get("nl") or given.get("en") or default
    return Text(nl=dutch, en=given.get("en") or dutch)


def _first_line(text: str) -> str:
    line = " ".join(text.split("\n\n", 1)[0].split())
    return line if len(line) <= SHORT_LENGTH else f"{line[: SHORT_LENGTH - 1]}…"
