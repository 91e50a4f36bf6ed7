"""The badge as a picture for a README: a shape and words, no colour needed to tell the four states apart.

The picture is an SVG of our own design, 24 pixels high: on the left the mark (filled circle with a tick,
crossed square, dashed circle, struck-through circle), then the kit and its version, then the state in words.
Text is set in the reader's own sans-serif; `textLength` fixes its width so that the frame always fits. Every
pair of colours has a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3), the marks of 3 to 1 (1.4.11).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from proeftuin_conformance.badges.verification import State
from proeftuin_conformance.texts import Text

if TYPE_CHECKING:
    from datetime import date

    from proeftuin_conformance.texts import Language

HEIGHT: Final = 24
_GAP: Final = 8
_NARROW: Final = frozenset(" .,:;'!|ijlIft()[]-/")
_WIDE: Final = frozenset("mwMWOQGD@%")


@dataclass(frozen=True, slots=True)
class Look:
    """How one state is drawn: word, ground colour (the text on it is white) and mark."""

    word: Text
    ground: str
    mark: str


LOOKS: Final = MappingProxyType(
    {
        State.TESTED: Look(
            Text("getest", "tested"),
            "#0b5d3b",
            '<circle cx="13" cy="12" r="7" fill="#fff"/>'
            '<path d="M9.5 12.2l2.5 2.6 4.6-5.2" fill="none" stroke="#0b5d3b" stroke-width="2"/>',
        ),
        State.FAILED: Look(
            Text("gefaald", "failed"),
            "#8c1d18",
            '<rect x="6" y="5" width="14" height="14" fill="#fff"/>'
            '<path d="M9 8l8 8M17 8l-8 8" stroke="#8c1d18" stroke-width="2"/>',
        ),
        State.EXPIRED: Look(
            Text("verlopen", "expired"),
            "#4a4a4a",
            '<circle cx="13" cy="12" r="6.5" fill="none" stroke="#fff" stroke-width="2" stroke-dasharray="3 2.1"/>',
        ),
        State.REVOKED: Look(
            Text("ingetrokken", "revoked"),
            "#5b2a6e",
            '<circle cx="13" cy="12" r="6.5" fill="none" stroke="#fff" stroke-width="2"/>'
            '<path d="M8.5 16.5l9-9" stroke="#fff" stroke-width="2"/>',
        ),
    }
)


def badge_svg(*, subject: str, kit: str, state: State, day: date | None, language: Language = "nl") -> str:
    """Draw a badge.

    Args:
        subject: the release, for example `Dossierloket 1.0.0`; read out, not drawn.
        kit: the kit and its version, for example `api-regels 1.0.0`.
        state: what the badge says.
        day: until when it holds, or since when it does not; None when that has no meaning.
        language: of the words in the picture and of its description.

    Returns:
        A complete SVG document.
    """
    look = LOOKS[state]
    word = look.word.in_(language)
    left, right = _width(kit), _width(word)
    seam = 26 + left + _GAP
    total = seam + right + 2 * _GAP
    title = f"{subject}: {word}, {kit}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="{HEIGHT}" '
        f'viewBox="0 0 {total} {HEIGHT}" role="img" lang={quoteattr(language)} aria-label={quoteattr(title)}>'
        # No ids: a page may show many badges, and an id may occur only once.
        f"<title>{escape(title)}</title>"
        f"<desc>{escape(_description(state, day).in_(language))}</desc>"
        f'<rect width="{total}" height="{HEIGHT}" rx="4" fill="{look.ground}"/>'
        f'<path d="M{seam} 0H4a4 4 0 0 0-4 4v16a4 4 0 0 0 4 4H{seam}z" fill="#1d1d1f"/>'
        f"{look.mark}"
        '<g fill="#fff" font-family="system-ui, sans-serif" font-size="13">'
        f'<text x="26" y="16.5" textLength="{left}" lengthAdjust="spacingAndGlyphs">{escape(kit)}</text>'
        f'<text x="{seam + _GAP}" y="16.5" font-weight="600" textLength="{right}" '
        f'lengthAdjust="spacingAndGlyphs">{escape(word)}</text>'
        "</g></svg>\n"
    )


def _description(state: State, day: date | None) -> Text:
    when_nl, when_en = (f" op {day:%Y-%m-%d}", f" on {day:%Y-%m-%d}") if day else ("", "")
    match state:
        case State.TESTED:
            until_nl, until_en = (f" Geldig tot {day:%Y-%m-%d}.", f" Valid until {day:%Y-%m-%d}.") if day else ("", "")
            return Text(
                nl=f"Getest en geslaagd.{until_nl} Het bewijs zit in deze afbeelding: proeftuin badge verify.",
                en=f"Tested and passed.{until_en} The evidence is inside this image: proeftuin badge verify.",
            )
        case State.FAILED:
            return Text(nl=f"Getest en niet geslaagd{when_nl}.", en=f"Tested and not passed{when_en}.")
        case State.EXPIRED:
            return Text(nl=f"De badge is verlopen{when_nl}.", en=f"The badge expired{when_en}.")
        case State.REVOKED:
            return Text(
                nl=f"De uitgever heeft de badge ingetrokken{when_nl}.",
                en=f"The issuer revoked the badge{when_en}.",
            )


def _width(text: str) -> int:
    """Estimate the width of 13-pixel sans-serif text; `textLength` makes it true."""
    return round(sum(4.2 if each in _NARROW else 10.6 if each in _WIDE else 7.4 for each in text)) + 2
