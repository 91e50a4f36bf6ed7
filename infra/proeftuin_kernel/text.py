"""Text that a person reads, in Dutch and in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = ("nl", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One message in both languages; Dutch comes first and is the fallback."""

    nl: str
    en: str

    def in_(self, language: str) -> str:
        """Give the text in a language; anything but English reads Dutch."""
        return self.en if language == "en" else self.nl

    def format(self, **values: object) -> Text:
        """Fill the same named places in both languages."""
        return Text(nl=self.nl.format(**values), en=self.en.format(**values))

    def as_dict(self) -> dict[str, str]:
        """Give the JSON form: `{"nl": …, "en": …}`."""
        return {"nl": self.nl, "en": self.en}
