"""What happened, as a CloudEvent whose data are the rows that it adds, changes and takes away."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vlavirgem.place import ID_BASE

if TYPE_CHECKING:
    from datetime import datetime

    Row = dict[str, Any]

_TYPE_PREFIX = "example.vlavirgem."
"""The town's domain backwards, as CloudEvents asks; RFC 2606 keeps `.example` from ever existing."""

BORN = "persoon.geboren"
DIED = "persoon.overleden"
MOVED = "huishouden.verhuisd"
SUBMITTED = "dossier.ingediend"
STEPPED = "dossier.statusgewijzigd"
ARRIVED = "huishouden.aangekomen"
LEFT = "huishouden.vertrokken"
MARRIED = "huishouden.gehuwd"
DIVORCED = "huishouden.gescheiden"
MOVED_IN = "huishouden.samengevoegd"
LEFT_HOME = "persoon.uithuis"
RENUMBERED = "adres.hernummerd"
RESIGNED = "mandataris.gestopt"
MET = "zitting.gehouden"
PUBLISHED = "zitting.gepubliceerd"
HANDED_OVER = "dossier.overgedragen"
BUILDING_BEGUN = "gebouw.begonnen"
BUILDING_FINISHED = "gebouw.gerealiseerd"
DELEGATED = "delegatie.gegeven"
DELEGATION_ENDED = "delegatie.beeindigd"
KINDS = (
    BORN, DIED, MOVED, SUBMITTED, STEPPED, ARRIVED, LEFT, MARRIED, DIVORCED, MOVED_IN, LEFT_HOME, RENUMBERED,
    RESIGNED, MET, PUBLISHED, HANDED_OVER, BUILDING_BEGUN, BUILDING_FINISHED, DELEGATED, DELEGATION_ENDED,
)  # fmt: skip
"""What can happen by itself."""
CONTACT_CHANGED = "persoon.contactgewijzigd"
ORGANISATION_CONTACT_CHANGED = "organisatie.contactgewijzigd"
CONSENT_GIVEN = "toestemming.gegeven"
CONSENT_WITHDRAWN = "toestemming.ingetrokken"
PREFERENCE_CHANGED = "contactvoorkeur.gewijzigd"
RIGHT_GIVEN = "toegangsrecht.gegeven"
RIGHT_ENDED = "toegangsrecht.beeindigd"
VISITS = (
    CONTACT_CHANGED,
    ORGANISATION_CONTACT_CHANGED,
    CONSENT_GIVEN,
    CONSENT_WITHDRAWN,
    PREFERENCE_CHANGED,
    RIGHT_GIVEN,
    RIGHT_ENDED,
)
"""What only a visitor makes happen; they can move households, give numbers and deal with cases too."""


def type_of(kind: str) -> str:
    """Give the CloudEvents type of what happened."""
    return f"{_TYPE_PREFIX}{kind}.v1"


@dataclass(frozen=True, slots=True)
class Changes:
    """The rows that change, by table; values are as in JSON.

    Attributes:
        added: Whole rows.
        changed: The number of a row and the columns that are different now.
        removed: The numbers of rows.
    """

    added: dict[str, list[Row]] = field(default_factory=dict)
    changed: dict[str, list[Row]] = field(default_factory=dict)
    removed: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happening:
    """What one event is about, before it has a place in its day.

    Attributes:
        kind: One of `KINDS`.
        subject: The identifier under `ID_BASE` of what it happened to: `persoon/12`.
        changes: The rows that change.
    """

    kind: str
    subject: str
    changes: Changes


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a town.

    Attributes:
        source: Which town: with the id it is unique.
        day: Which day of the town's life; the first is 1, its reference date.
        number: Which event of that day.
        time: When.
        happening: What.
    """

    source: str
    day: int
    number: int
    time: datetime
    happening: Happening

    @property
    def id(self) -> str:
        """Unique within the source."""
        return f"{self.day}-{self.number}"

    @property
    def type(self) -> str:
        """Type as CloudEvents wants it."""
        return type_of(self.happening.kind)

    @property
    def subject(self) -> str:
        """Identifier of what it happened to."""
        return ID_BASE + self.happening.subject

    def document(self) -> dict[str, Any]:
        """Give the event in the JSON format of CloudEvents 1.0."""
        changes = self.happening.changes
        data = {"nieuw": changes.added, "gewijzigd": changes.changed, "weg": changes.removed}
        return {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": moment(self.time),
            "datacontenttype": "application/json",
            "dag": self.day,
            "data": {name: rows for name, rows in data.items() if rows},
        }

    def line(self) -> str:
        """Give the event as one line of JSON, always with the same bytes."""
        return json.dumps(self.document(), ensure_ascii=False, separators=(",", ":"))


def source_of(profile: str, seed: int) -> str:
    """Name a town as the source of its events."""
    return f"{ID_BASE}stad/{profile}-{seed}"


def moment(time: datetime) -> str:
    """Write a moment in UTC as JSON has it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
