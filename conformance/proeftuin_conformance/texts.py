"""A sentence for people, always in Dutch and in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["nl", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence (or title) in both languages; Dutch comes first."""

    nl: str
    en: str

    def in_(self, language: Language) -> str:
        """The sentence in the language a reader asked for."""
        return self.nl if language == "nl" else self.en

    def to_dict(self) -> dict[str, str]:
        """As stored in reports: `{"nl": …, "en": …}`."""
        return {"nl": self.nl, "en": self.en}

    @classmethod
    def from_dict(cls, data: dict[str, str]) -> Text:
        """Read back what `to_dict` wrote."""
        return cls(nl=data["nl"], en=data["en"])

    @classmethod
    def same(cls, text: str) -> Text:
        """A text without a language, such as a message of a library."""
        return cls(nl=text, en=text)
