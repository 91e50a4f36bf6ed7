"""One fault in a component.yaml: where it is, what is wrong, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proeftuin_kernel.text import Text
from proeftuin_sandbox.errors import ComponentYamlError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN = 20


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file; both numbers start at 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault.

    Attributes:
        file: Name of the file, as a person knows it.
        mark: Where in the file.
        pointer: JSON Pointer to the value (RFC 6901).
        message: What is wrong and what to write instead.
    """

    file: str
    mark: Mark
    pointer: str
    message: Text

    def in_(self, language: str) -> str:
        """Give the line that compilers taught everybody to read: `file:line:column: words`."""
        return f"{self.file}:{self.mark.line}:{self.mark.column}: {self.message.in_(language)}"

    def as_json(self) -> dict[str, Any]:
        """Give the member of `errors` in a problem document."""
        return {
            "file": self.file,
            "line": self.mark.line,
            "column": self.mark.column,
            "pointer": self.pointer,
            "detail": self.message.as_dict(),
        }


def refuse(issues: Sequence[Issue]) -> ComponentYamlError:
    """Make the error that lists every fault; the first ones stand in the detail itself."""
    ordered = sorted(issues, key=lambda issue: (issue.mark, issue.pointer))[:_SHOWN]
    return ComponentYamlError(
        Text(
            nl="; ".join(issue.in_("nl") for issue in ordered),
            en="; ".join(issue.in_("en") for issue in ordered),
        ),
        extra={"errors": [issue.as_json() for issue in ordered]},
    )
