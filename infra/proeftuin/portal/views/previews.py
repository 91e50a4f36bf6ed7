"""Links with which others see a component for a while."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin.portal.views.asking import Choice
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

LONGEST = "einde"
"""The choice for as long as the sandbox is there; the others are a number of minutes."""
MOST_MINUTES = 7 * 24 * 60
_USUAL = (
    (60, Text(nl="1 uur", en="1 hour")),
    (24 * 60, Text(nl="1 dag", en="1 day")),
    (MOST_MINUTES, Text(nl="1 week", en="1 week")),
)
_TO_THE_END = Text(nl="tot de proeftuin eindigt", en="until the sandbox ends")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """A link that works now; its secret is not known any more.

    Attributes:
        title: Of the component that it shows.
        made_by: Who made it.
    """

    id: str
    component: str
    title: Text
    made_by: str
    expires: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPreview:
    """A link that was just made.

    Attributes:
        token: Its secret.
    """

    id: str
    token: str

    @property
    def address(self) -> str:
        """Path on this platform, for who holds the link."""
        return address_of(self.token)


def address_of(token: str) -> str:
    """Where a link leads, on this platform."""
    return f"/voorbeeld/{token}/"


def choices(left_minutes: int) -> tuple[Choice, ...]:
    """How long a link may work, in the usual steps; never longer than the sandbox is there.

    Args:
        left_minutes: How long that is.
    """
    usual = [Choice(value=str(minutes), label=label) for minutes, label in _USUAL if minutes < left_minutes]
    if left_minutes <= MOST_MINUTES:
        usual.append(Choice(value=LONGEST, label=_TO_THE_END))
    return tuple(usual)
