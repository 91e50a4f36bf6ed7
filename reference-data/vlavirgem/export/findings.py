"""What does not keep a shape, in words: Dutch first, then English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vlavirgem.linked.mapping import PREFIXES

if TYPE_CHECKING:
    from vlavirgem.export.shacl.gate import Finding

_SAID = {
    "MinCount": ("er ontbreekt een waarde", "a value is missing"),
    "MaxCount": ("er zijn te veel waarden", "there are too many values"),
    "Class": ("verwijst niet naar iets van de juiste soort", "does not point to a thing of the right class"),
    "Datatype": ("heeft niet het juiste datatype", "does not have the right datatype"),
    "NodeKind": ("is geen IRI of waarde zoals het hoort", "is not the kind of node that it must be"),
    "Pattern": ("heeft niet de juiste vorm", "does not have the right form"),
    "In": ("is geen van de toegelaten waarden", "is none of the allowed values"),
    "HasValue": ("heeft niet de vaste waarde", "does not have the fixed value"),
    "MinInclusive": ("is te klein", "is too small"),
    "MaxInclusive": ("is te groot", "is too large"),
    "MinExclusive": ("is te klein", "is too small"),
    "MaxExclusive": ("is te groot", "is too large"),
    "MinLength": ("is te kort", "is too short"),
    "MaxLength": ("is te lang", "is too long"),
    "LessThan": ("komt niet voor het andere", "does not come before the other"),
    "LessThanOrEquals": ("komt na het andere", "comes after the other"),
    "UniqueLang": ("er zijn twee teksten in een taal", "there are two texts in one language"),
    "LanguageIn": ("is in een andere taal", "is in another language"),
    "Or": ("voldoet aan geen van de mogelijkheden", "keeps none of the possibilities"),
}
_OTHER = ("houdt zich niet aan de regel", "does not keep the rule")


def in_words(finding: Finding) -> str:
    """Say on one line what was found, and where."""
    component = finding.component.removesuffix("ConstraintComponent")
    dutch, english = _SAID.get(component, _OTHER)
    path = f" {_short(finding.path)}" if finding.path else ""
    value = f" {finding.value!r}" if finding.value else ""
    message = f" ({finding.message})" if finding.message else ""
    return f"{finding.focus}{path}{value}: {dutch} | {english}{message}"


def _short(path: str) -> str:
    """Write the IRIs of a path with prefixes."""

    def shortened(match: re.Match[str]) -> str:
        for prefix, iri in PREFIXES.items():
            if match[1].startswith(iri):
                return f"{prefix}:{match[1].removeprefix(iri)}"
        return match[0]

    return re.sub(r"<([^>]+)>", shortened, path)
